#include "engine/library/json_text.hpp"

#include "engine/budget.hpp"

#include <algorithm>
#include <array>

namespace enclaved::engine {

namespace {

/// Bytes that do not stand for themselves: quotes, backslashes, control characters, and what surrogates begin with.
constexpr auto is_special = [] {
  std::array<bool, 256> special{};
  for (std::size_t c = 0; c < 0x20; ++c) special[c] = true;
  special['"'] = special['\\'] = special[0xed] = true;
  return special;
}();

bool is_surrogate(std::string_view text, std::size_t at, char first, char last) {
  return at + 2 < text.size() && text[at] == '\xed' && text[at + 1] >= first && text[at + 1] <= last;
}

} // namespace

void json_text::grow(std::size_t more) {
  if (size_ + more > bounds::string_bytes) (void)duk_error(ctx_, DUK_ERR_RANGE_ERROR, "Invalid string length");
  const auto room = std::max(size_ + more, room_ + room_ / 2);
  the_budget().spend(size_ / 128);
  if (begin_ == local_) {
    auto* bytes = static_cast<char*>(duk_push_dynamic_buffer(ctx_, room));
    std::memcpy(bytes, local_, size_);
    begin_ = bytes;
    duk_replace(ctx_, place_);
  } else {
    begin_ = static_cast<char*>(duk_resize_buffer(ctx_, place_, room));
  }
  room_ = room;
}

void json_text::put_quoted(std::string_view text) {
  the_budget().spend(1 + text.size() / 32);
  put('"');
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (!is_special[c]) continue;
    if (c == 0xed) {
      if (is_surrogate(text, i, '\xa0', '\xaf') && is_surrogate(text, i + 3, '\xb0', '\xbf')) {
        i += 5;
        continue;
      }
      if (!is_surrogate(text, i, '\xa0', '\xbf')) continue;
    }
    put(text.substr(from, i - from));
    from = i + 1;
    constexpr std::string_view hex = "0123456789abcdef";
    switch (c) {
    case '"': put("\\\""); break;
    case '\\': put("\\\\"); break;
    case '\b': put("\\b"); break;
    case '\f': put("\\f"); break;
    case '\n': put("\\n"); break;
    case '\r': put("\\r"); break;
    case '\t': put("\\t"); break;
    case 0xed: {
      const auto unit =
          0xd000U | (static_cast<unsigned>(text[i + 1]) & 0x3fU) << 6 | (static_cast<unsigned>(text[i + 2]) & 0x3fU);
      put("\\ud");
      for (const int shift : {8, 4, 0}) put(hex[unit >> shift & 0xf]);
      i += 2;
      from = i + 1;
      break;
    }
    default:
      put("\\u00");
      put(hex[c >> 4]);
      put(hex[c & 0xf]);
    }
  }
  put(text.substr(from));
  put('"');
}

} // namespace enclaved::engine
