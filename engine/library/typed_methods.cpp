// The methods that all typed arrays share.
#include "engine/budget.hpp"
#include "engine/duktape/inside.h"
#include "engine/duktape/objects.h"
#include "engine/library/json_text.hpp"
#include "engine/library/members.hpp"
#include "engine/library/typed_arrays.hpp"
#include "engine/library/typed_elements.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace enclaved::engine {

namespace {

/// [ … ] -> [ … this ]: a typed array, whose buffer may be detached.
enclaved_view push_this_array(duk_context* ctx) {
  enclaved_view view{};
  duk_push_this(ctx);
  if (enclaved_view_of(ctx, -1, &view) != 1) (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "this is not a typed array.");
  return view;
}

void require_attached(duk_context* ctx, const enclaved_view& view) {
  if (view.detached != 0) (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "the typed array's buffer is detached");
}

/// [ … ] -> [ … this ]: a typed array with its buffer.
enclaved_view push_this_view(duk_context* ctx) {
  const auto view = push_this_array(ctx);
  require_attached(ctx, view);
  return view;
}

/// What `this`, on top of the stack, is after code of the script may have detached its buffer.
enclaved_view look_again(duk_context* ctx, duk_idx_t self = -1) {
  enclaved_view view{};
  enclaved_view_of(ctx, self, &view);
  return view;
}

enclaved_view require_still(duk_context* ctx, duk_idx_t self = -1) {
  const auto view = look_again(ctx, self);
  require_attached(ctx, view);
  return view;
}

void require_function(duk_context* ctx, duk_idx_t index) {
  if (duk_is_callable(ctx, index) == 0)
    (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "%s is not a function", duk_safe_to_string(ctx, index));
}

/// An index of an argument, from the end when negative.
std::uint32_t relative(duk_context* ctx, duk_idx_t index, std::uint32_t length, std::uint32_t missing) {
  if (duk_is_undefined(ctx, index) != 0) return missing;
  return static_cast<std::uint32_t>(relative_index(to_integer(ctx, index), length));
}

void push_element(duk_context* ctx, const enclaved_view& view, std::uint32_t index) {
  if (index < view.length)
    duk_push_number(ctx, element_of(view, index));
  else
    duk_push_undefined(ctx);
}

/// [ … this ] -> [ … this answer ]: the callback at 0 with an element, its index and the array, as a method of 1.
void ask(duk_context* ctx, std::uint32_t index) {
  duk_dup(ctx, 0);
  duk_dup(ctx, 1);
  push_element(ctx, look_again(ctx, -3), index);
  duk_push_uint(ctx, index);
  duk_dup(ctx, -5);
  duk_call_method(ctx, 3);
}

// -- walking with a callback: (callback, receiver)

enum walk : duk_int_t { every, some, for_each, find, find_index, find_last, find_last_index };

duk_ret_t walk_elements(duk_context* ctx) {
  const auto what = static_cast<walk>(duk_get_current_magic(ctx));
  const auto view = push_this_view(ctx);
  require_function(ctx, 0);
  const bool backwards = what == find_last || what == find_last_index;
  for (std::uint32_t i = 0; i < view.length; ++i) {
    const auto index = backwards ? view.length - 1 - i : i;
    push_element(ctx, look_again(ctx), index);
    duk_insert(ctx, -2); // [ … element this ]
    ask(ctx, index);
    const bool yes = duk_to_boolean(ctx, -1) != 0;
    duk_pop(ctx);
    if (what == every ? !yes : what != for_each && yes) {
      if (what == every || what == some)
        duk_push_boolean(ctx, what == some ? 1 : 0);
      else if (what == find || what == find_last)
        duk_dup(ctx, -2);
      else
        duk_push_number(ctx, index);
      return 1;
    }
    duk_remove(ctx, -2);
  }
  switch (what) {
  case every: duk_push_true(ctx); return 1;
  case some: duk_push_false(ctx); return 1;
  case find_index:
  case find_last_index: duk_push_int(ctx, -1); return 1;
  default: return 0;
  }
}

duk_ret_t map(duk_context* ctx) {
  const auto view = push_this_view(ctx);
  require_function(ctx, 0);
  push_like(ctx, -1, view.length); // [ … this made ]
  for (std::uint32_t i = 0; i < view.length; ++i) {
    duk_dup(ctx, -2);
    ask(ctx, i);
    duk_remove(ctx, -2);
    duk_put_prop_index(ctx, -2, i);
  }
  return 1;
}

duk_ret_t filter(duk_context* ctx) {
  const auto view = push_this_view(ctx);
  require_function(ctx, 0);
  const auto self = duk_get_top_index(ctx);
  const auto kept = duk_push_array(ctx);
  duk_uarridx_t count = 0;
  for (std::uint32_t i = 0; i < view.length; ++i) {
    push_element(ctx, look_again(ctx, self), i);
    duk_dup(ctx, self);
    ask(ctx, i);
    const bool yes = duk_to_boolean(ctx, -1) != 0;
    duk_pop_2(ctx);
    if (yes)
      enclaved_define_index(ctx, kept, count++);
    else
      duk_pop(ctx);
  }
  push_like(ctx, self, count);
  for (duk_uarridx_t i = 0; i < count; ++i) {
    duk_get_prop_index(ctx, kept, i);
    duk_put_prop_index(ctx, -2, i);
  }
  return 1;
}

/// reduce and reduceRight (callback, initial)
duk_ret_t reduce(duk_context* ctx) {
  const bool backwards = duk_get_current_magic(ctx) != 0;
  const bool has_initial = duk_get_top(ctx) > 1;
  duk_set_top(ctx, 2);
  const auto view = push_this_view(ctx);
  require_function(ctx, 0);
  std::uint32_t i = 0;
  const auto at = [&] { return backwards ? view.length - 1 - i : i; };
  if (has_initial) {
    duk_dup(ctx, 1);
  } else {
    if (view.length == 0) return duk_error(ctx, DUK_ERR_TYPE_ERROR, "Reduce of empty array with no initial value");
    push_element(ctx, view, at());
    ++i;
  }
  for (; i < view.length; ++i) { // [ … this value ]
    duk_dup(ctx, 0);
    duk_insert(ctx, -2);
    push_element(ctx, look_again(ctx, -3), at());
    duk_push_uint(ctx, at());
    duk_dup(ctx, -5);
    duk_call(ctx, 4);
  }
  return 1;
}

// -- looking

duk_ret_t at(duk_context* ctx) {
  const auto view = push_this_view(ctx);
  double index = to_integer(ctx, 0);
  if (index < 0) index += view.length;
  if (!(index >= 0 && index < view.length)) return 0;
  push_element(ctx, look_again(ctx), static_cast<std::uint32_t>(index));
  return 1;
}

enum search : duk_int_t { index_of, last_index_of, includes };

duk_ret_t look_for(duk_context* ctx) {
  const auto what = static_cast<search>(duk_get_current_magic(ctx));
  const bool has_start = duk_get_top(ctx) > 1;
  duk_set_top(ctx, 2);
  const auto view = push_this_view(ctx);
  double start = view.length == 0 ? 0 : to_integer(ctx, 1);
  const bool is_number = duk_is_number(ctx, 0) != 0;
  const double wanted = is_number ? duk_get_number(ctx, 0) : 0;
  const auto now = look_again(ctx);
  const auto same = [&](std::uint32_t i) {
    if (i >= now.length) return what == includes && duk_is_undefined(ctx, 0) != 0;
    const double element = element_of(now, i);
    return is_number && (element == wanted || (what == includes && std::isnan(element) && std::isnan(wanted)));
  };
  the_budget().spend(view.length / 2);
  double found = -1;
  if (view.length == 0) {
    // nothing is found
  } else if (what == last_index_of) {
    start = !has_start ? view.length - 1.0 : start < 0 ? start + view.length : std::min(start, view.length - 1.0);
    for (double i = start; i >= 0 && found < 0; --i)
      if (same(static_cast<std::uint32_t>(i))) found = i;
  } else {
    start = start < 0 ? std::max(start + view.length, 0.0) : start;
    for (double i = start; i < view.length && found < 0; ++i)
      if (same(static_cast<std::uint32_t>(i))) found = i;
  }
  if (what == includes)
    duk_push_boolean(ctx, found >= 0 ? 1 : 0);
  else
    duk_push_number(ctx, found);
  return 1;
}

/// join(separator) and toLocaleString
duk_ret_t join(duk_context* ctx) {
  const bool localized = duk_get_current_magic(ctx) != 0;
  const auto view = push_this_view(ctx);
  const auto self = duk_get_top_index(ctx);
  const bool plain = localized || duk_is_undefined(ctx, 0) != 0;
  if (plain)
    duk_push_string(ctx, ",");
  else
    duk_to_string(ctx, 0);
  duk_size_t size = 0;
  const char* separator = duk_get_lstring(ctx, plain ? -1 : 0, &size);
  json_text out(ctx);
  for (std::uint32_t i = 0; i < view.length; ++i) {
    if (i > 0) out.put({separator, size});
    push_element(ctx, look_again(ctx, self), i);
    if (duk_is_undefined(ctx, -1) != 0) {
      duk_pop(ctx);
      continue;
    }
    if (localized) {
      duk_get_prop_string(ctx, -1, "toLocaleString");
      duk_insert(ctx, -2);
      duk_call_method(ctx, 0);
    }
    duk_size_t length = 0;
    const char* text = duk_to_lstring(ctx, -1, &length);
    out.put({text, length});
    duk_pop(ctx);
  }
  out.push();
  return 1;
}

// -- changing

duk_ret_t fill(duk_context* ctx) {
  const auto view = push_this_view(ctx);
  const double value = duk_to_number(ctx, 0);
  const auto begin = relative(ctx, 1, view.length, 0);
  const auto end = relative(ctx, 2, view.length, view.length);
  require_still(ctx);
  the_budget().spend(view.length / 8);
  for (auto i = begin; i < end; ++i) put_element(view, i, value);
  return 1;
}

duk_ret_t copy_within(duk_context* ctx) {
  const auto view = push_this_view(ctx);
  const auto to = relative(ctx, 0, view.length, 0);
  const auto begin = relative(ctx, 1, view.length, 0);
  const auto end = relative(ctx, 2, view.length, view.length);
  if (end <= begin || to >= view.length) return 1;
  const auto count = std::min(end - begin, view.length - to);
  require_still(ctx);
  the_budget().spend(count / 64);
  std::memmove(view.bytes + (std::size_t{to} << view.shift), view.bytes + (std::size_t{begin} << view.shift),
               std::size_t{count} << view.shift);
  return 1;
}

void reverse_elements(const enclaved_view& view) {
  the_budget().spend(view.length / 4);
  const auto size = std::size_t{1} << view.shift;
  unsigned char kept[8];
  for (std::uint32_t i = 0, k = view.length; i + 1 < k; ++i) {
    --k;
    auto* left = view.bytes + i * size;
    auto* right = view.bytes + k * size;
    std::memcpy(kept, left, size);
    std::memcpy(left, right, size);
    std::memcpy(right, kept, size);
  }
}

duk_ret_t reverse(duk_context* ctx) {
  reverse_elements(push_this_view(ctx));
  return 1;
}

/// [ … ] -> [ … copy ]: a plain one of the same kind.
enclaved_view push_copy(duk_context* ctx, const enclaved_view& of) {
  enclaved_view made{};
  push_typed_array(ctx, of.element, of.length);
  enclaved_view_of(ctx, -1, &made);
  if (of.length > 0) std::memcpy(made.bytes, of.bytes, std::size_t{of.length} << of.shift);
  return made;
}

duk_ret_t to_reversed(duk_context* ctx) {
  reverse_elements(push_copy(ctx, push_this_view(ctx)));
  return 1;
}

/// with(index, value)
duk_ret_t with(duk_context* ctx) {
  const auto view = push_this_view(ctx);
  double index = to_integer(ctx, 0);
  if (index < 0) index += view.length;
  const double value = duk_to_number(ctx, 1);
  if (!(index >= 0 && index < look_again(ctx).length))
    return duk_error(ctx, DUK_ERR_RANGE_ERROR, "Invalid typed array index");
  put_element(push_copy(ctx, view), static_cast<std::uint32_t>(index), value);
  return 1;
}

/// As numbers: -0 before 0, NaN last.
bool before(double a, double b) {
  if (std::isnan(a)) return false;
  if (std::isnan(b)) return true;
  if (a == 0 && b == 0) return std::signbit(a) && !std::signbit(b);
  return a < b;
}

double compared(duk_context* ctx, double a, double b) {
  duk_dup(ctx, 0);
  duk_push_undefined(ctx);
  duk_push_number(ctx, a);
  duk_push_number(ctx, b);
  duk_call_method(ctx, 2);
  const double answer = duk_to_number(ctx, -1);
  duk_pop(ctx);
  return answer;
}

/// Sorts a copy, which a comparator of the script cannot reach, merging from below; stable.
void sort_elements(duk_context* ctx, const enclaved_view& view) {
  const bool asks = duk_is_undefined(ctx, 0) == 0;
  const std::size_t count = view.length;
  the_budget().spend(count);
  auto* from = static_cast<double*>(duk_push_fixed_buffer(ctx, (count + 1) * sizeof(double)));
  auto* to = static_cast<double*>(duk_push_fixed_buffer(ctx, (count + 1) * sizeof(double)));
  for (std::uint32_t i = 0; i < view.length; ++i) from[i] = element_of(view, i);
  if (!asks) {
    the_budget().spend(count * 8);
    std::sort(from, from + count, before);
  } else {
    for (std::size_t width = 1; width < count; width *= 2) {
      for (std::size_t begin = 0; begin < count; begin += 2 * width) {
        const auto middle = std::min(begin + width, count);
        const auto end = std::min(begin + 2 * width, count);
        auto left = begin;
        auto right = middle;
        for (auto at = begin; at < end; ++at) {
          const bool take_right = left >= middle || (right < end && compared(ctx, from[left], from[right]) > 0);
          to[at] = from[take_right ? right++ : left++];
        }
      }
      std::swap(from, to);
    }
  }
  const auto now = look_again(ctx, -3);
  for (std::uint32_t i = 0; i < now.length; ++i) put_element(now, i, from[i]);
  duk_pop_2(ctx);
}

void require_comparator(duk_context* ctx) {
  if (duk_is_undefined(ctx, 0) == 0 && duk_is_callable(ctx, 0) == 0)
    (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "The comparison function must be either a function or undefined");
}

duk_ret_t sort(duk_context* ctx) {
  require_comparator(ctx);
  sort_elements(ctx, push_this_view(ctx));
  return 1;
}

duk_ret_t to_sorted(duk_context* ctx) {
  require_comparator(ctx);
  sort_elements(ctx, push_copy(ctx, push_this_view(ctx)));
  return 1;
}

/// set(source, offset)
duk_ret_t set(duk_context* ctx) {
  push_this_array(ctx);
  const auto self = duk_get_top_index(ctx);
  const double offset = to_integer(ctx, 1);
  if (offset < 0) return duk_error(ctx, DUK_ERR_RANGE_ERROR, "offset is out of bounds");
  const auto view = require_still(ctx);
  enclaved_view source{};
  if (enclaved_view_of(ctx, 0, &source) == 1) {
    require_attached(ctx, source);
    if (offset + source.length > view.length) return duk_error(ctx, DUK_ERR_RANGE_ERROR, "offset is out of bounds");
    const auto begin = static_cast<std::uint32_t>(offset);
    the_budget().spend(source.length / 8);
    if (source.element == view.element) {
      if (source.length > 0)
        std::memmove(view.bytes + (std::size_t{begin} << view.shift), source.bytes,
                     std::size_t{source.length} << source.shift);
      return 0;
    }
    // Both may lie in the same memory.
    auto* copy = static_cast<double*>(duk_push_fixed_buffer(ctx, (std::size_t{source.length} + 1) * sizeof(double)));
    for (std::uint32_t i = 0; i < source.length; ++i) copy[i] = element_of(source, i);
    for (std::uint32_t i = 0; i < source.length; ++i) put_element(view, begin + i, copy[i]);
    return 0;
  }
  duk_to_object(ctx, 0);
  duk_get_prop_string(ctx, 0, "length");
  const double length = std::max(to_integer(ctx, -1), 0.0);
  if (offset + length > view.length) return duk_error(ctx, DUK_ERR_RANGE_ERROR, "offset is out of bounds");
  for (std::uint32_t i = 0; i < length; ++i) {
    duk_get_prop_index(ctx, 0, i);
    const double value = duk_to_number(ctx, -1);
    const auto at = static_cast<std::uint32_t>(offset) + i;
    if (const auto now = look_again(ctx, self); at < now.length) put_element(now, at, value);
    duk_pop(ctx);
  }
  return 0;
}

/// slice(begin, end)
duk_ret_t slice(duk_context* ctx) {
  const auto view = push_this_view(ctx);
  const auto begin = relative(ctx, 0, view.length, 0);
  const auto end = relative(ctx, 1, view.length, view.length);
  const auto count = end > begin ? end - begin : 0;
  push_like(ctx, -1, count);
  enclaved_view made{};
  enclaved_view_of(ctx, -1, &made);
  if (count == 0) return 1;
  require_still(ctx, -2);
  const auto* source = view.bytes + (std::size_t{begin} << view.shift);
  const auto bytes = std::size_t{count} << view.shift;
  if (made.element == view.element && made.bytes > source && made.bytes < source + bytes) {
    for (std::size_t i = 0; i < bytes; ++i) made.bytes[i] = source[i]; // one after another, as it is told
  } else if (made.element == view.element) {
    std::memmove(made.bytes, view.bytes + (std::size_t{begin} << view.shift), std::size_t{count} << view.shift);
  } else {
    for (std::uint32_t i = 0; i < count; ++i) put_element(made, i, element_of(view, begin + i));
  }
  return 1;
}

/// subarray(begin, end): of the same memory
duk_ret_t subarray(duk_context* ctx) {
  const auto view = push_this_array(ctx);
  const auto begin = relative(ctx, 0, view.length, 0);
  const auto end = relative(ctx, 1, view.length, view.length);
  push_species_of(ctx, -1, nullptr);
  enclaved_push_buffer_of(ctx, -2);
  duk_push_number(ctx, view.byte_offset + static_cast<double>(begin) * static_cast<double>(1U << view.shift));
  duk_push_number(ctx, end > begin ? end - begin : 0);
  construct_typed_array(ctx, 3, -1);
  return 1;
}

// -- what it is

duk_ret_t length_of_array(duk_context* ctx) {
  duk_push_uint(ctx, push_this_array(ctx).length);
  return 1;
}

enum fact : duk_int_t { of_byte_length, of_byte_offset, of_buffer };

duk_ret_t tell(duk_context* ctx) {
  const auto view = push_this_array(ctx);
  switch (static_cast<fact>(duk_get_current_magic(ctx))) {
  case of_byte_length: duk_push_uint(ctx, view.length << view.shift); break;
  case of_byte_offset: duk_push_uint(ctx, view.byte_offset); break;
  default: enclaved_push_buffer_of(ctx, -1);
  }
  return 1;
}

duk_ret_t tag(duk_context* ctx) {
  enclaved_view view{};
  duk_push_this(ctx);
  if (enclaved_view_of(ctx, -1, &view) != 1) return 0;
  duk_push_string(ctx, enclaved_bytes_name(ctx, -1));
  return 1;
}

/// keys, entries and values
duk_ret_t iterate(duk_context* ctx) {
  push_this_view(ctx);
  enclaved_push_iterator(ctx, ENCLAVED_KIND(BRAND_ARRAY, duk_get_current_magic(ctx)), KNOWN_ARRAY_ITERATOR_PROTOTYPE);
  return 1;
}

constexpr method methods[] = {
    {"keys", iterate, 0, 0, ITERATED_KEYS},
    {"entries", iterate, 0, 0, ITERATED_ENTRIES},
    {"values", iterate, 0, 0, ITERATED_VALUES},
    {"at", at, 1, 1},
    {"copyWithin", copy_within, 3, 2},
    {"every", walk_elements, 2, 1, every},
    {"fill", fill, 3, 1},
    {"filter", filter, 2, 1},
    {"find", walk_elements, 2, 1, find},
    {"findIndex", walk_elements, 2, 1, find_index},
    {"findLast", walk_elements, 2, 1, find_last},
    {"findLastIndex", walk_elements, 2, 1, find_last_index},
    {"forEach", walk_elements, 2, 1, for_each},
    {"includes", look_for, DUK_VARARGS, 1, includes},
    {"indexOf", look_for, DUK_VARARGS, 1, index_of},
    {"join", join, 1, 1},
    {"lastIndexOf", look_for, DUK_VARARGS, 1, last_index_of},
    {"map", map, 2, 1},
    {"reduce", reduce, DUK_VARARGS, 1, 0},
    {"reduceRight", reduce, DUK_VARARGS, 1, 1},
    {"reverse", reverse, 0, 0},
    {"set", set, 2, 1},
    {"slice", slice, 2, 2},
    {"some", walk_elements, 2, 1, some},
    {"sort", sort, 1, 1},
    {"subarray", subarray, 2, 2},
    {"toLocaleString", join, 0, 0, 1},
    {"toReversed", to_reversed, 0, 0},
    {"toSorted", to_sorted, 1, 1},
    {"with", with, 2, 2},
};

} // namespace

void add_typed_methods(duk_context* ctx) {
  add_methods(ctx, methods);
  add_getter(ctx, "length", length_of_array);
  enclaved_length_getter = length_of_array;
  add_getter(ctx, "byteLength", tell, of_byte_length);
  add_getter(ctx, "byteOffset", tell, of_byte_offset);
  add_getter(ctx, "buffer", tell, of_buffer);
  add_getter(ctx, "@@toStringTag", tag);
  duk_push_string(ctx, "toString");
  push_built_in(ctx, "Array", "prototype");
  duk_get_prop_string(ctx, -1, "toString");
  duk_remove(ctx, -2);
  duk_def_prop(ctx, -3, as_built_in);
  duk_push_string(ctx, DUK_WELLKNOWN_SYMBOL("Symbol.iterator"));
  duk_get_prop_string(ctx, -2, "values");
  duk_def_prop(ctx, -3, as_built_in);
}

} // namespace enclaved::engine
