/* Our choice of Duktape's options, in front of the header that its source package brings (installed beside duktape.c as
 * duk_config_upstream.h). An option that is not named here is as upstream has it. */
#ifndef ENCLAVED_DUK_CONFIG_H
#define ENCLAVED_DUK_CONFIG_H

#ifdef DUK_COMPILING_DUKTAPE
/* The hosts below answer from the execution's own state, so that a replay sees what the first run saw. */
#define DUK_USE_DATE_GET_NOW(ctx) enclaved_clock_ms()
#define DUK_USE_DATE_GET_LOCAL_TZOFFSET(d) 0 /* scripts live in UTC */
#define DUK_USE_GET_MONOTONIC_TIME(ctx) enclaved_clock_ms()
#endif

#include "duk_config_upstream.h"

/* The upstream header switches these off again after it has chosen providers for them. */
#undef DUK_USE_DATE_GET_NOW
#undef DUK_USE_DATE_GET_LOCAL_TZOFFSET
#undef DUK_USE_GET_MONOTONIC_TIME
#undef DUK_USE_GET_RANDOM_DOUBLE
#define DUK_USE_DATE_GET_NOW(ctx) enclaved_clock_ms()
#define DUK_USE_DATE_GET_LOCAL_TZOFFSET(d) 0
#define DUK_USE_GET_MONOTONIC_TIME(ctx) enclaved_clock_ms()
#define DUK_USE_GET_RANDOM_DOUBLE(udata) enclaved_random()

/* Dates are parsed and written as ISO 8601 only: the C library's way depends on the host's locale. */
#undef DUK_USE_DATE_PARSE_STRING
#undef DUK_USE_DATE_FORMAT_STRING
#undef DUK_USE_DATE_PRS_STRPTIME
#undef DUK_USE_DATE_FMT_STRFTIME

/* The budget: asked every few thousand instructions, and by the ticks that harden.py puts into native loops. It does not
 * answer "stop" but leaves the heap for good, so no catch or finally of a script can hold on. */
#define DUK_USE_INTERRUPT_COUNTER
#define DUK_USE_EXEC_TIMEOUT_CHECK(udata) (enclaved_check(), 0)
#define ENCLAVED_TICK(units) enclaved_tick((long) (units))
#define ENCLAVED_EXHAUSTED(heap, bytes) enclaved_exhausted((heap)->ms_prevent_count != 0, (unsigned long) (bytes))

/* Recursion: script frames by their values and records, native frames by the stack that is left. */
#define DUK_USE_NATIVE_STACK_CHECK() enclaved_native_stack_low()
#undef DUK_USE_NATIVE_CALL_RECLIMIT
#define DUK_USE_NATIVE_CALL_RECLIMIT 1000
#undef DUK_USE_CALLSTACK_LIMIT
#define DUK_USE_CALLSTACK_LIMIT enclaved_frames_max
#undef DUK_USE_VALSTACK_LIMIT
#define DUK_USE_VALSTACK_LIMIT 1000000L

/* A tail call would take a frame's place: recursion without end would run into the time limit instead of the stack's, and
 * stack traces would miss callers. */
#undef DUK_USE_TAILCALL

/* Marking goes this deep before it notes an object for another pass over the whole heap: long linked lists would need many.
 * budget.cpp keeps the native stack for it. */
#undef DUK_USE_MARK_AND_SWEEP_RECLIMIT
#define DUK_USE_MARK_AND_SWEEP_RECLIMIT 4096

/* An error outside every protected call cannot happen unless Duktape is broken: the process ends. */
#define DUK_USE_FATAL_HANDLER(udata, msg) enclaved_fatal(msg)

/* Whole numbers are kept as such: loops with counters and bits take a third less time, nothing measured takes more. */
#define DUK_USE_FASTINT

/* All bytes of a string enter its hash, so that long keys that differ in the middle do not collide. */
#define DUK_USE_STRHASH_DENSE

/* Strings that grow keep their bytes in buffers that they share (fast_strings.inc.c); nobody else makes such strings. */
#define DUK_USE_HSTRING_EXTDATA
#define DUK_USE_EXTSTR_FREE(udata, data) enclaved_release_text(heap, h) /* the names in duk_free_hstring */

/* Messages name the property or function that was wrong. They go to the script's author only, and a program that writes
 * scripts mends them by what the message says; so PARANOID_ERRORS stays off. */

/* 32-bit code points in String.fromCharCode make strings that are no UTF-8. */
#undef DUK_USE_NONSTD_STRING_FROMCHARCODE_32BIT
#undef DUK_USE_NONSTD_GETTER_KEY_ARGUMENT
#undef DUK_USE_NONSTD_SETTER_KEY_ARGUMENT
#undef DUK_USE_SHEBANG_COMMENTS

/* Duktape looks at its own invariants in a build that is told so (CONTRIBUTING.md): slow, and an end where one fails. */
#ifdef ENCLAVED_ASSERTIONS
#define DUK_USE_ASSERTIONS
#endif

/* 4 KiB of every heap for literals that are pushed from C; we push few. */
#undef DUK_USE_LITCACHE_SIZE

#ifdef DUK_COMPILING_DUKTAPE
#ifdef __cplusplus
extern "C" {
#endif
extern long enclaved_units;     /* until the next check; a tick takes some */
extern long enclaved_frames_max;
extern char *enclaved_stack_floor;
extern void enclaved_check(void);
extern double enclaved_clock_ms(void);
extern double enclaved_random(void);
extern unsigned long enclaved_number_text(double number, char *out);
extern int enclaved_number_of(const char *text, unsigned long size, double *out);
struct duk_hthread;
extern void enclaved_compile_regexp(struct duk_hthread *thr);
extern void enclaved_push_regexp(struct duk_hthread *thr, void *prototype);
struct duk_hthread;
struct duk_hstring;
extern void enclaved_missing_name(struct duk_hthread *thr, struct duk_hstring *name);
extern int enclaved_has_signed_radix(struct duk_hthread *thr);
extern double enclaved_date_of(struct duk_hthread *thr, duk_idx_t idx);
extern void enclaved_take_prototype(struct duk_hthread *thr);
struct duk_hobject;
struct duk_tval_struct;
extern int enclaved_typed_length(struct duk_hthread *thr, struct duk_hobject *obj, struct duk_tval_struct *key);
extern double enclaved_date_parse(const char *text);
extern unsigned long enclaved_date_text(double milliseconds, char *out);
extern void enclaved_exhausted(int collecting, unsigned long bytes);
struct duk_heap;
struct duk_hstring;
struct duk_hthread;
extern void enclaved_release_text(struct duk_heap *heap, struct duk_hstring *text);
extern void enclaved_terminate(struct duk_hthread *thr, struct duk_hstring *text);
extern int enclaved_concat(struct duk_hthread *thr);
static int enclaved_call_script(struct duk_hthread *thr, int idx);
extern void enclaved_fatal(const char *message) __attribute__((noreturn));
#ifdef __cplusplus
}
#endif

/* What instructions remember about variables (fast_variables.inc.c) holds within an epoch. */
static unsigned enclaved_scope_epoch = 1;

static inline __attribute__((always_inline)) void enclaved_tick(long units) {
  enclaved_units -= units;
  if (__builtin_expect(enclaved_units < 0, 0)) enclaved_check();
}

static inline __attribute__((always_inline)) int enclaved_native_stack_low(void) {
  return (char *) __builtin_frame_address(0) < enclaved_stack_floor;
}
#endif

#endif
