// What the matcher needs of whoever runs it: memory in numbered pieces that grow, and somebody to tell how much work
// was done. Both may leave by a jump, so nothing here or that uses it has a destructor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace enclaved::regexp {

/// The pieces of memory, by who holds what in them.
enum class piece : std::uint8_t {
  units,
  nodes,
  ranges,
  operands,
  strings,
  points,
  groups,
  names,
  code,
  backtrack,
  registers
};
inline constexpr std::size_t pieces = 11;

class workspace {
public:
  /// The piece with `bytes` bytes, what it held before included; there is no answer "no".
  virtual void* resize(piece which, std::size_t bytes) = 0;
  /// Counts work, a unit being a few nanoseconds.
  virtual void spend(std::uint64_t units) = 0;

protected:
  workspace() = default;
  workspace(const workspace&) = default;
  workspace& operator=(const workspace&) = default;
  ~workspace() = default;
};

/// A growing array in one piece. Past `most` elements it drops what comes and says so: whoever fills it looks at that
/// before using the contents.
template <class T>
class pile {
  static_assert(std::is_trivially_copyable_v<T>);

public:
  pile(workspace& in, piece which, std::uint32_t most) : in_(&in), which_(which), most_(most) {}

  void push(const T& value) {
    if (size_ == capacity_ && !grow(size_ + 1)) return;
    data_[size_++] = value;
  }
  /// Room for `count` more; null when there is none.
  T* extend(std::uint32_t count) {
    if (count > most_ - size_) {
      overflown_ = true;
      return nullptr;
    }
    if (size_ + count > capacity_ && !grow(size_ + count)) return nullptr;
    T* begin = data_ + size_;
    size_ += count;
    return begin;
  }
  void cut(std::uint32_t size) {
    if (size < size_) size_ = size;
  }
  /// Takes [from, to) out, what stands behind moves down.
  void remove(std::uint32_t from, std::uint32_t to) {
    if (from >= to || to > size_) return;
    std::memmove(data_ + from, data_ + to, (size_ - to) * sizeof(T));
    size_ -= to - from;
  }

  T& operator[](std::uint32_t index) { return data_[index]; }
  const T& operator[](std::uint32_t index) const { return data_[index]; }
  std::uint32_t size() const { return size_; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  const T* begin() const { return data_; }
  const T* end() const { return data_ + size_; }
  bool overflown() const { return overflown_; }

private:
  bool grow(std::uint32_t needed) {
    if (needed > most_) {
      overflown_ = true;
      return false;
    }
    std::uint64_t larger = std::uint64_t{capacity_} * 2;
    if (larger < 32) larger = 32;
    if (larger < needed) larger = needed;
    if (larger > most_) larger = most_;
    data_ = static_cast<T*>(in_->resize(which_, larger * sizeof(T)));
    capacity_ = static_cast<std::uint32_t>(larger);
    return true;
  }

  workspace* in_;
  T* data_ = nullptr;
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;
  piece which_;
  bool overflown_ = false;
  std::uint32_t most_;
};

} // namespace enclaved::regexp
