// What the machine keeps about the execution in the arena. It lies inside, so that a delta carries it.
#pragma once

#include "base/limits.hpp"
#include "engine/arena.hpp"

#include <array>
#include <cstdint>
#include <new>
#include <type_traits>

namespace enclaved::engine {

struct execution {
  run_limits limits{};
  std::array<std::uint64_t, 2> random{}; ///< state of Math.random
  std::int64_t clock_ms = 0;             ///< what Date shows
  std::uint64_t run_us = 0;              ///< in turns that have ended
  std::uint64_t cpu_us = 0;
  std::uint64_t output_bytes = 0;
  std::uint64_t output_calls = 0;
  std::uint32_t tool_calls = 0;
  std::uint32_t outstanding = 0; ///< tool calls and timers that have no delivery yet
  std::uint32_t timers = 0;      ///< asked for so far
  std::uint32_t timers_waiting = 0;
  bool full_stacks = false;
  bool replays = false; ///< time limits do not hold yet
  bool cache_hit = false;
  bool has_state = false; ///< the script has named $state
};
static_assert(std::is_trivially_copyable_v<execution> && std::is_trivially_destructible_v<execution>);
static_assert(sizeof(execution) <= arena::record_bytes);

inline execution& execution_in(arena& of) { return *std::launder(static_cast<execution*>(of.record())); }

} // namespace enclaved::engine
