/* The dense parts of true arrays, by pointer instead of property by property. */

int enclaved_dense_element(duk_hthread *thr, duk_idx_t idx, unsigned index) {
  duk_tval *tv = duk_get_tval(thr, idx);
  duk_hobject *h;
  if (tv == NULL || !DUK_TVAL_IS_OBJECT(tv)) return 0;
  h = DUK_TVAL_GET_OBJECT(tv);
  if (!DUK_HOBJECT_IS_ARRAY(h) || DUK_HOBJECT_IS_PROXY(h) || index >= DUK_HOBJECT_GET_ASIZE(h)) return 0;
  tv = DUK_HOBJECT_A_GET_VALUE_PTR(thr->heap, h, index);
  if (DUK_TVAL_IS_UNUSED(tv)) return 0;
  ENCLAVED_TICK(1);
  duk_push_tval(thr, tv);
  return 1;
}

double enclaved_array_length(duk_hthread *thr, duk_idx_t idx) {
  duk_hobject *h = duk_get_hobject(thr, idx);
  return h != NULL && DUK_HOBJECT_IS_ARRAY(h) && !DUK_HOBJECT_IS_PROXY(h) ? (double) ((duk_harray *) h)->length : -1;
}
