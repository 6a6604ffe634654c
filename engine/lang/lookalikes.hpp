// Characters that make a source read differently from what it says: letters that look like ASCII ones, marks that turn
// the direction of a line, and what is not seen at all.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace enclaved::engine::lang {

enum class trick : std::uint8_t {
  lookalike,     ///< a word that mixes ASCII letters with letters that look like them
  bidirectional, ///< turns the direction of what follows
  invisible,     ///< takes no room
};

struct suspect {
  trick what = trick::lookalike;
  std::uint32_t begin = 0; ///< bytes from the start of the source
  std::uint32_t end = 0;
  char32_t character = 0;
  std::uint32_t line = 0;
  std::uint32_t column = 0; ///< in characters
};

/// Looks at all of a source, comments and strings too; stops after `most`.
std::vector<suspect> suspects(std::string_view source, std::size_t most);

/// Whether a letter is taken for an ASCII one.
bool looks_like_ascii(char32_t c);

/// Whether a name consists of letters that look like ASCII ones, all of them, or mixes them with those.
bool looks_like_another(std::string_view name);

} // namespace enclaved::engine::lang
