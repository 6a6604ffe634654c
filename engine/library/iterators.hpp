// What iterators have in common: the objects that their prototypes inherit from, and the iterators of arrays and
// strings.
#pragma once

#include <duktape.h>

namespace enclaved::engine {

void add_iterators(duk_context* ctx);

} // namespace enclaved::engine
