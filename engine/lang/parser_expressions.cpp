// Expressions from the comma down to unary operators.
#include "engine/lang/parsing.hpp"

namespace enclaved::engine::lang {

namespace {

/// How strongly an operator binds; 0 for what is none.
int strength_of(token kind) {
  switch (kind) {
  case token::coalesce: return 1;
  case token::or_else: return 2;
  case token::and_then: return 3;
  case token::bit_or: return 4;
  case token::bit_xor: return 5;
  case token::bit_and: return 6;
  case token::equal:
  case token::not_equal:
  case token::strict_equal:
  case token::strict_not_equal: return 7;
  case token::less:
  case token::less_equal:
  case token::greater:
  case token::greater_equal:
  case token::kw_in:
  case token::kw_instanceof: return 8;
  case token::shift_left:
  case token::shift_right:
  case token::shift_right_unsigned: return 9;
  case token::plus:
  case token::minus: return 10;
  case token::star:
  case token::slash:
  case token::percent: return 11;
  case token::power: return 12;
  default: return 0;
  }
}
constexpr int strength_of_relation = 8;

op_kind binary_op_of(token kind) {
  switch (kind) {
  case token::coalesce:
  case token::assign_coalesce: return op_kind::coalesce;
  case token::or_else:
  case token::assign_or_else: return op_kind::or_else;
  case token::and_then:
  case token::assign_and_then: return op_kind::and_then;
  case token::bit_or:
  case token::assign_bit_or: return op_kind::bit_or;
  case token::bit_xor:
  case token::assign_bit_xor: return op_kind::bit_xor;
  case token::bit_and:
  case token::assign_bit_and: return op_kind::bit_and;
  case token::equal: return op_kind::equal;
  case token::not_equal: return op_kind::not_equal;
  case token::strict_equal: return op_kind::strict_equal;
  case token::strict_not_equal: return op_kind::strict_not_equal;
  case token::less: return op_kind::less;
  case token::less_equal: return op_kind::less_equal;
  case token::greater: return op_kind::greater;
  case token::greater_equal: return op_kind::greater_equal;
  case token::kw_in: return op_kind::in;
  case token::kw_instanceof: return op_kind::instance_of;
  case token::shift_left:
  case token::assign_shift_left: return op_kind::shift_left;
  case token::shift_right:
  case token::assign_shift_right: return op_kind::shift_right;
  case token::shift_right_unsigned:
  case token::assign_shift_right_unsigned: return op_kind::shift_right_unsigned;
  case token::plus:
  case token::assign_add: return op_kind::add;
  case token::minus:
  case token::assign_subtract: return op_kind::subtract;
  case token::star:
  case token::assign_multiply: return op_kind::multiply;
  case token::slash:
  case token::assign_divide: return op_kind::divide;
  case token::percent:
  case token::assign_remainder: return op_kind::remainder;
  case token::power:
  case token::assign_power: return op_kind::power;
  default: return op_kind::assign;
  }
}

bool is_logical(op_kind op) { return op == op_kind::and_then || op == op_kind::or_else || op == op_kind::coalesce; }

bool is_bare_literal(const node* n) {
  return (n->kind == node_kind::array_expression || n->kind == node_kind::object_expression) &&
         !n->is(is_parenthesized);
}

bool is_bare_arrow(const node* n) { return n->kind == node_kind::arrow_function && !n->is(is_parenthesized); }

} // namespace

node* parser::parse_expression() {
  const auto begin = now_.begin;
  const auto line = now_.line;
  auto* first = parse_assignment();
  return is(token::comma) ? parse_expression_after(first, begin, line) : first;
}

/// From the comma after the first part.
node* parser::parse_expression_after(node* first, std::uint32_t begin, std::uint32_t line) {
  auto* made = make<list_node>(node_kind::sequence_expression, begin, line);
  const auto from = stack_.size();
  stack_.push_back(first);
  while (take(token::comma)) {
    if (is(token::close_paren) || is(token::end)) unexpected("an expression after the comma");
    stack_.push_back(parse_assignment());
  }
  made->items = take_list<node>(from);
  return finish(made);
}

node* parser::parse_assignment(cover mode) {
  const level here(*this);
  const auto begin = now_.begin;
  const auto line = now_.line;
  if (is_word(token::word_yield) && function_->is_generator) return parse_yield();
  if (is(token::less)) return parse_generic_arrow();
  const auto before = pending_;
  pending_.begin = nowhere;
  arrow_at_ = begin;
  auto* made = parse_conditional();
  if (is_assignment(now_.kind) && !is_bare_arrow(made)) made = parse_assignment_to(made, begin, line);
  if (pending_.begin == nowhere)
    pending_ = before;
  else if (mode == cover::no || !is_bare_literal(made))
    raise_pending();
  else if (before.begin != nowhere)
    pending_ = before;
  return made;
}

/// From the operator.
node* parser::parse_assignment_to(node* target, std::uint32_t begin, std::uint32_t line) {
  auto* made = make<binary_node>(node_kind::assignment_expression, begin, line);
  made->op = is(token::assign) ? op_kind::assign : binary_op_of(now_.kind);
  if (is(token::assign) && is_bare_literal(target)) {
    pending_.begin = nowhere;
    to_target(target);
  } else {
    raise_pending();
    check_simple_target(target, "assigned to");
  }
  advance();
  made->left = target;
  made->right = parse_assignment();
  return finish(made);
}

node* parser::parse_conditional() {
  const auto begin = now_.begin;
  const auto line = now_.line;
  auto* test = parse_binary(0);
  if (!is(token::question) || is_bare_arrow(test)) return test;
  if (options_.allows_types) { // (a?: T) => …, (a?) => …
    const auto ahead = peek().kind;
    if (ahead == token::colon || ahead == token::comma || ahead == token::close_paren || ahead == token::assign)
      return test;
  }
  auto* made = make<conditional_expression>(node_kind::conditional_expression, begin, line);
  advance();
  made->test = test;
  const auto around = around_;
  around_ = {true, true};
  made->consequent = parse_assignment();
  around_ = around;
  expect(token::colon, "in the conditional expression");
  made->alternate = parse_assignment();
  return finish(made);
}

/// Operators that bind more strongly than `above`.
node* parser::parse_binary(int above) {
  const auto begin = now_.begin;
  const auto line = now_.line;
  chain links(*this);
  node* left = nullptr;
  if (is(token::private_name)) {
    left = parse_private_use();
    if (!is(token::kw_in) || above >= strength_of_relation || !around_.allows_in)
      unexpected("`in` after a private name");
  } else {
    left = parse_unary();
  }
  if (strength_of(now_.kind) <= above && !(options_.allows_types && now_.kind == token::identifier)) return left;
  if (is_bare_arrow(left)) return left;
  return parse_binary_after(left, above, begin, line, links);
}

node* parser::parse_binary_after(node* left, int above, std::uint32_t begin, std::uint32_t line, chain& links) {
  while (true) {
    if (is(token::identifier) && options_.allows_types && !now_.after_newline && above < strength_of_relation &&
        (now_.word == token::word_as || now_.word == token::word_satisfies)) {
      const auto from = now_.begin;
      advance();
      if (!take(token::kw_const)) need_type(skip_type());
      erase(from);
      continue;
    }
    const auto strength = strength_of(now_.kind);
    if (strength <= above || (is(token::kw_in) && !around_.allows_in)) return left;
    links.link();
    const level here(*this);
    const auto op = binary_op_of(now_.kind);
    auto* made =
        make<binary_node>(is_logical(op) ? node_kind::logical_expression : node_kind::binary_expression, begin, line);
    made->op = op;
    advance();
    made->left = left;
    made->right = parse_binary(op == op_kind::power ? strength - 1 : strength);
    if (made->kind == node_kind::logical_expression) {
      check_mixed(made, made->left);
      check_mixed(made, made->right);
    }
    left = finish(made);
  }
}

/// `??` stands beside `||` and `&&` in parentheses only.
void parser::check_mixed(const node* made, const node* side) {
  if (side->kind != node_kind::logical_expression || side->is(is_parenthesized)) return;
  if ((made->op == op_kind::coalesce) != (side->op == op_kind::coalesce))
    report(mistake::unexpected_token, side->begin, side->end, "`??` cannot stand beside `||` or `&&`",
           "put one of them into parentheses");
}

// -- unary ------------------------------------------------------------------------------------------------------------

node* parser::parse_unary() {
  switch (now_.kind) {
  case token::bang: return parse_unary_operator(op_kind::negate);
  case token::minus: return parse_unary_operator(op_kind::minus);
  case token::plus: return parse_unary_operator(op_kind::plus);
  case token::tilde: return parse_unary_operator(op_kind::bit_not);
  case token::kw_typeof: return parse_unary_operator(op_kind::type_of);
  case token::kw_void: return parse_unary_operator(op_kind::void_of);
  case token::kw_delete: return parse_unary_operator(op_kind::delete_of);
  case token::plus_plus: return parse_prefix_update(op_kind::increment);
  case token::minus_minus: return parse_prefix_update(op_kind::decrement);
  case token::identifier:
    if (now_.word == token::word_await && function_->has_await_keyword) return parse_await();
    [[fallthrough]];
  default: return parse_postfix();
  }
}

node* parser::parse_unary_operator(op_kind op) {
  const level here(*this);
  auto* made = make_here<unary_node>(node_kind::unary_expression);
  made->op = op;
  advance();
  made->argument = parse_unary();
  if (op == op_kind::delete_of) check_delete(made->argument);
  if (is(token::power))
    fail_here(mistake::invalid_operand, "a unary operator cannot stand directly before a base of `**`",
              "put the base into parentheses");
  return finish(made);
}

void parser::check_delete(const node* what) {
  if (what->kind == node_kind::chain_expression) what = as<unary_node>(what)->argument;
  if (what->kind == node_kind::identifier)
    report(mistake::invalid_delete, what->begin, what->end, "a variable cannot be deleted", "set it to undefined");
  if (what->kind == node_kind::member_expression &&
      as<member_expression>(what)->property->kind == node_kind::private_name)
    report(mistake::invalid_delete, what->begin, what->end, "a private field cannot be deleted", "set it to undefined");
}

node* parser::parse_prefix_update(op_kind op) {
  const level here(*this);
  auto* made = make_here<unary_node>(node_kind::update_expression);
  made->op = op;
  made->flags |= is_prefix;
  advance();
  made->argument = parse_unary();
  check_simple_target(made->argument, op == op_kind::increment ? "incremented" : "decremented");
  return finish(made);
}

node* parser::parse_await() {
  const level here(*this);
  auto* made = make_here<unary_node>(node_kind::await_expression);
  if (function_->in_parameters)
    report(mistake::invalid_await, now_.begin, now_.end, "`await` cannot stand in a function's parameters");
  if (function_->await_at == nowhere) function_->await_at = now_.begin;
  function_->has_await = true;
  advance();
  made->argument = parse_unary();
  if (is(token::power))
    fail_here(mistake::invalid_operand, "`await` cannot stand directly before a base of `**`",
              "put it into parentheses");
  return finish(made);
}

node* parser::parse_yield() {
  auto* made = make_here<unary_node>(node_kind::yield_expression);
  if (function_->in_parameters)
    report(mistake::invalid_yield, now_.begin, now_.end, "`yield` cannot stand in a function's parameters");
  if (function_->yield_at == nowhere) function_->yield_at = now_.begin;
  function_->has_yield = true;
  advance();
  if (now_.after_newline) return finish(made);
  if (take(token::star)) {
    made->flags |= is_delegate;
    made->argument = parse_assignment();
    return finish(made);
  }
  switch (now_.kind) {
  case token::close_paren:
  case token::close_bracket:
  case token::close_brace:
  case token::comma:
  case token::semicolon:
  case token::colon:
  case token::kw_in:
  case token::end: break;
  default: made->argument = parse_assignment();
  }
  return finish(made);
}

} // namespace enclaved::engine::lang
