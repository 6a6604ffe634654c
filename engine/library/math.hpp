// Math: the functions that Duktape has not, and those that it computes less well than the C library.
#pragma once

#include <duktape.h>

namespace enclaved::engine {

void add_math(duk_context* ctx);

} // namespace enclaved::engine
