// Boost.Asio as the edge uses it: sockets that name their executor, which spares a virtual call and an allocation an
// operation. Only the edge's own sources include this.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace enclaved::edge {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using io_error = boost::system::error_code;

using executor = asio::io_context::executor_type;
using tcp_socket = asio::basic_stream_socket<tcp, executor>;
using tcp_acceptor = asio::basic_socket_acceptor<tcp, executor>;
using local_socket = asio::basic_stream_socket<asio::local::stream_protocol, executor>;
using timer =
    asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, executor>;

} // namespace enclaved::edge
