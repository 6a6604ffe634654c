// String: the methods that Duktape has not, those that it has in an older form, and what walks a string by characters.
#pragma once

#include <duktape.h>

namespace enclaved::engine {

void add_string(duk_context* ctx);

} // namespace enclaved::engine
