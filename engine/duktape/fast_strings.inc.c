/* Strings that grow. `s += x` copies all of `s` in Duktape, so building a text takes time with the square of its
 * length. Here a long result of `+` keeps its bytes in a buffer of its own with room behind them; when the next `+` has
 * that very string on its left, the new bytes go behind the old ones and the new string shares the buffer. The older
 * string goes on seeing its part, so it does not matter who else refers to it, nor where: a variable, a property, a
 * scope across an await.
 *
 *   | references | used | capacity | bytes of the longest string, each shorter one is its beginning … | 0 | room … |
 *
 * A string is found by its hash, so the hash must follow from the left string's without looking at its bytes again: it
 * is a chain over words of eight bytes, and a string of this kind keeps the chain's state after its last whole word.
 * Only the longest string of a buffer has a zero behind it: what wants one asks enclaved_terminate. */

struct enclaved_buffer {
  duk_uint32_t references;
  duk_uint32_t used;     /* without the zero behind it */
  duk_uint32_t capacity; /* with it */
  duk_uint32_t unused;
};

struct enclaved_text {
  duk_hstring_external external;
  duk_uint64_t state;             /* of the hash, over the whole words */
  struct enclaved_buffer* buffer; /* where the bytes were put */
  struct enclaved_buffer* own;    /* a copy that ends with a zero, once somebody wanted that; null otherwise */
};

static void duk__strtable_resize_check(duk_heap* heap);

/* Shorter results are ordinary strings: copying them costs less than a buffer. */
#define ENCLAVED_GROWING_BYTES 512U
#define ENCLAVED_BYTES_OF(buffer) ((duk_uint8_t*)((buffer) + 1))

#define ENCLAVED_HASH_FACTOR 0x9e3779b97f4a7c15ULL
#define ENCLAVED_HASH_END 0xd6e8feb86659fd93ULL

static DUK_ALWAYS_INLINE duk_uint64_t enclaved_mixed_words(duk_uint64_t a, duk_uint64_t b) {
  const unsigned __int128 product = (unsigned __int128)a * b;
  return (duk_uint64_t)product ^ (duk_uint64_t)(product >> 64);
}

/* The state after the whole words from byte `from` (a multiple of eight) on. */
static DUK_ALWAYS_INLINE duk_uint64_t enclaved_hash_words(duk_uint64_t state, const duk_uint8_t* bytes, duk_size_t from,
                                                          duk_size_t count) {
  for (; from + 8 <= count; from += 8) {
    duk_uint64_t word;
    memcpy(&word, bytes + from, 8);
    state = enclaved_mixed_words(state ^ word, ENCLAVED_HASH_FACTOR) + from;
  }
  return state;
}

static DUK_ALWAYS_INLINE duk_uint32_t enclaved_hash_end(duk_uint64_t state, const duk_uint8_t* bytes,
                                                        duk_size_t count) {
  const duk_uint8_t* tail = bytes + (count & ~(duk_size_t)7);
  const unsigned left = (unsigned)(count & 7U);
  duk_uint64_t word = 0;
  duk_uint64_t hash;
  if (left >= 4) {
    duk_uint32_t low, high;
    memcpy(&low, tail, 4);
    memcpy(&high, tail + left - 4, 4);
    word = low | (duk_uint64_t)high << 32;
  } else if (left != 0) {
    word = tail[0] | (duk_uint64_t)tail[left / 2] << 8 | (duk_uint64_t)tail[left - 1] << 16;
  }
  hash = enclaved_mixed_words(state ^ word ^ count, ENCLAVED_HASH_END);
  return (duk_uint32_t)(hash ^ hash >> 32);
}

static DUK_ALWAYS_INLINE duk_uint64_t enclaved_hash_begin(duk_heap* heap) {
  return (duk_uint64_t)heap->hash_seed * ENCLAVED_HASH_FACTOR;
}

static duk_uint32_t enclaved_text_hash(duk_heap* heap, const duk_uint8_t* bytes, duk_size_t count) {
  return enclaved_hash_end(enclaved_hash_words(enclaved_hash_begin(heap), bytes, 0, count), bytes, count);
}

static void enclaved_let_go(duk_heap* heap, struct enclaved_buffer* buffer) {
  if (buffer != NULL && --buffer->references == 0) DUK_FREE(heap, buffer);
}

/* Called by duk_free_hstring for a string whose bytes lie elsewhere: it is one of these. */
void enclaved_release_text(duk_heap* heap, duk_hstring* text) {
  struct enclaved_text* it = (struct enclaved_text*)text;
  enclaved_let_go(heap, it->buffer);
  enclaved_let_go(heap, it->own);
}

static struct enclaved_buffer* enclaved_new_buffer(duk_hthread* thr, duk_size_t capacity) {
  struct enclaved_buffer* made =
      (struct enclaved_buffer*)DUK_ALLOC(thr->heap, sizeof(struct enclaved_buffer) + capacity);
  if (made == NULL) DUK_ERROR_ALLOC_FAILED(thr);
  made->references = 0;
  made->used = 0;
  made->capacity = (duk_uint32_t)capacity;
  made->unused = 0;
  return made;
}

/* Bytes with a zero behind them, for what reads up to one. */
void enclaved_terminate(duk_hthread* thr, duk_hstring* text) {
  struct enclaved_text* it = (struct enclaved_text*)text;
  const duk_uint32_t count = DUK_HSTRING_GET_BYTELEN(text);
  struct enclaved_buffer* own;
  if (!DUK_HSTRING_HAS_EXTDATA(text) || DUK_HSTRING_GET_DATA(text)[count] == 0) return;
  ENCLAVED_TICK(count >> 7);
  own = enclaved_new_buffer(thr, (duk_size_t)count + 1);
  memcpy(ENCLAVED_BYTES_OF(own), DUK_HSTRING_GET_DATA(text), count);
  ENCLAVED_BYTES_OF(own)[count] = 0;
  own->references = 1;
  own->used = count;
  it->own = own;
  it->external.extdata =
      ENCLAVED_BYTES_OF(own); /* the former bytes stay as long as the string, whoever looks at them */
}

static DUK_ALWAYS_INLINE duk_hstring* enclaved_interned(duk_heap* heap, const duk_uint8_t* bytes, duk_uint32_t count,
                                                        duk_uint32_t hash) {
  duk_hstring* it = heap->strtable[hash & heap->st_mask];
  for (; it != NULL; it = it->hdr.h_next) {
    ENCLAVED_TICK(1);
    if (DUK_HSTRING_GET_HASH(it) != hash || DUK_HSTRING_GET_BYTELEN(it) != count) continue;
    ENCLAVED_TICK(count >> 7);
    if (memcmp(bytes, DUK_HSTRING_GET_DATA(it), count) == 0) return it;
  }
  return NULL;
}

/* The string of one ASCII character, when the heap has it. */
static DUK_ALWAYS_INLINE duk_hstring* enclaved_character(duk_heap* heap, duk_uint8_t byte) {
  return enclaved_interned(heap, &byte, 1, enclaved_text_hash(heap, &byte, 1));
}

/* The left string's buffer, when its bytes are the last in it. */
static struct enclaved_buffer* enclaved_growing(duk_hstring* left) {
  struct enclaved_buffer* buffer;
  if (!DUK_HSTRING_HAS_EXTDATA(left)) return NULL;
  buffer = ((struct enclaved_text*)left)->buffer;
  return buffer->used == DUK_HSTRING_GET_BYTELEN(left) ? buffer : NULL;
}

/* A string over the first `count` bytes of a buffer. */
static duk_hstring* enclaved_new_text(duk_hthread* thr, struct enclaved_buffer* in, duk_uint32_t count,
                                      duk_uint64_t state, duk_uint32_t hash) {
  duk_heap* heap = thr->heap;
  struct enclaved_text* made = (struct enclaved_text*)DUK_ALLOC(heap, sizeof(struct enclaved_text));
  duk_hstring* text = (duk_hstring*)made;
  duk_hstring** chain;
  if (made == NULL) return NULL;
  memset(made, 0, sizeof *made);
  DUK_HEAPHDR_SET_TYPE_AND_FLAGS(&text->hdr, DUK_HTYPE_STRING, DUK_HSTRING_FLAG_EXTDATA);
  DUK_HSTRING_SET_BYTELEN(text, count);
  DUK_HSTRING_SET_HASH(text, hash);
  text->arridx = DUK_HSTRING_NO_ARRAY_INDEX;
  made->external.extdata = ENCLAVED_BYTES_OF(in);
  made->state = state;
  made->buffer = in;
  in->references++;
  in->used = count;
  chain = heap->strtable + (hash & heap->st_mask);
  text->hdr.h_next = *chain;
  *chain = text;
  heap->st_count++;
  return text;
}

/* [ … left right ] -> [ … left right result ], a long one. */
static void enclaved_concat_long(duk_hthread* thr, duk_hstring* left, duk_hstring* right) {
  const duk_uint32_t before = DUK_HSTRING_GET_BYTELEN(left);
  const duk_uint32_t added = DUK_HSTRING_GET_BYTELEN(right);
  const duk_uint32_t count = before + added;
  struct enclaved_buffer* buffer = enclaved_growing(left);
  const int grows = buffer != NULL;
  duk_uint64_t state;
  duk_uint32_t hash;
  duk_hstring* made;
  ENCLAVED_TICK(4 + (added >> 6));
  if ((thr->heap->st_count & DUK_USE_STRTAB_RESIZE_CHECK_MASK) == 0) duk__strtable_resize_check(thr->heap);
  if (!grows || buffer->capacity <= count) {
    ENCLAVED_TICK(before >> 7);
    buffer = enclaved_new_buffer(thr, grows ? (duk_size_t)count * 2 : (duk_size_t)count + 1);
    memcpy(ENCLAVED_BYTES_OF(buffer), DUK_HSTRING_GET_DATA(left), before);
  }
  memcpy(ENCLAVED_BYTES_OF(buffer) + before, DUK_HSTRING_GET_DATA(right), added);
  ENCLAVED_BYTES_OF(buffer)[count] = 0;
  if (DUK_HSTRING_HAS_EXTDATA(left)) {
    state = enclaved_hash_words(((struct enclaved_text*)left)->state, ENCLAVED_BYTES_OF(buffer), before & ~7U, count);
  } else {
    ENCLAVED_TICK(before >> 6);
    state = enclaved_hash_words(enclaved_hash_begin(thr->heap), ENCLAVED_BYTES_OF(buffer), 0, count);
  }
  hash = enclaved_hash_end(state, ENCLAVED_BYTES_OF(buffer), count);
  made = enclaved_interned(thr->heap, ENCLAVED_BYTES_OF(buffer), count, hash);
  if (made == NULL) {
    made = enclaved_new_text(thr, buffer, count, state, hash);
    if (made != NULL) {
      const duk_size_t characters = DUK_HSTRING_GET_CHARLEN(left) + DUK_HSTRING_GET_CHARLEN(right);
      made->clen = (duk_uint32_t)characters;
      if (characters == count) DUK_HSTRING_SET_ASCII(made);
    }
  } else {
    ENCLAVED_BYTES_OF(buffer)[buffer->used] = 0; /* there is such a string: the bytes are not needed */
  }
  if (buffer->references == 0) DUK_FREE(thr->heap, buffer);
  if (made == NULL) DUK_ERROR_ALLOC_FAILED(thr);
  duk_push_hstring(thr, made);
}

/* [ … left right ] -> [ … result ], of two strings; 0: too long together. */
int enclaved_concat(duk_hthread* thr) {
  duk_hstring* left = duk_to_hstring(thr, -2);
  duk_hstring* right = duk_to_hstring(thr, -1);
  const duk_size_t before = DUK_HSTRING_GET_BYTELEN(left);
  const duk_size_t added = DUK_HSTRING_GET_BYTELEN(right);
  if (before + added > (duk_size_t)DUK_HSTRING_MAX_BYTELEN / 2) return 0;
  if (added == 0) {
    duk_pop_unsafe(thr);
    return 1;
  }
  if (before == 0) {
    duk_remove_m2(thr);
    return 1;
  }
  if (before + added >= ENCLAVED_GROWING_BYTES) {
    enclaved_concat_long(thr, left, right);
  } else {
    duk_uint8_t bytes[ENCLAVED_GROWING_BYTES];
    memcpy(bytes, DUK_HSTRING_GET_DATA(left), before);
    memcpy(bytes + before, DUK_HSTRING_GET_DATA(right), added);
    duk_push_lstring(thr, (const char*)bytes, before + added);
  }
  duk_replace(thr, -3);
  duk_pop_unsafe(thr);
  return 1;
}
