// JSON, both ways, over the values of the heap as they lie there.
#pragma once

#include <duktape.h>

namespace enclaved::engine {

void add_json(duk_context* ctx);

/// JSON.parse(text, reviver) and JSON.stringify(value, replacer, indent)
duk_ret_t json_parse(duk_context* ctx);
duk_ret_t json_stringify(duk_context* ctx);

/// How deep values may be nested, either way: each level takes native stack.
inline constexpr unsigned json_depth = 5'000;

} // namespace enclaved::engine
