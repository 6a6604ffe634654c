// The protocol of iterators, for natives that take an iterable.
#pragma once

#include <duktape.h>

namespace enclaved::engine {

/// What is done with an element: [ … element ] -> [ … ]. False ends the iteration early.
using element_body = bool (*)(duk_context* ctx, void* argument);

/// Hands each element of the iterable at `iterable` to `body`. When that throws or ends early the iterator is closed.
void for_each_of(duk_context* ctx, duk_idx_t iterable, element_body body, void* argument);

/// [ … ] -> [ … iterator next ]: what Symbol.iterator of the value at `iterable` answers.
void push_iterator_of(duk_context* ctx, duk_idx_t iterable);
/// [ … ] -> [ … element ]; false and nothing at the end. `iterator` is where push_iterator_of put it.
bool push_next(duk_context* ctx, duk_idx_t iterator);
/// Closes an iterator that was not walked to its end.
void close_iterator(duk_context* ctx, duk_idx_t iterator);
/// [ … error ]: closes it and throws on, whatever closing throws.
[[noreturn]] void close_and_throw(duk_context* ctx, duk_idx_t iterator);

} // namespace enclaved::engine
