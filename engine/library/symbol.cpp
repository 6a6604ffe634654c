#include "engine/library/symbol.hpp"

#include "engine/duktape/inside.h"
#include "engine/library/members.hpp"

#include <string_view>

namespace enclaved::engine {

namespace {

struct well_known {
  const char* name;
  const char* symbol;
};
constexpr well_known missing[] = {
    {"asyncIterator", DUK_WELLKNOWN_SYMBOL("Symbol.asyncIterator")},
    {"match", DUK_WELLKNOWN_SYMBOL("Symbol.match")},
    {"matchAll", DUK_WELLKNOWN_SYMBOL("Symbol.matchAll")},
    {"replace", DUK_WELLKNOWN_SYMBOL("Symbol.replace")},
    {"search", DUK_WELLKNOWN_SYMBOL("Symbol.search")},
    {"species", DUK_WELLKNOWN_SYMBOL("Symbol.species")},
    {"split", DUK_WELLKNOWN_SYMBOL("Symbol.split")},
    {"unscopables", DUK_WELLKNOWN_SYMBOL("Symbol.unscopables")},
};

/// [ … ] -> [ … symbol ], of `this`.
void push_this_symbol(duk_context* ctx) {
  duk_push_this(ctx);
  if (duk_is_symbol(ctx, -1) != 0) return;
  if (enclaved_push_boxed(ctx, -1) == 0 || duk_is_symbol(ctx, -1) == 0)
    (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "this is not a symbol");
}

/// A symbol is stored as 0x81, its description, 0xff, something unique, and 0xff once more when it has no description;
/// one of Symbol.for as 0x80 and its key.
duk_ret_t description(duk_context* ctx) {
  push_this_symbol(ctx);
  duk_size_t size = 0;
  const char* data = duk_get_lstring(ctx, -1, &size);
  const std::string_view stored{data, size};
  const auto end = stored[0] == '\x80' ? std::string_view::npos : stored.find('\xff');
  if (end != std::string_view::npos && end + 1 < size && stored.back() == '\xff') return 0;
  const auto text = stored.substr(1, end == std::string_view::npos ? end : end - 1);
  duk_push_lstring(ctx, text.data(), text.size());
  return 1;
}

duk_ret_t value(duk_context* ctx) {
  push_this_symbol(ctx);
  return 1;
}

constexpr method methods[] = {{"valueOf", value, 0, 0}};

/// Under its name, which is not writable.
void add_to_primitive(duk_context* ctx) {
  duk_push_string(ctx, DUK_WELLKNOWN_SYMBOL("Symbol.toPrimitive"));
  enclaved_push_method(ctx, value, 1, "[Symbol.toPrimitive]", 1);
  duk_def_prop(ctx, -3,
               DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_CLEAR_WRITABLE | DUK_DEFPROP_SET_CONFIGURABLE |
                   DUK_DEFPROP_CLEAR_ENUMERABLE | DUK_DEFPROP_FORCE);
}

} // namespace

void add_symbol(duk_context* ctx) {
  push_built_in(ctx, "Symbol");
  for (const auto& it : missing) {
    duk_push_string(ctx, it.symbol);
    add_constant(ctx, it.name);
  }
  duk_get_prop_string(ctx, -1, "prototype");
  add_methods(ctx, methods);
  add_getter(ctx, "description", description);
  add_to_primitive(ctx);
  duk_pop_2(ctx);
}

} // namespace enclaved::engine
