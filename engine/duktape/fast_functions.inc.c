/* Functions that are made quickly. Duktape gives every function value a copy of what its template says (the names of
 * its variables, its formals, its lines, its file), a count on each of its constants, and an object to be its
 * `prototype`. Here a function value refers to its template for all of that, and its `prototype` is made when somebody
 * looks at it: until then the entry holds "unused". */

static duk_int_t duk__hobject_alloc_entry_checked(duk_hthread* thr, duk_hobject* obj, duk_hstring* key);

static DUK_ALWAYS_INLINE duk_hobject* enclaved_template_of(duk_hobject* func) {
  if (DUK_HOBJECT_IS_COMPFUNC(func) && ((duk_hcompfunc*)func)->origin != NULL)
    return (duk_hobject*)((duk_hcompfunc*)func)->origin;
  return func;
}

/* The own `prototype` of a function that is about to be looked at. It may collect garbage. */
static void enclaved_make_prototype(duk_hthread* thr, duk_hobject* func) {
  duk_tval* place = duk_hobject_find_entry_tval_ptr_stridx(thr->heap, func, DUK_STRIDX_PROTOTYPE);
  if (place == NULL || !DUK_TVAL_IS_UNUSED(place)) return;
  duk_push_hobject(thr, func);
  duk_push_object(thr);
  duk_dup_m2(thr);
  duk_xdef_prop_stridx_short(thr, -2, DUK_STRIDX_CONSTRUCTOR, DUK_PROPDESC_FLAGS_WC);
  place = duk_hobject_find_entry_tval_ptr_stridx(thr->heap, func, DUK_STRIDX_PROTOTYPE);
  DUK_TVAL_SET_OBJECT(place, duk_known_hobject(thr, -1));
  DUK_TVAL_INCREF(thr, place);
  duk_pop_2_unsafe(thr);
}

static DUK_ALWAYS_INLINE void enclaved_look_at(duk_hthread* thr, duk_hobject* obj, duk_hstring* key) {
  if (DUK_UNLIKELY(key == DUK_HTHREAD_STRING_PROTOTYPE(thr)) && DUK_HOBJECT_IS_COMPFUNC(obj))
    enclaved_make_prototype(thr, obj);
}

static duk_tval* enclaved_new_entry(duk_hthread* thr, duk_hobject* obj, duk_small_uint_t stridx,
                                    duk_small_uint_t flags) {
  const duk_int_t entry = duk__hobject_alloc_entry_checked(thr, obj, DUK_HTHREAD_GET_STRING(thr, stridx));
  DUK_HOBJECT_E_SET_FLAGS(thr->heap, obj, entry, flags);
  return DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(thr->heap, obj, entry);
}

/* The properties of a new function value, in the order the specification makes them. */
static void enclaved_dress(duk_hthread* thr, duk_hcompfunc* made, duk_hcompfunc* from, duk_bool_t constructs) {
  duk_hobject* obj = (duk_hobject*)made;
  duk_harray* formals = duk_hobject_get_formals(thr, (duk_hobject*)from);
  duk_tval* name = duk_hobject_find_entry_tval_ptr_stridx(thr->heap, (duk_hobject*)from, DUK_STRIDX_NAME);
  duk_tval* place;
  duk_hobject_realloc_props(thr, obj, constructs ? 3 : 2, 0, 0, 0);
  place = enclaved_new_entry(thr, obj, DUK_STRIDX_LENGTH, DUK_PROPDESC_FLAGS_C);
  if (from->enclaved_length != 0)
    DUK_TVAL_SET_U32(place, from->enclaved_length - 1U); /* what a directive said */
  else
    DUK_TVAL_SET_U32(place, formals != NULL ? formals->length : from->nargs);
  place = enclaved_new_entry(thr, obj, DUK_STRIDX_NAME, DUK_PROPDESC_FLAGS_C);
  if (name != NULL)
    DUK_TVAL_SET_TVAL(place, name);
  else
    DUK_TVAL_SET_STRING(place, DUK_HTHREAD_STRING_EMPTY_STRING(thr));
  DUK_TVAL_INCREF(thr, place);
  if (!constructs) return;
  place = enclaved_new_entry(thr, obj, DUK_STRIDX_PROTOTYPE, DUK_PROPDESC_FLAGS_W);
  DUK_TVAL_SET_UNUSED(place);
}

/* The entries of a scope, in the order of its map of variables, all undefined; 0: it has entries already. */
static int enclaved_open_scope(duk_hthread* thr, duk_hobject* map, duk_hobject* scope) {
  const duk_uint32_t count = DUK_HOBJECT_GET_ENEXT(map);
  const duk_uint32_t buckets = DUK_HOBJECT_GET_HSIZE(map);
  duk_uint32_t i;
  if (DUK_HOBJECT_GET_ENEXT(scope) != 0 || count != DUK_HOBJECT_GET_ESIZE(map)) return 0;
  duk_hobject_realloc_props(thr, scope, count, 0, buckets, 0);
  if (buckets != 0)
    memcpy(DUK_HOBJECT_H_GET_BASE(NULL, scope), DUK_HOBJECT_H_GET_BASE(NULL, map), buckets * sizeof(duk_uint32_t));
  for (i = 0; i < count; ++i) {
    duk_hstring* key = DUK_HOBJECT_E_GET_KEY(NULL, map, i);
    DUK_HOBJECT_E_SET_KEY(NULL, scope, i, key);
    DUK_HSTRING_INCREF(thr, key);
    DUK_TVAL_SET_UNDEFINED(DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(NULL, scope, i));
    DUK_HOBJECT_E_SET_FLAGS(NULL, scope, i, DUK_PROPDESC_FLAGS_WE);
  }
  DUK_HOBJECT_SET_ENEXT(scope, count);
  return 1;
}

/* A function ends whose variables are still wanted: they move from its registers into the scope's entries. */
static int enclaved_close_scope(duk_hthread* thr, duk_hobject* map, duk_hdecenv* env) {
  duk_hobject* scope = (duk_hobject*)env;
  const duk_uint32_t count = DUK_HOBJECT_GET_ENEXT(map);
  duk_tval* registers = (duk_tval*)(void*)((char*)thr->valstack + env->regbase_byteoff);
  duk_uint32_t i;
  if (DUK_HOBJECT_GET_ENEXT(scope) < count) return 0;
  for (i = 0; i < count; ++i)
    if (DUK_HOBJECT_E_GET_KEY(NULL, scope, i) != DUK_HOBJECT_E_GET_KEY(NULL, map, i)) return 0;
  for (i = 0; i < count; ++i) {
    duk_tval* from = registers + DUK_TVAL_GET_FASTINT_U32(DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(NULL, map, i));
    duk_tval* to = DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(NULL, scope, i);
    DUK_TVAL_SET_TVAL_UPDREF_NORZ(thr, to, from);
  }
  return 1;
}
