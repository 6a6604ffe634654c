// What kind of object a value is, for the JavaScript part of the library.
#pragma once

#include <duktape.h>

namespace enclaved::engine {

void add_kinds(duk_context* ctx);

} // namespace enclaved::engine
