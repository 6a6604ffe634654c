// What the grammar asks about characters beyond ASCII, and UTF-8 from and to them.
#pragma once

#include <cstddef>
#include <string_view>

namespace enclaved::engine::lang {

bool begins_identifier(char32_t point);    ///< beyond ASCII only
bool continues_identifier(char32_t point); ///< beyond ASCII only

/// White space of the grammar beyond ASCII, but not line terminators.
constexpr bool is_wide_space(char32_t point) {
  return point == 0xa0 || point == 0x1680 || (point >= 0x2000 && point <= 0x200a) || point == 0x202f ||
         point == 0x205f || point == 0x3000 || point == 0xfeff;
}

/// The character at `at` of well-formed UTF-8, and how many bytes it takes.
struct character {
  char32_t point;
  std::size_t size;
};
character character_at(const char* at);

/// The bytes written: 1 to 4. A surrogate has the three bytes of its number.
std::size_t write_character(char* out, char32_t point);

/// The place of the first byte that is no UTF-8; npos when all is.
std::size_t find_bad_utf8(std::string_view text);

} // namespace enclaved::engine::lang
