#include "engine/regexp/parser.hpp"

#include <algorithm>

namespace enclaved::regexp {

namespace {

std::uint32_t sum(std::uint32_t a, std::uint32_t b) { return a > UINT32_MAX - b ? UINT32_MAX : a + b; }

std::uint32_t product(std::uint32_t a, std::uint32_t b) {
  const auto result = std::uint64_t{a} * b;
  return result > UINT32_MAX ? UINT32_MAX : static_cast<std::uint32_t>(result);
}

bool is_digit(std::uint32_t c) { return c >= '0' && c <= '9'; }

} // namespace

parser::parser(workspace& in, std::string_view body, std::uint8_t flags, tree& to, purpose why)
    : in_(in), tree_(to), units_(in, piece::units, UINT32_MAX - 1), strings_(in, piece::strings, ranges_max),
      points_of_strings_(in, piece::points, ranges_max), why_(why), flags_(flags),
      points_((flags & (unicode | unicode_sets)) != 0) {
  tree_.flags = flags;
  tree_.nodes.push({});
  read_units(body);
}

bool parser::parse() {
  count_groups();
  const auto root = disjunction();
  if (!failed() && more()) fail("Unmatched ')'");
  check_references();
  if (!failed() && (tree_.nodes.overflown() || tree_.ranges.overflown() || tree_.names.overflown() ||
                    strings_.overflown() || points_of_strings_.overflown()))
    fail("Regular expression too large");
  tree_.root = root;
  return !failed();
}

// -- reading

void parser::read_units(std::string_view body) {
  const auto* from = reinterpret_cast<const unsigned char*>(body.data());
  const auto* const end = from + body.size();
  in_.spend(body.size());
  // At most as many units as bytes, but for a character of four bytes that is cut off at the end.
  auto* to = units_.extend(static_cast<std::uint32_t>(body.size()) + 1);
  auto* const begin = to;
  if (to == nullptr) return;
  const auto tail = [&from, end] { return from < end ? *from++ & 0x3fU : 0U; };
  while (from < end) {
    const std::uint32_t head = *from++;
    if (head < 0x80) {
      *to++ = static_cast<char16_t>(head);
    } else if (head < 0xe0) {
      *to++ = static_cast<char16_t>((head & 0x1f) << 6 | tail());
    } else if (head < 0xf0) {
      const auto high = (head & 0x0f) << 12 | tail() << 6;
      *to++ = static_cast<char16_t>(high | tail());
    } else {
      auto c = (head & 7) << 18 | tail() << 12;
      c |= tail() << 6;
      c = (c | tail()) - 0x10000;
      *to++ = static_cast<char16_t>(0xd800 | (c >> 10 & 0x3ff));
      *to++ = static_cast<char16_t>(0xdc00 | (c & 0x3ff));
    }
  }
  units_.cut(static_cast<std::uint32_t>(to - begin));
}

/// Groups are counted before anything is read, as references may come before what they refer to.
void parser::count_groups() {
  std::uint32_t in_class = 0;
  for (; more(); ++at_) {
    switch (units_[at_]) {
    case '\\': ++at_; break;
    case '[':
      if (in_class == 0 || (flags_ & unicode_sets) != 0) ++in_class;
      break;
    case ']':
      if (in_class > 0) --in_class;
      break;
    case '(':
      if (in_class > 0) break;
      if (peek(1) != '?') {
        ++groups_in_all_;
      } else if (peek(2) == '<' && peek(3) != '=' && peek(3) != '!') {
        ++groups_in_all_;
        named_ = true;
      }
      break;
    default: break;
    }
  }
  at_ = 0;
  if (groups_in_all_ > captures_max - 1) fail("Too many captures");
}

bool parser::take(char16_t unit) {
  if (peek() != unit) return false;
  ++at_;
  return true;
}

bool parser::take(std::u16string_view text) {
  for (std::uint32_t i = 0; i < text.size(); ++i)
    if (peek(i) != text[i]) return false;
  at_ += static_cast<std::uint32_t>(text.size());
  return true;
}

std::uint32_t parser::next_character(bool by_code_points) {
  const std::uint32_t unit = units_[at_++];
  if (!by_code_points || unit < 0xd800 || unit > 0xdbff) return unit;
  const auto low = peek();
  if (low < 0xdc00 || low > 0xdfff) return unit;
  ++at_;
  return 0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff);
}

std::uint32_t parser::fail_at(std::string_view sentence, std::uint32_t offset) {
  if (!failed_) wrong_ = {sentence, offset};
  failed_ = true;
  at_ = units_.size();
  return 0;
}

// -- building

std::uint32_t parser::add(kind what, std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint8_t traits) {
  if (tree_.nodes.size() >= nodes_max - 1) {
    fail("Regular expression too large");
    return 0;
  }
  tree_.nodes.push({what, traits, 0, 0, 0, a, b, c, 0});
  return tree_.nodes.size() - 1;
}

std::uint32_t parser::add_character(std::uint32_t c) {
  const auto it = add(kind::character, c, 0, 0, case_trait());
  tree_.nodes[it].shortest = 1;
  return it;
}

/// A node for the ranges from `from` on, which are tidy and hold all that equals a member.
std::uint32_t parser::add_set(std::uint32_t from) {
  const auto it = add(kind::set, from, tree_.ranges.size() - from);
  tree_.nodes[it].shortest = 1;
  return it;
}

void parser::append(list& to, std::uint32_t item) {
  if (to.first == 0)
    to.first = item;
  else
    tree_.nodes[to.last].next = item;
  to.last = item;
}

std::uint32_t parser::sequence_of(const list& items) {
  if (items.first == 0) return add(kind::empty);
  if (items.first == items.last) return items.first;
  const auto it = add(kind::sequence, items.first);
  for (auto part = items.first; part != 0; part = tree_.nodes[part].next)
    tree_.nodes[it].shortest = sum(tree_.nodes[it].shortest, tree_.nodes[part].shortest);
  return it;
}

std::uint32_t parser::alternatives_of(const list& items) {
  if (items.first == items.last) return items.first;
  const auto it = add(kind::alternatives, items.first);
  tree_.nodes[it].shortest = UINT32_MAX;
  for (auto part = items.first; part != 0; part = tree_.nodes[part].next)
    tree_.nodes[it].shortest = std::min(tree_.nodes[it].shortest, tree_.nodes[part].shortest);
  return it;
}

// -- terms

std::uint32_t parser::disjunction() {
  if (++depth_ > nesting_max) return fail("Regular expression too large");
  const auto groups_before = tree_.groups.size();
  list all;
  do {
    const auto groups_here = tree_.groups.size();
    append(all, alternative());
    if (failed()) return 0;
    // What other alternatives name is free again; after the last one, nothing of it is.
    for (auto i = groups_here; i < tree_.groups.size(); ++i) tree_.groups[i].closed_off = true;
  } while (take(u'|'));
  for (auto i = groups_before; i < tree_.groups.size(); ++i) tree_.groups[i].closed_off = false;
  --depth_;
  return alternatives_of(all);
}

std::uint32_t parser::alternative() {
  list parts;
  while (more() && peek() != '|' && peek() != ')') {
    in_.spend(4);
    const auto part = term();
    if (failed()) return 0;
    append(parts, part);
  }
  return sequence_of(parts);
}

std::uint32_t parser::term() {
  const auto groups_before = tree_.captures;
  const auto from = at_;
  counts ignored{};
  switch (peek()) {
  case '^': ++at_; return add(kind::begin, 0, 0, 0, (flags_ & multiline) != 0 ? by_lines : 0);
  case '$': ++at_; return add(kind::end, 0, 0, 0, (flags_ & multiline) != 0 ? by_lines : 0);
  case '(': {
    bool may_repeat = true;
    const auto atom = parenthesis(may_repeat);
    if (failed()) return 0;
    return quantified(atom, groups_before, may_repeat);
  }
  case '.': {
    ++at_;
    const auto begin = tree_.ranges.size();
    if ((flags_ & dot_all) == 0) append_newlines(tree_.ranges);
    invert(tree_.ranges, begin, last_code_point);
    const auto atom = add_set(begin);
    return quantified(atom, groups_before, true);
  }
  case '[': {
    ++at_;
    const auto atom = (flags_ & unicode_sets) != 0 ? class_with_sets() : character_class();
    if (failed()) return 0;
    return quantified(atom, groups_before, true);
  }
  case '\\': {
    ++at_;
    if (peek() == 'b' || peek() == 'B')
      return add(units_[at_++] == 'b' ? kind::boundary : kind::no_boundary, 0, 0, 0, case_trait());
    const auto atom = escape();
    if (failed()) return 0;
    return quantified(atom, groups_before, true);
  }
  case '*':
  case '+':
  case '?': return fail("Nothing to repeat");
  case '{':
    if (braces(ignored)) return fail_at("Nothing to repeat", from);
    [[fallthrough]];
  case '}':
  case ']':
    if (points_) return fail("Lone quantifier brackets");
    break;
  default: break;
  }
  const auto atom = add_character(next_character());
  return quantified(atom, groups_before, true);
}

/// The atom with the quantifier that follows, if one does.
std::uint32_t parser::quantified(std::uint32_t atom, std::uint32_t groups_before, bool may_be) {
  if (failed()) return 0;
  counts times{};
  switch (peek()) {
  case '*': times = {0, no_limit}; break;
  case '+': times = {1, no_limit}; break;
  case '?': times = {0, 1}; break;
  case '{':
    if (braces(times)) {
      if (times.least > times.most) return fail("numbers out of order in {} quantifier");
      --at_;
      break;
    }
    if (points_) return fail("Incomplete quantifier");
    return atom;
  default: return atom;
  }
  if (!may_be) return fail("Invalid quantifier");
  ++at_;
  const auto it = add(kind::repeat, atom, times.least, times.most, take(u'?') ? lazy : 0);
  if (failed()) return 0;
  auto& made = tree_.nodes[it];
  made.first_group = static_cast<std::uint16_t>(groups_before);
  made.groups = static_cast<std::uint16_t>(tree_.captures - groups_before);
  made.shortest = product(tree_.nodes[atom].shortest, times.least);
  return it;
}

/// `{n}`, `{n,}` or `{n,m}`; the reader stays where it is when there is none of them.
bool parser::braces(counts& to) {
  const auto from = at_;
  ++at_;
  if (is_digit(peek())) {
    to.least = to.most = number();
    if (take(u',')) to.most = is_digit(peek()) ? number() : no_limit;
    if (take(u'}')) return true;
  }
  at_ = from;
  return false;
}

/// Digits; what is too large for any text is as good as no limit.
std::uint32_t parser::number() {
  std::uint64_t result = 0;
  while (is_digit(peek())) result = std::min<std::uint64_t>(result * 10 + (units_[at_++] - u'0'), no_limit);
  return static_cast<std::uint32_t>(result);
}

/// [ inside ) -> the node of what is inside.
std::uint32_t parser::closed(std::uint32_t inside) {
  if (failed()) return 0;
  if (!take(u')')) return fail("Unterminated group");
  return inside;
}

std::uint32_t parser::parenthesis(bool& may_repeat) {
  ++at_;
  if (!take(u'?')) return capture(false);
  if (take(u':')) return closed(disjunction());
  if (take(u'=') || take(u'!')) {
    may_repeat = !points_;
    return look_around(units_[at_ - 1] == '!' ? negative : 0);
  }
  if (peek() == '<' && (peek(1) == '=' || peek(1) == '!')) {
    at_ += 2;
    may_repeat = false;
    return look_around(static_cast<std::uint8_t>(behind | (units_[at_ - 1] == '!' ? negative : 0)));
  }
  if (take(u'<')) return capture(true);
  return modifiers();
}

std::uint32_t parser::look_around(std::uint8_t traits) {
  const auto inside = closed(disjunction());
  return failed() ? 0 : add(kind::look, inside, 0, 0, traits);
}

/// (?ims-ims: … )
std::uint32_t parser::modifiers() {
  std::uint8_t on = 0;
  std::uint8_t off = 0;
  bool dash = false;
  for (;; ++at_) {
    const auto c = peek();
    std::uint8_t bit = 0;
    if (c == 'i') bit = ignore_case;
    if (c == 'm') bit = multiline;
    if (c == 's') bit = dot_all;
    if (bit != 0) {
      if (((on | off) & bit) != 0) return fail("Repeated flag in flag group");
      (dash ? off : on) = static_cast<std::uint8_t>((dash ? off : on) | bit);
    } else if (c == '-') {
      if (dash) return fail("Multiple dashes in flag group");
      dash = true;
    } else if (c == ':' && (on | off) != 0) {
      break;
    } else {
      return fail("Invalid group");
    }
  }
  ++at_;
  const auto outside = flags_;
  flags_ = static_cast<std::uint8_t>((flags_ | on) & ~off);
  const auto inside = closed(disjunction());
  flags_ = outside;
  return inside;
}

std::uint32_t parser::capture(bool named) {
  const auto number = tree_.captures++;
  if (named) {
    std::uint32_t name = 0;
    std::uint32_t length = 0;
    const auto from = at_;
    if (!group_name(name, length)) return fail_at("Invalid capture group name", from);
    declare_group(number, name, length);
    if (failed()) return 0;
  }
  const auto inside = closed(disjunction());
  if (failed()) return 0;
  const auto it = add(kind::group, inside, number);
  tree_.nodes[it].shortest = tree_.nodes[inside].shortest;
  return it;
}

} // namespace enclaved::regexp
