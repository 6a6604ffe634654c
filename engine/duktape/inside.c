/* Duktape and what we need of its inside, as one unit: the functions below use what duktape.c keeps to itself. */
#include "duktape.c"
#include "inside.h"
#include "objects.h"
#include "known.inc.c"
#include "objects.inc.c"
#include "proxies.inc.c"
#include "chains.inc.c"
#include "collections.inc.c"
#include "iterators.inc.c"
#include "arrays.inc.c"
#include "sorting.inc.c"
#include "lowered.inc.c"
#include "private.inc.c"

enum enclaved_class enclaved_class_of(duk_hthread *thr, duk_idx_t idx) {
  duk_hobject *h;
  if (duk_is_buffer(thr, idx)) return ENCLAVED_CLASS_BYTES;
  if (duk_is_lightfunc(thr, idx)) return ENCLAVED_CLASS_FUNCTION;
  h = duk_get_hobject(thr, idx);
  if (h == NULL) return ENCLAVED_CLASS_NONE;
  if (DUK_HOBJECT_IS_PROXY(h)) return ENCLAVED_CLASS_PROXY;
  if (DUK_HOBJECT_IS_CALLABLE(h)) return ENCLAVED_CLASS_FUNCTION;
  if (DUK_HOBJECT_IS_BUFOBJ(h)) return ENCLAVED_CLASS_BYTES;
  switch (DUK_HOBJECT_GET_CLASS_NUMBER(h)) {
  case DUK_HOBJECT_CLASS_ARRAY: return ENCLAVED_CLASS_ARRAY;
  case DUK_HOBJECT_CLASS_DATE: return ENCLAVED_CLASS_DATE;
  case DUK_HOBJECT_CLASS_ERROR: return ENCLAVED_CLASS_ERROR;
  case DUK_HOBJECT_CLASS_STRING:
  case DUK_HOBJECT_CLASS_NUMBER:
  case DUK_HOBJECT_CLASS_BOOLEAN:
  case DUK_HOBJECT_CLASS_SYMBOL: return ENCLAVED_CLASS_BOXED;
  default: return ENCLAVED_CLASS_PLAIN;
  }
}

/* [ … ] -> [ … value ]: an own data property, without asking a getter; undefined when there is none. */
static int push_own(duk_hthread *thr, duk_idx_t idx, duk_small_uint_t stridx) {
  duk_tval *found = duk_hobject_find_entry_tval_ptr_stridx(thr->heap, duk_known_hobject(thr, idx), stridx);
  if (found == NULL) duk_push_undefined(thr);
  else duk_push_tval(thr, found);
  return found != NULL;
}

void enclaved_define(duk_hthread *thr, duk_idx_t obj_idx) { duk_xdef_prop(thr, obj_idx, DUK_PROPDESC_FLAGS_WEC); }

void enclaved_define_index(duk_hthread *thr, duk_idx_t arr_idx, unsigned index) {
  duk_hobject *h;
  arr_idx = duk_normalize_index(thr, arr_idx);
  duk_xdef_prop_index(thr, arr_idx, (duk_uarridx_t) index, DUK_PROPDESC_FLAGS_WEC);
  h = duk_known_hobject(thr, arr_idx);
  if (DUK_HOBJECT_IS_ARRAY(h) && ((duk_harray *) h)->length <= index) ((duk_harray *) h)->length = index + 1;
}

void enclaved_push_date(duk_hthread *thr, double milliseconds) {
  duk_push_hobject_bidx(thr, DUK_BIDX_DATE_CONSTRUCTOR);
  duk_push_number(thr, milliseconds);
  duk_new(thr, 1);
}

double enclaved_date_of(duk_hthread *thr, duk_idx_t idx) {
  double result;
  if (duk_get_hobject_with_class(thr, idx, DUK_HOBJECT_CLASS_DATE) == NULL) return DUK_DOUBLE_NAN;
  push_own(thr, idx, DUK_STRIDX_INT_VALUE);
  result = duk_get_number_default(thr, -1, DUK_DOUBLE_NAN);
  duk_pop(thr);
  return result;
}

int enclaved_next_entry(duk_hthread *thr, duk_idx_t obj_idx, unsigned *position, int *accessor) {
  duk_heap *heap = thr->heap;
  duk_hobject *h = duk_known_hobject(thr, obj_idx);
  if (*position == 0) {
    unsigned i;
    if (DUK_HOBJECT_GET_ASIZE(h) != 0 || DUK_HOBJECT_HAS_EXOTIC_ARGUMENTS(h)) return -1;
    for (i = 0; i < DUK_HOBJECT_GET_ENEXT(h); ++i) {
      duk_hstring *key = DUK_HOBJECT_E_GET_KEY(heap, h, i);
      if (key != NULL && DUK_HSTRING_HAS_ARRIDX(key)) return -1;
    }
  }
  while (*position < DUK_HOBJECT_GET_ENEXT(h)) {
    const unsigned i = (*position)++;
    duk_hstring *key = DUK_HOBJECT_E_GET_KEY(heap, h, i);
    if (key == NULL || DUK_HSTRING_HAS_SYMBOL(key) || !DUK_HOBJECT_E_SLOT_IS_ENUMERABLE(heap, h, i)) continue;
    *accessor = DUK_HOBJECT_E_SLOT_IS_ACCESSOR(heap, h, i) ? 1 : 0;
    duk_push_hstring(thr, key);
    if (*accessor == 0) {
      duk_push_tval(thr, DUK_HOBJECT_E_GET_VALUE_TVAL_PTR(heap, h, i));
    } else if (DUK_HOBJECT_E_GET_VALUE_GETTER(heap, h, i) != NULL) {
      duk_push_hobject(thr, DUK_HOBJECT_E_GET_VALUE_GETTER(heap, h, i));
    } else {
      duk_push_undefined(thr);
      *accessor = 0;
    }
    return 1;
  }
  return 0;
}

int enclaved_error_frame(duk_hthread *thr, duk_idx_t err_idx, unsigned index, const char *file, unsigned *line) {
  double packed;
  const char *name_of_file;
  *line = 0;
  err_idx = duk_normalize_index(thr, err_idx);
  if (!duk_is_object(thr, err_idx)) return 0;
  if (!push_own(thr, err_idx, DUK_STRIDX_INT_TRACEDATA) || !duk_is_object(thr, -1)) {
    duk_pop(thr);
    return 0;
  }
  duk_get_prop_index(thr, -1, 2 * index);
  duk_get_prop_index(thr, -2, 2 * index + 1);
  packed = duk_get_number_default(thr, -1, 0);
  duk_pop(thr);
  duk_remove(thr, -2); /* [ … function or file name ] */
  if (duk_is_string(thr, -1)) {
    /* Where the compiler was (a line number), or a place in Duktape's own source. */
    if (strcmp(duk_get_string(thr, -1), file) == 0) *line = (unsigned) fmod(packed, 4294967296.0);
    duk_pop(thr);
    duk_push_string(thr, "");
    return 1;
  }
  if (duk_get_hobject(thr, -1) == NULL) {
    const int more = duk_is_lightfunc(thr, -1);
    duk_pop(thr);
    if (more) duk_push_string(thr, "");
    return more;
  }
  if (DUK_HOBJECT_HAS_COMPFUNC(duk_known_hobject(thr, -1))) {
    duk_push_hobject(thr, enclaved_template_of(duk_known_hobject(thr, -1)));
    push_own(thr, -1, DUK_STRIDX_FILE_NAME);
    name_of_file = duk_get_string(thr, -1);
    if (name_of_file != NULL && strcmp(name_of_file, file) == 0)
      *line = (unsigned) duk_hobject_pc2line_query(thr, -2, (duk_uint_fast32_t) fmod(packed, 4294967296.0));
    duk_pop_2(thr);
    if (*line == 0) { /* the prelude's own functions, which nobody has called by their names */
      duk_pop(thr);
      duk_push_string(thr, "");
      return 1;
    }
  }
  push_own(thr, -1, DUK_STRIDX_NAME);
  duk_remove(thr, -2);
  return 1;
}

unsigned enclaved_error_line(duk_hthread *thr, duk_idx_t err_idx, const char *file) {
  unsigned index;
  unsigned line;
  for (index = 0; index < 64 && enclaved_error_frame(thr, err_idx, index, file, &line); ++index) {
    duk_pop(thr);
    if (line != 0) return line;
  }
  return 0;
}

/* Frames are looked at outwards, from a coroutine into what resumed it; a few, as what they cost is paid for each call. */
unsigned enclaved_calling_line(duk_hthread *thr, const char *file) {
  duk_hthread *at = thr;
  unsigned left = 32;
  for (; at != NULL; at = at->resumer) {
    duk_activation *act = at->callstack_curr;
    for (; act != NULL && left != 0; act = act->parent, --left) {
      duk_hobject *func = DUK_ACT_GET_FUNC(act);
      duk_tval *name;
      unsigned line;
      if (func == NULL || !DUK_HOBJECT_IS_COMPFUNC(func)) continue;
      func = enclaved_template_of(func);
      name = duk_hobject_find_entry_tval_ptr_stridx(thr->heap, func, DUK_STRIDX_FILE_NAME);
      if (name == NULL || !DUK_TVAL_IS_STRING(name)) continue;
      if (strcmp((const char *) DUK_HSTRING_GET_DATA(DUK_TVAL_GET_STRING(name)), file) != 0) continue;
      duk_push_hobject(thr, func);
      line = (unsigned) duk_hobject_pc2line_query(thr, -1, duk_hthread_get_act_prev_pc(at, act));
      duk_pop(thr);
      return line;
    }
  }
  return 0;
}

void enclaved_push_method(duk_hthread *thr, duk_c_function function, duk_idx_t arguments, const char *name, int length) {
  duk_push_c_function_builtin_noconstruct(thr, function, arguments);
  duk_push_int(thr, length);
  duk_xdef_prop_stridx_short(thr, -2, DUK_STRIDX_LENGTH, DUK_PROPDESC_FLAGS_C);
  duk_push_string(thr, name);
  duk_xdef_prop_stridx_short(thr, -2, DUK_STRIDX_NAME, DUK_PROPDESC_FLAGS_C);
}

int enclaved_push_boxed(duk_hthread *thr, duk_idx_t idx) {
  if (enclaved_class_of(thr, idx) != ENCLAVED_CLASS_BOXED) return 0;
  push_own(thr, idx, DUK_STRIDX_INT_VALUE);
  return 1;
}

int enclaved_is_regexp(duk_hthread *thr, duk_idx_t idx) {
  return duk_get_hobject_with_class(thr, idx, DUK_HOBJECT_CLASS_REGEXP) != NULL;
}

#include "regexp.inc.c"

#include "bytes.inc.c"
#include "json_parts.inc.c"

/* What other engines have and this one has not. */
void enclaved_missing_name(duk_hthread *thr, duk_hstring *name) {
  const char *text = (const char *) DUK_HSTRING_GET_DATA(name);
  const duk_size_t size = DUK_HSTRING_GET_BYTELEN(name);
  if (size == 4 && memcmp(text, "Intl", 4) == 0)
    duk_error(thr, DUK_ERR_REFERENCE_ERROR, "Intl is not defined: there is no locale data here; toLocaleString and its like write in the form of en-US, times in UTC");
  if (size == 6 && memcmp(text, "BigInt", 6) == 0)
    duk_error(thr, DUK_ERR_REFERENCE_ERROR, "BigInt is not defined: there is none here; numbers are exact up to Number.MAX_SAFE_INTEGER (2^53 - 1)");
}

void enclaved_forget_scopes(void) {
  ++enclaved_scope_epoch;
  enclaved_new_target = NULL;
}
