// Bytes that arrived and were not consumed yet. It grows as bytes arrive and believes no announced length, and an idle
// owner keeps only a few kilobytes.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace enclaved::wire {

/// Invariant: begin_ <= end_ <= capacity_.
class input_buffer {
public:
  /// Where the next read may write; never empty. It ends the life of every view into the buffer.
  std::span<char> room() {
    if (begin_ == end_) begin_ = end_ = 0;
    const bool read_was_full = last_fill_ == last_room_;
    if (capacity_ == 0)
      move_to(smallest);
    else if (end_ == 0 && last_fill_ < capacity_ / 16)
      move_to(smallest);
    else if (read_was_full && capacity_ < comfortable)
      move_to(2 * capacity_);
    else if (capacity_ - end_ < capacity_ / 2)
      move_to(end_ - begin_ <= capacity_ / 2 ? capacity_ : 2 * capacity_);
    last_room_ = capacity_ - end_;
    return {storage_.get() + end_, last_room_};
  }

  void filled(std::size_t bytes) {
    last_fill_ = bytes;
    end_ += bytes;
  }

  std::string_view unread() const { return {storage_.get() + begin_, end_ - begin_}; }
  void consume(std::size_t bytes) { begin_ += bytes; }
  void clear() { begin_ = end_ = 0; }

private:
  static constexpr std::size_t smallest = 4096;
  static constexpr std::size_t comfortable = 64 * 1024; ///< reads grow up to that; beyond it only for a large message

  void move_to(std::size_t capacity) {
    const auto bytes = end_ - begin_;
    if (capacity == capacity_) {
      std::memmove(storage_.get(), storage_.get() + begin_, bytes);
    } else {
      auto larger = std::make_unique_for_overwrite<char[]>(capacity);
      if (bytes > 0) std::memcpy(larger.get(), storage_.get() + begin_, bytes);
      storage_ = std::move(larger);
      capacity_ = capacity;
    }
    begin_ = 0;
    end_ = bytes;
  }

  std::unique_ptr<char[]> storage_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t last_room_ = 0;
  std::size_t last_fill_ = 0;
};

} // namespace enclaved::wire
