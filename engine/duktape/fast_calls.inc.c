/* A call of a script's function by a script's function, and its way back, for the common case: no constructor, nothing
 * bound, no `arguments`, nothing to catch, the value stack large enough. Everything else is answered 0 and goes through
 * duk__handle_call_raw and duk__handle_return, which do the same with every case in mind. */

/* What lies from `from` up to the top of the value stack is let go; the top stays. */
static DUK_ALWAYS_INLINE void enclaved_wipe(duk_hthread* thr, duk_tval* from) {
  duk_tval* it = thr->valstack_top;
  while (it > from) {
    --it;
    DUK_TVAL_SET_UNDEFINED_UPDREF_NORZ(thr, it);
  }
}

/* [ … | … func this args … ]: `idx` is where the function stands. 1: the executor goes on in it. */
static DUK_ALWAYS_INLINE int enclaved_call(duk_hthread* thr, duk_idx_t idx, duk_idx_t nargs, duk_instr_t* pc) {
  const duk_uint32_t looked_at = DUK_HOBJECT_FLAG_COMPFUNC | DUK_HOBJECT_FLAG_CALLABLE | DUK_HOBJECT_FLAG_NEWENV |
                                 DUK_HOBJECT_FLAG_CREATEARGS | DUK_HOBJECT_FLAG_BOUNDFUNC |
                                 DUK_HOBJECT_FLAG_SPECIAL_CALL;
  const duk_uint32_t wanted = DUK_HOBJECT_FLAG_COMPFUNC | DUK_HOBJECT_FLAG_CALLABLE | DUK_HOBJECT_FLAG_NEWENV;
  duk_tval* place = thr->valstack_bottom + idx;
  duk_tval* bottom = place + 2;
  duk_tval* end;
  duk_hobject* func;
  duk_hcompfunc* compiled;
  duk_activation* act;
  duk_activation* caller;
  if (!DUK_TVAL_IS_OBJECT(place)) return 0;
  func = DUK_TVAL_GET_OBJECT(place);
  if ((func->hdr.h_flags & looked_at) != wanted) return 0;
  if ((func->hdr.h_flags & DUK_HOBJECT_FLAG_STRICT) == 0 && !DUK_TVAL_IS_OBJECT(place + 1)) return 0;
  compiled = (duk_hcompfunc*)func;
  end = bottom + compiled->nregs + DUK_VALSTACK_INTERNAL_EXTRA;
  act = thr->heap->activation_free;
  if (act == NULL || end > thr->valstack_alloc_end || (long)thr->callstack_top >= DUK_USE_CALLSTACK_LIMIT) return 0;

  thr->heap->activation_free = act->parent;
  caller = thr->callstack_curr;
  caller->curr_pc = pc;
  caller->retval_byteoff = (duk_size_t)((char*)place - (char*)thr->valstack);
  thr->ptr_curr_pc = NULL;
  act->parent = caller;
  act->cat = NULL;
  act->flags = (func->hdr.h_flags & DUK_HOBJECT_FLAG_STRICT) != 0 ? DUK_ACT_FLAG_STRICT : 0;
  act->func = func;
  DUK_TVAL_SET_OBJECT(&act->tv_func, func);
  DUK_HOBJECT_INCREF(thr, func);
  act->var_env = NULL;
  act->lex_env = NULL;
  act->curr_pc = DUK_HCOMPFUNC_GET_CODE_BASE(thr->heap, compiled);
  act->bottom_byteoff = (duk_size_t)((char*)bottom - (char*)thr->valstack);
  if (thr->valstack_end < end) thr->valstack_end = end;
  act->reserve_byteoff = (duk_size_t)((char*)thr->valstack_end - (char*)thr->valstack);
  thr->callstack_curr = act;
  thr->callstack_top++;
  /* Arguments that nobody takes and whatever the caller has above them. */
  enclaved_wipe(thr, bottom + (nargs < compiled->nargs ? nargs : compiled->nargs));
  thr->valstack_bottom = bottom;
  thr->valstack_top = bottom + compiled->nregs;
  DUK_REFZERO_CHECK_FAST(thr);
  return 1;
}

/* [ … func this | registers … value ] -> [ … | registers with the value among them ]. 1: the executor goes on in the
 * caller. */
static DUK_ALWAYS_INLINE int enclaved_return(duk_hthread* thr, duk_activation* entry_act) {
  duk_activation* act = thr->callstack_curr;
  duk_activation* caller = act->parent;
  duk_tval* place;
  duk_tval* top;
  duk_tval value;
  duk_hobject* func = act->func;
  if (act->cat != NULL || act == entry_act || caller == NULL || act->var_env != NULL || act->lex_env != NULL ||
      func == NULL ||
      (act->flags & (DUK_ACT_FLAG_CONSTRUCT | DUK_ACT_FLAG_CONSTRUCT_PROXY | DUK_ACT_FLAG_PREVENT_YIELD)) != 0)
    return 0;
  top = --thr->valstack_top;
  DUK_TVAL_SET_TVAL(&value, top); /* its reference goes along */
  DUK_TVAL_SET_UNDEFINED(top);
  DUK_TVAL_CHKFAST_INPLACE_FAST(&value);
  place = (duk_tval*)(void*)((char*)thr->valstack + caller->retval_byteoff);
  enclaved_wipe(thr, place);
  DUK_TVAL_SET_TVAL(place, &value);
  thr->callstack_curr = caller;
  thr->callstack_top--;
  act->parent = thr->heap->activation_free;
  thr->heap->activation_free = act;
  thr->valstack_bottom = (duk_tval*)(void*)((char*)thr->valstack + caller->bottom_byteoff);
  thr->valstack_top = thr->valstack_bottom + ((duk_hcompfunc*)caller->func)->nregs;
  thr->valstack_end = (duk_tval*)(void*)((char*)thr->valstack + caller->reserve_byteoff);
  DUK_HOBJECT_DECREF_NORZ(thr, func);
  DUK_REFZERO_CHECK_FAST(thr);
  return 1;
}

/* [ … | … func this args … ], a native function: calls it and leaves the value where the function stood. 0: not this
 * way, and nothing has happened. */
static DUK_NOINLINE DUK_HOT int enclaved_call_native(duk_hthread* thr, duk_idx_t idx, duk_idx_t nargs,
                                                     duk_instr_t* pc) {
  const duk_uint32_t looked_at = DUK_HOBJECT_FLAG_NATFUNC | DUK_HOBJECT_FLAG_CALLABLE | DUK_HOBJECT_FLAG_STRICT |
                                 DUK_HOBJECT_FLAG_NEWENV | DUK_HOBJECT_FLAG_BOUNDFUNC | DUK_HOBJECT_FLAG_SPECIAL_CALL;
  const duk_uint32_t wanted =
      DUK_HOBJECT_FLAG_NATFUNC | DUK_HOBJECT_FLAG_CALLABLE | DUK_HOBJECT_FLAG_STRICT | DUK_HOBJECT_FLAG_NEWENV;
  duk_heap* heap = thr->heap;
  duk_tval* place = thr->valstack_bottom + idx;
  duk_tval* top = place + 2 + nargs;
  duk_tval* end;
  duk_hobject* func;
  duk_activation* act;
  duk_activation* caller = thr->callstack_curr;
  duk_instr_t** pc_of_executor = thr->ptr_curr_pc;
  const duk_size_t bottom_offset = (duk_size_t)((char*)thr->valstack_bottom - (char*)thr->valstack);
  const duk_size_t end_offset = (duk_size_t)((char*)thr->valstack_end - (char*)thr->valstack);
  duk_idx_t takes;
  duk_ret_t answer;
  duk_tval value;
  if (!DUK_TVAL_IS_OBJECT(place)) return 0;
  func = DUK_TVAL_GET_OBJECT(place);
  if ((func->hdr.h_flags & looked_at) != wanted) return 0;
  takes = ((duk_hnatfunc*)func)->nargs;
  end = (takes > nargs ? place + 2 + takes : top) + DUK_VALSTACK_API_ENTRY_MINIMUM + DUK_VALSTACK_INTERNAL_EXTRA;
  act = heap->activation_free;
  if (act == NULL || end > thr->valstack_alloc_end || (long)thr->callstack_top >= DUK_USE_CALLSTACK_LIMIT ||
      heap->call_recursion_depth >= heap->call_recursion_limit || enclaved_native_stack_low())
    return 0;

  heap->activation_free = act->parent;
  caller->curr_pc = pc;
  caller->retval_byteoff = (duk_size_t)((char*)place - (char*)thr->valstack);
  thr->ptr_curr_pc = NULL;
  act->parent = caller;
  act->cat = NULL;
  act->flags = DUK_ACT_FLAG_STRICT | DUK_ACT_FLAG_PREVENT_YIELD;
  act->func = func;
  DUK_TVAL_SET_OBJECT(&act->tv_func, func);
  DUK_HOBJECT_INCREF(thr, func);
  act->var_env = NULL;
  act->lex_env = NULL;
  act->curr_pc = NULL;
  act->bottom_byteoff = (duk_size_t)((char*)(place + 2) - (char*)thr->valstack);
  if (thr->valstack_end < end) thr->valstack_end = end;
  act->reserve_byteoff = (duk_size_t)((char*)thr->valstack_end - (char*)thr->valstack);
  thr->callstack_curr = act;
  thr->callstack_top++;
  thr->callstack_preventcount++;
  heap->call_recursion_depth++;
  enclaved_wipe(thr, takes >= 0 && takes < nargs ? place + 2 + takes : top);
  thr->valstack_bottom = place + 2;
  thr->valstack_top = takes >= 0 ? place + 2 + takes : top;
  DUK_REFZERO_CHECK_FAST(thr);
  ENCLAVED_TICK(20);
  answer = ((duk_hnatfunc*)func)->func(thr);
  if (DUK_UNLIKELY((duk_uint_t)answer > 1U)) {
    if (answer < 0) duk_error_throw_from_negative_rc(thr, answer);
    DUK_ERROR_TYPE(thr, DUK_STR_INVALID_CFUNC_RC);
  }

  act = thr->callstack_curr; /* of this call still */
  if (DUK_UNLIKELY(act->cat != NULL || act->var_env != NULL || act->lex_env != NULL)) {
    if (answer == 0) thr->valstack_top++;
    duk_hthread_activation_unwind_norz(thr);
    answer = 1;
  } else {
    thr->callstack_curr = caller;
    thr->callstack_top--;
    thr->callstack_preventcount--;
    act->parent = heap->activation_free;
    heap->activation_free = act;
    DUK_HOBJECT_DECREF_NORZ(thr, func);
  }
  DUK_TVAL_SET_UNDEFINED(&value);
  if (answer == 1) {
    top = --thr->valstack_top;
    DUK_TVAL_SET_TVAL(&value, top); /* its reference goes along */
    DUK_TVAL_SET_UNDEFINED(top);
    DUK_TVAL_CHKFAST_INPLACE_FAST(&value);
  }
  thr->valstack_bottom = (duk_tval*)(void*)((char*)thr->valstack + bottom_offset);
  place = thr->valstack_bottom + idx;
  enclaved_wipe(thr, place);
  DUK_TVAL_SET_TVAL(place, &value);
  thr->valstack_top = thr->valstack_bottom + ((duk_hcompfunc*)caller->func)->nregs;
  thr->valstack_end = (duk_tval*)(void*)((char*)thr->valstack + end_offset);
  thr->ptr_curr_pc = pc_of_executor;
  heap->call_recursion_depth--;
  DUK_REFZERO_CHECK_FAST(thr);
  return 1;
}
