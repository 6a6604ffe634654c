// The load generator's messages, built once and patched: a request differs from the next in its id and, where every
// script text is to be another, in one number.
#pragma once

#include "base/pack.hpp"
#include "cli/load_plan.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace enclaved::cli {

/// Stands in a script's text where every request gets a number of its own, as eight hexadecimal digits.
inline constexpr std::string_view distinct_mark = "0x00000000";

/// What the bench's own scripts are called and contain; nothing for another name.
std::string_view built_in_script(std::string_view name);

class request_frame {
public:
  explicit request_frame(const load_plan& plan);
  void append(std::string& out, std::uint32_t msgid);

private:
  std::string bytes_;
  std::size_t mark_ = std::string::npos; ///< where the digits of the distinct number stand
  std::uint32_t next_number_ = 0;
};

/// The answer to any tool call.
void append_tool_result(std::string& out, std::uint32_t msgid);

} // namespace enclaved::cli
