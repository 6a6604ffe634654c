// A blocking client of a test: raw bytes or messages over TCP. Every wait is bounded, so that a server that says
// nothing fails the test.
#pragma once

#include "wire/json.hpp"
#include "wire/rpc.hpp"

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <cerrno>
#include <memory>
#include <netinet/tcp.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace enclaved::tests {

/// A message as text: `kind` is request, response or notification.
struct heard {
  std::string kind; ///< "closed" at the end of the stream, "reset" when it was torn down
  std::uint32_t msgid = 0;
  std::string method;
  std::string text; ///< params, result or error, as JSON
  bool failed = false;
};

class client {
public:
  /// A small receive buffer makes a client that does not read noticed early.
  explicit client(std::uint16_t port, int receive_buffer = 0)
      : client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), port, receive_buffer) {}
  client(int descriptor, std::uint16_t port, int receive_buffer) : descriptor_(descriptor) {
    if (receive_buffer > 0) ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    const timeval patience{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    const int on = 1;
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  client(client&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)), reader_(std::move(other.reader_)) {}
  ~client() { close(); }

  void close() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  }
  void end_output() { ::shutdown(descriptor_, SHUT_WR); }
  int descriptor() const { return descriptor_; }

  /// False when the server does not take it any more.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  static std::string request_bytes(std::uint32_t msgid, std::string_view method, std::string_view json) {
    pack::buffer out;
    wire::append_request(out, msgid, method, *wire::from_json(json));
    return out.bytes;
  }
  void request(std::uint32_t msgid, std::string_view method, std::string_view json = "{}") {
    send(request_bytes(msgid, method, json));
  }
  void answer(std::uint32_t msgid, std::string_view json) {
    pack::buffer out;
    wire::append_response(out, msgid, *wire::from_json(json));
    send(out.bytes);
  }
  void answer_with_error(std::uint32_t msgid, std::string_view json) {
    pack::buffer out;
    pack::writer{out}.array(4).number(1).number(msgid).raw(*wire::from_json(json)).nil();
    send(out.bytes);
  }

  heard hear() {
    wire::message message;
    for (;;) {
      const auto arrival = reader_->next(message);
      REQUIRE(arrival != wire::message_reader::arrival::broken);
      if (arrival == wire::message_reader::arrival::message) return described(message);
      const auto room = reader_->room();
      const auto got = ::recv(descriptor_, room.data(), room.size(), 0);
      if (got == 0) return {.kind = "closed"};
      if (got < 0) {
        const bool timed_out = errno == EAGAIN;
        REQUIRE_FALSE(timed_out);
        return {.kind = "reset"};
      }
      reader_->filled(static_cast<std::size_t>(got));
    }
  }

  /// Calls and takes the next message as the response.
  heard call(std::uint32_t msgid, std::string_view method, std::string_view json = "{}") {
    request(msgid, method, json);
    return hear();
  }

private:
  static heard described(const wire::message& message) {
    constexpr std::array<const char*, 3> kinds{"request", "response", "notification"};
    const bool is_response = message.form == wire::message_form::response;
    return {.kind = kinds[static_cast<std::size_t>(message.form)],
            .msgid = message.msgid,
            .method = is_response ? "" : std::string{message.method},
            .text = *wire::to_json(is_response ? message.value : message.params),
            .failed = is_response && message.failed};
  }

  int descriptor_;
  std::unique_ptr<wire::message_reader> reader_ = std::make_unique<wire::message_reader>(128 * bounds::mib);
};

} // namespace enclaved::tests
