// The arena: the one stretch of memory that a heap lives in, at the same address in every process, with its own
// allocator.
//
// All book-keeping lies inside, so that copying the arena copies the heap. Small blocks come from lists of their exact
// size; large ones from two-level bins, and neighbours that are free become one block. Every operation takes constant
// time, but for the moment when memory runs out and the small lists are emptied into the bins.
//
//   | arena, execution record | block | block | … | top → untouched (zero) … | heap_bytes_max
//   block: | size and flags (8 bytes) | payload … |      when free: | head | next | previous | … | size (8 bytes) |
#pragma once

#include "base/bounds.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace enclaved::engine {

class arena {
public:
  /// Outside of what AddressSanitizer shadows, and far from where the kernel puts libraries and stacks.
  static constexpr std::uintptr_t address = 0x200000000000;
  static constexpr std::size_t record_bytes = 512; ///< for what the machine keeps about an execution

  /// Maps the range, once per process tree, and makes an empty arena there. Ends the process when the range is taken.
  static arena& map();

  void* allocate(std::size_t bytes);
  void* resize(void* block, std::size_t bytes); ///< keeps the block when it answers null
  void release(void* block);

  char* begin() { return reinterpret_cast<char*>(this); }
  const char* begin() const { return reinterpret_cast<const char*>(this); }
  void* record() { return record_.data(); }
  std::size_t top() const { return top_; }               ///< bytes from the beginning that hold blocks
  std::size_t high_water() const { return high_water_; } ///< the most that `top` has been
  std::size_t touched() const { return touched_; }       ///< everything above is zero
  std::size_t limit() const { return limit_; }
  void limit_to(std::size_t bytes) { limit_ = bytes; }

  /// Gives up every free block, so that what is allocated from now on lies together above `top`.
  void seal();
  /// Joins free neighbours and blanks what is free: a delta then carries nothing that is not in use.
  void tidy();
  /// False when the book-keeping contradicts itself: the arena was not written by an arena.
  bool plausible() const;

private:
  struct block;
  static constexpr std::size_t quick_classes = 33; ///< by size / 16: blocks of up to 512 bytes
  static constexpr std::size_t levels = 32;
  static constexpr std::size_t slots = 8;

  arena() = default;
  block* at(std::size_t offset) { return reinterpret_cast<block*>(begin() + offset); }
  std::size_t offset_of(const block* it) const {
    return static_cast<std::size_t>(reinterpret_cast<const char*>(it) - begin());
  }
  block* from_bins(std::size_t size);
  block* from_top(std::size_t size);
  void link(block* it, std::size_t size);
  void unlink(block* it);
  void split(block* it, std::size_t size);
  void give_back(block* it);
  bool empty_quick_lists();

  std::size_t top_ = 0;
  std::size_t high_water_ = 0;
  std::size_t touched_ = 0;
  std::size_t limit_ = bounds::heap_bytes_max;
  std::uint32_t used_levels_ = 0;
  std::array<std::uint8_t, levels> used_slots_{};
  std::array<block*, quick_classes> quick_{};
  std::array<std::array<block*, slots>, levels> bins_{};
  alignas(16) std::array<std::byte, record_bytes> record_{};
};

/// Zeroes memory of the arena's range; what is large goes back to the system instead.
void blank(char* begin, std::size_t bytes);

} // namespace enclaved::engine
