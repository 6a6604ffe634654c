// Character classes: the plain kind, and those of `v` with operations, nesting and strings.
#include "engine/regexp/parser.hpp"

#include <algorithm>

namespace enclaved::regexp {

namespace {

constexpr std::string_view unterminated = "Unterminated character class";
constexpr std::string_view bad_character = "Invalid character in character class";
constexpr std::string_view bad_operation = "Invalid set operation in character class";
constexpr std::string_view bad_class = "Invalid character class";

bool is_one_of(std::uint32_t c, std::u16string_view these) {
  return c < 128 && these.find(static_cast<char16_t>(c)) != std::u16string_view::npos;
}

} // namespace

// -- without `v`

/// After the bracket.
std::uint32_t parser::character_class() {
  const bool inverted = take(u'^');
  const auto begin = tree_.ranges.size();
  while (!take(u']')) {
    if (!more()) return fail(unterminated);
    in_.spend(4);
    const auto first = atom_of_class();
    if (failed()) return 0;
    if (peek() != '-' || peek(1) == ']') {
      if (!first.is_set) add_range(first.c, first.c);
      continue;
    }
    const auto dash = at_++;
    if (!more()) return fail(unterminated);
    const auto last = atom_of_class();
    if (failed()) return 0;
    if (first.is_set || last.is_set) {
      if (points_) return fail_at(bad_class, dash);
      if (!first.is_set) add_range(first.c, first.c);
      if (!last.is_set) add_range(last.c, last.c);
      add_range('-', '-');
      continue;
    }
    if (first.c > last.c) return fail_at("Range out of order in character class", dash);
    add_range(first.c, last.c);
  }
  tidy(tree_.ranges, begin);
  if ((flags_ & ignore_case) != 0 && why_ == purpose::compile) {
    in_.spend(2'000);
    close_over_case(tree_.ranges, begin, tree_.case_rule());
  }
  if (inverted) invert(tree_.ranges, begin, last_code_point);
  return add_set(begin);
}

parser::class_atom parser::atom_of_class() {
  if (peek() != '\\') return {false, next_character()};
  ++at_;
  const auto c = peek();
  if (c == nothing) return {false, fail("\\ at end of pattern")};
  if (c == 'b') {
    ++at_;
    return {false, '\b'};
  }
  if (points_ && c >= '1' && c <= '9') return {false, fail("Invalid class escape")};
  if (c == 'k' && named_ && !points_) return {false, fail("Invalid escape")};
  bool has_strings = false;
  if (class_escape(has_strings)) return {true, 0};
  if (failed()) return {false, 0};
  return {false, character_escape(true)};
}

// -- with `v`

std::uint32_t parser::class_with_sets() {
  operand all{tree_.ranges.size(), strings_.size()};
  if (!nested_class(all)) return 0;
  return node_of(all);
}

/// After the bracket: what is inside, closed over case when that is ignored.
bool parser::nested_class(operand& to) {
  if (++depth_ > nesting_max) return fail("Regular expression too large"), false;
  const auto from = at_;
  const bool inverted = take(u'^');
  if (!contents_of_class(to)) return false;
  --depth_;
  if (inverted) {
    if (strings_beyond(to)) return fail_at("Negated character class may contain strings", from), false;
    invert(tree_.ranges, to.ranges, last_code_point);
  }
  return true;
}

/// Operands joined by the same operation up to the closing bracket.
bool parser::contents_of_class(operand& to) {
  std::uint32_t operation = 0; // 0: not known, 'u': together, '&' and '-'
  bool first = true;
  // Whether strings may match at all does not hang on which they are.
  while (!take(u']')) {
    if (!more()) return fail(unterminated), false;
    in_.spend(8);
    const auto sign = peek() == peek(1) && (peek() == '&' || peek() == '-') ? peek() : std::uint32_t{'u'};
    if (!first) {
      if (operation == 0) operation = sign;
      if (operation != sign) return fail(bad_operation), false;
      if (sign != 'u') {
        at_ += 2;
        if (sign == '&' && peek() == '&') return fail(bad_character), false;
      }
    } else if (sign != 'u') {
      return fail(bad_operation), false;
    }
    operand right{tree_.ranges.size(), strings_.size()};
    bool is_character = false;
    std::uint32_t c = 0;
    if (!operand_of_class(right, is_character, c)) return false;
    if (is_character && peek() == '-' && peek(1) != '-' && (first || operation == 'u')) {
      ++at_;
      operand ignored = right;
      bool is_end = false;
      std::uint32_t last = 0;
      tree_.ranges.cut(right.ranges);
      if (!operand_of_class(ignored, is_end, last)) return false;
      if (!is_end) return fail(bad_class), false;
      if (c > last) return fail("Range out of order in character class"), false;
      tree_.ranges.cut(right.ranges);
      add_range(c, last);
      operation = 'u';
    }
    if ((flags_ & ignore_case) != 0 && why_ == purpose::compile) {
      in_.spend(2'000);
      close_over_case(tree_.ranges, right.ranges, folding::unicode);
    }
    if (!first || operation == 'u') apply(operation, to, right);
    first = false;
    if (tree_.ranges.overflown() || strings_.overflown()) return fail("Regular expression too large"), false;
  }
  return true;
}

/// One operand's ranges (tidy) and strings, put at the end; a single character also as such.
bool parser::operand_of_class(operand& to, bool& is_character, std::uint32_t& c) {
  if (!more()) return fail(unterminated), false;
  if (take(u'[')) return nested_class(to);
  if (peek() == '\\') {
    ++at_;
    if (take(u"q{")) return strings_of_class();
    bool has_strings = false;
    if (class_escape(has_strings)) return !failed();
    if (failed()) return false;
    --at_;
  }
  c = set_character();
  if (failed()) return false;
  is_character = true;
  add_range(c, c);
  return true;
}

/// A character as it may stand in a class with `v`.
std::uint32_t parser::set_character() {
  const auto c = peek();
  if (c == '\\') {
    ++at_;
    if (peek() == nothing) return fail("\\ at end of pattern");
    if (take(u'b')) return '\b';
    if (is_one_of(peek(), u"&-!#%,:;<=>@`~")) return units_[at_++];
    if (peek() >= '1' && peek() <= '9') return fail("Invalid class escape");
    return character_escape(false);
  }
  if (is_one_of(c, u"()[]{}/-|")) return fail(bad_character);
  if (c == peek(1) && is_one_of(c, u"&!#$%*+,.:;<=>?@^`~")) return fail(bad_operation);
  return next_character();
}

/// After `\q{`: strings apart by bars; those of one character are ranges.
bool parser::strings_of_class() {
  const auto strings = strings_.size();
  for (bool ended = false; !ended;) {
    const auto from = points_of_strings_.size();
    for (;;) {
      if (!more()) return fail("Invalid escape"), false;
      if (take(u'}')) {
        ended = true;
        break;
      }
      if (take(u'|')) break;
      in_.spend(4);
      const auto c = set_character();
      if (failed()) return false;
      points_of_strings_.push((flags_ & ignore_case) != 0 ? fold(c, folding::unicode) : c);
    }
    const string_of_points made{from, points_of_strings_.size() - from};
    if (!has_string(strings, strings_.size(), made)) strings_.push(made);
  }
  strings_of_one_become_ranges(strings);
  return true;
}

void parser::strings_of_one_become_ranges(std::uint32_t from) {
  const auto begin = tree_.ranges.size();
  for (auto i = from; i < strings_.size();) {
    if (strings_[i].length != 1) {
      ++i;
      continue;
    }
    const auto c = points_of_strings_[strings_[i].at];
    add_range(c, c);
    strings_.remove(i, i + 1);
  }
  tidy(tree_.ranges, begin);
}

bool parser::has_string(std::uint32_t from, std::uint32_t to, const string_of_points& what) const {
  for (auto i = from; i < to; ++i)
    if (strings_[i].length == what.length &&
        std::equal(points_of_strings_.begin() + what.at, points_of_strings_.begin() + what.at + what.length,
                   points_of_strings_.begin() + strings_[i].at))
      return true;
  return false;
}

/// Left and right, which stand behind each other, become one.
void parser::apply(std::uint32_t operation, const operand& left, const operand& right) {
  if (operation == '&')
    intersect(tree_.ranges, left.ranges, right.ranges);
  else if (operation == '-')
    subtract(tree_.ranges, left.ranges, right.ranges);
  else
    tidy(tree_.ranges, left.ranges);
  const auto end = strings_.size();
  in_.spend(std::uint64_t{end - right.strings} * (right.strings - left.strings));
  if (operation == 'u') {
    for (auto i = right.strings; i < strings_.size();) {
      if (has_string(left.strings, right.strings, strings_[i]))
        strings_.remove(i, i + 1);
      else
        ++i;
    }
    return;
  }
  auto kept = left.strings;
  for (auto i = left.strings; i < right.strings; ++i)
    if (has_string(right.strings, end, strings_[i]) == (operation == '&')) strings_[kept++] = strings_[i];
  strings_.cut(kept);
}

/// The ranges and strings from a place on, as a node: the longest strings are tried first.
std::uint32_t parser::node_of(const operand& what) {
  if (!strings_beyond(what)) return add_set(what.ranges);
  std::stable_sort(strings_.begin() + what.strings, strings_.end(),
                   [](const string_of_points& a, const string_of_points& b) { return a.length > b.length; });
  list all;
  bool set_is_in = tree_.ranges.size() == what.ranges;
  for (auto i = what.strings; i < strings_.size() && !failed(); ++i) {
    const auto text = strings_[i];
    if (text.length == 0 && !set_is_in) {
      append(all, add_set(what.ranges));
      set_is_in = true;
    }
    list parts;
    for (std::uint32_t k = 0; k < text.length && !failed(); ++k)
      append(parts, add_character(points_of_strings_[text.at + k]));
    append(all, sequence_of(parts));
  }
  if (!set_is_in) append(all, add_set(what.ranges));
  strings_.cut(what.strings);
  return failed() ? 0 : alternatives_of(all);
}

} // namespace enclaved::regexp
