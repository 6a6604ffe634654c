#include "engine/library/normalize.hpp"

#include "engine/budget.hpp"
#include "engine/library/bounds.hpp"
#include "engine/library/units.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace enclaved::engine {

namespace {

constexpr std::string_view packed =
#include "engine/library/normalize_tables.inc"
    ;

// Hangul syllables follow a rule.
constexpr std::uint32_t syllables = 0xac00, leads = 0x1100, vowels = 0x1161, tails = 0x11a7;
constexpr std::uint32_t lead_count = 19, vowel_count = 21, tail_count = 28;
constexpr std::uint32_t syllable_count = lead_count * vowel_count * tail_count;

/// The tables, unpacked once for a process and outside of every heap.
class tables {
public:
  struct decomposition {
    std::uint32_t point;
    std::uint32_t first; ///< of its mapping
    std::uint8_t length;
    bool compatible;
  };
  struct composition {
    std::uint64_t pair;
    std::uint32_t point;
  };
  struct run {
    std::uint32_t begin, end;
    std::uint8_t kind;
  };

  static const tables& only() {
    static const tables made;
    return made;
  }

  const decomposition* decomposed(std::uint32_t point) const {
    const auto found =
        std::lower_bound(decompositions_.begin(), decompositions_.end(), point,
                         [](const decomposition& it, std::uint32_t wanted) { return it.point < wanted; });
    return found != decompositions_.end() && found->point == point ? &*found : nullptr;
  }
  std::uint32_t part(const decomposition& of, std::size_t index) const { return parts_[of.first + index]; }

  std::uint32_t composed(std::uint32_t first, std::uint32_t second) const {
    if (first >= leads && first < leads + lead_count && second >= vowels && second < vowels + vowel_count)
      return syllables + ((first - leads) * vowel_count + (second - vowels)) * tail_count;
    if (first >= syllables && first < syllables + syllable_count && (first - syllables) % tail_count == 0 &&
        second > tails && second < tails + tail_count)
      return first + (second - tails);
    const auto pair = std::uint64_t{first} << 32 | second;
    const auto found = std::lower_bound(compositions_.begin(), compositions_.end(), pair,
                                        [](const composition& it, std::uint64_t wanted) { return it.pair < wanted; });
    return found != compositions_.end() && found->pair == pair ? found->point : 0;
  }

  std::uint8_t kind(std::uint32_t point) const {
    if (point < 0x300) return 0;
    const auto found = std::upper_bound(runs_.begin(), runs_.end(), point,
                                        [](std::uint32_t wanted, const run& it) { return wanted < it.begin; });
    return found != runs_.begin() && point < found[-1].end ? found[-1].kind : 0;
  }

private:
  tables() {
    const auto bytes = unpacked();
    std::size_t at = 0;
    const auto number = [&bytes, &at] {
      std::uint32_t value = 0;
      for (unsigned shift = 0;; shift += 7) {
        value |= (bytes[at] & 127U) << shift;
        if (bytes[at++] < 128) return value;
      }
    };
    decompositions_.resize(number());
    std::uint32_t last = 0;
    std::uint32_t before = 0;
    for (auto& it : decompositions_) {
      last += number();
      const auto facts = number();
      it = {last, static_cast<std::uint32_t>(parts_.size()), static_cast<std::uint8_t>(facts >> 2), (facts & 2) != 0};
      for (unsigned i = 0; i < it.length; ++i) {
        const auto distance = number();
        before = distance % 2 == 0 ? before + distance / 2 : before - distance / 2;
        parts_.push_back(before);
      }
      if ((facts & 1) != 0)
        compositions_.push_back({std::uint64_t{parts_[it.first]} << 32 | parts_[it.first + 1], last});
    }
    std::sort(compositions_.begin(), compositions_.end(),
              [](const composition& a, const composition& b) { return a.pair < b.pair; });
    runs_.resize(number());
    last = 0;
    for (auto& it : runs_) {
      it.begin = last + number();
      it.end = last = it.begin + number();
      it.kind = static_cast<std::uint8_t>(number());
    }
  }

  static std::vector<std::uint8_t> unpacked() {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::array<std::uint8_t, 128> values{};
    for (std::size_t i = 0; i < digits.size(); ++i)
      values[static_cast<unsigned char>(digits[i])] = static_cast<std::uint8_t>(i);
    std::vector<std::uint8_t> bytes;
    bytes.reserve(packed.size() * 3 / 4 + 1);
    std::uint32_t bits = 0;
    int have = 0;
    for (const char c : packed) {
      bits = bits << 6 | values[static_cast<unsigned char>(c)];
      have += 6;
      if (have >= 8) bytes.push_back(static_cast<std::uint8_t>(bits >> (have -= 8)));
    }
    return bytes;
  }

  std::vector<decomposition> decompositions_;
  std::vector<std::uint32_t> parts_;
  std::vector<composition> compositions_;
  std::vector<run> runs_;
};

/// Hands each character of a full decomposition to `put`.
template <class Put>
void decompose(const tables& in, std::uint32_t point, bool compatible, Put&& put) {
  if (point >= syllables && point < syllables + syllable_count) {
    const auto index = point - syllables;
    put(leads + index / (vowel_count * tail_count));
    put(vowels + index / tail_count % vowel_count);
    if (index % tail_count != 0) put(tails + index % tail_count);
    return;
  }
  const auto* found = point < 0xa0 ? nullptr : in.decomposed(point);
  if (found == nullptr || (found->compatible && !compatible)) return put(point);
  for (std::size_t i = 0; i < found->length; ++i) decompose(in, in.part(*found, i), compatible, put);
}

/// A character with its class above it, and its place between them, so that sorting keeps what is equal in order.
constexpr unsigned point_bits = 21;
constexpr unsigned class_shift = 54;
std::uint32_t point_of(std::uint64_t mark) { return static_cast<std::uint32_t>(mark & ((1U << point_bits) - 1)); }
unsigned class_of(std::uint64_t mark) { return static_cast<unsigned>(mark >> class_shift); }

/// Marks behind a letter stand by their classes.
void reorder(std::uint64_t* marks, std::size_t count) {
  for (std::size_t begin = 0; begin < count;) {
    if (class_of(marks[begin]) == 0) {
      ++begin;
      continue;
    }
    auto end = begin;
    while (end < count && class_of(marks[end]) != 0) ++end;
    std::sort(marks + begin, marks + end);
    begin = end;
  }
}

/// Puts together what can be; the count that is left.
std::size_t compose(const tables& in, std::uint64_t* marks, std::size_t count) {
  std::size_t kept = 0;
  std::size_t starter = count; // none yet
  unsigned last_class = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto kind = class_of(marks[i]);
    if (starter != count) {
      const bool adjacent = kept == starter + 1;
      if (adjacent || (last_class != 0 && last_class < kind)) {
        const auto whole = in.composed(point_of(marks[starter]), point_of(marks[i]));
        if (whole != 0) {
          marks[starter] = whole;
          continue;
        }
      }
    }
    if (kind == 0) starter = kept;
    last_class = kind;
    marks[kept++] = marks[i];
  }
  return kept;
}

} // namespace

duk_ret_t string_normalize(duk_context* ctx) {
  duk_push_this(ctx);
  if (duk_is_null_or_undefined(ctx, -1) != 0)
    return duk_error(ctx, DUK_ERR_TYPE_ERROR, "String.prototype.normalize called on null or undefined");
  duk_to_string(ctx, -1);
  const std::string_view form = duk_is_undefined(ctx, 0) != 0 ? "NFC" : duk_to_string(ctx, 0);
  if (form != "NFC" && form != "NFD" && form != "NFKC" && form != "NFKD")
    return duk_error(ctx, DUK_ERR_RANGE_ERROR, "The normalization form should be one of NFC, NFD, NFKC, NFKD.");
  duk_size_t size = 0;
  const char* data = duk_get_lstring(ctx, -1, &size);
  const std::string_view text{data, size};
  const bool compatible = form[2] == 'K';
  const bool composes = form.back() == 'C';
  the_budget().spend(size / 8);
  // Up to U+02FF nothing can be put together and only compatibility or taking apart changes anything.
  const auto first = static_cast<unsigned char>(composes && !compatible ? 0xcc : 0xc2);
  if (std::none_of(text.begin(), text.end(), [first](char c) { return static_cast<unsigned char>(c) >= first; }))
    return 1;
  const auto& in = tables::only();
  std::size_t count = 0;
  for (unit_reader from(text); !from.at_end();)
    decompose(in, from.next_point(), compatible, [&count](std::uint32_t) { ++count; });
  if (count * 8 > bounds::string_bytes) return duk_error(ctx, DUK_ERR_RANGE_ERROR, "Invalid string length");
  the_budget().spend(count * 16);
  auto* marks = static_cast<std::uint64_t*>(duk_push_fixed_buffer(ctx, count * sizeof(std::uint64_t)));
  std::size_t at = 0;
  for (unit_reader from(text); !from.at_end();)
    decompose(in, from.next_point(), compatible, [&](std::uint32_t point) {
      marks[at] = std::uint64_t{in.kind(point)} << class_shift | std::uint64_t{at} << point_bits | point;
      ++at;
    });
  reorder(marks, count);
  if (composes) count = compose(in, marks, count);
  auto* out = static_cast<char*>(duk_push_fixed_buffer(ctx, count * 6 + 1));
  auto* end = out;
  for (std::size_t i = 0; i < count; ++i) end = put_point(end, point_of(marks[i]));
  duk_push_lstring(ctx, out, static_cast<duk_size_t>(end - out));
  return 1;
}

} // namespace enclaved::engine
