// Object: what Duktape's lacks.
#pragma once

#include <duktape.h>

namespace enclaved::engine {

void add_object(duk_context* ctx);

} // namespace enclaved::engine
