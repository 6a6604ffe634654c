// The heap image: what every execution starts from, and the deltas that say how a parked one differs from it.
//
// A delta is a header, a table of runs, and the granules of those runs one after another:
//
//   | header | run: first granule, granules | run | … | granule | granule | … |
//
// Everything that the image does not cover counts as zero, so a granule that is zero there needs no place. A delta may
// lie in memory that others can write: every number in it is checked before it is used.
#pragma once

#include "engine/arena.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace enclaved::engine {

class image {
public:
  static constexpr std::size_t granule_bytes = 64;

  /// Seals the arena and keeps a copy of it.
  explicit image(arena& of);

  std::uint64_t identity() const { return identity_; }
  std::size_t bytes() const { return copy_.size(); }

  /// From now on, in this process, pages that no script writes to are not looked at.
  void watch_writes();

  /// Makes the arena what it was when the image was taken.
  void restore();

  /// The heap is about to run: whatever is known of its differences is not true any more.
  void changes() { known_ = false; }

  /// Finds what differs.
  std::size_t delta_bytes();
  /// Writes a delta; 0 when it does not fit.
  std::size_t write_delta(std::span<char> out);
  /// Brings the arena to the state of a delta; false, and the arena is as restored, when it is none of this image.
  bool apply(std::span<const char> delta);

private:
  struct header;
  struct run {
    std::uint32_t first;
    std::uint32_t granules;
  };

  void put_image_back();
  void put_runs_back();
  void find_runs();
  bool check_runs(const header& head);

  arena& arena_;
  std::vector<char> copy_;
  std::vector<run> runs_;
  std::size_t granules_ = 0; ///< in all runs
  bool known_ = false;       ///< the arena differs from the image in `runs_` and nowhere else
  std::uint64_t identity_ = 0;
};

/// A quick checksum against torn or damaged bytes; no defence against forgery.
std::uint64_t checksum(const char* bytes, std::size_t size, std::uint64_t seed);

} // namespace enclaved::engine
