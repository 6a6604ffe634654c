// The memory that a runtime shares with one worker process: a page of words that the runtime sets, and behind it the
// deltas of the heaps that the worker has parked. The size is sealed, so neither side can take it away under the
// other's feet.
#pragma once

#include "engine/job.hpp"

#include <atomic>
#include <cstdint>
#include <span>
#include <string_view>

namespace enclaved::engine {

/// What the runtime tells a worker that is busy running a script and does not read its pipe.
struct control_words {
  std::atomic<std::uint32_t> stop{0}; ///< the frame whose run shall end with CANCELLED, 0: none
  /// Frames are counted from 1. The low half is the last frame that the worker has begun, the high half the last one
  /// that the runtime has taken back. Both are changed by compare-and-exchange, so a frame is either begun or taken
  /// back, never both.
  std::atomic<std::uint64_t> frames{0};
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "words are shared between processes");

/// The worker begins frame `n`; false when it has been taken back.
bool begin_frame(control_words& words, std::uint32_t n);
/// The runtime takes back every frame up to `n` that has not begun; the answer is the last one that has.
std::uint32_t take_back_frames(control_words& words, std::uint32_t n);

class shared_memory {
public:
  static constexpr std::size_t words_bytes = 4096;

  /// Makes a sealed file in memory; -1 when the system has no more.
  static int create(std::size_t bytes);

  shared_memory() = default;
  shared_memory(int descriptor, std::size_t bytes); ///< maps it; the descriptor stays the caller's
  ~shared_memory();
  shared_memory(shared_memory&& other) noexcept;
  shared_memory& operator=(shared_memory&& other) noexcept;

  bool mapped() const { return base_ != nullptr; }
  control_words& words() const { return *reinterpret_cast<control_words*>(base_); }
  /// The bytes of a slot; empty when it does not lie inside.
  std::span<char> at(slot where) const;
  std::size_t capacity() const { return bytes_ - words_bytes; }
  /// Gives the pages of a range back to the system.
  void give_back(slot where) const;

private:
  char* base_ = nullptr;
  std::size_t bytes_ = 0;
};

} // namespace enclaved::engine
