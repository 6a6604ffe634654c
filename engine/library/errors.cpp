#include "engine/library/errors.hpp"

#include "engine/library/array_like.hpp"
#include "engine/library/classes.hpp"
#include "engine/library/iteration.hpp"
#include "engine/library/members.hpp"

namespace enclaved::engine {

namespace {

/// [ … element ] -> [ … ]
bool collect(duk_context* ctx, void* list) {
  const auto to = *static_cast<duk_idx_t*>(list);
  create_element(ctx, to, enclaved_array_length(ctx, to));
  return true;
}

/// AggregateError(errors, message, options), with and without `new`.
duk_ret_t aggregate_error(duk_context* ctx) {
  duk_set_top(ctx, 3);
  enclaved_push_known(ctx, KNOWN_ERROR);
  duk_dup(ctx, 1);
  duk_dup(ctx, 2);
  duk_new(ctx, 2);
  enclaved_push_known(ctx, KNOWN_AGGREGATE_ERROR_PROTOTYPE);
  duk_set_prototype(ctx, 3);
  duk_idx_t list = 4;
  duk_push_array(ctx);
  for_each_of(ctx, 0, collect, &list);
  duk_push_string(ctx, "errors");
  duk_pull(ctx, list);
  duk_def_prop(ctx, 3, as_built_in);
  duk_set_top(ctx, 4);
  return 1;
}

void add_text(duk_context* ctx, const char* name, const char* text) {
  duk_push_string(ctx, text);
  add_hidden(ctx, name);
}

} // namespace

void add_errors(duk_context* ctx) {
  for (const char* name :
       {"Error", "EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError"}) {
    push_built_in(ctx, name);
    enclaved_set_arguments(ctx, -1, 2);
    duk_pop(ctx);
  }
  push_built_in(ctx, "Error");
  enclaved_remember(ctx, KNOWN_ERROR);
  push_class(ctx, "AggregateError", aggregate_error, 2, KNOWN_AGGREGATE_ERROR_PROTOTYPE);
  // [ … Error AggregateError its prototype ]
  add_text(ctx, "name", "AggregateError");
  add_text(ctx, "message", "");
  duk_get_prop_string(ctx, -3, "prototype");
  duk_set_prototype(ctx, -2);
  duk_pop(ctx);
  duk_swap_top(ctx, -2);
  duk_set_prototype(ctx, -2);
  duk_pop(ctx);
}

} // namespace enclaved::engine
