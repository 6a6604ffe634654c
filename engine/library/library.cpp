#include "engine/library/library.hpp"

#include "engine/library/array_sort.hpp"
#include "engine/library/math.hpp"
#include "engine/library/number.hpp"
#include "engine/library/string.hpp"

namespace enclaved::engine {

namespace {

using part = void (*)(duk_context*);

/// One row a theme; the order is that of need.
constexpr part parts[] = {
    add_array_sort,
    add_string,
    add_number,
    add_math,
};

} // namespace

void add_library(duk_context* ctx) {
  for (const auto& add : parts) add(ctx);
}

} // namespace enclaved::engine
