#include "wire/rpc.hpp"

#include <array>
#include <limits>

namespace enclaved::wire {

namespace {

constexpr std::array<std::string_view, defects> sentences{
    "the bytes are not MessagePack",
    "the message is larger than its bound",
    "the message nests arrays and maps deeper than its bound",
    "a message must be an array",
    "a message must start with 0 (request), 1 (response) or 2 (notification)",
    "a request and a response have four elements, a notification has three",
    "a msgid must be an unsigned integer of 32 bits",
    "a method must be a string",
};

constexpr std::uint32_t length_of(message_form form) { return form == message_form::notification ? 3 : 4; }

} // namespace

std::string_view explain(defect why) { return sentences[static_cast<std::size_t>(why)]; }

std::optional<defect> parse_message(std::string_view frame, message& out) {
  pack::reader in{frame};
  pack::token head;
  if (!in.next(head)) return defect::not_messagepack;
  if (head.type != pack::kind::array) return defect::not_an_array;
  const auto length = head.count;
  if (length == 0) return defect::unknown_form;
  if (!in.next(head)) return defect::not_messagepack;
  if (head.type != pack::kind::unsigned_int || head.number > 2) return defect::unknown_form;
  out.form = static_cast<message_form>(head.number);
  if (length != length_of(out.form)) return defect::wrong_length;

  if (out.form != message_form::notification) {
    if (!in.next(head)) return defect::not_messagepack;
    if (head.type != pack::kind::unsigned_int || head.number > std::numeric_limits<std::uint32_t>::max())
      return defect::bad_msgid;
    out.msgid = static_cast<std::uint32_t>(head.number);
  }
  if (out.form == message_form::response) {
    out.failed = !in.nil();
    std::string_view problem;
    if (out.failed && !in.skip(problem)) return defect::not_messagepack;
    out.value = out.failed ? problem : frame.substr(in.offset());
    return std::nullopt;
  }
  if (!in.next(head)) return defect::not_messagepack;
  if (head.type != pack::kind::str && head.type != pack::kind::bin) return defect::bad_method;
  out.method = head.bytes;
  out.params = frame.substr(in.offset()); // the last element, so the rest of the frame
  return std::nullopt;
}

message_reader::arrival message_reader::broken(defect why) {
  broken_ = true;
  why_ = why;
  return arrival::broken;
}

message_reader::arrival message_reader::next(message& out) {
  if (broken_) return arrival::broken;
  const auto unread = input_.unread();
  std::size_t used = 0;
  const auto verdict = scanner_.feed(unread.substr(scanned_), used);
  scanned_ += used;
  switch (verdict) {
  case pack::scanner::verdict::more: return arrival::more;
  case pack::scanner::verdict::too_large: return broken(defect::too_large);
  case pack::scanner::verdict::too_deep: return broken(defect::too_deep);
  case pack::scanner::verdict::malformed: return broken(defect::not_messagepack);
  case pack::scanner::verdict::complete: break;
  }
  if (const auto why = parse_message(unread.substr(0, scanned_), out)) return broken(*why);
  input_.consume(scanned_);
  scanned_ = 0;
  scanner_.reset();
  return arrival::message;
}

void append_response(pack::buffer& out, std::uint32_t msgid, std::string_view result) {
  pack::writer to{out};
  to.array(4).number(1).number(msgid).nil().raw(result);
}

void append_refusal(pack::buffer& out, std::uint32_t msgid, const error& problem) {
  pack::writer to{out};
  to.array(4).number(1).number(msgid);
  append_error(out, problem);
  to.nil();
}

void append_notification(pack::buffer& out, std::string_view method, std::string_view argument) {
  pack::writer to{out};
  to.array(3).number(2).str(method).array(1).raw(argument);
}

void append_request(pack::buffer& out, std::uint32_t msgid, std::string_view method, std::string_view argument) {
  pack::writer to{out};
  to.array(4).number(0).number(msgid).str(method).array(1).raw(argument);
}

void append_error(pack::buffer& out, const error& problem) {
  pack::writer to{out};
  to.map(2U + (problem.retry_after_ms ? 1U : 0U) + (problem.details.empty() ? 0U : 1U));
  to.str("code").str(row(problem.code).name);
  to.str("message").str(problem.message.empty() ? row(problem.code).for_client : std::string_view{problem.message});
  if (problem.retry_after_ms) to.str("retry_after_ms").number(*problem.retry_after_ms);
  if (!problem.details.empty()) to.str("details").raw(problem.details);
}

} // namespace enclaved::wire
