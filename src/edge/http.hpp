// HTTP for probes and people: GET /health, /ready and /status, as JSON.
#pragma once

#include "edge/asio.hpp"

#include <memory>

namespace enclaved::edge {

struct premises;

/// Serves one connection until it ends or its time is over.
void welcome_http(const std::shared_ptr<premises>& house, asio::io_context& home, tcp_socket socket);

} // namespace enclaved::edge
