#include "engine/library/collections.hpp"

#include "engine/library/classes.hpp"
#include "engine/library/iteration.hpp"
#include "engine/library/members.hpp"

namespace enclaved::engine {

namespace {

// -- constructors

/// What a constructor fills, and how.
struct filling {
  duk_idx_t collection;
  duk_idx_t adder; ///< a function of the script; negative: the built-in one
  int kind;
};

constexpr bool has_values(int kind) { return kind == ENCLAVED_MAP || kind == ENCLAVED_WEAK_MAP; }
constexpr bool is_weak(int kind) { return kind == ENCLAVED_WEAK_MAP || kind == ENCLAVED_WEAK_SET; }

/// Objects, and symbols that nobody else can make again.
bool can_be_held_weakly(duk_context* ctx, duk_idx_t index) {
  if (duk_is_object(ctx, index) != 0) return true;
  return duk_is_symbol(ctx, index) != 0 && duk_get_string(ctx, index)[0] != '\x80';
}

void require_weak_key(duk_context* ctx, duk_idx_t index) {
  if (!can_be_held_weakly(ctx, index))
    (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "a weak collection holds objects and symbols only");
}

/// [ … pair ] -> [ … key value ]
void split_pair(duk_context* ctx) {
  if (duk_is_object(ctx, -1) == 0) (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "an entry has to be an object");
  for (unsigned i = 0; i < 2; ++i) {
    const auto pair = -1 - static_cast<duk_idx_t>(i);
    if (enclaved_dense_element(ctx, pair, i) == 0) duk_get_prop_index(ctx, pair, i);
  }
  duk_remove(ctx, -3);
}

bool add_one(duk_context* ctx, void* argument) {
  const auto& to = *static_cast<filling*>(argument);
  const duk_idx_t width = has_values(to.kind) ? 2 : 1;
  if (width == 2) split_pair(ctx);
  if (to.adder < 0) {
    if (is_weak(to.kind)) require_weak_key(ctx, -width);
    enclaved_put_into(ctx, to.collection, to.kind);
    return true;
  }
  duk_dup(ctx, to.adder);
  duk_dup(ctx, to.collection);
  for (duk_idx_t i = 0; i < width; ++i) duk_dup(ctx, -2 - width);
  duk_call_method(ctx, width);
  duk_pop_n(ctx, width + 1);
  return true;
}

duk_ret_t construct(duk_context* ctx, int kind, const char* name, enclaved_known prototype) {
  duk_set_top(ctx, 1);
  push_new_instance(ctx, name, prototype);
  enclaved_make_collection(ctx, 1, kind);
  if (duk_is_null_or_undefined(ctx, 0) == 0) {
    duk_get_prop_string(ctx, 1, has_values(kind) ? "set" : "add");
    if (duk_is_callable(ctx, 2) == 0)
      return duk_error(ctx, DUK_ERR_TYPE_ERROR, "what adds entries to a %s has to be a function", name);
    const bool built_in = enclaved_is_known(ctx, 2, kind == ENCLAVED_MAP ? KNOWN_MAP_SET : KNOWN_SET_ADD) != 0;
    filling work{.collection = 1, .adder = built_in && !is_weak(kind) ? -1 : 2, .kind = kind};
    for_each_of(ctx, 0, add_one, &work);
    duk_set_top(ctx, 2);
  }
  return 1;
}

duk_ret_t map(duk_context* ctx) { return construct(ctx, ENCLAVED_MAP, "Map", KNOWN_MAP_PROTOTYPE); }
duk_ret_t set(duk_context* ctx) { return construct(ctx, ENCLAVED_SET, "Set", KNOWN_SET_PROTOTYPE); }
duk_ret_t weak_map(duk_context* ctx) { return construct(ctx, ENCLAVED_WEAK_MAP, "WeakMap", KNOWN_WEAK_MAP_PROTOTYPE); }
duk_ret_t weak_set(duk_context* ctx) { return construct(ctx, ENCLAVED_WEAK_SET, "WeakSet", KNOWN_WEAK_SET_PROTOTYPE); }

// -- methods; magic says of which kind

int kind_of(duk_context* ctx) { return duk_get_current_magic(ctx); }

duk_ret_t get(duk_context* ctx) { return enclaved_collection_get(ctx, kind_of(ctx)); }

duk_ret_t has(duk_context* ctx) {
  duk_push_boolean(ctx, enclaved_collection_has(ctx, kind_of(ctx)) != 0);
  return 1;
}

duk_ret_t put(duk_context* ctx) {
  const auto kind = kind_of(ctx);
  duk_push_this(ctx);
  if (is_weak(kind)) {
    enclaved_require_collection(ctx, -1, kind);
    require_weak_key(ctx, 0);
  }
  enclaved_collection_put(ctx, kind);
  return 1;
}

duk_ret_t remove(duk_context* ctx) {
  duk_push_boolean(ctx, enclaved_collection_delete(ctx, kind_of(ctx)));
  return 1;
}

duk_ret_t clear(duk_context* ctx) {
  enclaved_collection_clear(ctx, kind_of(ctx));
  return 0;
}

duk_ret_t size(duk_context* ctx) {
  duk_push_uint(ctx, enclaved_collection_size(ctx, kind_of(ctx)));
  return 1;
}

duk_ret_t for_each(duk_context* ctx) {
  duk_push_this(ctx); // [ callback this_of_it collection ]
  enclaved_push_walk(ctx, 2, kind_of(ctx));
  if (duk_is_callable(ctx, 0) == 0) return duk_error(ctx, DUK_ERR_TYPE_ERROR, "forEach needs a function");
  unsigned position = 0;
  while (enclaved_walk(ctx, 3, &position) != 0) { // [ … walk key value ]
    duk_dup(ctx, 0);
    duk_dup(ctx, 1);
    duk_dup(ctx, 5);
    duk_dup(ctx, 4);
    duk_dup(ctx, 2);
    duk_call_method(ctx, 3);
    duk_set_top(ctx, 4);
  }
  return 0;
}

// -- iterators; magic is what ENCLAVED_KIND makes of brand and what is iterated over

duk_ret_t iterate(duk_context* ctx) {
  const auto kind = static_cast<unsigned>(duk_get_current_magic(ctx));
  const bool of_map = kind < ENCLAVED_KIND(BRAND_SET, 0);
  duk_push_this(ctx);
  enclaved_push_walk(ctx, -1, of_map ? ENCLAVED_MAP : ENCLAVED_SET);
  enclaved_push_iterator(ctx, kind, of_map ? KNOWN_MAP_ITERATOR_PROTOTYPE : KNOWN_SET_ITERATOR_PROTOTYPE);
  return 1;
}

duk_ret_t next(duk_context* ctx) {
  unsigned what = 0;
  double at = 0;
  if (enclaved_iterator_state(ctx, static_cast<unsigned>(duk_get_current_magic(ctx)), &what, &at) == 0)
    return duk_error(ctx, DUK_ERR_TYPE_ERROR, "this is not an iterator of such a collection");
  auto position = static_cast<unsigned>(at);
  if (duk_is_undefined(ctx, 0) != 0 || enclaved_walk(ctx, 0, &position) == 0) {
    duk_push_undefined(ctx);
    enclaved_iterator_advance(ctx, 0);
    duk_push_undefined(ctx);
    enclaved_iterator_result(ctx, 1);
    return 1;
  }
  if (what == ITERATED_ENTRIES) { // [ walk key value ]
    duk_push_array(ctx);
    duk_insert(ctx, 1);
    duk_put_prop_index(ctx, 1, 1);
    duk_put_prop_index(ctx, 1, 0);
  } else {
    duk_remove(ctx, what == ITERATED_KEYS ? 2 : 1);
  }
  enclaved_iterator_result(ctx, 0);
  duk_swap_top(ctx, 0);
  enclaved_iterator_advance(ctx, position);
  return 1;
}

constexpr method map_methods[] = {
    {"get", get, 1, 1, ENCLAVED_MAP},
    {"set", put, 2, 2, ENCLAVED_MAP},
    {"has", has, 1, 1, ENCLAVED_MAP},
    {"delete", remove, 1, 1, ENCLAVED_MAP},
    {"clear", clear, 0, 0, ENCLAVED_MAP},
    {"forEach", for_each, 2, 1, ENCLAVED_MAP},
    {"keys", iterate, 0, 0, ENCLAVED_KIND(BRAND_MAP, ITERATED_KEYS)},
    {"values", iterate, 0, 0, ENCLAVED_KIND(BRAND_MAP, ITERATED_VALUES)},
    {"entries", iterate, 0, 0, ENCLAVED_KIND(BRAND_MAP, ITERATED_ENTRIES)},
};
constexpr method set_methods[] = {
    {"add", put, 1, 1, ENCLAVED_SET},
    {"has", has, 1, 1, ENCLAVED_SET},
    {"delete", remove, 1, 1, ENCLAVED_SET},
    {"clear", clear, 0, 0, ENCLAVED_SET},
    {"forEach", for_each, 2, 1, ENCLAVED_SET},
    {"values", iterate, 0, 0, ENCLAVED_KIND(BRAND_SET, ITERATED_VALUES)},
    {"entries", iterate, 0, 0, ENCLAVED_KIND(BRAND_SET, ITERATED_ENTRIES)},
};
constexpr method weak_map_methods[] = {
    {"get", get, 1, 1, ENCLAVED_WEAK_MAP},
    {"set", put, 2, 2, ENCLAVED_WEAK_MAP},
    {"has", has, 1, 1, ENCLAVED_WEAK_MAP},
    {"delete", remove, 1, 1, ENCLAVED_WEAK_MAP},
};
constexpr method weak_set_methods[] = {
    {"add", put, 1, 1, ENCLAVED_WEAK_SET},
    {"has", has, 1, 1, ENCLAVED_WEAK_SET},
    {"delete", remove, 1, 1, ENCLAVED_WEAK_SET},
};
constexpr method map_iterator_methods[] = {{"next", next, 0, 0, BRAND_MAP}};
constexpr method set_iterator_methods[] = {{"next", next, 0, 0, BRAND_SET}};

// -- WeakRef and FinalizationRegistry

constexpr const char* target_key = DUK_HIDDEN_SYMBOL("weak target");

duk_ret_t weak_ref(duk_context* ctx) {
  duk_set_top(ctx, 1);
  push_new_instance(ctx, "WeakRef", KNOWN_WEAK_REF_PROTOTYPE);
  if (!can_be_held_weakly(ctx, 0)) return duk_error(ctx, DUK_ERR_TYPE_ERROR, "a WeakRef is of an object or a symbol");
  duk_dup(ctx, 0);
  duk_put_prop_string(ctx, 1, target_key);
  return 1;
}

duk_ret_t deref(duk_context* ctx) {
  duk_push_this(ctx);
  if (duk_is_object(ctx, -1) == 0 || duk_get_prop_string(ctx, -1, target_key) == 0)
    return duk_error(ctx, DUK_ERR_TYPE_ERROR, "this is not a WeakRef");
  return 1;
}

constexpr const char* registry_key = DUK_HIDDEN_SYMBOL("registry");

/// Its registered tokens are what `unregister` needs to know, so it keeps those.
duk_ret_t finalization_registry(duk_context* ctx) {
  duk_set_top(ctx, 1);
  if (duk_is_constructor_call(ctx) != 0 && duk_is_callable(ctx, 0) == 0)
    return duk_error(ctx, DUK_ERR_TYPE_ERROR, "FinalizationRegistry needs a function");
  push_new_instance(ctx, "FinalizationRegistry", KNOWN_FINALIZATION_REGISTRY_PROTOTYPE);
  duk_push_bare_object(ctx);
  enclaved_make_collection(ctx, -1, ENCLAVED_WEAK_SET);
  duk_put_prop_string(ctx, 1, registry_key);
  return 1;
}

/// [ … ] -> [ … tokens ]
void push_tokens(duk_context* ctx) {
  duk_push_this(ctx);
  if (duk_is_object(ctx, -1) == 0 || duk_get_prop_string(ctx, -1, registry_key) == 0)
    (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "this is not a FinalizationRegistry");
}

duk_ret_t register_target(duk_context* ctx) {
  push_tokens(ctx);
  if (!can_be_held_weakly(ctx, 0) || duk_samevalue(ctx, 0, 1) != 0)
    return duk_error(ctx, DUK_ERR_TYPE_ERROR,
                     "what is registered is an object or a symbol, and not its own held value");
  if (duk_is_undefined(ctx, 2) != 0) return 0;
  require_weak_key(ctx, 2);
  duk_dup(ctx, 2);
  enclaved_put_into(ctx, -2, ENCLAVED_WEAK_SET);
  return 0;
}

duk_ret_t unregister(duk_context* ctx) {
  push_tokens(ctx);
  require_weak_key(ctx, 0);
  duk_dup(ctx, 0);
  duk_push_boolean(ctx, enclaved_take_from(ctx, -2, ENCLAVED_WEAK_SET));
  return 1;
}

constexpr method weak_ref_methods[] = {{"deref", deref, 0, 0}};
constexpr method finalization_registry_methods[] = {
    {"register", register_target, 3, 2},
    {"unregister", unregister, 1, 1},
};

// -- putting it together

/// [ … prototype ] -> [ … prototype ]: a second name for one of its methods.
void add_alias(duk_context* ctx, const char* method, const char* alias) {
  duk_push_string(ctx, alias);
  duk_get_prop_string(ctx, -2, method);
  duk_def_prop(ctx, -3, as_built_in);
}

void add_map(duk_context* ctx) {
  push_class(ctx, "Map", map, 0, KNOWN_MAP_PROTOTYPE);
  add_methods(ctx, map_methods);
  add_getter(ctx, "size", size, ENCLAVED_MAP);
  add_alias(ctx, "entries", DUK_WELLKNOWN_SYMBOL("Symbol.iterator"));
  add_tag(ctx, "Map");
  remember_method(ctx, "set", KNOWN_MAP_SET);
  remember_method(ctx, "entries", KNOWN_MAP_ENTRIES);
  duk_pop(ctx);
  enclaved_remember(ctx, KNOWN_MAP);
  add_species(ctx);
  duk_pop(ctx);
  push_prototype(ctx, KNOWN_ITERATOR_PROTOTYPE, KNOWN_MAP_ITERATOR_PROTOTYPE);
  add_methods(ctx, map_iterator_methods);
  add_tag(ctx, "Map Iterator");
  remember_method(ctx, "next", KNOWN_MAP_ITERATOR_NEXT);
  duk_pop(ctx);
}

void add_set(duk_context* ctx) {
  push_class(ctx, "Set", set, 0, KNOWN_SET_PROTOTYPE);
  add_methods(ctx, set_methods);
  add_getter(ctx, "size", size, ENCLAVED_SET);
  add_alias(ctx, "values", "keys");
  add_alias(ctx, "values", DUK_WELLKNOWN_SYMBOL("Symbol.iterator"));
  add_tag(ctx, "Set");
  remember_method(ctx, "add", KNOWN_SET_ADD);
  remember_method(ctx, "values", KNOWN_SET_VALUES);
  duk_pop(ctx);
  enclaved_remember(ctx, KNOWN_SET);
  add_species(ctx);
  duk_pop(ctx);
  push_prototype(ctx, KNOWN_ITERATOR_PROTOTYPE, KNOWN_SET_ITERATOR_PROTOTYPE);
  add_methods(ctx, set_iterator_methods);
  add_tag(ctx, "Set Iterator");
  remember_method(ctx, "next", KNOWN_SET_ITERATOR_NEXT);
  duk_pop(ctx);
}

void add_simple(duk_context* ctx, const char* name, duk_c_function constructor, int length, enclaved_known prototype,
                std::span<const method> methods) {
  push_class(ctx, name, constructor, length, prototype);
  add_methods(ctx, methods);
  add_tag(ctx, name);
  duk_pop_2(ctx);
}

} // namespace

void add_collections(duk_context* ctx) {
  add_map(ctx);
  add_set(ctx);
  add_simple(ctx, "WeakMap", weak_map, 0, KNOWN_WEAK_MAP_PROTOTYPE, weak_map_methods);
  add_simple(ctx, "WeakSet", weak_set, 0, KNOWN_WEAK_SET_PROTOTYPE, weak_set_methods);
  add_simple(ctx, "WeakRef", weak_ref, 1, KNOWN_WEAK_REF_PROTOTYPE, weak_ref_methods);
  add_simple(ctx, "FinalizationRegistry", finalization_registry, 1, KNOWN_FINALIZATION_REGISTRY_PROTOTYPE,
             finalization_registry_methods);
}

} // namespace enclaved::engine
