// What the server is told at start.
#pragma once

#include "base/bounds.hpp"
#include "base/endpoint.hpp"
#include "base/level_limits.hpp"
#include "base/limits.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace enclaved::edge {

/// PEM files; without a certificate there is no TLS, with a client CA a client needs a certificate too.
struct tls_files {
  std::string certificate;
  std::string key;
  std::string client_ca;
};

/// What `hello` tells about this server.
struct server_info {
  std::string version;
  std::string node;
  std::string role;
  security_level security_max = security_level::permissive;
  level_table levels = default_levels();
};

struct connection_bounds {
  std::size_t message_bytes = bounds::message_bytes;
  std::size_t requests_in_flight = bounds::requests_in_flight;
  std::size_t connections = bounds::connections;
  std::size_t connections_per_tenant = bounds::connections_per_tenant;
  std::size_t http_connections = bounds::http_connections;
  std::size_t output_bytes = bounds::output_bytes_per_connection;
  std::size_t greeting_message_bytes = bounds::greeting_message_bytes;
  std::uint32_t greeting_ms = bounds::greeting_ms;
  std::uint32_t message_ms = bounds::message_ms;
  std::uint32_t linger_ms = bounds::linger_ms;
  std::uint32_t http_request_ms = bounds::http_request_ms;
};

struct server_options {
  endpoint listen{.host = "127.0.0.1", .port = 3002}; ///< MessagePack-RPC; port 0: any that is free
  endpoint http_listen{.host = "127.0.0.1", .port = 3001};
  std::string tokens_file; ///< empty: everyone may do everything
  tls_files tls;
  server_info info;
  connection_bounds bounds;
};

} // namespace enclaved::edge
