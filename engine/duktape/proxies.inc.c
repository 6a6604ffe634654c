/* What Duktape's Proxy lacks: traps beside get, set, has, deleteProperty, ownKeys, apply and construct; Proxies of Proxies;
 * receivers. Its built-in functions come here when they meet a Proxy, and here a function of the prelude (proxy.js) does
 * what the specification says. Other objects pay one test of a flag. */

static int enclaved_is_proxy(duk_hthread *thr, duk_idx_t idx) {
  duk_hobject *h = duk_get_hobject(thr, idx);
  return h != NULL && DUK_HOBJECT_IS_PROXY(h);
}

/* [ … ] -> [ … result ]: `which` of the prelude's functions, called with the first `count` values of the stack and `extra`. */
static duk_ret_t enclaved_trapped(duk_hthread *thr, unsigned which, duk_idx_t count, duk_int_t extra) {
  duk_idx_t i;
  duk_require_stack(thr, count + 8);
  enclaved_push_known(thr, KNOWN_PROXY_TRAPS);
  duk_get_prop_index(thr, -1, which);
  duk_push_undefined(thr);
  for (i = 0; i < count; ++i) duk_dup(thr, i);
  duk_push_int(thr, extra);
  duk_call_method(thr, count + 1);
  duk_remove(thr, -2);
  return 1;
}

/* Whether an access needs more than Duktape does: it knows functions as traps, and plain objects as targets. */
static int enclaved_goes_deep(duk_hthread *thr, duk_hobject *h, duk_tval *key, duk_small_uint_t trap) {
  duk_hproxy *proxy = (duk_hproxy *) h;
  duk_tval *found;
  if (DUK_TVAL_IS_STRING(key) && DUK_HSTRING_HAS_HIDDEN(DUK_TVAL_GET_STRING(key))) return 0;
  if (DUK_HOBJECT_IS_PROXY(proxy->target) || DUK_HOBJECT_IS_PROXY(proxy->handler)) return 1;
  found = duk_hobject_find_entry_tval_ptr_stridx(thr->heap, proxy->handler, trap);
  return found == NULL || !duk_is_callable_tval(thr, found);
}

/* [ … ] -> [ … result ]: get, set, has or delete by the prelude. */
static void enclaved_deep_access(duk_hthread *thr, unsigned which, duk_tval *obj, duk_tval *key, duk_tval *value) {
  duk_tval copies[3];
  DUK_TVAL_SET_TVAL(&copies[0], obj);
  DUK_TVAL_SET_TVAL(&copies[1], key);
  if (value != NULL) DUK_TVAL_SET_TVAL(&copies[2], value);
  duk_require_stack(thr, 10);
  duk_push_tval(thr, &copies[0]);
  duk_push_tval(thr, &copies[1]);
  duk_to_property_key_hstring(thr, -1);
  if (value != NULL) duk_push_tval(thr, &copies[2]);
  else duk_push_undefined(thr);
  enclaved_push_known(thr, KNOWN_PROXY_TRAPS);
  duk_get_prop_index(thr, -1, which);
  duk_replace(thr, -2);
  duk_insert(thr, -4);
  duk_call(thr, 3);
}

static duk_bool_t enclaved_deep_get(duk_hthread *thr, duk_tval *obj, duk_tval *key) {
  enclaved_deep_access(thr, 11, obj, key, NULL);
  return 1;
}

static duk_bool_t enclaved_deep_bool(duk_hthread *thr, unsigned which, duk_tval *obj, duk_tval *key, duk_tval *value,
                              duk_bool_t throws) {
  duk_bool_t result;
  enclaved_deep_access(thr, which, obj, key, value);
  result = duk_to_boolean_top_pop(thr);
  if (!result && throws) DUK_ERROR_TYPE(thr, DUK_STR_PROXY_REJECTED);
  return result;
}

/* [ … proxy … ] -> [ … target handler ]; 0 and nothing for anything else. */
int enclaved_push_proxy_parts(duk_hthread *thr, duk_idx_t idx) {
  duk_hproxy *proxy;
  if (!enclaved_is_proxy(thr, idx)) return 0;
  proxy = (duk_hproxy *) duk_known_hobject(thr, idx);
  duk_push_hobject(thr, proxy->target);
  duk_push_hobject(thr, proxy->handler);
  return 1;
}

/* [ … handler ] -> [ … ]: the handler of the Proxy from now on. */
void enclaved_set_proxy_handler(duk_hthread *thr, duk_idx_t idx) {
  duk_hproxy *proxy = (duk_hproxy *) duk_known_hobject(thr, idx);
  duk_hobject *old = proxy->handler;
  proxy->handler = duk_require_hobject(thr, -1);
  DUK_HOBJECT_INCREF(thr, proxy->handler);
  DUK_HOBJECT_DECREF_NORZ(thr, old);
  duk_pop(thr);
}
