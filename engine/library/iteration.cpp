#include "engine/library/iteration.hpp"

#include "engine/duktape/objects.h"

namespace enclaved::engine {

namespace {

/// One loop over an iterator. It has no destructor, as bodies throw.
struct loop {
  element_body body;
  void* argument;
  duk_idx_t iterator;
  bool in_body = false;
  bool ended_early = false;

  static duk_ret_t run(duk_context* ctx, void* self) {
    auto& it = *static_cast<loop*>(self);
    while (push_next(ctx, it.iterator)) {
      it.in_body = true;
      it.ended_early = !it.body(ctx, it.argument);
      it.in_body = false;
      if (it.ended_early) break;
    }
    return 0;
  }
};

duk_ret_t call_return(duk_context* ctx, void* place) {
  const auto iterator = *static_cast<duk_idx_t*>(place);
  duk_get_prop_string(ctx, iterator, "return");
  if (duk_is_null_or_undefined(ctx, -1) != 0) return 0;
  duk_dup(ctx, iterator);
  duk_call_method(ctx, 0);
  return 0;
}

void by_index(duk_context* ctx, duk_idx_t array, element_body body, void* argument) {
  for (unsigned i = 0; i < enclaved_array_length(ctx, array); ++i) {
    if (enclaved_dense_element(ctx, array, i) == 0) duk_get_prop_index(ctx, array, i);
    if (!body(ctx, argument)) return;
  }
}

} // namespace

void push_iterator_of(duk_context* ctx, duk_idx_t iterable) {
  iterable = duk_require_normalize_index(ctx, iterable);
  duk_push_string(ctx, DUK_WELLKNOWN_SYMBOL("Symbol.iterator"));
  if (duk_is_null_or_undefined(ctx, iterable) == 0) {
    duk_get_prop(ctx, iterable);
  }
  if (duk_is_callable(ctx, -1) == 0)
    (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "%s is not iterable", duk_safe_to_string(ctx, iterable));
  duk_dup(ctx, iterable);
  duk_call_method(ctx, 0);
  if (duk_is_object(ctx, -1) == 0) (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "an iterator has to be an object");
  duk_get_prop_string(ctx, -1, "next");
}

bool push_next(duk_context* ctx, duk_idx_t iterator) {
  duk_require_stack(ctx, 8);
  duk_dup(ctx, iterator + 1);
  duk_dup(ctx, iterator);
  duk_call_method(ctx, 0);
  if (duk_is_object(ctx, -1) == 0) (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "an iterator's result has to be an object");
  duk_get_prop_string(ctx, -1, "done");
  const bool done = duk_to_boolean(ctx, -1) != 0;
  duk_pop(ctx);
  if (done) {
    duk_pop(ctx);
    return false;
  }
  duk_get_prop_string(ctx, -1, "value");
  duk_remove(ctx, -2);
  return true;
}

void close_iterator(duk_context* ctx, duk_idx_t iterator) {
  duk_get_prop_string(ctx, iterator, "return");
  if (duk_is_null_or_undefined(ctx, -1) == 0) {
    duk_dup(ctx, iterator);
    duk_call_method(ctx, 0);
    if (duk_is_object(ctx, -1) == 0)
      (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "an iterator's return has to answer an object");
  }
  duk_pop(ctx);
}

void close_and_throw(duk_context* ctx, duk_idx_t iterator) {
  duk_require_stack(ctx, 8);
  duk_safe_call(ctx, call_return, &iterator, 0, 1);
  duk_pop(ctx);
  (void)duk_throw(ctx);
  __builtin_unreachable();
}

void for_each_of(duk_context* ctx, duk_idx_t iterable, element_body body, void* argument) {
  iterable = duk_require_normalize_index(ctx, iterable);
  duk_require_stack(ctx, 16);
  if (enclaved_iterates_by_index(ctx, iterable) != 0) {
    by_index(ctx, iterable, body, argument);
    return;
  }
  push_iterator_of(ctx, iterable);
  loop work{.body = body, .argument = argument, .iterator = duk_get_top(ctx) - 2};
  if (duk_safe_call(ctx, loop::run, &work, 0, 1) != DUK_EXEC_SUCCESS) {
    if (work.in_body) close_and_throw(ctx, work.iterator);
    (void)duk_throw(ctx);
  }
  duk_pop(ctx);
  if (work.ended_early) close_iterator(ctx, work.iterator);
  duk_pop_2(ctx);
}

} // namespace enclaved::engine
