#include "engine/library/regexp/escape.hpp"

#include "engine/library/regexp/heap_memory.hpp"
#include "engine/library/units.hpp"

#include <array>
#include <cstdio>

namespace enclaved::engine {

namespace {

bool is_one_of(std::uint32_t c, std::string_view these) {
  return c != 0 && c < 128 && these.find(static_cast<char>(c)) != std::string_view::npos;
}

bool is_letter_or_digit(std::uint32_t c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

void append_hexadecimal(text_builder& out, std::uint32_t c) {
  std::array<char, 8> text{};
  const int size = std::snprintf(text.data(), text.size(), c < 256 ? "\\x%02x" : "\\u%04x", c);
  out.append({text.data(), static_cast<std::size_t>(size)});
}

} // namespace

/// escape(text)
duk_ret_t regexp_escape(duk_context* ctx) {
  if (duk_is_string(ctx, 0) == 0 || duk_is_symbol(ctx, 0) != 0)
    return duk_error(ctx, DUK_ERR_TYPE_ERROR, "RegExp.escape needs a string");
  duk_size_t size = 0;
  const char* data = duk_get_lstring(ctx, 0, &size);
  text_builder out(ctx);
  for (unit_reader from({data, size}); !from.at_end();) {
    const auto begin = from.position();
    const auto c = from.next_point();
    constexpr std::string_view named = "\t\n\v\f\r";
    if ((begin == 0 && is_letter_or_digit(c)) || is_one_of(c, ",-=<>#&!%:;@~'`\"")) {
      append_hexadecimal(out, c);
    } else if (is_one_of(c, "^$\\.*+?()[]{}|/")) {
      const std::array<char, 2> pair{'\\', static_cast<char>(c)};
      out.append({pair.data(), pair.size()});
    } else if (is_one_of(c, named)) {
      const std::array<char, 2> pair{'\\', "tnvfr"[named.find(static_cast<char>(c))]};
      out.append({pair.data(), pair.size()});
    } else if (is_space(c) || is_high_surrogate(c) || is_low_surrogate(c)) {
      append_hexadecimal(out, c);
    } else {
      out.append({data + begin, from.position() - begin});
    }
  }
  out.push_text();
  return 1;
}

} // namespace enclaved::engine
