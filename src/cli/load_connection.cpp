#include "cli/load_connection.hpp"

#include "cli/client.hpp"
#include "cli/fields.hpp"

#include <cerrno>
#include <cstring>
#include <sys/socket.h>

namespace enclaved::cli {

namespace {

/// The greeting's id; requests count from 0 and never get there.
constexpr std::uint32_t greeting_msgid = UINT32_MAX;

/// Most answers are results, whose `ok` is looked at and nothing else.
std::string failure_of(const wire::message& message) {
  if (message.failed) return std::string(row(decode_error(message.value).code).name);
  if (flag_field(message.value, "ok")) return {};
  const auto script_error = field(message.value, "error");
  auto code = script_error ? text_field(*script_error, "code") : std::string();
  return code.empty() ? std::string("(an answer without ok)") : code;
}

} // namespace

load_connection::load_connection(unique_fd socket, const std::string& token)
    : socket_(std::move(socket)), in_(bounds::pipe_frame_bytes) {
  if (token.empty()) return;
  pack::buffer argument, message;
  pack::writer(argument).map(1).str("token").str(token);
  wire::append_request(message, greeting_msgid, "hello", argument.bytes);
  out_ = std::move(message.bytes);
}

void load_connection::send(request_frame& frame, std::uint64_t meant_at_ns) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(started_.size()));
    started_.push_back(0);
  }
  const auto msgid = free_.back();
  free_.pop_back();
  started_[msgid] = meant_at_ns;
  frame.append(out_, msgid);
}

load_connection::condition load_connection::flush() {
  while (sent_ < out_.size()) {
    const auto wrote = ::send(socket_.get(), out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0 && errno == EAGAIN) return condition::blocked;
    if (wrote < 0) return broken(std::strerror(errno)), condition::broken;
    sent_ += static_cast<std::size_t>(wrote);
  }
  out_.clear();
  sent_ = 0;
  return condition::drained;
}

bool load_connection::receive(std::vector<load_answer>& answers) {
  using arrival = wire::message_reader::arrival;
  const auto room = in_.room();
  const auto got = ::recv(socket_.get(), room.data(), room.size(), 0);
  if (got < 0) return errno == EAGAIN || errno == EINTR || broken(std::strerror(errno));
  if (got == 0) return broken("the server closed the connection");
  in_.filled(static_cast<std::size_t>(got));
  wire::message message;
  auto came = in_.next(message);
  for (; came == arrival::message; came = in_.next(message))
    if (!take(message, answers)) return false;
  return came != arrival::broken || broken(std::string(wire::explain(in_.why())));
}

bool load_connection::take(const wire::message& message, std::vector<load_answer>& answers) {
  switch (message.form) {
  case wire::message_form::request:
    ++tool_calls_;
    append_tool_result(out_, message.msgid);
    return true;
  case wire::message_form::notification:
    if (message.method != "error") return true;
    for (const auto argument : elements(message.params)) return broken(decode_error(argument).message);
    return broken("the server sent an error");
  case wire::message_form::response: break;
  }
  if (message.msgid == greeting_msgid) return !message.failed || broken(decode_error(message.value).message);
  if (message.msgid >= started_.size()) return broken("the server answered a request that was never sent");
  answers.push_back({started_[message.msgid], failure_of(message)});
  free_.push_back(message.msgid);
  return true;
}

bool load_connection::broken(std::string why) {
  why_ = std::move(why);
  return false;
}

} // namespace enclaved::cli
