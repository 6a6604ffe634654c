// ArrayBuffer and DataView.
#include "engine/budget.hpp"
#include "engine/duktape/inside.h"
#include "engine/library/bounds.hpp"
#include "engine/library/members.hpp"
#include "engine/library/typed_arrays.hpp"
#include "engine/library/typed_elements.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace enclaved::engine {

namespace {

constexpr const char* buffer_maker = "array buffer maker";
constexpr const char* view_maker = "data view maker";

constexpr duk_uint_t fixed = DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_CLEAR_WRITABLE | DUK_DEFPROP_CLEAR_ENUMERABLE |
                             DUK_DEFPROP_CLEAR_CONFIGURABLE | DUK_DEFPROP_FORCE;

void push_maker(duk_context* ctx, const char* name) {
  duk_push_heap_stash(ctx);
  duk_get_prop_string(ctx, -1, name);
  duk_remove(ctx, -2);
}

void require_new(duk_context* ctx, const char* name) {
  if (duk_is_constructor_call(ctx) == 0)
    (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "Constructor %s requires 'new'", name);
}

/// [ … ] -> [ … this ]
enclaved_view push_this_as(duk_context* ctx, int what, const char* name) {
  enclaved_view view{};
  duk_push_this(ctx);
  if (enclaved_view_of(ctx, -1, &view) != what)
    (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "this is not of type %s", name);
  return view;
}

// -- ArrayBuffer

/// [ … ] -> [ … buffer ]: of our own constructor, whatever its name means to the script.
enclaved_view push_buffer(duk_context* ctx, double length) {
  if (length > static_cast<double>(bounds::buffer_bytes))
    (void)duk_error(ctx, DUK_ERR_RANGE_ERROR, "Array buffer allocation failed");
  if (length > static_cast<double>(bounds::heap_bytes_max)) the_budget().exhausted();
  the_budget().spend(static_cast<std::uint64_t>(length) >> 6);
  push_maker(ctx, buffer_maker);
  duk_push_number(ctx, length);
  duk_new(ctx, 1);
  enclaved_view made{};
  enclaved_view_of(ctx, -1, &made);
  return made;
}

duk_ret_t array_buffer(duk_context* ctx) {
  require_new(ctx, "ArrayBuffer");
  push_buffer(ctx, to_index(ctx, 0, "array buffer length"));
  enclaved_take_prototype(ctx);
  return 1;
}

/// [ … ] -> [ … this ]: what still has its bytes.
enclaved_view push_attached(duk_context* ctx, int what, const char* name) {
  const auto view = push_this_as(ctx, what, name);
  if (view.detached != 0) (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "the %s is detached", what == 2 ? name : "buffer");
  return view;
}

void require_still(duk_context* ctx, duk_idx_t index) {
  enclaved_view view{};
  enclaved_view_of(ctx, index, &view);
  if (view.detached != 0) (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "the buffer is detached");
}

duk_ret_t buffer_length(duk_context* ctx) {
  duk_push_uint(ctx, push_this_as(ctx, 2, "ArrayBuffer").byte_length);
  return 1;
}

duk_ret_t buffer_slice(duk_context* ctx) {
  const auto view = push_attached(ctx, 2, "ArrayBuffer");
  const double begin = relative_index(to_integer(ctx, 0), view.byte_length);
  const double end =
      duk_is_undefined(ctx, 1) != 0 ? view.byte_length : relative_index(to_integer(ctx, 1), view.byte_length);
  const double count = std::max(end - begin, 0.0);
  push_species_of(ctx, -1, "ArrayBuffer");
  duk_push_number(ctx, count);
  duk_new(ctx, 1);
  enclaved_view made{};
  if (enclaved_view_of(ctx, -1, &made) != 2)
    return duk_error(ctx, DUK_ERR_TYPE_ERROR, "the constructor made no ArrayBuffer");
  require_still(ctx, -1);
  require_still(ctx, -2);
  if (duk_strict_equals(ctx, -1, -2) != 0 || made.byte_length < count)
    return duk_error(ctx, DUK_ERR_TYPE_ERROR, "the constructor made an ArrayBuffer that cannot take the bytes");
  the_budget().spend(static_cast<std::uint64_t>(count) >> 6);
  if (count > 0) std::memcpy(made.bytes, view.bytes + static_cast<std::size_t>(begin), static_cast<std::size_t>(count));
  return 1;
}

/// transfer(length) and transferToFixedLength(length): another buffer has the bytes from now on.
duk_ret_t transfer(duk_context* ctx) {
  push_this_as(ctx, 2, "ArrayBuffer");
  const auto self = duk_get_top_index(ctx);
  enclaved_view view{};
  enclaved_view_of(ctx, self, &view);
  const double length = duk_is_undefined(ctx, 0) != 0 ? view.byte_length : to_index(ctx, 0, "array buffer length");
  require_still(ctx, self);
  enclaved_view_of(ctx, self, &view);
  const auto made = push_buffer(ctx, length);
  if (const auto kept = std::min(view.byte_length, made.byte_length); kept > 0)
    std::memcpy(made.bytes, view.bytes, kept);
  enclaved_detach(ctx, self);
  return 1;
}

duk_ret_t is_detached(duk_context* ctx) {
  duk_push_boolean(ctx, push_this_as(ctx, 2, "ArrayBuffer").detached);
  return 1;
}

duk_ret_t is_view(duk_context* ctx) {
  enclaved_view view{};
  const int what = enclaved_view_of(ctx, 0, &view);
  duk_push_boolean(ctx, what == 1 || what == 3 ? 1 : 0);
  return 1;
}

duk_ret_t species(duk_context* ctx) {
  duk_push_this(ctx);
  return 1;
}

// -- DataView

duk_ret_t data_view(duk_context* ctx) {
  require_new(ctx, "DataView");
  enclaved_view buffer{};
  if (enclaved_view_of(ctx, 0, &buffer) != 2)
    return duk_error(ctx, DUK_ERR_TYPE_ERROR, "First argument to DataView constructor must be an ArrayBuffer");
  const double offset = to_index(ctx, 1, "offset");
  require_still(ctx, 0);
  if (offset > buffer.byte_length)
    return duk_error(ctx, DUK_ERR_RANGE_ERROR, "Start offset %s is outside the bounds of the buffer",
                     duk_safe_to_string(ctx, 1));
  double length = buffer.byte_length - offset;
  if (duk_is_undefined(ctx, 2) == 0) {
    length = to_index(ctx, 2, "DataView length");
    if (offset + length > buffer.byte_length)
      return duk_error(ctx, DUK_ERR_RANGE_ERROR, "Invalid DataView length %s", duk_safe_to_string(ctx, 2));
  }
  require_still(ctx, 0);
  push_maker(ctx, view_maker);
  duk_dup(ctx, 0);
  duk_push_number(ctx, offset);
  duk_push_number(ctx, length);
  duk_new(ctx, 3);
  enclaved_take_prototype(ctx);
  return 1;
}

/// An element's bytes turned round when they stand the other way.
void turn(unsigned char* bytes, std::size_t size, bool little_endian) {
  if (!little_endian) std::reverse(bytes, bytes + size);
}

constexpr std::size_t sizes[] = {1, 1, 1, 2, 2, 4, 4, 4, 8};

/// get…(offset, little_endian), by the element's number
duk_ret_t view_get(duk_context* ctx) {
  const auto type = static_cast<enclaved_element>(duk_get_current_magic(ctx));
  const auto view = push_this_as(ctx, 3, "DataView");
  const double offset = to_index(ctx, 0, "offset");
  const bool little_endian = duk_to_boolean(ctx, 1) != 0;
  require_still(ctx, -1);
  const auto size = sizes[type];
  if (offset + static_cast<double>(size) > view.byte_length)
    return duk_error(ctx, DUK_ERR_RANGE_ERROR, "Offset is outside the bounds of the DataView");
  unsigned char bytes[8];
  std::memcpy(bytes, view.bytes + static_cast<std::size_t>(offset), size);
  turn(bytes, size, little_endian);
  duk_push_number(ctx, element_of(bytes, type));
  return 1;
}

/// set…(offset, value, little_endian)
duk_ret_t view_set(duk_context* ctx) {
  const auto type = static_cast<enclaved_element>(duk_get_current_magic(ctx));
  const auto view = push_this_as(ctx, 3, "DataView");
  const double offset = to_index(ctx, 0, "offset");
  const double value = duk_to_number(ctx, 1);
  const bool little_endian = duk_to_boolean(ctx, 2) != 0;
  require_still(ctx, -1);
  const auto size = sizes[type];
  if (offset + static_cast<double>(size) > view.byte_length)
    return duk_error(ctx, DUK_ERR_RANGE_ERROR, "Offset is outside the bounds of the DataView");
  unsigned char bytes[8];
  put_element(bytes, type, value);
  turn(bytes, size, little_endian);
  std::memcpy(view.bytes + static_cast<std::size_t>(offset), bytes, size);
  return 0;
}

enum fact : duk_int_t { of_length, of_offset, of_buffer };

duk_ret_t tell(duk_context* ctx) {
  const bool asks_buffer = duk_get_current_magic(ctx) == of_buffer;
  const auto view = asks_buffer ? push_this_as(ctx, 3, "DataView") : push_attached(ctx, 3, "DataView");
  switch (static_cast<fact>(duk_get_current_magic(ctx))) {
  case of_length: duk_push_uint(ctx, view.byte_length); break;
  case of_offset: duk_push_uint(ctx, view.byte_offset); break;
  default: enclaved_push_buffer_of(ctx, -1);
  }
  return 1;
}

constexpr method buffer_methods[] = {
    {"slice", buffer_slice, 2, 2}, {"transfer", transfer, 1, 0}, {"transferToFixedLength", transfer, 1, 0}};
constexpr method buffer_functions[] = {{"isView", is_view, 1, 1}};
constexpr method view_methods[] = {
    {"getInt8", view_get, 2, 1, ENCLAVED_INT8},       {"getUint8", view_get, 2, 1, ENCLAVED_UINT8},
    {"getInt16", view_get, 2, 1, ENCLAVED_INT16},     {"getUint16", view_get, 2, 1, ENCLAVED_UINT16},
    {"getInt32", view_get, 2, 1, ENCLAVED_INT32},     {"getUint32", view_get, 2, 1, ENCLAVED_UINT32},
    {"getFloat32", view_get, 2, 1, ENCLAVED_FLOAT32}, {"getFloat64", view_get, 2, 1, ENCLAVED_FLOAT64},
    {"setInt8", view_set, 3, 2, ENCLAVED_INT8},       {"setUint8", view_set, 3, 2, ENCLAVED_UINT8},
    {"setInt16", view_set, 3, 2, ENCLAVED_INT16},     {"setUint16", view_set, 3, 2, ENCLAVED_UINT16},
    {"setInt32", view_set, 3, 2, ENCLAVED_INT32},     {"setUint32", view_set, 3, 2, ENCLAVED_UINT32},
    {"setFloat32", view_set, 3, 2, ENCLAVED_FLOAT32}, {"setFloat64", view_set, 3, 2, ENCLAVED_FLOAT64},
};

/// [ … ] -> [ … constructor prototype ]: ours in the place of Duktape's, which is kept to make objects.
void replace_constructor(duk_context* ctx, const char* name, duk_c_function function, int length, const char* maker) {
  push_built_in(ctx, name);
  duk_push_heap_stash(ctx);
  duk_dup(ctx, -2);
  duk_put_prop_string(ctx, -2, maker);
  duk_pop(ctx);
  duk_get_prop_string(ctx, -1, "prototype");
  duk_push_c_function(ctx, function, 3);
  describe_function(ctx, name, length);
  duk_push_string(ctx, "prototype");
  duk_dup(ctx, -3);
  duk_def_prop(ctx, -3, fixed);
  duk_push_string(ctx, "constructor");
  duk_dup(ctx, -2);
  duk_def_prop(ctx, -4, as_built_in);
  duk_push_global_object(ctx);
  duk_push_string(ctx, name);
  duk_dup(ctx, -3);
  duk_def_prop(ctx, -3, as_built_in);
  duk_pop(ctx);
  duk_remove(ctx, -3); // [ … prototype constructor ]
  duk_insert(ctx, -2);
}

} // namespace

void add_array_buffer(duk_context* ctx) {
  replace_constructor(ctx, "ArrayBuffer", array_buffer, 1, buffer_maker);
  add_methods(ctx, buffer_methods);
  add_getter(ctx, "byteLength", buffer_length);
  add_getter(ctx, "detached", is_detached);
  add_tag(ctx, "ArrayBuffer");
  duk_pop(ctx);
  add_methods(ctx, buffer_functions);
  add_getter(ctx, "@@species", species);
  duk_pop(ctx);
}

void add_data_view(duk_context* ctx) {
  replace_constructor(ctx, "DataView", data_view, 1, view_maker);
  add_methods(ctx, view_methods);
  add_getter(ctx, "buffer", tell, of_buffer);
  add_getter(ctx, "byteLength", tell, of_length);
  add_getter(ctx, "byteOffset", tell, of_offset);
  add_tag(ctx, "DataView");
  duk_pop_2(ctx);
}

void add_typed_arrays(duk_context* ctx) {
  add_array_buffer(ctx);
  add_data_view(ctx);
  add_typed_constructors(ctx);
}

} // namespace enclaved::engine
