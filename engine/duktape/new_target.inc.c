/* `new.target`, which Duktape has only as far as it is the function that runs: Reflect.construct with another one, and
 * super(…), which is that. An activation keeps it; between the resolution of the call and its activation it waits here,
 * counted, for the call whose function lies at this place of the value stack. */

static duk_hobject *enclaved_new_target;
static duk_tval *enclaved_new_target_for;

static void enclaved_instance_of(duk_hthread *thr, duk_idx_t instance, duk_idx_t constructor) {
  duk_hobject *prototype;
  duk_get_prop_stridx_short(thr, constructor, DUK_STRIDX_PROTOTYPE);
  prototype = duk_get_hobject(thr, -1);
  if (prototype != NULL) DUK_HOBJECT_SET_PROTOTYPE_UPDREF(thr, duk_known_hobject(thr, instance), prototype);
  duk_pop(thr);
}

/* [ … function instance newTarget arguments … ] */
static void enclaved_keep_new_target(duk_hthread *thr, duk_idx_t idx_func) {
  duk_hobject *target = duk_require_hobject(thr, idx_func + 2);
  if (enclaved_new_target != NULL) DUK_HOBJECT_DECREF_NORZ(thr, enclaved_new_target);
  DUK_HOBJECT_INCREF(thr, target);
  enclaved_new_target = target;
  enclaved_new_target_for = thr->valstack_bottom + idx_func;
}

static DUK_ALWAYS_INLINE duk_hobject *enclaved_take_new_target(duk_hthread *thr, duk_idx_t idx_func) {
  duk_hobject *target = enclaved_new_target;
  if (DUK_LIKELY(target == NULL) || enclaved_new_target_for != thr->valstack_bottom + idx_func) return NULL;
  enclaved_new_target = NULL;
  return target;
}

/* [ … object ] -> [ … object ]: built-in constructors make objects of their own prototype. */
static void enclaved_adopt(duk_hthread *thr) {
  duk_activation *act = thr->callstack_curr;
  if (act->new_target == NULL || act->func == NULL || !DUK_HOBJECT_IS_NATFUNC(act->func)) return;
  duk_push_hobject(thr, act->new_target);
  enclaved_instance_of(thr, duk_get_top(thr) - 2, duk_get_top(thr) - 1);
  duk_pop(thr);
}
