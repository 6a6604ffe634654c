#include "engine/regexp/first.hpp"

#include <algorithm>

namespace enclaved::regexp {

void first_set::add(const range* begin, const range* end) {
  for (; begin < end; ++begin) {
    for (auto c = begin->first; c <= begin->last && c < 256; ++c) add(c);
    if (begin->last >= 256) high = true;
  }
}

void first_set::add(const first_set& other) {
  for (std::size_t i = 0; i < low.size(); ++i) low[i] |= other.low[i];
  high |= other.high;
  at_end |= other.at_end;
  anything |= other.anything;
}

bool first_set::apart_from(const first_set& other) const {
  if (anything || other.anything || (high && other.high) || (at_end && other.at_end)) return false;
  for (std::size_t i = 0; i < low.size(); ++i)
    if ((low[i] & other.low[i]) != 0) return false;
  return true;
}

first_set first_finder::of(std::uint32_t node, const continuation& after) {
  first_set result;
  left_ = patience_;
  if (!add(node, result)) rest(&after, result);
  return result;
}

first_set first_finder::of(const continuation& after) {
  first_set result;
  left_ = patience_;
  rest(&after, result);
  return result;
}

void first_finder::rest(const continuation* after, first_set& to) {
  for (; after != nullptr; after = after->outer) {
    if (left_ == 0 || to.anything) break;
    --left_;
    if (add_all(after->next, to)) return;
    if (after->loop != 0) add(after->loop, to);
  }
  to.anything = true; // a match that ends, or one that nobody looks into
}

bool first_finder::add_all(std::uint32_t first, first_set& to) {
  for (auto it = first; it != 0; it = tree_.nodes[it].next)
    if (add(it, to)) return true;
  return false;
}

void first_finder::add_character(const node& it, first_set& to) {
  to.add(it.a);
  if ((it.traits & any_case) == 0) return;
  if (it.a >= 128) {
    to.high = true; // what equals it may be anywhere
    for (std::uint32_t c = 128; c < 256; ++c) to.add(c);
    for (const std::uint32_t c : {std::uint32_t{'k'}, std::uint32_t{'K'}, std::uint32_t{'s'}, std::uint32_t{'S'}})
      to.add(c);
    return;
  }
  const auto letter = it.a | 32;
  if (letter < 'a' || letter > 'z') return;
  to.add(letter);
  to.add(letter ^ 32);
  if (tree_.by_code_points() && (letter == 'k' || letter == 's')) to.high = true;
}

bool first_finder::add(std::uint32_t which, first_set& to) {
  if (left_ == 0) {
    to.anything = true;
    return true;
  }
  --left_;
  const auto& it = tree_.nodes[which];
  switch (it.what) {
  case kind::character: add_character(it, to); return true;
  case kind::set: to.add(tree_.ranges.begin() + it.a, tree_.ranges.begin() + it.a + it.b); return true;
  case kind::sequence: return add_all(it.a, to);
  case kind::alternatives: {
    bool all = true;
    for (auto part = it.a; part != 0; part = tree_.nodes[part].next) all &= add(part, to);
    return all;
  }
  case kind::group: return add(it.a, to);
  case kind::repeat:
    if (it.c == 0) return false;
    return add(it.a, to) && it.b > 0;
  case kind::end:
    to.at_end = true;
    if ((it.traits & by_lines) != 0) {
      for (const char c : {'\n', '\r'}) to.add(static_cast<std::uint32_t>(c));
      to.high = true;
    }
    return true;
  case kind::back_reference:
  case kind::named_reference: to.anything = true; return true;
  default: return false;
  }
}

} // namespace enclaved::regexp
