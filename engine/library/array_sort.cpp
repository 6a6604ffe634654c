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
enum slot : duk_idx_t { comparator, object, elements, texts, order_buffer, result };

/// Merges a permutation of element numbers, bottom up. The elements themselves stay where they are, in an array that no
/// script can reach, whatever a comparator does to the one that is being sorted. It has no destructor.
class sorter {
public:
  sorter(duk_context* ctx, std::uint32_t count, std::uint32_t* order)
      : ctx_(ctx), count_(count), order_(order), spare_(order + count) {}

  void sort() {
    for (std::uint32_t i = 0; i < count_; ++i) order_[i] = i;
    for (std::uint32_t begin = 0; begin < count_; begin += run) insertion(begin, std::min(begin + run, count_));
    for (std::uint64_t width = run; width < count_; width *= 2) {
      for (std::uint64_t begin = 0; begin < count_; begin += 2 * width)
        merge(begin, std::min<std::uint64_t>(begin + width, count_),
              std::min<std::uint64_t>(begin + 2 * width, count_));
      std::swap(order_, spare_);
    }
  }
  std::uint32_t at(std::uint32_t position) const { return order_[position]; }

private:
  static constexpr std::uint32_t run = 8;

  void insertion(std::uint32_t begin, std::uint32_t end) {
    for (auto i = begin + 1; i < end; ++i) {
      const auto moving = order_[i];
      auto to = i;
      for (; to > begin && after(order_[to - 1], moving); --to) order_[to] = order_[to - 1];
      order_[to] = moving;
    }
  }

  void merge(std::uint64_t left, std::uint64_t middle, std::uint64_t end) {
    auto right = middle;
    for (auto to = left, from = left; to < end; ++to) {
      const bool take_right = from >= middle || (right < end && after(order_[from], order_[right]));
      spare_[to] = order_[take_right ? right++ : from++];
    }
  }

  /// Whether `a` has to stand after `b`.
  bool after(std::uint32_t a, std::uint32_t b) {
    return duk_is_undefined(ctx_, comparator) != 0 ? text(a) > text(b) : compared(a, b) > 0;
  }

  double compared(std::uint32_t a, std::uint32_t b) {
    duk_dup(ctx_, comparator);
    enclaved_dense_element(ctx_, elements, a); // nobody else can reach it: each is there
    enclaved_dense_element(ctx_, elements, b);
    duk_call(ctx_, 2);
    const double answer = duk_to_number(ctx_, -1);
    duk_pop(ctx_);
    return answer;
  }

  /// Bytes of CESU-8 order as UTF-16 units do. The array holds the string, so it outlives being popped.
  std::string_view text(std::uint32_t number) {
    duk_size_t size = 0;
    enclaved_dense_element(ctx_, texts, number);
    const char* data = duk_get_lstring(ctx_, -1, &size);
    duk_pop(ctx_);
    return {data, size};
  }

  duk_context* ctx_;
  std::uint32_t count_;
  std::uint32_t* order_;
  std::uint32_t* spare_;
};

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

/// Sorts what `elements` has: [ comparator object elements ] -> [ … texts order ].
sorter sorted(duk_context* ctx, std::uint32_t count) {
  enclaved_push_list(ctx, duk_is_undefined(ctx, comparator) != 0 ? count : 0);
  if (duk_is_undefined(ctx, comparator) != 0)
    for (std::uint32_t i = 0; i < count; ++i) {
      enclaved_dense_element(ctx, elements, i);
      duk_to_string(ctx, -1);
      create_element(ctx, texts, i);
    }
  auto* order = static_cast<std::uint32_t*>(duk_push_fixed_buffer(ctx, std::size_t{count} * 2 * sizeof(std::uint32_t)));
  sorter work(ctx, count, order);
  work.sort();
  return work;
}

/// sort(comparator) with an object as `this`.
duk_ret_t array_sort(duk_context* ctx) {
  require_comparator(ctx);
  const double length = push_this_list(ctx);
  std::uint32_t defined = 0;
  std::uint32_t undefined = 0;
  duk_push_array(ctx);
  gather(ctx, length, holes::left_out, defined, undefined);
  const auto work = sorted(ctx, defined);
  for (std::uint32_t i = 0; i < defined; ++i) {
    enclaved_dense_element(ctx, elements, work.at(i));
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
  duk_push_array(ctx);
  gather(ctx, length, holes::undefined_, defined, undefined);
  const auto work = sorted(ctx, defined);
  duk_push_array(ctx);
  for (std::uint32_t i = 0; i < defined; ++i) {
    enclaved_dense_element(ctx, elements, work.at(i));
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
