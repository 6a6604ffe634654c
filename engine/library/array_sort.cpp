#include "engine/library/array_sort.hpp"

#include "engine/duktape/inside.h"
#include "engine/natives.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace enclaved::engine {

namespace {

// Where things stand on the value stack of a call.
enum slot : duk_idx_t { comparator, object, elements, texts, order_buffer };

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
    duk_get_prop_index(ctx_, elements, a);
    duk_get_prop_index(ctx_, elements, b);
    duk_call(ctx_, 2);
    const double answer = duk_to_number(ctx_, -1);
    duk_pop(ctx_);
    return answer;
  }

  /// Bytes of CESU-8 order as UTF-16 units do. The array holds the string, so it outlives being popped.
  std::string_view text(std::uint32_t number) {
    duk_size_t size = 0;
    duk_get_prop_index(ctx_, texts, number);
    const char* data = duk_get_lstring(ctx_, -1, &size);
    duk_pop(ctx_);
    return {data, size};
  }

  duk_context* ctx_;
  std::uint32_t count_;
  std::uint32_t* order_;
  std::uint32_t* spare_;
};

/// Copies what is there into `elements`, all but the undefined ones, and says how many of either.
void gather(duk_context* ctx, std::uint32_t length, std::uint32_t& defined, std::uint32_t& undefined) {
  for (std::uint32_t i = 0; i < length; ++i) {
    if (duk_get_prop_index(ctx, object, i) == 0) { // found neither here nor in a prototype
      duk_pop(ctx);
    } else if (duk_is_undefined(ctx, -1) != 0) {
      duk_pop(ctx);
      ++undefined;
    } else {
      enclaved_define_index(ctx, elements, defined++);
    }
  }
}

std::uint32_t length_of_object(duk_context* ctx) {
  duk_get_prop_string(ctx, object, "length");
  const double length = duk_to_number(ctx, -1);
  duk_pop(ctx);
  return length > 0 ? static_cast<std::uint32_t>(std::min(length, 4294967295.0)) : 0;
}

/// sort(comparator) with an object as `this`.
duk_ret_t array_sort(duk_context* ctx) {
  if (duk_is_undefined(ctx, comparator) == 0 && duk_is_callable(ctx, comparator) == 0)
    return duk_error(ctx, DUK_ERR_TYPE_ERROR, "sort needs a function or nothing");
  duk_push_this(ctx);
  duk_to_object(ctx, object);
  const auto length = length_of_object(ctx);
  std::uint32_t defined = 0;
  std::uint32_t undefined = 0;
  duk_push_array(ctx);
  gather(ctx, length, defined, undefined);
  duk_push_array(ctx);
  if (duk_is_undefined(ctx, comparator) != 0)
    for (std::uint32_t i = 0; i < defined; ++i) {
      duk_get_prop_index(ctx, elements, i);
      duk_to_string(ctx, -1);
      enclaved_define_index(ctx, texts, i);
    }
  auto* order =
      static_cast<std::uint32_t*>(duk_push_fixed_buffer(ctx, std::size_t{defined} * 2 * sizeof(std::uint32_t)));
  sorter work(ctx, defined, order);
  work.sort();
  for (std::uint32_t i = 0; i < defined; ++i) {
    duk_get_prop_index(ctx, elements, work.at(i));
    duk_put_prop_index(ctx, object, i);
  }
  for (std::uint32_t i = defined; i < defined + undefined; ++i) {
    duk_push_undefined(ctx);
    duk_put_prop_index(ctx, object, i);
  }
  // Holes go to the end.
  for (auto i = defined + undefined; i < length; ++i)
    if (duk_has_prop_index(ctx, object, i) != 0) duk_del_prop_index(ctx, object, i);
  duk_dup(ctx, object);
  return 1;
}

} // namespace

void add_array_sort(duk_context* ctx) {
  duk_get_global_string(ctx, "Array");
  duk_get_prop_string(ctx, -1, "prototype");
  publish_native(ctx, "sort", array_sort, 1);
  duk_pop_2(ctx);
}

} // namespace enclaved::engine
