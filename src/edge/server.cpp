#include "edge/server.hpp"

#include "edge/connection.hpp"
#include "edge/http.hpp"
#include "edge/io_threads.hpp"
#include "edge/listener.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

namespace enclaved::edge {

namespace {

/// Says why without waiting for anything; under TLS there are no words before a handshake.
void turn_away(const premises& house, tcp_socket& socket) {
  if (house.tls.enabled()) return;
  pack::buffer problem;
  wire::append_error(problem, {error_code::overloaded, "too many connections", bounds::retry_after_ms});
  pack::buffer out;
  wire::append_notification(out, "error", problem.bytes);
  io_error ignored;
  socket.non_blocking(true, ignored);
  socket.send(asio::buffer(out.bytes), 0, ignored);
  socket.shutdown(tcp_socket::shutdown_send, ignored);
}

void welcome_client(const std::shared_ptr<premises>& house, asio::io_context& home, tcp_socket socket) {
  prepare(socket);
  if (house->guests.count(guest_kind::rpc) >= house->options.bounds.connections) return turn_away(*house, socket);
  auto stream = house->tls.enabled() ? tls_stream(home, std::move(socket), house->tls.current())
                                     : plain_stream(home, std::move(socket));
  const auto client = std::make_shared<connection>(house, std::move(stream));
  if (house->guests.enter(guest_kind::rpc, client)) client->start();
}

} // namespace

server::server(io_threads& threads, server_options options, wire::service& service)
    : threads_(threads), house_(std::make_shared<premises>(std::move(options), service)) {}

server::~server() { stop(); }

status server::start() {
  if (auto loaded = reload(); !loaded) return loaded;
  const auto& options = house_->options;
  if (!options.listen.off()) {
    rpc_ = std::make_shared<listener>(threads_, [house = house_](asio::io_context& home, tcp_socket socket) {
      welcome_client(house, home, std::move(socket));
    });
    if (auto opened = rpc_->open(options.listen); !opened) return opened;
  }
  if (!options.http_listen.off()) {
    http_ = std::make_shared<listener>(threads_, [house = house_](asio::io_context& home, tcp_socket socket) {
      welcome_http(house, home, std::move(socket));
    });
    if (auto opened = http_->open(options.http_listen); !opened) return opened;
  }
  return done{};
}

status server::reload() {
  auto tokens = house_->tokens.reload();
  auto tls = house_->tls.reload();
  house_->guests.for_each([](guest& one) { one.recheck(); });
  if (tokens && tls) return done{};
  if (tokens) return tls;
  if (!tls) return invalid_request(tokens.problem().message + "; " + tls.problem().message);
  return tokens;
}

std::uint16_t server::port() const { return rpc_ ? rpc_->port() : std::uint16_t{0}; }
std::uint16_t server::http_port() const { return http_ ? http_->port() : std::uint16_t{0}; }
std::size_t server::connections() const { return house_->guests.count(guest_kind::rpc); }

void server::adopt(int descriptor) {
  auto& home = threads_.next();
  // The protocol only matters to calls that open or name a socket, and this one is open.
  asio::post(home, [house = house_, &home, descriptor] {
    tcp_socket socket(home);
    io_error refused;
    socket.assign(tcp::v4(), descriptor, refused);
    if (!refused) welcome_client(house, home, std::move(socket));
  });
}

void server::refuse_clients() {
  if (rpc_) rpc_->close();
}

void server::stop() {
  house_->guests.close_doors();
  if (rpc_) rpc_->close();
  if (http_) http_->close();
  house_->guests.for_each([](guest& one) { one.finish(); });
  const std::chrono::milliseconds patience{house_->options.bounds.linger_ms};
  if (house_->guests.wait_until_empty(patience)) return;
  house_->guests.for_each([](guest& one) { one.abandon(); });
  house_->guests.wait_until_empty(patience);
}

} // namespace enclaved::edge
