// A regular expression's text, checked: what is wrong with it, in the words that Node uses.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace enclaved::regexp {

/// The flags that a regular expression has, a bit each, in the order in which they are listed.
enum flag : std::uint8_t {
  has_indices = 1,
  global = 2,
  ignore_case = 4,
  multiline = 8,
  dot_all = 16,
  unicode = 32,
  unicode_sets = 64,
  sticky = 128,
};
inline constexpr std::string_view flag_letters = "dgimsuvy";

/// The bits of a text of flags; nothing when a letter is unknown or there twice, or with both `u` and `v`.
std::optional<std::uint8_t> flags_of(std::string_view letters);

struct problem {
  std::string_view sentence;
  std::uint32_t offset; ///< in the body, in UTF-16 units
};

/// The early errors of a literal. The body may be UTF-8, with surrogates as three bytes each or not. Takes time and
/// memory in proportion to it.
std::optional<problem> check_pattern(std::string_view body, std::string_view flags);

} // namespace enclaved::regexp
