// Programs as strings of the heap: made once for a literal, found again for `new RegExp` with the same text.
#pragma once

#include "engine/regexp/program.hpp"

#include <duktape.h>

namespace enclaved::engine {

/// [ … pattern flags ] -> [ … escaped source, program ]; throws a SyntaxError.
void compile_regexp(duk_context* ctx);

/// The program of the regular expression at an index, null when it is none.
const regexp::program* program_of(duk_context* ctx, duk_idx_t index);

} // namespace enclaved::engine
