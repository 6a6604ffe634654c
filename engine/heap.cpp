#include "engine/heap.hpp"

#include "engine/budget.hpp"
#include "engine/duktape/inside.h"
#include "engine/duktape/lowered.h"
#include "engine/failure.hpp"
#include "engine/library/library.hpp"
#include "engine/natives.hpp"
#include "engine/prelude.hpp"
#include "engine/state.hpp"

#include <cstdio>
#include <cstdlib>

namespace enclaved::engine {

namespace {

/// Duktape clears or copies what it gets: large pieces are work.
void account(duk_size_t bytes) {
  constexpr unsigned bytes_of_a_unit_bits = 7;
  if (bytes >= 4096) the_budget().spend(bytes >> bytes_of_a_unit_bits);
}

/// When nearly all memory is in use, each collection frees a little and the next one comes soon after: a script would
/// spend its time collecting. That ends as MEMORY_LIMIT when this many in a row brought less than this part of the
/// memory.
class pressure {
public:
  void* given(void* block, duk_size_t bytes, const arena& in) {
    since_failure_ += bytes;
    if (block != nullptr || bytes == 0) return block; // nothing is what an empty request gets
    fruitless_ = since_failure_ < in.limit() / enough_part ? fruitless_ + 1 : 0;
    since_failure_ = 0;
    if (fruitless_ > patience && the_budget().current() != nullptr) {
      fruitless_ = 0;
      the_budget().exhausted();
    }
    return nullptr;
  }

private:
  static constexpr std::size_t enough_part = 64;
  static constexpr unsigned patience = 16;
  std::size_t since_failure_ = 0;
  unsigned fruitless_ = 0;
};
pressure pressed;

void* allocate(void* in, duk_size_t bytes) {
  account(bytes);
  auto& of = *static_cast<arena*>(in);
  return pressed.given(of.allocate(bytes), bytes, of);
}

void* resize(void* in, void* block, duk_size_t bytes) {
  account(bytes);
  auto& of = *static_cast<arena*>(in);
  return pressed.given(of.resize(block, bytes), bytes, of);
}

void release(void* in, void* block) { static_cast<arena*>(in)->release(block); }

/// Globals that Duktape brings and a script has no business with: coroutines, finalizers, pointers, frames, bytecode,
/// and decoders that make strings of any bytes.
constexpr const char* unwanted_globals[] = {"Duktape", "CBOR", "performance", "Buffer"};

/// Likewise, on constructors that stay.
struct member {
  const char* of;
  const char* name;
};
constexpr member unwanted_members[] = {
    {"String", "fromBufferRaw"},  {"ArrayBuffer", "allocPlain"}, {"ArrayBuffer", "plainOf"},
    {"Uint8Array", "allocPlain"}, {"Uint8Array", "plainOf"},
};

void remove_unwanted(duk_context* ctx) {
  duk_push_global_object(ctx);
  for (const char* name : unwanted_globals) duk_del_prop_string(ctx, -1, name);
  for (const auto& it : unwanted_members) {
    duk_get_prop_string(ctx, -1, it.of);
    duk_del_prop_string(ctx, -1, it.name);
    duk_pop(ctx);
  }
  // Stacks are ours: the user's frames and nothing of natives.
  duk_get_prop_string(ctx, -1, "Error");
  duk_get_prop_string(ctx, -1, "prototype");
  duk_del_prop_string(ctx, -1, "fileName");
  duk_del_prop_string(ctx, -1, "lineNumber");
  duk_push_string(ctx, "stack");
  duk_push_c_function(ctx, error_stack, 0);
  duk_def_prop(ctx, -3,
               DUK_DEFPROP_HAVE_GETTER | DUK_DEFPROP_SET_CONFIGURABLE | DUK_DEFPROP_CLEAR_ENUMERABLE |
                   DUK_DEFPROP_FORCE);
  duk_pop_2(ctx);
  // There from the beginning, so that giving a script its inputs moves nothing.
  duk_push_undefined(ctx);
  duk_put_prop_string(ctx, -2, "inputs");
  duk_pop(ctx);
  add_state(ctx);
}

/// [ … host ] -> [ … host ]
void run_prelude(duk_context* ctx) {
  for (const auto& file : prelude) {
    duk_push_lstring(ctx, file.name.data(), file.name.size());
    duk_compile_lstring_filename(ctx, DUK_COMPILE_EVAL, file.text.data(), file.text.size());
    duk_call(ctx, 0);
    duk_dup(ctx, -2);
    duk_push_global_object(ctx);
    duk_call(ctx, 2);
    duk_pop(ctx);
  }
}

/// [ ] -> [ the fixed slots ]
void lay_out_slots(duk_context* ctx) {
  constexpr const char* names[fixed_slots] = {"begin", "deliver", "fire", "drain", "inspect", "main"};
  for (const char* name : names) duk_get_prop_string(ctx, 0, name);
  duk_push_heap_stash(ctx);
  duk_get_prop_string(ctx, 0, "inspect");
  duk_put_prop_string(ctx, -2, "inspect");
  duk_pop(ctx);
  duk_remove(ctx, 0);
}

} // namespace

duk_context* make_heap(arena& in) {
  duk_context* ctx = duk_create_heap(allocate, resize, release, &in, nullptr);
  if (ctx == nullptr) std::abort();
  push_host(ctx);
  add_library(ctx);
  run_prelude(ctx);
  enclaved_finish_helpers(ctx);
  lay_out_slots(ctx);
  remove_unwanted(ctx);
  enclaved_seal_regexp(ctx);
  duk_gc(ctx, DUK_GC_COMPACT);
  duk_gc(ctx, DUK_GC_COMPACT);
  return ctx;
}

void compile(duk_context* ctx, std::string_view text) {
  duk_push_string(ctx, script_file);
  duk_compile_lstring_filename(ctx, DUK_COMPILE_FUNCTION, text.data(), text.size());
}

} // namespace enclaved::engine
