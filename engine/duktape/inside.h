/* What we need of Duktape's inside and its API does not offer. Compiled together with Duktape (inside.c). */
#ifndef ENCLAVED_DUKTAPE_INSIDE_H
#define ENCLAVED_DUKTAPE_INSIDE_H

#include "duktape.h"
#include "lowered.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What kind of object stands at an index, whatever a script has done to its properties. */
enum enclaved_class {
  ENCLAVED_CLASS_NONE, /* no object */
  ENCLAVED_CLASS_PLAIN,
  ENCLAVED_CLASS_ARRAY,
  ENCLAVED_CLASS_FUNCTION,
  ENCLAVED_CLASS_DATE,
  ENCLAVED_CLASS_ERROR,
  ENCLAVED_CLASS_BYTES,  /* ArrayBuffer or a view of one */
  ENCLAVED_CLASS_BOXED,  /* a String, Number, Boolean or Symbol object */
  ENCLAVED_CLASS_PROXY
};
enum enclaved_class enclaved_class_of(duk_context *ctx, duk_idx_t idx);

/* [ … key value ] -> [ … ]: an own, plain property, past setters and prototypes. */
void enclaved_define(duk_context *ctx, duk_idx_t obj_idx);
/* [ … value ] -> [ … ]: likewise, an element of an array. */
void enclaved_define_index(duk_context *ctx, duk_idx_t arr_idx, unsigned index);

/* [ … ] -> [ … Date ], by the built-in constructor even when a script has replaced the global one. */
void enclaved_push_date(duk_context *ctx, double milliseconds);
/* The time of a Date object, NaN when it is none. */
double enclaved_date_of(duk_context *ctx, duk_idx_t idx);

/* Steps through the own entries of a plain object in the order they were made, without calling anything: for an entry that
 * is enumerable and whose key is a string it answers 1 and pushes key and value ([ … key value ], value a getter's function
 * when *accessor). 0 at the end. -1 at the beginning when the object needs the long way (it has keys that are numbers). */
int enclaved_next_entry(duk_context *ctx, duk_idx_t obj_idx, unsigned *position, int *accessor);

/* The line of the topmost frame of a function compiled from `file`, in an error's traceback; 0: none. */
unsigned enclaved_error_line(duk_context *ctx, duk_idx_t err_idx, const char *file);
/* Frame `index` of an error's traceback: [ … ] -> [ … name ] and its line (0 for what is not of `file`). 0 at the end. */
int enclaved_error_frame(duk_context *ctx, duk_idx_t err_idx, unsigned index, const char *file, unsigned *line);

/* The line where the innermost running function compiled from `file` stands; 0: none. */
unsigned enclaved_calling_line(duk_context *ctx, const char *file);

/* [ … ] -> [ … value ]: what a String, Number, Boolean or Symbol object stands for; 0 and nothing when it is none. */
int enclaved_push_boxed(duk_context *ctx, duk_idx_t idx);

/* Whether it is an object that the constructor of regular expressions has made. */
int enclaved_is_regexp(duk_context *ctx, duk_idx_t idx);

/* [ … values ] -> [ … ]: the `count` values on top become further elements of an array that is being made. */
void enclaved_adopt_elements(duk_context *ctx, duk_idx_t arr_idx, unsigned count);
/* [ … key value … ] -> [ … ]: likewise, pairs as own properties of a plain object; whether one took another one's place. */
int enclaved_adopt_members(duk_context *ctx, duk_idx_t obj_idx, unsigned count);

/* A value without a reference to it: good until anything of the heap is changed. */
struct enclaved_value {
  enum {
    ENCLAVED_VALUE_NOTHING, /* undefined, a symbol */
    ENCLAVED_VALUE_NULL,
    ENCLAVED_VALUE_FALSE,
    ENCLAVED_VALUE_TRUE,
    ENCLAVED_VALUE_NUMBER,
    ENCLAVED_VALUE_TEXT,
    ENCLAVED_VALUE_OBJECT,
    ENCLAVED_VALUE_OTHER
  } kind;
  double number; /* of a key: the index it is, or -1 */
  const char *text;
  unsigned long size;
  void *object;
};
/* What JSON can say of an object without running anything of the script. */
enum enclaved_shape {
  ENCLAVED_SHAPE_PLAIN, /* its entries, in the order they were made */
  ENCLAVED_SHAPE_ARRAY,
  ENCLAVED_SHAPE_NOTHING, /* a function */
  ENCLAVED_SHAPE_OTHER    /* it has to be asked */
};
int enclaved_is_function(void *object);
void enclaved_look(duk_context *ctx, duk_idx_t idx, struct enclaved_value *out);
/* `count` places to look at; `numbered`: keys that are numbers come first. */
enum enclaved_shape enclaved_shape_of(duk_context *ctx, void *object, unsigned *count, int *numbered);
/* 0: nothing is there. */
int enclaved_element_at(duk_context *ctx, void *object, unsigned index, struct enclaved_value *out);
int enclaved_member_at(duk_context *ctx, void *object, unsigned index, struct enclaved_value *key, struct enclaved_value *out);

/* [ … key ] -> [ … ] and [ … key value ] -> [ … ]: a property goes or comes as Reflect.deleteProperty and CreateDataProperty
 * do it, Proxies included; what refuses is left as it is. */
void enclaved_try_delete(duk_context *ctx, duk_idx_t obj_idx);
void enclaved_try_define(duk_context *ctx, duk_idx_t obj_idx);
/* Array.isArray; throws for a Proxy that has been revoked. */
int enclaved_is_array(duk_context *ctx, duk_idx_t idx);
/* [ … ] -> [ … array ]: the enumerable own keys that are strings, in order. */
void enclaved_push_own_keys(duk_context *ctx, duk_idx_t obj_idx);

/* Date.prototype.toISOString. */
extern duk_c_function enclaved_date_to_iso;
/* Whether a Date becomes JSON as Dates do when no script has changed that. */
int enclaved_date_in_json(duk_context *ctx, void *object, double *milliseconds);

/* The name of the class of an ArrayBuffer or view; null when the value is none of them. */
const char *enclaved_bytes_name(duk_context *ctx, duk_idx_t idx);

/* What lies behind a typed array, an ArrayBuffer or a DataView. Memory of theirs neither moves nor shrinks: bytes that
 * were found stay readable, also when the buffer is detached meanwhile. */
enum enclaved_element {
  ENCLAVED_INT8,
  ENCLAVED_UINT8,
  ENCLAVED_UINT8_CLAMPED,
  ENCLAVED_INT16,
  ENCLAVED_UINT16,
  ENCLAVED_INT32,
  ENCLAVED_UINT32,
  ENCLAVED_FLOAT32,
  ENCLAVED_FLOAT64,
  ENCLAVED_NO_ELEMENT
};
struct enclaved_view {
  unsigned char *bytes;
  unsigned length; /* in elements */
  unsigned byte_length;
  unsigned byte_offset;
  unsigned shift;
  enum enclaved_element element;
  int detached; /* it has no bytes any more: all sizes are 0 */
};
/* 0: it is none of them; 1: a typed array, 2: an ArrayBuffer, 3: a DataView. */
int enclaved_view_of(duk_context *ctx, duk_idx_t idx, struct enclaved_view *out);

/* The bytes of an ArrayBuffer belong to somebody else from now on. */
void enclaved_detach(duk_context *ctx, duk_idx_t idx);
/* [ … ] -> [ … ArrayBuffer ] of a typed array or a DataView. */
void enclaved_push_buffer_of(duk_context *ctx, duk_idx_t idx);
int enclaved_is_constructor(duk_context *ctx, duk_idx_t idx);
/* [ … made ] -> [ … made ]: what a constructor made inherits from what `new` was asked to make. */
void enclaved_take_prototype(duk_context *ctx);
/* The getter of %TypedArray%.prototype.length. */
extern duk_c_function enclaved_length_getter;

/* Numbers as text and back (library/number.cpp): the text's size; whether the text was a number in plain notation. */
unsigned long enclaved_number_text(double number, char *out);
int enclaved_number_of(const char *text, unsigned long size, double *out);
/* Dates likewise (library/date.cpp): NaN for what is none; `out` has room for 128 bytes. */
double enclaved_date_parse(const char *text);
unsigned long enclaved_date_text(double milliseconds, char *out);

/* [ … ] -> [ … function ] as the specification wants built-in methods: own length and name, no constructor. */
void enclaved_push_method(duk_context *ctx, duk_c_function function, duk_idx_t arguments, const char *name, int length);

/* The heap in the arena is about to be another one, or is another one than it was. */
void enclaved_forget_scopes(void);
/* Regular expressions (regexp.inc.c). [ … source program ] -> [ … object ], with RegExp.prototype when `prototype` is null. */
void enclaved_push_regexp(duk_context *ctx, void *prototype);
/* The program of the regular expression at an index, null when it is none. The other functions need one. */
const void *enclaved_regexp_program(duk_context *ctx, duk_idx_t idx);
/* [ … ] -> [ … source program ] */
void enclaved_push_regexp_parts(duk_context *ctx, duk_idx_t idx);
/* lastIndex when it is a number; sets it when it is one and may be written. 0 otherwise. */
int enclaved_regexp_last_index(duk_context *ctx, duk_idx_t idx, double *number);
int enclaved_regexp_set_last_index(duk_context *ctx, duk_idx_t idx, unsigned number);
/* [ … ] -> [ … prototype ]: that of literals, with nothing on it yet. */
void enclaved_push_bare_regexp_prototype(duk_context *ctx);
/* Makes this the constructor; remembers what it and the prototype have when nothing is added any more. */
void enclaved_keep_regexp(duk_context *ctx, duk_idx_t constructor);
void enclaved_seal_regexp(duk_context *ctx);
/* Whether nothing of what a regular expression has or inherits was changed by a script. */
int enclaved_regexp_is_plain(duk_context *ctx, duk_idx_t idx);
void *enclaved_regexp_prototype(duk_context *ctx);
void *enclaved_regexp_constructor(void);
/* [ … count elements, index, input, groups, perhaps indices ] -> [ … array ] */
void enclaved_make_match(duk_context *ctx, duk_idx_t count, int with_indices);
/* [ … count times: key value ] -> [ … object ] without a prototype; no key is there twice. */
void enclaved_make_groups(duk_context *ctx, duk_idx_t count);
/* [ … ] -> [ … array ] with room for `count` elements, each of which has to be filled: [ … value ] -> [ … ] */
void enclaved_push_array_of(duk_context *ctx, unsigned count);
void enclaved_fill_element(duk_context *ctx, duk_idx_t idx, unsigned at);
/* [ … ] -> [ … value ] of an own data property; 0 and nothing when there is none. */
int enclaved_push_own(duk_context *ctx, duk_idx_t idx, const char *key);

#ifdef __cplusplus
}
#endif

#endif
