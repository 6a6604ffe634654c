// Numbers as text, by the rules of ECMAScript: shortest digits that read back as the same number, a given number of
// them, or another radix. Knows no heap; every result fits the caller's buffer.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace enclaved::engine {

/// What any of the functions below may need: a sign, 1,100 digits of a number in radix 2, a point.
using number_buffer = std::array<char, 2304>;

/// As `String(number)` has it.
std::string_view number_text(double number, number_buffer& out);
/// `digits` after the point, 0 to 100, for numbers below 1e21.
std::string_view number_fixed(double number, int digits, number_buffer& out);
/// number × 10^power, which is not negative, with at most `digits` after the point; what is rounded is its shortest
/// form, as people see it: 1.005 has a five at its end.
std::string_view number_rounded(double number, int power, int digits, number_buffer& out);
/// `digits` after the first one, 0 to 100; of a negative count as many as needed.
std::string_view number_exponential(double number, int digits, number_buffer& out);
/// `digits` in all, 1 to 100.
std::string_view number_precise(double number, int digits, number_buffer& out);
/// In a radix of 2 to 36 other than 10.
std::string_view number_in_radix(double number, int radix, number_buffer& out);

/// The number that a text in JSON's notation stands for, which is a part of what every decimal notation allows.
std::optional<double> number_of(std::string_view text);

} // namespace enclaved::engine
