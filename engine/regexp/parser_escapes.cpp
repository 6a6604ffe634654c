// What a backslash begins, and the names of groups.
#include "engine/regexp/parser.hpp"

#include <algorithm>
#include <array>

namespace enclaved::regexp {

namespace {

constexpr std::uint32_t named_groups_max = 1'000;
constexpr std::uint32_t no_number = UINT32_MAX;

bool is_digit(std::uint32_t c) { return c >= '0' && c <= '9'; }
bool is_octal(std::uint32_t c) { return c >= '0' && c <= '7'; }
bool is_letter(std::uint32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_syntax_character(std::uint32_t c) {
  return c < 128 &&
         std::u16string_view(u"^$\\.*+?()[]{}|/").find(static_cast<char16_t>(c)) != std::u16string_view::npos;
}

std::uint32_t digit_of(std::uint32_t c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return no_number;
}

} // namespace

/// After the backslash, outside of a class.
std::uint32_t parser::escape() {
  const auto c = peek();
  if (c == nothing) return fail("\\ at end of pattern");
  if (c >= '1' && c <= '9') return decimal_escape();
  if (c == 'k' && (points_ || named_)) return named_back_reference();
  const auto begin = tree_.ranges.size();
  const auto strings = strings_.size();
  bool has_strings = false;
  if (class_escape(has_strings)) {
    if (failed()) return 0;
    return node_of({begin, strings});
  }
  if (failed()) return 0;
  const auto value = character_escape(false);
  return failed() ? 0 : add_character(value);
}

/// \1 and up: a group, or with the old grammar a character when there is no such group.
std::uint32_t parser::decimal_escape() {
  const auto from = at_;
  std::uint64_t value = 0;
  while (is_digit(peek())) value = std::min<std::uint64_t>(value * 10 + (units_[at_++] - u'0'), no_limit);
  if (value <= groups_in_all_) {
    tree_.refers_back = true;
    return add(kind::back_reference, 0, static_cast<std::uint32_t>(value), 0, case_trait());
  }
  at_ = from;
  if (points_) return fail("Invalid escape");
  return add_character(peek() >= '8' ? units_[at_++] : octal());
}

std::uint32_t parser::named_back_reference() {
  ++at_;
  std::uint32_t name = 0;
  std::uint32_t length = 0;
  const auto from = at_;
  if (!take(u'<') || !group_name(name, length)) return fail_at("Invalid named reference", from);
  tree_.refers_back = true;
  return add(kind::named_reference, 0, name, length, case_trait());
}

/// A character that is written as an escape.
std::uint32_t parser::character_escape(bool in_class) {
  const auto c = next_character();
  switch (c) {
  case 'f': return '\f';
  case 'n': return '\n';
  case 'r': return '\r';
  case 't': return '\t';
  case 'v': return '\v';
  case 'c': {
    const auto letter = peek();
    if (is_letter(letter) || (in_class && !points_ && (is_digit(letter) || letter == '_'))) {
      ++at_;
      return letter & 31;
    }
    if (points_) return fail("Invalid Unicode escape");
    --at_;
    return '\\';
  }
  case 'x': {
    const auto value = hexadecimal(2);
    if (value != no_number) return value;
    return points_ ? fail("Invalid escape") : 'x';
  }
  case 'u': {
    const auto value = unicode_escape(points_);
    if (value != no_number) return value;
    return points_ ? fail("Invalid Unicode escape") : 'u';
  }
  case '0':
    if (!is_digit(peek())) return 0;
    if (points_) return fail(in_class ? "Invalid class escape" : "Invalid decimal escape");
    --at_;
    return octal();
  default: break;
  }
  if (!points_) {
    if (!is_octal(c)) return c;
    --at_;
    return octal();
  }
  if (is_syntax_character(c) || (in_class && c == '-')) return c;
  return fail("Invalid escape");
}

std::uint32_t parser::hexadecimal(unsigned digits) {
  std::uint32_t value = 0;
  for (unsigned i = 0; i < digits; ++i) {
    const auto digit = digit_of(peek(i));
    if (digit == no_number) return no_number;
    value = value * 16 + digit;
  }
  at_ += digits;
  return value;
}

/// Up to three octal digits, no more than 0377.
std::uint32_t parser::octal() {
  std::uint32_t value = 0;
  for (int i = 0; i < 3 && is_octal(peek()); ++i) {
    const auto larger = value * 8 + (peek() - '0');
    if (larger > 0377) break;
    value = larger;
    ++at_;
  }
  return value;
}

/// After `\u`: four digits, two times four for a surrogate pair, or {digits}.
std::uint32_t parser::unicode_escape(bool by_code_points) {
  if (by_code_points && peek() == '{') {
    auto at = at_ + 1;
    std::uint32_t value = 0;
    const auto from = at;
    for (; at < units_.size() && digit_of(units_[at]) != no_number; ++at) {
      value = value * 16 + digit_of(units_[at]);
      if (value > last_code_point) return no_number;
    }
    if (at == from || at >= units_.size() || units_[at] != '}') return no_number;
    at_ = at + 1;
    return value;
  }
  const auto high = hexadecimal(4);
  if (high == no_number || !by_code_points || high < 0xd800 || high > 0xdbff) return high;
  if (peek() != '\\' || peek(1) != 'u') return high;
  const auto here = at_;
  at_ += 2;
  const auto low = hexadecimal(4);
  if (low != no_number && low >= 0xdc00 && low <= 0xdfff) return 0x10000 + ((high & 0x3ff) << 10) + (low & 0x3ff);
  at_ = here;
  return high;
}

/// \d, \D, … \p{…}: puts their ranges at the end, tidy; false when there is none of them. `has_strings` when a property
/// has members of more than one character.
bool parser::class_escape(bool& has_strings) {
  const auto c = peek();
  const auto begin = tree_.ranges.size();
  switch (c) {
  case 'd':
  case 'D': append_digits(tree_.ranges); break;
  case 's':
  case 'S': append_spaces(tree_.ranges); break;
  case 'w':
  case 'W':
    append_word_characters(tree_.ranges);
    if (points_ && (flags_ & ignore_case) != 0) close_over_case(tree_.ranges, begin, folding::unicode);
    break;
  case 'p':
  case 'P':
    if (!points_) return false;
    ++at_;
    return property_escape(c == 'P', has_strings);
  default: return false;
  }
  ++at_;
  if (c < 'a') invert(tree_.ranges, begin, last_code_point);
  return true;
}

bool parser::property_escape(bool inverted, bool& has_strings) {
  constexpr std::string_view wrong = "Invalid property name";
  std::array<char, 64> text{};
  std::size_t size = 0;
  std::size_t equals = text.size();
  if (!take(u'{')) return fail(wrong), true;
  for (; more() && peek() != '}'; ++at_) {
    const auto c = peek();
    if (c == '=' && equals == text.size())
      equals = size;
    else if (!is_letter(c) && !is_digit(c) && c != '_')
      return fail(wrong), true;
    if (size == text.size()) return fail(wrong), true;
    text[size++] = static_cast<char>(c);
  }
  if (!take(u'}')) return fail(wrong), true;
  const std::string_view all(text.data(), size);
  const bool has_value = equals < size;
  if (all == "Emoji_Keycap_Sequence" && (flags_ & unicode_sets) != 0) {
    if (inverted) return fail(wrong), true;
    has_strings = true;
    keycaps();
    return true;
  }
  const auto set =
      find_property(all.substr(0, has_value ? equals : size), has_value ? all.substr(equals + 1) : "", has_value);
  if (set < 0) return fail(wrong), true;
  if (why_ == purpose::check) return true;
  const auto begin = tree_.ranges.size();
  append_property(set, tree_.ranges);
  // With `v` what is inverted is closed over case before, so that nothing that equals a member is left; with `u` after.
  const bool any = (flags_ & ignore_case) != 0;
  const bool inverted_first = (flags_ & unicode_sets) == 0;
  if (inverted && inverted_first) invert(tree_.ranges, begin, last_code_point);
  if (any) close_over_case(tree_.ranges, begin, folding::unicode);
  if (inverted && !inverted_first) invert(tree_.ranges, begin, last_code_point);
  in_.spend(tree_.ranges.size() - begin + (any ? 2'000 : 0));
  return true;
}

/// The one property that is strings and small: a digit, # or * as a key.
void parser::keycaps() {
  for (const char c : {'#', '*', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'}) {
    strings_.push({points_of_strings_.size(), 3});
    for (const std::uint32_t point : {static_cast<std::uint32_t>(c), 0xfe0fU, 0x20e3U}) points_of_strings_.push(point);
  }
}

/// name> with the name's units put at the end of `names`; false when it is no name.
bool parser::group_name(std::uint32_t& name, std::uint32_t& length) {
  name = tree_.names.size();
  for (bool first = true;; first = false) {
    if (!more()) return false;
    auto c = next_character(true);
    if (c == '>') {
      length = tree_.names.size() - name;
      return !first;
    }
    if (c == '\\') {
      if (!take(u'u')) return false;
      c = unicode_escape(true);
      if (c == no_number) return false;
    }
    if (first ? !is_identifier_start(c) : !is_identifier_part(c)) return false;
    if (c > 0xffff) {
      tree_.names.push(static_cast<char16_t>(0xd7c0 + (c >> 10)));
      tree_.names.push(static_cast<char16_t>(0xdc00 | (c & 0x3ff)));
    } else {
      tree_.names.push(static_cast<char16_t>(c));
    }
  }
}

namespace {

std::uint32_t hash_of(const char16_t* name, std::uint32_t length) {
  std::uint32_t hash = 2166136261;
  for (std::uint32_t i = 0; i < length; ++i) hash = (hash ^ name[i]) * 16777619;
  return hash;
}

bool same(const tree& in, const named_group& group, std::uint32_t name, std::uint32_t length, std::uint32_t hash) {
  return group.hash == hash && group.length == length &&
         std::equal(in.names.begin() + name, in.names.begin() + name + length, in.names.begin() + group.name);
}

} // namespace

void parser::declare_group(std::uint32_t group, std::uint32_t name, std::uint32_t length) {
  if (tree_.names.overflown() || tree_.groups.size() == named_groups_max) {
    fail("Too many captures");
    return;
  }
  const auto hash = hash_of(tree_.names.begin() + name, length);
  for (const auto& other : tree_.groups)
    if (same(tree_, other, name, length, hash)) {
      tree_.shared_names = true;
      if (other.closed_off) continue;
      fail("Duplicate capture group name");
      return;
    }
  tree_.groups.push({group, name, length, hash, false});
}

/// Each name that is referred to is that of a group.
void parser::check_references() {
  if (failed() || tree_.names.overflown()) return;
  for (const auto& it : tree_.nodes) {
    if (it.what != kind::named_reference) continue;
    in_.spend(tree_.groups.size() / 8);
    const auto hash = hash_of(tree_.names.begin() + it.b, it.c);
    if (!std::any_of(tree_.groups.begin(), tree_.groups.end(),
                     [&](const named_group& group) { return same(tree_, group, it.b, it.c, hash); })) {
      fail("Invalid named capture referenced");
      return;
    }
  }
}

} // namespace enclaved::regexp
