/* Built-in objects and names that natives look for often: a script may have changed what a name leads to. The image lies
 * at one address in every process, so the pointers may lie outside of the heap; the heap's stash keeps what they point
 * to. */

static duk_hobject *enclaved_known_objects[ENCLAVED_KNOWN];

enum enclaved_word {
  WORD_ITERATOR,
  WORD_ASYNC_ITERATOR,
  WORD_SPECIES,
  WORD_NEXT,
  WORD_DONE,
  WORD_GET_PROTOTYPE_OF,
  WORD_SET_PROTOTYPE_OF,
  WORD_IS_EXTENSIBLE,
  WORD_PREVENT_EXTENSIONS,
  WORD_GET_OWN_PROPERTY_DESCRIPTOR,
  WORD_DEFINE_PROPERTY,
  ENCLAVED_WORDS
};
static duk_hstring *enclaved_words[ENCLAVED_WORDS];

void enclaved_know_words(duk_hthread *thr) {
  static const char *const texts[ENCLAVED_WORDS] = {
      DUK_WELLKNOWN_SYMBOL("Symbol.iterator"), DUK_WELLKNOWN_SYMBOL("Symbol.asyncIterator"),
      DUK_WELLKNOWN_SYMBOL("Symbol.species"), "next", "done", "getPrototypeOf", "setPrototypeOf", "isExtensible",
      "preventExtensions", "getOwnPropertyDescriptor", "defineProperty"};
  int i;
  duk_push_heap_stash(thr);
  duk_push_bare_array(thr);
  for (i = 0; i < ENCLAVED_WORDS; ++i) {
    duk_push_string(thr, texts[i]);
    enclaved_words[i] = duk_known_hstring(thr, -1);
    duk_put_prop_index(thr, -2, (duk_uarridx_t) i);
  }
  duk_put_prop_string(thr, -2, "words");
  duk_pop(thr);
}

void enclaved_remember(duk_hthread *thr, enum enclaved_known which) {
  enclaved_known_objects[which] = duk_require_hobject(thr, -1);
  duk_push_heap_stash(thr);
  duk_dup(thr, -2);
  duk_put_prop_index(thr, -2, (duk_uarridx_t) which);
  duk_pop(thr);
}

void enclaved_push_known(duk_hthread *thr, enum enclaved_known which) {
  duk_push_hobject(thr, enclaved_known_objects[which]);
}

int enclaved_is_known(duk_hthread *thr, duk_idx_t idx, enum enclaved_known which) {
  return duk_get_hobject(thr, idx) == enclaved_known_objects[which];
}

/* Whether an own property of a known object still is the known function it was. */
static int enclaved_still(duk_hthread *thr, enum enclaved_known of, duk_hstring *key, enum enclaved_known what) {
  duk_tval *tv = duk_hobject_find_entry_tval_ptr(thr->heap, enclaved_known_objects[of], key);
  return tv != NULL && DUK_TVAL_IS_OBJECT(tv) && DUK_TVAL_GET_OBJECT(tv) == enclaved_known_objects[what];
}

int enclaved_iterates_by_index(duk_hthread *thr, duk_idx_t idx) {
  duk_hobject *h = duk_get_hobject(thr, idx);
  if (h == NULL || !DUK_HOBJECT_IS_ARRAY(h) || DUK_HOBJECT_IS_PROXY(h)) return 0;
  if (DUK_HOBJECT_GET_PROTOTYPE(thr->heap, h) != enclaved_known_objects[KNOWN_ARRAY_PROTOTYPE]) return 0;
  if (DUK_HOBJECT_GET_ENEXT(h) != 0 &&
      duk_hobject_find_entry_tval_ptr(thr->heap, h, enclaved_words[WORD_ITERATOR]) != NULL)
    return 0;
  return enclaved_still(thr, KNOWN_ARRAY_PROTOTYPE, enclaved_words[WORD_ITERATOR], KNOWN_ARRAY_VALUES) &&
         enclaved_still(thr, KNOWN_ARRAY_ITERATOR_PROTOTYPE, enclaved_words[WORD_NEXT], KNOWN_ARRAY_ITERATOR_NEXT);
}

/* An own plain property of an object that nobody else knows yet and that has room for it. */
static void enclaved_first_entry(duk_hthread *thr, duk_hobject *h, duk_hstring *key, duk_tval *value) {
  const duk_uint32_t i = DUK_HOBJECT_POSTINC_ENEXT(h);
  DUK_HOBJECT_E_SET_KEY(thr->heap, h, i, key);
  DUK_HSTRING_INCREF(thr, key);
  DUK_TVAL_SET_TVAL(DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(thr->heap, h, i), value);
  DUK_TVAL_INCREF(thr, value);
  DUK_HOBJECT_E_SET_FLAGS(thr->heap, h, i, DUK_PROPDESC_FLAGS_WEC);
}

void enclaved_iterator_result(duk_hthread *thr, int done) {
  duk_hobject *h;
  duk_tval flag;
  duk_require_stack(thr, 2);
  h = duk_push_object_helper(thr, DUK_HOBJECT_FLAG_EXTENSIBLE | DUK_HOBJECT_FLAG_FASTREFS |
                                      DUK_HOBJECT_CLASS_AS_FLAGS(DUK_HOBJECT_CLASS_OBJECT),
                             DUK_BIDX_OBJECT_PROTOTYPE);
  duk_hobject_realloc_props(thr, h, 2, 0, 0, 0);
  DUK_TVAL_SET_BOOLEAN(&flag, done);
  enclaved_first_entry(thr, h, DUK_HTHREAD_STRING_VALUE(thr), thr->valstack_top - 2);
  enclaved_first_entry(thr, h, enclaved_words[WORD_DONE], &flag);
  duk_remove(thr, -2);
}
