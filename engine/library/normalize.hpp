// String.prototype.normalize: the four forms of Unicode.
#pragma once

#include <duktape.h>

namespace enclaved::engine {

/// normalize(form)
duk_ret_t string_normalize(duk_context* ctx);

} // namespace enclaved::engine
