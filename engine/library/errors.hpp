// Error: causes, and errors of several errors.
#pragma once

#include <duktape.h>

namespace enclaved::engine {

void add_errors(duk_context* ctx);

} // namespace enclaved::engine
