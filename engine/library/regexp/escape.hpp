// RegExp.escape: text that a pattern takes for itself, wherever it is put into one.
#pragma once

#include <duktape.h>

namespace enclaved::engine {

duk_ret_t regexp_escape(duk_context* ctx);

} // namespace enclaved::engine
