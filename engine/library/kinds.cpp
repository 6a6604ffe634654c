#include "engine/library/kinds.hpp"

#include "engine/duktape/inside.h"
#include "engine/duktape/objects.h"
#include "engine/library/members.hpp"

#include <cstdio>

namespace enclaved::engine {

namespace {

const char* kind_of_plain(duk_context* ctx) {
  if (enclaved_is_regexp(ctx, 0) != 0) return "RegExp";
  constexpr struct {
    int kind;
    const char* name;
  } collections[] = {
      {ENCLAVED_MAP, "Map"}, {ENCLAVED_SET, "Set"}, {ENCLAVED_WEAK_MAP, "WeakMap"}, {ENCLAVED_WEAK_SET, "WeakSet"}};
  for (const auto& it : collections)
    if (enclaved_is_collection(ctx, 0, it.kind) != 0) return it.name;
  return "Object";
}

/// class_of(value): the name of its kind, whatever a script has done to it; undefined when it is no object.
duk_ret_t class_of(duk_context* ctx) {
  const char* name = nullptr;
  switch (enclaved_class_of(ctx, 0)) {
  case ENCLAVED_CLASS_NONE: return 0;
  case ENCLAVED_CLASS_ARRAY: name = "Array"; break;
  case ENCLAVED_CLASS_FUNCTION: name = "Function"; break;
  case ENCLAVED_CLASS_DATE: name = "Date"; break;
  case ENCLAVED_CLASS_ERROR: name = "Error"; break;
  case ENCLAVED_CLASS_BYTES: name = enclaved_bytes_name(ctx, 0); break;
  case ENCLAVED_CLASS_BOXED: name = "Boxed"; break;
  case ENCLAVED_CLASS_PROXY: name = "Proxy"; break;
  default: name = kind_of_plain(ctx);
  }
  duk_push_string(ctx, name == nullptr ? "Object" : name);
  return 1;
}

/// unboxed(object): what a String, Number or Boolean object stands for.
duk_ret_t unboxed(duk_context* ctx) { return enclaved_push_boxed(ctx, 0) != 0 ? 1 : 0; }

/// slot_of(name): a key that no script can name.
duk_ret_t slot_of(duk_context* ctx) {
  char key[64];
  const int size = std::snprintf(key, sizeof key, "\xff%s", duk_require_string(ctx, 0));
  duk_push_lstring(ctx, key, static_cast<duk_size_t>(size));
  return 1;
}

constexpr method functions[] = {{"class_of", class_of, 1, 1}, {"unboxed", unboxed, 1, 1}, {"slot_of", slot_of, 1, 1}};

} // namespace

void add_kinds(duk_context* ctx) { add_methods(ctx, functions); }

} // namespace enclaved::engine
