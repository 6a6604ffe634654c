/* What comparisons and conditions look at most, in front of the functions that know all kinds of values. */

static DUK_ALWAYS_INLINE duk_bool_t enclaved_truth(duk_tval* value) {
  if (DUK_LIKELY(DUK_TVAL_IS_BOOLEAN(value))) return DUK_TVAL_GET_BOOLEAN(value);
  if (DUK_TVAL_IS_FASTINT(value)) return DUK_TVAL_GET_FASTINT(value) != 0;
  if (DUK_TVAL_IS_OBJECT(value)) return 1;
  return duk_js_toboolean(value);
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
