#include "base/escape.hpp"

#include "base/pack.hpp"

#include <cstdint>

namespace enclaved {

namespace {

struct decoded {
  std::uint32_t code_point;
  std::size_t bytes;
  bool valid;
};

decoded decode(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t bytes = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (bytes == 1) return {first, 1, true};
  if (text.size() < bytes || !pack::is_utf8(text.substr(0, bytes))) return {first, 1, false};
  std::uint32_t code_point = first & (0xffU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) code_point = code_point << 6 | (static_cast<unsigned char>(text[i]) & 0x3f);
  return {code_point, bytes, true};
}

/// Control characters, line and paragraph separators, and marks that make text run backwards or hide in it.
bool is_active(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c || (c >= 0x200b && c <= 0x200f) ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xe0000 && c <= 0xe007f);
}

void append_hex(std::string& out, std::uint32_t number, int digits) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) out += "0123456789abcdef"[number >> shift & 15];
}

void append_unicode_escape(std::string& out, std::uint32_t c) {
  if (c > 0xffff) { // JSON knows 16 bits at a time
    append_unicode_escape(out, 0xd800 + ((c - 0x10000) >> 10));
    append_unicode_escape(out, 0xdc00 + ((c - 0x10000) & 0x3ff));
    return;
  }
  out += "\\u";
  append_hex(out, c, 4);
}

/// The short escape that people know, or 0.
char short_escape(std::uint32_t c) {
  switch (c) {
  case '\n': return 'n';
  case '\r': return 'r';
  case '\t': return 't';
  case '\\': return '\\';
  default: return 0;
  }
}

enum class target { text, json };

void append(std::string& out, std::string_view text, std::size_t most_bytes, target how) {
  const auto start = out.size();
  while (!text.empty()) {
    if (out.size() - start >= most_bytes) {
      out += "…";
      return;
    }
    const auto c = decode(text);
    if (!c.valid && how == target::json)
      out += "\\ufffd";
    else if (!c.valid || (how == target::text && c.code_point < 0xa0 && is_active(c.code_point) &&
                          short_escape(c.code_point) == 0)) {
      out += "\\x";
      append_hex(out, c.code_point, 2);
    } else if (const char known = short_escape(c.code_point); known != 0)
      (out += '\\') += known;
    else if (c.code_point == '"' && how == target::json)
      out += "\\\"";
    else if (is_active(c.code_point))
      append_unicode_escape(out, c.code_point);
    else
      out += text.substr(0, c.bytes);
    text.remove_prefix(c.bytes);
  }
}

} // namespace

void append_escaped(std::string& out, std::string_view text, std::size_t most_bytes) {
  append(out, text, most_bytes, target::text);
}

void append_json_escaped(std::string& out, std::string_view text, std::size_t most_bytes) {
  append(out, text, most_bytes, target::json);
}

} // namespace enclaved
