/* The dense parts of true arrays, by pointer instead of property by property. Each function answers 0, or what it says,
 * and has done nothing when an array is not that simple: holes, accessors, Proxies, a length that cannot change. */

/* A true array that keeps its elements in its array part. */
static DUK_ALWAYS_INLINE duk_harray *enclaved_dense(duk_hthread *thr, duk_idx_t idx) {
  duk_tval *tv = duk_get_tval(thr, idx);
  duk_hobject *h;
  if (tv == NULL || !DUK_TVAL_IS_OBJECT(tv)) return NULL;
  h = DUK_TVAL_GET_OBJECT(tv);
  if (!DUK_HOBJECT_IS_ARRAY(h) || DUK_HOBJECT_IS_PROXY(h) || !DUK_HOBJECT_HAS_ARRAY_PART(h)) return NULL;
  return (duk_harray *) h;
}

static DUK_ALWAYS_INLINE duk_tval *enclaved_elements(duk_harray *array) {
  return DUK_HOBJECT_A_GET_BASE(NULL, (duk_hobject *) array);
}

/* Likewise, one without a hole in [from, to). */
static duk_harray *enclaved_whole(duk_hthread *thr, duk_idx_t idx, duk_uint32_t from, duk_uint32_t to) {
  duk_harray *array = enclaved_dense(thr, idx);
  duk_uint32_t i;
  if (array == NULL || to > array->length || to > DUK_HOBJECT_GET_ASIZE((duk_hobject *) array)) return NULL;
  ENCLAVED_TICK((to - from) >> 3);
  for (i = from; i < to; ++i)
    if (DUK_TVAL_IS_UNUSED(enclaved_elements(array) + i)) return NULL;
  return array;
}

/* Likewise, one that may get and lose elements. */
static int enclaved_may_change(duk_harray *array) {
  return DUK_HOBJECT_HAS_EXTENSIBLE((duk_hobject *) array) && !DUK_HARRAY_LENGTH_NONWRITABLE(array);
}

int enclaved_dense_element(duk_hthread *thr, duk_idx_t idx, unsigned index) {
  duk_harray *array = enclaved_dense(thr, idx);
  duk_tval *tv;
  ENCLAVED_TICK(1);
  if (array == NULL || index >= DUK_HOBJECT_GET_ASIZE((duk_hobject *) array)) return 0;
  tv = enclaved_elements(array) + index;
  if (DUK_TVAL_IS_UNUSED(tv)) return 0;
  duk_push_tval(thr, tv);
  return 1;
}

double enclaved_array_length(duk_hthread *thr, duk_idx_t idx) {
  duk_hobject *h = duk_get_hobject(thr, idx);
  return h != NULL && DUK_HOBJECT_IS_ARRAY(h) && !DUK_HOBJECT_IS_PROXY(h) ? (double) ((duk_harray *) h)->length : -1;
}

int enclaved_put_dense(duk_hthread *thr, duk_idx_t idx, unsigned index) {
  duk_harray *array = enclaved_dense(thr, idx);
  duk_tval *tv;
  ENCLAVED_TICK(1);
  if (array == NULL || index >= array->length || index >= DUK_HOBJECT_GET_ASIZE((duk_hobject *) array)) return 0;
  tv = enclaved_elements(array) + index;
  if (DUK_TVAL_IS_UNUSED(tv)) return 0;
  DUK_TVAL_SET_TVAL_UPDREF(thr, tv, thr->valstack_top - 1); /* side effects */
  duk_pop(thr);
  return 1;
}

/* Room for `length` elements; arrays grow by half. */
static void enclaved_reserve(duk_hthread *thr, duk_harray *array, duk_uint32_t length) {
  duk_hobject *h = (duk_hobject *) array;
  duk_uint32_t size = DUK_HOBJECT_GET_ASIZE(h);
  if (length <= size) return;
  size = length + (length >> 1) + 8;
  duk_hobject_realloc_props(thr, h, DUK_HOBJECT_GET_ESIZE(h), size, DUK_HOBJECT_GET_HSIZE(h), 0);
}

int enclaved_array_append(duk_hthread *thr, duk_idx_t idx) {
  duk_harray *array = enclaved_dense(thr, idx);
  duk_tval *tv;
  ENCLAVED_TICK(1);
  if (array == NULL || !enclaved_may_change(array) || array->length >= ENCLAVED_DENSE_MAX) return 0;
  /* A longer length than array part: elements are missing, and one more would make many of them. */
  if (array->length > DUK_HOBJECT_GET_ASIZE((duk_hobject *) array)) return 0;
  enclaved_reserve(thr, array, array->length + 1);
  tv = enclaved_elements(array) + array->length;
  if (!DUK_TVAL_IS_UNUSED(tv)) return 0;
  --thr->valstack_top;
  DUK_TVAL_SET_TVAL(tv, thr->valstack_top); /* its reference goes along */
  DUK_TVAL_SET_UNDEFINED(thr->valstack_top);
  ++array->length;
  return 1;
}

int enclaved_array_take_last(duk_hthread *thr, duk_idx_t idx) {
  duk_harray *array = enclaved_dense(thr, idx);
  duk_tval *tv;
  if (array == NULL || !enclaved_may_change(array) || array->length == 0 ||
      array->length > DUK_HOBJECT_GET_ASIZE((duk_hobject *) array))
    return 0;
  tv = enclaved_elements(array) + array->length - 1;
  if (DUK_TVAL_IS_UNUSED(tv)) return 0;
  duk_push_tval(thr, tv);
  --array->length;
  DUK_TVAL_SET_UNUSED_UPDREF(thr, tv);
  return 1;
}

void enclaved_push_list(duk_hthread *thr, unsigned length) {
  duk_harray *array;
  if (length > ENCLAVED_DENSE_MAX) DUK_ERROR_RANGE(thr, "the array is too long");
  array = duk_push_harray(thr);
  if (length != 0) duk_hobject_realloc_props(thr, (duk_hobject *) array, 0, length, 0, 0);
}

/* Copies of elements behind those that an array of ours has, which has room for them. */
static void enclaved_copy_elements(duk_hthread *thr, duk_harray *to, duk_harray *from, duk_uint32_t begin,
                                   duk_uint32_t count) {
  duk_tval *target = enclaved_elements(to) + to->length;
  const duk_tval *source = enclaved_elements(from) + begin;
  duk_uint32_t i;
  for (i = 0; i < count; ++i) {
    DUK_TVAL_SET_TVAL(target + i, source + i);
    DUK_TVAL_INCREF(thr, target + i);
  }
  to->length += count;
  ENCLAVED_TICK(count >> 1);
}

int enclaved_array_slice(duk_hthread *thr, duk_idx_t idx, unsigned from, unsigned to) {
  duk_harray *array;
  idx = duk_normalize_index(thr, idx);
  if (to < from) to = from;
  if (enclaved_whole(thr, idx, from, to) == NULL) return 0;
  enclaved_push_list(thr, to - from);
  array = enclaved_whole(thr, idx, from, to);
  if (array == NULL) {
    duk_pop(thr);
    return 0;
  }
  enclaved_copy_elements(thr, (duk_harray *) duk_known_hobject(thr, -1), array, from, to - from);
  return 1;
}

int enclaved_array_append_all(duk_hthread *thr, duk_idx_t idx, duk_idx_t other_idx) {
  duk_harray *other = enclaved_dense(thr, other_idx);
  duk_harray *array = enclaved_dense(thr, idx);
  if (array == NULL || other == NULL || array->length > DUK_HOBJECT_GET_ASIZE((duk_hobject *) array)) return 0;
  if (enclaved_whole(thr, other_idx, 0, other->length) == NULL) return 0;
  if ((duk_uint64_t) array->length + other->length > ENCLAVED_DENSE_MAX) return 0;
  if (array->length + other->length > DUK_HOBJECT_GET_ASIZE((duk_hobject *) array))
    enclaved_reserve(thr, array, array->length + other->length);
  enclaved_copy_elements(thr, array, other, 0, other->length);
  return 1;
}

int enclaved_array_splice(duk_hthread *thr, duk_idx_t idx, unsigned at, unsigned gone, duk_idx_t first, unsigned added) {
  duk_harray *array = enclaved_dense(thr, idx);
  duk_tval *base;
  duk_uint32_t length;
  duk_uint32_t i;
  if (array == NULL || !enclaved_may_change(array)) return 0;
  length = array->length;
  if (at + gone > length || (duk_uint64_t) length + added > ENCLAVED_DENSE_MAX) return 0;
  if (enclaved_whole(thr, idx, at, length) == NULL) return 0;
  enclaved_reserve(thr, array, length - gone + added);
  enclaved_push_list(thr, gone); /* what is taken out, with its references */
  base = enclaved_elements(array);
  ENCLAVED_TICK((length - at) >> 3);
  if (gone != 0)
    duk_memcpy((void *) enclaved_elements((duk_harray *) duk_known_hobject(thr, -1)), (const void *) (base + at),
               gone * sizeof(duk_tval));
  ((duk_harray *) duk_known_hobject(thr, -1))->length = gone;
  duk_memmove((void *) (base + at + added), (const void *) (base + at + gone), (length - at - gone) * sizeof(duk_tval));
  for (i = 0; i < added; ++i) {
    DUK_TVAL_SET_TVAL(base + at + i, duk_require_tval(thr, first + (duk_idx_t) i));
    DUK_TVAL_INCREF(thr, base + at + i);
  }
  array->length = length - gone + added;
  for (i = array->length; i < length; ++i) DUK_TVAL_SET_UNUSED(base + i);
  return 1;
}

int enclaved_array_reverse(duk_hthread *thr, duk_idx_t idx) {
  duk_harray *array = enclaved_dense(thr, idx);
  duk_tval *low;
  duk_tval *high;
  duk_tval kept;
  if (array == NULL || enclaved_whole(thr, idx, 0, array->length) == NULL) return 0;
  if (array->length == 0) return 1;
  low = enclaved_elements(array);
  for (high = low + array->length - 1; low < high; ++low, --high) {
    DUK_TVAL_SET_TVAL(&kept, low);
    DUK_TVAL_SET_TVAL(low, high);
    DUK_TVAL_SET_TVAL(high, &kept);
  }
  return 1;
}

double enclaved_array_find(duk_hthread *thr, duk_idx_t idx, duk_idx_t what, unsigned from, int with_nan) {
  duk_harray *array = enclaved_dense(thr, idx);
  duk_tval *wanted = duk_require_tval(thr, what);
  duk_uint32_t i;
  if (array == NULL || array->length > DUK_HOBJECT_GET_ASIZE((duk_hobject *) array)) return -2;
  for (i = from; i < array->length; ++i) {
    duk_tval *tv = enclaved_elements(array) + i;
    ENCLAVED_TICK(1);
    if (DUK_TVAL_IS_UNUSED(tv)) return -2;
    if (with_nan ? enclaved_same(tv, wanted) : enclaved_strictly_same(tv, wanted)) return (double) i;
  }
  return -1;
}

int enclaved_makes_arrays(duk_hthread *thr, duk_idx_t idx) {
  duk_harray *array = enclaved_dense(thr, idx);
  duk_hobject *h = (duk_hobject *) array;
  duk_int_t e_idx;
  duk_int_t h_idx;
  duk_hobject *getter;
  if (array == NULL || DUK_HOBJECT_GET_PROTOTYPE(thr->heap, h) != enclaved_known_objects[KNOWN_ARRAY_PROTOTYPE]) return 0;
  if (DUK_HOBJECT_GET_ENEXT(h) != 0 && duk_hobject_find_entry(thr->heap, h, DUK_HTHREAD_STRING_CONSTRUCTOR(thr), &e_idx, &h_idx))
    return 0;
  if (!enclaved_still(thr, KNOWN_ARRAY_PROTOTYPE, DUK_HTHREAD_STRING_CONSTRUCTOR(thr), KNOWN_ARRAY)) return 0;
  h = enclaved_known_objects[KNOWN_ARRAY];
  if (!duk_hobject_find_entry(thr->heap, h, enclaved_words[WORD_SPECIES], &e_idx, &h_idx) ||
      !DUK_HOBJECT_E_SLOT_IS_ACCESSOR(thr->heap, h, e_idx))
    return 0;
  getter = DUK_HOBJECT_E_GET_VALUE_GETTER(thr->heap, h, e_idx);
  return getter == enclaved_known_objects[KNOWN_ARRAY_SPECIES];
}
