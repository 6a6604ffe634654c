/* What sorting looks at without asking anybody: comparators that are nothing but a difference of numbers, and elements
 * that are put in order where they stand. */

#define ENCLAVED_ARGUMENT(x) ((x) == 0 || (x) == 1)

/* A comparator whose code is `return x - y` or `return x.name - y.name`, x and y being its two parameters. */
struct enclaved_difference {
  duk_hstring *name; /* null: of the elements themselves */
  int sign;          /* -1: the second parameter comes first */
};

/* The parameter whose property goes into register `into`; -1: the instruction is something else. */
static int enclaved_reads(duk_hcompfunc *func, duk_instr_t ins, duk_small_uint_t into, duk_hstring **name) {
  duk_tval *key;
  if (DUK_DEC_OP(ins) != DUK_OP_GETPROP_RC || DUK_DEC_A(ins) != into || !ENCLAVED_ARGUMENT(DUK_DEC_B(ins))) return -1;
  key = DUK_HCOMPFUNC_GET_CONSTS_BASE(NULL, func) + DUK_DEC_C(ins);
  if (!DUK_TVAL_IS_STRING(key) || DUK_HSTRING_HAS_ARRIDX(DUK_TVAL_GET_STRING(key))) return -1;
  *name = DUK_TVAL_GET_STRING(key);
  return (int) DUK_DEC_B(ins);
}

static int enclaved_is_difference(duk_hcompfunc *func, struct enclaved_difference *out) {
  const duk_instr_t *at = DUK_HCOMPFUNC_GET_CODE_BASE(NULL, func);
  const duk_instr_t *end = DUK_HCOMPFUNC_GET_CODE_END(NULL, func);
  duk_hstring *first_name = NULL;
  duk_hstring *second_name = NULL;
  int first, second;
  if (func->nargs < 2 || func->enclaved_rest != 0 || end - at < 2) return 0;
  out->name = NULL;
  if (DUK_DEC_OP(at[0]) == DUK_OP_GETPROP_RC && end - at >= 4) {
    if (DUK_DEC_OP(at[2]) != DUK_OP_SUB_RR || DUK_DEC_B(at[2]) < 2 || DUK_DEC_B(at[2]) == DUK_DEC_C(at[2])) return 0;
    first = enclaved_reads(func, at[0], DUK_DEC_B(at[2]), &first_name);
    second = enclaved_reads(func, at[1], DUK_DEC_C(at[2]), &second_name);
    if (first < 0 || second < 0 || first_name != second_name) return 0;
    out->name = first_name;
    at += 2;
  } else {
    if (DUK_DEC_OP(at[0]) != DUK_OP_SUB_RR) return 0;
    first = (int) DUK_DEC_B(at[0]);
    second = (int) DUK_DEC_C(at[0]);
    if (!ENCLAVED_ARGUMENT(first) || !ENCLAVED_ARGUMENT(second)) return 0;
  }
  if (first == second || DUK_DEC_OP(at[1]) != DUK_OP_RETREG || DUK_DEC_BC(at[1]) != DUK_DEC_A(at[0])) return 0;
  out->sign = first == 0 ? 1 : -1;
  return 1;
}

int enclaved_difference_keys(duk_hthread *thr, duk_idx_t list, duk_idx_t comparator, unsigned count, double *keys) {
  struct enclaved_difference what;
  unsigned char guess = 0;
  duk_hobject *func = duk_get_hobject(thr, comparator);
  duk_harray *array = enclaved_whole(thr, list, 0, count);
  duk_uint32_t i;
  if (func == NULL || array == NULL || (func->hdr.h_flags & ENCLAVED_FUNCTION_KINDS) != ENCLAVED_OF_SCRIPT) return 0;
  if (!enclaved_is_difference((duk_hcompfunc *) func, &what)) return 0;
  for (i = 0; i < count; ++i) {
    duk_tval *value = enclaved_elements(array) + i;
    if (what.name != NULL) {
      duk_hobject *obj;
      int entry;
      if (!DUK_TVAL_IS_OBJECT(value)) return 0;
      obj = DUK_TVAL_GET_OBJECT(value);
      if ((enclaved_flags(obj) & ENCLAVED_EXOTIC) != 0) return 0;
      entry = enclaved_find(obj, what.name, &guess);
      if (entry < 0 || DUK_HOBJECT_E_SLOT_IS_ACCESSOR(NULL, obj, entry)) return 0;
      value = DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(NULL, obj, entry);
    }
    if (!DUK_TVAL_IS_NUMBER(value)) return 0;
    keys[i] = DUK_TVAL_GET_NUMBER(value) * what.sign;
  }
  ENCLAVED_TICK(count);
  return 1;
}

int enclaved_defined_copy(duk_hthread *thr, duk_idx_t idx) {
  duk_harray *array = enclaved_dense(thr, idx);
  duk_uint32_t i;
  if (array == NULL || enclaved_whole(thr, idx, 0, array->length) == NULL) return 0;
  for (i = 0; i < array->length; ++i)
    if (DUK_TVAL_IS_UNDEFINED(enclaved_elements(array) + i)) return 0;
  return enclaved_array_slice(thr, idx, 0, array->length);
}

int enclaved_put_in_order(duk_hthread *thr, duk_idx_t idx, duk_idx_t from, const unsigned *order, unsigned count) {
  duk_harray *array = enclaved_whole(thr, idx, 0, count);
  duk_tval *elements = enclaved_elements((duk_harray *) duk_known_hobject(thr, from));
  duk_uint32_t i;
  if (array == NULL) return 0;
  for (i = 0; i < count; ++i) {
    duk_tval *to = enclaved_elements(array) + i;
    DUK_TVAL_SET_TVAL_UPDREF_NORZ(thr, to, elements + order[i]);
  }
  ENCLAVED_TICK(count >> 2);
  DUK_REFZERO_CHECK_SLOW(thr);
  return 1;
}

void enclaved_spend(unsigned units) { ENCLAVED_TICK(units); }
