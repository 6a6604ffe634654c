// Number: its methods, and how numbers become text everywhere else.
#pragma once

#include <duktape.h>

namespace enclaved::engine {

void add_number(duk_context* ctx);

} // namespace enclaved::engine
