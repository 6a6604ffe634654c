#include "edge/http.hpp"

#include "base/pack.hpp"
#include "edge/premises.hpp"
#include "edge/status_peer.hpp"
#include "wire/json.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <optional>

namespace enclaved::edge {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;

/// A reply before it is one of Beast's.
struct reply {
  http::status status = http::status::ok;
  std::string body;
};

/// Of what was packed here, which is always MessagePack.
std::string json_text(std::string_view packed) { return std::move(*wire::to_json(packed)); }

std::string problem_json(std::string_view name, std::string_view message) {
  pack::buffer out;
  pack::writer to{out};
  to.map(1).str("error").map(2).str("code").str(name).str("message").str(message);
  return json_text(out.bytes);
}

reply refused(http::status status, const error& problem) {
  return {status, problem_json(row(problem.code).name, problem.message)};
}

http::status status_for(error_code code) {
  switch (code) {
  case error_code::unauthorized: return http::status::unauthorized;
  case error_code::forbidden: return http::status::forbidden;
  case error_code::not_found: return http::status::not_found;
  case error_code::overloaded:
  case error_code::unavailable: return http::status::service_unavailable;
  default: return http::status::internal_server_error;
  }
}

std::string probe_json(std::string_view what, bool yes, std::string_view reason) {
  pack::buffer out;
  pack::writer to{out};
  to.map(yes ? 1 : 2).str(what).boolean(yes);
  if (!yes) to.str("reason").str(reason);
  return json_text(out.bytes);
}

reply health_reply(const wire::health& now) {
  const auto status = now.alive ? http::status::ok : http::status::service_unavailable;
  return {status, probe_json("alive", now.alive, now.reason)};
}

reply ready_reply(const wire::health& now) {
  const bool ready = now.alive && now.ready;
  return {ready ? http::status::ok : http::status::service_unavailable, probe_json("ready", ready, now.reason)};
}

/// One connection; its requests one after another. Everything on its I/O thread but `finish` and `abandon`.
class http_session final : public guest, public std::enable_shared_from_this<http_session> {
public:
  http_session(std::shared_ptr<premises> house, asio::io_context& home, tcp_socket socket)
      : house_(std::move(house)), home_(home), socket_(std::move(socket)), deadline_(home) {}

  void start() { read(); }

  void finish() override { abandon(); }
  void abandon() override {
    asio::post(home_, [self = shared_from_this()] { self->close(); });
  }

private:
  using request_parser = http::request_parser<http::string_body>;

  void read() {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(bounds::http_request_bytes));
    parser_->body_limit(bounds::http_request_bytes);
    // One deadline for a whole exchange, so that neither a slow sender nor a slow reader holds it longer.
    const auto turn = ++turn_;
    deadline_.expires_after(std::chrono::milliseconds{house_->options.bounds.http_request_ms});
    deadline_.async_wait([self = shared_from_this(), turn](const io_error&) {
      if (turn == self->turn_) self->close();
    });
    http::async_read(socket_, buffer_, *parser_,
                     [self = shared_from_this()](const io_error& failure, std::size_t) { self->on_request(failure); });
  }

  void on_request(const io_error& failure) {
    if (!socket_.is_open()) return;
    if (!failure) return answer(parser_->get());
    if (failure == http::error::header_limit || failure == http::error::body_limit)
      return last_words(http::status::payload_too_large, "the request is larger than its bound");
    const bool is_bad_request = failure.category() == make_error_code(http::error::bad_method).category() &&
                                failure != http::error::end_of_stream && failure != http::error::partial_message;
    if (is_bad_request) return last_words(http::status::bad_request, "not HTTP");
    close();
  }

  void last_words(http::status status, std::string_view message) {
    keep_alive_ = false;
    send(refused(status, {error_code::invalid_request, std::string{message}}));
  }

  void answer(const http::request<http::string_body>& request) {
    keep_alive_ = request.keep_alive();
    head_only_ = request.method() == http::verb::head;
    const auto target = std::string_view{request.target().data(), request.target().size()};
    const auto path = target.substr(0, target.find('?'));
    const bool known = path == "/health" || path == "/ready" || path == "/status";
    if (!known)
      return send(refused(http::status::not_found, {error_code::not_found, "there are /health, /ready and /status"}));
    if (request.method() != http::verb::get && !head_only_)
      return send(refused(http::status::method_not_allowed, {error_code::invalid_request, "only GET and HEAD"}));
    if (path == "/health") return send(health_reply(house_->service.probe()));
    if (path == "/ready") return send(ready_reply(house_->service.probe()));
    ask_status(request);
  }

  result<wire::principal> principal_of(const http::request<http::string_body>& request) const {
    if (!house_->tokens.required()) return token_store::anonymous();
    const auto header = request[http::field::authorization];
    const std::string_view value{header.data(), header.size()};
    constexpr std::string_view scheme = "Bearer ";
    const auto row = value.starts_with(scheme) ? house_->tokens.find(value.substr(scheme.size())) : std::nullopt;
    if (!row) return error{error_code::unauthorized, "send Authorization: Bearer TOKEN"};
    if (!row->who.may_read) return error{error_code::forbidden, "the token lacks the permission read"};
    return row->who;
  }

  void ask_status(const http::request<http::string_body>& request) {
    auto who = principal_of(request);
    if (!who) return send(refused(status_for(who.problem().code), who.problem()));
    const auto on_answer = [self = shared_from_this(), turn = turn_](result<std::string> answer) {
      asio::post(self->home_, [self, turn, answer = std::move(answer)] {
        if (turn == self->turn_) self->on_status(answer);
      });
    };
    peer_ = std::make_shared<status_peer>(std::move(*who), on_answer);
    house_->service.on_request(peer_, 1, wire::status_query{});
    house_->service.on_read_done();
  }

  void on_status(const result<std::string>& answer) {
    dismiss_peer();
    if (!socket_.is_open()) return;
    if (!answer) return send(refused(status_for(answer.problem().code), answer.problem()));
    auto text = wire::to_json(*answer, wire::json_layout::indented);
    if (!text) return send(refused(http::status::internal_server_error, text.problem()));
    send({http::status::ok, std::move(*text) + "\n"});
  }

  void dismiss_peer() {
    if (const auto peer = std::exchange(peer_, nullptr)) house_->service.on_gone(peer);
  }

  void send(reply what) {
    response_ = {};
    response_.version(11);
    response_.result(what.status);
    response_.set(http::field::server, "enclaved");
    response_.set(http::field::content_type, "application/json");
    response_.set(http::field::cache_control, "no-store");
    response_.set("X-Content-Type-Options", "nosniff");
    if (what.status == http::status::method_not_allowed) response_.set(http::field::allow, "GET, HEAD");
    if (what.status == http::status::unauthorized) response_.set(http::field::www_authenticate, "Bearer");
    response_.keep_alive(keep_alive_);
    response_.body() = std::move(what.body);
    response_.prepare_payload();
    if (head_only_) response_.body().clear(); // the length that was prepared stays
    http::async_write(socket_, response_,
                      [self = shared_from_this()](const io_error& failure, std::size_t) { self->on_sent(failure); });
  }

  void on_sent(const io_error& failure) {
    if (!failure && keep_alive_ && socket_.is_open()) return read();
    io_error ignored;
    socket_.shutdown(tcp_socket::shutdown_send, ignored);
    close();
  }

  void close() {
    if (std::exchange(closed_, true)) return;
    ++turn_;
    deadline_.cancel();
    io_error ignored;
    socket_.close(ignored);
    dismiss_peer();
    house_->guests.leave(guest_kind::http, this);
  }

  const std::shared_ptr<premises> house_;
  asio::io_context& home_;
  tcp_socket socket_;
  timer deadline_;
  std::uint64_t turn_ = 0; ///< of exchanges; what belongs to a former one is ignored
  beast::flat_buffer buffer_{bounds::http_request_bytes};
  std::optional<request_parser> parser_;
  http::response<http::string_body> response_;
  std::shared_ptr<status_peer> peer_;
  bool keep_alive_ = false;
  bool head_only_ = false;
  bool closed_ = false;
};

} // namespace

void welcome_http(const std::shared_ptr<premises>& house, asio::io_context& home, tcp_socket socket) {
  io_error ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  const auto session = std::make_shared<http_session>(house, home, std::move(socket));
  if (house->guests.enter(guest_kind::http, session)) session->start();
}

} // namespace enclaved::edge
