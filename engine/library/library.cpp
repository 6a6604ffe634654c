#include "engine/library/library.hpp"

#include "engine/duktape/objects.h"
#include "engine/library/array.hpp"
#include "engine/library/array_sort.hpp"
#include "engine/library/collections.hpp"
#include "engine/library/date.hpp"
#include "engine/library/errors.hpp"
#include "engine/library/iterators.hpp"
#include "engine/library/json.hpp"
#include "engine/library/kinds.hpp"
#include "engine/library/lang.hpp"
#include "engine/library/math.hpp"
#include "engine/library/number.hpp"
#include "engine/library/object.hpp"
#include "engine/library/random.hpp"
#include "engine/library/regexp/regexp.hpp"
#include "engine/library/string.hpp"
#include "engine/library/symbol.hpp"
#include "engine/library/text_codec.hpp"
#include "engine/library/typed_arrays.hpp"

namespace enclaved::engine {

namespace {

using part = void (*)(duk_context*);

/// One row a theme; the order is that of need.
constexpr part parts[] = {
    add_symbol,
    add_array_sort,
    // objects and collections
    add_iterators,
    add_array,
    add_collections,
    add_object,
    add_errors,
    // strings and numbers
    add_string,
    add_number,
    add_math,
    add_regexp,
    // dates and texts of values
    add_date,
    add_json,
    add_kinds,
    add_text_codec,
    add_typed_arrays,
    add_random,
    add_lang,
};

} // namespace

void add_library(duk_context* ctx) {
  enclaved_know_words(ctx);
  for (const auto& add : parts) add(ctx);
}

} // namespace enclaved::engine
