/* The common ways to a property, in front of Duktape's general ones: own and inherited data properties by name,
 * elements of arrays, lengths, characters. Each answers "not this way" (null, 0) for whatever is out of the ordinary:
 * accessors, Proxies, arguments objects, names that are numbers.
 *
 * Duktape's objects have no shapes that an instruction could remember. What an instruction remembers is a guess: at
 * which place of its object the name stood the last time. A guess is checked by comparing one pointer, so a wrong one
 * costs a search and nothing else; they lie outside of the heap, and no result depends on them. */

#define ENCLAVED_GUESSES 4096U
static unsigned char enclaved_guesses[ENCLAVED_GUESSES];
#define ENCLAVED_GUESS(pc) (&enclaved_guesses[((duk_uintptr_t)(pc) >> 2) & (ENCLAVED_GUESSES - 1U)])

/* Steps along a chain of prototypes that need no tick: longer ones go the general way. */
#define ENCLAVED_CHAIN_MAX 16

/* Objects that have more properties than their entries: elements and `length`. */
#define ENCLAVED_VIRTUAL (DUK_HOBJECT_FLAG_EXOTIC_ARRAY | DUK_HOBJECT_FLAG_EXOTIC_STRINGOBJ | DUK_HOBJECT_FLAG_BUFOBJ)
#define ENCLAVED_EXOTIC (ENCLAVED_VIRTUAL | DUK_HOBJECT_FLAG_EXOTIC_ARGUMENTS | DUK_HOBJECT_FLAG_EXOTIC_PROXYOBJ)

static DUK_ALWAYS_INLINE duk_uint32_t enclaved_flags(duk_hobject* obj) { return obj->hdr.h_flags; }

/* A name that a typed array may take for an element's: the general way knows. */
static DUK_ALWAYS_INLINE int enclaved_may_name_element(duk_hobject* obj, duk_hstring* name) {
  duk_uint8_t first;
  if (DUK_LIKELY((enclaved_flags(obj) & DUK_HOBJECT_FLAG_BUFOBJ) == 0)) return 0;
  first = DUK_HSTRING_GET_BYTELEN(name) == 0 ? 0 : DUK_HSTRING_GET_DATA(name)[0];
  return (first >= '0' && first <= '9') || first == '-' || first == 'I' || first == 'N';
}

/* The entry of a name in an object; -1: there is none. */
static DUK_ALWAYS_INLINE int enclaved_find(duk_hobject* obj, duk_hstring* key, unsigned char* guess) {
  duk_hstring** keys = DUK_HOBJECT_E_GET_KEY_BASE(NULL, obj);
  const duk_uint32_t count = DUK_HOBJECT_GET_ENEXT(obj);
  const duk_uint32_t buckets = DUK_HOBJECT_GET_HSIZE(obj);
  duk_uint32_t i = *guess;
  if (i < count && keys[i] == key) return (int)i;
  if (buckets == 0) {
    for (i = 0; i < count; ++i)
      if (keys[i] == key) {
        *guess = (unsigned char)i;
        return (int)i;
      }
    return -1;
  }
  {
    const duk_uint32_t* bucket = DUK_HOBJECT_H_GET_BASE(NULL, obj);
    duk_uint32_t at = DUK_HSTRING_GET_HASH(key) & (buckets - 1);
    for (;; at = (at + 1) & (buckets - 1)) {
      i = bucket[at];
      if (i == DUK_HOBJECT_HASHIDX_UNUSED) return -1;
      if (i != DUK_HOBJECT_HASHIDX_DELETED && keys[i] == key) {
        *guess = (unsigned char)i;
        return (int)i;
      }
    }
  }
}

/* An element of an array; null: it has none there, or it is no array. */
static DUK_ALWAYS_INLINE duk_tval* enclaved_element(duk_tval* base, duk_tval* key) {
  duk_hobject* obj;
  duk_tval* element;
  if (!DUK_TVAL_IS_FASTINT(key) || !DUK_TVAL_IS_OBJECT(base)) return NULL;
  obj = DUK_TVAL_GET_OBJECT(base);
  if ((enclaved_flags(obj) & (ENCLAVED_EXOTIC | DUK_HOBJECT_FLAG_ARRAY_PART)) !=
      (DUK_HOBJECT_FLAG_EXOTIC_ARRAY | DUK_HOBJECT_FLAG_ARRAY_PART))
    return NULL;
  if ((duk_uint64_t)DUK_TVAL_GET_FASTINT(key) >= DUK_HOBJECT_GET_ASIZE(obj)) return NULL;
  element = DUK_HOBJECT_A_GET_VALUE_PTR(NULL, obj, DUK_TVAL_GET_FASTINT(key));
  return DUK_TVAL_IS_UNUSED(element) ? NULL : element;
}

/* A character of an ASCII string; null: look the general way. */
static duk_tval* enclaved_get_character(duk_hthread* thr, duk_tval* base, duk_tval* key, duk_tval* made) {
  duk_hstring* text;
  duk_hstring* character;
  if (!DUK_TVAL_IS_FASTINT(key) || !DUK_TVAL_IS_STRING(base)) return NULL;
  text = DUK_TVAL_GET_STRING(base);
  if (DUK_HSTRING_GET_CHARLEN(text) != DUK_HSTRING_GET_BYTELEN(text) || DUK_HSTRING_HAS_SYMBOL(text)) return NULL;
  if ((duk_uint64_t)DUK_TVAL_GET_FASTINT(key) >= DUK_HSTRING_GET_BYTELEN(text)) return NULL;
  character = enclaved_character(thr->heap, DUK_HSTRING_GET_DATA(text)[DUK_TVAL_GET_FASTINT(key)]);
  if (character == NULL) return NULL;
  DUK_TVAL_SET_STRING(made, character);
  return made;
}

/* The name of an index, when any object has such a property among its entries: it is a string of the heap then. */
static duk_hstring* enclaved_index_name(duk_heap* heap, duk_uint32_t index) {
  duk_uint8_t digits[10];
  unsigned begin = sizeof digits;
  do digits[--begin] = (duk_uint8_t)('0' + index % 10);
  while ((index /= 10) != 0);
  return enclaved_interned(heap, digits + begin, sizeof digits - begin,
                           enclaved_text_hash(heap, digits + begin, sizeof digits - begin));
}

/* The property of an object whose name is a number, be it an element or an entry. */
static duk_tval* enclaved_get_index(duk_hthread* thr, duk_hobject* obj, duk_uint32_t index, duk_hstring* name,
                                    duk_tval* made, unsigned char* guess) {
  int steps;
  if (name == NULL) name = enclaved_index_name(thr->heap, index);
  for (steps = 0; steps < ENCLAVED_CHAIN_MAX; ++steps) {
    const duk_uint32_t flags = enclaved_flags(obj);
    int entry;
    if ((flags & (ENCLAVED_EXOTIC & ~(duk_uint32_t)DUK_HOBJECT_FLAG_EXOTIC_ARRAY)) != 0) return NULL;
    if ((flags & DUK_HOBJECT_FLAG_ARRAY_PART) != 0 && index < DUK_HOBJECT_GET_ASIZE(obj)) {
      duk_tval* element = DUK_HOBJECT_A_GET_VALUE_PTR(NULL, obj, index);
      if (!DUK_TVAL_IS_UNUSED(element)) return element;
    }
    if (name != NULL && (entry = enclaved_find(obj, name, guess)) >= 0)
      return DUK_HOBJECT_E_SLOT_IS_ACCESSOR(NULL, obj, entry) ? NULL
                                                              : DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(NULL, obj, entry);
    obj = DUK_HOBJECT_GET_PROTOTYPE(NULL, obj);
    if (obj == NULL) {
      DUK_TVAL_SET_UNDEFINED(made);
      return made;
    }
  }
  return NULL;
}

/* Where a property's value stands, or in `made`; null: look the general way. */
static DUK_NOINLINE DUK_HOT duk_tval* enclaved_get(duk_hthread* thr, duk_tval* base, duk_tval* key, duk_tval* made,
                                                   const void* pc) {
  duk_hobject* obj;
  duk_hstring* name;
  unsigned char* guess;
  int steps;
  guess = ENCLAVED_GUESS(pc);
  if (!DUK_TVAL_IS_STRING(key)) {
    if (!DUK_TVAL_IS_FASTINT(key) || (duk_uint64_t)DUK_TVAL_GET_FASTINT(key) >= DUK_HSTRING_NO_ARRAY_INDEX) return NULL;
    if (!DUK_TVAL_IS_OBJECT(base)) return enclaved_get_character(thr, base, key, made);
    return enclaved_get_index(thr, DUK_TVAL_GET_OBJECT(base), (duk_uint32_t)DUK_TVAL_GET_FASTINT(key), NULL, made,
                              guess);
  }
  name = DUK_TVAL_GET_STRING(key);
  if (DUK_UNLIKELY(DUK_HSTRING_HAS_ARRIDX(name)))
    return DUK_TVAL_IS_OBJECT(base)
               ? enclaved_get_index(thr, DUK_TVAL_GET_OBJECT(base), name->arridx, name, made, guess)
               : NULL;
  if (DUK_TVAL_IS_OBJECT(base)) {
    obj = DUK_TVAL_GET_OBJECT(base);
  } else if (DUK_TVAL_IS_STRING(base)) {
    duk_hstring* text = DUK_TVAL_GET_STRING(base);
    if (DUK_UNLIKELY(DUK_HSTRING_HAS_SYMBOL(text))) return NULL;
    if (name == DUK_HTHREAD_STRING_LENGTH(thr)) {
      DUK_TVAL_SET_U32(made, (duk_uint32_t)DUK_HSTRING_GET_CHARLEN(text));
      return made;
    }
    obj = thr->builtins[DUK_BIDX_STRING_PROTOTYPE];
  } else if (DUK_TVAL_IS_NUMBER(base)) {
    obj = thr->builtins[DUK_BIDX_NUMBER_PROTOTYPE];
  } else {
    return NULL;
  }
  for (steps = 0; steps < ENCLAVED_CHAIN_MAX; ++steps) {
    const duk_uint32_t flags = enclaved_flags(obj);
    int entry;
    if (DUK_UNLIKELY((flags & ENCLAVED_STOPS) != 0) &&
        ((flags & DUK_HOBJECT_FLAG_EXOTIC_PROXYOBJ) != 0 || enclaved_may_name_element(obj, name)))
      return NULL;
    entry = enclaved_find(obj, name, guess);
    if (entry >= 0) {
      duk_tval* value = DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(NULL, obj, entry);
      if (DUK_UNLIKELY(DUK_HOBJECT_E_SLOT_IS_ACCESSOR(NULL, obj, entry))) return NULL;
      return DUK_UNLIKELY(DUK_TVAL_IS_UNUSED(value)) ? NULL : value; /* a `prototype` that is to be made */
    }
    if ((flags & ENCLAVED_VIRTUAL) != 0 && name == DUK_HTHREAD_STRING_LENGTH(thr)) {
      if ((flags & DUK_HOBJECT_FLAG_EXOTIC_ARRAY) == 0) return NULL;
      DUK_TVAL_SET_U32(made, ((duk_harray*)obj)->length);
      return made;
    }
    obj = DUK_HOBJECT_GET_PROTOTYPE(NULL, obj);
    if (obj == NULL) {
      DUK_TVAL_SET_UNDEFINED(made);
      return made;
    }
  }
  return NULL;
}

static DUK_ALWAYS_INLINE int enclaved_put_element(duk_hthread* thr, duk_hobject* obj, duk_tval* key, duk_tval* value) {
  const duk_uint64_t index = (duk_uint64_t)DUK_TVAL_GET_FASTINT(key);
  duk_harray* array = (duk_harray*)obj;
  duk_tval* element;
  const duk_uint32_t wanted = DUK_HOBJECT_FLAG_EXOTIC_ARRAY | DUK_HOBJECT_FLAG_ARRAY_PART | DUK_HOBJECT_FLAG_EXTENSIBLE;
  if ((enclaved_flags(obj) & (ENCLAVED_EXOTIC | wanted)) != wanted || index >= DUK_HOBJECT_GET_ASIZE(obj)) return 0;
  if (index >= array->length) {
    if (DUK_HARRAY_LENGTH_NONWRITABLE(array)) return 0;
    array->length = (duk_uint32_t)index + 1;
  }
  element = DUK_HOBJECT_A_GET_VALUE_PTR(NULL, obj, index);
  DUK_TVAL_SET_TVAL_UPDREF(thr, element, value); /* side effects */
  return 1;
}

/* Makes a property that neither the object nor one it inherits from has; 0: do it the general way. */
static int enclaved_add(duk_hthread* thr, duk_hobject* obj, duk_hstring* name, duk_tval* value) {
  duk_hobject* of = obj;
  duk_tval copy;
  duk_tval* place;
  int steps;
  int entry;
  if ((enclaved_flags(obj) & (ENCLAVED_EXOTIC | DUK_HOBJECT_FLAG_EXTENSIBLE)) != DUK_HOBJECT_FLAG_EXTENSIBLE) return 0;
  for (steps = 0; (of = DUK_HOBJECT_GET_PROTOTYPE(NULL, of)) != NULL; ++steps) {
    unsigned char nowhere = 255;
    if (steps == ENCLAVED_CHAIN_MAX || (enclaved_flags(of) & DUK_HOBJECT_FLAG_EXOTIC_PROXYOBJ) != 0) return 0;
    if ((enclaved_flags(of) & ENCLAVED_VIRTUAL) != 0 && name == DUK_HTHREAD_STRING_LENGTH(thr)) return 0;
    if (enclaved_may_name_element(of, name)) return 0;
    if (DUK_HSTRING_HAS_ARRIDX(name) && (enclaved_flags(of) & (ENCLAVED_EXOTIC | DUK_HOBJECT_FLAG_ARRAY_PART)) != 0)
      return 0;
    if (enclaved_find(of, name, &nowhere) >= 0) return 0;
  }
  DUK_TVAL_SET_TVAL(&copy, value); /* it stays reachable, but where it stands may move */
  entry = duk__hobject_alloc_entry_checked(thr, obj, name);
  place = DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(NULL, obj, entry);
  DUK_TVAL_SET_TVAL(place, &copy);
  DUK_TVAL_INCREF(thr, place);
  DUK_HOBJECT_E_SET_FLAGS(NULL, obj, entry, DUK_PROPDESC_FLAGS_WEC);
  return 1;
}

/* Sets a property by its name in an object that has it as an entry or not at all. */
static DUK_ALWAYS_INLINE int enclaved_put_named(duk_hthread* thr, duk_hobject* obj, duk_hstring* name, duk_tval* value,
                                                unsigned char* guess) {
  const int entry = enclaved_find(obj, name, guess);
  duk_tval* place;
  if (entry < 0) return enclaved_add(thr, obj, name, value);
  if ((DUK_HOBJECT_E_GET_FLAGS(NULL, obj, entry) & (DUK_PROPDESC_FLAG_WRITABLE | DUK_PROPDESC_FLAG_ACCESSOR)) !=
      DUK_PROPDESC_FLAG_WRITABLE)
    return 0;
  place = DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(NULL, obj, entry);
  DUK_TVAL_SET_TVAL_UPDREF(thr, place, value); /* side effects */
  return 1;
}

/* A number as the name of an entry, as in an object that serves as a dictionary. */
static int enclaved_put_index(duk_hthread* thr, duk_hobject* obj, duk_tval* key, duk_tval* value,
                              unsigned char* guess) {
  duk_hstring* name;
  int done;
  if ((enclaved_flags(obj) & (ENCLAVED_EXOTIC | DUK_HOBJECT_FLAG_ARRAY_PART)) != 0) return 0;
  if ((duk_uint64_t)DUK_TVAL_GET_FASTINT(key) >= DUK_HSTRING_NO_ARRAY_INDEX) return 0;
  name = enclaved_index_name(thr->heap, (duk_uint32_t)DUK_TVAL_GET_FASTINT(key));
  if (name != NULL) {
    duk_push_hstring(thr, name);
  } else {
    duk_push_tval(thr, key);
    duk_to_string(thr, -1);
  }
  done = enclaved_put_named(thr, obj, duk_known_hstring(thr, -1), value, guess);
  duk_pop_unsafe(thr);
  return done;
}

/* Sets a property; 0: do it the general way. */
static DUK_NOINLINE DUK_HOT int enclaved_put(duk_hthread* thr, duk_tval* base, duk_tval* key, duk_tval* value,
                                             const void* pc) {
  duk_hobject* obj;
  duk_hstring* name;
  unsigned char* guess = ENCLAVED_GUESS(pc);
  if (!DUK_TVAL_IS_OBJECT(base)) return 0;
  obj = DUK_TVAL_GET_OBJECT(base);
  if (DUK_TVAL_IS_FASTINT(key))
    return enclaved_put_element(thr, obj, key, value) || enclaved_put_index(thr, obj, key, value, guess);
  if (!DUK_TVAL_IS_STRING(key)) return 0;
  name = DUK_TVAL_GET_STRING(key);
  if ((enclaved_flags(obj) & DUK_HOBJECT_FLAG_EXOTIC_PROXYOBJ) != 0) return 0;
  if (DUK_HSTRING_HAS_ARRIDX(name) && (enclaved_flags(obj) & (ENCLAVED_EXOTIC | DUK_HOBJECT_FLAG_ARRAY_PART)) != 0)
    return 0;
  return enclaved_put_named(thr, obj, name, value, guess);
}

/* key in object */
static duk_bool_t enclaved_in(duk_hthread* thr, duk_tval* key, duk_tval* object, const void* pc) {
  duk_tval made;
  duk_tval* found = DUK_TVAL_IS_OBJECT(object) ? enclaved_element(object, key) : NULL;
  if (found == NULL && DUK_TVAL_IS_OBJECT(object)) found = enclaved_get(thr, object, key, &made, pc);
  if (found == NULL) return duk_js_in(thr, key, object);
  return found != &made || !DUK_TVAL_IS_UNDEFINED(found);
}

/* A property of an object literal: own, plain, whatever its prototype says. */
static DUK_ALWAYS_INLINE int enclaved_init(duk_hthread* thr, duk_hobject* obj, duk_tval* key, duk_tval* value) {
  unsigned char nowhere = 255;
  duk_hstring* name;
  duk_tval* place;
  int entry;
  if (!DUK_TVAL_IS_STRING(key)) return 0;
  name = DUK_TVAL_GET_STRING(key);
  if (DUK_HSTRING_HAS_ARRIDX(name) || (enclaved_flags(obj) & ENCLAVED_EXOTIC) != 0) return 0;
  if (enclaved_find(obj, name, &nowhere) >= 0 || DUK_HOBJECT_GET_ENEXT(obj) >= DUK_HOBJECT_GET_ESIZE(obj)) return 0;
  entry = duk__hobject_alloc_entry_checked(thr, obj, name); /* there is room: nothing moves */
  place = DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(NULL, obj, entry);
  DUK_TVAL_SET_TVAL(place, value);
  DUK_TVAL_INCREF(thr, place);
  DUK_HOBJECT_E_SET_FLAGS(NULL, obj, entry, DUK_PROPDESC_FLAGS_WEC);
  return 1;
}

/* An element of an array literal. */
static DUK_ALWAYS_INLINE int enclaved_init_element(duk_hthread* thr, duk_hobject* obj, duk_uint32_t index,
                                                   duk_tval* value) {
  duk_tval* place;
  (void)thr;
  if (!DUK_HOBJECT_HAS_ARRAY_PART(obj) || index >= DUK_HOBJECT_GET_ASIZE(obj)) return 0;
  place = DUK_HOBJECT_A_GET_VALUE_PTR(NULL, obj, index);
  if (!DUK_TVAL_IS_UNUSED(place)) return 0;
  DUK_TVAL_SET_TVAL(place, value);
  DUK_TVAL_INCREF(thr, place);
  return 1;
}

/* `++` and `--` of an own property or an element that holds a whole number. */
static DUK_NOINLINE int enclaved_step_property(duk_hthread* thr, duk_tval* base, duk_tval* key, duk_uint_t ins,
                                               duk_tval* target, const void* pc) {
  duk_tval* value = enclaved_element(base, key);
  duk_int64_t before, after;
  duk_tval old;
  if (value == NULL) {
    duk_hobject* obj;
    int entry;
    if (!DUK_TVAL_IS_OBJECT(base) || !DUK_TVAL_IS_STRING(key) || DUK_HSTRING_HAS_ARRIDX(DUK_TVAL_GET_STRING(key)))
      return 0;
    obj = DUK_TVAL_GET_OBJECT(base);
    if ((enclaved_flags(obj) & DUK_HOBJECT_FLAG_EXOTIC_PROXYOBJ) != 0) return 0;
    entry = enclaved_find(obj, DUK_TVAL_GET_STRING(key), ENCLAVED_GUESS(pc));
    if (entry < 0 || (DUK_HOBJECT_E_GET_FLAGS(NULL, obj, entry) &
                      (DUK_PROPDESC_FLAG_WRITABLE | DUK_PROPDESC_FLAG_ACCESSOR)) != DUK_PROPDESC_FLAG_WRITABLE)
      return 0;
    value = DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(NULL, obj, entry);
  }
  if (!DUK_TVAL_IS_FASTINT(value)) return 0;
  before = DUK_TVAL_GET_FASTINT(value);
  after = (ins & DUK_BC_INCDECP_FLAG_DEC) != 0 ? before - 1 : before + 1;
  if (after < DUK_FASTINT_MIN || after > DUK_FASTINT_MAX) return 0;
  DUK_TVAL_SET_FASTINT(value, after);
  DUK_TVAL_SET_TVAL(&old, target);
  DUK_TVAL_SET_FASTINT(target, (ins & DUK_BC_INCDECP_FLAG_POST) != 0 ? before : after);
  DUK_TVAL_DECREF(thr, &old); /* side effects */
  return 1;
}

/* In the executor: reads a property into register A, and is done, when that is simple and the value is `fit`. */
#define ENCLAVED_GET_BODY(barg, carg, fit)                                                                             \
  {                                                                                                                    \
    duk_tval enclaved_made;                                                                                            \
    duk_tval* enclaved_found = enclaved_element((barg), (carg));                                                       \
    if (enclaved_found == NULL) enclaved_found = enclaved_get(thr, (barg), (carg), &enclaved_made, curr_pc);           \
    if (DUK_LIKELY(enclaved_found != NULL && (fit))) {                                                                 \
      duk_tval* enclaved_to = DUK__REGP_A(ins);                                                                        \
      DUK_TVAL_SET_TVAL_UPDREF_FAST(thr, enclaved_to, enclaved_found); /* side effects */                              \
      break;                                                                                                           \
    }                                                                                                                  \
  }
