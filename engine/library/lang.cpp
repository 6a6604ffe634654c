#include "engine/library/lang.hpp"

#include "engine/budget.hpp"
#include "engine/duktape/inside.h"

#include <array>
#include <cstdio>

namespace enclaved::engine {

namespace {

/// private_key(name): a key that no script can have, new at each call.
duk_ret_t private_key(duk_context* ctx) {
  duk_push_heap_stash(ctx);
  duk_get_prop_string(ctx, -1, "private_names");
  const auto number = duk_get_uint_default(ctx, -1, 0) + 1;
  duk_pop(ctx);
  duk_push_uint(ctx, number);
  duk_put_prop_string(ctx, -2, "private_names");
  // A long name is cut: it is for messages, the number tells it from others.
  std::array<char, 160> key{};
  std::snprintf(key.data(), key.size(), "\xff#%u:%.120s", number, duk_require_string(ctx, 0));
  duk_push_string(ctx, key.data());
  return 1;
}

/// How private_add is told what a member is.
enum member_kind : duk_int_t { field, method, getter, setter };

duk_ret_t no_member(duk_context* ctx, duk_idx_t key, const char* does) {
  duk_size_t size = 0;
  const char* text = duk_get_lstring(ctx, key, &size);
  const char* name = text;
  while (*name != ':') ++name;
  return duk_error(ctx, DUK_ERR_TYPE_ERROR, "cannot %s private member #%s: the object's class did not declare it", does,
                   name + 1);
}

duk_ret_t private_find(duk_context* ctx) {
  duk_push_boolean(ctx, enclaved_private_find(ctx, 0, 1) != ENCLAVED_PRIVATE_NONE);
  return 1;
}

duk_ret_t private_get(duk_context* ctx) {
  switch (enclaved_private_find(ctx, 0, 1)) {
  case ENCLAVED_PRIVATE_NONE: return no_member(ctx, 1, "read");
  case ENCLAVED_PRIVATE_VALUE:
  case ENCLAVED_PRIVATE_CONSTANT: enclaved_private_push(ctx, 0, 1, 0); return 1;
  case ENCLAVED_PRIVATE_ACCESSOR: break;
  }
  enclaved_private_push(ctx, 0, 1, 0);
  if (duk_is_undefined(ctx, -1) != 0) return duk_error(ctx, DUK_ERR_TYPE_ERROR, "the private member has no getter");
  duk_dup(ctx, 0);
  duk_call_method(ctx, 0);
  return 1;
}

duk_ret_t private_set(duk_context* ctx) {
  switch (enclaved_private_find(ctx, 0, 1)) {
  case ENCLAVED_PRIVATE_NONE: return no_member(ctx, 1, "write");
  case ENCLAVED_PRIVATE_CONSTANT: return duk_error(ctx, DUK_ERR_TYPE_ERROR, "a private method cannot be assigned");
  case ENCLAVED_PRIVATE_VALUE:
    duk_dup(ctx, 2);
    enclaved_private_put(ctx, 0, 1);
    break;
  case ENCLAVED_PRIVATE_ACCESSOR:
    enclaved_private_push(ctx, 0, 1, 1);
    if (duk_is_undefined(ctx, -1) != 0) return duk_error(ctx, DUK_ERR_TYPE_ERROR, "the private member has no setter");
    duk_dup(ctx, 0);
    duk_dup(ctx, 2);
    duk_call_method(ctx, 1);
  }
  duk_dup(ctx, 2);
  return 1;
}

/// private_add(object, key, value, kind)
duk_ret_t private_add(duk_context* ctx) {
  const auto kind = duk_require_int(ctx, 3);
  const auto now = enclaved_private_find(ctx, 0, 1);
  const bool accessor = kind == getter || kind == setter;
  if (now != ENCLAVED_PRIVATE_NONE && !(accessor && now == ENCLAVED_PRIVATE_ACCESSOR))
    return duk_error(ctx, DUK_ERR_TYPE_ERROR, "the object has the private member already");
  duk_dup(ctx, 2);
  enclaved_private_add(ctx, 0, 1, static_cast<int>(kind));
  return 0;
}

duk_ret_t super_get(duk_context* ctx) {
  enclaved_super_get(ctx);
  return 1;
}

duk_ret_t super_set(duk_context* ctx) {
  enclaved_super_put(ctx);
  duk_dup(ctx, 3);
  return 1;
}

duk_ret_t as_method(duk_context* ctx) {
  enclaved_set_constructable(ctx, 0, 0);
  return 1;
}

duk_ret_t as_constructor(duk_context* ctx) {
  enclaved_set_constructable(ctx, 0, 1);
  return 1;
}

duk_ret_t is_constructor(duk_context* ctx) {
  duk_push_boolean(ctx, enclaved_is_constructable(ctx, 0));
  return 1;
}

duk_ret_t is_class(duk_context* ctx) {
  duk_push_boolean(ctx, enclaved_is_class(ctx, 0));
  return 1;
}

duk_ret_t is_native(duk_context* ctx) {
  duk_push_boolean(ctx, duk_is_c_function(ctx, 0));
  return 1;
}

duk_ret_t too_many_iterations(duk_context*) {
  const auto* now = the_budget().current();
  the_budget().end_by_limit(outcome::iteration_limit, "a loop went round more often than", "iterations",
                            now->limits.iterations);
}

void put(duk_context* ctx, const char* name, duk_c_function function, duk_idx_t arguments) {
  duk_push_c_function(ctx, function, arguments);
  duk_put_prop_string(ctx, -2, name);
}

} // namespace

void add_lang(duk_context* ctx) {
  put(ctx, "private_key", private_key, 1);
  put(ctx, "private_find", private_find, 2);
  put(ctx, "private_get", private_get, 2);
  put(ctx, "private_set", private_set, 3);
  put(ctx, "private_add", private_add, 4);
  put(ctx, "super_get", super_get, 3);
  put(ctx, "super_set", super_set, 4);
  put(ctx, "method", as_method, 1);
  put(ctx, "constructor", as_constructor, 1);
  put(ctx, "is_constructor", is_constructor, 1);
  put(ctx, "is_native", is_native, 1);
  put(ctx, "is_class", is_class, 1);
  put(ctx, "too_many_iterations", too_many_iterations, 0);
  duk_push_string(ctx, DUK_HIDDEN_SYMBOL("generator"));
  duk_put_prop_string(ctx, -2, "generator_slot");
  duk_get_global_string(ctx, "Duktape");
  duk_get_prop_string(ctx, -1, "Thread");
  duk_get_prop_string(ctx, -1, "current");
  duk_put_prop_string(ctx, -4, "current_thread");
  duk_put_prop_string(ctx, -3, "thread");
  duk_pop(ctx);
  // The table that compiled code takes its helpers from.
  duk_push_object(ctx);
  enclaved_use_helpers(ctx, -1);
  duk_push_heap_stash(ctx);
  duk_dup(ctx, -2);
  duk_put_prop_string(ctx, -2, "helpers");
  duk_pop(ctx);
  duk_put_prop_string(ctx, -2, "helpers");
}

} // namespace enclaved::engine
