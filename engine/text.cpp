#include "engine/text.hpp"

#include "base/pack.hpp"

#include <algorithm>

namespace enclaved::engine {

namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";

unsigned char byte_at(std::string_view text, std::size_t i) { return static_cast<unsigned char>(text[i]); }

char continuation(std::uint32_t bits) { return static_cast<char>(0x80 | (bits & 0x3f)); }

/// One UTF-16 unit of a surrogate pair, as three bytes.
void surrogate(char* out, std::uint32_t unit) {
  out[0] = static_cast<char>(0xe0 | unit >> 12);
  out[1] = continuation(unit >> 6);
  out[2] = continuation(unit);
}

/// The surrogate that stands in three bytes at `i`, 0 when there is none.
std::uint32_t surrogate_at(std::string_view text, std::size_t i) {
  if (i + 3 > text.size() || byte_at(text, i) != 0xed || byte_at(text, i + 1) < 0xa0 || byte_at(text, i + 1) > 0xbf ||
      (byte_at(text, i + 2) & 0xc0) != 0x80)
    return 0;
  return 0xd000U | (byte_at(text, i + 1) & 0x3fU) << 6 | (byte_at(text, i + 2) & 0x3fU);
}

/// How many bytes from `i` are one well-formed character, 0 when none is.
std::size_t character_at(std::string_view text, std::size_t i) {
  const auto first = byte_at(text, i);
  const std::size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  return i + size <= text.size() && pack::is_utf8(text.substr(i, size)) ? size : 0;
}

} // namespace

bool fits_as_is(std::string_view utf8) {
  return std::none_of(utf8.begin(), utf8.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xf0; });
}

bool write_cesu8(outbox& out, std::string_view utf8) {
  std::size_t from = 0;
  for (std::size_t i = 0; i < utf8.size();) {
    if (byte_at(utf8, i) < 0xf0) {
      ++i;
      continue;
    }
    if (!out.write(utf8.data() + from, i - from)) return false;
    const auto point = (byte_at(utf8, i) & 7U) << 18 | (byte_at(utf8, i + 1) & 0x3fU) << 12 |
                       (byte_at(utf8, i + 2) & 0x3fU) << 6 | (byte_at(utf8, i + 3) & 0x3fU);
    char pair[6];
    surrogate(pair, 0xd800 + ((point - 0x10000) >> 10));
    surrogate(pair + 3, 0xdc00 + ((point - 0x10000) & 0x3ff));
    if (!out.write(pair, sizeof pair)) return false;
    i += 4;
    from = i;
  }
  return out.write(utf8.data() + from, utf8.size() - from);
}

bool write_utf8(outbox& out, std::string_view cesu8) {
  std::size_t from = 0; // everything before it is written
  const auto flush = [&](std::size_t to) { return out.write(cesu8.data() + from, to - from); };
  for (std::size_t i = 0; i < cesu8.size();) {
    if (const auto size = character_at(cesu8, i); size != 0) {
      i += size;
      continue;
    }
    if (!flush(i)) return false;
    const auto high = surrogate_at(cesu8, i);
    const auto low = high >= 0xd800 && high < 0xdc00 ? surrogate_at(cesu8, i + 3) : 0;
    if (low >= 0xdc00) {
      const auto point = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
      const char bytes[4] = {static_cast<char>(0xf0 | point >> 18), continuation(point >> 12), continuation(point >> 6),
                             continuation(point)};
      if (!out.write(bytes, sizeof bytes)) return false;
      i += 6;
    } else {
      if (!out.write(replacement.data(), replacement.size())) return false;
      i += high != 0 ? 3 : 1;
    }
    from = i;
  }
  return flush(cesu8.size());
}

} // namespace enclaved::engine
