// A fake server on a TCP port, for tests of whatever connects by itself.
#pragma once

#include "base/endpoint.hpp"
#include "fake_server.hpp"

#include <netinet/in.h>
#include <vector>

namespace enclaved::test {

/// Serves any number of connections on a port of its own, each in a thread.
class fake_port {
public:
  explicit fake_port(fake_behaviour behave)
      : behave_(std::move(behave)), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(socket_.get(), 16) != 0 ||
        ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
      std::abort();
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~fake_port() {
    ::shutdown(socket_.get(), SHUT_RDWR);
    acceptor_.join();
    for (auto& one : threads_) one.join();
  }
  endpoint where() const { return {"127.0.0.1", port_}; }

private:
  void accept_all() {
    for (;;) {
      const int descriptor = ::accept(socket_.get(), nullptr, nullptr);
      if (descriptor < 0) return;
      threads_.emplace_back([this, descriptor] {
        const cli::unique_fd own(descriptor);
        serve_connection(own.get(), behave_);
      });
    }
  }

  fake_behaviour behave_;
  cli::unique_fd socket_;
  std::uint16_t port_ = 0;
  std::thread acceptor_;
  std::vector<std::thread> threads_;
};

} // namespace enclaved::test
