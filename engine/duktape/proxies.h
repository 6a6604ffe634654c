/* What Duktape's own code calls of proxies.inc.c. */
static int enclaved_is_proxy(duk_hthread *thr, duk_idx_t idx);
static duk_ret_t enclaved_trapped(duk_hthread *thr, unsigned which, duk_idx_t count, duk_int_t extra);
static int enclaved_goes_deep(duk_hthread *thr, duk_hobject *h, duk_tval *key, duk_small_uint_t trap);
static duk_bool_t enclaved_deep_get(duk_hthread *thr, duk_tval *obj, duk_tval *key);
static duk_bool_t enclaved_deep_bool(duk_hthread *thr, unsigned which, duk_tval *obj, duk_tval *key, duk_tval *value,
                                     duk_bool_t throws);
