// What happens to a source before Duktape sees it: parsed and lowered, or refused with what is wrong and where.
#pragma once

#include <cstdint>
#include <string_view>

namespace enclaved::engine {

struct translation {
  bool ok = false;
  std::string_view text;  ///< the body of a function; or the sentence of a problem, with place, source line and caret
  std::uint32_t line = 0; ///< of the problem
  std::uint32_t column = 0;
};

/// The text lives until the next call. `iterations`: what one loop may make at most, 0: any number.
translation translate(std::string_view source, std::uint64_t iterations);

} // namespace enclaved::engine
