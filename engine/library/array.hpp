// Array and the methods of its prototype, but for sorting.
#pragma once

#include "engine/library/members.hpp"

namespace enclaved::engine {

void add_array(duk_context* ctx);

/// Themes of Array.prototype.
std::span<const method> array_callbacks(); ///< array_callbacks.cpp
std::span<const method> array_changes();   ///< array_changes.cpp
std::span<const method> array_copies();    ///< array_copies.cpp

} // namespace enclaved::engine
