// Array.prototype.sort: stable, and the same for the same calls of its comparator, so that a replay sees the same
// order.
#pragma once

#include <duktape.h>

namespace enclaved::engine {

void add_array_sort(duk_context* ctx);

} // namespace enclaved::engine
