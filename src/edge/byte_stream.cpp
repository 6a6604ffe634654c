#include "edge/byte_stream.hpp"

#include "base/bounds.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <netinet/tcp.h>

namespace enclaved::edge {

namespace {

template <int level, int name>
using int_option = asio::detail::socket_option::integer<level, name>;

/// What reading and writing have in common for both kinds; `Stream` is a socket or a TLS stream over one.
template <class Stream>
class stream_over : public byte_stream {
public:
  template <class... Arguments>
  explicit stream_over(asio::io_context& context, Arguments&&... arguments)
      : context_(context), stream_(std::forward<Arguments>(arguments)...) {}

  void read(stream_user_ptr user, std::span<char> room) override {
    stream_.async_read_some(
        asio::buffer(room.data(), room.size()),
        [user = std::move(user)](const io_error& failure, std::size_t bytes) { user->on_read(failure ? 0 : bytes); });
  }

  void write(stream_user_ptr user, std::string_view bytes) override {
    asio::async_write(stream_, asio::buffer(bytes.data(), bytes.size()),
                      [user = std::move(user)](const io_error& failure, std::size_t) { user->on_written(!failure); });
  }

  void close() override {
    io_error ignored;
    stream_.lowest_layer().close(ignored);
  }

  asio::io_context& context() override { return context_; }

protected:
  asio::io_context& context_;
  Stream stream_;
};

class plain final : public stream_over<tcp_socket> {
public:
  using stream_over::stream_over;

  void open(stream_user_ptr user) override { user->on_opened(true); }

  void end_output(stream_user_ptr) override {
    io_error ignored;
    stream_.shutdown(tcp_socket::shutdown_send, ignored);
  }
};

class encrypted final : public stream_over<asio::ssl::stream<tcp_socket>> {
public:
  encrypted(asio::io_context& context, tcp_socket socket, std::shared_ptr<asio::ssl::context> settings)
      : stream_over(context, std::move(socket), *settings), settings_(std::move(settings)) {}

  void open(stream_user_ptr user) override {
    stream_.async_handshake(asio::ssl::stream_base::server,
                            [user = std::move(user)](const io_error& failure) { user->on_opened(!failure); });
  }

  void end_output(stream_user_ptr user) override {
    stream_.async_shutdown([this, user = std::move(user)](const io_error&) {
      io_error ignored;
      stream_.lowest_layer().shutdown(tcp_socket::shutdown_send, ignored);
    });
  }

private:
  std::shared_ptr<asio::ssl::context> settings_; ///< those it was opened with, whatever has been loaded since
};

} // namespace

void prepare(tcp_socket& socket) {
  constexpr int second_ms = 1'000;
  io_error ignored; // a socket that refuses an option is about to report its error by a read
  socket.set_option(tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
  socket.set_option(int_option<IPPROTO_TCP, TCP_KEEPIDLE>(bounds::idle_connection_ms / second_ms), ignored);
  socket.set_option(int_option<IPPROTO_TCP, TCP_KEEPINTVL>(bounds::keepalive_interval_ms / second_ms), ignored);
  socket.set_option(int_option<IPPROTO_TCP, TCP_KEEPCNT>(bounds::keepalive_probes), ignored);
  socket.set_option(int_option<IPPROTO_TCP, TCP_USER_TIMEOUT>(bounds::unacknowledged_ms), ignored);
}

std::unique_ptr<byte_stream> plain_stream(asio::io_context& context, tcp_socket socket) {
  return std::make_unique<plain>(context, std::move(socket));
}

std::unique_ptr<byte_stream> tls_stream(asio::io_context& context, tcp_socket socket,
                                        std::shared_ptr<asio::ssl::context> settings) {
  return std::make_unique<encrypted>(context, std::move(socket), std::move(settings));
}

} // namespace enclaved::edge
