#include "engine/library/array_sort.hpp"

#include "engine/duktape/objects.h"
#include "engine/library/array_like.hpp"
#include "engine/library/members.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace enclaved::engine {

namespace {

// Where things stand on the value stack of a call.
enum slot : duk_idx_t { comparator, object, elements, work, result };

/// A permutation of element numbers that is being sorted, in the heap's memory. The elements themselves stay where they
/// are, in an array that no script can reach, whatever a comparator does to the one that is being sorted.
struct permutation {
  std::uint32_t count = 0;
  std::uint32_t* order = nullptr;
  std::uint32_t* spare = nullptr;
};

constexpr std::uint32_t run = 8;

template <typename After>
void insert_runs(permutation& it, After after) {
  for (std::uint32_t begin = 0; begin < it.count; begin += run) {
    const auto end = std::min(begin + run, it.count);
    for (auto i = begin + 1; i < end; ++i) {
      const auto moving = it.order[i];
      auto to = i;
      for (; to > begin && after(it.order[to - 1], moving); --to) it.order[to] = it.order[to - 1];
      it.order[to] = moving;
    }
    enclaved_spend(run);
  }
}

template <typename After>
void merge(permutation& it, std::uint64_t left, std::uint64_t middle, std::uint64_t end, After after) {
  auto right = middle;
  for (auto to = left, from = left; to < end; ++to) {
    const bool take_right = from >= middle || (right < end && after(it.order[from], it.order[right]));
    it.spare[to] = it.order[take_right ? right++ : from++];
  }
  enclaved_spend(static_cast<unsigned>(end - left));
}

/// Merges bottom up; `after(a, b)`: whether element a has to stand after element b, which is behind it.
template <typename After>
void merge_sort(permutation& it, After after) {
  insert_runs(it, after);
  for (std::uint64_t width = run; width < it.count; width *= 2) {
    for (std::uint64_t begin = 0; begin < it.count; begin += 2 * width)
      merge(it, begin, std::min<std::uint64_t>(begin + width, it.count),
            std::min<std::uint64_t>(begin + 2 * width, it.count), after);
    std::swap(it.order, it.spare);
  }
}

/// [ … ] -> [ … memory ]
void* push_memory(duk_context* ctx, std::size_t size) { return duk_push_fixed_buffer(ctx, size); }

permutation push_permutation(duk_context* ctx, std::uint32_t count) {
  permutation it{.count = count};
  it.order = static_cast<std::uint32_t*>(push_memory(ctx, std::size_t{count} * 2 * sizeof(std::uint32_t)));
  it.spare = it.order + count;
  for (std::uint32_t i = 0; i < count; ++i) it.order[i] = i;
  return it;
}

/// A string of the heap, and its first bytes as a number that orders as they do.
struct text_key {
  std::uint64_t begin = 0;
  const char* data = nullptr;
  std::size_t size = 0;
};

text_key key_of(const char* data, std::size_t size) {
  std::uint64_t begin = 0;
  std::memcpy(&begin, data, std::min(size, sizeof begin));
  return {.begin = __builtin_bswap64(begin), .data = data, .size = size};
}

/// Bytes of CESU-8 order as UTF-16 units do.
bool comes_after(const text_key& a, const text_key& b) {
  if (a.begin != b.begin) return a.begin > b.begin;
  enclaved_spend(static_cast<unsigned>(std::min(a.size, b.size) >> 6));
  return std::string_view(a.data, a.size) > std::string_view(b.data, b.size);
}

/// By the elements' texts. [ … elements work ] -> [ … elements work texts keys ]: the texts outlive being popped.
void sort_by_text(duk_context* ctx, permutation& it) {
  enclaved_push_list(ctx, it.count);
  const auto texts = duk_get_top_index(ctx);
  auto* keys = static_cast<text_key*>(push_memory(ctx, it.count * sizeof(text_key)));
  for (std::uint32_t i = 0; i < it.count; ++i) {
    enclaved_dense_element(ctx, elements, i);
    duk_size_t size = 0;
    const char* data = duk_to_lstring(ctx, -1, &size);
    keys[i] = key_of(data, size);
    create_element(ctx, texts, i);
  }
  merge_sort(it, [keys](std::uint32_t a, std::uint32_t b) { return comes_after(keys[a], keys[b]); });
}

/// By numbers that the comparator subtracts; false and nothing done when it does something else.
bool sort_by_number(duk_context* ctx, permutation& it) {
  auto* keys = static_cast<double*>(push_memory(ctx, it.count * sizeof(double)));
  const bool subtracts = enclaved_difference_keys(ctx, elements, comparator, it.count, keys) != 0;
  if (subtracts) merge_sort(it, [keys](std::uint32_t a, std::uint32_t b) { return keys[a] - keys[b] > 0; });
  duk_pop(ctx);
  return subtracts;
}

void sort_by_asking(duk_context* ctx, permutation& it) {
  merge_sort(it, [ctx](std::uint32_t a, std::uint32_t b) {
    duk_dup(ctx, comparator);
    enclaved_dense_element(ctx, elements, a); // nobody else can reach it: each is there
    enclaved_dense_element(ctx, elements, b);
    duk_call(ctx, 2);
    const double answer = duk_to_number(ctx, -1);
    duk_pop(ctx);
    return answer > 0;
  });
}

enum class holes : bool { left_out, undefined_ };

/// Copies what is there into `elements`, all but the undefined ones, and says how many of either.
void gather(duk_context* ctx, double length, holes what, std::uint32_t& defined, std::uint32_t& undefined) {
  for (double i = 0; i < length; ++i) {
    if (what == holes::undefined_)
      get_element(ctx, object, i);
    else if (!get_if_there(ctx, object, i))
      continue;
    if (duk_is_undefined(ctx, -1) != 0) {
      duk_pop(ctx);
      ++undefined;
    } else {
      create_element(ctx, elements, defined++);
    }
  }
}

void require_comparator(duk_context* ctx) {
  if (duk_is_undefined(ctx, comparator) == 0 && duk_is_callable(ctx, comparator) == 0)
    (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "sort needs a function or nothing");
}

/// [ comparator object ] -> [ comparator object elements ]
void push_elements(duk_context* ctx, double length, holes what, std::uint32_t& defined, std::uint32_t& undefined) {
  if (enclaved_defined_copy(ctx, object) != 0) {
    defined = static_cast<std::uint32_t>(length);
    return;
  }
  duk_push_array(ctx);
  gather(ctx, length, what, defined, undefined);
}

/// Sorts what `elements` has: [ comparator object elements ] -> [ … work ].
permutation sorted(duk_context* ctx, std::uint32_t count) {
  auto it = push_permutation(ctx, count);
  if (duk_is_undefined(ctx, comparator) != 0)
    sort_by_text(ctx, it);
  else if (!sort_by_number(ctx, it))
    sort_by_asking(ctx, it);
  duk_set_top(ctx, result);
  return it;
}

/// sort(comparator) with an object as `this`.
duk_ret_t array_sort(duk_context* ctx) {
  require_comparator(ctx);
  const double length = push_this_list(ctx);
  std::uint32_t defined = 0;
  std::uint32_t undefined = 0;
  push_elements(ctx, length, holes::left_out, defined, undefined);
  const auto it = sorted(ctx, defined);
  if (enclaved_put_in_order(ctx, object, elements, it.order, defined) == 0)
    for (std::uint32_t i = 0; i < defined; ++i) {
      enclaved_dense_element(ctx, elements, it.order[i]);
      put_element(ctx, object, i);
    }
  for (std::uint32_t i = defined; i < defined + undefined; ++i) {
    duk_push_undefined(ctx);
    put_element(ctx, object, i);
  }
  // Holes go to the end.
  for (double i = defined + undefined; i < length; ++i) {
    duk_push_number(ctx, i);
    if (duk_has_prop(ctx, object) != 0) delete_element(ctx, object, i);
  }
  duk_dup(ctx, object);
  return 1;
}

/// toSorted(comparator)
duk_ret_t array_to_sorted(duk_context* ctx) {
  require_comparator(ctx);
  const double length = push_this_list(ctx);
  if (length > 4294967295.0) return duk_error(ctx, DUK_ERR_RANGE_ERROR, "the array is too long");
  std::uint32_t defined = 0;
  std::uint32_t undefined = 0;
  push_elements(ctx, length, holes::undefined_, defined, undefined);
  const auto it = sorted(ctx, defined);
  enclaved_push_list(ctx, defined + undefined);
  for (std::uint32_t i = 0; i < defined; ++i) {
    enclaved_dense_element(ctx, elements, it.order[i]);
    create_element(ctx, result, i);
  }
  for (std::uint32_t i = defined; i < defined + undefined; ++i) {
    duk_push_undefined(ctx);
    create_element(ctx, result, i);
  }
  return 1;
}

constexpr method methods[] = {{"sort", array_sort, 1, 1}, {"toSorted", array_to_sorted, 1, 1}};

} // namespace

void add_array_sort(duk_context* ctx) {
  duk_get_global_string(ctx, "Array");
  duk_get_prop_string(ctx, -1, "prototype");
  add_methods(ctx, methods);
  duk_pop_2(ctx);
}

} // namespace enclaved::engine
