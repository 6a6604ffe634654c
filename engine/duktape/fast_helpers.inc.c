/* Helpers of lowered code (engine/prelude/lang.js) that nearly always have nothing to do: what they would answer then
 * is known without calling them. Any other case goes to the helper itself, which has the last word. */

enum enclaved_helper {
  ENCLAVED_HELPER_STR,     /* a part of a template: a string is one, a number becomes one */
  ENCLAVED_HELPER_ONCE,    /* super() for the first time: what it made */
  ENCLAVED_HELPER_SELF,    /* `this` that is there */
  ENCLAVED_HELPER_DERIVED, /* what a derived constructor gives */
  ENCLAVED_HELPER_PARENT,  /* the constructor that super() calls */
  ENCLAVED_HELPER_DEFINE,  /* a property that is new */
  ENCLAVED_HELPERS
};

static const char* const enclaved_helper_names[ENCLAVED_HELPERS] = {"$$str",     "$$once",   "$$self",
                                                                    "$$derived", "$$parent", "$$define"};

/* By address, for one look at each call; the image keeps the helpers where they are. */
#define ENCLAVED_HELPER_PLACES 256U
#define ENCLAVED_HELPER_PLACE(func) (((duk_uintptr_t)(func) >> 4) & (ENCLAVED_HELPER_PLACES - 1U))
static struct {
  duk_hobject* func;
  enum enclaved_helper kind;
} enclaved_helper_at[ENCLAVED_HELPER_PLACES];

/* What lowered code calls for super(…): Reflect.construct as it was at the beginning. */
static duk_hobject* enclaved_super_function;

/* [ … helpers ] at `idx`; one whose place is taken is called like any function. */
static void enclaved_know_helpers(duk_hthread* thr, duk_idx_t idx) {
  int kind;
  idx = duk_normalize_index(thr, idx);
  duk_get_prop_string(thr, idx, "$$construct");
  enclaved_super_function = duk_get_hobject(thr, -1);
  duk_pop(thr);
  for (kind = 0; kind < ENCLAVED_HELPERS; ++kind) {
    duk_hobject* func;
    duk_get_prop_string(thr, idx, enclaved_helper_names[kind]);
    func = duk_get_hobject(thr, -1);
    duk_pop(thr);
    if (func == NULL || enclaved_helper_at[ENCLAVED_HELPER_PLACE(func)].func != NULL) continue;
    enclaved_helper_at[ENCLAVED_HELPER_PLACE(func)].func = func;
    enclaved_helper_at[ENCLAVED_HELPER_PLACE(func)].kind = (enum enclaved_helper)kind;
  }
}

/* A string for a part of a template; null: ask the helper. */
static duk_hstring* enclaved_part(duk_hthread* thr, duk_tval* value) {
  char text[64];
  if (DUK_TVAL_IS_STRING(value))
    return DUK_HSTRING_HAS_SYMBOL(DUK_TVAL_GET_STRING(value)) ? NULL : DUK_TVAL_GET_STRING(value);
  if (!DUK_TVAL_IS_NUMBER(value)) return NULL;
  return duk_heap_strtable_intern(thr->heap, (const duk_uint8_t*)text,
                                  (duk_uint32_t)enclaved_number_text(DUK_TVAL_GET_NUMBER(value), text));
}

static duk_tval* enclaved_parent(duk_tval* of, duk_tval* made) {
  duk_hobject* parent;
  if (!DUK_TVAL_IS_OBJECT(of) || DUK_HOBJECT_IS_PROXY(DUK_TVAL_GET_OBJECT(of))) return NULL;
  parent = DUK_HOBJECT_GET_PROTOTYPE(NULL, DUK_TVAL_GET_OBJECT(of));
  if (parent == NULL || !DUK_HOBJECT_HAS_CONSTRUCTABLE(parent) || DUK_HOBJECT_IS_PROXY(parent) ||
      !DUK_HOBJECT_IS_COMPFUNC(parent))
    return NULL;
  DUK_TVAL_SET_OBJECT(made, parent);
  return made;
}

static int enclaved_define_new(duk_hthread* thr, duk_tval* target, duk_tval* key, duk_tval* value) {
  unsigned char nowhere = 255;
  duk_hobject* obj;
  duk_tval* place;
  int entry;
  if (!DUK_TVAL_IS_OBJECT(target) || !DUK_TVAL_IS_STRING(key) || DUK_HSTRING_HAS_ARRIDX(DUK_TVAL_GET_STRING(key)))
    return 0;
  obj = DUK_TVAL_GET_OBJECT(target);
  if ((enclaved_flags(obj) & (ENCLAVED_EXOTIC | DUK_HOBJECT_FLAG_EXTENSIBLE)) != DUK_HOBJECT_FLAG_EXTENSIBLE) return 0;
  if (enclaved_find(obj, DUK_TVAL_GET_STRING(key), &nowhere) >= 0) return 0;
  entry = duk__hobject_alloc_entry_checked(thr, obj, DUK_TVAL_GET_STRING(key));
  place = DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(NULL, obj, entry);
  DUK_TVAL_SET_TVAL(place, value);
  DUK_TVAL_INCREF(thr, place);
  DUK_HOBJECT_E_SET_FLAGS(NULL, obj, entry, DUK_PROPDESC_FLAGS_WEC);
  return 1;
}

/* [ … helper this args … ]: answers in place of the helper; 0: call it. */
static DUK_NOINLINE int enclaved_help(duk_hthread* thr, duk_tval* place, duk_idx_t nargs, enum enclaved_helper kind) {
  duk_tval* first = place + 2;
  duk_tval* answer = NULL;
  duk_tval made;
  if (nargs < 1) return 0;
  switch (kind) {
  case ENCLAVED_HELPER_STR: {
    duk_hstring* part = enclaved_part(thr, first);
    if (part == NULL) return 0;
    DUK_TVAL_SET_STRING(&made, part);
    answer = &made;
    break;
  }
  case ENCLAVED_HELPER_ONCE:
    if (nargs >= 2 && DUK_TVAL_IS_UNDEFINED(first)) answer = first + 1;
    break;
  case ENCLAVED_HELPER_SELF:
    if (!DUK_TVAL_IS_UNDEFINED(first)) answer = first;
    break;
  case ENCLAVED_HELPER_DERIVED:
    if (DUK_TVAL_IS_OBJECT(first))
      answer = first;
    else if (nargs >= 2 && DUK_TVAL_IS_UNDEFINED(first) && !DUK_TVAL_IS_UNDEFINED(first + 1))
      answer = first + 1;
    break;
  case ENCLAVED_HELPER_PARENT: answer = enclaved_parent(first, &made); break;
  case ENCLAVED_HELPER_DEFINE:
    if (nargs != 3 || !enclaved_define_new(thr, first, first + 1, first + 2)) return 0;
    DUK_TVAL_SET_UNDEFINED(&made);
    answer = &made;
    break;
  default: break;
  }
  if (answer == NULL) return 0;
  DUK_TVAL_SET_TVAL_UPDREF(thr, place,
                           answer); /* side effects, none on this stack; what lies above is let go when it is used */
  return 1;
}
