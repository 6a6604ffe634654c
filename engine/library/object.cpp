#include "engine/library/object.hpp"

#include "engine/duktape/inside.h"
#include "engine/library/array_like.hpp"
#include "engine/library/iteration.hpp"
#include "engine/library/members.hpp"

namespace enclaved::engine {

namespace {

enum wanted : duk_int_t { values, entries };

constexpr duk_uint_t as_data =
    DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_SET_WRITABLE | DUK_DEFPROP_SET_ENUMERABLE | DUK_DEFPROP_SET_CONFIGURABLE;

/// [ … key value ] -> [ … value or pair ]
void shape(duk_context* ctx, duk_int_t what) {
  if (what == values) {
    duk_remove(ctx, -2);
    return;
  }
  enclaved_push_list(ctx, 2);
  duk_pull(ctx, -3);
  create_element(ctx, -2, 0);
  duk_pull(ctx, -2);
  create_element(ctx, -2, 1);
}

/// Whether the object at 0 has an own enumerable property of the name on the stack's top.
bool is_enumerable(duk_context* ctx) {
  duk_dup(ctx, -1);
  duk_get_prop_desc(ctx, 0, 0);
  bool is = false;
  if (duk_is_object(ctx, -1) != 0) {
    duk_get_prop_string(ctx, -1, "enumerable");
    is = duk_to_boolean(ctx, -1) != 0;
    duk_pop(ctx);
  }
  duk_pop(ctx);
  return is;
}

/// [ object ] -> [ object list ], for an object that calls nobody.
bool push_entries_of_plain(duk_context* ctx, duk_int_t what) {
  if (enclaved_class_of(ctx, 0) != ENCLAVED_CLASS_PLAIN) return false;
  duk_push_array(ctx);
  unsigned position = 0;
  int accessor = 0;
  int more = 0;
  double count = 0;
  while ((more = enclaved_next_entry(ctx, 0, &position, &accessor)) == 1) {
    if (accessor != 0) break;
    shape(ctx, what);
    create_element(ctx, 1, count++);
  }
  if (more == 0) return true;
  duk_set_top(ctx, 1);
  return false;
}

duk_ret_t values_entries(duk_context* ctx) {
  const auto what = duk_get_current_magic(ctx);
  duk_to_object(ctx, 0);
  if (push_entries_of_plain(ctx, what)) return 1;
  duk_push_array(ctx);
  double count = 0;
  duk_enum(ctx, 0, DUK_ENUM_OWN_PROPERTIES_ONLY | DUK_ENUM_SORT_ARRAY_INDICES);
  while (duk_next(ctx, 2, 0) != 0) { // [ object list keys key ]
    if (enclaved_class_of(ctx, 0) != ENCLAVED_CLASS_PROXY && !is_enumerable(ctx)) {
      duk_pop(ctx);
      continue;
    }
    duk_dup(ctx, -1);
    duk_get_prop(ctx, 0);
    shape(ctx, what);
    create_element(ctx, 1, count++);
  }
  duk_pop(ctx);
  return 1;
}

duk_ret_t has_own(duk_context* ctx) {
  duk_to_object(ctx, 0);
  enclaved_to_key(ctx, 1);
  enclaved_push_known(ctx, KNOWN_HAS_OWN_PROPERTY);
  duk_dup(ctx, 0);
  duk_dup(ctx, 1);
  duk_call_method(ctx, 1);
  return 1;
}

duk_ret_t descriptors(duk_context* ctx) {
  duk_to_object(ctx, 0);
  duk_push_object(ctx);
  duk_enum(ctx, 0,
           DUK_ENUM_OWN_PROPERTIES_ONLY | DUK_ENUM_INCLUDE_NONENUMERABLE | DUK_ENUM_INCLUDE_SYMBOLS |
               DUK_ENUM_SORT_ARRAY_INDICES);
  while (duk_next(ctx, 2, 0) != 0) { // [ object result keys key ]
    duk_dup(ctx, -1);
    duk_get_prop_desc(ctx, 0, 0);
    if (duk_is_undefined(ctx, -1) == 0)
      duk_def_prop(ctx, 1, as_data);
    else
      duk_pop_2(ctx);
  }
  duk_pop(ctx);
  return 1;
}

/// [ … pair ] -> [ … ]
bool add_pair(duk_context* ctx, void* to) {
  const auto object = *static_cast<duk_idx_t*>(to);
  if (duk_is_object(ctx, -1) == 0) (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "an entry has to be an object");
  const auto pair = duk_get_top_index(ctx);
  get_element(ctx, pair, 0);
  get_element(ctx, pair, 1);
  duk_dup(ctx, -2);
  enclaved_to_key(ctx, -1);
  duk_swap_top(ctx, -2);
  duk_def_prop(ctx, object, as_data | DUK_DEFPROP_FORCE);
  duk_set_top(ctx, pair);
  return true;
}

duk_ret_t from_entries(duk_context* ctx) {
  if (duk_is_null_or_undefined(ctx, 0) != 0)
    return duk_error(ctx, DUK_ERR_TYPE_ERROR, "undefined and null are not iterable");
  duk_idx_t object = 1;
  duk_push_object(ctx);
  for_each_of(ctx, 0, add_pair, &object);
  duk_set_top(ctx, 2);
  return 1;
}

// Where things stand on the value stack of the two functions that group.
enum slot : duk_idx_t { items, callback, groups };

struct grouping {
  bool into_map;
  double count = 0;
};

/// [ … key ] -> [ … group ], which is there from now on.
void push_group(duk_context* ctx, bool into_map) {
  if (into_map) {
    enclaved_push_known(ctx, KNOWN_MAP_GET);
    duk_dup(ctx, groups);
    duk_dup(ctx, -3);
    duk_call_method(ctx, 1);
  } else {
    enclaved_to_key(ctx, -1);
    duk_dup(ctx, -1);
    duk_get_prop(ctx, groups);
  }
  if (duk_is_undefined(ctx, -1) != 0) {
    duk_pop(ctx);
    duk_push_array(ctx);
    duk_dup(ctx, -2);
    duk_dup(ctx, -2);
    if (into_map)
      enclaved_put_into(ctx, groups, ENCLAVED_MAP);
    else
      duk_def_prop(ctx, groups, as_data);
  }
  duk_remove(ctx, -2);
}

/// [ … element ] -> [ … ]
bool group_one(duk_context* ctx, void* argument) {
  auto& work = *static_cast<grouping*>(argument);
  const auto element = duk_get_top_index(ctx);
  duk_dup(ctx, callback);
  duk_push_undefined(ctx);
  duk_dup(ctx, element);
  duk_push_number(ctx, work.count++);
  duk_call_method(ctx, 2);
  push_group(ctx, work.into_map);
  duk_dup(ctx, element);
  create_element(ctx, -2, enclaved_array_length(ctx, -2));
  duk_set_top(ctx, element);
  return true;
}

duk_ret_t group_by(duk_context* ctx) {
  grouping work{.into_map = duk_get_current_magic(ctx) != 0};
  if (duk_is_null_or_undefined(ctx, items) != 0)
    return duk_error(ctx, DUK_ERR_TYPE_ERROR, "undefined and null are not iterable");
  require_function(ctx, callback);
  if (work.into_map) {
    enclaved_push_known(ctx, KNOWN_MAP);
    duk_new(ctx, 0);
  } else {
    duk_push_bare_object(ctx);
  }
  for_each_of(ctx, items, group_one, &work);
  duk_set_top(ctx, groups + 1);
  return 1;
}

constexpr method statics[] = {
    {"values", values_entries, 1, 1, values},
    {"entries", values_entries, 1, 1, entries},
    {"hasOwn", has_own, 2, 2},
    {"getOwnPropertyDescriptors", descriptors, 1, 1},
    {"fromEntries", from_entries, 1, 1},
    {"groupBy", group_by, 2, 2, 0},
};
constexpr method map_statics[] = {{"groupBy", group_by, 2, 2, 1}};

} // namespace

void add_object(duk_context* ctx) {
  enclaved_push_known(ctx, KNOWN_OBJECT_PROTOTYPE);
  duk_get_prop_string(ctx, -1, "hasOwnProperty");
  enclaved_remember(ctx, KNOWN_HAS_OWN_PROPERTY);
  duk_pop_2(ctx);
  enclaved_push_known(ctx, KNOWN_MAP_PROTOTYPE);
  duk_get_prop_string(ctx, -1, "get");
  enclaved_remember(ctx, KNOWN_MAP_GET);
  duk_pop_2(ctx);
  push_built_in(ctx, "Object");
  add_methods(ctx, statics);
  duk_pop(ctx);
  enclaved_push_known(ctx, KNOWN_MAP);
  add_methods(ctx, map_statics);
  duk_pop(ctx);
}

} // namespace enclaved::engine
