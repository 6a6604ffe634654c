// The functions of C that a heap starts with: those that scripts call, and those that only the prelude holds.
#pragma once

#include "engine/machine.hpp"
#include "engine/outbox.hpp"
#include "engine/values.hpp"

#include <duktape.h>

namespace enclaved::engine {

/// What natives need of the turn that runs them; nothing of it lives in the heap.
struct turn_context {
  turn_sink* sink = nullptr;
  outbox* out = nullptr; ///< used as a stack: what a native appends it takes away again
  bool asked = false;    ///< tools were asked for since something was sent
};
turn_context& the_turn();

/// [ … ] -> [ … host ]: the object through which the prelude gets at natives. It is unreachable afterwards.
void push_host(duk_context* ctx);

/// [ … object ] -> [ … object ]: a built-in method of it, not enumerable.
void publish_native(duk_context* ctx, const char* name, duk_c_function function, duk_idx_t arguments);

/// Ends the run with RESULT_LIMIT, because `what` cannot leave the heap.
[[noreturn]] void refuse_value(const char* what, value_fault fault, const run_limits& limits);

/// Where the machine finds what the prelude gave it, at the bottom of the heap thread's value stack.
enum fixed_slot : duk_idx_t {
  slot_begin,
  slot_deliver,
  slot_fire,
  slot_drain,
  slot_inspect,
  slot_main_thread,
  fixed_slots,
};

/// Hidden keys: no string of a script is ever equal to one of them.
inline constexpr const char* uncaught_key = DUK_HIDDEN_SYMBOL("uncaught");

} // namespace enclaved::engine
