// Loops, and declarations of variables, which stand in their heads too.
#include "engine/lang/parsing.hpp"

namespace enclaved::engine::lang {

// -- variables --------------------------------------------------------------------------------------------------------

/// Without the end of the statement; in the head of a loop missing initialisers are looked at later.
variable_declaration* parser::parse_variables(for_head in_head) {
  auto* made = make_here<variable_declaration>(node_kind::variable_declaration);
  auto kind = declaration_kind::var;
  made->op = op_kind::var;
  if (is(token::kw_const)) {
    kind = declaration_kind::constant;
    made->op = op_kind::constant;
  } else if (!is(token::kw_var)) {
    kind = declaration_kind::let;
    made->op = op_kind::let;
  }
  advance();
  const auto from = stack_.size();
  do stack_.push_back(parse_declarator(kind));
  while (take(token::comma));
  made->declarators = take_list<variable_declarator>(from);
  finish(made);
  if (in_head == for_head::no) check_initializers(made);
  return made;
}

variable_declarator* parser::parse_declarator(declaration_kind kind) {
  auto* made = make_here<variable_declarator>(node_kind::variable_declarator);
  made->target = parse_binding(kind);
  if (options_.allows_types && is(token::bang)) { // let x!: T
    const auto from = now_.begin;
    advance();
    erase(from);
  }
  erase_annotation();
  if (take(token::assign)) made->init = parse_assignment();
  return finish(made);
}

void parser::check_initializers(const variable_declaration* made) {
  for (const auto* each : made->declarators) {
    if (each->init) continue;
    if (each->target->kind != node_kind::identifier)
      report(mistake::missing_initializer, each->begin, each->end, "a destructuring declaration needs a value",
             "write what it takes apart: const {a, b} = value");
    else if (made->op == op_kind::constant)
      report(mistake::missing_initializer, each->begin, each->end,
             "the constant `" + std::string(as<identifier>(each->target)->what->text) + "` has no value",
             "give it one, or declare it with let");
  }
}

// -- loops ------------------------------------------------------------------------------------------------------------

node* parser::parse_loop_body() {
  ++function_->loops;
  ++function_->breakables;
  auto* body = parse_substatement("a loop");
  --function_->loops;
  --function_->breakables;
  return body;
}

node* parser::parse_while() {
  auto* made = make_here<loop_statement>(node_kind::while_statement);
  advance();
  made->test = parse_condition("after `while`");
  made->body = parse_loop_body();
  return finish(made);
}

node* parser::parse_do_while() {
  auto* made = make_here<loop_statement>(node_kind::do_while_statement);
  advance();
  made->body = parse_loop_body();
  expect(token::kw_while, "after the body of `do`");
  made->test = parse_condition("after `while`");
  take(token::semicolon); // may be left out here even on the same line
  return finish(made);
}

node* parser::parse_for() {
  const auto begin = now_.begin;
  const auto line = now_.line;
  advance();
  bool is_await = false;
  if (is_word(token::word_await)) {
    if (!function_->has_await_keyword)
      fail_here(mistake::await_outside_async, "`for await` stands in a function that is not async",
                "write async before the function");
    is_await = function_->has_await = true;
    if (function_->await_at == nowhere) function_->await_at = now_.begin;
    advance();
  }
  const auto opened_at = now_.begin;
  expect(token::open_paren, "after `for`");
  const inside_brackets here(*this);
  loop_head head{begin, line, opened_at, is_await};
  if (is(token::semicolon)) return parse_for_rest(head, nullptr, nullptr);
  if (is(token::kw_var) || is(token::kw_const) || is_word(token::word_let)) return parse_for_declaration(head);
  return parse_for_expression(head);
}

node* parser::parse_for_declaration(const loop_head& head) {
  scope* names = is(token::kw_var) ? nullptr : open_scope(scope_kind::loop, nullptr);
  around_.allows_in = false;
  auto* variables = parse_variables(for_head::yes);
  around_.allows_in = true;
  if (!is(token::kw_in) && !is_word(token::word_of)) {
    check_initializers(variables);
    return parse_for_rest(head, variables, names);
  }
  const char* kind = is(token::kw_in) ? "`for…in`" : "`for…of`";
  if (variables->declarators.count != 1)
    report(mistake::unexpected_token, variables->begin, variables->end,
           std::string(kind) + " declares one variable only");
  else if (variables->declarators[0]->init)
    report(mistake::unexpected_token, variables->begin, variables->end,
           std::string("the variable of ") + kind + " has no value of its own");
  return parse_for_each(head, variables, names);
}

node* parser::parse_for_expression(const loop_head& head) {
  const auto begin = now_.begin;
  const auto line = now_.line;
  const bool begins_with_async = is_word(token::word_async);
  around_.allows_in = false;
  auto* first = parse_assignment(cover::yes);
  around_.allows_in = true;
  const bool is_each = is(token::kw_in) || is_word(token::word_of);
  if (is_each && first->kind != node_kind::assignment_expression) {
    if (begins_with_async && first->kind == node_kind::identifier && is_word(token::word_of) && !head.is_await &&
        !first->is(is_parenthesized))
      fail(mistake::unexpected_token, first->begin, first->end, "`for (async of` cannot be read",
           "put the name into parentheses");
    pending_.begin = nowhere;
    to_target(first);
    return parse_for_each(head, first, nullptr);
  }
  raise_pending();
  around_.allows_in = false;
  auto* init = is(token::comma) ? parse_expression_after(first, begin, line) : first;
  around_.allows_in = true;
  return parse_for_rest(head, init, nullptr);
}

/// From the first semicolon.
node* parser::parse_for_rest(const loop_head& head, node* init, scope* names) {
  auto* made = make<for_statement>(node_kind::for_statement, head.begin, head.line);
  if (head.is_await) unexpected("`of`: `for await` goes through an async iterable");
  made->init = init;
  made->scope = names;
  if (names) names->owner = made;
  expect(token::semicolon, "in the head of `for`");
  if (!is(token::semicolon)) made->test = parse_expression();
  expect(token::semicolon, "in the head of `for`");
  if (!is(token::close_paren)) made->update = parse_expression();
  expect_closing(token::close_paren, head.opened_at, "after the head of `for`");
  made->body = parse_loop_body();
  if (names) close_scope(names);
  return finish(made);
}

/// From `in` or `of`.
node* parser::parse_for_each(const loop_head& head, node* left, scope* names) {
  const bool is_in = is(token::kw_in);
  auto* made = make<for_each_statement>(is_in ? node_kind::for_in_statement : node_kind::for_of_statement, head.begin,
                                        head.line);
  if (head.is_await) {
    if (is_in) unexpected("`of`: `for await` goes through an async iterable");
    made->flags |= is_await;
  }
  made->left = left;
  made->scope = names;
  if (names) names->owner = made;
  advance();
  made->right = is_in ? parse_expression() : parse_assignment();
  expect_closing(token::close_paren, head.opened_at, "after the head of `for`");
  made->body = parse_loop_body();
  if (names) close_scope(names);
  return finish(made);
}

} // namespace enclaved::engine::lang
