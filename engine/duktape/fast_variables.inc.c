/* Variables of enclosing functions, and globals. Duktape looks for a name in each scope from the innermost on. What an
 * instruction finds that way, it finds in the same scope, counted from its own, and at the same place there, whenever
 * it runs again: scopes nest as functions do in the source. So it remembers how far and where.
 *
 * What breaks that: a `with` (its lookups are not remembered), a sloppy eval that declares variables in a function's
 * scope (from then on nothing is remembered in this heap), and another function whose instructions lie where those of a
 * function that is gone lay, or another heap in the same memory (then a new epoch begins). */

#define ENCLAVED_PLACES 1024U
struct enclaved_place {
  const void* pc;
  unsigned epoch;
  unsigned short scopes; /* how many scopes outwards */
  unsigned char entry;
  unsigned char from_function; /* counted from the function's scope, as a call of it had none of its own yet */
};
static struct enclaved_place enclaved_places[ENCLAVED_PLACES];

#define ENCLAVED_HEAP_DYNAMIC_SCOPES (1U << 16) /* beside Duktape's own flags of a heap */

/* The value of a name in one scope; null: it is not there. `entry` tells where it stands; -1: only the slow way can
 * tell. */
static duk_tval* enclaved_in_scope(duk_hthread* thr, duk_hobject* scope, duk_hstring* name, unsigned char* guess,
                                   int* entry) {
  duk_hobject* holder = scope;
  (void)thr;
  if (DUK_HOBJECT_IS_DECENV(scope)) {
    duk_hdecenv* env = (duk_hdecenv*)scope;
    if (env->thread != NULL) {
      *entry = enclaved_find(env->varmap, name, guess);
      if (*entry >= 0)
        return (duk_tval*)(void*)((char*)env->thread->valstack + env->regbase_byteoff) +
               DUK_TVAL_GET_FASTINT_U32(DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(NULL, env->varmap, *entry));
    }
  } else {
    holder = ((duk_hobjenv*)scope)->target;
    if (((duk_hobjenv*)scope)->has_this || (enclaved_flags(holder) & ENCLAVED_EXOTIC) != 0) {
      *entry = -1;
      return NULL;
    }
  }
  *entry = enclaved_find(holder, name, guess);
  if (*entry < 0) {
    *entry = 0;
    return NULL;
  }
  if ((DUK_HOBJECT_E_GET_FLAGS(NULL, holder, *entry) & (DUK_PROPDESC_FLAG_WRITABLE | DUK_PROPDESC_FLAG_ACCESSOR)) !=
      DUK_PROPDESC_FLAG_WRITABLE) {
    *entry = -1;
    return NULL;
  }
  return DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(NULL, holder, *entry);
}

/* Looks through the scopes and remembers. */
static DUK_NOINLINE duk_tval* enclaved_search_variable(duk_hthread* thr, duk_activation* act, duk_hstring* name,
                                                       struct enclaved_place* place, const void* pc) {
  duk_hobject* scope = act->lex_env;
  unsigned char guess = 255;
  unsigned scopes = 0;
  int entry;
  if (DUK_HSTRING_HAS_ARRIDX(name) || (thr->heap->flags & ENCLAVED_HEAP_DYNAMIC_SCOPES) != 0) return NULL;
  if (scope == NULL) {
    duk_hobject* map = duk_hobject_get_varmap(thr, act->func);
    if (map != NULL && enclaved_find(map, name, &guess) >= 0) return NULL;
    scope = ((duk_hcompfunc*)act->func)->lex_env;
  }
  for (; scope != NULL; scope = DUK_HOBJECT_GET_PROTOTYPE(NULL, scope), ++scopes) {
    duk_tval* value = enclaved_in_scope(thr, scope, name, &guess, &entry);
    if (value == NULL && entry == 0) continue;
    if (value == NULL || entry > 255 || scopes > 65535) return value;
    place->pc = pc;
    place->epoch = enclaved_scope_epoch;
    place->scopes = (unsigned short)scopes;
    place->entry = (unsigned char)entry;
    place->from_function = act->lex_env == NULL;
    return value;
  }
  return NULL;
}

/* Where a variable that can be read and written in place stands; null: go the general way. */
static DUK_NOINLINE DUK_HOT duk_tval* enclaved_variable(duk_hthread* thr, duk_activation* act, duk_hstring* name,
                                                        const void* pc) {
  struct enclaved_place* place = &enclaved_places[((duk_uintptr_t)pc >> 2) & (ENCLAVED_PLACES - 1U)];
  if (DUK_LIKELY(place->pc == pc && place->epoch == enclaved_scope_epoch &&
                 place->from_function == (act->lex_env == NULL))) {
    duk_hobject* scope = place->from_function ? ((duk_hcompfunc*)act->func)->lex_env : act->lex_env;
    unsigned char guess = place->entry;
    unsigned left;
    int entry;
    duk_tval* value;
    for (left = place->scopes; left != 0 && scope != NULL; --left) scope = DUK_HOBJECT_GET_PROTOTYPE(NULL, scope);
    if (DUK_LIKELY(scope != NULL && (value = enclaved_in_scope(thr, scope, name, &guess, &entry)) != NULL))
      return value;
  }
  return enclaved_search_variable(thr, act, name, place, pc);
}

/* `++` and `--` of a variable that holds a whole number. `op` is the instruction's: bit 0 down, bit 1 the old value. */
static DUK_ALWAYS_INLINE int enclaved_step_variable(duk_hthread* thr, duk_small_uint_fast_t to, duk_hstring* name,
                                                    duk_small_uint_t op) {
  duk_tval* value = enclaved_variable(thr, thr->callstack_curr, name, *thr->ptr_curr_pc);
  duk_tval* target;
  duk_tval old;
  duk_int64_t before, after;
  if (value == NULL || !DUK_TVAL_IS_FASTINT(value)) return 0;
  before = DUK_TVAL_GET_FASTINT(value);
  after = (op & 1U) != 0 ? before - 1 : before + 1;
  if (after < DUK_FASTINT_MIN || after > DUK_FASTINT_MAX) return 0;
  DUK_TVAL_SET_FASTINT(value, after);
  target = thr->valstack_bottom + to;
  DUK_TVAL_SET_TVAL(&old, target);
  DUK_TVAL_SET_FASTINT(target, (op & 2U) != 0 ? before : after);
  DUK_TVAL_DECREF(thr, &old); /* side effects */
  return 1;
}
