#include "edge/listener.hpp"

#include "base/bounds.hpp"
#include "base/log.hpp"
#include "edge/io_threads.hpp"

namespace enclaved::edge {

listener::listener(io_threads& threads, welcome on_connection)
    : threads_(threads), on_connection_(std::move(on_connection)), acceptor_(threads.first()), pause_(threads.first()) {
}

status listener::open(const endpoint& address) {
  const auto failed = [&address](std::string_view step, const io_error& why) {
    return error{error_code::unavailable, address.text().append(": ").append(step).append(": ").append(why.message())};
  };
  io_error failure;
  tcp::resolver resolver{threads_.first()};
  const auto found = resolver.resolve(address.host, std::to_string(address.port),
                                      tcp::resolver::passive | tcp::resolver::numeric_service, failure);
  if (failure || found.empty()) return failed("it cannot be resolved", failure);
  const auto first = found.begin()->endpoint();
  if (acceptor_.open(first.protocol(), failure); failure) return failed("no socket", failure);
  acceptor_.set_option(asio::socket_base::reuse_address(true), failure);
  if (acceptor_.bind(first, failure); failure) return failed("it cannot be bound", failure);
  if (acceptor_.listen(asio::socket_base::max_listen_connections, failure); failure)
    return failed("it cannot be listened on", failure);
  port_ = acceptor_.local_endpoint(failure).port();
  asio::post(threads_.first(), [self = shared_from_this()] { self->accept(); });
  return done{};
}

void listener::accept() {
  if (!acceptor_.is_open()) return;
  auto& home = threads_.next();
  acceptor_.async_accept(home, [self = shared_from_this(), &home](const io_error& failure, tcp_socket socket) {
    self->accepted(failure, home, std::move(socket));
  });
}

void listener::accepted(const io_error& failure, asio::io_context& home, tcp_socket socket) {
  if (failure == asio::error::operation_aborted || !acceptor_.is_open()) return;
  if (!failure) {
    paused_ = false;
    asio::post(home, [self = shared_from_this(), &home, socket = std::move(socket)]() mutable {
      self->on_connection_(home, std::move(socket));
    });
  } else if (failure != asio::error::connection_aborted) {
    return pause(failure);
  }
  accept();
}

/// Descriptors or memory are exhausted: the connection stays in the kernel's queue, and trying again at once would
/// spin.
void listener::pause(const io_error& why) {
  if (!std::exchange(paused_, true)) log::warn("the listener pauses", {{"why", why.message()}});
  pause_.expires_after(std::chrono::milliseconds{bounds::accept_pause_ms});
  pause_.async_wait([self = shared_from_this()](const io_error& cancelled) {
    if (!cancelled) self->accept();
  });
}

void listener::close() {
  asio::post(threads_.first(), [self = shared_from_this()] {
    io_error ignored;
    self->acceptor_.close(ignored);
    self->pause_.cancel();
  });
}

} // namespace enclaved::edge
