// Date: UTC, texts as in the United States. Duktape has the rest.
#pragma once

#include <duktape.h>

namespace enclaved::engine {

void add_date(duk_context* ctx);

} // namespace enclaved::engine
