// What happens to a source before Duktape sees it: parsed and lowered, or refused with what is wrong and where.
#pragma once

#include "engine/lang/lower.hpp"
#include "engine/lang/parser.hpp"

#include "engine/lang/lower.hpp"

#include <cstdint>
#include <string_view>

namespace enclaved::engine {

struct translation {
  bool ok = false;
  std::string_view text;  ///< the body of a function; or the sentence of a problem, with place, source line and caret
  std::uint32_t line = 0; ///< of the problem
  std::uint32_t column = 0;
};

/// What a source may be, and which optimisations there are. Tests that compare change it; scripts are run as it stands.
struct translate_options {
  lang::parse_options parse;
  lang::lower_options lower;
};
translate_options& the_translate_options();

/// What every translation of this process does; tests switch its optimisations off. `iterations` of it is not looked
/// at.
lang::lower_options& the_lower_options();

/// The text lives until the next call. `iterations`: what one loop may make at most, 0: any number.
translation translate(std::string_view source, std::uint64_t iterations);

} // namespace enclaved::engine
