#include "engine/library/members.hpp"

#include "engine/duktape/inside.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string_view>

namespace enclaved::engine {

namespace {

constexpr std::string_view symbol_mark = "@@";

/// [ … ] -> [ … key ]
void push_key(duk_context* ctx, std::string_view name) {
  if (!name.starts_with(symbol_mark)) {
    duk_push_lstring(ctx, name.data(), name.size());
    return;
  }
  duk_get_global_string(ctx, "Symbol");
  duk_get_prop_lstring(ctx, -1, name.data() + symbol_mark.size(), name.size() - symbol_mark.size());
  duk_remove(ctx, -2);
}

/// A method under a symbol is called "[Symbol.name]".
void name_of(const char* name, char (&out)[64], const char* prefix = "") {
  const std::string_view plain = name;
  if (plain.starts_with(symbol_mark))
    std::snprintf(out, sizeof out, "%s[Symbol.%s]", prefix, name + symbol_mark.size());
  else
    std::snprintf(out, sizeof out, "%s%s", prefix, name);
}

} // namespace

void add_hidden(duk_context* ctx, const char* name) {
  push_key(ctx, name);
  duk_swap_top(ctx, -2);
  duk_def_prop(ctx, -3, as_built_in);
}

void add_methods(duk_context* ctx, std::span<const method> methods) {
  for (const auto& it : methods) {
    char name[64];
    name_of(it.name, name);
    push_key(ctx, it.name);
    enclaved_push_method(ctx, it.function, it.arguments, name, it.length);
    duk_set_magic(ctx, -1, it.magic);
    duk_def_prop(ctx, -3, as_built_in);
  }
}

void add_getter(duk_context* ctx, const char* name, duk_c_function getter, duk_int_t magic) {
  char text[64];
  name_of(name, text, "get ");
  push_key(ctx, name);
  enclaved_push_method(ctx, getter, 0, text, 0);
  duk_set_magic(ctx, -1, magic);
  duk_def_prop(ctx, -3,
               DUK_DEFPROP_HAVE_GETTER | DUK_DEFPROP_SET_CONFIGURABLE | DUK_DEFPROP_CLEAR_ENUMERABLE |
                   DUK_DEFPROP_FORCE);
}

void add_constant(duk_context* ctx, const char* name) {
  push_key(ctx, name);
  duk_swap_top(ctx, -2);
  duk_def_prop(ctx, -3,
               DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_CLEAR_WRITABLE | DUK_DEFPROP_CLEAR_CONFIGURABLE |
                   DUK_DEFPROP_CLEAR_ENUMERABLE | DUK_DEFPROP_FORCE);
}

void describe_function(duk_context* ctx, const char* name, int length) {
  constexpr duk_uint_t described = DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_CLEAR_WRITABLE | DUK_DEFPROP_CLEAR_ENUMERABLE |
                                   DUK_DEFPROP_SET_CONFIGURABLE | DUK_DEFPROP_FORCE;
  duk_push_string(ctx, "length");
  duk_push_int(ctx, length);
  duk_def_prop(ctx, -3, described);
  duk_push_string(ctx, "name");
  duk_push_string(ctx, name);
  duk_def_prop(ctx, -3, described);
}

std::string_view text_at(duk_context* ctx, duk_idx_t index) {
  duk_size_t size = 0;
  const char* data = duk_get_lstring(ctx, index, &size);
  return {data, size};
}

void add_tag(duk_context* ctx, const char* tag) {
  push_key(ctx, "@@toStringTag");
  duk_push_string(ctx, tag);
  duk_def_prop(ctx, -3,
               DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_CLEAR_WRITABLE | DUK_DEFPROP_SET_CONFIGURABLE |
                   DUK_DEFPROP_CLEAR_ENUMERABLE | DUK_DEFPROP_FORCE);
}

void push_built_in(duk_context* ctx, const char* global, const char* member) {
  duk_get_global_string(ctx, global);
  if (member == nullptr) return;
  duk_get_prop_string(ctx, -1, member);
  duk_remove(ctx, -2);
}

double to_integer(duk_context* ctx, duk_idx_t index) {
  const double number = duk_to_number(ctx, index);
  return std::isnan(number) ? 0 : std::trunc(number) + 0.0;
}

double relative_index(double index, double length) {
  return index < 0 ? std::max(length + index, 0.0) : std::min(index, length);
}

} // namespace enclaved::engine
