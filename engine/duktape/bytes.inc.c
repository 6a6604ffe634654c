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
  out->bytes = view->buf == NULL ? NULL : (unsigned char *) DUK_HBUFOBJ_GET_SLICE_BASE(thr->heap, view);
  out->byte_length = view->buf == NULL ? 0 : view->length;
  out->byte_offset = view->offset;
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
