// Sets of characters as ranges at the end of a pile: operations on the part from `begin` on.
#pragma once

#include "engine/regexp/unicode.hpp"

namespace enclaved::regexp {

/// Puts the ranges in order and joins those that touch.
void tidy(pile<range>& ranges, std::uint32_t begin);
/// Everything else up to `last`; the ranges are tidy before and after.
void invert(pile<range>& ranges, std::uint32_t begin, std::uint32_t last);
/// [left, right) and [right, end) become one set of what is in both, or only in the first.
void intersect(pile<range>& ranges, std::uint32_t left, std::uint32_t right);
void subtract(pile<range>& ranges, std::uint32_t left, std::uint32_t right);
/// Whether tidy ranges hold a character.
bool holds(const range* begin, const range* end, std::uint32_t c);

void append_digits(pile<range>& to);
void append_spaces(pile<range>& to);
void append_word_characters(pile<range>& to);
void append_newlines(pile<range>& to);

} // namespace enclaved::regexp
