// What the library's functions may be asked for at most.
#pragma once

#include "base/bounds.hpp"

namespace enclaved::bounds {

inline constexpr std::size_t string_bytes = 512 * mib; ///< of a string that one call makes
inline constexpr std::size_t buffer_bytes = 4 * gib;   ///< of a buffer that can be asked for, whether it fits or not
inline constexpr std::size_t timers_per_run = 1'000;   ///< waiting at once
inline constexpr std::uint32_t timers_armed_per_run = 10'000; ///< in all, as each one's firing is kept for a rebuild
inline constexpr std::uint64_t timer_ms = 86'400'000;         ///< the longest delay
static_assert(string_bytes <= heap_bytes_max, "a longer string fits no heap");

} // namespace enclaved::bounds
