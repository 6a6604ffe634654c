/* Small services to natives that create and describe objects. */

/* [ … value … ] -> [ … key … ]: a string or symbol. */
void enclaved_to_key(duk_hthread *thr, duk_idx_t idx) { duk_to_property_key_hstring(thr, idx); }

void enclaved_set_arguments(duk_hthread *thr, duk_idx_t idx, int count) {
  duk_hobject *h = duk_require_hobject(thr, idx);
  if (DUK_HOBJECT_IS_NATFUNC(h)) ((duk_hnatfunc *) h)->nargs = (duk_int16_t) count;
}

/* A compiled function of the prelude becomes a method as built-ins are: no constructor, nothing but a length and a name. */
void enclaved_tidy_method(duk_hthread *thr, duk_idx_t idx) {
  static const duk_small_uint_t needless[] = {DUK_STRIDX_PROTOTYPE, DUK_STRIDX_CALLER, DUK_STRIDX_LC_ARGUMENTS};
  duk_hobject *h = duk_require_hobject(thr, idx);
  unsigned i;
  if (!DUK_HOBJECT_IS_COMPFUNC(h)) return;
  DUK_HOBJECT_CLEAR_CONSTRUCTABLE(h);
  for (i = 0; i < sizeof needless / sizeof *needless; ++i)
    duk_hobject_delprop_raw(thr, h, DUK_HTHREAD_GET_STRING(thr, needless[i]), DUK_DELPROP_FLAG_FORCE);
}

/* [ message options error ]: an error takes over the cause that it was made with. */
void enclaved_take_cause(duk_hthread *thr) {
  if (duk_get_top(thr) != 3 || !duk_is_object(thr, 1)) return;
  if (!duk_has_prop_string(thr, 1, "cause")) return;
  duk_push_string(thr, "cause");
  duk_get_prop_string(thr, 1, "cause");
  duk_xdef_prop(thr, -3, DUK_PROPDESC_FLAGS_WC);
}
