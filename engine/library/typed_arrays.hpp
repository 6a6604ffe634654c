// ArrayBuffer, DataView and the typed arrays. Their objects and element access are Duktape's; constructors and methods
// are here, as the specification has them. Sizes are checked before memory is taken.
#pragma once

#include <cstdint>
#include <duktape.h>

namespace enclaved::engine {

void add_typed_arrays(duk_context* ctx);

// -- shared by the files of this theme (typed_make.cpp)

/// ToIndex: a whole number that is not negative; a RangeError otherwise.
double to_index(duk_context* ctx, duk_idx_t index, const char* what);
/// [ … ] -> [ … typed array ] of that kind (an `enclaved_element`), by its own constructor.
void push_typed_array(duk_context* ctx, int element, double length);
/// [ … ] -> [ … typed array ]: as the constructor of the one at `exemplar` wants it, for `length` elements.
void push_like(duk_context* ctx, duk_idx_t exemplar, double length);
/// [ … constructor arguments… ] -> [ … typed array ], which has `least` elements or more.
void construct_typed_array(duk_context* ctx, duk_idx_t arguments, double least);
/// [ … ] -> [ … constructor ]: of the exemplar's species.
void push_species_of(duk_context* ctx, duk_idx_t exemplar, const char* fallback);

void add_array_buffer(duk_context* ctx);
void add_data_view(duk_context* ctx);
void add_typed_constructors(duk_context* ctx);
/// [ … prototype ] -> [ … prototype ]
void add_typed_methods(duk_context* ctx);

} // namespace enclaved::engine
