// TypeScript's enums whose values are constants: they become a constant object, from names to values and from numbers
// to names. The nodes that the source does not have lie at the place of the member they belong to.
#include "engine/lang/parsing.hpp"

#include <charconv>
#include <cmath>

namespace enclaved::engine::lang {

namespace {

/// A number's value as 32 bits, as the bit operators see it.
std::int32_t bits_of(double value) {
  if (!std::isfinite(value)) return 0;
  const auto whole = std::fmod(std::trunc(value), 4294967296.0);
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(static_cast<std::int64_t>(whole)));
}

std::optional<double> apply(op_kind op, double left, double right) {
  const auto shift = static_cast<std::uint32_t>(bits_of(right)) & 31U;
  const auto bits = static_cast<std::uint32_t>(bits_of(left));
  switch (op) {
  case op_kind::add: return left + right;
  case op_kind::subtract: return left - right;
  case op_kind::multiply: return left * right;
  case op_kind::divide: return left / right;
  case op_kind::bit_or: return bits_of(left) | bits_of(right);
  case op_kind::bit_and: return bits_of(left) & bits_of(right);
  case op_kind::bit_xor: return bits_of(left) ^ bits_of(right);
  case op_kind::shift_left: return static_cast<std::int32_t>(bits << shift);
  case op_kind::shift_right: return bits_of(left) >> shift;
  case op_kind::shift_right_unsigned: return bits >> shift;
  default: return std::nullopt;
  }
}

} // namespace

/// A number that literals, operators and members before it make.
std::optional<double> parser::constant_of(const node* n, const enum_members& members, const name* of) {
  switch (n->kind) {
  case node_kind::number_literal: return as<number_literal>(n)->value;
  case node_kind::identifier:
    if (const auto found = members.find(as<identifier>(n)->what->text); found != members.end()) return found->second;
    return std::nullopt;
  case node_kind::member_expression: { // Color.Red
    const auto* access = as<member_expression>(n);
    const bool is_own = access->object->kind == node_kind::identifier && as<identifier>(access->object)->what == of &&
                        access->property->kind == node_kind::identifier && !access->is(is_computed);
    return is_own ? constant_of(access->property, members, of) : std::nullopt;
  }
  case node_kind::unary_expression: {
    const auto value = constant_of(as<unary_node>(n)->argument, members, of);
    if (!value) return std::nullopt;
    if (n->op == op_kind::minus) return -*value;
    if (n->op == op_kind::plus) return value;
    if (n->op == op_kind::bit_not) return ~bits_of(*value);
    return std::nullopt;
  }
  case node_kind::binary_expression: {
    const auto left = constant_of(as<binary_node>(n)->left, members, of);
    const auto right = constant_of(as<binary_node>(n)->right, members, of);
    return left && right ? apply(n->op, *left, *right) : std::nullopt;
  }
  default: return std::nullopt;
  }
}

/// From `enum`, or from `const` before it.
node* parser::parse_enum() {
  auto* made = make_here<variable_declaration>(node_kind::variable_declaration);
  made->op = op_kind::constant;
  take(token::kw_const);
  advance();
  auto* declared = make_here<variable_declarator>(node_kind::variable_declarator);
  auto* target = parse_binding_identifier(declaration_kind::constant);
  declared->target = target;
  auto* object = make_here<list_node>(node_kind::object_expression);
  const auto opened_at = now_.begin;
  expect(token::open_brace, "after the enum's name");
  const inside_brackets here(*this);
  const auto from = stack_.size();
  enum_members members;
  double next = 0;
  while (!is(token::close_brace)) {
    parse_enum_member(members, next, target->what);
    if (!take(token::comma)) break;
  }
  expect_closing(token::close_brace, opened_at, "of the enum");
  object->items = take_list<node>(from);
  declared->init = finish(object);
  stack_.push_back(finish(declared));
  made->declarators = take_list<variable_declarator>(stack_.size() - 1);
  return finish(made);
}

/// Onto the stack: the member and, for a number, the way back from it.
void parser::parse_enum_member(enum_members& members, double& next, const name* of) {
  if (++enum_members_ > bounds::enum_members) fail_here(mistake::too_large, "the script's enums have too many members");
  auto* made = make_here<property>(node_kind::property);
  made->op = op_kind::init;
  if (!is(token::identifier) && !is_keyword(now_.kind) && !is(token::string)) unexpected("a member's name");
  made->key = parse_property_key(made->flags, false);
  const auto text = plain_name(made->key, 0);
  if (members.count(text) != 0)
    report(mistake::duplicate_declaration, made->key->begin, made->key->end, "two members have this name");
  if (text == "__proto__")
    report(mistake::invalid_property, made->key->begin, made->key->end, "an enum's member cannot be named `__proto__`");
  std::optional<double> value = next;
  if (take(token::assign)) {
    made->value = parse_assignment();
    value = constant_of(made->value, members, of);
    if (!value && made->value->kind != node_kind::string_literal)
      report(mistake::unsupported_syntax, made->value->begin, made->value->end,
             "an enum's values must be constant numbers and strings here",
             "write a constant object: const Color = {Red: 0, Green: 1}");
  } else if (std::isnan(next)) {
    report(mistake::missing_initializer, made->key->begin, made->key->end, "the member after a string needs a value");
  }
  const bool is_text = made->value && made->value->kind == node_kind::string_literal;
  members[text] = is_text ? std::nullopt : value;
  next = is_text || !value ? std::nan("") : *value + 1;
  if (!is_text && value)
    made->value = make_at<number_literal>(node_kind::number_literal, made->value ? made->value : made->key);
  if (!is_text && value) as<number_literal>(made->value)->value = *value;
  stack_.push_back(finish(made));
  if (!is_text && value && *value == std::trunc(*value) && std::fabs(*value) < 1e15) push_way_back(made, text, *value);
}

/// `0: 'Red'`, without length, after the member.
void parser::push_way_back(const property* member, std::string_view text, double value) {
  char digits[32];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), static_cast<std::int64_t>(value)).ptr;
  auto* made = make<property>(node_kind::property, member->end, member->line);
  auto* key = make<string_literal>(node_kind::string_literal, member->end, member->line);
  auto* name = make<string_literal>(node_kind::string_literal, member->end, member->line);
  made->op = op_kind::init;
  made->key = key;
  made->value = name;
  made->end = key->end = name->end = member->end;
  key->value = memory_.copy({digits, static_cast<std::size_t>(end - digits)});
  name->value = text;
  stack_.push_back(made);
}

} // namespace enclaved::engine::lang
