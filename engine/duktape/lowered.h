/* What lowered code needs of Duktape's inside (lowered.inc.c, private.inc.c). */
#ifndef ENCLAVED_DUKTAPE_LOWERED_H
#define ENCLAVED_DUKTAPE_LOWERED_H

#include "duktape.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The table of helpers that compiled code names as constants; something else has to keep it alive. */
void enclaved_use_helpers(duk_context *ctx, duk_idx_t idx);
/* They are all in the table: the executor may answer for some of them (fast_helpers.inc.c). */
void enclaved_finish_helpers(duk_context *ctx);

/* Private members: what an object has under a key that no script can have. */
enum enclaved_private {
  ENCLAVED_PRIVATE_NONE,
  ENCLAVED_PRIVATE_VALUE,
  ENCLAVED_PRIVATE_CONSTANT, /* a method */
  ENCLAVED_PRIVATE_ACCESSOR
};
enum enclaved_private enclaved_private_find(duk_context *ctx, duk_idx_t obj_idx, duk_idx_t key_idx);
/* [ … ] -> [ … value ]: of an accessor its getter or setter, undefined when there is none. */
void enclaved_private_push(duk_context *ctx, duk_idx_t obj_idx, duk_idx_t key_idx, int setter);
/* [ … value ] -> [ … ]: for one that is there. */
void enclaved_private_put(duk_context *ctx, duk_idx_t obj_idx, duk_idx_t key_idx);
/* [ … value ] -> [ … ]; kind 0: value, 1: method, 2: getter, 3: setter. */
void enclaved_private_add(duk_context *ctx, duk_idx_t obj_idx, duk_idx_t key_idx, int kind);

/* With [ home self key ] and [ home self key value ] as the arguments of a native function: super[key], which is pushed,
 * and its assignment. */
void enclaved_super_get(duk_context *ctx);
void enclaved_super_put(duk_context *ctx);

/* Whether `new` works on a function; one that it does not work on has no prototype property. */
int enclaved_is_constructable(duk_context *ctx, duk_idx_t idx);
void enclaved_set_constructable(duk_context *ctx, duk_idx_t idx, int constructs);

/* Whether a function is the constructor that a class of a script has. */
int enclaved_is_class(duk_context *ctx, duk_idx_t idx);

#ifdef __cplusplus
}
#endif

#endif
