// Array methods that ask a function about elements.
#include "engine/library/array.hpp"
#include "engine/library/array_like.hpp"

namespace enclaved::engine {

namespace {

// Where things stand on the value stack of these methods.
enum slot : duk_idx_t { callback, this_of_it, list, result };

/// [ … element ] -> [ … element answer ]
void ask(duk_context* ctx, double index) {
  duk_dup(ctx, callback);
  duk_dup(ctx, this_of_it);
  duk_dup(ctx, -3);
  duk_push_number(ctx, index);
  duk_dup(ctx, list);
  duk_call_method(ctx, 3);
}

/// [ … element ] -> [ … ]
bool asked(duk_context* ctx, double index) {
  ask(ctx, index);
  const bool yes = duk_to_boolean(ctx, -1) != 0;
  duk_pop_2(ctx);
  return yes;
}

double begin(duk_context* ctx) {
  const double length = push_this_list(ctx);
  require_function(ctx, callback);
  duk_require_stack(ctx, 16);
  return length;
}

duk_ret_t for_each(duk_context* ctx) {
  const double length = begin(ctx);
  for (double i = 0; i < length; ++i) {
    if (!get_if_there(ctx, list, i)) continue;
    ask(ctx, i);
    duk_pop_2(ctx);
  }
  return 0;
}

/// every: magic 0; some: magic 1, the answer that ends it.
duk_ret_t every_some(duk_context* ctx) {
  const bool ending = duk_get_current_magic(ctx) != 0;
  const double length = begin(ctx);
  for (double i = 0; i < length; ++i) {
    if (!get_if_there(ctx, list, i) || asked(ctx, i) != ending) continue;
    duk_push_boolean(ctx, ending);
    return 1;
  }
  duk_push_boolean(ctx, !ending);
  return 1;
}

duk_ret_t map(duk_context* ctx) {
  const double length = begin(ctx);
  push_species(ctx, list, length);
  const bool ours = enclaved_array_length(ctx, result) == 0;
  for (double i = 0; i < length; ++i) {
    if (!get_if_there(ctx, list, i)) continue;
    ask(ctx, i);
    create_element(ctx, result, i);
    duk_pop(ctx);
  }
  if (ours && enclaved_array_length(ctx, result) < length) set_length(ctx, result, length); // holes at the end
  return 1;
}

duk_ret_t filter(duk_context* ctx) {
  const double length = begin(ctx);
  push_species(ctx, list, 0);
  double to = 0;
  for (double i = 0; i < length; ++i) {
    if (!get_if_there(ctx, list, i)) continue;
    ask(ctx, i);
    const bool keep = duk_to_boolean(ctx, -1) != 0;
    duk_pop(ctx);
    if (keep)
      create_element(ctx, result, to++);
    else
      duk_pop(ctx);
  }
  return 1;
}

/// find and its kin, by magic: bit 0: the index is wanted; bit 1: from the end.
duk_ret_t find(duk_context* ctx) {
  const auto magic = duk_get_current_magic(ctx);
  const double length = begin(ctx);
  for (double step = 0; step < length; ++step) {
    const double i = (magic & 2) == 0 ? step : length - 1 - step;
    get_element(ctx, list, i);
    ask(ctx, i);
    const bool found = duk_to_boolean(ctx, -1) != 0;
    duk_pop(ctx);
    if (found) {
      if ((magic & 1) != 0) duk_push_number(ctx, i);
      return 1;
    }
    duk_pop(ctx);
  }
  if ((magic & 1) != 0)
    duk_push_int(ctx, -1);
  else
    duk_push_undefined(ctx);
  return 1;
}

/// reduce: magic 0; reduceRight: magic 1. [ callback initial list accumulator ]
duk_ret_t reduce(duk_context* ctx) {
  const bool from_end = duk_get_current_magic(ctx) != 0;
  const bool has_initial = duk_get_top(ctx) > 1;
  duk_set_top(ctx, 2);
  const double length = begin(ctx);
  double step = 0;
  const auto index = [from_end, length](double at) { return from_end ? length - 1 - at : at; };
  if (has_initial) {
    duk_dup(ctx, this_of_it);
  } else {
    while (step < length && !get_if_there(ctx, list, index(step))) ++step;
    if (step++ == length)
      return duk_error(ctx, DUK_ERR_TYPE_ERROR, "reduce of an empty array without an initial value");
  }
  for (; step < length; ++step) {
    if (!get_if_there(ctx, list, index(step))) continue; // [ … accumulator element ]
    duk_dup(ctx, callback);
    duk_push_undefined(ctx);
    duk_dup(ctx, result);
    duk_dup(ctx, result + 1);
    duk_push_number(ctx, index(step));
    duk_dup(ctx, list);
    duk_call_method(ctx, 4);
    duk_replace(ctx, result);
    duk_pop(ctx);
  }
  return 1;
}

constexpr method methods[] = {
    {"forEach", for_each, 2, 1},
    {"every", every_some, 2, 1, 0},
    {"some", every_some, 2, 1, 1},
    {"map", map, 2, 1},
    {"filter", filter, 2, 1},
    {"find", find, 2, 1, 0},
    {"findIndex", find, 2, 1, 1},
    {"findLast", find, 2, 1, 2},
    {"findLastIndex", find, 2, 1, 3},
    {"reduce", reduce, DUK_VARARGS, 1, 0},
    {"reduceRight", reduce, DUK_VARARGS, 1, 1},
};

} // namespace

std::span<const method> array_callbacks() { return methods; }

} // namespace enclaved::engine
