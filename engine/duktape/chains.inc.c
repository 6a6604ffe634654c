/* What stands in a chain of prototypes and is no ordinary object: Proxies, and typed arrays, in which every name that is
 * a number means an element. Duktape's search for a property asks here before it looks into one of them. */

/* Whether a name is what the language writes for some number. */
static int enclaved_is_number_name(duk_hthread *thr, duk_hstring *key) {
  const char *text = (const char *) DUK_HSTRING_GET_DATA(key);
  const duk_size_t size = DUK_HSTRING_GET_BYTELEN(key);
  int same;
  if (size == 0 || size > 32 || DUK_HSTRING_HAS_SYMBOL(key)) return 0;
  if (!((text[0] >= '0' && text[0] <= '9') || text[0] == '-' || text[0] == 'I' || text[0] == 'N')) return 0;
  if (size == 2 && text[0] == '-' && text[1] == '0') return 1;
  duk_require_stack(thr, 4);
  duk_push_hstring(thr, key);
  duk_dup_top(thr);
  duk_to_number(thr, -1);
  duk_to_string(thr, -1);
  same = duk_strict_equals(thr, -1, -2);
  duk_pop_2(thr);
  return same;
}

static int enclaved_names_element(duk_hthread *thr, duk_hobject *obj, duk_hstring *key, duk_uint32_t index) {
  if (!DUK_HOBJECT_IS_BUFOBJ(obj) || !((duk_hbufobj *) obj)->is_typedarray) return 0;
  return index != DUK_HSTRING_NO_ARRAY_INDEX || enclaved_is_number_name(thr, key);
}

static enum enclaved_search enclaved_search_at(duk_hthread *thr, duk_hobject *obj, duk_hstring *key, duk_uint32_t index) {
  if (DUK_HOBJECT_IS_PROXY(obj)) return DUK_HSTRING_HAS_HIDDEN(key) ? SEARCH_GOES_ON : SEARCH_IS_TAKEN;
  if (!enclaved_names_element(thr, obj, key, index)) return SEARCH_GOES_ON;
  return index != DUK_HSTRING_NO_ARRAY_INDEX && index < enclaved_view_length((duk_hbufobj *) obj) ? SEARCH_GOES_ON : SEARCH_ENDS;
}

/* [ … ] -> [ … function ]: one of the prelude's for Proxies. */
static void enclaved_push_trap(duk_hthread *thr, unsigned which) {
  duk_require_stack(thr, 10);
  enclaved_push_known(thr, KNOWN_PROXY_TRAPS);
  duk_get_prop_index(thr, -1, which);
  duk_remove(thr, -2);
}

/* [ … key ] -> [ … value ] */
static duk_bool_t enclaved_inherited_get(duk_hthread *thr, duk_hobject *proxy, duk_tval *receiver) {
  enclaved_push_trap(thr, 15);
  duk_push_hobject(thr, proxy);
  duk_dup(thr, -3);
  duk_push_tval(thr, receiver);
  duk_call(thr, 3);
  duk_remove(thr, -2);
  return 1;
}

/* [ … key ] -> [ … key ] */
static duk_bool_t enclaved_inherited_set(duk_hthread *thr, duk_hobject *proxy, duk_tval *value, duk_tval *receiver) {
  enclaved_push_trap(thr, 16);
  duk_push_hobject(thr, proxy);
  duk_dup(thr, -3);
  duk_push_tval(thr, value);
  duk_push_tval(thr, receiver);
  duk_call(thr, 4);
  return duk_to_boolean_top_pop(thr);
}

static duk_bool_t enclaved_has(duk_hthread *thr, duk_hobject *obj, duk_hstring *key) {
  const duk_uint32_t index = DUK_HSTRING_GET_ARRIDX_FAST(key);
  duk_uint_t sanity = DUK_HOBJECT_PROTOTYPE_CHAIN_SANITY;
  duk_propdesc found;
  for (; obj != NULL; obj = DUK_HOBJECT_GET_PROTOTYPE(thr->heap, obj)) {
    if (ENCLAVED_MAY_STOP(obj)) {
      const enum enclaved_search search = enclaved_search_at(thr, obj, key, index);
      if (search == SEARCH_ENDS) return 0;
      if (search == SEARCH_IS_TAKEN) {
        enclaved_push_trap(thr, 13);
        duk_push_hobject(thr, obj);
        duk_push_hstring(thr, key);
        duk_call(thr, 2);
        return duk_to_boolean_top_pop(thr);
      }
    }
    if (duk__get_own_propdesc_raw(thr, obj, key, index, &found, 0)) return 1;
    ENCLAVED_TICK(2);
    if (sanity-- == 0) DUK_ERROR_RANGE(thr, DUK_STR_PROTOTYPE_CHAIN_LIMIT);
  }
  return 0;
}

static int enclaved_has_elements(duk_hobject *obj) {
  return DUK_HOBJECT_IS_BUFOBJ(obj) && ((duk_hbufobj *) obj)->is_typedarray && enclaved_view_length((duk_hbufobj *) obj) > 0;
}

/* [[DefineOwnProperty]] of a typed array, for a name that is a number: elements are what they are, only values change. */
static duk_bool_t enclaved_define_element(duk_hthread *thr, duk_uint_t flags, duk_hobject *obj, duk_uint32_t index,
                                          duk_idx_t idx_value, duk_bool_t throws) {
  const duk_uint_t given = flags >> 3; /* DUK_DEFPROP_HAVE_…, in the order of what they say is given */
  const int refuses = (given & (DUK_DEFPROP_WRITABLE | DUK_DEFPROP_ENUMERABLE | DUK_DEFPROP_CONFIGURABLE) & ~flags) != 0;
  if (index == DUK_HSTRING_NO_ARRAY_INDEX || index >= enclaved_view_length((duk_hbufobj *) obj) || refuses ||
      (flags & (DUK_DEFPROP_HAVE_GETTER | DUK_DEFPROP_HAVE_SETTER)) != 0) {
    if (throws) DUK_ERROR_TYPE(thr, DUK_STR_NOT_CONFIGURABLE);
    return 0;
  }
  if ((flags & DUK_DEFPROP_HAVE_VALUE) != 0) {
    duk_require_stack(thr, 4);
    duk_dup(thr, idx_value);
    duk_to_number(thr, -1);
    duk_push_hobject(thr, obj);
    duk_insert(thr, -2);
    duk_put_prop_index(thr, -2, index);
    duk_pop(thr);
  }
  return 1;
}

/* for…in over what is a Proxy or inherits from one: [ … target enumerator ] -> [ … enumerator ], filled; 0 otherwise. */
static int enclaved_enumerate(duk_hthread *thr, duk_hobject *target) {
  duk_hobject *obj = target;
  duk_uarridx_t i;
  duk_uarridx_t count;
  int steps;
  for (steps = 0; obj != NULL && !DUK_HOBJECT_IS_PROXY(obj); ++steps) {
    if (steps == ENCLAVED_CHAIN_MAX) return 0;
    obj = DUK_HOBJECT_GET_PROTOTYPE(thr->heap, obj);
  }
  if (obj == NULL) return 0;
  duk_push_hobject(thr, obj); /* a Proxy here: nobody asks again whether a name is still there */
  duk_put_prop_stridx_short(thr, -2, DUK_STRIDX_INT_TARGET);
  enclaved_push_trap(thr, 17);
  duk_push_hobject(thr, target);
  duk_call(thr, 1);
  count = (duk_uarridx_t) duk_get_length(thr, -1);
  for (i = 0; i < count; ++i) {
    duk_get_prop_index(thr, -1, i);
    duk_push_true(thr);
    duk_put_prop(thr, -4);
  }
  duk_pop(thr);
  duk_remove(thr, -2);
  return 1;
}

/* Object.assign into the object at 0, from the Proxy at `idx`. */
static void enclaved_assign_from(duk_hthread *thr, duk_idx_t idx) {
  enclaved_push_trap(thr, 18);
  duk_dup(thr, 0);
  duk_dup(thr, idx);
  duk_call(thr, 2);
  duk_pop(thr);
}

int enclaved_misses_element(duk_hthread *thr, duk_idx_t obj_idx, duk_idx_t key_idx) {
  duk_hobject *obj = duk_get_hobject(thr, obj_idx);
  duk_hstring *key = duk_require_hstring(thr, key_idx);
  return obj != NULL && !DUK_HOBJECT_IS_PROXY(obj) &&
         enclaved_search_at(thr, obj, key, DUK_HSTRING_GET_ARRIDX_FAST(key)) == SEARCH_ENDS;
}

/* Array.prototype.join: whether this array is being joined further out, as it holds itself. */
static int enclaved_is_joining(duk_hthread *thr) {
  duk_tval *self = thr->valstack_bottom - 1;
  duk_activation *outer;
  if (!DUK_TVAL_IS_OBJECT(self)) return 0;
  for (outer = thr->callstack_curr->parent; outer != NULL; outer = outer->parent) {
    duk_hobject *func = outer->func;
    duk_tval *other = (duk_tval *) (void *) ((duk_uint8_t *) thr->valstack + outer->bottom_byteoff) - 1;
    ENCLAVED_TICK(1);
    if (func == NULL || !DUK_HOBJECT_IS_NATFUNC(func) || ((duk_hnatfunc *) func)->func != duk_bi_array_prototype_join_shared) continue;
    if (DUK_TVAL_IS_OBJECT(other) && DUK_TVAL_GET_OBJECT(other) == DUK_TVAL_GET_OBJECT(self)) return 1;
  }
  return 0;
}
