#include "engine/library/classes.hpp"

#include "engine/library/members.hpp"

namespace enclaved::engine {

namespace {

constexpr duk_uint_t hidden_value = DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_CLEAR_ENUMERABLE | DUK_DEFPROP_FORCE;
constexpr duk_uint_t as_constant = hidden_value | DUK_DEFPROP_CLEAR_WRITABLE | DUK_DEFPROP_CLEAR_CONFIGURABLE;

duk_ret_t species(duk_context* ctx) {
  duk_push_this(ctx);
  return 1;
}

} // namespace

void push_prototype(duk_context* ctx, enclaved_known inherits_from, enclaved_known as) {
  duk_push_object(ctx);
  enclaved_push_known(ctx, inherits_from);
  duk_set_prototype(ctx, -2);
  enclaved_remember(ctx, as);
}

void push_class(duk_context* ctx, const char* name, duk_c_function constructor, int length, enclaved_known prototype) {
  duk_push_c_function(ctx, constructor, DUK_VARARGS);
  describe_function(ctx, name, length);
  duk_push_string(ctx, "prototype");
  duk_push_object(ctx);
  enclaved_remember(ctx, prototype);
  duk_def_prop(ctx, -3, as_constant);
  duk_push_global_object(ctx);
  duk_push_string(ctx, name);
  duk_dup(ctx, -3);
  duk_def_prop(ctx, -3, as_built_in);
  duk_pop(ctx);
  enclaved_push_known(ctx, prototype);
  duk_push_string(ctx, "constructor");
  duk_dup(ctx, -3);
  duk_def_prop(ctx, -3, as_built_in);
}

void add_species(duk_context* ctx) { add_getter(ctx, "@@species", species); }

void remember_method(duk_context* ctx, const char* name, enclaved_known as) {
  duk_get_prop_string(ctx, -1, name);
  enclaved_remember(ctx, as);
  duk_pop(ctx);
}

void push_new_instance(duk_context* ctx, const char* name, enclaved_known prototype) {
  if (duk_is_constructor_call(ctx) == 0) (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "%s needs new", name);
  duk_push_this(ctx);
  duk_get_prototype(ctx, -1);
  if (enclaved_is_known(ctx, -1, KNOWN_OBJECT_PROTOTYPE) != 0) {
    enclaved_push_known(ctx, prototype);
    duk_set_prototype(ctx, -3);
  }
  duk_pop(ctx);
}

} // namespace enclaved::engine
