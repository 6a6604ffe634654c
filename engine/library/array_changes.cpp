// Array methods that change the array they are called on.
#include "engine/library/array.hpp"
#include "engine/library/array_like.hpp"

#include <algorithm>

namespace enclaved::engine {

namespace {

void require_length(duk_context* ctx, double length) {
  if (length > length_max) (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "the list is too long");
}

duk_ret_t push(duk_context* ctx) {
  const auto count = duk_get_top(ctx);
  const double length = push_this_list(ctx);
  require_length(ctx, length + count);
  for (duk_idx_t i = 0; i < count; ++i) {
    duk_dup(ctx, i);
    if (enclaved_array_length(ctx, count) != length + i || enclaved_array_append(ctx, count) == 0)
      put_element(ctx, count, length + i);
  }
  if (enclaved_array_length(ctx, count) != length + count || count == 0) set_length(ctx, count, length + count);
  duk_push_number(ctx, length + count);
  return 1;
}

duk_ret_t pop(duk_context* ctx) {
  const double length = push_this_list(ctx);
  if (enclaved_array_take_last(ctx, 0) != 0) return 1;
  if (length == 0) {
    set_length(ctx, 0, 0);
    return 0;
  }
  get_element(ctx, 0, length - 1);
  delete_element(ctx, 0, length - 1);
  set_length(ctx, 0, length - 1);
  return 1;
}

duk_ret_t shift(duk_context* ctx) {
  const double length = push_this_list(ctx);
  if (length == 0) {
    set_length(ctx, 0, 0);
    return 0;
  }
  if (enclaved_array_splice(ctx, 0, 0, 1, 0, 0) != 0) {
    duk_get_prop_index(ctx, -1, 0);
    return 1;
  }
  get_element(ctx, 0, 0);
  for (double i = 1; i < length; ++i) move_element(ctx, 0, i, i - 1);
  delete_element(ctx, 0, length - 1);
  set_length(ctx, 0, length - 1);
  return 1;
}

duk_ret_t unshift(duk_context* ctx) {
  const auto count = duk_get_top(ctx);
  const double length = push_this_list(ctx);
  if (count > 0 && enclaved_array_splice(ctx, count, 0, 0, 0, static_cast<unsigned>(count)) != 0) {
    duk_push_number(ctx, length + count);
    return 1;
  }
  if (count > 0) {
    require_length(ctx, length + count);
    for (double i = length; i > 0; --i) move_element(ctx, count, i - 1, i + count - 1);
    for (duk_idx_t i = 0; i < count; ++i) {
      duk_dup(ctx, i);
      put_element(ctx, count, i);
    }
  }
  set_length(ctx, count, length + count);
  duk_push_number(ctx, length + count);
  return 1;
}

/// [ … list ] -> [ … list removed ]
void splice_by_steps(duk_context* ctx, duk_idx_t list, double length, double at, double gone, duk_idx_t added) {
  const duk_idx_t first = 2;
  push_species(ctx, list, gone);
  const auto removed = duk_get_top_index(ctx);
  for (double i = 0; i < gone; ++i)
    if (get_if_there(ctx, list, at + i)) create_element(ctx, removed, i);
  set_length(ctx, removed, gone);
  if (added < gone) {
    for (double i = at; i < length - gone; ++i) move_element(ctx, list, i + gone, i + added);
    for (double i = length; i > length - gone + added; --i) delete_element(ctx, list, i - 1);
  } else if (added > gone) {
    for (double i = length - gone; i > at; --i) move_element(ctx, list, i + gone - 1, i + added - 1);
  }
  for (duk_idx_t i = 0; i < added; ++i) {
    duk_dup(ctx, first + i);
    put_element(ctx, list, at + i);
  }
  set_length(ctx, list, length - gone + added);
}

duk_ret_t splice(duk_context* ctx) {
  const auto given = duk_get_top(ctx);
  const auto list = std::max(given, 2);
  duk_set_top(ctx, list);
  const double length = push_this_list(ctx);
  const double at = relative_argument(ctx, 0, length, 0);
  const double gone = given == 0 ? 0 : given == 1 ? length - at : std::clamp(to_integer(ctx, 1), 0.0, length - at);
  const auto added = std::max(given - 2, 0);
  require_length(ctx, length + added - gone);
  if (enclaved_makes_arrays(ctx, list) == 0 || enclaved_array_length(ctx, list) != length ||
      enclaved_array_splice(ctx, list, static_cast<unsigned>(at), static_cast<unsigned>(gone), 2,
                            static_cast<unsigned>(added)) == 0)
    splice_by_steps(ctx, list, length, at, gone, added);
  return 1;
}

duk_ret_t reverse(duk_context* ctx) {
  const double length = push_this_list(ctx);
  if (enclaved_array_reverse(ctx, 0) != 0) return 1;
  for (double low = 0; low < length - 1 - low; ++low) {
    const double high = length - 1 - low;
    const bool has_low = get_if_there(ctx, 0, low);
    const bool has_high = get_if_there(ctx, 0, high);
    if (has_high)
      put_element(ctx, 0, low);
    else if (has_low)
      delete_element(ctx, 0, low);
    if (has_low)
      put_element(ctx, 0, high);
    else if (has_high)
      delete_element(ctx, 0, high);
  }
  return 1;
}

duk_ret_t fill(duk_context* ctx) {
  const duk_idx_t list = 3;
  const double length = push_this_list(ctx);
  const double begin = relative_argument(ctx, 1, length, 0);
  const double end = relative_argument(ctx, 2, length, length);
  for (double i = begin; i < end; ++i) {
    duk_dup(ctx, 0);
    put_element(ctx, list, i);
  }
  return 1;
}

duk_ret_t copy_within(duk_context* ctx) {
  const duk_idx_t list = 3;
  const double length = push_this_list(ctx);
  const double to = relative_argument(ctx, 0, length, 0);
  const double from = relative_argument(ctx, 1, length, 0);
  const double end = relative_argument(ctx, 2, length, length);
  const double count = std::min(end - from, length - to);
  const bool backwards = from < to && to < from + count;
  for (double i = 0; i < count; ++i) {
    const double at = backwards ? count - 1 - i : i;
    move_element(ctx, list, from + at, to + at);
  }
  return 1;
}

constexpr method methods[] = {
    {"push", push, DUK_VARARGS, 1},
    {"pop", pop, 0, 0},
    {"shift", shift, 0, 0},
    {"unshift", unshift, DUK_VARARGS, 1},
    {"splice", splice, DUK_VARARGS, 2},
    {"reverse", reverse, 0, 0},
    {"fill", fill, 3, 1},
    {"copyWithin", copy_within, 3, 2},
};

} // namespace

std::span<const method> array_changes() { return methods; }

} // namespace enclaved::engine
