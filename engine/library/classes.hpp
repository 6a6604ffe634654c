// Built-in constructors with their prototypes.
#pragma once

#include "engine/duktape/objects.h"

namespace enclaved::engine {

/// [ … ] -> [ … constructor prototype ], each knowing the other; the global of that name. The prototype is remembered.
void push_class(duk_context* ctx, const char* name, duk_c_function constructor, int length, enclaved_known prototype);
/// [ … ] -> [ … prototype ]: an object that inherits from a known one, remembered.
void push_prototype(duk_context* ctx, enclaved_known inherits_from, enclaved_known as);
/// [ … constructor ] -> [ … constructor ]: a getter of Symbol.species that answers `this`.
void add_species(duk_context* ctx);
/// [ … object ] -> [ … object ]: remembers its own method of that name.
void remember_method(duk_context* ctx, const char* name, enclaved_known as);

/// [ … ] -> [ … this ]: what a constructor was called with `new` to fill; without `new` a TypeError. It inherits from
/// the known prototype when `new` had none to give.
void push_new_instance(duk_context* ctx, const char* name, enclaved_known prototype);

} // namespace enclaved::engine
