// The making of a heap: Duktape in the arena, the prelude run, what scripts must not reach taken away.
#pragma once

#include "engine/arena.hpp"

#include <duktape.h>
#include <string_view>

namespace enclaved::engine {

/// Builds the heap that the image is taken of; ends the process when that does not work, as it depends on nothing
/// outside.
duk_context* make_heap(arena& in);

/// [ … ] -> [ … function ]: a script as the body of a function whose first line is the script's first line. Throws a
/// SyntaxError. This is the seam where a front-end translates what people write into what Duktape compiles.
void compile(duk_context* ctx, std::string_view code);

} // namespace enclaved::engine
