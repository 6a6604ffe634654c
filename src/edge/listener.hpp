// A listening TCP socket that hands its connections to the I/O threads in turn.
#pragma once

#include "base/endpoint.hpp"
#include "base/result.hpp"
#include "edge/asio.hpp"

#include <functional>
#include <memory>

namespace enclaved::edge {

class io_threads;

class listener : public std::enable_shared_from_this<listener> {
public:
  /// Called on the thread that the socket is on from now on.
  using welcome = std::function<void(asio::io_context&, tcp_socket)>;

  listener(io_threads& threads, welcome on_connection);

  status open(const endpoint& address); ///< port 0 is any that is free
  std::uint16_t port() const { return port_; }
  void close(); ///< from any thread; no connection is welcomed afterwards but those under way

private:
  void accept();
  void accepted(const io_error& failure, asio::io_context& home, tcp_socket socket);
  void pause(const io_error& why);

  io_threads& threads_;
  welcome on_connection_;
  tcp_acceptor acceptor_;
  timer pause_;
  bool paused_ = false;
  std::uint16_t port_ = 0;
};

} // namespace enclaved::edge
