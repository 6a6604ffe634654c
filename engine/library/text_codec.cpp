#include "engine/library/text_codec.hpp"

#include "engine/budget.hpp"
#include "engine/library/bounds.hpp"
#include "engine/library/members.hpp"
#include "engine/library/units.hpp"

#include <array>
#include <cstring>
#include <string_view>

namespace enclaved::engine {

namespace {

std::string_view bytes_at(duk_context* ctx, duk_idx_t index) {
  duk_size_t size = 0;
  const void* data = duk_get_buffer_data(ctx, index, &size);
  return {static_cast<const char*>(data), data == nullptr ? 0 : size};
}

/// [ … ] -> [ … memory ] of at least one byte.
char* push_memory(duk_context* ctx, std::size_t bytes) {
  if (bytes > bounds::string_bytes) (void)duk_error(ctx, DUK_ERR_RANGE_ERROR, "Invalid string length");
  the_budget().spend(bytes / 32);
  return static_cast<char*>(duk_push_fixed_buffer(ctx, bytes == 0 ? 1 : bytes));
}

/// [ … ] -> [ … Uint8Array ]
void push_bytes(duk_context* ctx, std::string_view bytes) {
  void* copy = duk_push_fixed_buffer(ctx, bytes.size());
  if (!bytes.empty()) std::memcpy(copy, bytes.data(), bytes.size());
  duk_push_buffer_object(ctx, -1, 0, bytes.size(), DUK_BUFOBJ_UINT8ARRAY);
  duk_remove(ctx, -2);
}

/// A character as UTF-8; a surrogate that stands alone is U+FFFD.
char* put_utf8(char* out, std::uint32_t point) {
  if (point >= 0xd800 && point < 0xe000) point = 0xfffd;
  if (point < 0x10000) return put_unit(out, point);
  *out++ = static_cast<char>(0xf0 | point >> 18);
  for (const int shift : {12, 6, 0}) *out++ = static_cast<char>(0x80 | (point >> shift & 0x3f));
  return out;
}

/// Text of the heap as UTF-8, in memory on the stack: it takes no more bytes than it had.
std::string_view push_utf8(duk_context* ctx, duk_idx_t index) {
  const auto text = text_at(ctx, index);
  auto* out = push_memory(ctx, text.size());
  auto* end = out;
  for (unit_reader from(text); !from.at_end();) end = put_utf8(end, from.next_point());
  return {out, static_cast<std::size_t>(end - out)};
}

/// utf8_bytes(text) -> Uint8Array
duk_ret_t utf8_bytes(duk_context* ctx) {
  duk_to_string(ctx, 0);
  push_bytes(ctx, push_utf8(ctx, 0));
  return 1;
}

// -- UTF-8 to text
// ------------------------------------------------------------------------------------------------------

/// Reads UTF-8 as the Encoding Standard does: of what is malformed, the longest beginning of a character counts as one.
class utf8_reader {
public:
  explicit utf8_reader(std::string_view bytes) : bytes_(bytes) {}

  static constexpr std::uint32_t malformed = 0xffffffff;
  static constexpr std::uint32_t unfinished = 0xfffffffe; ///< the bytes end inside a character

  bool at_end() const { return at_ == bytes_.size(); }
  std::size_t position() const { return at_; }

  std::uint32_t next() {
    const auto first = byte(at_);
    if (first < 0x80) return ++at_, first;
    const unsigned more = first >= 0xc2 && first < 0xe0   ? 1
                          : first >= 0xe0 && first < 0xf0 ? 2
                          : first >= 0xf0 && first < 0xf5 ? 3
                                                          : 0;
    if (more == 0) return ++at_, malformed;
    auto point = first & (0x3fU >> more);
    const auto begin = at_++;
    for (unsigned i = 0; i < more; ++i, ++at_) {
      if (at_ == bytes_.size()) {
        at_ = begin;
        return unfinished;
      }
      const auto c = byte(at_);
      const unsigned least = i > 0 ? 0x80 : first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
      const unsigned most = i > 0 ? 0xbf : first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
      if (c < least || c > most) return malformed;
      point = point << 6 | (c & 0x3fU);
    }
    return point;
  }

private:
  std::uint32_t byte(std::size_t at) const { return static_cast<unsigned char>(bytes_[at]); }

  std::string_view bytes_;
  std::size_t at_ = 0;
};

/// utf8_text(bytes, fatal, more_follows) -> [text, bytes left over]
duk_ret_t utf8_text(duk_context* ctx) {
  const auto bytes = bytes_at(ctx, 0);
  const bool fatal = duk_get_boolean(ctx, 1) != 0;
  const bool more_follows = duk_get_boolean(ctx, 2) != 0;
  auto* out = push_memory(ctx, bytes.size() * 3);
  auto* end = out;
  utf8_reader from(bytes);
  while (!from.at_end()) {
    auto point = from.next();
    if (point == utf8_reader::unfinished && more_follows) break;
    const bool ends = point == utf8_reader::unfinished;
    if (point == utf8_reader::malformed || ends) {
      if (fatal) return duk_error(ctx, DUK_ERR_TYPE_ERROR, "The encoded data was not valid for encoding utf-8");
      point = 0xfffd;
    }
    end = put_point(end, point);
    if (ends) break;
  }
  const auto left = more_follows ? bytes.substr(from.position()) : std::string_view();
  const auto result = duk_push_array(ctx);
  duk_push_lstring(ctx, out, static_cast<duk_size_t>(end - out));
  duk_put_prop_index(ctx, result, 0);
  push_bytes(ctx, left);
  duk_put_prop_index(ctx, result, 1);
  return 1;
}

/// latin1_text(bytes) -> text, as windows-1252 has it; utf16_text(bytes) -> text, little-endian.
duk_ret_t latin1_text(duk_context* ctx) {
  constexpr std::array<std::uint16_t, 32> upper{0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021,
                                                0x2c6,  0x2030, 0x160,  0x2039, 0x152,  0x8d,   0x17d,  0x8f,
                                                0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                                0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178};
  const auto bytes = bytes_at(ctx, 0);
  auto* out = push_memory(ctx, bytes.size() * 3);
  auto* end = out;
  for (const char c : bytes) {
    const auto value = static_cast<unsigned char>(c);
    end = put_unit(end, value >= 0x80 && value < 0xa0 ? upper[value - 0x80U] : value);
  }
  duk_push_lstring(ctx, out, static_cast<duk_size_t>(end - out));
  return 1;
}

duk_ret_t utf16_text(duk_context* ctx) {
  const auto bytes = bytes_at(ctx, 0);
  auto* out = push_memory(ctx, bytes.size() / 2 * 3);
  auto* end = out;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2)
    end = put_unit(end, static_cast<unsigned char>(bytes[i]) |
                            static_cast<unsigned>(static_cast<unsigned char>(bytes[i + 1])) << 8);
  duk_push_lstring(ctx, out, static_cast<duk_size_t>(end - out));
  return 1;
}

// -- base64
// -------------------------------------------------------------------------------------------------------------

constexpr std::string_view base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// base64_of(text): null when it has characters beyond U+00FF.
duk_ret_t base64_of(duk_context* ctx) {
  duk_to_string(ctx, 0);
  const auto text = text_at(ctx, 0);
  auto* bytes = push_memory(ctx, text.size());
  std::size_t count = 0;
  for (unit_reader from(text); !from.at_end();) {
    const auto unit = from.next();
    if (unit > 0xff) {
      duk_push_null(ctx);
      return 1;
    }
    bytes[count++] = static_cast<char>(unit);
  }
  auto* out = push_memory(ctx, (count + 2) / 3 * 4);
  auto* end = out;
  for (std::size_t i = 0; i < count; i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (i + k < count ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) *end++ = i + k <= count ? base64[group >> (18 - 6 * k) & 0x3f] : '=';
  }
  duk_push_lstring(ctx, out, static_cast<duk_size_t>(end - out));
  return 1;
}

/// text_of_base64(text): null when it is none. White space does not count, and what is missing at the end may be.
duk_ret_t text_of_base64(duk_context* ctx) {
  duk_to_string(ctx, 0);
  const auto text = text_at(ctx, 0);
  auto* kept = push_memory(ctx, text.size());
  std::size_t count = 0;
  for (const char c : text)
    if (c != ' ' && c != '\t' && c != '\n' && c != '\f' && c != '\r') kept[count++] = c;
  if (count % 4 == 0)
    for (int i = 0; i < 2 && count > 0 && kept[count - 1] == '='; ++i) --count;
  bool sound = count % 4 != 1;
  auto* out = push_memory(ctx, count * 2);
  auto* end = out;
  std::uint32_t bits = 0;
  int have = 0;
  for (std::size_t i = 0; i < count && sound; ++i) {
    const auto digit = base64.find(kept[i]);
    sound = digit != std::string_view::npos;
    bits = bits << 6 | static_cast<std::uint32_t>(digit & 0x3f);
    have += 6;
    if (have >= 8) end = put_unit(end, bits >> (have -= 8) & 0xff);
  }
  if (sound)
    duk_push_lstring(ctx, out, static_cast<duk_size_t>(end - out));
  else
    duk_push_null(ctx);
  return 1;
}

// -- percent-encoding
// ---------------------------------------------------------------------------------------------------

/// What stands for itself beyond letters and digits, by the sets of the URL Standard.
constexpr std::string_view sets[] = {
    "!#$%&'()*+,-./:;=?@[\\]^_{|}~",       // 0: fragment
    "!$%&'()*+,-./:;=?@[\\]^_`{|}~",       // 1: query
    "!$%&()*+,-./:;=?@[\\]^_`{|}~",        // 2: query of a special URL
    "!$%&'()*+,-./:;=@[\\]^_|~",           // 3: path
    "!$%&'()*+,-._~",                      // 4: user name and password
    " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", // 5: all that is no control character
    "*-._",                                // 6: a form's names and values, where a space becomes a plus
};

/// percent_encoded(text, set)
duk_ret_t percent_encoded(duk_context* ctx) {
  duk_to_string(ctx, 0);
  const auto set = static_cast<std::size_t>(duk_require_uint(ctx, 1));
  const auto keeps = sets[set % std::size(sets)];
  const auto bytes = push_utf8(ctx, 0);
  auto* out = push_memory(ctx, bytes.size() * 3);
  auto* end = out;
  for (const char c : bytes) {
    const bool is_plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (is_plain || (c != '\0' && keeps.find(c) != std::string_view::npos)) {
      *end++ = c;
    } else if (c == ' ' && set == 6) {
      *end++ = '+';
    } else {
      constexpr std::string_view hex = "0123456789ABCDEF";
      *end++ = '%';
      *end++ = hex[static_cast<unsigned char>(c) >> 4];
      *end++ = hex[static_cast<unsigned char>(c) & 0xf];
    }
  }
  duk_push_lstring(ctx, out, static_cast<duk_size_t>(end - out));
  return 1;
}

int hex_digit(char c) {
  return c >= '0' && c <= '9'   ? c - '0'
         : c >= 'a' && c <= 'f' ? c - 'a' + 10
         : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                : -1;
}

/// percent_decoded(text, plus_is_space): what is no UTF-8 afterwards becomes U+FFFD.
duk_ret_t percent_decoded(duk_context* ctx) {
  duk_to_string(ctx, 0);
  const bool plus_is_space = duk_get_boolean(ctx, 1) != 0;
  const auto bytes = push_utf8(ctx, 0);
  auto* decoded = push_memory(ctx, bytes.size());
  std::size_t count = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const bool escaped =
        bytes[i] == '%' && i + 2 < bytes.size() && hex_digit(bytes[i + 1]) >= 0 && hex_digit(bytes[i + 2]) >= 0;
    if (escaped) {
      decoded[count++] = static_cast<char>(hex_digit(bytes[i + 1]) << 4 | hex_digit(bytes[i + 2]));
      i += 2;
    } else {
      decoded[count++] = bytes[i] == '+' && plus_is_space ? ' ' : bytes[i];
    }
  }
  auto* out = push_memory(ctx, count * 3);
  auto* end = out;
  for (utf8_reader from({decoded, count}); !from.at_end();) {
    const auto point = from.next();
    end = put_point(end, point >= utf8_reader::unfinished ? 0xfffd : point);
    if (point == utf8_reader::unfinished) break;
  }
  duk_push_lstring(ctx, out, static_cast<duk_size_t>(end - out));
  return 1;
}

constexpr method functions[] = {
    {"utf8_bytes", utf8_bytes, 1, 1},
    {"utf8_text", utf8_text, 3, 3},
    {"latin1_text", latin1_text, 1, 1},
    {"utf16_text", utf16_text, 1, 1},
    {"base64_of", base64_of, 1, 1},
    {"text_of_base64", text_of_base64, 1, 1},
    {"percent_encoded", percent_encoded, 2, 2},
    {"percent_decoded", percent_decoded, 2, 2},
};

} // namespace

void add_text_codec(duk_context* ctx) { add_methods(ctx, functions); }

} // namespace enclaved::engine
