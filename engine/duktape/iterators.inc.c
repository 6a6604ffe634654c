/* Iterators over what Duktape stores: their state is three hidden entries, always at the same places. */

#define ENCLAVED_ITERATED 0
#define ENCLAVED_POSITION 1
#define ENCLAVED_ITERATOR_KIND 2

void enclaved_push_iterator(duk_hthread *thr, unsigned kind, enum enclaved_known prototype) {
  duk_hobject *h;
  duk_tval number;
  duk_require_stack(thr, 2);
  h = duk_push_object_helper_proto(thr, DUK_HOBJECT_FLAG_EXTENSIBLE | DUK_HOBJECT_FLAG_FASTREFS |
                                            DUK_HOBJECT_CLASS_AS_FLAGS(DUK_HOBJECT_CLASS_OBJECT),
                                   enclaved_known_objects[prototype]);
  duk_hobject_realloc_props(thr, h, 3, 0, 0, 0);
  enclaved_first_entry(thr, h, DUK_HTHREAD_STRING_INT_TARGET(thr), thr->valstack_top - 2);
  DUK_TVAL_SET_U32(&number, 0);
  enclaved_first_entry(thr, h, DUK_HTHREAD_STRING_INT_VALUE(thr), &number);
  DUK_TVAL_SET_U32(&number, kind);
  enclaved_first_entry(thr, h, DUK_HTHREAD_STRING_INT_NEXT(thr), &number);
  duk_remove(thr, -2);
}

static duk_tval *enclaved_iterator_field(duk_hobject *h, duk_uint32_t field) {
  return DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(NULL, h, field);
}

/* The iterator that `this` is; NULL when it is none of that brand. */
static duk_hobject *enclaved_this_iterator(duk_hthread *thr, unsigned brand) {
  duk_tval *tv = thr->valstack_bottom - 1;
  duk_hobject *h;
  if (!DUK_TVAL_IS_OBJECT(tv)) return NULL;
  h = DUK_TVAL_GET_OBJECT(tv);
  if (DUK_HOBJECT_IS_PROXY(h) || DUK_HOBJECT_GET_ENEXT(h) < 3 ||
      DUK_HOBJECT_GET_CLASS_NUMBER(h) != DUK_HOBJECT_CLASS_OBJECT ||
      DUK_HOBJECT_E_GET_KEY(thr->heap, h, ENCLAVED_ITERATED) != DUK_HTHREAD_STRING_INT_TARGET(thr) ||
      DUK_HOBJECT_E_GET_KEY(thr->heap, h, ENCLAVED_ITERATOR_KIND) != DUK_HTHREAD_STRING_INT_NEXT(thr))
    return NULL;
  return DUK_TVAL_GET_NUMBER(enclaved_iterator_field(h, ENCLAVED_ITERATOR_KIND)) >= ENCLAVED_KIND(brand, 0) &&
                 DUK_TVAL_GET_NUMBER(enclaved_iterator_field(h, ENCLAVED_ITERATOR_KIND)) < ENCLAVED_KIND(brand + 1, 0)
             ? h
             : NULL;
}

int enclaved_iterator_state(duk_hthread *thr, unsigned brand, unsigned *what, double *position) {
  duk_hobject *h = enclaved_this_iterator(thr, brand);
  if (h == NULL) return 0;
  *what = (unsigned) DUK_TVAL_GET_NUMBER(enclaved_iterator_field(h, ENCLAVED_ITERATOR_KIND)) - ENCLAVED_KIND(brand, 0);
  *position = DUK_TVAL_GET_NUMBER(enclaved_iterator_field(h, ENCLAVED_POSITION));
  duk_push_tval(thr, enclaved_iterator_field(h, ENCLAVED_ITERATED));
  return 1;
}

/* What is iterated over is on the stack's top: `this` goes on with it, from `position`. */
void enclaved_iterator_advance(duk_hthread *thr, double position) {
  duk_hobject *h = DUK_TVAL_GET_OBJECT(thr->valstack_bottom - 1);
  duk_tval number;
  DUK_TVAL_SET_NUMBER_CHKFAST_SLOW(&number, position);
  DUK_TVAL_SET_TVAL(enclaved_iterator_field(h, ENCLAVED_POSITION), &number);
  DUK_TVAL_SET_TVAL_UPDREF(thr, enclaved_iterator_field(h, ENCLAVED_ITERATED), thr->valstack_top - 1);
  duk_pop(thr);
}
