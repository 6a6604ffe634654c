#include "edge/tool_answers.hpp"

#include "wire/values.hpp"

namespace enclaved::edge {

namespace {

/// Neovim's clients send errors as `[type, text]`: the text is what counts.
std::string_view error_part(std::string_view value) {
  pack::reader in{value};
  pack::token head;
  if (!in.next(head) || head.type != pack::kind::array || head.count != 2) return value;
  const auto second = [&]() -> std::string_view {
    std::string_view type;
    if (!in.skip(type)) return value;
    return value.substr(in.offset());
  };
  return second();
}

bool is_map_or_text(std::string_view value) {
  pack::reader in{value};
  pack::token head;
  return in.next(head) && (head.type == pack::kind::map || head.type == pack::kind::str);
}

} // namespace

wire::tool_answer tool_failure(asked_call call, const error& why) {
  pack::buffer value;
  wire::append_error(value, why);
  return {
      .session = std::move(call.session), .call = std::move(call.call), .ok = false, .value = std::move(value.bytes)};
}

wire::tool_answer tool_answer_of(asked_call call, const wire::message& response) {
  const auto value = response.failed ? error_part(response.value) : response.value;
  pack::reader in{value};
  if (const auto defect = wire::step_over_value(in); defect != wire::value_defect::none)
    return tool_failure(std::move(call),
                        invalid_request("a tool's answer must " + std::string{wire::expectation(defect)}));
  if (response.failed && !is_map_or_text(value))
    return tool_failure(std::move(call), invalid_request("a tool's error must be a map or a string"));
  return {.session = std::move(call.session),
          .call = std::move(call.call),
          .ok = !response.failed,
          .value = std::string{value}};
}

} // namespace enclaved::edge
