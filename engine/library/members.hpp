// Built-in members as the specification wants them, put on an object by a table: a row a function.
#pragma once

#include <duktape.h>
#include <span>
#include <string_view>

namespace enclaved::engine {

struct method {
  const char* name; ///< "@@iterator" is the well-known symbol of that name
  duk_c_function function;
  duk_idx_t arguments; ///< what the function finds on its stack, or DUK_VARARGS
  int length;          ///< what scripts see
  duk_int_t magic = 0;
};

/// How built-ins have what may be changed: no loop goes over it.
inline constexpr duk_uint_t as_built_in = DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_SET_WRITABLE |
                                          DUK_DEFPROP_SET_CONFIGURABLE | DUK_DEFPROP_CLEAR_ENUMERABLE |
                                          DUK_DEFPROP_FORCE;

/// [ … object value ] -> [ … object ]: an own property like that.
void add_hidden(duk_context* ctx, const char* name);
/// [ … object ] -> [ … object ]
void add_methods(duk_context* ctx, std::span<const method> methods);
/// Likewise, an accessor without a setter.
void add_getter(duk_context* ctx, const char* name, duk_c_function getter, duk_int_t magic = 0);
/// [ … object value ] -> [ … object ]: a constant of a built-in, which nobody can change.
void add_constant(duk_context* ctx, const char* name);
/// [ … object ] -> [ … object ]: what Object.prototype.toString calls it.
void add_tag(duk_context* ctx, const char* tag);
/// [ … ] -> [ … global's member, its member … ]: walks along names, for `String` and `prototype` say; leaves the last.
void push_built_in(duk_context* ctx, const char* global, const char* member = nullptr);

/// [ … function ] -> [ … function ]: what scripts see as its `name` and `length`.
void describe_function(duk_context* ctx, const char* name, int length);

/// A string's bytes as the heap keeps them, while it is on the stack; nothing of anything else.
std::string_view text_at(duk_context* ctx, duk_idx_t index);
/// ToIntegerOrInfinity of an argument; what is missing counts as 0.
double to_integer(duk_context* ctx, duk_idx_t index);
/// What `index` (ToIntegerOrInfinity, from the end when negative) means in something of that length.
double relative_index(double index, double length);

} // namespace enclaved::engine
