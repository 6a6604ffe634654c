#include "engine/library/regexp/heap_memory.hpp"

#include "engine/budget.hpp"
#include "engine/library/units.hpp"

#include <algorithm>
#include <cstring>

namespace enclaved::engine {

namespace {

/// Shorter texts are read again each time: cheaper than keeping them.
constexpr std::size_t kept_text_bytes = 256;

/// What is kept of the last text: the string, and its units.
constexpr const char* kept_key = DUK_HIDDEN_SYMBOL("regexp text");

/// Bytes of the heap to units; at most as many as bytes, or two for four that were no proper string.
std::uint32_t decode(std::string_view text, char16_t* out) {
  auto* to = out;
  std::size_t i = 0;
  while (i < text.size()) {
    if (const auto byte = static_cast<unsigned char>(text[i]); byte < 0x80) {
      *to++ = byte;
      ++i;
      continue;
    }
    unit_reader from(text.substr(i));
    *to++ = static_cast<char16_t>(from.next());
    i += from.position();
  }
  return static_cast<std::uint32_t>(to - out);
}

} // namespace

void* heap_memory::resize(regexp::piece which, std::size_t bytes) {
  if (duk_is_undefined(ctx_, anchor_) != 0) {
    duk_push_bare_array(ctx_);
    duk_replace(ctx_, anchor_);
  }
  const auto number = static_cast<duk_uarridx_t>(which);
  if (duk_get_prop_index(ctx_, anchor_, number) == 0) {
    duk_pop(ctx_);
    auto* made = duk_push_dynamic_buffer(ctx_, bytes);
    duk_put_prop_index(ctx_, anchor_, number);
    return made;
  }
  auto* grown = duk_resize_buffer(ctx_, -1, bytes);
  duk_pop(ctx_);
  return grown;
}

void heap_memory::spend(std::uint64_t units) { the_budget().spend(units); }

regexp::subject push_subject(duk_context* ctx, duk_idx_t string) {
  string = duk_require_normalize_index(ctx, string);
  duk_size_t size = 0;
  const char* data = duk_get_lstring(ctx, string, &size);
  if (duk_get_length(ctx, string) == size) {
    duk_push_undefined(ctx);
    return {data, static_cast<std::uint32_t>(size), false};
  }
  const bool keeps = size >= kept_text_bytes;
  if (keeps) {
    duk_push_heap_stash(ctx);
    if (duk_get_prop_string(ctx, -1, kept_key) != 0) {
      duk_get_prop_index(ctx, -1, 0);
      const bool same = duk_get_heapptr(ctx, -1) == duk_get_heapptr(ctx, string);
      duk_pop(ctx);
      if (same) {
        duk_get_prop_index(ctx, -1, 1);
        duk_replace(ctx, -3);
        duk_pop(ctx);
        duk_size_t bytes = 0;
        const auto* units = duk_get_buffer(ctx, -1, &bytes);
        return {units, static_cast<std::uint32_t>(bytes / sizeof(char16_t)), true};
      }
    }
    duk_pop_2(ctx);
  }
  the_budget().spend(size / 4);
  auto* units = static_cast<char16_t*>(duk_push_dynamic_buffer(ctx, size * sizeof(char16_t)));
  const auto length = decode({data, size}, units);
  units = static_cast<char16_t*>(duk_resize_buffer(ctx, -1, length * sizeof(char16_t)));
  if (keeps) {
    duk_push_heap_stash(ctx);
    duk_push_bare_array(ctx);
    duk_dup(ctx, string);
    duk_put_prop_index(ctx, -2, 0);
    duk_dup(ctx, -3);
    duk_put_prop_index(ctx, -2, 1);
    duk_put_prop_string(ctx, -2, kept_key);
    duk_pop(ctx);
  }
  return {units, length, true};
}

void push_part(duk_context* ctx, const regexp::subject& of, std::uint32_t begin, std::uint32_t end) {
  if (!of.wide) {
    duk_push_lstring(ctx, static_cast<const char*>(of.data) + begin, end - begin);
    return;
  }
  const auto* units = static_cast<const char16_t*>(of.data);
  const auto length = end - begin;
  constexpr std::uint32_t small = 128;
  char room[small * 3];
  room[0] = '\0';
  char* out = length <= small ? room : static_cast<char*>(duk_push_fixed_buffer(ctx, std::size_t{length} * 3));
  char* to = out;
  for (auto i = begin; i < end; ++i) to = put_unit(to, units[i]);
  duk_push_lstring(ctx, out, static_cast<duk_size_t>(to - out));
  if (length > small) {
    duk_remove(ctx, -2);
    the_budget().spend(length / 8);
  }
}

text_builder::text_builder(duk_context* ctx) : ctx_(ctx), buffer_(duk_get_top(ctx)) {
  constexpr std::size_t first = 256;
  data_ = static_cast<char*>(duk_push_dynamic_buffer(ctx, first));
  capacity_ = first;
}

char* text_builder::room(std::size_t bytes) {
  if (bytes > capacity_ - size_) {
    constexpr std::size_t longest = 0x7fffffff;
    if (bytes > longest - size_) (void)duk_error(ctx_, DUK_ERR_RANGE_ERROR, "Invalid string length");
    capacity_ = std::max(capacity_ * 2, size_ + bytes);
    data_ = static_cast<char*>(duk_resize_buffer(ctx_, buffer_, capacity_));
  }
  return data_ + size_;
}

void text_builder::append(std::string_view bytes) {
  if (bytes.empty()) return;
  std::memcpy(room(bytes.size()), bytes.data(), bytes.size());
  size_ += bytes.size();
  the_budget().spend(bytes.size() >> 6);
}

void text_builder::append(const regexp::subject& of, std::uint32_t begin, std::uint32_t end) {
  if (!of.wide) {
    append({static_cast<const char*>(of.data) + begin, end - begin});
    return;
  }
  const auto* units = static_cast<const char16_t*>(of.data);
  auto* const from = room(std::size_t{end - begin} * 3);
  auto* to = from;
  for (auto i = begin; i < end; ++i) to = put_unit(to, units[i]);
  size_ += static_cast<std::size_t>(to - from);
  the_budget().spend((end - begin) >> 3);
}

void text_builder::push_text() { duk_push_lstring(ctx_, data_, size_); }

} // namespace enclaved::engine
