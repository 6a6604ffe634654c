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
