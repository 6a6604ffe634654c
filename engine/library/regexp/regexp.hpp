// The class RegExp: the constructor, its prototype, and what the methods of strings do with patterns.
#pragma once

#include <duktape.h>

namespace enclaved::engine {

/// [ … host ] -> [ … host ]
void add_regexp(duk_context* ctx);

} // namespace enclaved::engine
