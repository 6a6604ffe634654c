/* Objects as the library's natives see them: what Duktape's API does not offer, or only by way of a name that a script
 * may have changed. Compiled together with Duktape (inside.c). */
#ifndef ENCLAVED_DUKTAPE_OBJECTS_H
#define ENCLAVED_DUKTAPE_OBJECTS_H

#include "duktape.h"

#ifdef __cplusplus
extern "C" {
#endif

/* -- known objects (known.inc.c) */

enum enclaved_known {
  KNOWN_OBJECT_PROTOTYPE,
  KNOWN_HAS_OWN_PROPERTY,
  KNOWN_FUNCTION_PROTOTYPE,
  KNOWN_ARRAY,
  KNOWN_ARRAY_PROTOTYPE,
  KNOWN_ARRAY_SPECIES,
  KNOWN_ARRAY_VALUES,
  KNOWN_ITERATOR_PROTOTYPE,
  KNOWN_ASYNC_ITERATOR_PROTOTYPE,
  KNOWN_ARRAY_ITERATOR_PROTOTYPE,
  KNOWN_ARRAY_ITERATOR_NEXT,
  KNOWN_STRING_ITERATOR_PROTOTYPE,
  KNOWN_STRING_ITERATOR_NEXT,
  KNOWN_STRING_PROTOTYPE,
  KNOWN_STRING_VALUES,
  KNOWN_MAP,
  KNOWN_MAP_PROTOTYPE,
  KNOWN_MAP_GET,
  KNOWN_MAP_SET,
  KNOWN_MAP_ENTRIES,
  KNOWN_MAP_ITERATOR_PROTOTYPE,
  KNOWN_MAP_ITERATOR_NEXT,
  KNOWN_SET,
  KNOWN_SET_PROTOTYPE,
  KNOWN_SET_ADD,
  KNOWN_SET_VALUES,
  KNOWN_SET_ITERATOR_PROTOTYPE,
  KNOWN_SET_ITERATOR_NEXT,
  KNOWN_REGEXP_ITERATOR_PROTOTYPE,
  KNOWN_PROXY_TRAPS,
  KNOWN_ERROR,
  KNOWN_AGGREGATE_ERROR_PROTOTYPE,
  KNOWN_WEAK_MAP_PROTOTYPE,
  KNOWN_WEAK_SET_PROTOTYPE,
  KNOWN_WEAK_REF_PROTOTYPE,
  KNOWN_FINALIZATION_REGISTRY_PROTOTYPE,
  KNOWN_STATE_PROTOTYPE,
  ENCLAVED_KNOWN
};
/* Once for a heap that is being made, before anything else of this file. */
void enclaved_know_words(duk_context *ctx);
/* [ … object ] -> [ … object ]: from here on it is known. */
void enclaved_remember(duk_context *ctx, enum enclaved_known which);
void enclaved_push_known(duk_context *ctx, enum enclaved_known which);
int enclaved_is_known(duk_context *ctx, duk_idx_t idx, enum enclaved_known which);

/* Whether to iterate over the value is to walk an array's elements by index, as nobody has changed how arrays do that. */
int enclaved_iterates_by_index(duk_context *ctx, duk_idx_t idx);

/* [ … value ] -> [ … {value, done} ] */
void enclaved_iterator_result(duk_context *ctx, int done);

/* -- objects.inc.c */

/* In place: what names a property, a string or a symbol. */
void enclaved_to_key(duk_context *ctx, duk_idx_t idx);
/* How many arguments a native finds on its stack. */
void enclaved_set_arguments(duk_context *ctx, duk_idx_t idx, int count);
/* A compiled function becomes a method as built-ins are: no constructor. */
void enclaved_tidy_method(duk_context *ctx, duk_idx_t idx);

/* -- Proxies (proxies.inc.c) */

/* [ … ] -> [ … target handler ]; 0 and nothing for what is no Proxy. */
int enclaved_push_proxy_parts(duk_context *ctx, duk_idx_t idx);
/* [ … handler ] -> [ … ]: the handler of the Proxy from now on. */
void enclaved_set_proxy_handler(duk_context *ctx, duk_idx_t idx);

/* Whether a name means an element that the typed array at `obj_idx` does not have (chains.inc.c). */
int enclaved_misses_element(duk_context *ctx, duk_idx_t obj_idx, duk_idx_t key_idx);

/* -- collections (collections.inc.c) */

enum enclaved_collection { ENCLAVED_MAP, ENCLAVED_SET, ENCLAVED_WEAK_MAP, ENCLAVED_WEAK_SET };

/* Makes a plain object a collection. */
void enclaved_make_collection(duk_context *ctx, duk_idx_t idx, int kind);
int enclaved_is_collection(duk_context *ctx, duk_idx_t idx, int kind);
/* A TypeError when it is none of that kind. */
void enclaved_require_collection(duk_context *ctx, duk_idx_t idx, int kind);

/* Of `this`, the key being the first argument. */
int enclaved_collection_get(duk_context *ctx, int kind); /* [ … ] -> [ … value ]; 0 and nothing when it is not there */
int enclaved_collection_has(duk_context *ctx, int kind);
void enclaved_collection_put(duk_context *ctx, int kind); /* the value is the second argument */
int enclaved_collection_delete(duk_context *ctx, int kind);
void enclaved_collection_clear(duk_context *ctx, int kind);
unsigned enclaved_collection_size(duk_context *ctx, int kind);
/* [ … key value? ] -> [ … ]: into the collection at `idx`. */
void enclaved_put_into(duk_context *ctx, duk_idx_t idx, int kind);
/* [ … key ] -> [ … ]: out of it; whether it was there. */
int enclaved_take_from(duk_context *ctx, duk_idx_t idx, int kind);

/* [ … ] -> [ … walk ]: a walk in the order of insertion begins, at position 0. Whatever a script adds, deletes or clears
 * meanwhile: each entry that stays is met once. */
void enclaved_push_walk(duk_context *ctx, duk_idx_t idx, int kind);
/* [ … ] -> [ … key value ], a set's value being its key; 0 and nothing at the end. */
int enclaved_walk(duk_context *ctx, duk_idx_t walk_idx, unsigned *position);

/* -- iterators (iterators.inc.c) */

enum enclaved_brand { BRAND_ARRAY, BRAND_MAP, BRAND_SET, BRAND_STRING };
enum enclaved_iterated { ITERATED_KEYS, ITERATED_VALUES, ITERATED_ENTRIES };
#define ENCLAVED_KIND(brand, what) ((unsigned) (brand) * 4U + (unsigned) (what))

/* [ … iterated ] -> [ … iterator ] */
void enclaved_push_iterator(duk_context *ctx, unsigned kind, enum enclaved_known prototype);
/* [ … ] -> [ … iterated ], undefined at the end, when `this` is an iterator of that brand; 0 and nothing otherwise. */
int enclaved_iterator_state(duk_context *ctx, unsigned brand, unsigned *what, double *position);
/* [ … iterated ] -> [ … ]: where `this` stands from now on. */
void enclaved_iterator_advance(duk_context *ctx, double position);

/* -- arrays (arrays.inc.c) */

/* No array is made denser than this at once: its elements would not fit into a heap. */
#define ENCLAVED_DENSE_MAX (1U << 26)

/* [ … ] -> [ … element ] of a true array that has it stored densely; 0 and nothing otherwise. */
int enclaved_dense_element(duk_context *ctx, duk_idx_t idx, unsigned index);
/* The length of a true array; -1 for anything else. */
double enclaved_array_length(duk_context *ctx, duk_idx_t idx);
/* [ … value ] -> [ … ] in place of an element that is there; 0 and [ … value ] otherwise, as with all that follow. */
int enclaved_put_dense(duk_context *ctx, duk_idx_t idx, unsigned index);
/* [ … value ] -> [ … ] behind the last element. */
int enclaved_array_append(duk_context *ctx, duk_idx_t idx);
/* [ … ] -> [ … last element ], which is taken away. */
int enclaved_array_take_last(duk_context *ctx, duk_idx_t idx);
/* [ … ] -> [ … array ], empty, with room for that many. */
void enclaved_push_list(duk_context *ctx, unsigned length);
/* [ … ] -> [ … array ] of the elements from `from` to before `to`. */
int enclaved_array_slice(duk_context *ctx, duk_idx_t idx, unsigned from, unsigned to);
/* All elements of the other array, behind those of the first. */
int enclaved_array_append_all(duk_context *ctx, duk_idx_t idx, duk_idx_t other_idx);
/* [ … ] -> [ … array of the elements taken out ]: `gone` of them at `at`, `added` values of the stack in their place. */
int enclaved_array_splice(duk_context *ctx, duk_idx_t idx, unsigned at, unsigned gone, duk_idx_t first, unsigned added);
int enclaved_array_reverse(duk_context *ctx, duk_idx_t idx);
/* The first element from `from` on that equals the value at `what`, strictly or NaN too; -1: none; -2: ask otherwise. */
double enclaved_array_find(duk_context *ctx, duk_idx_t idx, duk_idx_t what, unsigned from, int with_nan);
/* Whether what a method makes out of this array is an array, as nobody has changed its constructor or species. */
int enclaved_makes_arrays(duk_context *ctx, duk_idx_t idx);

/* -- sorting (sorting.inc.c) */

/* What a comparator that only subtracts would subtract, of each element of a list that no script can reach: the one with
 * the greater key comes later. 0: the comparator does something else, or an element is no number. */
int enclaved_difference_keys(duk_context *ctx, duk_idx_t list, duk_idx_t comparator, unsigned count, double *keys);
/* [ … ] -> [ … array ]: a copy of a true array that has neither holes nor undefined elements; 0 and nothing otherwise. */
int enclaved_defined_copy(duk_context *ctx, duk_idx_t idx);
/* The elements at `from`, in that order, in place of the first ones of an array; 0 when it has changed too much. */
int enclaved_put_in_order(duk_context *ctx, duk_idx_t idx, duk_idx_t from, const unsigned *order, unsigned count);
/* Work was done that the budget counts. */
void enclaved_spend(unsigned units);

#ifdef __cplusplus
}
#endif

#endif
