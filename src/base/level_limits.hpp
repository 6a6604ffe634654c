// What each security level gives on this server: the levels' own numbers, changed by what the operator configured.
//
// An operator's number is meant for the server, not for one level: it becomes the default and the ceiling of the
// default level and of every looser one; a stricter level keeps its own number where that is smaller. So a stricter
// level never gives more than a looser one, and no choice of level gets around what the operator said.
#pragma once

#include "base/limits.hpp"

#include <array>
#include <cstdint>

namespace enclaved {

struct level_limits {
  run_limits defaults;               ///< of a run that names no limits
  run_limits ceilings;               ///< the most that a run may ask for; 0 in a row that may be unlimited: no ceiling
  std::uint32_t messages_per_second; ///< of one execution
  bool full_stacks;
};

using level_table = std::array<level_limits, security_levels>;

/// Nothing configured. `deadline_ms` and `tool_timeout_ms` have no ceiling then.
level_table default_levels();

/// The operator's number for one row. Where a row may be unlimited, 0 lifts the limit.
void override_limit(level_table& levels, security_level default_level, const limit_row& row, std::uint64_t value);
void override_messages(level_table& levels, security_level default_level, std::uint32_t per_second);

} // namespace enclaved
