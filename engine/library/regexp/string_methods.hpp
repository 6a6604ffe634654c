// String.prototype.match, matchAll, replace, replaceAll, search and split.
#pragma once

#include <duktape.h>

namespace enclaved::engine {

void add_pattern_methods(duk_context* ctx);

} // namespace enclaved::engine
