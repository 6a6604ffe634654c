// Where parked heaps lie in a worker's shared memory. The worker alone decides; the runtime only remembers.
#pragma once

#include "engine/job.hpp"

#include <cstddef>
#include <unordered_map>
#include <vector>

namespace enclaved::engine {

/// Hands out slots of a fixed range by size classes (eight to a doubling), newest first so that memory stays warm.
class slots {
public:
  explicit slots(std::size_t capacity) : capacity_(capacity) {}

  /// A slot of at least so many bytes; `bytes` of the answer is 0 when none is left.
  slot take(std::size_t bytes);
  /// False when no such slot is taken.
  bool release(slot where);
  bool empty() const { return taken_.empty(); }
  /// How far the range has been used; only to be asked and reset while nothing is taken.
  std::size_t high_water() const { return top_; }
  void reset();

private:
  std::size_t capacity_;
  std::size_t top_ = 0;
  std::unordered_map<std::uint64_t, std::size_t> taken_;             ///< offset → class size
  std::unordered_map<std::size_t, std::vector<std::uint64_t>> free_; ///< class size → offsets
};

} // namespace enclaved::engine
