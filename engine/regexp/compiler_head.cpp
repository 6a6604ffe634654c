// Sets of a program, how a match begins, and the names of groups.
#include "engine/regexp/compiler.hpp"

#include <algorithm>
#include <array>

namespace enclaved::regexp {

/// The set that was written at `at`, or an earlier one that is the same.
std::uint32_t compiler::keep_set(std::uint32_t at) {
  if (sets_.overflown()) return 0;
  const auto size = sets_.size() - at - 1;
  unsigned patience = 64;
  for (auto other = last_set_; other != no_set && patience-- > 0; other = sets_[other]) {
    const auto ranges = sets_[other + 9] >> set_ranges_shift;
    if (size == set_words + 2 * ranges && std::equal(sets_.begin() + at + 1, sets_.end(), sets_.begin() + other + 1)) {
      sets_.cut(at);
      return other + 1;
    }
  }
  sets_[at] = last_set_;
  last_set_ = at;
  return at + 1;
}

std::uint32_t compiler::set_of(const range* begin, const range* end) {
  const auto at = sets_.size();
  auto* to = sets_.extend(1 + set_words);
  if (to == nullptr) return 0;
  std::fill_n(to, 1 + set_words, 0U);
  in_.spend(static_cast<std::uint64_t>(end - begin) + 16);
  first_set low;
  low.add(begin, end);
  std::copy(low.low.begin(), low.low.end(), to + 1);
  std::uint32_t high = 0;
  for (; begin < end; ++begin) {
    if (begin->last < 256) continue;
    sets_.push(std::max(begin->first, 256U));
    sets_.push(begin->last);
    ++high;
  }
  if (sets_.overflown()) return 0;
  sets_[at + 9] = (high != 0 ? set_high : 0) | high << set_ranges_shift;
  return keep_set(at);
}

std::uint32_t compiler::set_of(const first_set& from) {
  const auto at = sets_.size();
  auto* to = sets_.extend(1 + set_words);
  if (to == nullptr) return 0;
  std::copy(from.low.begin(), from.low.end(), to + 1);
  to[9] = (from.high ? set_high : 0) | (from.at_end ? set_end : 0);
  return keep_set(at);
}

/// The set of what a node of one character matches.
std::uint32_t compiler::set_of_single(const node& it) {
  if (it.what == kind::set) return set_of(tree_.ranges.begin() + it.a, tree_.ranges.begin() + it.a + it.b);
  const auto begin = tree_.ranges.size();
  tree_.ranges.push({it.a, it.a});
  if ((it.traits & any_case) != 0) {
    in_.spend(1'000);
    close_over_case(tree_.ranges, begin, tree_.case_rule());
  }
  const auto result = set_of(tree_.ranges.begin() + begin, tree_.ranges.end());
  tree_.ranges.cut(begin);
  return result;
}

/// The node that comes first in a node.
std::uint32_t compiler::first_of(std::uint32_t which) const {
  for (;;) {
    const auto& it = tree_.nodes[which];
    if (it.what != kind::sequence && it.what != kind::group) return which;
    which = it.a;
  }
}

void compiler::literal_of(std::uint32_t which) {
  constexpr std::uint32_t longest = 32;
  std::array<std::uint32_t, longest> units{};
  std::uint32_t length = 0;
  const auto& root = tree_.nodes[which];
  for (auto it = root.what == kind::sequence ? root.a : which;
       it != 0 && length < longest && plain_unit(tree_.nodes[it]);
       it = root.what == kind::sequence ? tree_.nodes[it].next : 0)
    units[length++] = tree_.nodes[it].a;
  if (length == 0) return;
  const auto at = here();
  for (std::uint32_t i = 0; i < length; i += 2) put_word(units[i] | (i + 1 < length ? units[i + 1] << 16 : 0));
  if (code_.overflown()) return;
  auto& head = reinterpret_cast<program&>(code_[0]);
  head.begins = start::at_literal;
  head.literal = at;
  head.literal_length = length;
}

void compiler::find_start() {
  if (code_.overflown()) return;
  {
    auto& head = reinterpret_cast<program&>(code_[0]);
    head.begins = start::anywhere;
    head.start_set = head.literal = head.literal_length = 0;
  }
  const auto& first = tree_.nodes[first_of(tree_.root)];
  if (first.what == kind::begin && (first.traits & by_lines) == 0) {
    reinterpret_cast<program&>(code_[0]).begins = start::at_begin;
    return;
  }
  literal_of(tree_.root);
  if (code_.overflown() || reinterpret_cast<program&>(code_[0]).begins == start::at_literal) return;
  const auto begins = first_.of(tree_.root, {});
  if (begins.anything) return;
  const auto set = set_of(begins);
  auto& head = reinterpret_cast<program&>(code_[0]);
  head.begins = start::at_set;
  head.start_set = set;
}

void compiler::write_names() {
  put_word(tree_.groups.size() | (tree_.shared_names ? program::shared_names : 0));
  for (const auto& group : tree_.groups) {
    put_word(group.number);
    const auto length_at = here();
    put_word(0);
    std::uint32_t bytes = 0;
    std::uint32_t word = 0;
    const auto put_byte = [&](std::uint32_t byte) {
      word |= byte << 8 * (bytes % 4);
      if (++bytes % 4 == 0) {
        put_word(word);
        word = 0;
      }
    };
    for (std::uint32_t i = 0; i < group.length; ++i) {
      const std::uint32_t unit = tree_.names[group.name + i];
      if (unit < 0x80) {
        put_byte(unit);
        continue;
      }
      if (unit < 0x800) {
        put_byte(0xc0 | unit >> 6);
      } else {
        put_byte(0xe0 | unit >> 12);
        put_byte(0x80 | (unit >> 6 & 0x3f));
      }
      put_byte(0x80 | (unit & 0x3f));
    }
    if (bytes % 4 != 0) put_word(word);
    if (!code_.overflown()) code_[length_at] = bytes;
  }
}

} // namespace enclaved::regexp
