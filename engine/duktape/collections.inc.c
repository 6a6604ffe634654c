/* What Map, Set, WeakMap and WeakSet keep: entries in the order of insertion, and an index to find them by.
 *
 * The entries are the array part of an object of Duktape's that no script sees, so that the collector of garbage marks
 * them. A buffer holds the index: heads of chains by hash, and for each entry the next one of its chain. A deleted entry
 * keeps its place, with a key that equals nothing, until the entries are packed anew.
 *
 * Who walks a collection holds its store and a position. When a store that somebody walks is packed, a new one takes its
 * place; the old one says where it went and which positions were dropped, so that walkers can follow. */

struct enclaved_index {
  duk_uint32_t kind;
  duk_uint32_t used;     /* entries, deleted ones included */
  duk_uint32_t live;
  duk_uint32_t capacity; /* a power of two: chains, and entries before it grows */
};
/* heads[capacity], then next[capacity]; both count entries from 1, 0 ends a chain */

/* What is left of a store that another one has replaced. */
struct enclaved_moved {
  duk_uint32_t kind;
  duk_uint32_t dropped; /* how many positions follow, ascending; all of them when the collection was cleared */
};
#define ENCLAVED_ALL_DROPPED 0xffffffffU

#define ENCLAVED_FIRST_CAPACITY 8U
#define ENCLAVED_ENTRIES_MAX (1U << 26)

/* The store's own properties, by place. */
#define ENCLAVED_STORE_NEXT 0
#define ENCLAVED_STORE_INDEX 1

static duk_tval *enclaved_store_field(duk_hobject *store, duk_uint32_t field) {
  return DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(NULL, store, field);
}

static DUK_ALWAYS_INLINE struct enclaved_index *enclaved_index_of(duk_hobject *store) {
  return (struct enclaved_index *) DUK_HBUFFER_GET_DATA_PTR(
      NULL, DUK_TVAL_GET_BUFFER(DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(NULL, store, ENCLAVED_STORE_INDEX)));
}
static duk_uint32_t *enclaved_heads(struct enclaved_index *index) { return (duk_uint32_t *) (index + 1); }
static duk_uint32_t *enclaved_nexts(struct enclaved_index *index) { return (duk_uint32_t *) (index + 1) + index->capacity; }
static duk_uint32_t enclaved_width(const struct enclaved_index *index) {
  return index->kind == ENCLAVED_MAP || index->kind == ENCLAVED_WEAK_MAP ? 2 : 1;
}
static duk_tval *enclaved_entry(duk_hobject *store, const struct enclaved_index *index, duk_uint32_t entry) {
  return DUK_HOBJECT_A_GET_VALUE_PTR(NULL, store, entry * enclaved_width(index));
}
static int enclaved_is_dropped(duk_tval *key) { return DUK_TVAL_IS_POINTER(key); }

/* [ … ] -> [ … buffer ] with an empty index. */
static struct enclaved_index *enclaved_push_index(duk_hthread *thr, duk_uint32_t kind, duk_uint32_t capacity) {
  struct enclaved_index *index;
  if (capacity > ENCLAVED_ENTRIES_MAX) DUK_ERROR_RANGE(thr, "the collection has too many entries");
  index = (struct enclaved_index *) duk_push_fixed_buffer(thr, sizeof *index + 2 * sizeof(duk_uint32_t) * capacity);
  index->kind = kind;
  index->capacity = capacity;
  return index;
}

/* [ … ] -> [ … store ], empty. */
static duk_hobject *enclaved_push_store(duk_hthread *thr, duk_uint32_t kind, duk_uint32_t capacity) {
  duk_hobject *store;
  struct enclaved_index *index;
  duk_tval none;
  duk_push_bare_array(thr);
  store = duk_known_hobject(thr, -1);
  index = enclaved_push_index(thr, kind, capacity);
  duk_hobject_realloc_props(thr, store, 2, capacity * enclaved_width(index), 0, 0);
  DUK_TVAL_SET_UNDEFINED(&none);
  enclaved_first_entry(thr, store, DUK_HTHREAD_STRING_INT_NEXT(thr), &none);
  enclaved_first_entry(thr, store, DUK_HTHREAD_STRING_INT_VALUE(thr), thr->valstack_top - 1);
  duk_pop(thr);
  return store;
}

static DUK_ALWAYS_INLINE duk_uint32_t enclaved_mixed(duk_uint64_t bits) {
  bits = (bits ^ (bits >> 32)) * 0x9e3779b97f4a7c15ULL; /* whole numbers differ in their upper bits only */
  return (duk_uint32_t) (bits >> 32);
}

static DUK_ALWAYS_INLINE duk_uint32_t enclaved_hash(duk_tval *key) {
  if (DUK_TVAL_IS_STRING(key)) return DUK_HSTRING_GET_HASH(DUK_TVAL_GET_STRING(key));
  if (DUK_TVAL_IS_NUMBER(key)) {
    duk_double_union number;
    number.d = DUK_TVAL_GET_NUMBER(key);
    if (DUK_ISNAN(number.d)) return 1;
    if (number.d == 0) return 2; /* both zeros */
    return enclaved_mixed(number.ull[0]);
  }
  if (DUK_TVAL_IS_HEAP_ALLOCATED(key))
    return enclaved_mixed((duk_uint64_t) (duk_uintptr_t) DUK_TVAL_GET_HEAPHDR(key) >> 3);
  return DUK_TVAL_IS_BOOLEAN(key) ? 4 + DUK_TVAL_GET_BOOLEAN(key) : (duk_uint32_t) DUK_TVAL_GET_TAG(key);
}

static DUK_ALWAYS_INLINE int enclaved_strictly_same(duk_tval *a, duk_tval *b) {
  if (DUK_TVAL_IS_NUMBER(a)) return DUK_TVAL_IS_NUMBER(b) && DUK_TVAL_GET_NUMBER(a) == DUK_TVAL_GET_NUMBER(b);
  if (DUK_TVAL_IS_HEAP_ALLOCATED(a))
    return DUK_TVAL_IS_HEAP_ALLOCATED(b) && DUK_TVAL_GET_HEAPHDR(a) == DUK_TVAL_GET_HEAPHDR(b);
  return duk_js_strict_equals(a, b);
}

/* SameValueZero. */
static DUK_ALWAYS_INLINE int enclaved_same(duk_tval *a, duk_tval *b) {
  return enclaved_strictly_same(a, b) || (DUK_TVAL_IS_DOUBLE(a) && DUK_TVAL_IS_DOUBLE(b) &&
                                          DUK_ISNAN(DUK_TVAL_GET_DOUBLE(a)) && DUK_ISNAN(DUK_TVAL_GET_DOUBLE(b)));
}

/* The entry of a key, from 0; -1: there is none. */
static DUK_ALWAYS_INLINE duk_int32_t enclaved_find_entry(duk_hobject *store, duk_tval *key) {
  struct enclaved_index *index = enclaved_index_of(store);
  const duk_uint32_t *nexts = enclaved_nexts(index);
  duk_uint32_t entry = enclaved_heads(index)[enclaved_hash(key) & (index->capacity - 1)];
  for (; entry != 0; entry = nexts[entry - 1]) {
    ENCLAVED_TICK(1);
    if (enclaved_same(enclaved_entry(store, index, entry - 1), key)) return (duk_int32_t) entry - 1;
  }
  return -1;
}

/* The store of a collection of that kind; NULL when the value is none. */
static DUK_ALWAYS_INLINE duk_hobject *enclaved_store_of(duk_hthread *thr, duk_tval *tv, duk_uint32_t kind) {
  duk_hobject *h;
  duk_tval *found;
  if (!DUK_TVAL_IS_OBJECT(tv)) return NULL;
  h = DUK_TVAL_GET_OBJECT(tv);
  if (DUK_HOBJECT_GET_CLASS_NUMBER(h) != DUK_HOBJECT_CLASS_OBJECT || DUK_HOBJECT_IS_PROXY(h)) return NULL;
  found = duk_hobject_find_entry_tval_ptr(thr->heap, h, DUK_HTHREAD_STRING_INT_MAP(thr));
  if (found == NULL || !DUK_TVAL_IS_OBJECT(found)) return NULL;
  h = DUK_TVAL_GET_OBJECT(found);
  return enclaved_index_of(h)->kind == kind ? h : NULL;
}

static DUK_NOINLINE void enclaved_not_of_kind(duk_hthread *thr, int kind) {
  static const char *const names[] = {"Map", "Set", "WeakMap", "WeakSet"};
  DUK_ERROR_FMT1(thr, DUK_ERR_TYPE_ERROR, "this is not a %s", names[kind]);
}

static duk_hobject *enclaved_this_store(duk_hthread *thr, int kind) {
  duk_hobject *store = enclaved_store_of(thr, thr->valstack_bottom - 1, (duk_uint32_t) kind);
  if (store == NULL) enclaved_not_of_kind(thr, kind);
  return store;
}

/* Puts the chains right for entries that lie at other places than they said, or for another capacity. */
static void enclaved_link(duk_hobject *store, struct enclaved_index *index) {
  duk_uint32_t *heads = enclaved_heads(index);
  duk_uint32_t *nexts = enclaved_nexts(index);
  duk_uint32_t i;
  duk_memzero(heads, sizeof(duk_uint32_t) * index->capacity);
  for (i = 0; i < index->used; ++i) {
    duk_tval *key = enclaved_entry(store, index, i);
    duk_uint32_t *head = &heads[enclaved_hash(key) & (index->capacity - 1)];
    nexts[i] = *head;
    *head = i + 1;
  }
  ENCLAVED_TICK(4 * (long) index->used);
}

/* Gives the store an index of that capacity, with its entries as they are. */
static void enclaved_set_capacity(duk_hthread *thr, duk_hobject *store, duk_uint32_t capacity) {
  struct enclaved_index *old = enclaved_index_of(store);
  struct enclaved_index *index = enclaved_push_index(thr, old->kind, capacity);
  index->used = enclaved_index_of(store)->used;
  index->live = enclaved_index_of(store)->live;
  enclaved_link(store, index);
  DUK_TVAL_SET_TVAL_UPDREF(thr, enclaved_store_field(store, ENCLAVED_STORE_INDEX), thr->valstack_top - 1);
  duk_pop(thr);
}

/* Somebody walks the store: besides the collection something else holds it. */
static int enclaved_is_walked(duk_hobject *store) { return DUK_HEAPHDR_GET_REFCOUNT((duk_heaphdr *) store) > 1; }

/* Makes the store that a collection holds another one, and tells walkers of the old one. */
static void enclaved_replace_store(duk_hthread *thr, duk_hobject *old, duk_hobject *by, duk_hobject *collection,
                                   int cleared) {
  struct enclaved_index *index = enclaved_index_of(old);
  const duk_uint32_t dropped = cleared ? 0 : index->used - index->live;
  struct enclaved_moved *moved;
  duk_uint32_t *positions;
  duk_uint32_t i;
  moved = (struct enclaved_moved *) duk_push_fixed_buffer(thr, sizeof *moved + sizeof(duk_uint32_t) * dropped);
  index = enclaved_index_of(old);
  moved->kind = index->kind;
  moved->dropped = cleared ? ENCLAVED_ALL_DROPPED : dropped;
  positions = (duk_uint32_t *) (moved + 1);
  if (!cleared)
    for (i = 0; i < index->used; ++i)
      if (enclaved_is_dropped(enclaved_entry(old, index, i))) *positions++ = i;
  duk_push_hobject(thr, old);
  DUK_TVAL_SET_TVAL_UPDREF(thr, enclaved_store_field(old, ENCLAVED_STORE_INDEX), thr->valstack_top - 2);
  duk_push_hobject(thr, by);
  DUK_TVAL_SET_TVAL_UPDREF(thr, enclaved_store_field(old, ENCLAVED_STORE_NEXT), thr->valstack_top - 1);
  DUK_TVAL_SET_TVAL_UPDREF(
      thr, duk_hobject_find_entry_tval_ptr(thr->heap, collection, DUK_HTHREAD_STRING_INT_MAP(thr)), thr->valstack_top - 1);
  duk_pop_3(thr);
}

/* Packs entries together; answers the store that the collection has now. */
static duk_hobject *enclaved_pack_entries(duk_hthread *thr, duk_hobject *collection, duk_hobject *store) {
  struct enclaved_index *index = enclaved_index_of(store);
  const duk_uint32_t width = enclaved_width(index);
  duk_hobject *to = store;
  duk_uint32_t from;
  duk_uint32_t at = 0;
  if (enclaved_is_walked(store)) {
    to = enclaved_push_store(thr, index->kind, index->capacity);
    index = enclaved_index_of(store);
    for (from = 0; from < index->used; ++from) {
      duk_tval *key = enclaved_entry(store, index, from);
      duk_uint32_t i;
      if (enclaved_is_dropped(key)) continue;
      for (i = 0; i < width; ++i) {
        duk_tval *place = DUK_HOBJECT_A_GET_VALUE_PTR(NULL, to, at * width + i);
        DUK_TVAL_SET_TVAL(place, key + i);
        DUK_TVAL_INCREF(thr, place);
      }
      ++at;
    }
    enclaved_index_of(to)->used = enclaved_index_of(to)->live = at;
    ((duk_harray *) to)->length = at * width;
    enclaved_link(to, enclaved_index_of(to));
    enclaved_replace_store(thr, store, to, collection, 0);
    duk_pop(thr);
    return to;
  }
  for (from = 0; from < index->used; ++from) {
    duk_tval *key = enclaved_entry(store, index, from);
    if (enclaved_is_dropped(key)) continue;
    if (at != from) duk_memmove((void *) enclaved_entry(store, index, at), (const void *) key, width * sizeof(duk_tval));
    ++at;
  }
  for (from = at * width; from < index->used * width; ++from)
    DUK_TVAL_SET_UNUSED(DUK_HOBJECT_A_GET_VALUE_PTR(NULL, store, from)); /* moved, or dropped: nothing is held here */
  index->used = at;
  ((duk_harray *) store)->length = at * width;
  enclaved_link(store, index);
  return store;
}

/* Room for one more entry. */
static duk_hobject *enclaved_make_room(duk_hthread *thr, duk_hobject *collection, duk_hobject *store) {
  struct enclaved_index *index = enclaved_index_of(store);
  if (index->used == index->capacity) {
    if (index->live <= index->capacity - index->capacity / 4) {
      store = enclaved_pack_entries(thr, collection, store);
    } else {
      enclaved_set_capacity(thr, store, index->capacity * 2);
    }
    index = enclaved_index_of(store);
  }
  /* Duktape may have cut the array part to what is used, when memory was short. */
  if ((index->used + 1) * enclaved_width(index) > DUK_HOBJECT_GET_ASIZE(store))
    duk_hobject_realloc_props(thr, store, 2, index->capacity * enclaved_width(index), 0, 0);
  return store;
}

/* Adds an entry that is not there. `key` and `value` are on the value stack. */
static void enclaved_append(duk_hthread *thr, duk_hobject *collection, duk_hobject *store, duk_idx_t key_idx) {
  struct enclaved_index *index;
  duk_uint32_t *head;
  duk_tval *place;
  duk_tval *key;
  duk_uint32_t i;
  store = enclaved_make_room(thr, collection, store);
  index = enclaved_index_of(store);
  key = duk_require_tval(thr, key_idx);
  place = enclaved_entry(store, index, index->used);
  for (i = 0; i < enclaved_width(index); ++i) {
    DUK_TVAL_SET_TVAL(place + i, key + i);
    DUK_TVAL_INCREF(thr, place + i);
  }
  if (DUK_TVAL_IS_DOUBLE(place) && DUK_TVAL_GET_DOUBLE(place) == 0) DUK_TVAL_SET_I32(place, 0); /* never -0 */
  head = &enclaved_heads(index)[enclaved_hash(place) & (index->capacity - 1)];
  enclaved_nexts(index)[index->used] = *head;
  *head = ++index->used;
  ++index->live;
  ((duk_harray *) store)->length = index->used * enclaved_width(index);
}

void enclaved_make_collection(duk_hthread *thr, duk_idx_t idx, int kind) {
  idx = duk_require_normalize_index(thr, idx);
  enclaved_push_store(thr, (duk_uint32_t) kind, ENCLAVED_FIRST_CAPACITY);
  duk_xdef_prop_stridx(thr, idx, DUK_STRIDX_INT_MAP, DUK_PROPDESC_FLAGS_W);
}

int enclaved_is_collection(duk_hthread *thr, duk_idx_t idx, int kind) {
  duk_tval *tv = duk_get_tval(thr, idx);
  return tv != NULL && enclaved_store_of(thr, tv, (duk_uint32_t) kind) != NULL;
}

void enclaved_require_collection(duk_hthread *thr, duk_idx_t idx, int kind) {
  if (!enclaved_is_collection(thr, idx, kind)) enclaved_not_of_kind(thr, kind);
}

/* -- of `this`; arguments are the bottom of the value stack */

int enclaved_collection_get(duk_hthread *thr, int kind) {
  duk_hobject *store = enclaved_this_store(thr, kind);
  const duk_int32_t entry = enclaved_find_entry(store, thr->valstack_bottom);
  if (entry < 0) return 0;
  duk_push_tval(thr, enclaved_entry(store, enclaved_index_of(store), (duk_uint32_t) entry) + 1);
  return 1;
}

int enclaved_collection_has(duk_hthread *thr, int kind) {
  return enclaved_find_entry(enclaved_this_store(thr, kind), thr->valstack_bottom) >= 0;
}

static void enclaved_put_entry(duk_hthread *thr, duk_hobject *collection, duk_hobject *store, duk_idx_t key_idx) {
  const duk_int32_t entry = enclaved_find_entry(store, duk_require_tval(thr, key_idx));
  if (entry < 0) {
    enclaved_append(thr, collection, store, key_idx);
  } else if (enclaved_width(enclaved_index_of(store)) == 2) {
    duk_tval *place = enclaved_entry(store, enclaved_index_of(store), (duk_uint32_t) entry) + 1;
    DUK_TVAL_SET_TVAL_UPDREF(thr, place, duk_require_tval(thr, key_idx + 1)); /* side effects */
  }
}

void enclaved_collection_put(duk_hthread *thr, int kind) {
  enclaved_put_entry(thr, DUK_TVAL_GET_OBJECT(thr->valstack_bottom - 1), enclaved_this_store(thr, kind), 0);
}

void enclaved_put_into(duk_hthread *thr, duk_idx_t idx, int kind) {
  duk_tval *tv = duk_require_tval(thr, idx);
  duk_hobject *store = enclaved_store_of(thr, tv, (duk_uint32_t) kind);
  const int width = kind == ENCLAVED_MAP || kind == ENCLAVED_WEAK_MAP ? 2 : 1;
  enclaved_put_entry(thr, DUK_TVAL_GET_OBJECT(tv), store, duk_get_top(thr) - width);
  duk_pop_n(thr, width);
}

static int enclaved_drop_entry(duk_hthread *thr, duk_hobject *store, duk_tval *key) {
  const duk_int32_t entry = enclaved_find_entry(store, key);
  struct enclaved_index *index = enclaved_index_of(store);
  duk_tval *place;
  duk_tval dropped;
  if (entry < 0) return 0;
  --index->live;
  place = enclaved_entry(store, index, (duk_uint32_t) entry);
  DUK_TVAL_SET_POINTER(&dropped, NULL);
  /* Still in its chain, which is that of its old hash; packing and growing put it into another one. */
  if (enclaved_width(index) == 2) DUK_TVAL_SET_UNDEFINED_UPDREF_NORZ(thr, place + 1);
  DUK_TVAL_SET_TVAL_UPDREF(thr, place, &dropped); /* side effects */
  return 1;
}

int enclaved_collection_delete(duk_hthread *thr, int kind) {
  return enclaved_drop_entry(thr, enclaved_this_store(thr, kind), thr->valstack_bottom);
}

int enclaved_take_from(duk_hthread *thr, duk_idx_t idx, int kind) {
  duk_hobject *store = enclaved_store_of(thr, duk_require_tval(thr, idx), (duk_uint32_t) kind);
  const int was_there = enclaved_drop_entry(thr, store, thr->valstack_top - 1);
  duk_pop(thr);
  return was_there;
}

unsigned enclaved_collection_size(duk_hthread *thr, int kind) {
  return enclaved_index_of(enclaved_this_store(thr, kind))->live;
}

void enclaved_collection_clear(duk_hthread *thr, int kind) {
  duk_hobject *collection = DUK_TVAL_GET_OBJECT(thr->valstack_bottom - 1);
  duk_hobject *store = enclaved_this_store(thr, kind);
  duk_hobject *by;
  if (enclaved_index_of(store)->used == 0) return;
  duk_push_hobject(thr, store);
  by = enclaved_push_store(thr, (duk_uint32_t) kind, ENCLAVED_FIRST_CAPACITY);
  enclaved_replace_store(thr, store, by, collection, 1);
  duk_pop_2(thr);
}

/* -- walking */

void enclaved_push_walk(duk_hthread *thr, duk_idx_t idx, int kind) {
  duk_tval *tv = duk_require_tval(thr, idx);
  duk_hobject *store = enclaved_store_of(thr, tv, (duk_uint32_t) kind);
  if (store == NULL) enclaved_not_of_kind(thr, kind);
  duk_push_hobject(thr, store);
}

/* Follows a store that was replaced to the one that counts; the store on the stack and the position change along. */
static duk_hobject *enclaved_follow(duk_hthread *thr, duk_tval *walk, unsigned *position) {
  for (;;) {
    duk_hobject *store = DUK_TVAL_GET_OBJECT(walk);
    duk_tval *next = enclaved_store_field(store, ENCLAVED_STORE_NEXT);
    const struct enclaved_moved *moved;
    const duk_uint32_t *positions;
    duk_uint32_t i;
    if (!DUK_TVAL_IS_OBJECT(next)) return store;
    moved = (const struct enclaved_moved *) (const void *) enclaved_index_of(store);
    positions = (const duk_uint32_t *) (moved + 1);
    if (moved->dropped == ENCLAVED_ALL_DROPPED) {
      *position = 0;
    } else {
      for (i = 0; i < moved->dropped && positions[i] < *position;) ++i;
      ENCLAVED_TICK(i);
      *position -= i;
    }
    DUK_TVAL_SET_TVAL_UPDREF(thr, walk, next);
  }
}

int enclaved_walk(duk_hthread *thr, duk_idx_t walk_idx, unsigned *position) {
  duk_tval *walk = duk_require_tval(thr, walk_idx);
  duk_hobject *store = enclaved_follow(thr, walk, position);
  struct enclaved_index *index = enclaved_index_of(store);
  for (; *position < index->used; ++*position) {
    duk_tval *entry = enclaved_entry(store, index, *position);
    ENCLAVED_TICK(1);
    if (enclaved_is_dropped(entry)) continue;
    ++*position;
    duk_push_tval(thr, entry);
    duk_push_tval(thr, entry + enclaved_width(index) - 1);
    return 1;
  }
  return 0;
}
