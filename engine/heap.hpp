// The making of a heap: Duktape in the arena, the prelude run, what scripts must not reach taken away.
#pragma once

#include "engine/arena.hpp"

#include <duktape.h>
#include <string_view>

namespace enclaved::engine {

/// Builds the heap that the image is taken of; ends the process when that does not work, as it depends on nothing
/// outside.
duk_context* make_heap(arena& in);

/// [ … ] -> [ … function ]: a script, lowered (translate.hpp). Throws when it is more than Duktape compiles.
void compile(duk_context* ctx, std::string_view text);

} // namespace enclaved::engine
