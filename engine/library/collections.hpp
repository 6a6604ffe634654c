// Map, Set, WeakMap, WeakSet and WeakRef. What is weak elsewhere is strong here: when garbage is collected depends on
// how a run was parked and rebuilt, and a script that could see it would not do the same again when it is replayed. For
// the same reason a FinalizationRegistry never calls anybody.
#pragma once

#include <duktape.h>

namespace enclaved::engine {

void add_collections(duk_context* ctx);

} // namespace enclaved::engine
