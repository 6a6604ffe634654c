/* Regular expressions as objects. Their own entries are always these three, in this order: lastIndex, and under keys that
 * no script can name the program (a string of words, library/regexp_programs.cpp) and the escaped source. So each is found
 * by its place. */

enum { REGEXP_LAST_INDEX, REGEXP_PROGRAM, REGEXP_SOURCE, REGEXP_ENTRIES };

static void regexp_entry(duk_hthread *thr, duk_hobject *h, duk_uint32_t at, duk_hstring *key, duk_small_uint_t flags,
                         const duk_tval *value) {
  DUK_HOBJECT_E_SET_KEY(thr->heap, h, at, key);
  DUK_HSTRING_INCREF(thr, key);
  DUK_HOBJECT_E_SET_FLAGS(thr->heap, h, at, flags);
  DUK_TVAL_SET_TVAL(DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(thr->heap, h, at), value);
  DUK_TVAL_INCREF(thr, value);
  DUK_HOBJECT_SET_ENEXT(h, at + 1);
}

/* [ … source program ] -> [ … object ] */
void enclaved_push_regexp(duk_hthread *thr, void *prototype) {
  duk_hobject *h;
  duk_tval zero;
  duk_hobject *proto = prototype != NULL ? (duk_hobject *) prototype : thr->builtins[DUK_BIDX_REGEXP_PROTOTYPE];
  h = duk_push_object_helper_proto(
      thr, DUK_HOBJECT_FLAG_EXTENSIBLE | DUK_HOBJECT_FLAG_FASTREFS | DUK_HOBJECT_CLASS_AS_FLAGS(DUK_HOBJECT_CLASS_REGEXP), proto);
  duk_hobject_realloc_props(thr, h, REGEXP_ENTRIES, 0, 0, 0);
  DUK_TVAL_SET_U32(&zero, 0);
  regexp_entry(thr, h, REGEXP_LAST_INDEX, DUK_HTHREAD_STRING_LAST_INDEX(thr), DUK_PROPDESC_FLAGS_W, &zero);
  regexp_entry(thr, h, REGEXP_PROGRAM, DUK_HTHREAD_GET_STRING(thr, DUK_STRIDX_INT_BYTECODE), DUK_PROPDESC_FLAGS_NONE,
               DUK_GET_TVAL_NEGIDX(thr, -2));
  regexp_entry(thr, h, REGEXP_SOURCE, DUK_HTHREAD_GET_STRING(thr, DUK_STRIDX_INT_SOURCE), DUK_PROPDESC_FLAGS_NONE,
               DUK_GET_TVAL_NEGIDX(thr, -3));
  duk_replace(thr, -3);
  duk_pop(thr);
}

static duk_hobject *regexp_at(duk_hthread *thr, duk_idx_t idx) { return duk_get_hobject_with_class(thr, idx, DUK_HOBJECT_CLASS_REGEXP); }

const void *enclaved_regexp_program(duk_hthread *thr, duk_idx_t idx) {
  duk_hobject *h = regexp_at(thr, idx);
  if (h == NULL || DUK_HOBJECT_GET_ENEXT(h) < REGEXP_ENTRIES) return NULL;
  return DUK_HSTRING_GET_DATA(DUK_TVAL_GET_STRING(DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(thr->heap, h, REGEXP_PROGRAM)));
}

void enclaved_push_regexp_parts(duk_hthread *thr, duk_idx_t idx) {
  duk_hobject *h = regexp_at(thr, idx);
  duk_push_tval(thr, DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(thr->heap, h, REGEXP_SOURCE));
  duk_push_tval(thr, DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(thr->heap, h, REGEXP_PROGRAM));
}

int enclaved_regexp_last_index(duk_hthread *thr, duk_idx_t idx, double *number) {
  duk_tval *tv = DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(thr->heap, regexp_at(thr, idx), REGEXP_LAST_INDEX);
  if (!DUK_TVAL_IS_NUMBER(tv)) return 0;
  *number = DUK_TVAL_GET_NUMBER(tv);
  return 1;
}

int enclaved_regexp_set_last_index(duk_hthread *thr, duk_idx_t idx, unsigned number) {
  duk_hobject *h = regexp_at(thr, idx);
  duk_tval *tv = DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(thr->heap, h, REGEXP_LAST_INDEX);
  if (!DUK_TVAL_IS_NUMBER(tv) || (DUK_HOBJECT_E_GET_FLAGS(thr->heap, h, REGEXP_LAST_INDEX) & DUK_PROPDESC_FLAG_WRITABLE) == 0) return 0;
  DUK_TVAL_SET_U32(tv, number);
  return 1;
}

/* What a fresh heap has on the constructor and its prototype. The image is the same in every process, so its addresses are. */
#define REGEXP_KEPT_MAX 40
struct regexp_kept {
  duk_hobject *of;
  unsigned count;
  duk_hstring *keys[REGEXP_KEPT_MAX];
  void *values[REGEXP_KEPT_MAX];
};
static struct regexp_kept regexp_prototype_kept;
static struct regexp_kept regexp_constructor_kept;
static duk_hstring *regexp_groups_key;
static duk_hstring *regexp_indices_key;

/* A function, or the getter of an accessor. */
static void *regexp_value_of(duk_heap *heap, duk_hobject *h, unsigned i) {
  if (DUK_HOBJECT_E_SLOT_IS_ACCESSOR(heap, h, i)) return DUK_HOBJECT_E_GET_VALUE_GETTER(heap, h, i);
  if (!DUK_TVAL_IS_HEAP_ALLOCATED(DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(heap, h, i))) return NULL;
  return DUK_TVAL_GET_HEAPHDR(DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(heap, h, i));
}

static void regexp_keep(duk_hthread *thr, duk_idx_t idx, struct regexp_kept *to) {
  unsigned i;
  to->of = duk_require_hobject(thr, idx);
  to->count = DUK_HOBJECT_GET_ENEXT(to->of);
  if (to->count > REGEXP_KEPT_MAX) duk_error(thr, DUK_ERR_ERROR, "regular expressions have more members than are kept");
  for (i = 0; i < to->count; ++i) {
    to->keys[i] = DUK_HOBJECT_E_GET_KEY(thr->heap, to->of, i);
    to->values[i] = regexp_value_of(thr->heap, to->of, i);
  }
}

static int regexp_is_kept(duk_heap *heap, const struct regexp_kept *it) {
  unsigned i;
  if (DUK_HOBJECT_GET_ENEXT(it->of) != it->count) return 0;
  for (i = 0; i < it->count; ++i)
    if (DUK_HOBJECT_E_GET_KEY(heap, it->of, i) != it->keys[i] || regexp_value_of(heap, it->of, i) != it->values[i]) return 0;
  return 1;
}

/* [ … ] -> [ … prototype ]: Duktape's own object, as every coroutine has it as that of literals; with nothing on it. */
void enclaved_push_bare_regexp_prototype(duk_hthread *thr) {
  duk_hobject *h = thr->builtins[DUK_BIDX_REGEXP_PROTOTYPE];
  duk_push_hobject(thr, h);
  while (DUK_HOBJECT_GET_ENEXT(h) > 0) {
    duk_hobject_delprop_raw(thr, h, DUK_HOBJECT_E_GET_KEY(thr->heap, h, 0), DUK_DELPROP_FLAG_FORCE);
    duk_compact(thr, -1);
  }
}

void enclaved_keep_regexp(duk_hthread *thr, duk_idx_t constructor) {
  regexp_constructor_kept.of = duk_require_hobject(thr, constructor);
  duk_push_heap_stash(thr);
  duk_push_string(thr, "groups");
  regexp_groups_key = duk_known_hstring(thr, -1);
  duk_put_prop_string(thr, -2, "regexp groups");
  duk_push_string(thr, "indices");
  regexp_indices_key = duk_known_hstring(thr, -1);
  duk_put_prop_string(thr, -2, "regexp indices");
  duk_pop(thr);
}

/* Once the prototype is complete and will not be compacted any more. */
void enclaved_seal_regexp(duk_hthread *thr) {
  duk_push_hobject(thr, thr->builtins[DUK_BIDX_REGEXP_PROTOTYPE]);
  regexp_keep(thr, -1, &regexp_prototype_kept);
  duk_push_hobject(thr, regexp_constructor_kept.of);
  regexp_keep(thr, -1, &regexp_constructor_kept);
  duk_pop_2(thr);
}

int enclaved_regexp_is_plain(duk_hthread *thr, duk_idx_t idx) {
  duk_hobject *h = regexp_at(thr, idx);
  if (h == NULL || DUK_HOBJECT_GET_ENEXT(h) != REGEXP_ENTRIES) return 0;
  if (DUK_HOBJECT_GET_PROTOTYPE(thr->heap, h) != regexp_prototype_kept.of) return 0;
  if (!DUK_TVAL_IS_NUMBER(DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(thr->heap, h, REGEXP_LAST_INDEX)) ||
      (DUK_HOBJECT_E_GET_FLAGS(thr->heap, h, REGEXP_LAST_INDEX) & DUK_PROPDESC_FLAG_WRITABLE) == 0)
    return 0;
  return regexp_is_kept(thr->heap, &regexp_prototype_kept) && regexp_is_kept(thr->heap, &regexp_constructor_kept);
}

void *enclaved_regexp_prototype(duk_hthread *thr) { return thr->builtins[DUK_BIDX_REGEXP_PROTOTYPE]; }
void *enclaved_regexp_constructor(void) { return regexp_constructor_kept.of; }

/* Moves the topmost values into the entries or elements of an object that was just made for them. */
static void regexp_move(duk_hthread *thr, duk_tval *from, duk_hobject *to, duk_uint32_t at, duk_hstring *key) {
  DUK_HOBJECT_E_SET_KEY(thr->heap, to, at, key);
  DUK_HSTRING_INCREF(thr, key);
  DUK_HOBJECT_E_SET_FLAGS(thr->heap, to, at, DUK_PROPDESC_FLAGS_WEC);
  DUK_TVAL_SET_TVAL(DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(thr->heap, to, at), from);
  DUK_TVAL_SET_UNDEFINED(from);
  DUK_HOBJECT_SET_ENEXT(to, at + 1);
}

void enclaved_make_match(duk_hthread *thr, duk_idx_t count, int with_indices) {
  const duk_uint32_t extra = with_indices ? 4 : 3;
  const duk_idx_t total = count + (duk_idx_t) extra;
  duk_harray *a = duk_push_harray(thr);
  duk_tval *from;
  duk_tval *elements;
  duk_idx_t i;
  duk_hobject_realloc_props(thr, (duk_hobject *) a, extra, (duk_uint32_t) count, 0, 0);
  a->length = (duk_uint32_t) count;
  from = thr->valstack_top - 1 - total;
  elements = DUK_HOBJECT_A_GET_BASE(thr->heap, (duk_hobject *) a);
  for (i = 0; i < count; ++i) {
    DUK_TVAL_SET_TVAL(elements + i, from + i);
    DUK_TVAL_SET_UNDEFINED(from + i);
  }
  regexp_move(thr, from + count, (duk_hobject *) a, 0, DUK_HTHREAD_GET_STRING(thr, DUK_STRIDX_INDEX));
  regexp_move(thr, from + count + 1, (duk_hobject *) a, 1, DUK_HTHREAD_GET_STRING(thr, DUK_STRIDX_INPUT));
  regexp_move(thr, from + count + 2, (duk_hobject *) a, 2, regexp_groups_key);
  if (with_indices) regexp_move(thr, from + count + 3, (duk_hobject *) a, 3, regexp_indices_key);
  duk_replace(thr, -1 - total);
  duk_pop_n(thr, total - 1);
}

void enclaved_make_groups(duk_hthread *thr, duk_idx_t count) {
  duk_hobject *h;
  duk_tval *from;
  duk_idx_t i;
  (void) duk_push_bare_object(thr);
  h = duk_known_hobject(thr, -1);
  if (count > 0) duk_hobject_realloc_props(thr, h, (duk_uint32_t) count, 0, 0, 0);
  from = thr->valstack_top - 1 - 2 * count;
  for (i = 0; i < count; ++i) regexp_move(thr, from + 2 * i + 1, h, (duk_uint32_t) i, DUK_TVAL_GET_STRING(from + 2 * i));
  if (count == 0) return;
  duk_replace(thr, -1 - 2 * count);
  duk_pop_n(thr, 2 * count - 1);
}

void enclaved_push_array_of(duk_hthread *thr, unsigned count) { duk_push_harray_with_size(thr, (duk_uint32_t) count); }

void enclaved_fill_element(duk_hthread *thr, duk_idx_t idx, unsigned at) {
  duk_tval *to = DUK_HOBJECT_A_GET_VALUE_PTR(thr->heap, duk_known_hobject(thr, idx), at);
  duk_tval *from = --thr->valstack_top;
  DUK_TVAL_SET_TVAL(to, from);
  DUK_TVAL_SET_UNDEFINED(from);
}

int enclaved_push_own(duk_hthread *thr, duk_idx_t idx, const char *key) {
  duk_hobject *h = duk_get_hobject(thr, idx);
  duk_tval *found;
  if (h == NULL) return 0;
  duk_push_string(thr, key);
  found = duk_hobject_find_entry_tval_ptr(thr->heap, h, duk_known_hstring(thr, -1));
  duk_pop(thr);
  if (found != NULL) duk_push_tval(thr, found);
  return found != NULL;
}
