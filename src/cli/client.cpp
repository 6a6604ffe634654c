#include "cli/client.hpp"

#include "base/clock.hpp"
#include "base/escape.hpp"
#include "cli/fields.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <vector>

namespace enclaved::cli {

namespace {

/// Params are an array with at most one map; a server that sends something else is answered as if it had sent none.
std::string_view argument_of(std::string_view params) {
  const auto all = elements(params);
  return all.empty() ? std::string_view("\x80", 1) : all.front();
}

std::optional<error_code> code_named(std::string_view name) {
  for (std::size_t i = 0; i < error_codes; ++i)
    if (const auto& one = row(static_cast<error_code>(i)); one.name == name) return one.code;
  return std::nullopt;
}

} // namespace

error decode_error(std::string_view value) {
  std::string_view text;
  if (pack::reader(value).str(text)) return {error_code::internal, std::string(text)};
  const auto name = text_field(value, "code");
  const auto code = code_named(name);
  error out{code.value_or(error_code::internal), text_field(value, "message")};
  if (!code) out.message = name + ": " + out.message;
  if (const auto after = number_field(value, "retry_after_ms"))
    out.retry_after_ms = static_cast<std::uint32_t>(std::min<std::uint64_t>(*after, UINT32_MAX));
  if (const auto details = field(value, "details")) out.details = *details;
  return out;
}

result<client> client::connect(const endpoint& where, std::uint32_t timeout_ms) {
  auto socket = connect_to(where, timeout_ms);
  if (!socket) return socket.problem();
  return client(std::move(*socket));
}

client::client(unique_fd socket) : socket_(std::move(socket)), in_(bounds::pipe_frame_bytes) {
  set_nonblocking(socket_.get());
}

result<std::string> client::call(std::string_view method, std::string_view argument, std::uint64_t timeout_ms) {
  const auto msgid = begin(method, argument);
  const auto until = steady_ms() + timeout_ms;
  for (;;) {
    if (auto came = take_answer(msgid)) {
      if (came->problem) return std::move(*came->problem);
      return std::move(came->result);
    }
    const auto now = steady_ms();
    if (timeout_ms != 0 && now >= until)
      return error{error_code::unavailable, "the server did not answer " + std::string(method) + " in time"};
    const int wait_ms = timeout_ms == 0 ? -1 : static_cast<int>(std::min<std::uint64_t>(until - now, 3'600'000));
    if (auto went = exchange(wait_ms); !went) return went.problem();
  }
}

status client::hello(std::string_view token, std::uint64_t timeout_ms) {
  pack::buffer argument;
  pack::writer out(argument);
  out.map(token.empty() ? 1 : 2);
  out.str("client").map(2).str("name").str("enclaved").str("version").str(ENCLAVED_VERSION);
  if (!token.empty()) out.str("token").str(token);
  auto came = call("hello", argument.bytes, timeout_ms);
  if (!came) return came.problem();
  return done{};
}

std::uint32_t client::begin(std::string_view method, std::string_view argument) {
  const auto msgid = ++last_msgid_;
  pending_.emplace(msgid, std::nullopt);
  wire::append_request(out_, msgid, method, argument);
  return msgid;
}

std::optional<answer> client::take_answer(std::uint32_t msgid) {
  const auto found = pending_.find(msgid);
  if (found == pending_.end() || !found->second) return std::nullopt;
  auto came = std::move(found->second);
  pending_.erase(found);
  return came;
}

void client::respond(std::uint32_t msgid, std::string_view result) { wire::append_response(out_, msgid, result); }
void client::refuse(std::uint32_t msgid, const error& problem) { wire::append_refusal(out_, msgid, problem); }

status client::exchange(int timeout_ms, std::span<pollfd> others) {
  if (auto sent = send(); !sent) return sent;
  std::vector<pollfd> all{{socket_.get(), static_cast<short>(out_.bytes.empty() ? POLLIN : POLLIN | POLLOUT), 0}};
  all.insert(all.end(), others.begin(), others.end());
  if (::poll(all.data(), all.size(), timeout_ms) < 0 && errno != EINTR) return lost(std::strerror(errno));
  for (std::size_t i = 0; i < others.size(); ++i) others[i].revents = all[i + 1].revents;
  if ((all.front().revents & (POLLIN | POLLHUP | POLLERR)) != 0) return receive();
  return done{};
}

status client::send() {
  while (sent_ < out_.bytes.size()) {
    const auto wrote = ::send(socket_.get(), out_.bytes.data() + sent_, out_.bytes.size() - sent_, MSG_NOSIGNAL);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0 && errno == EAGAIN) {
      if (out_.bytes.size() - sent_ > bounds::output_bytes_per_connection) return lost("it reads nothing");
      return done{};
    }
    // What the server said before it went is better than "broken pipe".
    if (wrote < 0) return receive() ? lost(std::strerror(errno)) : lost("");
    sent_ += static_cast<std::size_t>(wrote);
  }
  out_.bytes.clear();
  sent_ = 0;
  return done{};
}

status client::receive() {
  using arrival = wire::message_reader::arrival;
  for (;;) {
    const auto room = in_.room();
    const auto got = ::recv(socket_.get(), room.data(), room.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return done{};
    if (got < 0) return lost(std::strerror(errno));
    if (got == 0) return lost("it closed the connection");
    in_.filled(static_cast<std::size_t>(got));
    wire::message message;
    auto came = in_.next(message);
    for (; came == arrival::message; came = in_.next(message)) dispatch(message);
    if (came == arrival::broken) return lost(std::string(wire::explain(in_.why())));
    if (static_cast<std::size_t>(got) < room.size()) return done{};
  }
}

void client::dispatch(const wire::message& message) {
  switch (message.form) {
  case wire::message_form::response: return answered(message);
  case wire::message_form::request:
    if (handlers_.on_request)
      handlers_.on_request(message.msgid, message.method, argument_of(message.params));
    else
      refuse(message.msgid, {error_code::unknown_method, "this client answers no requests"});
    return;
  case wire::message_form::notification:
    if (message.method == "error")
      farewell_ = decode_error(argument_of(message.params));
    else if (handlers_.on_notification)
      handlers_.on_notification(message.method, argument_of(message.params));
    return;
  }
}

void client::answered(const wire::message& message) {
  const auto found = pending_.find(message.msgid);
  if (found == pending_.end()) return; // nobody asked
  answer came;
  if (message.failed)
    came.problem = decode_error(message.value);
  else
    came.result = message.value;
  found->second = std::move(came);
}

error client::lost(std::string why) const {
  if (farewell_) return *farewell_;
  return {error_code::unavailable, "the connection to the server is lost: " + why};
}

} // namespace enclaved::cli
