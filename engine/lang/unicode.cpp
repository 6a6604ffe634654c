#include "engine/lang/unicode.hpp"

#include "engine/regexp/plain_memory.hpp"
#include "engine/regexp/unicode.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

namespace enclaved::engine::lang {

namespace {

constexpr std::uint32_t bits(char byte) { return static_cast<unsigned char>(byte) & 0x3fU; }
constexpr bool continues(unsigned char byte) { return (byte & 0xc0U) == 0x80; }

/// How many bytes from `i` are one well-formed character beyond ASCII; 0 when none is.
std::size_t size_at(std::string_view text, std::size_t i) {
  const auto byte = [text, i](std::size_t offset) { return static_cast<unsigned char>(text[i + offset]); };
  const auto first = byte(0);
  const auto left = text.size() - i;
  if (first >= 0xc2 && first < 0xe0) return left >= 2 && continues(byte(1)) ? 2 : 0;
  if (first >= 0xe0 && first < 0xf0) {
    if (left < 3 || !continues(byte(1)) || !continues(byte(2))) return 0;
    if ((first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) > 0x9f)) return 0;
    return 3;
  }
  if (first >= 0xf0 && first < 0xf5) {
    if (left < 4 || !continues(byte(1)) || !continues(byte(2)) || !continues(byte(3))) return 0;
    if ((first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) > 0x8f)) return 0;
    return 4;
  }
  return 0;
}

/// A set of Unicode's, unpacked for a binary search: one look at the packed table costs its whole length.
class character_set {
public:
  explicit character_set(std::string_view property) {
    regexp::plain_memory memory;
    regexp::pile<regexp::range> ranges(memory, regexp::piece::ranges, regexp::last_code_point);
    regexp::append_property(regexp::find_property(property, {}, false), ranges);
    ranges_.assign(ranges.begin(), ranges.end());
  }
  bool has(char32_t point) const {
    const auto after = std::upper_bound(ranges_.begin(), ranges_.end(), point,
                                        [](char32_t value, const regexp::range& each) { return value < each.first; });
    return after != ranges_.begin() && point <= std::prev(after)->last;
  }

private:
  std::vector<regexp::range> ranges_;
};

} // namespace

bool begins_identifier(char32_t point) {
  static const character_set starts("ID_Start");
  return starts.has(point);
}

bool continues_identifier(char32_t point) {
  static const character_set parts("ID_Continue");
  return parts.has(point) || point == 0x200c || point == 0x200d;
}

character character_at(const char* at) {
  const auto first = static_cast<unsigned char>(*at);
  if (first < 0x80) return {first, 1};
  if (first < 0xe0) return {(first & 0x1fU) << 6 | bits(at[1]), 2};
  if (first < 0xf0) return {(first & 0xfU) << 12 | bits(at[1]) << 6 | bits(at[2]), 3};
  return {(first & 7U) << 18 | bits(at[1]) << 12 | bits(at[2]) << 6 | bits(at[3]), 4};
}

std::size_t write_character(char* out, char32_t point) {
  const auto rest = [point](int shift) { return static_cast<char>(0x80U | (point >> shift & 0x3fU)); };
  if (point < 0x80) {
    out[0] = static_cast<char>(point);
    return 1;
  }
  if (point < 0x800) {
    out[0] = static_cast<char>(0xc0U | point >> 6);
    out[1] = rest(0);
    return 2;
  }
  if (point < 0x10000) {
    out[0] = static_cast<char>(0xe0U | point >> 12);
    out[1] = rest(6);
    out[2] = rest(0);
    return 3;
  }
  out[0] = static_cast<char>(0xf0U | point >> 18);
  out[1] = rest(12);
  out[2] = rest(6);
  out[3] = rest(0);
  return 4;
}

std::size_t find_bad_utf8(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    if (i + 8 <= text.size()) {
      std::uint64_t eight;
      std::memcpy(&eight, text.data() + i, 8);
      if ((eight & 0x8080808080808080ULL) == 0) {
        i += 8;
        continue;
      }
    }
    if (static_cast<unsigned char>(text[i]) < 0x80) {
      ++i;
      continue;
    }
    const auto size = size_at(text, i);
    if (size == 0) return i;
    i += size;
  }
  return std::string_view::npos;
}

} // namespace enclaved::engine::lang
