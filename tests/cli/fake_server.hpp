// A server for tests of clients: a thread that answers whole messages as the test says, on one connected socket.
#pragma once

#include "base/pack.hpp"
#include "cli/socket.hpp"
#include "wire/rpc.hpp"

#include <array>
#include <functional>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace enclaved::test {

/// Gets each message and appends what is to be sent. False: closes the connection after sending.
using fake_behaviour = std::function<bool(const wire::message& came, pack::buffer& out)>;

inline void serve_connection(int descriptor, const fake_behaviour& behave) {
  wire::message_reader in(bounds::message_bytes);
  pack::buffer out;
  for (bool going_on = true; going_on;) {
    const auto room = in.room();
    const auto got = ::read(descriptor, room.data(), room.size());
    if (got <= 0) return;
    in.filled(static_cast<std::size_t>(got));
    wire::message message;
    while (going_on && in.next(message) == wire::message_reader::arrival::message) going_on = behave(message, out);
    if (::send(descriptor, out.bytes.data(), out.bytes.size(), MSG_NOSIGNAL) < 0) return;
    out.bytes.clear();
  }
}

class fake_server {
public:
  explicit fake_server(fake_behaviour behave) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) std::abort();
    client_side_ = cli::unique_fd(ends[0]);
    thread_ = std::thread([behave = std::move(behave), end = ends[1]] {
      const cli::unique_fd own(end);
      serve_connection(own.get(), behave);
    });
  }
  ~fake_server() {
    client_side_.close();
    thread_.join();
  }

  /// The other end; it must be closed before this is destroyed.
  cli::unique_fd take_client_side() { return std::move(client_side_); }

private:
  cli::unique_fd client_side_;
  std::thread thread_;
};

/// The `final` payload of a script that returned a number.
inline std::string number_result(std::uint64_t number) {
  pack::buffer out;
  pack::writer(out).map(2).str("ok").boolean(true).str("result").number(number);
  return out.bytes;
}

} // namespace enclaved::test
