// The part of the library that is native: each row of the table in library.cpp puts one theme's functions into a heap
// that is being made, before the prelude runs.
#pragma once

#include <duktape.h>

namespace enclaved::engine {

/// [ … host ] -> [ … host ]: what only the prelude should have goes to `host`, what scripts see to the global object.
void add_library(duk_context* ctx);

} // namespace enclaved::engine
