// Array methods that look at an array or make another one out of it.
#include "engine/library/array.hpp"
#include "engine/library/array_like.hpp"

#include <algorithm>
#include <cmath>

namespace enclaved::engine {

namespace {

duk_ret_t at(duk_context* ctx) {
  const double length = push_this_list(ctx);
  const double asked = to_integer(ctx, 0);
  const double index = asked < 0 ? length + asked : asked;
  if (index < 0 || index >= length) return 0;
  get_element(ctx, 1, index);
  return 1;
}

/// indexOf: magic 0; includes: magic 1.
duk_ret_t index_of(duk_context* ctx) {
  const bool includes = duk_get_current_magic(ctx) != 0;
  const double length = push_this_list(ctx);
  double found = -1;
  double i = length == 0 ? 0 : relative_argument(ctx, 1, length, 0);
  if (i < length) {
    found = enclaved_array_find(ctx, 2, 0, static_cast<unsigned>(std::min(i, 4294967295.0)), includes);
    if (found == -2) {
      found = -1;
      for (; i < length && found < 0; ++i) {
        if (includes)
          get_element(ctx, 2, i);
        else if (!get_if_there(ctx, 2, i))
          continue;
        const bool both_nan = includes && duk_is_nan(ctx, -1) != 0 && duk_is_nan(ctx, 0) != 0;
        if (duk_strict_equals(ctx, -1, 0) != 0 || both_nan) found = i;
        duk_pop(ctx);
      }
    }
  }
  if (includes)
    duk_push_boolean(ctx, found >= 0);
  else
    duk_push_number(ctx, found);
  return 1;
}

duk_ret_t last_index_of(duk_context* ctx) {
  const bool has_from = duk_get_top(ctx) > 1;
  duk_set_top(ctx, 2);
  const double length = push_this_list(ctx);
  if (length > 0) {
    const double from = has_from ? to_integer(ctx, 1) : length - 1;
    for (double i = from < 0 ? length + from : std::min(from, length - 1); i >= 0; --i) {
      if (!get_if_there(ctx, 2, i)) continue;
      if (duk_strict_equals(ctx, -1, 0) != 0) {
        duk_push_number(ctx, i);
        return 1;
      }
      duk_pop(ctx);
    }
  }
  duk_push_int(ctx, -1);
  return 1;
}

duk_ret_t slice(duk_context* ctx) {
  const duk_idx_t list = 2;
  const double length = push_this_list(ctx);
  const double begin = relative_argument(ctx, 0, length, 0);
  const double end = relative_argument(ctx, 1, length, length);
  if (enclaved_makes_arrays(ctx, list) != 0 && enclaved_array_length(ctx, list) == length &&
      enclaved_array_slice(ctx, list, static_cast<unsigned>(begin), static_cast<unsigned>(end)) != 0)
    return 1;
  push_species(ctx, list, std::max(end - begin, 0.0));
  double to = 0;
  for (double i = begin; i < end; ++i, ++to)
    if (get_if_there(ctx, list, i)) create_element(ctx, 3, to);
  set_length(ctx, 3, to);
  return 1;
}

bool is_spreadable(duk_context* ctx, duk_idx_t index) {
  if (duk_is_object(ctx, index) == 0) return false;
  duk_get_prop_string(ctx, index, DUK_WELLKNOWN_SYMBOL("Symbol.isConcatSpreadable"));
  const bool said = duk_is_undefined(ctx, -1) == 0;
  const bool spreadable = said ? duk_to_boolean(ctx, -1) != 0 : duk_is_array(ctx, index) != 0;
  duk_pop(ctx);
  return spreadable;
}

/// Puts the value at `index` behind what `to` has; answers how long it is then.
double concat_one(duk_context* ctx, duk_idx_t index, duk_idx_t to, double length) {
  if (!is_spreadable(ctx, index)) {
    if (length >= length_max) (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "the list is too long");
    duk_dup(ctx, index);
    create_element(ctx, to, length);
    return length + 1;
  }
  const double more = list_length(ctx, index);
  if (length + more > length_max) (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "the list is too long");
  if (enclaved_array_length(ctx, to) == length && enclaved_array_append_all(ctx, to, index) != 0) return length + more;
  for (double i = 0; i < more; ++i)
    if (get_if_there(ctx, index, i)) create_element(ctx, to, length + i);
  return length + more;
}

duk_ret_t concat(duk_context* ctx) {
  const auto count = duk_get_top(ctx);
  duk_push_this(ctx);
  duk_to_object(ctx, -1);
  push_species(ctx, count, 0);
  double length = concat_one(ctx, count, count + 1, 0);
  for (duk_idx_t i = 0; i < count; ++i) length = concat_one(ctx, i, count + 1, length);
  if (enclaved_array_length(ctx, count + 1) != length) set_length(ctx, count + 1, length);
  return 1;
}

/// [ … list ] -> [ … copy ] of the same elements, holes being undefined.
void push_copy(duk_context* ctx, duk_idx_t list, double length) {
  if (length > 4294967295.0) (void)duk_error(ctx, DUK_ERR_RANGE_ERROR, "the array is too long");
  if (enclaved_array_length(ctx, list) == length &&
      enclaved_array_slice(ctx, list, 0, static_cast<unsigned>(length)) != 0)
    return;
  duk_push_array(ctx);
  const auto copy = duk_get_top_index(ctx);
  for (double i = 0; i < length; ++i) {
    get_element(ctx, list, i);
    create_element(ctx, copy, i);
  }
}

duk_ret_t to_reversed(duk_context* ctx) {
  const double length = push_this_list(ctx);
  if (length > 4294967295.0) return duk_error(ctx, DUK_ERR_RANGE_ERROR, "the array is too long");
  duk_push_array(ctx);
  for (double i = length; i > 0; --i) {
    get_element(ctx, 0, i - 1);
    create_element(ctx, 1, length - i);
  }
  return 1;
}

duk_ret_t with(duk_context* ctx) {
  const double length = push_this_list(ctx);
  const double asked = to_integer(ctx, 0);
  const double index = asked < 0 ? length + asked : asked;
  if (index < 0 || index >= length) return duk_error(ctx, DUK_ERR_RANGE_ERROR, "the array has no such element");
  push_copy(ctx, 2, length);
  duk_dup(ctx, 1);
  create_element(ctx, 3, index);
  return 1;
}

duk_ret_t to_spliced(duk_context* ctx) {
  const auto given = duk_get_top(ctx);
  const auto list = std::max(given, 2);
  duk_set_top(ctx, list);
  const double length = push_this_list(ctx);
  const double from = relative_argument(ctx, 0, length, 0);
  const double gone = given == 0 ? 0 : given == 1 ? length - from : std::clamp(to_integer(ctx, 1), 0.0, length - from);
  const double result = length - gone + std::max(given - 2, 0);
  if (result > length_max) return duk_error(ctx, DUK_ERR_TYPE_ERROR, "the list is too long");
  if (result > 4294967295.0) return duk_error(ctx, DUK_ERR_RANGE_ERROR, "the array is too long");
  duk_push_array(ctx);
  double to = 0;
  for (double i = 0; i < from; ++i) {
    get_element(ctx, list, i);
    create_element(ctx, list + 1, to++);
  }
  for (duk_idx_t i = 2; i < given; ++i) {
    duk_dup(ctx, i);
    create_element(ctx, list + 1, to++);
  }
  for (double i = from + gone; i < length; ++i) {
    get_element(ctx, list, i);
    create_element(ctx, list + 1, to++);
  }
  return 1;
}

/// What flat and flatMap have in common: lists within lists lie on the value stack, each with the place in it, until
/// their elements are in `result`. [ … list ] -> [ … ]; `depth` counts the levels below it that are opened.
double flatten(duk_context* ctx, duk_idx_t result, double to, double depth) {
  const auto bottom = duk_get_top_index(ctx);
  duk_push_number(ctx, 0);
  while (duk_get_top(ctx) > bottom) { // [ … list position ]
    duk_require_stack(ctx, 8);
    const auto list = duk_get_top(ctx) - 2;
    const double position = duk_get_number(ctx, -1);
    if (position >= list_length(ctx, list)) {
      duk_pop_2(ctx);
      continue;
    }
    duk_push_number(ctx, position + 1);
    duk_replace(ctx, -2);
    if (!get_if_there(ctx, list, position)) continue;
    const auto level = static_cast<double>((list - bottom) / 2);
    if (level < depth && duk_is_array(ctx, -1) != 0)
      duk_push_number(ctx, 0);
    else
      create_element(ctx, result, to++);
  }
  return to;
}

duk_ret_t flat(duk_context* ctx) {
  push_this_list(ctx);
  const double depth = duk_is_undefined(ctx, 0) != 0 ? 1 : to_integer(ctx, 0);
  push_species(ctx, 1, 0);
  duk_dup(ctx, 1);
  flatten(ctx, 2, 0, depth);
  return 1;
}

duk_ret_t flat_map(duk_context* ctx) {
  const double length = push_this_list(ctx); // [ callback this list ]
  require_function(ctx, 0);
  push_species(ctx, 2, 0);
  double to = 0;
  for (double i = 0; i < length; ++i) {
    if (!get_if_there(ctx, 2, i)) continue;
    duk_dup(ctx, 0);
    duk_dup(ctx, 1);
    duk_pull(ctx, 4);
    duk_push_number(ctx, i);
    duk_dup(ctx, 2);
    duk_call_method(ctx, 3);
    if (duk_is_array(ctx, -1) != 0)
      to = flatten(ctx, 3, to, 0);
    else
      create_element(ctx, 3, to++);
  }
  return 1;
}

constexpr method methods[] = {
    {"at", at, 1, 1},
    {"indexOf", index_of, 2, 1, 0},
    {"includes", index_of, 2, 1, 1},
    {"lastIndexOf", last_index_of, DUK_VARARGS, 1},
    {"slice", slice, 2, 2},
    {"concat", concat, DUK_VARARGS, 1},
    {"toReversed", to_reversed, 0, 0},
    {"with", with, 2, 2},
    {"toSpliced", to_spliced, DUK_VARARGS, 2},
    {"flat", flat, 1, 0},
    {"flatMap", flat_map, 2, 1},
};

} // namespace

std::span<const method> array_copies() { return methods; }

} // namespace enclaved::engine
