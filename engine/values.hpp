// Values that cross the boundary of a heap, MessagePack outside and Duktape's inside, with nothing in between.
//
// Coming in they are plain data made of fresh objects: a key is an own property whatever it is called, no setter and no
// prototype of the script is asked. Going out a script's getters, Proxies and toJSON may run; the caller keeps the
// budget armed, and each is asked once.
#pragma once

#include "base/limits.hpp"
#include "engine/outbox.hpp"

#include <duktape.h>
#include <string_view>

namespace enclaved::engine {

/// Why a value was not taken over.
enum class value_fault : std::uint8_t {
  none,
  malformed,
  not_utf8,
  key_not_string,
  unknown_extension,
  too_deep,
  too_many,
  too_large,
  cyclic,
};
/// What happened, for a sentence that goes on with a limit.
const char* describe(value_fault fault);

/// [ … ] -> [ … value ]; on a fault nothing is pushed. May throw Duktape's errors and needs a protected call.
value_fault push_value(duk_context* ctx, std::string_view encoded, const run_limits& limits);

/// Appends the value at `index`; on a fault the outbox has half of it. Bytes are bounded by the outbox's limit.
value_fault write_value(duk_context* ctx, duk_idx_t index, outbox& out, const run_limits& limits);

/// Likewise the members of an object, whatever its toJSON is: `$state` may have a key of that name.
value_fault write_members(duk_context* ctx, duk_idx_t index, outbox& out, const run_limits& limits);

/// [ … ] -> [ … string ], from well-formed UTF-8.
void push_text(duk_context* ctx, std::string_view utf8);
/// Appends the string at `index` as UTF-8; false when the outbox is full.
bool write_text(duk_context* ctx, duk_idx_t index, outbox& out);

} // namespace enclaved::engine
