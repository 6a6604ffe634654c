#include "base/level_limits.hpp"

#include <algorithm>

namespace enclaved {

namespace {

/// The smaller of two limits, where 0 may mean that there is none.
std::uint64_t tighter(std::uint64_t a, std::uint64_t b, bool zero_is_unlimited) {
  if (zero_is_unlimited && a == 0) return b;
  if (zero_is_unlimited && b == 0) return a;
  return std::min(a, b);
}

constexpr std::size_t index_of(security_level level) { return static_cast<std::size_t>(level); }

} // namespace

level_table default_levels() {
  level_table levels;
  for (std::size_t i = 0; i < security_levels; ++i) {
    const auto& from = row(static_cast<security_level>(i));
    levels[i] = {from.limits, from.limits, from.messages_per_second, from.full_stacks};
    levels[i].ceilings.deadline_ms = 0;
    levels[i].ceilings.tool_timeout_ms = 0;
  }
  return levels;
}

void override_limit(level_table& levels, security_level default_level, const limit_row& row, std::uint64_t value) {
  for (std::size_t i = 0; i < levels.size(); ++i) {
    auto& by_default = levels[i].defaults.*row.field;
    auto& at_most = levels[i].ceilings.*row.field;
    const bool stricter = i < index_of(default_level);
    by_default = stricter ? tighter(by_default, value, row.zero_is_unlimited) : value;
    at_most = stricter ? tighter(at_most, value, row.zero_is_unlimited) : value;
  }
}

void override_messages(level_table& levels, security_level default_level, std::uint32_t per_second) {
  for (std::size_t i = 0; i < levels.size(); ++i) {
    auto& now = levels[i].messages_per_second;
    now = i < index_of(default_level) ? std::min(now, per_second) : per_second;
  }
}

} // namespace enclaved
