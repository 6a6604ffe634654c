/* ArrayBuffers and the views of them, as the library's natives see them. */

const char *enclaved_bytes_name(duk_hthread *thr, duk_idx_t idx) {
  duk_hobject *obj = duk_get_hobject(thr, idx);
  if (obj == NULL || !DUK_HOBJECT_IS_BUFOBJ(obj)) return NULL;
  switch (DUK_HOBJECT_GET_CLASS_NUMBER(obj)) {
  case DUK_HOBJECT_CLASS_ARRAYBUFFER: return "ArrayBuffer";
  case DUK_HOBJECT_CLASS_DATAVIEW: return "DataView";
  case DUK_HOBJECT_CLASS_INT8ARRAY: return "Int8Array";
  case DUK_HOBJECT_CLASS_UINT8ARRAY: return "Uint8Array";
  case DUK_HOBJECT_CLASS_UINT8CLAMPEDARRAY: return "Uint8ClampedArray";
  case DUK_HOBJECT_CLASS_INT16ARRAY: return "Int16Array";
  case DUK_HOBJECT_CLASS_UINT16ARRAY: return "Uint16Array";
  case DUK_HOBJECT_CLASS_INT32ARRAY: return "Int32Array";
  case DUK_HOBJECT_CLASS_UINT32ARRAY: return "Uint32Array";
  case DUK_HOBJECT_CLASS_FLOAT32ARRAY: return "Float32Array";
  case DUK_HOBJECT_CLASS_FLOAT64ARRAY: return "Float64Array";
  default: return NULL;
  }
}

int enclaved_view_of(duk_hthread *thr, duk_idx_t idx, struct enclaved_view *out) {
  duk_hobject *obj = duk_get_hobject(thr, idx);
  duk_hbufobj *view = (duk_hbufobj *) obj;
  if (obj == NULL || !DUK_HOBJECT_IS_BUFOBJ(obj)) return 0;
  out->detached = view->buf == NULL || DUK_HEAPHDR_CHECK_FLAG_BITS(&view->buf->hdr, ENCLAVED_BUFFER_DETACHED);
  out->bytes = view->buf == NULL ? NULL : (unsigned char *) DUK_HBUFOBJ_GET_SLICE_BASE(thr->heap, view);
  out->byte_length = out->detached ? 0 : view->length;
  out->byte_offset = out->detached ? 0 : view->offset;
  out->shift = view->shift;
  out->length = out->byte_length >> view->shift;
  switch (DUK_HOBJECT_GET_CLASS_NUMBER(obj)) {
  case DUK_HOBJECT_CLASS_INT8ARRAY: out->element = ENCLAVED_INT8; return 1;
  case DUK_HOBJECT_CLASS_UINT8ARRAY: out->element = ENCLAVED_UINT8; return 1;
  case DUK_HOBJECT_CLASS_UINT8CLAMPEDARRAY: out->element = ENCLAVED_UINT8_CLAMPED; return 1;
  case DUK_HOBJECT_CLASS_INT16ARRAY: out->element = ENCLAVED_INT16; return 1;
  case DUK_HOBJECT_CLASS_UINT16ARRAY: out->element = ENCLAVED_UINT16; return 1;
  case DUK_HOBJECT_CLASS_INT32ARRAY: out->element = ENCLAVED_INT32; return 1;
  case DUK_HOBJECT_CLASS_UINT32ARRAY: out->element = ENCLAVED_UINT32; return 1;
  case DUK_HOBJECT_CLASS_FLOAT32ARRAY: out->element = ENCLAVED_FLOAT32; return 1;
  case DUK_HOBJECT_CLASS_FLOAT64ARRAY: out->element = ENCLAVED_FLOAT64; return 1;
  case DUK_HOBJECT_CLASS_ARRAYBUFFER: out->element = ENCLAVED_NO_ELEMENT; return 2;
  default: out->element = ENCLAVED_NO_ELEMENT; return 3;
  }
}

void enclaved_detach(duk_hthread *thr, duk_idx_t idx) {
  duk_hbuffer *buf = ((duk_hbufobj *) duk_known_hobject(thr, idx))->buf;
  if (buf == NULL) return;
  DUK_HEAPHDR_SET_FLAG_BITS(&buf->hdr, ENCLAVED_BUFFER_DETACHED);
  DUK_HBUFFER_SET_SIZE(buf, 0);
}

void enclaved_push_buffer_of(duk_hthread *thr, duk_idx_t idx) {
  idx = duk_normalize_index(thr, idx);
  duk_push_c_function(thr, duk_bi_typedarray_buffer_getter, 0);
  duk_dup(thr, idx);
  duk_call_method(thr, 0);
}

int enclaved_is_constructor(duk_hthread *thr, duk_idx_t idx) {
  duk_hobject *obj = duk_get_hobject(thr, idx);
  return obj != NULL && DUK_HOBJECT_HAS_CONSTRUCTABLE(obj);
}

duk_c_function enclaved_length_getter = NULL;

/* [ … ] -> [ … length ] when nothing stands between the array and the getter that it would ask. */
int enclaved_typed_length(duk_hthread *thr, duk_hobject *obj, duk_tval *key) {
  duk_hbufobj *view = (duk_hbufobj *) obj;
  duk_hobject *proto;
  duk_hobject *getter;
  duk_int_t entry;
  duk_int_t bucket;
  if (!DUK_TVAL_IS_STRING(key) || DUK_TVAL_GET_STRING(key) != DUK_HTHREAD_STRING_LENGTH(thr) || !view->is_typedarray) return 0;
  if (DUK_HOBJECT_GET_ENEXT(obj) != 0 || (proto = DUK_HOBJECT_GET_PROTOTYPE(thr->heap, obj)) == NULL) return 0;
  if (DUK_HOBJECT_IS_PROXY(proto) || DUK_HOBJECT_IS_BUFOBJ(proto)) return 0;
  if (duk_hobject_find_entry(thr->heap, proto, DUK_HTHREAD_STRING_LENGTH(thr), &entry, &bucket)) return 0;
  proto = DUK_HOBJECT_GET_PROTOTYPE(thr->heap, proto);
  if (proto == NULL || DUK_HOBJECT_IS_PROXY(proto)) return 0;
  if (!duk_hobject_find_entry(thr->heap, proto, DUK_HTHREAD_STRING_LENGTH(thr), &entry, &bucket)) return 0;
  if (!DUK_HOBJECT_E_SLOT_IS_ACCESSOR(thr->heap, proto, entry)) return 0;
  getter = DUK_HOBJECT_E_GET_VALUE_GETTER(thr->heap, proto, entry);
  if (getter == NULL || !DUK_HOBJECT_IS_NATFUNC(getter) || ((duk_hnatfunc *) getter)->func != enclaved_length_getter) return 0;
  duk_push_uint(thr, enclaved_view_length(view));
  return 1;
}

/* [ … made ] -> [ … made ]: it inherits from what `new` was asked to make, when that had a prototype to give. */
void enclaved_take_prototype(duk_hthread *thr) {
  duk_push_this(thr);
  if (duk_is_object(thr, -1)) {
    duk_get_prototype(thr, -1);
    if (duk_is_object(thr, -1) && duk_get_heapptr(thr, -1) != (void *) thr->builtins[DUK_BIDX_OBJECT_PROTOTYPE]) duk_set_prototype(thr, -3);
    else duk_pop(thr);
  }
  duk_pop(thr);
}

/* Whether the text on top is a sign and then 0x, 0o or 0b. */
int enclaved_has_signed_radix(duk_hthread *thr) {
  duk_size_t size;
  duk_size_t at = 0;
  const char *text = duk_require_lstring(thr, -1, &size);
  while (at < size && (text[at] == ' ' || (text[at] >= 9 && text[at] <= 13))) ++at;
  if (at + 2 >= size || (text[at] != '+' && text[at] != '-') || text[at + 1] != '0') return 0;
  return (text[at + 2] | 32) == 'x' || (text[at + 2] | 32) == 'o' || (text[at + 2] | 32) == 'b';
}
