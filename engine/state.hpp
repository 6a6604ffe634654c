// `$state`: what a session keeps from one execution to the next, as an object whose own properties a script may change
// as it likes.
//
// A script that never names it pays for nothing: the encoding that came with the start lies in the heap until the first
// access makes the object of it. From then on the heap keeps the encoding that was last committed. At a commit the
// object is encoded again and compared with it key by key, so a change counts wherever it was made, and what was set to
// the same value is no change.
#pragma once

#include <duktape.h>
#include <string_view>

namespace enclaved::engine {

/// Gives a heap that is being made the global `$state`.
void add_state(duk_context* ctx);

/// [ … object ] -> [ … object ]: what its prototype offers.
void add_state_methods(duk_context* ctx);

/// [ … ] -> [ … object ], made at the first access. May throw.
void push_state(duk_context* ctx);

/// The state that an execution starts with, MessagePack or empty. Needs a protected call, as all below.
void take_state(duk_context* ctx, std::string_view encoded);

/// Tells the turn's sink what has changed since the last commit. The script's getters may run; what cannot be kept ends
/// the run with RESULT_LIMIT.
void commit_state(duk_context* ctx);

} // namespace enclaved::engine
