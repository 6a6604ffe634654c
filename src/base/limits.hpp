// What one run may use, and the four levels that say how much that is at most.
#pragma once

#include "base/bounds.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace enclaved {

enum class security_level : std::uint8_t { strict, secure, standard, permissive };
inline constexpr std::size_t security_levels = 4;

std::string_view name(security_level level);
std::optional<security_level> level_named(std::string_view name);

/// The limits of one run. 0 means "no limit" where the comment says so, nowhere else.
struct run_limits {
  std::uint64_t timeout_ms;   ///< wall clock while the script runs; waits for tools do not count
  std::uint64_t cpu_ms;       ///< processor time
  std::uint64_t deadline_ms;  ///< wall clock, waits included; 0: none
  std::uint64_t memory_bytes; ///< of the heap, exact
  std::uint64_t stack_bytes;  ///< of script frames
  std::uint64_t iterations;   ///< of one loop; 0: none
  std::uint64_t tool_calls;
  std::uint64_t tool_timeout_ms; ///< of one call; 0: as long as the session lives
  std::uint64_t tool_result_bytes;
  std::uint64_t output_bytes; ///< printed and logged
  std::uint64_t output_calls;
  std::uint64_t result_bytes;
  std::uint64_t value_depth;      ///< of a value that enters or leaves the heap
  std::uint64_t value_properties; ///< likewise, entries in all
};

/// One row each: how a limit is called on the wire and where it stands in `run_limits`.
struct limit_row {
  std::string_view name;
  std::uint64_t run_limits::*field;
  bool zero_is_unlimited;
};
inline constexpr std::size_t limits_count = 14;
const std::array<limit_row, limits_count>& limit_rows();

/// What belongs to a level besides the limits of a run.
struct level_row {
  security_level level;
  run_limits limits;
  std::uint32_t messages_per_second; ///< of one execution; more is slowed down, never ended
  bool full_stacks;                  ///< a script's error carries its whole stack trace
};

const level_row& row(security_level level);

} // namespace enclaved
