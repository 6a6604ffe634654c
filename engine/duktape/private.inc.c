/* Private members of objects: entries under keys that no script can have. They are looked for on the object alone and
 * added past everything that guards its properties. */

static duk_hobject *private_entry(duk_hthread *thr, duk_idx_t obj_idx, duk_idx_t key_idx, duk_int_t *entry) {
  duk_int_t hashed;
  duk_hobject *h = duk_get_hobject(thr, obj_idx);
  if (h == NULL || !duk_hobject_find_entry(thr->heap, h, duk_require_hstring(thr, key_idx), entry, &hashed)) return NULL;
  return h;
}

enum enclaved_private enclaved_private_find(duk_hthread *thr, duk_idx_t obj_idx, duk_idx_t key_idx) {
  duk_int_t i;
  duk_hobject *h = private_entry(thr, obj_idx, key_idx, &i);
  if (h == NULL) return ENCLAVED_PRIVATE_NONE;
  if (DUK_HOBJECT_E_SLOT_IS_ACCESSOR(thr->heap, h, i)) return ENCLAVED_PRIVATE_ACCESSOR;
  return DUK_HOBJECT_E_SLOT_IS_WRITABLE(thr->heap, h, i) ? ENCLAVED_PRIVATE_VALUE : ENCLAVED_PRIVATE_CONSTANT;
}

void enclaved_private_push(duk_hthread *thr, duk_idx_t obj_idx, duk_idx_t key_idx, int setter) {
  duk_int_t i;
  duk_hobject *f;
  duk_hobject *h = private_entry(thr, obj_idx, key_idx, &i);
  if (h == NULL) {
    duk_push_undefined(thr);
  } else if (!DUK_HOBJECT_E_SLOT_IS_ACCESSOR(thr->heap, h, i)) {
    duk_push_tval(thr, DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(thr->heap, h, i));
  } else {
    f = setter ? DUK_HOBJECT_E_GET_VALUE_SETTER(thr->heap, h, i) : DUK_HOBJECT_E_GET_VALUE_GETTER(thr->heap, h, i);
    if (f == NULL) duk_push_undefined(thr);
    else duk_push_hobject(thr, f);
  }
}

void enclaved_private_put(duk_hthread *thr, duk_idx_t obj_idx, duk_idx_t key_idx) {
  duk_int_t i;
  duk_hobject *h = private_entry(thr, obj_idx, key_idx, &i);
  if (h != NULL) DUK_TVAL_SET_TVAL_UPDREF(thr, DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(thr->heap, h, i), DUK_GET_TVAL_NEGIDX(thr, -1));
  duk_pop(thr);
}

void enclaved_private_add(duk_hthread *thr, duk_idx_t obj_idx, duk_idx_t key_idx, int kind) {
  duk_hobject *h = duk_require_hobject(thr, obj_idx);
  duk_hobject *f;
  duk_int_t i;
  if (kind < 2) {
    duk_hobject_define_property_internal(thr, h, duk_require_hstring(thr, key_idx), kind == 0 ? DUK_PROPDESC_FLAGS_W : DUK_PROPDESC_FLAGS_NONE);
    return;
  }
  f = duk_require_hobject(thr, -1);
  if (private_entry(thr, obj_idx, key_idx, &i) == NULL) {
    duk_push_undefined(thr);
    duk_hobject_define_property_internal(thr, h, duk_require_hstring(thr, key_idx), DUK_PROPDESC_FLAGS_NONE);
    (void) private_entry(thr, obj_idx, key_idx, &i);
    DUK_HOBJECT_E_SLOT_SET_ACCESSOR(thr->heap, h, i);
    DUK_HOBJECT_E_SET_VALUE_GETTER(thr->heap, h, i, NULL);
    DUK_HOBJECT_E_SET_VALUE_SETTER(thr->heap, h, i, NULL);
  }
  DUK_HOBJECT_INCREF(thr, f);
  if (kind == 2) DUK_HOBJECT_E_SET_VALUE_GETTER(thr->heap, h, i, f);
  else DUK_HOBJECT_E_SET_VALUE_SETTER(thr->heap, h, i, f);
  duk_pop(thr);
}

void enclaved_set_constructable(duk_hthread *thr, duk_idx_t idx, int constructs) {
  duk_hobject *h = duk_require_hobject(thr, idx);
  if (constructs) {
    DUK_HOBJECT_SET_CONSTRUCTABLE(h);
    return;
  }
  DUK_HOBJECT_CLEAR_CONSTRUCTABLE(h);
  duk_hobject_delprop_raw(thr, h, DUK_HTHREAD_STRING_PROTOTYPE(thr), DUK_DELPROP_FLAG_FORCE);
}

int enclaved_is_constructable(duk_hthread *thr, duk_idx_t idx) {
  duk_hobject *h = duk_get_hobject(thr, idx);
  return duk_is_lightfunc(thr, idx) || (h != NULL && DUK_HOBJECT_HAS_CONSTRUCTABLE(h));
}

/* [ home self key ]: super[key]. [ home self key … ] -> [ … value ] */
void enclaved_super_get(duk_hthread *thr) {
  duk_hobject *h = DUK_HOBJECT_GET_PROTOTYPE(thr->heap, duk_require_hobject(thr, 0));
  duk_hstring *key = duk_to_property_key_hstring(thr, 2);
  duk_int_t entry, hashed;
  if (h == NULL) DUK_ERROR_TYPE(thr, "super has no properties: the prototype is null");
  for (; h != NULL; h = DUK_HOBJECT_GET_PROTOTYPE(thr->heap, h)) {
    if (DUK_HOBJECT_IS_PROXY(h) || DUK_HOBJECT_HAS_EXOTIC_ARGUMENTS(h) || DUK_HSTRING_HAS_ARRIDX(key) ||
        key == DUK_HTHREAD_STRING_LENGTH(thr) || key == DUK_HTHREAD_STRING_PROTOTYPE(thr)) {
      duk_push_hobject(thr, h);
      duk_dup(thr, 2);
      duk_get_prop(thr, -2);
      return;
    }
    if (!duk_hobject_find_entry(thr->heap, h, key, &entry, &hashed)) continue;
    if (!DUK_HOBJECT_E_SLOT_IS_ACCESSOR(thr->heap, h, entry)) {
      duk_push_tval(thr, DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(thr->heap, h, entry));
      return;
    }
    if (DUK_HOBJECT_E_GET_VALUE_GETTER(thr->heap, h, entry) == NULL) break;
    duk_push_hobject(thr, DUK_HOBJECT_E_GET_VALUE_GETTER(thr->heap, h, entry));
    duk_dup(thr, 1);
    duk_call_method(thr, 0);
    return;
  }
  duk_push_undefined(thr);
}

/* [ home self key value ]: super[key] = value */
void enclaved_super_put(duk_hthread *thr) {
  duk_hobject *h = DUK_HOBJECT_GET_PROTOTYPE(thr->heap, duk_require_hobject(thr, 0));
  duk_hstring *key = duk_to_property_key_hstring(thr, 2);
  duk_int_t entry, hashed;
  for (; h != NULL && !DUK_HOBJECT_IS_PROXY(h); h = DUK_HOBJECT_GET_PROTOTYPE(thr->heap, h)) {
    if (!duk_hobject_find_entry(thr->heap, h, key, &entry, &hashed)) continue;
    if (DUK_HOBJECT_E_SLOT_IS_ACCESSOR(thr->heap, h, entry)) {
      if (DUK_HOBJECT_E_GET_VALUE_SETTER(thr->heap, h, entry) == NULL) DUK_ERROR_TYPE(thr, "super's property has no setter");
      duk_push_hobject(thr, DUK_HOBJECT_E_GET_VALUE_SETTER(thr->heap, h, entry));
      duk_dup(thr, 1);
      duk_dup(thr, 3);
      duk_call_method(thr, 1);
      return;
    }
    if (!DUK_HOBJECT_E_SLOT_IS_WRITABLE(thr->heap, h, entry)) DUK_ERROR_TYPE(thr, "super's property cannot be written");
    break;
  }
  duk_dup(thr, 2);
  duk_dup(thr, 3);
  (void) duk_hobject_putprop(thr, DUK_GET_TVAL_POSIDX(thr, 1), DUK_GET_TVAL_NEGIDX(thr, -2), DUK_GET_TVAL_NEGIDX(thr, -1), 1);
}
