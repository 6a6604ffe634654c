#include "cli/socket.hpp"

#include "base/clock.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace enclaved::cli {

namespace {

constexpr std::uint32_t try_again_ms = 100;

error unreachable(const endpoint& where, std::string_view why) {
  return {error_code::unavailable, "cannot reach " + where.text() + ": " + std::string(why)};
}

/// Waits until a connection stands; the answer is its errno.
int finish_connecting(int descriptor, std::uint64_t until_ms) {
  for (;;) {
    const auto now = steady_ms();
    if (now >= until_ms) return ETIMEDOUT;
    pollfd one{descriptor, POLLOUT, 0};
    const int ready = ::poll(&one, 1, static_cast<int>(until_ms - now));
    if (ready < 0 && errno != EINTR) return errno;
    if (ready <= 0) continue;
    int failed = 0;
    socklen_t size = sizeof(failed);
    if (::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failed, &size) != 0) return errno;
    return failed;
  }
}

int connect_one(const addrinfo& address, std::uint64_t until_ms, unique_fd& out) {
  unique_fd socket(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.open()) return errno;
  if (::connect(socket.get(), address.ai_addr, address.ai_addrlen) != 0) {
    if (errno != EINPROGRESS) return errno;
    if (const int failed = finish_connecting(socket.get(), until_ms); failed != 0) return failed;
  }
  const int on = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  out = std::move(socket);
  return 0;
}

} // namespace

void unique_fd::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

void set_nonblocking(int descriptor) { ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK); }

result<unique_fd> connect_to(const endpoint& where, std::uint32_t timeout_ms) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* raw = nullptr;
  if (const int failed = ::getaddrinfo(where.host.c_str(), std::to_string(where.port).c_str(), &hints, &raw);
      failed != 0)
    return unreachable(where, ::gai_strerror(failed));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(raw, &::freeaddrinfo);
  const auto until_ms = steady_ms() + timeout_ms;
  int failed = EADDRNOTAVAIL;
  for (;;) {
    for (const auto* address = addresses.get(); address != nullptr; address = address->ai_next) {
      unique_fd socket;
      failed = connect_one(*address, until_ms, socket);
      if (failed == 0) return socket;
    }
    if (failed != ECONNREFUSED || steady_ms() + try_again_ms >= until_ms) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(try_again_ms));
  }
  return unreachable(where, std::strerror(failed));
}

} // namespace enclaved::cli
