// What lowered code needs that only C can do: private names, functions that are no constructors. The rest of its
// helpers is engine/prelude/lang.js.
#pragma once

#include <duktape.h>

namespace enclaved::engine {

/// [ … host ] -> [ … host ]
void add_lang(duk_context* ctx);

} // namespace enclaved::engine
