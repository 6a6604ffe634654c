// How typed arrays come to be: by length, from a buffer, from other arrays, from whatever can be iterated over.
#include "engine/budget.hpp"
#include "engine/duktape/inside.h"
#include "engine/duktape/objects.h"
#include "engine/library/bounds.hpp"
#include "engine/library/iteration.hpp"
#include "engine/library/members.hpp"
#include "engine/library/typed_arrays.hpp"
#include "engine/library/typed_elements.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace enclaved::engine {

namespace {

constexpr const char* names[] = {"Int8Array",  "Uint8Array",  "Uint8ClampedArray", "Int16Array",  "Uint16Array",
                                 "Int32Array", "Uint32Array", "Float32Array",      "Float64Array"};
constexpr unsigned shifts[] = {0, 0, 0, 1, 1, 2, 2, 2, 3};
constexpr int kinds = 9;

/// Where constructors are kept, past every name that a script can change: Duktape's own ones and ours.
constexpr const char* makers = "typed makers";
constexpr const char* constructors = "typed constructors";

/// [ … ] -> [ … function ]
void push_kept(duk_context* ctx, const char* list, int element) {
  duk_push_heap_stash(ctx);
  duk_get_prop_string(ctx, -1, list);
  duk_get_prop_index(ctx, -1, static_cast<duk_uarridx_t>(element));
  duk_replace(ctx, -3);
  duk_pop(ctx);
}

void require_room(duk_context* ctx, int element, double length) {
  const double bytes = length * static_cast<double>(1U << shifts[element]);
  if (bytes > static_cast<double>(bounds::buffer_bytes))
    (void)duk_error(ctx, DUK_ERR_RANGE_ERROR, "Invalid typed array length: %.0f", length);
  if (bytes > static_cast<double>(bounds::heap_bytes_max)) the_budget().exhausted();
  the_budget().spend(static_cast<std::uint64_t>(length) >> 6);
}

/// [ … ] -> [ … typed array ]
void make(duk_context* ctx, int element, double length) {
  require_room(ctx, element, length);
  push_kept(ctx, makers, element);
  duk_push_number(ctx, length);
  duk_new(ctx, 1);
}

void require_attached(duk_context* ctx, duk_idx_t index) {
  enclaved_view view{};
  enclaved_view_of(ctx, index, &view);
  if (view.detached != 0) (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "the buffer is detached");
}

/// new X(buffer, offset, length)
void make_on_buffer(duk_context* ctx, int element, const enclaved_view& buffer) {
  const unsigned size = 1U << shifts[element];
  const double offset = to_index(ctx, 1, "offset");
  if (std::fmod(offset, size) != 0)
    (void)duk_error(ctx, DUK_ERR_RANGE_ERROR, "start offset of %s should be a multiple of %u", names[element], size);
  double length = 0;
  if (duk_is_undefined(ctx, 2) != 0) {
    require_attached(ctx, 0);
    if (buffer.byte_length % size != 0)
      (void)duk_error(ctx, DUK_ERR_RANGE_ERROR, "byte length of %s should be a multiple of %u", names[element], size);
    if (offset > buffer.byte_length)
      (void)duk_error(ctx, DUK_ERR_RANGE_ERROR, "Start offset %s is outside the bounds of the buffer",
                      duk_safe_to_string(ctx, 1));
    length = (buffer.byte_length - offset) / size;
  } else {
    length = to_index(ctx, 2, "length");
    require_attached(ctx, 0);
    if (offset + length * size > buffer.byte_length)
      (void)duk_error(ctx, DUK_ERR_RANGE_ERROR, "Invalid typed array length: %s", duk_safe_to_string(ctx, 2));
  }
  push_kept(ctx, makers, element);
  duk_dup(ctx, 0);
  duk_push_number(ctx, offset);
  duk_push_number(ctx, length);
  duk_new(ctx, 3);
}

void make_from_view(duk_context* ctx, int element, const enclaved_view& from) {
  require_attached(ctx, 0);
  make(ctx, element, from.length);
  enclaved_view to{};
  enclaved_view_of(ctx, -1, &to);
  if (to.element == from.element) {
    if (from.byte_length > 0) std::memcpy(to.bytes, from.bytes, std::size_t{from.length} << from.shift);
  } else {
    the_budget().spend(from.length);
    for (std::uint32_t i = 0; i < from.length; ++i) put_element(to, i, element_of(from, i));
  }
}

struct gathering {
  duk_idx_t list;
  duk_uarridx_t count;
};

bool gather(duk_context* ctx, void* argument) {
  auto& it = *static_cast<gathering*>(argument);
  enclaved_define_index(ctx, it.list, it.count++);
  return true;
}

double length_of(duk_context* ctx, duk_idx_t index) {
  duk_get_prop_string(ctx, index, "length");
  const double length = to_integer(ctx, -1);
  duk_pop(ctx);
  return length > 0 ? std::min(length, 9007199254740991.0) : 0;
}

/// Whether the object has an iterator, and another one than arrays have.
bool is_iterable(duk_context* ctx, duk_idx_t index) {
  if (enclaved_iterates_by_index(ctx, index) != 0) return false;
  duk_push_string(ctx, DUK_WELLKNOWN_SYMBOL("Symbol.iterator"));
  duk_get_prop(ctx, index);
  const bool found = duk_is_null_or_undefined(ctx, -1) == 0;
  if (found && duk_is_callable(ctx, -1) == 0)
    (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "the object's iterator is no function");
  duk_pop(ctx);
  return found;
}

/// [ … ] -> [ … list ]: what the iterable at `index` has.
void push_list(duk_context* ctx, duk_idx_t index) {
  gathering all{duk_push_array(ctx), 0};
  for_each_of(ctx, index, gather, &all);
}

/// Elements of an array that are no numbers may run code of the script, which must not change what is copied.
bool holds_more_than_numbers(duk_context* ctx, duk_idx_t index) {
  if (enclaved_iterates_by_index(ctx, index) == 0) return false;
  const auto length = duk_get_length(ctx, index);
  bool only = true;
  for (duk_size_t i = 0; i < length && only; ++i) {
    duk_get_prop_index(ctx, index, static_cast<duk_uarridx_t>(i));
    only = duk_is_number(ctx, -1) != 0;
    duk_pop(ctx);
  }
  return !only;
}

/// new X(object)
void make_from_object(duk_context* ctx, int element, duk_idx_t object) {
  if (is_iterable(ctx, object) || holds_more_than_numbers(ctx, object)) {
    push_list(ctx, object);
    object = duk_get_top_index(ctx);
  }
  const double length = length_of(ctx, object);
  make(ctx, element, length);
  enclaved_view to{};
  enclaved_view_of(ctx, -1, &to);
  for (std::uint32_t i = 0; i < to.length; ++i) {
    duk_get_prop_index(ctx, object, i);
    put_element(to, i, duk_to_number(ctx, -1));
    duk_pop(ctx);
  }
}

duk_ret_t constructor(duk_context* ctx) {
  const int element = duk_get_current_magic(ctx);
  if (duk_is_constructor_call(ctx) == 0)
    return duk_error(ctx, DUK_ERR_TYPE_ERROR, "Constructor %s requires 'new'", names[element]);
  duk_require_stack(ctx, 16);
  enclaved_view first{};
  const int what = enclaved_view_of(ctx, 0, &first);
  if (duk_is_object(ctx, 0) == 0)
    make(ctx, element, to_index(ctx, 0, "typed array length"));
  else if (what == 2)
    make_on_buffer(ctx, element, first);
  else if (what == 1)
    make_from_view(ctx, element, first);
  else
    make_from_object(ctx, element, 0);
  enclaved_take_prototype(ctx);
  return 1;
}

duk_ret_t abstract(duk_context* ctx) {
  return duk_error(ctx, DUK_ERR_TYPE_ERROR, "Abstract class TypedArray not directly constructable");
}

duk_ret_t species(duk_context* ctx) {
  duk_push_this(ctx);
  return 1;
}

void require_constructor(duk_context* ctx, duk_idx_t index) {
  if (enclaved_is_constructor(ctx, index) == 0)
    (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "%s is not a constructor", duk_safe_to_string(ctx, index));
}

/// X.of(...values)
duk_ret_t of(duk_context* ctx) {
  const auto count = duk_get_top(ctx);
  duk_push_this(ctx);
  require_constructor(ctx, -1);
  duk_push_int(ctx, count);
  construct_typed_array(ctx, 1, count);
  for (duk_idx_t i = 0; i < count; ++i) {
    duk_dup(ctx, i);
    duk_to_number(ctx, -1);
    duk_put_prop_index(ctx, -2, static_cast<duk_uarridx_t>(i));
  }
  return 1;
}

/// X.from(source, map, receiver)
duk_ret_t from(duk_context* ctx) {
  duk_push_this(ctx);
  require_constructor(ctx, -1);
  const bool maps = duk_is_undefined(ctx, 1) == 0;
  if (maps && duk_is_callable(ctx, 1) == 0)
    return duk_error(ctx, DUK_ERR_TYPE_ERROR, "%s is not a function", duk_safe_to_string(ctx, 1));
  duk_to_object(ctx, 0);
  if (is_iterable(ctx, 0) || enclaved_iterates_by_index(ctx, 0) != 0) {
    push_list(ctx, 0);
    duk_replace(ctx, 0);
  }
  const double length = length_of(ctx, 0);
  duk_push_number(ctx, length);
  construct_typed_array(ctx, 1, length);
  for (double i = 0; i < length; ++i) {
    duk_push_number(ctx, i);
    if (maps) {
      duk_dup(ctx, 1);
      duk_dup(ctx, 2);
    }
    duk_push_number(ctx, i);
    duk_get_prop(ctx, 0);
    if (maps) {
      duk_push_number(ctx, i);
      duk_call_method(ctx, 2);
    }
    duk_put_prop(ctx, -3);
  }
  return 1;
}

constexpr method functions[] = {{"from", from, 3, 1}, {"of", of, DUK_VARARGS, 0}};

constexpr duk_uint_t fixed = DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_CLEAR_WRITABLE | DUK_DEFPROP_CLEAR_ENUMERABLE |
                             DUK_DEFPROP_CLEAR_CONFIGURABLE | DUK_DEFPROP_FORCE;

/// [ … ] -> [ … function ]: a constructor, without its prototype.
void push_constructor(duk_context* ctx, duk_c_function function, const char* name, int length) {
  duk_push_c_function(ctx, function, 3);
  describe_function(ctx, name, length);
}

} // namespace

double to_index(duk_context* ctx, duk_idx_t index, const char* what) {
  const double number = to_integer(ctx, index);
  if (!(number >= 0 && number <= 9007199254740991.0)) (void)duk_error(ctx, DUK_ERR_RANGE_ERROR, "Invalid %s", what);
  return number;
}

void push_typed_array(duk_context* ctx, int element, double length) { make(ctx, element, length); }

void construct_typed_array(duk_context* ctx, duk_idx_t arguments, double least) {
  duk_new(ctx, arguments);
  enclaved_view made{};
  if (enclaved_view_of(ctx, -1, &made) != 1) (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "this is not a typed array.");
  if (made.detached != 0)
    (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "the constructor made a typed array whose buffer is detached");
  if (least >= 0 && made.length < least)
    (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "the constructor made a typed array that is too short");
}

void push_species_of(duk_context* ctx, duk_idx_t exemplar, const char* fallback) {
  enclaved_view view{};
  const bool typed = enclaved_view_of(ctx, exemplar, &view) == 1;
  const auto push_default = [&] {
    duk_pop(ctx);
    if (typed)
      push_kept(ctx, constructors, view.element);
    else
      push_kept(ctx, constructors, kinds);
  };
  (void)fallback;
  duk_get_prop_string(ctx, exemplar, "constructor");
  if (duk_is_undefined(ctx, -1) != 0) return push_default();
  if (duk_is_object(ctx, -1) == 0) (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "the constructor is not an object");
  duk_push_string(ctx, DUK_WELLKNOWN_SYMBOL("Symbol.species"));
  duk_get_prop(ctx, -2);
  duk_remove(ctx, -2);
  if (duk_is_null_or_undefined(ctx, -1) != 0) return push_default();
  require_constructor(ctx, -1);
}

void push_like(duk_context* ctx, duk_idx_t exemplar, double length) {
  push_species_of(ctx, exemplar, nullptr);
  duk_push_number(ctx, length);
  construct_typed_array(ctx, 1, length);
}

void add_typed_constructors(duk_context* ctx) {
  duk_push_heap_stash(ctx);
  const auto stash = duk_get_top_index(ctx);
  const auto kept_makers = duk_push_array(ctx);
  const auto kept = duk_push_array(ctx);
  push_constructor(ctx, abstract, "TypedArray", 0);
  const auto parent = duk_get_top_index(ctx);
  push_built_in(ctx, "Uint8Array", "prototype");
  duk_get_prototype(ctx, -1);
  duk_replace(ctx, -2);
  const auto prototype = duk_get_top_index(ctx);
  duk_push_string(ctx, "constructor");
  duk_dup(ctx, parent);
  duk_def_prop(ctx, prototype, as_built_in);
  duk_push_string(ctx, "prototype");
  duk_dup(ctx, prototype);
  duk_def_prop(ctx, parent, fixed);
  add_typed_methods(ctx);
  duk_dup(ctx, parent);
  add_methods(ctx, functions);
  add_getter(ctx, "@@species", species);
  duk_pop(ctx);
  for (int i = 0; i < kinds; ++i) {
    push_built_in(ctx, names[i]);
    duk_dup(ctx, -1);
    duk_put_prop_index(ctx, kept_makers, static_cast<duk_uarridx_t>(i));
    push_constructor(ctx, constructor, names[i], 3);
    duk_set_magic(ctx, -1, i);
    duk_dup(ctx, parent);
    duk_set_prototype(ctx, -2);
    duk_push_string(ctx, "prototype");
    duk_get_prop_string(ctx, -3, "prototype");
    duk_push_string(ctx, "constructor");
    duk_dup(ctx, -4);
    duk_def_prop(ctx, -3, as_built_in);
    duk_push_int(ctx, 1 << shifts[i]);
    add_constant(ctx, "BYTES_PER_ELEMENT");
    duk_def_prop(ctx, -3, fixed);
    duk_push_int(ctx, 1 << shifts[i]);
    add_constant(ctx, "BYTES_PER_ELEMENT");
    duk_dup(ctx, -1);
    duk_put_prop_index(ctx, kept, static_cast<duk_uarridx_t>(i));
    duk_push_global_object(ctx);
    duk_push_string(ctx, names[i]);
    duk_dup(ctx, -3);
    duk_def_prop(ctx, -3, as_built_in);
    duk_pop_3(ctx);
  }
  push_built_in(ctx, "ArrayBuffer");
  duk_put_prop_index(ctx, kept, kinds);
  duk_dup(ctx, kept_makers);
  duk_put_prop_string(ctx, stash, makers);
  duk_dup(ctx, kept);
  duk_put_prop_string(ctx, stash, constructors);
  duk_set_top(ctx, stash);
}

} // namespace enclaved::engine
