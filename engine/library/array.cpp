#include "engine/library/array.hpp"

#include "engine/library/array_like.hpp"
#include "engine/library/classes.hpp"
#include "engine/library/iteration.hpp"

namespace enclaved::engine {

namespace {

/// [ … ] -> [ … list ]: made by `this` when that is a constructor, an array otherwise. A negative length: not known.
void push_made_by_this(duk_context* ctx, double length) {
  duk_push_this(ctx);
  if (duk_is_constructable(ctx, -1) == 0 || enclaved_is_known(ctx, -1, KNOWN_ARRAY) != 0) {
    duk_pop(ctx);
    if (length > 4294967295.0) (void)duk_error(ctx, DUK_ERR_RANGE_ERROR, "the array is too long");
    duk_push_array(ctx);
    return;
  }
  if (length >= 0) duk_push_number(ctx, length);
  duk_new(ctx, length >= 0 ? 1 : 0);
}

duk_ret_t of(duk_context* ctx) {
  const auto count = duk_get_top(ctx);
  push_made_by_this(ctx, count);
  for (duk_idx_t i = 0; i < count; ++i) {
    duk_dup(ctx, i);
    create_element(ctx, count, i);
  }
  if (enclaved_array_length(ctx, count) != count) set_length(ctx, count, count);
  return 1;
}

// Where things stand on the value stack of Array.from.
enum slot : duk_idx_t { items, mapper, this_of_it, result };

struct collecting {
  double count = 0;
  bool maps;
};

/// [ … element ] -> [ … ]
bool collect(duk_context* ctx, void* argument) {
  auto& work = *static_cast<collecting*>(argument);
  if (work.maps) {
    duk_dup(ctx, mapper);
    duk_dup(ctx, this_of_it);
    duk_pull(ctx, -3);
    duk_push_number(ctx, work.count);
    duk_call_method(ctx, 2);
  }
  create_element(ctx, result, work.count++);
  return true;
}

duk_ret_t from(duk_context* ctx) {
  collecting work{.maps = duk_is_undefined(ctx, mapper) == 0};
  if (work.maps) require_function(ctx, mapper);
  bool iterable = enclaved_iterates_by_index(ctx, items) != 0;
  if (!iterable) {
    duk_get_prop_string(ctx, items, DUK_WELLKNOWN_SYMBOL("Symbol.iterator"));
    iterable = duk_is_null_or_undefined(ctx, -1) == 0;
    if (iterable) require_function(ctx, -1);
    duk_pop(ctx);
  }
  if (iterable) {
    push_made_by_this(ctx, -1);
    for_each_of(ctx, items, collect, &work);
  } else {
    duk_to_object(ctx, items);
    const double length = list_length(ctx, items);
    push_made_by_this(ctx, length);
    for (double i = 0; i < length; ++i) {
      get_element(ctx, items, i);
      collect(ctx, &work);
    }
  }
  if (enclaved_array_length(ctx, result) != work.count) set_length(ctx, result, work.count);
  return 1;
}

constexpr method statics[] = {{"of", of, DUK_VARARGS, 0}, {"from", from, 3, 1}};

/// What `with` in sloppy code did not see; there is none of it here, but a script may look.
void add_unscopables(duk_context* ctx) {
  duk_push_string(ctx, DUK_WELLKNOWN_SYMBOL("Symbol.unscopables"));
  duk_push_bare_object(ctx);
  for (const char* name : {"at", "copyWithin", "entries", "fill", "find", "findIndex", "findLast", "findLastIndex",
                           "flat", "flatMap", "includes", "keys", "toReversed", "toSorted", "toSpliced", "values"}) {
    duk_push_true(ctx);
    duk_put_prop_string(ctx, -2, name);
  }
  duk_def_prop(ctx, -3,
               DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_CLEAR_WRITABLE | DUK_DEFPROP_SET_CONFIGURABLE |
                   DUK_DEFPROP_CLEAR_ENUMERABLE | DUK_DEFPROP_FORCE);
}

} // namespace

void add_array(duk_context* ctx) {
  enclaved_push_known(ctx, KNOWN_ARRAY);
  add_methods(ctx, statics);
  add_species(ctx);
  // [ … Array descriptor-less getter ]
  duk_push_string(ctx, DUK_WELLKNOWN_SYMBOL("Symbol.species"));
  duk_get_prop_desc(ctx, -2, 0);
  duk_get_prop_string(ctx, -1, "get");
  enclaved_remember(ctx, KNOWN_ARRAY_SPECIES);
  duk_pop_3(ctx);
  enclaved_push_known(ctx, KNOWN_ARRAY_PROTOTYPE);
  add_methods(ctx, array_callbacks());
  add_methods(ctx, array_changes());
  add_methods(ctx, array_copies());
  add_unscopables(ctx);
  duk_pop(ctx);
}

} // namespace enclaved::engine
