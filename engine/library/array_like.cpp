#include "engine/library/array_like.hpp"

#include "engine/duktape/inside.h"
#include "engine/library/members.hpp"

#include <algorithm>
#include <cmath>

namespace enclaved::engine {

namespace {

constexpr double array_index_max = 4294967294.0;

bool is_index(double index) { return index <= array_index_max; }

} // namespace

double list_length(duk_context* ctx, duk_idx_t of) {
  const double of_array = enclaved_array_length(ctx, of);
  if (of_array >= 0) return of_array;
  duk_get_prop_string(ctx, of, "length");
  const double length = to_integer(ctx, -1);
  duk_pop(ctx);
  return std::clamp(length, 0.0, length_max);
}

double push_this_list(duk_context* ctx) {
  duk_push_this(ctx);
  duk_to_object(ctx, -1);
  return list_length(ctx, duk_get_top_index(ctx));
}

void get_element(duk_context* ctx, duk_idx_t of, double index) {
  if (!is_index(index)) {
    duk_push_number(ctx, index);
    duk_get_prop(ctx, of);
  } else if (enclaved_dense_element(ctx, of, static_cast<unsigned>(index)) == 0) {
    duk_get_prop_index(ctx, of, static_cast<duk_uarridx_t>(index));
  }
}

bool get_if_there(duk_context* ctx, duk_idx_t of, double index) {
  if (is_index(index) && enclaved_dense_element(ctx, of, static_cast<unsigned>(index)) != 0) return true;
  duk_push_number(ctx, index);
  if (duk_has_prop(ctx, of) == 0) return false;
  duk_push_number(ctx, index);
  duk_get_prop(ctx, of);
  return true;
}

void put_element(duk_context* ctx, duk_idx_t of, double index) {
  if (is_index(index) && enclaved_put_dense(ctx, of, static_cast<unsigned>(index)) != 0) return;
  duk_push_number(ctx, index);
  duk_swap_top(ctx, -2);
  duk_put_prop(ctx, of);
}

void create_element(duk_context* ctx, duk_idx_t of, double index) {
  const double length = enclaved_array_length(ctx, of);
  if (index == length && enclaved_array_append(ctx, of) != 0) return;
  if (index < length && enclaved_put_dense(ctx, of, static_cast<unsigned>(index)) != 0) return;
  of = duk_normalize_index(ctx, of);
  duk_push_number(ctx, index);
  duk_swap_top(ctx, -2);
  duk_def_prop(ctx, of,
               DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_SET_WRITABLE | DUK_DEFPROP_SET_ENUMERABLE |
                   DUK_DEFPROP_SET_CONFIGURABLE);
}

void delete_element(duk_context* ctx, duk_idx_t of, double index) {
  duk_push_number(ctx, index);
  duk_del_prop(ctx, of);
}

void set_length(duk_context* ctx, duk_idx_t of, double length) {
  of = duk_normalize_index(ctx, of);
  duk_push_string(ctx, "length");
  duk_push_number(ctx, length);
  if (duk_put_prop(ctx, of) == 0) (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "the length cannot be changed");
}

void move_element(duk_context* ctx, duk_idx_t of, double from, double to) {
  if (get_if_there(ctx, of, from))
    put_element(ctx, of, to);
  else
    delete_element(ctx, of, to);
}

double relative_argument(duk_context* ctx, duk_idx_t argument, double length, double otherwise) {
  if (duk_is_undefined(ctx, argument) != 0) return otherwise;
  return relative_index(to_integer(ctx, argument), length);
}

void push_species(duk_context* ctx, duk_idx_t original, double length) {
  if (enclaved_makes_arrays(ctx, original) != 0 || duk_is_array(ctx, original) == 0) {
    if (length > array_index_max + 1) (void)duk_error(ctx, DUK_ERR_RANGE_ERROR, "the array is too long");
    enclaved_push_list(ctx, length <= 65536 ? static_cast<unsigned>(length) : 0);
    if (duk_is_array(ctx, original) == 0 && length > 0) set_length(ctx, -1, length);
    return;
  }
  duk_get_prop_string(ctx, original, "constructor");
  if (duk_is_object(ctx, -1) != 0) {
    duk_get_prop_string(ctx, -1, DUK_WELLKNOWN_SYMBOL("Symbol.species"));
    duk_remove(ctx, -2);
    if (duk_is_null(ctx, -1) != 0) duk_to_undefined(ctx, -1);
  }
  if (duk_is_undefined(ctx, -1) != 0) {
    duk_pop(ctx);
    enclaved_push_known(ctx, KNOWN_ARRAY);
  } else if (duk_is_constructable(ctx, -1) == 0) {
    (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "the species of an array has to be a constructor");
  }
  duk_push_number(ctx, length);
  duk_new(ctx, 1);
}

void require_function(duk_context* ctx, duk_idx_t index) {
  if (duk_is_callable(ctx, index) == 0)
    (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "%s is not a function", duk_safe_to_string(ctx, index));
}

} // namespace enclaved::engine
