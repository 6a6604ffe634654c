// Time as an actor sees it: its system's steady clock, which tests move by hand.
#pragma once

#include <chrono>
#include <cstdint>

namespace enclaved {

template <class Self>
std::uint64_t steady_ms_of(Self& self) {
  const auto since_epoch = self.clock().now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count());
}

} // namespace enclaved
