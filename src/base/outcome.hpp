// How an execution ended: a closed list, one row each. `ok` is a result; everything else stands in the `error` of
// `final`.
#pragma once

#include <cstdint>
#include <string_view>

namespace enclaved {

enum class outcome : std::uint8_t {
  ok,
  syntax_error,
  validation_error,
  script_error,
  timeout,
  cpu_limit,
  memory_limit,
  stack_limit,
  iteration_limit,
  tool_call_limit,
  output_limit,
  result_limit,
  tool_not_found,
  tool_timeout,
  tool_error,
  tool_interrupted,
  capability_denied,
  blocked,
  cancelled,
  deadline_exceeded,
  worker_crashed,
  quarantined,
  replay_diverged,
};
inline constexpr std::size_t outcomes = static_cast<std::size_t>(outcome::replay_diverged) + 1;

struct outcome_row {
  outcome how;
  std::string_view name;    ///< as it stands on the wire
  std::string_view meaning; ///< a sentence for the author of the script
};

const outcome_row& row(outcome how);

} // namespace enclaved
