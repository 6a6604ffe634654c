#include "engine/regexp/sets.hpp"

#include <algorithm>

namespace enclaved::regexp {

void tidy(pile<range>& ranges, std::uint32_t begin) {
  if (ranges.size() - begin < 2) return;
  range* const first = ranges.begin() + begin;
  range* const end = ranges.end();
  const auto before = [](const range& a, const range& b) { return a.first < b.first; };
  if (!std::is_sorted(first, end, before)) std::sort(first, end, before);
  range* last = first;
  for (range* it = first + 1; it < end; ++it) {
    if (it->first <= last->last || it->first == last->last + 1)
      last->last = std::max(last->last, it->last);
    else
      *++last = *it;
  }
  ranges.cut(begin + static_cast<std::uint32_t>(last - first) + 1);
}

void invert(pile<range>& ranges, std::uint32_t begin, std::uint32_t last) {
  std::uint32_t next = 0;
  auto to = begin;
  const auto end = ranges.size();
  for (auto from = begin; from < end; ++from) {
    const auto it = ranges[from];
    if (it.first > next) ranges[to++] = {next, it.first - 1};
    next = it.last + 1;
  }
  ranges.cut(to);
  if (next <= last) ranges.push({next, last});
}

void intersect(pile<range>& ranges, std::uint32_t left, std::uint32_t right) {
  const auto end = ranges.size();
  auto a = left;
  auto b = right;
  while (a < right && b < end) {
    const auto one = ranges[a];
    const auto other = ranges[b];
    const auto first = std::max(one.first, other.first);
    const auto last = std::min(one.last, other.last);
    if (first <= last) ranges.push({first, last});
    if (one.last < other.last)
      ++a;
    else
      ++b;
  }
  ranges.remove(left, end);
}

void subtract(pile<range>& ranges, std::uint32_t left, std::uint32_t right) {
  invert(ranges, right, last_code_point);
  intersect(ranges, left, right);
}

bool holds(const range* begin, const range* end, std::uint32_t c) {
  const auto* it = std::upper_bound(begin, end, c, [](std::uint32_t what, const range& in) { return what < in.first; });
  return it != begin && c <= it[-1].last;
}

void append_digits(pile<range>& to) { to.push({'0', '9'}); }

void append_spaces(pile<range>& to) {
  for (const range it : {range{0x9, 0xd},
                         {0x20, 0x20},
                         {0xa0, 0xa0},
                         {0x1680, 0x1680},
                         {0x2000, 0x200a},
                         {0x2028, 0x2029},
                         {0x202f, 0x202f},
                         {0x205f, 0x205f},
                         {0x3000, 0x3000},
                         {0xfeff, 0xfeff}})
    to.push(it);
}

void append_word_characters(pile<range>& to) {
  for (const range it : {range{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}) to.push(it);
}

void append_newlines(pile<range>& to) {
  for (const range it : {range{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}}) to.push(it);
}

} // namespace enclaved::regexp
