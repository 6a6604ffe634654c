// Statements but loops.
#include "engine/lang/parsing.hpp"

namespace enclaved::engine::lang {

/// Onto the stack: the caller takes them from there.
void parser::parse_statements_until(token end, bool has_directives) {
  const auto opened_at = last_end_ == 0 ? 0 : last_end_ - 1;
  while (!is(end)) {
    if (is(token::end)) expect_closing(end, opened_at, "of the block");
    if (has_directives && !is(token::string)) has_directives = false;
    auto* made = parse_statement_or_declaration();
    if (has_directives) {
      auto* statement = as<expression_statement>(made);
      has_directives = made->kind == node_kind::expression_statement &&
                       statement->expression->kind == node_kind::string_literal &&
                       !statement->expression->is(is_parenthesized);
      if (has_directives) statement->is_directive = true;
    }
    stack_.push_back(made);
  }
}

node* parser::parse_statement_or_declaration() {
  const level here(*this);
  const auto begin = statement_at_ = now_.begin;
  const auto line = now_.line;
  switch (now_.kind) {
  case token::kw_const:
    if (options_.allows_types && peek().kind == token::kw_enum) return parse_enum();
    [[fallthrough]];
  case token::kw_var: {
    auto* made = parse_variables(for_head::no);
    end_statement();
    return finish(made);
  }
  case token::kw_enum:
    if (options_.allows_types) return parse_enum();
    break;
  case token::kw_function: return parse_function_declaration(false, begin, line);
  case token::kw_class: return parse_class(node_kind::class_declaration);
  case token::identifier:
    if (now_.word == token::word_let) {
      auto* made = parse_variables(for_head::no);
      end_statement();
      return finish(made);
    }
    if (now_.word == token::word_async) {
      const auto ahead = peek();
      if (ahead.kind == token::kw_function && !ahead.after_newline) {
        advance();
        return parse_function_declaration(true, begin, line);
      }
    }
    if (options_.allows_types && now_.word != token::end && begins_type_statement()) return parse_type_statement();
    break;
  default: break;
  }
  return parse_statement();
}

node* parser::parse_statement() {
  switch (now_.kind) {
  case token::open_brace: return parse_block();
  case token::semicolon: {
    auto* made = make_here<node>(node_kind::empty_statement);
    advance();
    return finish(made);
  }
  case token::kw_if: return parse_if();
  case token::kw_for: mark_labels_of_loop(); return parse_for();
  case token::kw_while: mark_labels_of_loop(); return parse_while();
  case token::kw_do: mark_labels_of_loop(); return parse_do_while();
  case token::kw_continue: return parse_jump(node_kind::continue_statement);
  case token::kw_break: return parse_jump(node_kind::break_statement);
  case token::kw_return: return parse_return();
  case token::kw_throw: return parse_throw();
  case token::kw_try: return parse_try();
  case token::kw_switch: return parse_switch();
  case token::kw_debugger: {
    auto* made = make_here<node>(node_kind::debugger_statement);
    advance();
    end_statement();
    return finish(made);
  }
  case token::kw_with:
    fail_here(mistake::unsupported_syntax, "`with` is not allowed in strict code",
              "name the object and write its properties out");
  case token::kw_import:
  case token::kw_export: fail_at_module_syntax();
  case token::at:
    fail_here(mistake::unsupported_syntax, "decorators are not available here",
              "call the function on the class instead");
  default: return parse_expression_statement();
  }
}

/// The body of `if`, a loop or a label, which is no declaration.
node* parser::parse_substatement(const char* of) {
  const level here(*this);
  const bool is_declaration = is(token::kw_const) || is(token::kw_class) || is(token::kw_function) ||
                              is_word(token::word_let) || (is_word(token::word_async) && [this] {
                                const auto ahead = peek();
                                return ahead.kind == token::kw_function && !ahead.after_newline;
                              }());
  if (is_declaration)
    fail_here(mistake::misplaced_declaration, std::string("a declaration cannot be the body of ") + of + " by itself",
              "put it into braces");
  if (is(token::kw_var)) return parse_statement_or_declaration();
  return parse_statement();
}

node* parser::parse_expression_statement() {
  const auto begin = now_.begin;
  const auto line = now_.line;
  auto* expression = parse_expression();
  if (expression->kind == node_kind::identifier && is(token::colon) && !expression->is(is_parenthesized))
    return parse_labeled(as<identifier>(expression));
  auto* made = make<expression_statement>(node_kind::expression_statement, begin, line);
  made->expression = expression;
  end_statement();
  return finish(made);
}

node* parser::parse_labeled(identifier* label) {
  for (auto i = function_->first_label; i < labels_.size(); ++i)
    if (labels_[i].what == label->what)
      report(mistake::duplicate_label, label->begin, label->end,
             "the label `" + std::string(label->what->text) + "` is inside one of the same name");
  auto* made = make<labeled_statement>(node_kind::labeled_statement, label->begin, label->line);
  made->label = label;
  advance();
  labels_.push_back({label->what, label->begin, now_.begin, false});
  made->body = parse_substatement("a label");
  labels_.pop_back();
  return finish(made);
}

/// The labels directly before a loop, such as both of `a: b: for (…)`, name it.
void parser::mark_labels_of_loop() {
  auto at = now_.begin;
  for (auto i = labels_.size(); i > function_->first_label && labels_[i - 1].body_at == at; --i) {
    labels_[i - 1].is_loop = true;
    at = labels_[i - 1].begin;
  }
}

block* parser::parse_block(scope_kind kind) {
  auto* made = make_here<block>(node_kind::block_statement);
  const auto opened_at = now_.begin;
  if (!is(token::open_brace)) unexpected("`{`");
  made->scope = open_scope(kind, made);
  advance();
  const auto from = stack_.size();
  const inside_brackets here(*this);
  parse_statements_until(token::close_brace, false);
  made->body = take_list<node>(from);
  expect_closing(token::close_brace, opened_at, "of the block");
  close_scope(made->scope);
  return finish(made);
}

node* parser::parse_if() {
  auto* made = make_here<if_statement>(node_kind::if_statement);
  advance();
  made->test = parse_condition("after `if`");
  made->consequent = parse_substatement("`if`");
  if (take(token::kw_else)) made->alternate = parse_substatement("`else`");
  return finish(made);
}

/// An expression in parentheses, as `if`, `while` and `switch` have it.
node* parser::parse_condition(const char* where) {
  const auto opened_at = now_.begin;
  expect(token::open_paren, where);
  const inside_brackets here(*this);
  auto* made = parse_expression();
  expect_closing(token::close_paren, opened_at, where);
  return made;
}

const label_state* parser::find_label(const name* what) const {
  for (auto i = labels_.size(); i > function_->first_label; --i)
    if (labels_[i - 1].what == what) return &labels_[i - 1];
  return nullptr;
}

node* parser::parse_jump(node_kind kind) {
  auto* made = make_here<jump_statement>(kind);
  const bool is_continue = kind == node_kind::continue_statement;
  const auto word = now_;
  advance();
  if (is(token::identifier) && !now_.after_newline) {
    made->label = make_identifier();
    check_reference(made->label->what, made->label->begin, made->label->end);
    const auto* label = find_label(made->label->what);
    const auto quoted = "`" + std::string(made->label->what->text) + "`";
    if (!label)
      report(mistake::undefined_label, made->label->begin, made->label->end,
             "no label " + quoted + " is around this statement");
    else if (is_continue && !label->is_loop)
      report(mistake::invalid_jump, made->label->begin, made->label->end, "the label " + quoted + " names no loop");
  } else if (is_continue ? function_->loops == 0 : function_->breakables == 0) {
    report(mistake::invalid_jump, word.begin, word.end,
           is_continue ? "`continue` stands outside of a loop" : "`break` stands outside of a loop and `switch`",
           "a function, also one passed to forEach, is left with return");
  }
  end_statement();
  return finish(made);
}

node* parser::parse_return() {
  auto* made = make_here<unary_node>(node_kind::return_statement);
  if (!function_->allows_return)
    report(mistake::invalid_return, now_.begin, now_.end, "`return` stands outside of a function");
  advance();
  if (!is(token::semicolon) && !is(token::close_brace) && !is(token::end) && !now_.after_newline)
    made->argument = parse_expression();
  end_statement();
  return finish(made);
}

node* parser::parse_throw() {
  auto* made = make_here<unary_node>(node_kind::throw_statement);
  advance();
  if (now_.after_newline)
    fail_here(mistake::unexpected_token, "a line ends directly after `throw`",
              "what is thrown must begin on the same line");
  made->argument = parse_expression();
  end_statement();
  return finish(made);
}

node* parser::parse_try() {
  auto* made = make_here<try_statement>(node_kind::try_statement);
  advance();
  made->body = parse_block();
  if (is(token::kw_catch)) made->handler = parse_catch();
  if (take(token::kw_finally)) made->finalizer = parse_block();
  if (!made->handler && !made->finalizer) unexpected("`catch` or `finally` after the block of `try`");
  return finish(made);
}

catch_clause* parser::parse_catch() {
  auto* made = make_here<catch_clause>(node_kind::catch_clause);
  advance();
  if (is(token::open_paren)) {
    made->scope = open_scope(scope_kind::catch_clause, made);
    advance();
    made->parameter = parse_binding(declaration_kind::catch_parameter);
    erase_annotation();
    expect(token::close_paren, "after the parameter of `catch`");
  }
  made->body = parse_block();
  if (made->scope) close_scope(made->scope);
  return finish(made);
}

node* parser::parse_switch() {
  auto* made = make_here<switch_statement>(node_kind::switch_statement);
  advance();
  made->discriminant = parse_condition("after `switch`");
  const auto opened_at = now_.begin;
  if (!is(token::open_brace)) unexpected("`{`");
  made->scope = open_scope(scope_kind::switch_cases, made);
  advance();
  const inside_brackets here(*this);
  ++function_->breakables;
  const auto from = stack_.size();
  bool has_default = false;
  while (is(token::kw_case) || is(token::kw_default)) stack_.push_back(parse_case(has_default));
  made->cases = take_list<switch_case>(from);
  --function_->breakables;
  expect_closing(token::close_brace, opened_at, "of `switch`");
  close_scope(made->scope);
  return finish(made);
}

switch_case* parser::parse_case(bool& has_default) {
  auto* made = make_here<switch_case>(node_kind::switch_case);
  if (take(token::kw_case)) {
    around_.colon_ends = true;
    made->test = parse_expression();
    around_.colon_ends = false;
  } else {
    if (has_default) report(mistake::unexpected_token, now_.begin, now_.end, "a `switch` has one `default` only");
    has_default = true;
    advance();
  }
  expect(token::colon, "after the case");
  const auto from = stack_.size();
  while (!is(token::kw_case) && !is(token::kw_default) && !is(token::close_brace) && !is(token::end))
    stack_.push_back(parse_statement_or_declaration());
  made->body = take_list<node>(from);
  return finish(made);
}

} // namespace enclaved::engine::lang
