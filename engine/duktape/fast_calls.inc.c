/* Calls and their way back, for the common cases: of a script's function by a script's function or by a native one, of
 * a native function by a script's, and `new`; nothing bound, no `arguments` of an unusual kind, nothing to catch, the
 * value stack large enough. Everything else is answered 0, before anything has happened, and goes through
 * duk__handle_call_raw and duk__handle_return, which do the same with every case in mind. */

/* What lies from `from` up to the top of the value stack is let go; the top stays. */
static DUK_ALWAYS_INLINE void enclaved_wipe(duk_hthread* thr, duk_tval* from) {
  duk_tval* it = thr->valstack_top;
  while (it > from) {
    --it;
    DUK_TVAL_SET_UNDEFINED_UPDREF_NORZ(thr, it);
  }
}

static DUK_ALWAYS_INLINE duk_size_t enclaved_offset(duk_hthread* thr, duk_tval* place) {
  return (duk_size_t)((char*)place - (char*)thr->valstack);
}

static DUK_ALWAYS_INLINE duk_tval* enclaved_at(duk_hthread* thr, duk_size_t offset) {
  return (duk_tval*)(void*)((char*)thr->valstack + offset);
}

#define ENCLAVED_FUNCTION_KINDS                                                                                        \
  (DUK_HOBJECT_FLAG_COMPFUNC | DUK_HOBJECT_FLAG_NATFUNC | DUK_HOBJECT_FLAG_CALLABLE | DUK_HOBJECT_FLAG_NEWENV |        \
   DUK_HOBJECT_FLAG_CREATEARGS | DUK_HOBJECT_FLAG_BOUNDFUNC | DUK_HOBJECT_FLAG_SPECIAL_CALL)
#define ENCLAVED_OF_SCRIPT (DUK_HOBJECT_FLAG_COMPFUNC | DUK_HOBJECT_FLAG_CALLABLE | DUK_HOBJECT_FLAG_NEWENV)
#define ENCLAVED_NATIVE (DUK_HOBJECT_FLAG_NATFUNC | DUK_HOBJECT_FLAG_CALLABLE | DUK_HOBJECT_FLAG_NEWENV)

/* The function at a place, when it is of a kind; a sloppy one needs an object as `this`. */
static DUK_ALWAYS_INLINE duk_hobject* enclaved_callee(duk_tval* place, duk_uint32_t kind) {
  duk_hobject* func;
  if (!DUK_TVAL_IS_OBJECT(place)) return NULL;
  func = DUK_TVAL_GET_OBJECT(place);
  if ((func->hdr.h_flags & ENCLAVED_FUNCTION_KINDS) != kind) return NULL;
  if ((func->hdr.h_flags & DUK_HOBJECT_FLAG_STRICT) == 0 && !DUK_TVAL_IS_OBJECT(place + 1)) return NULL;
  return func;
}

/* Whether there is room for a frame whose values end before `end`. */
static DUK_ALWAYS_INLINE int enclaved_has_room(duk_hthread* thr, duk_tval* end) {
  return thr->heap->activation_free != NULL && end <= thr->valstack_alloc_end &&
         (long)thr->callstack_top < DUK_USE_CALLSTACK_LIMIT;
}

static DUK_ALWAYS_INLINE int enclaved_may_nest(duk_hthread* thr) {
  return thr->heap->call_recursion_depth < thr->heap->call_recursion_limit && !enclaved_native_stack_low();
}

/* [ … func this args … ] -> [ … func this | values ]: `keeps` arguments stay, and there will be `count` values. */
static DUK_ALWAYS_INLINE void enclaved_enter(duk_hthread* thr, duk_tval* place, duk_hobject* func,
                                             duk_small_uint_t flags, duk_tval* end, duk_idx_t keeps, duk_idx_t count) {
  duk_activation* act = thr->heap->activation_free;
  duk_activation* caller = thr->callstack_curr;
  thr->heap->activation_free = act->parent;
  caller->retval_byteoff = enclaved_offset(thr, place);
  thr->ptr_curr_pc = NULL;
  act->parent = caller;
  act->cat = NULL;
  act->new_target = NULL;
  act->flags = flags | ((func->hdr.h_flags & DUK_HOBJECT_FLAG_STRICT) != 0 ? DUK_ACT_FLAG_STRICT : 0);
  act->func = func;
  DUK_TVAL_SET_OBJECT(&act->tv_func, func);
  DUK_HOBJECT_INCREF(thr, func);
  act->var_env = NULL;
  act->lex_env = NULL;
  act->curr_pc = NULL;
  act->bottom_byteoff = enclaved_offset(thr, place + 2);
  if (thr->valstack_end < end) thr->valstack_end = end;
  act->reserve_byteoff = enclaved_offset(thr, thr->valstack_end);
  thr->callstack_curr = act;
  thr->callstack_top++;
  enclaved_wipe(thr, place + 2 + keeps);
  thr->valstack_bottom = place + 2;
  thr->valstack_top = place + 2 + count;
}

/* [ … func this | values … value ] -> [ … value | … ]: the frame is gone, its value stands at `place`, nothing above.
 * The bottom, the top and the end of the value stack are the caller's business. */
static DUK_ALWAYS_INLINE void enclaved_leave(duk_hthread* thr, duk_size_t place_offset) {
  duk_activation* act = thr->callstack_curr;
  duk_tval* top = --thr->valstack_top;
  duk_tval* place = enclaved_at(thr, place_offset);
  duk_hobject* func = act->func;
  duk_tval value;
  DUK_TVAL_SET_TVAL(&value, top); /* its reference goes along */
  DUK_TVAL_SET_UNDEFINED(top);
  DUK_TVAL_CHKFAST_INPLACE_FAST(&value);
  if (DUK_UNLIKELY(act->cat != NULL || act->var_env != NULL || act->lex_env != NULL)) {
    DUK_TVAL_SET_TVAL(top, &value); /* it has to be reachable */
    thr->valstack_top++;
    duk_hthread_activation_unwind_norz(thr);
    thr->valstack_top--;
    DUK_TVAL_SET_UNDEFINED(top);
  } else {
    thr->callstack_curr = act->parent;
    thr->callstack_top--;
    if ((act->flags & DUK_ACT_FLAG_PREVENT_YIELD) != 0) thr->callstack_preventcount--;
    act->parent = thr->heap->activation_free;
    thr->heap->activation_free = act;
    DUK_HOBJECT_DECREF_NORZ_ALLOWNULL(thr, act->new_target);
    DUK_HOBJECT_DECREF_NORZ(thr, func);
  }
  enclaved_wipe(thr, place);
  DUK_TVAL_SET_TVAL(place, &value);
}

/* `new`: the object that was made for it gets the function's prototype; 0: that is to be made first, or is none. */
static int enclaved_prepare_new(duk_hthread* thr, duk_tval* place) {
  duk_hobject* func = DUK_TVAL_GET_OBJECT(place);
  duk_hobject* made;
  duk_tval* prototype;
  if ((func->hdr.h_flags & DUK_HOBJECT_FLAG_CONSTRUCTABLE) == 0 || !DUK_TVAL_IS_OBJECT(place + 1)) return 0;
  prototype = duk_hobject_find_entry_tval_ptr_stridx(thr->heap, func, DUK_STRIDX_PROTOTYPE);
  if (prototype == NULL || !DUK_TVAL_IS_OBJECT(prototype)) return 0;
  made = DUK_TVAL_GET_OBJECT(place + 1);
  DUK_HOBJECT_SET_PROTOTYPE_UPDREF(thr, made, DUK_TVAL_GET_OBJECT(prototype));
  return 1;
}

#define ENCLAVED_SUPER_ARGUMENTS 16

/* What super(…) is lowered to. [ … Reflect.construct this target arguments newTarget … ]: the executor goes on in the
 * target, a script's function, with an object that inherits from newTarget.prototype. */
static DUK_NOINLINE int enclaved_call_super(duk_hthread* thr, duk_tval* place, duk_instr_t* pc) {
  duk_tval held[ENCLAVED_SUPER_ARGUMENTS + 2];
  duk_hobject *target, *list, *made_for;
  duk_tval *prototype, *end;
  duk_uint32_t count, i;
  if (!DUK_TVAL_IS_OBJECT(place + 2) || !DUK_TVAL_IS_OBJECT(place + 3) || !DUK_TVAL_IS_OBJECT(place + 4)) return 0;
  target = DUK_TVAL_GET_OBJECT(place + 2);
  list = DUK_TVAL_GET_OBJECT(place + 3);
  made_for = DUK_TVAL_GET_OBJECT(place + 4);
  if ((target->hdr.h_flags & (ENCLAVED_FUNCTION_KINDS | DUK_HOBJECT_FLAG_CONSTRUCTABLE)) !=
          (ENCLAVED_OF_SCRIPT | DUK_HOBJECT_FLAG_CONSTRUCTABLE) ||
      ((duk_hcompfunc*)target)->enclaved_rest != 0)
    return 0;
  if ((made_for->hdr.h_flags & (DUK_HOBJECT_FLAG_COMPFUNC | DUK_HOBJECT_FLAG_CONSTRUCTABLE)) !=
      (DUK_HOBJECT_FLAG_COMPFUNC | DUK_HOBJECT_FLAG_CONSTRUCTABLE))
    return 0;
  if ((list->hdr.h_flags & (ENCLAVED_EXOTIC | DUK_HOBJECT_FLAG_ARRAY_PART)) !=
      (DUK_HOBJECT_FLAG_EXOTIC_ARRAY | DUK_HOBJECT_FLAG_ARRAY_PART))
    return 0;
  count = ((duk_harray*)list)->length;
  if (count > ENCLAVED_SUPER_ARGUMENTS || count > DUK_HOBJECT_GET_ASIZE(list)) return 0;
  for (i = 0; i < count; ++i)
    if (DUK_TVAL_IS_UNUSED(DUK_HOBJECT_A_GET_VALUE_PTR(NULL, list, i))) return 0;
  prototype = duk_hobject_find_entry_tval_ptr_stridx(thr->heap, made_for, DUK_STRIDX_PROTOTYPE);
  if (prototype == NULL || !DUK_TVAL_IS_OBJECT(prototype)) return 0;
  end = place + 2 + count + ((duk_hcompfunc*)target)->nregs + DUK_VALSTACK_INTERNAL_EXTRA;
  if (!enclaved_has_room(thr, end)) return 0;

  duk_push_object(thr); /* it may collect garbage; nothing that is looked at here moves */
  DUK_HOBJECT_SET_PROTOTYPE_UPDREF(thr, duk_known_hobject(thr, -1), DUK_TVAL_GET_OBJECT(prototype));
  DUK_TVAL_SET_TVAL(&held[0], place + 2);
  DUK_TVAL_SET_TVAL(&held[1], thr->valstack_top - 1);
  for (i = 0; i < count; ++i) DUK_TVAL_SET_TVAL(&held[2 + i], DUK_HOBJECT_A_GET_VALUE_PTR(NULL, list, i));
  for (i = 0; i < count + 2; ++i) DUK_TVAL_INCREF(thr, &held[i]);
  DUK_HOBJECT_INCREF(thr, made_for);
  enclaved_wipe(thr, place);
  for (i = 0; i < count + 2; ++i) DUK_TVAL_SET_TVAL(place + i, &held[i]);
  thr->valstack_top = place + 2 + count;
  thr->callstack_curr->curr_pc = pc;
  i = ((duk_hcompfunc*)target)->nargs;
  enclaved_enter(thr, place, target, DUK_ACT_FLAG_CONSTRUCT, end, (duk_idx_t)(count < i ? count : i),
                 ((duk_hcompfunc*)target)->nregs);
  thr->callstack_curr->curr_pc = DUK_HCOMPFUNC_GET_CODE_BASE(thr->heap, (duk_hcompfunc*)target);
  thr->callstack_curr->new_target = made_for; /* with the reference taken above */
  DUK_REFZERO_CHECK_FAST(thr);
  return 1;
}

/* By a script. [ … | … func this args … ]: `idx` is where the function stands. 1: the executor goes on in it. */
static DUK_ALWAYS_INLINE int enclaved_call(duk_hthread* thr, duk_idx_t idx, duk_idx_t nargs, duk_small_uint_t flags,
                                           duk_instr_t* pc) {
  duk_tval* place = thr->valstack_bottom + idx;
  duk_hobject* func;
  duk_hcompfunc* compiled;
  duk_tval* end;
  if ((flags & ~(duk_small_uint_t)DUK_CALL_FLAG_CONSTRUCT) != DUK_CALL_FLAG_ALLOW_ECMATOECMA) return 0;
  func = enclaved_callee(place, ENCLAVED_OF_SCRIPT);
  if (func == NULL)
    return nargs == 3 && flags == DUK_CALL_FLAG_ALLOW_ECMATOECMA && DUK_TVAL_IS_OBJECT(place) &&
           DUK_TVAL_GET_OBJECT(place) == enclaved_super_function && enclaved_call_super(thr, place, pc);
  if (((duk_hcompfunc*)func)->enclaved_rest != 0) return 0;
  if (DUK_UNLIKELY(enclaved_helper_at[ENCLAVED_HELPER_PLACE(func)].func == func) &&
      flags == DUK_CALL_FLAG_ALLOW_ECMATOECMA &&
      enclaved_help(thr, place, nargs, enclaved_helper_at[ENCLAVED_HELPER_PLACE(func)].kind)) {
    thr->callstack_curr->curr_pc = pc;
    return 1;
  }
  compiled = (duk_hcompfunc*)func;
  end = place + 2 + compiled->nregs + DUK_VALSTACK_INTERNAL_EXTRA;
  if (!enclaved_has_room(thr, end)) return 0;
  if (DUK_UNLIKELY((flags & DUK_CALL_FLAG_CONSTRUCT) != 0)) {
    if (!enclaved_prepare_new(thr, place)) return 0;
    flags = DUK_ACT_FLAG_CONSTRUCT;
  } else {
    flags = 0;
  }
  thr->callstack_curr->curr_pc = pc;
  enclaved_enter(thr, place, func, flags, end, nargs < compiled->nargs ? nargs : compiled->nargs, compiled->nregs);
  thr->callstack_curr->curr_pc = DUK_HCOMPFUNC_GET_CODE_BASE(thr->heap, compiled);
  DUK_REFZERO_CHECK_FAST(thr);
  return 1;
}

/* What `new` gives: an object that the constructor returned, else the one that was made; 0: an error, which gets a
 * trace. */
static int enclaved_finish_new(duk_hthread* thr) {
  duk_tval* value = thr->valstack_top - 1;
  duk_hobject* it;
  int steps = 0;
  if (!DUK_TVAL_IS_OBJECT(value)) {
    if (DUK_TVAL_IS_BUFFER(value) || DUK_TVAL_IS_LIGHTFUNC(value)) return 0;
    value = thr->valstack_bottom - 1;
  }
  for (it = DUK_TVAL_GET_OBJECT(value); it != NULL; it = DUK_HOBJECT_GET_PROTOTYPE(NULL, it))
    if (it == thr->builtins[DUK_BIDX_ERROR_PROTOTYPE] || ++steps > ENCLAVED_CHAIN_MAX || DUK_HOBJECT_IS_PROXY(it))
      return 0;
  if (value == thr->valstack_bottom - 1) {
    duk_tval* top = thr->valstack_top - 1;
    DUK_TVAL_SET_TVAL_UPDREF_NORZ(thr, top, value);
  }
  return 1;
}

/* To a script. 1: the executor goes on in the caller. */
static DUK_ALWAYS_INLINE int enclaved_return(duk_hthread* thr, duk_activation* entry_act) {
  duk_activation* act = thr->callstack_curr;
  duk_activation* caller = act->parent;
  if (act->cat != NULL || act == entry_act || caller == NULL || act->func == NULL ||
      (act->flags & (DUK_ACT_FLAG_CONSTRUCT_PROXY | DUK_ACT_FLAG_PREVENT_YIELD)) != 0)
    return 0;
  if (DUK_UNLIKELY((act->flags & DUK_ACT_FLAG_CONSTRUCT) != 0) && !enclaved_finish_new(thr)) return 0;
  enclaved_leave(thr, caller->retval_byteoff);
  thr->valstack_bottom = enclaved_at(thr, caller->bottom_byteoff);
  thr->valstack_top = thr->valstack_bottom + ((duk_hcompfunc*)caller->func)->nregs;
  thr->valstack_end = enclaved_at(thr, caller->reserve_byteoff);
  DUK_REFZERO_CHECK_FAST(thr);
  return 1;
}

/* By a script, a native function: calls it and leaves the value where the function stood. */
static DUK_NOINLINE DUK_HOT int enclaved_call_native(duk_hthread* thr, duk_idx_t idx, duk_idx_t nargs,
                                                     duk_small_uint_t flags, duk_instr_t* pc) {
  duk_tval* place = thr->valstack_bottom + idx;
  duk_activation* caller = thr->callstack_curr;
  duk_instr_t** pc_of_executor = thr->ptr_curr_pc;
  const duk_size_t bottom = enclaved_offset(thr, thr->valstack_bottom);
  const duk_size_t end_before = enclaved_offset(thr, thr->valstack_end);
  duk_hobject* func = enclaved_callee(place, ENCLAVED_NATIVE);
  duk_tval* end;
  duk_idx_t takes, count;
  duk_ret_t answer;
  if (func == NULL || flags != DUK_CALL_FLAG_ALLOW_ECMATOECMA) return 0;
  takes = ((duk_hnatfunc*)func)->nargs;
  count = takes >= 0 ? takes : nargs;
  end = place + 2 + (count > nargs ? count : nargs) + DUK_VALSTACK_API_ENTRY_MINIMUM + DUK_VALSTACK_INTERNAL_EXTRA;
  if (!enclaved_has_room(thr, end) || !enclaved_may_nest(thr)) return 0;
  caller->curr_pc = pc;
  enclaved_enter(thr, place, func, DUK_ACT_FLAG_PREVENT_YIELD, end, count < nargs ? count : nargs, count);
  thr->callstack_preventcount++;
  thr->heap->call_recursion_depth++;
  DUK_REFZERO_CHECK_FAST(thr);
  ENCLAVED_TICK(20);
  answer = ((duk_hnatfunc*)func)->func(thr);
  if (DUK_UNLIKELY((duk_uint_t)answer > 1U)) {
    if (answer < 0) duk_error_throw_from_negative_rc(thr, answer);
    DUK_ERROR_TYPE(thr, DUK_STR_INVALID_CFUNC_RC);
  }
  if (answer == 0) thr->valstack_top++; /* what lies above the top is undefined */
  enclaved_leave(thr, bottom + (duk_size_t)idx * sizeof(duk_tval));
  thr->valstack_bottom = enclaved_at(thr, bottom);
  thr->valstack_top = thr->valstack_bottom + ((duk_hcompfunc*)caller->func)->nregs;
  thr->valstack_end = enclaved_at(thr, end_before);
  thr->ptr_curr_pc = pc_of_executor;
  thr->heap->call_recursion_depth--;
  DUK_REFZERO_CHECK_FAST(thr);
  return 1;
}

/* By a native function, of a script: [ … func this args ] -> [ … value ]. */
static DUK_NOINLINE DUK_HOT int enclaved_call_script(duk_hthread* thr, duk_idx_t idx) {
  duk_tval* place = thr->valstack_bottom + idx;
  const duk_size_t bottom = enclaved_offset(thr, thr->valstack_bottom);
  const duk_size_t end_before = enclaved_offset(thr, thr->valstack_end);
  const duk_idx_t nargs = (duk_idx_t)(thr->valstack_top - place) - 2;
  duk_hobject* func;
  duk_hcompfunc* compiled;
  duk_tval* end;
  if (thr->ptr_curr_pc != NULL || thr->heap->curr_thread != thr || thr->state != DUK_HTHREAD_STATE_RUNNING ||
      thr->callstack_curr == NULL)
    return 0;
  func = enclaved_callee(place, ENCLAVED_OF_SCRIPT);
  if (func == NULL || ((duk_hcompfunc*)func)->enclaved_rest != 0) return 0;
  compiled = (duk_hcompfunc*)func;
  end = place + 2 + (nargs > compiled->nregs ? nargs : compiled->nregs) + DUK_VALSTACK_INTERNAL_EXTRA;
  if (!enclaved_has_room(thr, end) || !enclaved_may_nest(thr)) return 0;
  enclaved_enter(thr, place, func, DUK_ACT_FLAG_PREVENT_YIELD, end, nargs < compiled->nargs ? nargs : compiled->nargs,
                 compiled->nregs);
  thr->callstack_curr->curr_pc = DUK_HCOMPFUNC_GET_CODE_BASE(thr->heap, compiled);
  thr->callstack_preventcount++;
  thr->heap->call_recursion_depth++;
  DUK_REFZERO_CHECK_FAST(thr);
  duk_js_execute_bytecode(thr);
  enclaved_leave(thr, bottom + (duk_size_t)idx * sizeof(duk_tval));
  thr->valstack_bottom = enclaved_at(thr, bottom);
  thr->valstack_top = thr->valstack_bottom + idx + 1;
  thr->valstack_end = enclaved_at(thr, end_before);
  thr->ptr_curr_pc = NULL;
  thr->heap->call_recursion_depth--;
  DUK_REFZERO_CHECK_FAST(thr);
  return 1;
}
