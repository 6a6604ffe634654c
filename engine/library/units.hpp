// UTF-16 units of the strings that Duktape keeps: one to three bytes each, a surrogate like any other unit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace enclaved::engine {

inline bool is_high_surrogate(std::uint32_t unit) { return unit >= 0xd800 && unit < 0xdc00; }
inline bool is_low_surrogate(std::uint32_t unit) { return unit >= 0xdc00 && unit < 0xe000; }
inline std::uint32_t paired(std::uint32_t high, std::uint32_t low) {
  return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

/// Reads units one after another. Bytes that are none count as one unit each, so that it ends whatever it is given.
class unit_reader {
public:
  explicit unit_reader(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ >= text_.size(); }
  std::size_t position() const { return at_; } ///< in bytes

  std::uint32_t next() {
    const auto first = byte(at_);
    if (first < 0x80) {
      ++at_;
      return first;
    }
    if (first >= 0xc0 && first < 0xe0 && at_ + 1 < text_.size()) {
      const auto unit = (first & 0x1fU) << 6 | (byte(at_ + 1) & 0x3fU);
      at_ += 2;
      return unit;
    }
    if (first >= 0xe0 && first < 0xf0 && at_ + 2 < text_.size()) {
      const auto unit = (first & 0xfU) << 12 | (byte(at_ + 1) & 0x3fU) << 6 | (byte(at_ + 2) & 0x3fU);
      at_ += 3;
      return unit;
    }
    ++at_;
    return first;
  }

  /// A pair of surrogates as the character it stands for.
  std::uint32_t next_point() {
    const auto unit = next();
    if (!is_high_surrogate(unit) || at_end()) return unit;
    auto ahead = *this;
    const auto low = ahead.next();
    if (!is_low_surrogate(low)) return unit;
    *this = ahead;
    return paired(unit, low);
  }

private:
  std::uint32_t byte(std::size_t at) const { return static_cast<unsigned char>(text_[at]); }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// Writes one unit; `out` has room for three bytes.
inline char* put_unit(char* out, std::uint32_t unit) {
  if (unit < 0x80) {
    *out++ = static_cast<char>(unit);
  } else if (unit < 0x800) {
    *out++ = static_cast<char>(0xc0 | unit >> 6);
    *out++ = static_cast<char>(0x80 | (unit & 0x3f));
  } else {
    *out++ = static_cast<char>(0xe0 | unit >> 12);
    *out++ = static_cast<char>(0x80 | (unit >> 6 & 0x3f));
    *out++ = static_cast<char>(0x80 | (unit & 0x3f));
  }
  return out;
}

/// Writes a character; `out` has room for six bytes.
inline char* put_point(char* out, std::uint32_t point) {
  if (point < 0x10000) return put_unit(out, point);
  return put_unit(put_unit(out, 0xd800 + ((point - 0x10000) >> 10)), 0xdc00 + ((point - 0x10000) & 0x3ff));
}

/// White space and line ends, as `trim` and numbers in text see them.
inline bool is_space(std::uint32_t unit) {
  return (unit >= 9 && unit <= 13) || unit == ' ' || unit == 0xa0 || unit == 0x1680 ||
         (unit >= 0x2000 && unit <= 0x200a) || unit == 0x2028 || unit == 0x2029 || unit == 0x202f || unit == 0x205f ||
         unit == 0x3000 || unit == 0xfeff;
}

} // namespace enclaved::engine
