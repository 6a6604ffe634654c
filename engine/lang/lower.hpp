// From tree to text that Duktape compiles: ES5.1, and the helpers whose names begin with `$$` (engine/prelude/lang.js,
// engine/library/lang.cpp; how the compiler takes them: engine/duktape/lowered.inc.c). What a line of the source says
// stands on the same line of the text.
#pragma once

#include "engine/lang/ast.hpp"
#include "engine/lang/pool.hpp"

#include <string>

namespace enclaved::engine::lang {

/// Each optimisation can be switched off, to compare what a program does with and without it.
struct lower_options {
  std::uint32_t iterations = 0; ///< of one loop, at most; 0: no limit
  bool loops_by_index = true;   ///< `for … of` over an array counts
  bool captures_values = true;  ///< closures get what does not change as a value, not in a box
  bool omits_checks = true;     ///< of variables that are initialised for sure
  bool gives_last_value = true; ///< a last expression statement is the script's result
};

/// Appends a function's body: what stands between its braces.
void lower(program& tree, const lower_options& options, pool& memory, std::string& out);

} // namespace enclaved::engine::lang
