// Bytes and text: UTF-8 and what else TextDecoder knows, base64, percent-encoding. The classes around it are JavaScript
// (prelude/web.js, prelude/url.js).
#pragma once

#include <duktape.h>

namespace enclaved::engine {

void add_text_codec(duk_context* ctx);

} // namespace enclaved::engine
