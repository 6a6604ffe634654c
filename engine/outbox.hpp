// A buffer for what leaves a heap: outside the arena, at one place for as long as the process lives, grown by the
// system as it is written to. It has no destructor to skip, so it may be filled from inside a Duktape call that jumps
// out.
#pragma once

#include "base/bounds.hpp"

#include <cstddef>
#include <string_view>

namespace enclaved::engine {

class outbox {
public:
  outbox(); ///< ends the process when the address range is not to be had

  void clear();
  /// From here on, what would make it more than `bytes` is refused.
  void limit_to(std::size_t bytes) {
    limit_ = bytes < capacity ? bytes : capacity;
    overflown_ = false;
  }
  std::size_t limit() const { return limit_; }

  bool write(const char* bytes, std::size_t size);
  bool put(char byte) { return write(&byte, 1); }
  std::size_t size() const { return size_; }
  char* data() { return begin_; }
  bool overflown() const { return overflown_; }
  void refuse() { overflown_ = true; } ///< what would be written does not fit
  void cut(std::size_t size) { size_ = size; }
  /// Makes room for `size` bytes at `offset`.
  bool open_gap(std::size_t offset, std::size_t size);
  std::string_view view() const { return {begin_, size_}; }

  outbox(const outbox&) = delete;
  outbox& operator=(const outbox&) = delete;

private:
  static constexpr std::size_t capacity = bounds::pipe_frame_bytes;
  static constexpr std::size_t kept = bounds::mib; ///< of memory, from one use to the next

  char* begin_ = nullptr;
  std::size_t size_ = 0;
  std::size_t limit_ = capacity;
  std::size_t most_ = 0;
  bool overflown_ = false;
};

} // namespace enclaved::engine
