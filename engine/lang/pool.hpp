// Memory of one parse: it grows by bumping a pointer and is freed at once. Nothing in it has a destructor.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

namespace enclaved::engine::lang {

class pool {
public:
  pool() = default;
  pool(const pool&) = delete;
  pool& operator=(const pool&) = delete;
  ~pool() { free_from(blocks_); }

  /// Bytes for anything of ours; aligned to 8.
  void* allocate(std::size_t bytes) {
    bytes = (bytes + 7) & ~std::size_t{7};
    if (bytes > room_) grow(bytes);
    void* result = next_;
    next_ += bytes;
    room_ -= bytes;
    return result;
  }

  template <class T, class... Arguments>
  T* make(Arguments&&... arguments) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= 8);
    return new (allocate(sizeof(T))) T{std::forward<Arguments>(arguments)...};
  }

  template <class T>
  T* array(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= 8);
    return static_cast<T*>(allocate(count * sizeof(T)));
  }

  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    auto* bytes = static_cast<char*>(allocate(text.size()));
    std::memcpy(bytes, text.data(), text.size());
    return {bytes, text.size()};
  }

  /// What it holds of the process' memory.
  std::size_t bytes() const { return bytes_; }

  /// Forgets everything; the first block stays, so that the next small parse asks the system for nothing.
  void clear() {
    if (!blocks_) return;
    block* first = blocks_;
    while (first->before) first = first->before;
    for (block* at = blocks_; at != first;) {
      block* before = at->before;
      std::free(at);
      at = before;
    }
    blocks_ = first;
    bytes_ = first->size;
    next_ = reinterpret_cast<char*>(first + 1);
    room_ = first->size - sizeof(block);
  }

private:
  struct block {
    block* before;
    std::size_t size;
  };
  static constexpr std::size_t smallest_block = 32 * 1024;
  static constexpr std::size_t largest_block = 1024 * 1024;

  void grow(std::size_t bytes) {
    // Blocks grow with what is held, so that small sources stay small and large ones take few steps.
    std::size_t size = bytes_ < smallest_block ? smallest_block : bytes_ > largest_block ? largest_block : bytes_;
    if (size < bytes + sizeof(block)) size = bytes + sizeof(block);
    auto* made = static_cast<block*>(std::malloc(size));
    if (!made) throw std::bad_alloc{};
    *made = {blocks_, size};
    blocks_ = made;
    bytes_ += size;
    next_ = reinterpret_cast<char*>(made + 1);
    room_ = size - sizeof(block);
  }

  static void free_from(block* at) {
    while (at) {
      block* before = at->before;
      std::free(at);
      at = before;
    }
  }

  block* blocks_ = nullptr;
  char* next_ = nullptr;
  std::size_t room_ = 0;
  std::size_t bytes_ = 0;
};

} // namespace enclaved::engine::lang
