#include "engine/state.hpp"

#include "base/bounds.hpp"
#include "engine/budget.hpp"
#include "engine/duktape/inside.h"
#include "engine/duktape/objects.h"
#include "engine/library/classes.hpp"
#include "engine/natives.hpp"
#include "engine/state_changes.hpp"
#include "engine/values.hpp"

#include <algorithm>
#include <cstring>

namespace enclaved::engine {

namespace {

constexpr const char* global_name = "$state";
// In the heap's stash.
constexpr const char* object_key = "state";        ///< undefined until a script names it
constexpr const char* committed_key = "committed"; ///< a buffer, or undefined for nothing

/// Of the object with all its keys: a value may be as deep as any that leaves the heap.
run_limits limits_of_state() {
  auto limits = the_budget().current()->limits;
  limits.value_depth = std::min<std::uint64_t>(limits.value_depth, bounds::state_value_nesting) + 1;
  return limits;
}

[[noreturn]] void refuse(value_fault fault) {
  static_assert(bounds::state_bytes == 1'048'576 && bounds::state_value_nesting == 48, "as the sentences say");
  const auto& limits = the_budget().current()->limits;
  if (fault == value_fault::too_large)
    the_budget().end(outcome::result_limit, "$state takes more than the 1048576 bytes that a session keeps");
  if (fault == value_fault::too_deep && limits.value_depth > bounds::state_value_nesting)
    the_budget().end(outcome::result_limit, "$state has a value that is nested deeper than 48");
  refuse_value(global_name, fault, limits);
}

/// Appends the object at `index` as it is now.
std::string_view encode(duk_context* ctx, duk_idx_t index, outbox& out) {
  const auto from = out.size();
  out.limit_to(from + bounds::state_bytes);
  if (const auto fault = write_members(ctx, index, out, limits_of_state()); fault != value_fault::none) refuse(fault);
  const auto encoded = out.view().substr(from);
  if (encoded.size() > bounds::state_bytes)
    refuse(value_fault::too_large); // a getter that prints has limits of its own
  return encoded;
}

/// [ … stash ] -> [ … stash ]
void keep_committed(duk_context* ctx, std::string_view encoded) {
  void* copy = duk_push_fixed_buffer(ctx, encoded.size());
  if (!encoded.empty()) std::memcpy(copy, encoded.data(), encoded.size());
  duk_put_prop_string(ctx, -2, committed_key);
}

/// [ … stash ] -> [ … stash ]: the bytes stay for as long as they are not replaced.
std::string_view committed(duk_context* ctx) {
  duk_get_prop_string(ctx, -1, committed_key);
  duk_size_t size = 0;
  const auto* bytes = static_cast<const char*>(duk_get_buffer_data(ctx, -1, &size));
  duk_pop(ctx);
  return {bytes, bytes == nullptr ? 0 : size};
}

/// [ … stash ] -> [ … stash object ]: made of what the execution started with.
void make_object(duk_context* ctx) {
  const auto encoded = committed(ctx);
  if (encoded.empty())
    duk_push_object(ctx);
  else if (const auto fault = push_value(ctx, encoded, limits_of_state()); fault != value_fault::none)
    refuse(fault);
  enclaved_push_known(ctx, KNOWN_STATE_PROTOTYPE);
  duk_set_prototype(ctx, -2);
}

/// [ … stash object ] -> [ … stash object ]: what was committed, as this heap encodes it, which need not be as somebody
/// else did.
void encode_committed_anew(duk_context* ctx) {
  auto& out = *the_turn().out;
  const auto from = out.size();
  const auto now = encode(ctx, duk_get_top_index(ctx), out);
  duk_dup(ctx, -2);
  if (now != committed(ctx)) keep_committed(ctx, now);
  duk_pop(ctx);
  out.cut(from);
}

/// From the first access on the global is a constant like any other.
void become_constant(duk_context* ctx) {
  duk_push_global_object(ctx);
  duk_push_string(ctx, global_name);
  duk_dup(ctx, -3);
  duk_def_prop(ctx, -3,
               DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_CLEAR_WRITABLE | DUK_DEFPROP_CLEAR_ENUMERABLE |
                   DUK_DEFPROP_CLEAR_CONFIGURABLE | DUK_DEFPROP_FORCE);
  duk_pop(ctx);
}

duk_ret_t state_getter(duk_context* ctx) {
  push_state(ctx);
  return 1;
}

} // namespace

void push_state(duk_context* ctx) {
  duk_require_stack(ctx, 16);
  duk_push_heap_stash(ctx);
  duk_get_prop_string(ctx, -1, object_key);
  if (!duk_is_object(ctx, -1)) {
    duk_pop(ctx);
    make_object(ctx);
    duk_dup(ctx, -1);
    duk_put_prop_string(ctx, -3, object_key);
    become_constant(ctx);
    the_budget().current()->has_state = true;
    encode_committed_anew(ctx);
  }
  duk_remove(ctx, -2);
}

void add_state(duk_context* ctx) {
  push_prototype(ctx, KNOWN_OBJECT_PROTOTYPE, KNOWN_STATE_PROTOTYPE);
  add_state_methods(ctx);
  // Reached from nowhere else until a script has named the state.
  duk_push_heap_stash(ctx);
  duk_dup(ctx, -2);
  duk_put_prop_string(ctx, -2, "state_prototype");
  for (const char* key : {object_key, committed_key}) {
    duk_push_undefined(ctx);
    duk_put_prop_string(ctx, -2, key);
  }
  duk_pop_2(ctx);
  duk_push_global_object(ctx);
  duk_push_string(ctx, global_name);
  enclaved_push_method(ctx, state_getter, 0, "get $state", 0);
  duk_def_prop(ctx, -3,
               DUK_DEFPROP_HAVE_GETTER | DUK_DEFPROP_CLEAR_CONFIGURABLE | DUK_DEFPROP_CLEAR_ENUMERABLE |
                   DUK_DEFPROP_FORCE);
  duk_pop(ctx);
}

void take_state(duk_context* ctx, std::string_view encoded) {
  if (encoded.empty()) return;
  duk_push_heap_stash(ctx);
  keep_committed(ctx, encoded);
  duk_pop(ctx);
}

void commit_state(duk_context* ctx) {
  if (!the_budget().current()->has_state) return;
  duk_require_stack(ctx, 16);
  auto& out = *the_turn().out;
  const auto from = out.size();
  duk_push_heap_stash(ctx);
  duk_get_prop_string(ctx, -1, object_key);
  const auto now = encode(ctx, duk_get_top_index(ctx), out);
  duk_pop(ctx);
  constexpr std::size_t bytes_of_a_unit = 8;
  the_budget().spend(now.size() / bytes_of_a_unit);
  const auto before = committed(ctx);
  if (const auto fault = write_changes(before, now, out); fault != state_fault::none)
    the_budget().end(fault == state_fault::no_memory ? outcome::memory_limit : outcome::result_limit, describe(fault));
  const auto ops = out.view().substr(from + now.size());
  if (now != before) keep_committed(ctx, now);
  duk_pop(ctx);
  if (!ops.empty()) the_turn().sink->on_state_patch(ops);
  out.cut(from);
}

} // namespace enclaved::engine
