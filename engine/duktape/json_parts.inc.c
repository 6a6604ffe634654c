/* What JSON needs of objects and arrays to be quick: many properties put in at once, and looked at without being pushed. */

/* Moves a value of the stack's top region to where nothing is yet. */
static void enclaved_move_out(duk_tval *to, duk_tval *from) {
  DUK_TVAL_SET_TVAL(to, from);
  DUK_TVAL_SET_UNDEFINED(from);
}

void enclaved_adopt_elements(duk_hthread *thr, duk_idx_t arr_idx, unsigned count) {
  duk_harray *arr = (duk_harray *) duk_known_hobject(thr, arr_idx);
  duk_hobject *obj = (duk_hobject *) arr;
  const duk_uint32_t old = arr->length;
  duk_uint32_t i;
  duk_tval *to;
  if (DUK_HOBJECT_GET_ASIZE(obj) < old + count)
    duk_hobject_realloc_props(thr, obj, DUK_HOBJECT_GET_ESIZE(obj), old == 0 ? count : old + old / 2 + count,
                              DUK_HOBJECT_GET_HSIZE(obj), 0);
  to = DUK_HOBJECT_A_GET_BASE(thr->heap, obj) + old;
  for (i = 0; i < count; ++i) enclaved_move_out(to + i, thr->valstack_top - count + i);
  arr->length = old + count;
  thr->valstack_top -= count;
}

int enclaved_adopt_members(duk_hthread *thr, duk_idx_t obj_idx, unsigned count) {
  duk_hobject *obj = duk_known_hobject(thr, obj_idx);
  const duk_uint32_t old = DUK_HOBJECT_GET_ENEXT(obj);
  duk_uint32_t i;
  int replaced = 0;
  if (DUK_HOBJECT_GET_ESIZE(obj) < old + count) {
    const duk_uint32_t size = old == 0 ? count : old + old / 2 + count;
    duk_hobject_realloc_props(thr, obj, size, 0, size >= DUK_USE_HOBJECT_HASH_PROP_LIMIT ? duk__get_default_h_size(size) : 0, 0);
  }
  for (i = 0; i < count; ++i) {
    duk_tval *pair = thr->valstack_top - 2 * (count - i);
    duk_hstring *key = DUK_TVAL_GET_STRING(pair);
    duk_tval *there = duk_hobject_find_entry_tval_ptr(thr->heap, obj, key);
    if (there != NULL) {
      duk_tval before;
      DUK_TVAL_SET_TVAL(&before, there);
      enclaved_move_out(there, pair + 1);
      DUK_TVAL_SET_TVAL(pair + 1, &before); /* let go below */
      replaced = 1;
    } else {
      const duk_int_t at = duk__hobject_alloc_entry_checked(thr, obj, key);
      DUK_HOBJECT_E_SET_FLAGS(thr->heap, obj, at, DUK_PROPDESC_FLAGS_WEC);
      enclaved_move_out(DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(thr->heap, obj, at), pair + 1);
    }
  }
  duk_pop_n(thr, (duk_idx_t) (2 * count));
  return replaced;
}

static void enclaved_read_value(duk_tval *tv, struct enclaved_value *out) {
  if (DUK_TVAL_IS_STRING(tv)) {
    duk_hstring *text = DUK_TVAL_GET_STRING(tv);
    out->kind = DUK_HSTRING_HAS_SYMBOL(text) ? ENCLAVED_VALUE_NOTHING : ENCLAVED_VALUE_TEXT;
    out->text = (const char *) DUK_HSTRING_GET_DATA(text);
    out->size = DUK_HSTRING_GET_BYTELEN(text);
  } else if (DUK_TVAL_IS_OBJECT(tv)) {
    out->kind = ENCLAVED_VALUE_OBJECT;
    out->object = DUK_TVAL_GET_OBJECT(tv);
  } else if (DUK_TVAL_IS_NUMBER(tv)) {
    out->kind = ENCLAVED_VALUE_NUMBER;
    out->number = DUK_TVAL_GET_NUMBER(tv);
  } else if (DUK_TVAL_IS_BOOLEAN(tv)) {
    out->kind = DUK_TVAL_GET_BOOLEAN(tv) ? ENCLAVED_VALUE_TRUE : ENCLAVED_VALUE_FALSE;
  } else if (DUK_TVAL_IS_NULL(tv)) {
    out->kind = ENCLAVED_VALUE_NULL;
  } else if (DUK_TVAL_IS_UNDEFINED(tv) || DUK_TVAL_IS_LIGHTFUNC(tv)) {
    out->kind = ENCLAVED_VALUE_NOTHING;
  } else {
    out->kind = ENCLAVED_VALUE_OTHER;
  }
}

void enclaved_look(duk_hthread *thr, duk_idx_t idx, struct enclaved_value *out) {
  enclaved_read_value(duk_require_tval(thr, idx), out);
}

int enclaved_is_function(void *object) { return DUK_HOBJECT_IS_CALLABLE((duk_hobject *) object) != 0; }

/* Whether objects of the chain say themselves how they become JSON; -1: only asking would tell. */
static int enclaved_has_to_json(duk_hthread *thr, duk_hobject *obj) {
  int steps;
  for (steps = 0; obj != NULL; obj = DUK_HOBJECT_GET_PROTOTYPE(thr->heap, obj)) {
    if (DUK_HOBJECT_IS_PROXY(obj) || ++steps > 64) return -1;
    if (duk_hobject_find_entry_tval_ptr_stridx(thr->heap, obj, DUK_STRIDX_TO_JSON) != NULL) return 1;
    if (DUK_HOBJECT_HAS_EXOTIC_STRINGOBJ(obj)) return -1;
  }
  return 0;
}

enum enclaved_shape enclaved_shape_of(duk_hthread *thr, void *object, unsigned *count, int *numbered) {
  duk_hobject *obj = (duk_hobject *) object;
  duk_uint32_t i;
  if (DUK_HOBJECT_IS_CALLABLE(obj)) return enclaved_has_to_json(thr, obj) == 0 ? ENCLAVED_SHAPE_NOTHING : ENCLAVED_SHAPE_OTHER;
  if (DUK_HOBJECT_IS_PROXY(obj) || DUK_HOBJECT_IS_BUFOBJ(obj) || DUK_HOBJECT_HAS_EXOTIC_ARGUMENTS(obj)) return ENCLAVED_SHAPE_OTHER;
  if (enclaved_has_to_json(thr, obj) != 0) return ENCLAVED_SHAPE_OTHER;
  if (DUK_HOBJECT_IS_ARRAY(obj)) {
    *count = ((duk_harray *) obj)->length;
    return DUK_HOBJECT_HAS_ARRAY_PART(obj) && *count <= DUK_HOBJECT_GET_ASIZE(obj) ? ENCLAVED_SHAPE_ARRAY : ENCLAVED_SHAPE_OTHER;
  }
  switch (DUK_HOBJECT_GET_CLASS_NUMBER(obj)) {
  case DUK_HOBJECT_CLASS_STRING:
  case DUK_HOBJECT_CLASS_NUMBER:
  case DUK_HOBJECT_CLASS_BOOLEAN: return ENCLAVED_SHAPE_OTHER;
  default: break;
  }
  if (DUK_HOBJECT_GET_ASIZE(obj) != 0) return ENCLAVED_SHAPE_OTHER;
  *count = DUK_HOBJECT_GET_ENEXT(obj);
  *numbered = 0;
  for (i = 0; i < *count; ++i) {
    duk_hstring *key = DUK_HOBJECT_E_GET_KEY(thr->heap, obj, i);
    if (key == NULL) continue;
    if (DUK_HSTRING_HAS_ARRIDX(key)) *numbered = 1;
    if (DUK_HOBJECT_E_SLOT_IS_ACCESSOR(thr->heap, obj, i) && DUK_HOBJECT_E_SLOT_IS_ENUMERABLE(thr->heap, obj, i)) return ENCLAVED_SHAPE_OTHER;
  }
  return ENCLAVED_SHAPE_PLAIN;
}

int enclaved_element_at(duk_hthread *thr, void *object, unsigned index, struct enclaved_value *out) {
  duk_tval *tv;
  (void) thr;
  if (index >= DUK_HOBJECT_GET_ASIZE((duk_hobject *) object)) return 0;
  tv = DUK_HOBJECT_A_GET_VALUE_PTR(thr->heap, (duk_hobject *) object, index);
  if (DUK_TVAL_IS_UNUSED(tv)) return 0; /* a hole may show what a prototype has */
  enclaved_read_value(tv, out);
  return 1;
}

int enclaved_member_at(duk_hthread *thr, void *object, unsigned index, struct enclaved_value *key, struct enclaved_value *out) {
  duk_hobject *obj = (duk_hobject *) object;
  duk_hstring *name = DUK_HOBJECT_E_GET_KEY(thr->heap, obj, index);
  if (name == NULL || DUK_HSTRING_HAS_SYMBOL(name) || !DUK_HOBJECT_E_SLOT_IS_ENUMERABLE(thr->heap, obj, index)) return 0;
  key->text = (const char *) DUK_HSTRING_GET_DATA(name);
  key->size = DUK_HSTRING_GET_BYTELEN(name);
  key->number = DUK_HSTRING_HAS_ARRIDX(name) ? (double) DUK_HSTRING_GET_ARRIDX_FAST(name) : -1;
  enclaved_read_value(DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(thr->heap, obj, index), out);
  return 1;
}

duk_c_function enclaved_date_to_iso = NULL;

int enclaved_date_in_json(duk_hthread *thr, void *object, double *milliseconds) {
  duk_hobject *obj = (duk_hobject *) object;
  duk_hobject *proto = thr->builtins[DUK_BIDX_DATE_PROTOTYPE];
  duk_tval *to_json;
  duk_tval *to_iso;
  duk_tval *time;
  if (DUK_HOBJECT_GET_CLASS_NUMBER(obj) != DUK_HOBJECT_CLASS_DATE || DUK_HOBJECT_GET_PROTOTYPE(thr->heap, obj) != proto) return 0;
  if (DUK_HOBJECT_GET_ENEXT(obj) != 1) return 0; /* its time and nothing that a script has added */
  to_json = duk_hobject_find_entry_tval_ptr_stridx(thr->heap, proto, DUK_STRIDX_TO_JSON);
  to_iso = duk_hobject_find_entry_tval_ptr_stridx(thr->heap, proto, DUK_STRIDX_TO_ISO_STRING);
  time = duk_hobject_find_entry_tval_ptr_stridx(thr->heap, obj, DUK_STRIDX_INT_VALUE);
  if (to_json == NULL || to_iso == NULL || time == NULL || !DUK_TVAL_IS_NUMBER(time)) return 0;
  if (!DUK_TVAL_IS_OBJECT(to_json) || !DUK_HOBJECT_IS_NATFUNC(DUK_TVAL_GET_OBJECT(to_json)) ||
      ((duk_hnatfunc *) DUK_TVAL_GET_OBJECT(to_json))->func != duk_bi_date_prototype_to_json)
    return 0;
  if (!DUK_TVAL_IS_OBJECT(to_iso) || !DUK_HOBJECT_IS_NATFUNC(DUK_TVAL_GET_OBJECT(to_iso)) ||
      ((duk_hnatfunc *) DUK_TVAL_GET_OBJECT(to_iso))->func != enclaved_date_to_iso)
    return 0;
  *milliseconds = DUK_TVAL_GET_NUMBER(time);
  return 1;
}

void enclaved_try_delete(duk_hthread *thr, duk_idx_t obj_idx) {
  obj_idx = duk_normalize_index(thr, obj_idx);
  (void) duk_hobject_delprop(thr, duk_require_tval(thr, obj_idx), duk_require_tval(thr, -1), 0);
  duk_pop(thr);
}

void enclaved_try_define(duk_hthread *thr, duk_idx_t obj_idx) {
  const duk_idx_t top = duk_get_top(thr);
  obj_idx = duk_normalize_index(thr, obj_idx);
  (void) duk_hobject_define_property_helper(thr, DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_SET_WEC, duk_require_hobject(thr, obj_idx),
                                            duk_to_property_key_hstring(thr, -2), top - 1, NULL, NULL, 0);
  duk_set_top(thr, top - 2); /* the helper leaves things */
}

int enclaved_is_array(duk_hthread *thr, duk_idx_t idx) { return duk_is_array(thr, idx); }

void enclaved_push_own_keys(duk_hthread *thr, duk_idx_t obj_idx) {
  const duk_idx_t top = duk_get_top(thr);
  obj_idx = duk_normalize_index(thr, obj_idx);
  if (enclaved_is_proxy(thr, obj_idx)) {
    enclaved_push_trap(thr, 6);
    duk_dup(thr, obj_idx);
    duk_push_int(thr, 0);
    duk_call(thr, 2);
    return;
  }
  duk_dup(thr, obj_idx);
  (void) duk_hobject_get_enumerated_keys(thr, DUK_ENUM_OWN_PROPERTIES_ONLY);
  if (duk_get_top(thr) > top + 1) duk_remove(thr, top); /* what stands there depends on the kind of object */
}
