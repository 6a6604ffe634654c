// What Unicode says about characters, from tables that are part of the program.
#pragma once

#include "engine/regexp/memory.hpp"

#include <string_view>

namespace enclaved::regexp {

inline constexpr std::uint32_t last_code_point = 0x10ffff;

struct range {
  std::uint32_t first;
  std::uint32_t last;
};

/// The number of the set that `\p{name}` or `\p{name=value}` means; negative when there is none. `has_value` tells
/// `\p{x=}` from `\p{x}`.
int find_property(std::string_view name, std::string_view value, bool has_value);

/// Appends the ranges of a set, in order.
void append_property(int set, pile<range>& to);

bool is_identifier_start(std::uint32_t c);
bool is_identifier_part(std::uint32_t c);

/// Which characters are one when case is ignored: simple case folding with `u` and `v`, upper case without.
enum class folding : std::uint8_t { plain, unicode };

/// The character that stands for all that are equal to it.
std::uint32_t fold(std::uint32_t c, folding how);

/// `ranges` from `begin` on, in order and apart, with all that is equal to one of them; again in order and apart.
void close_over_case(pile<range>& ranges, std::uint32_t begin, folding how);

} // namespace enclaved::regexp
