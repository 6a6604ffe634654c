#include "engine/regexp/pattern.hpp"

#include "engine/regexp/parser.hpp"
#include "engine/regexp/plain_memory.hpp"

namespace enclaved::regexp {

std::optional<std::uint8_t> flags_of(std::string_view letters) {
  std::uint8_t result = 0;
  for (const char letter : letters) {
    const auto at = flag_letters.find(letter);
    if (at == std::string_view::npos) return std::nullopt;
    const auto bit = static_cast<std::uint8_t>(1U << at);
    if ((result & bit) != 0) return std::nullopt;
    result = static_cast<std::uint8_t>(result | bit);
  }
  if ((result & unicode) != 0 && (result & unicode_sets) != 0) return std::nullopt;
  return result;
}

std::optional<problem> check_pattern(std::string_view body, std::string_view flags) {
  const auto bits = flags_of(flags);
  if (!bits) return problem{"Invalid regular expression flags", 0};
  plain_memory memory;
  tree of(memory);
  parser reader(memory, body, *bits, of, parser::purpose::check);
  if (reader.parse()) return std::nullopt;
  return reader.wrong();
}

} // namespace enclaved::regexp
