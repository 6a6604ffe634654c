// How many requests a second go through one connection when the service echoes: the cost of the edge and the wire
// alone. Usage: bench_edge [SECONDS] [IN_FLIGHT]. The client shares the machine with the server.
#include "edge/io_threads.hpp"
#include "edge/server.hpp"
#include "wire/rpc.hpp"

#include <arpa/inet.h>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace enclaved;

/// Answers every run with its inputs.
class echo final : public wire::service {
public:
  void on_request(const wire::peer_ptr& from, std::uint32_t msgid, wire::request&& what) override {
    const auto& run = std::get<wire::run>(what);
    from->respond(msgid, run.inputs);
  }
  void on_tool_answer(const wire::peer_ptr&, wire::tool_answer&&) override {}
  void on_gone(const wire::peer_ptr&) override {}
  wire::health probe() const override { return {.ready = true}; }
};

void append_run(pack::buffer& out, std::uint32_t msgid) {
  pack::buffer argument;
  pack::writer{argument}.map(2).str("code").str("return inputs").str("inputs").map(1).str("n").number(msgid);
  wire::append_request(out, msgid, "run", argument.bytes);
}

int connect_to(std::uint16_t port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) std::abort();
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return descriptor;
}

void write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) std::abort();
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

/// Keeps `in_flight` requests under way until the time is over; answers how many a second were answered.
double load(std::uint16_t port, double seconds, std::uint32_t in_flight) {
  using clock = std::chrono::steady_clock;
  const int descriptor = connect_to(port);
  wire::message_reader reader{bounds::message_bytes};
  pack::buffer out;
  std::uint32_t msgid = 0;
  while (msgid < in_flight) append_run(out, msgid++);
  std::uint64_t answered = 0;
  const auto start = clock::now();
  const auto elapsed = [start] { return std::chrono::duration<double>(clock::now() - start).count(); };
  while (elapsed() < seconds) {
    write_all(descriptor, out.bytes);
    out.bytes.clear();
    const auto room = reader.room();
    const auto got = ::recv(descriptor, room.data(), room.size(), 0);
    if (got <= 0) std::abort();
    reader.filled(static_cast<std::size_t>(got));
    wire::message message;
    while (reader.next(message) == wire::message_reader::arrival::message) {
      if (message.failed) std::abort();
      ++answered;
      append_run(out, msgid++);
    }
  }
  const auto rate = static_cast<double>(answered) / elapsed();
  ::close(descriptor);
  return rate;
}

} // namespace

int main(int count, char** arguments) {
  const double seconds = count > 1 ? std::atof(arguments[1]) : 3;
  const auto in_flight = static_cast<std::uint32_t>(count > 2 ? std::atoi(arguments[2]) : 64);
  echo service;
  edge::io_threads threads{1};
  edge::server_options options;
  options.listen.port = 0;
  options.http_listen = {};
  edge::server server{threads, options, service};
  if (!server.start()) return 1;
  std::printf("%.0f requests/s, one connection, one I/O thread, %u in flight\n",
              load(server.port(), seconds, in_flight), in_flight);
  return 0;
}
