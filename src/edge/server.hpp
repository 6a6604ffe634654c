// The server's outside: it listens for MessagePack-RPC and HTTP, and is told to reload and to stop.
#pragma once

#include "base/result.hpp"
#include "edge/options.hpp"
#include "wire/service.hpp"

#include <cstdint>
#include <memory>

namespace enclaved::edge {

class io_threads;
class listener;
struct premises;

class server {
public:
  /// Both references must outlive the server, and the threads every peer that the service keeps.
  server(io_threads& threads, server_options options, wire::service& service);
  ~server(); ///< as `stop`

  server(const server&) = delete;
  server& operator=(const server&) = delete;

  /// Reads tokens and certificate and listens.
  status start();
  /// Reads tokens and certificate again. What is invalid stays as it was; connections whose token was changed or
  /// removed end.
  status reload();

  std::uint16_t port() const; ///< the one bound; 0: not listening
  std::uint16_t http_port() const;
  std::size_t connections() const; ///< of MessagePack-RPC

  /// Serves one client on a connected stream socket of any family, taking the descriptor over; it needs no listening.
  void adopt(int descriptor);

  /// No further clients, for draining; those connected and the probes over HTTP go on.
  void refuse_clients();
  /// Sends what waits, then closes everything; takes two `linger_ms` at most. Not from an I/O thread. The service is
  /// not called afterwards.
  void stop();

private:
  io_threads& threads_;
  std::shared_ptr<premises> house_;
  std::shared_ptr<listener> rpc_;
  std::shared_ptr<listener> http_;
};

} // namespace enclaved::edge
