// A text that grows inside the heap: JSON on its way to becoming a string. It has no destructor; what it gathered is
// garbage of the heap when a script's error jumps over it.
#pragma once

#include "engine/library/bounds.hpp"

#include <cstddef>
#include <cstring>
#include <duktape.h>
#include <string_view>

namespace enclaved::engine {

class json_text {
public:
  /// [ … ] -> [ … place ]: takes one place on the stack, for the memory.
  explicit json_text(duk_context* ctx) : ctx_(ctx), place_(duk_get_top(ctx)) { duk_push_undefined(ctx); }

  void put(char c) {
    if (size_ == room_) grow(1);
    begin_[size_++] = c;
  }
  void put(std::string_view text) {
    if (text.size() > room_ - size_) grow(text.size());
    std::memcpy(begin_ + size_, text.data(), text.size());
    size_ += text.size();
  }
  void clear() { size_ = 0; }
  std::size_t size() const { return size_; }

  /// Room for a number or the like.
  char* reserve(std::size_t bytes) {
    if (bytes > room_ - size_) grow(bytes);
    return begin_ + size_;
  }
  void add(std::size_t bytes) { size_ += bytes; }

  /// The string literal: quotes, escapes, and what is no character as an escape as well.
  void put_quoted(std::string_view text);

  /// [ … ] -> [ … string ]
  void push() const { duk_push_lstring(ctx_, begin_, size_); }

private:
  void grow(std::size_t more);

  duk_context* ctx_;
  duk_idx_t place_;
  char* begin_ = local_;
  std::size_t size_ = 0;
  std::size_t room_ = sizeof local_;
  char local_[2048];
};

} // namespace enclaved::engine
