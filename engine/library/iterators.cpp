#include "engine/library/iterators.hpp"

#include "engine/duktape/inside.h"
#include "engine/library/classes.hpp"
#include "engine/library/members.hpp"

#include <algorithm>
#include <cmath>

namespace enclaved::engine {

namespace {

duk_ret_t itself(duk_context* ctx) {
  duk_push_this(ctx);
  return 1;
}

constexpr method iterator_methods[] = {{"@@iterator", itself, 0, 0}};
constexpr method async_iterator_methods[] = {{"@@asyncIterator", itself, 0, 0}};

// -- arrays, and whatever has a length and elements

duk_ret_t iterate_array(duk_context* ctx) {
  duk_push_this(ctx);
  duk_to_object(ctx, -1);
  enclaved_push_iterator(ctx, ENCLAVED_KIND(BRAND_ARRAY, duk_get_current_magic(ctx)), KNOWN_ARRAY_ITERATOR_PROTOTYPE);
  return 1;
}

double length_of(duk_context* ctx, duk_idx_t index) {
  const double of_array = enclaved_array_length(ctx, index);
  if (of_array >= 0) return of_array;
  if (enclaved_view view{}; enclaved_view_of(ctx, index, &view) == 1) {
    if (view.detached != 0) (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "the typed array's buffer is detached");
    return view.length;
  }
  duk_get_prop_string(ctx, index, "length");
  const double length = to_integer(ctx, -1);
  duk_pop(ctx);
  return std::clamp(length, 0.0, 9007199254740991.0);
}

/// [ … ] -> [ … element ]
void push_element(duk_context* ctx, duk_idx_t of, double index) {
  if (index < 4294967295.0) {
    if (enclaved_dense_element(ctx, of, static_cast<unsigned>(index)) == 0)
      duk_get_prop_index(ctx, of, static_cast<duk_uarridx_t>(index));
  } else {
    duk_push_number(ctx, index);
    duk_get_prop(ctx, of);
  }
}

duk_ret_t finished(duk_context* ctx) {
  duk_push_undefined(ctx);
  enclaved_iterator_advance(ctx, 0);
  duk_push_undefined(ctx);
  enclaved_iterator_result(ctx, 1);
  return 1;
}

duk_ret_t next_of_array(duk_context* ctx) {
  unsigned what = 0;
  double position = 0;
  if (enclaved_iterator_state(ctx, BRAND_ARRAY, &what, &position) == 0)
    return duk_error(ctx, DUK_ERR_TYPE_ERROR, "this is not an Array Iterator");
  if (duk_is_undefined(ctx, 0) != 0 || position >= length_of(ctx, 0)) return finished(ctx);
  duk_dup(ctx, 0);
  enclaved_iterator_advance(ctx, position + 1);
  if (what == ITERATED_ENTRIES) duk_push_array(ctx);
  if (what != ITERATED_VALUES) duk_push_number(ctx, position);
  if (what == ITERATED_ENTRIES) duk_put_prop_index(ctx, -2, 0);
  if (what != ITERATED_KEYS) push_element(ctx, 0, position);
  if (what == ITERATED_ENTRIES) duk_put_prop_index(ctx, -2, 1);
  enclaved_iterator_result(ctx, 0);
  return 1;
}

constexpr method array_methods[] = {
    {"keys", iterate_array, 0, 0, ITERATED_KEYS},
    {"entries", iterate_array, 0, 0, ITERATED_ENTRIES},
    {"values", iterate_array, 0, 0, ITERATED_VALUES},
};
constexpr method array_iterator_methods[] = {{"next", next_of_array, 0, 0}};

// -- strings, by code point

duk_ret_t iterate_string(duk_context* ctx) {
  duk_push_this(ctx);
  if (duk_is_null_or_undefined(ctx, -1) != 0)
    return duk_error(ctx, DUK_ERR_TYPE_ERROR, "undefined and null are not strings");
  duk_to_string(ctx, -1);
  enclaved_push_iterator(ctx, ENCLAVED_KIND(BRAND_STRING, ITERATED_VALUES), KNOWN_STRING_ITERATOR_PROTOTYPE);
  return 1;
}

/// How many bytes of CESU-8 the code point at `text` takes: two surrogates that belong together take six.
std::size_t bytes_of_code_point(const char* text, std::size_t left) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return 1;
  if (byte(0) < 0xe0) return 2;
  const bool pair =
      left >= 6 && byte(0) == 0xed && byte(1) >= 0xa0 && byte(1) < 0xb0 && byte(3) == 0xed && byte(4) >= 0xb0;
  return pair ? 6 : 3;
}

/// Its position counts bytes.
duk_ret_t next_of_string(duk_context* ctx) {
  unsigned what = 0;
  double position = 0;
  if (enclaved_iterator_state(ctx, BRAND_STRING, &what, &position) == 0)
    return duk_error(ctx, DUK_ERR_TYPE_ERROR, "this is not a String Iterator");
  duk_size_t size = 0;
  const char* data = duk_get_lstring(ctx, 0, &size);
  const auto from = static_cast<std::size_t>(position);
  if (data == nullptr || from >= size) return finished(ctx);
  const auto bytes = std::min(bytes_of_code_point(data + from, size - from), size - from);
  duk_push_lstring(ctx, data + from, bytes);
  duk_dup(ctx, 0);
  enclaved_iterator_advance(ctx, static_cast<double>(from + bytes));
  enclaved_iterator_result(ctx, 0);
  return 1;
}

constexpr method string_methods[] = {{"@@iterator", iterate_string, 0, 0}};
constexpr method string_iterator_methods[] = {{"next", next_of_string, 0, 0}};

// -- putting it together

void remember_built_in(duk_context* ctx, const char* global, const char* member, enclaved_known as) {
  push_built_in(ctx, global, member);
  enclaved_remember(ctx, as);
  duk_pop(ctx);
}

void add_array_iteration(duk_context* ctx) {
  enclaved_push_known(ctx, KNOWN_ARRAY_PROTOTYPE);
  add_methods(ctx, array_methods);
  remember_method(ctx, "values", KNOWN_ARRAY_VALUES);
  duk_push_string(ctx, DUK_WELLKNOWN_SYMBOL("Symbol.iterator"));
  enclaved_push_known(ctx, KNOWN_ARRAY_VALUES);
  duk_def_prop(ctx, -3, as_built_in);
  duk_pop(ctx);
  push_prototype(ctx, KNOWN_ITERATOR_PROTOTYPE, KNOWN_ARRAY_ITERATOR_PROTOTYPE);
  add_methods(ctx, array_iterator_methods);
  add_tag(ctx, "Array Iterator");
  remember_method(ctx, "next", KNOWN_ARRAY_ITERATOR_NEXT);
  duk_pop(ctx);
}

void add_string_iteration(duk_context* ctx) {
  enclaved_push_known(ctx, KNOWN_STRING_PROTOTYPE);
  add_methods(ctx, string_methods);
  remember_method(ctx, DUK_WELLKNOWN_SYMBOL("Symbol.iterator"), KNOWN_STRING_VALUES);
  duk_pop(ctx);
  push_prototype(ctx, KNOWN_ITERATOR_PROTOTYPE, KNOWN_STRING_ITERATOR_PROTOTYPE);
  add_methods(ctx, string_iterator_methods);
  add_tag(ctx, "String Iterator");
  remember_method(ctx, "next", KNOWN_STRING_ITERATOR_NEXT);
  duk_pop(ctx);
}

} // namespace

void add_iterators(duk_context* ctx) {
  remember_built_in(ctx, "Object", "prototype", KNOWN_OBJECT_PROTOTYPE);
  remember_built_in(ctx, "Function", "prototype", KNOWN_FUNCTION_PROTOTYPE);
  remember_built_in(ctx, "Array", "prototype", KNOWN_ARRAY_PROTOTYPE);
  remember_built_in(ctx, "Array", nullptr, KNOWN_ARRAY);
  remember_built_in(ctx, "String", "prototype", KNOWN_STRING_PROTOTYPE);
  push_prototype(ctx, KNOWN_OBJECT_PROTOTYPE, KNOWN_ITERATOR_PROTOTYPE);
  add_methods(ctx, iterator_methods);
  duk_put_prop_string(ctx, -2, "iterator_prototype");
  push_prototype(ctx, KNOWN_OBJECT_PROTOTYPE, KNOWN_ASYNC_ITERATOR_PROTOTYPE);
  add_methods(ctx, async_iterator_methods);
  duk_put_prop_string(ctx, -2, "async_iterator_prototype");
  add_array_iteration(ctx);
  add_string_iteration(ctx);
}

} // namespace enclaved::engine
