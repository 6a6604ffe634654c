#include "cli/load_frames.hpp"

#include "wire/rpc.hpp"

#include <array>
#include <cstring>

namespace enclaved::cli {

namespace {

/// Ids are always written in five bytes, so that one can be put in the place of another.
constexpr std::size_t msgid_at = 2; // after the head of the array and the form
constexpr std::size_t msgid_bytes = 5;

void put_msgid(char* at, std::uint32_t msgid) {
  at[0] = '\xce';
  for (int i = 0; i < 4; ++i) at[1 + i] = static_cast<char>(msgid >> (24 - 8 * i));
}

/// Takes a message with the one-byte id 0 and makes room for any id.
void widen_msgid(std::string& message) {
  message.replace(msgid_at, 1, msgid_bytes, '\0');
  put_msgid(message.data() + msgid_at, 0);
}

std::string run_request(const load_plan& plan) {
  pack::buffer argument;
  pack::writer out(argument);
  out.map(1 + (plan.security ? 1 : 0) + (plan.durable ? 1 : 0)).str("code").str(plan.code);
  if (plan.security) out.str("security").str(name(*plan.security));
  if (plan.durable) out.str("durable").boolean(true);
  pack::buffer message;
  wire::append_request(message, 0, "run", argument.bytes);
  return std::move(message.bytes);
}

std::string tool_response() {
  pack::buffer result;
  pack::writer(result).map(1).str("ok").boolean(true);
  pack::buffer message;
  wire::append_response(message, 0, result.bytes);
  widen_msgid(message.bytes);
  return std::move(message.bytes);
}

} // namespace

std::string_view built_in_script(std::string_view name) {
  struct named {
    std::string_view name, code;
  };
  static constexpr std::array<named, 3> all{{
      {"trivial", "return 1 + 1"},
      {"distinct", "const n = 0x00000000; return n + 1"},
      {"tool", "return callTool('echo', {n: 1})"},
  }};
  for (const auto& one : all)
    if (one.name == name) return one.code;
  return {};
}

request_frame::request_frame(const load_plan& plan) : bytes_(run_request(plan)) {
  widen_msgid(bytes_);
  if (plan.texts == script_texts::distinct) mark_ = bytes_.find(distinct_mark);
  if (mark_ != std::string::npos) mark_ += 2;
}

void request_frame::append(std::string& out, std::uint32_t msgid) {
  put_msgid(bytes_.data() + msgid_at, msgid);
  if (mark_ != std::string::npos) {
    const auto number = next_number_++;
    for (int i = 0; i < 8; ++i)
      bytes_[mark_ + static_cast<std::size_t>(i)] = "0123456789abcdef"[number >> (28 - 4 * i) & 15];
  }
  out += bytes_;
}

void append_tool_result(std::string& out, std::uint32_t msgid) {
  static const std::string message = tool_response();
  const auto start = out.size();
  out += message;
  put_msgid(out.data() + start + msgid_at, msgid);
}

} // namespace enclaved::cli
