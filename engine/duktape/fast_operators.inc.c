/* What comparisons and conditions look at most, in front of the functions that know all kinds of values. */

static DUK_ALWAYS_INLINE duk_bool_t enclaved_truth(duk_tval* value) {
  if (DUK_LIKELY(DUK_TVAL_IS_BOOLEAN(value))) return DUK_TVAL_GET_BOOLEAN(value);
  if (DUK_TVAL_IS_FASTINT(value)) return DUK_TVAL_GET_FASTINT(value) != 0;
  if (DUK_TVAL_IS_OBJECT(value)) return 1;
  return duk_js_toboolean(value);
}

/* x % y of positive whole numbers: the C library takes a step for each bit between them. */
static DUK_ALWAYS_INLINE int enclaved_whole_remainder(double x, double y, double* out) {
  duk_int64_t a, b;
  if (!(x >= 1 && x < 9223372036854775808.0 && y >= 1 && y < 9223372036854775808.0)) return 0;
  a = (duk_int64_t)x;
  b = (duk_int64_t)y;
  if ((double)a != x || (double)b != y) return 0;
  *out = (double)(a % b);
  return 1;
}

/* x < y, or its opposite. */
static DUK_ALWAYS_INLINE duk_bool_t enclaved_less(duk_hthread* thr, duk_tval* x, duk_tval* y, duk_small_uint_t flags) {
  if (DUK_LIKELY(DUK_TVAL_IS_FASTINT(x) && DUK_TVAL_IS_FASTINT(y)))
    return (duk_bool_t)(DUK_TVAL_GET_FASTINT(x) < DUK_TVAL_GET_FASTINT(y)) ^ (flags & DUK_COMPARE_FLAG_NEGATE);
  return duk_js_compare_helper(thr, x, y, flags);
}

/* Whether two are equal, when they are of a kind that is compared as it stands: 0 or 1; -1: no such kind. */
static DUK_ALWAYS_INLINE int enclaved_identical(duk_tval* x, duk_tval* y) {
  if (DUK_TVAL_IS_FASTINT(x) && DUK_TVAL_IS_FASTINT(y)) return DUK_TVAL_GET_FASTINT(x) == DUK_TVAL_GET_FASTINT(y);
  if (DUK_TVAL_IS_STRING(x) && DUK_TVAL_IS_STRING(y)) return DUK_TVAL_GET_STRING(x) == DUK_TVAL_GET_STRING(y);
  if (DUK_TVAL_IS_OBJECT(x) && DUK_TVAL_IS_OBJECT(y)) return DUK_TVAL_GET_OBJECT(x) == DUK_TVAL_GET_OBJECT(y);
  return -1;
}

static DUK_ALWAYS_INLINE duk_bool_t enclaved_equals(duk_hthread* thr, duk_tval* x, duk_tval* y) {
  const int known = enclaved_identical(x, y);
  return known >= 0 ? (duk_bool_t)known : duk_js_equals(thr, x, y);
}

static DUK_ALWAYS_INLINE duk_bool_t enclaved_strict_equals(duk_tval* x, duk_tval* y) {
  const int known = enclaved_identical(x, y);
  return known >= 0 ? (duk_bool_t)known : duk_js_strict_equals(x, y);
}

/* The bytes of a string or a number, for `+` with a string; null: it has to be converted first. */
static DUK_ALWAYS_INLINE const duk_uint8_t* enclaved_bytes(duk_tval* value, duk_uint8_t* room, duk_size_t* count) {
  if (DUK_TVAL_IS_STRING(value)) {
    duk_hstring* text = DUK_TVAL_GET_STRING(value);
    if (DUK_HSTRING_HAS_SYMBOL(text)) return NULL;
    *count = DUK_HSTRING_GET_BYTELEN(text);
    return DUK_HSTRING_GET_DATA(text);
  }
  if (!DUK_TVAL_IS_NUMBER(value)) return NULL;
  *count = enclaved_number_text(DUK_TVAL_GET_NUMBER(value), (char*)room);
  return room;
}

/* x + y to register `to` when one of them is a string and the result is short. */
static DUK_NOINLINE int enclaved_add_texts(duk_hthread* thr, duk_tval* x, duk_tval* y, duk_small_uint_fast_t to) {
  duk_uint8_t room_x[64], room_y[64], bytes[ENCLAVED_GROWING_BYTES];
  duk_size_t count_x, count_y;
  const duk_uint8_t *bytes_x, *bytes_y;
  duk_hstring* made;
  duk_tval* target;
  if (!DUK_TVAL_IS_STRING(x) && !DUK_TVAL_IS_STRING(y)) return 0;
  bytes_x = enclaved_bytes(x, room_x, &count_x);
  bytes_y = enclaved_bytes(y, room_y, &count_y);
  if (bytes_x == NULL || bytes_y == NULL || count_x + count_y >= ENCLAVED_GROWING_BYTES) return 0;
  memcpy(bytes, bytes_x, count_x);
  memcpy(bytes + count_x, bytes_y, count_y);
  made = duk_heap_strtable_intern(thr->heap, bytes, (duk_uint32_t)(count_x + count_y));
  if (made == NULL) return 0;
  target = thr->valstack_bottom + to;
  DUK_TVAL_SET_STRING_UPDREF(thr, target, made); /* side effects */
  return 1;
}
