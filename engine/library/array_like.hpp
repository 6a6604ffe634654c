// What array methods do to whatever has a length and elements: the specification's steps, and the short way where a
// true array has its elements densely stored.
#pragma once

#include "engine/duktape/objects.h"

#include <duktape.h>

namespace enclaved::engine {

inline constexpr double length_max = 9007199254740991.0;

/// [ … ] -> [ … this as an object ]; answers its length.
double push_this_list(duk_context* ctx);
/// The length of an object, as ToLength sees it.
double list_length(duk_context* ctx, duk_idx_t of);

/// [ … ] -> [ … element ]
void get_element(duk_context* ctx, duk_idx_t of, double index);
/// [ … ] -> [ … element ]; false and nothing for a hole.
bool get_if_there(duk_context* ctx, duk_idx_t of, double index);
/// [ … value ] -> [ … ], as an assignment does it.
void put_element(duk_context* ctx, duk_idx_t of, double index);
/// [ … value ] -> [ … ], as an own property.
void create_element(duk_context* ctx, duk_idx_t of, double index);
void delete_element(duk_context* ctx, duk_idx_t of, double index);
void set_length(duk_context* ctx, duk_idx_t of, double length);
/// Moves one element, or the hole that is there.
void move_element(duk_context* ctx, duk_idx_t of, double from, double to);

/// Where a relative index argument points to; `otherwise` when it is missing.
double relative_argument(duk_context* ctx, duk_idx_t argument, double length, double otherwise);

/// [ … ] -> [ … list ]: what a method of `original` puts its result into.
void push_species(duk_context* ctx, duk_idx_t original, double length);

void require_function(duk_context* ctx, duk_idx_t index);

} // namespace enclaved::engine
