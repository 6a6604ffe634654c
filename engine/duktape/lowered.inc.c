/* What lowered code (engine/lang) tells Duktape's compiler beyond ES5.1.
 *
 * Names that begin with `$$` are ours: the front-end lets no name of a user begin so. One that the table of helpers has
 * becomes a constant of the function that uses it, so that calling a helper looks nothing up.
 *
 * A directive that begins with byte 1 says of its function: m: it is no constructor; c: it is a class; r: its last parameter takes all
 * further arguments, as an array; l and a character: its length is that character's code less 48; n and the rest: its
 * name, which binds nothing. */

/* The image keeps the table where it was when the heap was made. */
static duk_hobject *helpers;

void enclaved_use_helpers(duk_hthread *thr, duk_idx_t idx) { helpers = duk_require_hobject(thr, idx); }

void enclaved_finish_helpers(duk_hthread *thr) {
  duk_push_hobject(thr, helpers);
  enclaved_know_helpers(thr, -1);
  duk_pop(thr);
}

duk_bool_t enclaved_push_helper(duk_hthread *thr, duk_hstring *name) {
  const char *text = (const char *) DUK_HSTRING_GET_DATA(name);
  duk_tval *found;
  if (text[0] != '$' || text[1] != '$' || helpers == NULL) return 0;
  found = duk_hobject_find_entry_tval_ptr(thr->heap, helpers, name);
  if (found == NULL) return 0;
  duk_push_tval(thr, found);
  return 1;
}

duk_bool_t enclaved_directive(duk_compiler_ctx *comp_ctx, duk_hstring *text) {
  const unsigned char *at = DUK_HSTRING_GET_DATA(text);
  const unsigned char *end = at + DUK_HSTRING_GET_BYTELEN(text);
  duk_compiler_func *func = &comp_ctx->curr_func;
  if (at == end || *at++ != 1) return 0;
  while (at < end) {
    switch (*at++) {
    case 'm': func->is_constructable = 0; break;
    case 'c': func->enclaved_class = 1; break;
    case 'r': func->enclaved_rest = 1; break;
    case 'l':
      if (at < end) func->enclaved_length = (duk_uint16_t) (*at++ - '0' + 1);
      break;
    case 'n':
      duk_push_lstring(comp_ctx->thr, (const char *) at, (duk_size_t) (end - at));
      func->enclaved_name = duk_known_hstring(comp_ctx->thr, -1);
      (void) duk__getconst(comp_ctx); /* keeps it alive */
      return 1;
    default: return 1;
    }
  }
  return 1;
}

int enclaved_is_class(duk_hthread *thr, duk_idx_t idx) {
  duk_hobject *func = duk_get_hobject(thr, idx);
  return func != NULL && DUK_HOBJECT_IS_COMPFUNC(func) && ((duk_hcompfunc *) func)->enclaved_class != 0;
}

/* Duktape reads a variable that has a register only when the operator around it runs, which is after its right operand. */
void enclaved_copy_variable(duk_compiler_ctx *comp_ctx, duk_ivalue *x) {
  duk_regconst_t variable, name, copy;
  if (x->t != DUK_IVAL_VAR) return;
  duk_dup(comp_ctx->thr, x->x1.valstack_idx);
  if (!duk__lookup_lhs(comp_ctx, &variable, &name)) return;
  copy = duk__alloctemp(comp_ctx);
  duk__emit_a_bc(comp_ctx, DUK_OP_LDREG, copy, variable);
  duk__ivalue_regconst(x, copy);
}

/* [ … arguments from `from` on ] -> [ … arguments before `from` array ] */
void enclaved_pack_rest(duk_hthread *thr, duk_idx_t from) {
  const duk_idx_t top = duk_get_top(thr);
  if (top < from) duk_set_top(thr, from);
  if (top <= from) {
    duk_push_array(thr);
    return;
  }
  {
    const duk_uint32_t count = (duk_uint32_t) (top - from);
    duk_tval *to = duk_push_harray_with_size_outptr(thr, count);
    duk_tval *source = thr->valstack_bottom + from;
    duk_uint32_t i;
    for (i = 0; i < count; ++i) {
      DUK_TVAL_SET_TVAL(to + i, source + i);
      DUK_TVAL_INCREF(thr, to + i);
    }
    duk_replace(thr, from);
    duk_set_top(thr, from + 1);
  }
}
