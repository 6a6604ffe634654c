/* What Duktape's property functions ask of chains.inc.c. */

/* A buffer whose bytes belong to somebody else now: nothing of it can be read or written any more. */
#define ENCLAVED_BUFFER_DETACHED DUK_HEAPHDR_USER_FLAG(2)

/* How many elements a view has. */
static DUK_ALWAYS_INLINE duk_uint_t enclaved_view_length(duk_hbufobj *view) {
  if (view->buf == NULL || DUK_HEAPHDR_CHECK_FLAG_BITS(&view->buf->hdr, ENCLAVED_BUFFER_DETACHED)) return 0;
  return view->length >> view->shift;
}

/* Objects that do not answer as others do when a search for a property comes to them. */
#define ENCLAVED_STOPS (DUK_HOBJECT_FLAG_EXOTIC_PROXYOBJ | DUK_HOBJECT_FLAG_BUFOBJ)
#define ENCLAVED_MAY_STOP(obj) DUK_UNLIKELY(((obj)->hdr.h_flags & ENCLAVED_STOPS) != 0)

enum enclaved_search {
  SEARCH_GOES_ON, /* as in any object */
  SEARCH_ENDS,    /* it is an element that a typed array does not have, and nobody else is asked */
  SEARCH_IS_TAKEN /* the Proxy does the rest of the search */
};
static enum enclaved_search enclaved_search_at(duk_hthread *thr, duk_hobject *obj, duk_hstring *key, duk_uint32_t index);
static duk_bool_t enclaved_inherited_get(duk_hthread *thr, duk_hobject *proxy, duk_tval *receiver);
static duk_bool_t enclaved_inherited_set(duk_hthread *thr, duk_hobject *proxy, duk_tval *value, duk_tval *receiver);
static duk_bool_t enclaved_has(duk_hthread *thr, duk_hobject *obj, duk_hstring *key);
static int enclaved_names_element(duk_hthread *thr, duk_hobject *obj, duk_hstring *key, duk_uint32_t index);
static duk_bool_t enclaved_define_element(duk_hthread *thr, duk_uint_t flags, duk_hobject *obj, duk_uint32_t index,
                                          duk_idx_t idx_value, duk_bool_t throws);
static int enclaved_has_elements(duk_hobject *obj);
static int enclaved_enumerate(duk_hthread *thr, duk_hobject *target);
static void enclaved_assign_from(duk_hthread *thr, duk_idx_t idx);
static int enclaved_is_joining(duk_hthread *thr);
