// Symbol: what Duktape's lacks. The well-known symbols are there before anything else is named by one.
#pragma once

#include <duktape.h>

namespace enclaved::engine {

void add_symbol(duk_context* ctx);

} // namespace enclaved::engine
