// A TCP connection as bytes, plain or under TLS. One operation of a kind at a time; everything on the stream's I/O
// thread.
#pragma once

#include "edge/asio.hpp"

#include <memory>
#include <span>
#include <string_view>

namespace boost::asio::ssl {
class context;
}

namespace enclaved::edge {

/// Whom a stream tells. The stream keeps it alive while an operation is under way.
class stream_user {
public:
  virtual ~stream_user() = default;
  virtual void on_opened(bool usable) = 0;
  virtual void on_read(std::size_t bytes) = 0; ///< 0: nothing will come any more
  virtual void on_written(bool sent) = 0;
};
using stream_user_ptr = std::shared_ptr<stream_user>;

class byte_stream {
public:
  virtual ~byte_stream() = default;

  virtual void open(stream_user_ptr user) = 0; ///< the TLS handshake, if any
  virtual void read(stream_user_ptr user, std::span<char> room) = 0;
  virtual void write(stream_user_ptr user, std::string_view bytes) = 0; ///< all of them
  virtual void end_output(stream_user_ptr user) = 0;                    ///< tells the other side that nothing follows
  virtual void close() = 0;
  virtual asio::io_context& context() = 0;
};

/// How a connection over TCP behaves: small messages leave at once, and a vanished client is noticed.
void prepare(tcp_socket& socket);

std::unique_ptr<byte_stream> plain_stream(asio::io_context& context, tcp_socket socket);
std::unique_ptr<byte_stream> tls_stream(asio::io_context& context, tcp_socket socket,
                                        std::shared_ptr<asio::ssl::context> settings);

} // namespace enclaved::edge
