// The methods of `$state`. They work on the one object, whatever they are called on, and on its own properties: a key
// hides a method of its name and neither stops working.
#include "engine/duktape/inside.h"
#include "engine/library/members.hpp"
#include "engine/state.hpp"

#include <array>

namespace enclaved::engine {

namespace {

void require_key(duk_context* ctx) {
  if (duk_is_symbol(ctx, 0)) (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "a key of $state is a text");
  duk_to_string(ctx, 0);
}

/// [ key … ] -> [ key … object ]
void push_state_for_key(duk_context* ctx) {
  require_key(ctx);
  push_state(ctx);
}

/// [ key … object ]: whether the key is a property of its own.
bool has_own(duk_context* ctx) {
  duk_dup(ctx, 0);
  duk_get_prop_desc(ctx, -2, 0);
  const bool has = duk_is_undefined(ctx, -1) == 0;
  duk_pop(ctx);
  return has;
}

/// [ key … object ] -> [ key … object value ]
void push_own(duk_context* ctx) {
  if (!has_own(ctx)) {
    duk_push_undefined(ctx);
    return;
  }
  duk_dup(ctx, 0);
  duk_get_prop(ctx, -2);
}

/// [ … object key value ] -> [ … object ]: as an assignment would, past methods of that name.
void put_own(duk_context* ctx) { duk_def_prop(ctx, -3, DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_SET_WEC); }

/// get(key) -> its value
duk_ret_t state_get(duk_context* ctx) {
  push_state_for_key(ctx);
  push_own(ctx);
  return 1;
}

/// set(key, value) -> the value
duk_ret_t state_set(duk_context* ctx) {
  push_state_for_key(ctx);
  duk_dup(ctx, 0);
  duk_dup(ctx, 1);
  put_own(ctx);
  duk_dup(ctx, 1);
  return 1;
}

/// has(key)
duk_ret_t state_has(duk_context* ctx) {
  push_state_for_key(ctx);
  duk_push_boolean(ctx, has_own(ctx) ? 1 : 0);
  return 1;
}

/// delete(key) -> whether it was there
duk_ret_t state_delete(duk_context* ctx) {
  push_state_for_key(ctx);
  const bool had = has_own(ctx);
  if (had) {
    duk_dup(ctx, 0);
    duk_del_prop(ctx, -2);
  }
  duk_push_boolean(ctx, had ? 1 : 0);
  return 1;
}

/// keys() -> an array
duk_ret_t state_keys(duk_context* ctx) {
  push_state(ctx);
  duk_push_array(ctx);
  duk_enum(ctx, -2, DUK_ENUM_OWN_PROPERTIES_ONLY);
  for (unsigned i = 0; duk_next(ctx, -1, 0) != 0; ++i) enclaved_define_index(ctx, -3, i);
  duk_pop(ctx);
  return 1;
}

/// A Promise in a state would be kept as an empty object.
void require_settled(duk_context* ctx) {
  if (!duk_is_object(ctx, -1)) return;
  duk_get_prop_string(ctx, -1, "then");
  if (duk_is_callable(ctx, -1) != 0)
    (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "the function given to $state.update answers with a promise");
  duk_pop(ctx);
}

/// [ key function object ] -> [ … value ]: what the function makes of the key's value.
void update_by_function(duk_context* ctx) {
  push_own(ctx);
  duk_dup(ctx, 1);
  duk_insert(ctx, -2);
  duk_call(ctx, 1);
  require_settled(ctx); // [ key function object value ]
  duk_dup(ctx, 0);
  duk_dup(ctx, -2);
  duk_pull(ctx, 2); // [ key function value key value object ]
  duk_insert(ctx, -3);
  put_own(ctx);
  duk_pop(ctx);
}

/// update(key, function) -> the new value; update(object) takes over its properties.
duk_ret_t state_update(duk_context* ctx) {
  if (duk_is_callable(ctx, 1) != 0) {
    push_state_for_key(ctx);
    update_by_function(ctx);
    return 1;
  }
  if (!duk_is_object(ctx, 0) || duk_is_callable(ctx, 0) != 0 || duk_is_undefined(ctx, 1) == 0)
    return duk_error(ctx, DUK_ERR_TYPE_ERROR, "$state.update needs a key and a function, or an object of new values");
  push_state(ctx);
  duk_enum(ctx, 0, DUK_ENUM_OWN_PROPERTIES_ONLY); // [ patch undefined object enumerator ]
  while (duk_next(ctx, -1, 1) != 0) {
    duk_dup(ctx, 2);
    duk_insert(ctx, -3); // [ … object key value ]
    put_own(ctx);
    duk_pop(ctx);
  }
  return 0;
}

constexpr std::array<method, 6> methods{{
    {"get", state_get, 1, 1},
    {"set", state_set, 2, 2},
    {"delete", state_delete, 1, 1},
    {"has", state_has, 1, 1},
    {"keys", state_keys, 0, 0},
    {"update", state_update, 2, 2},
}};

} // namespace

void add_state_methods(duk_context* ctx) { add_methods(ctx, methods); }

} // namespace enclaved::engine
