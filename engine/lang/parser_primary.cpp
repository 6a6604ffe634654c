// Member access, calls, and what expressions begin with.
#include "engine/lang/parsing.hpp"

namespace enclaved::engine::lang {

node* parser::parse_postfix() {
  const auto begin = now_.begin;
  const auto line = now_.line;
  auto* made = parse_left_hand_side();
  if ((is(token::plus_plus) || is(token::minus_minus)) && !now_.after_newline) {
    auto* update = make<unary_node>(node_kind::update_expression, begin, line);
    update->op = is(token::plus_plus) ? op_kind::increment : op_kind::decrement;
    check_simple_target(made, is(token::plus_plus) ? "incremented" : "decremented");
    update->argument = made;
    advance();
    return finish(update);
  }
  return made;
}

node* parser::parse_left_hand_side() {
  const auto begin = now_.begin;
  const auto line = now_.line;
  chain links(*this);
  auto* first = parse_primary();
  if (first->kind == node_kind::arrow_function && !first->is(is_parenthesized)) return first;
  switch (now_.kind) {
  case token::dot:
  case token::optional_dot:
  case token::open_paren:
  case token::open_bracket:
  case token::template_chunk:
  case token::bang:
  case token::less: return parse_links(first, begin, line, true, links);
  default: return first;
  }
}

/// Members, calls and templates after what they belong to.
node* parser::parse_links(node* left, std::uint32_t begin, std::uint32_t line, bool allows_calls, chain& links) {
  bool is_chain = false;
  while (true) {
    links.link();
    const level here(*this);
    switch (now_.kind) {
    case token::dot:
      advance();
      left = parse_member_name(left, begin, line);
      continue;
    case token::open_bracket: left = parse_computed_member(left, begin, line); continue;
    case token::open_paren:
      if (!allows_calls) break;
      left = parse_call(left, begin, line);
      continue;
    case token::template_chunk:
      if (is_chain) fail_here(mistake::invalid_optional, "a template cannot follow an optional chain");
      left = parse_tagged(left, begin, line);
      continue;
    case token::optional_dot:
      if (!allows_calls) fail_here(mistake::invalid_optional, "`new` cannot be used with an optional chain");
      is_chain = true;
      advance();
      if (is(token::template_chunk)) fail_here(mistake::invalid_optional, "a template cannot follow an optional chain");
      if (options_.allows_types && is(token::less)) erase_type_arguments_of_call(false);
      if (is(token::open_paren))
        left = parse_call(left, begin, line);
      else if (is(token::open_bracket))
        left = parse_computed_member(left, begin, line);
      else
        left = parse_member_name(left, begin, line);
      left->flags |= is_optional;
      continue;
    case token::bang: // TypeScript's `a!`
      if (!options_.allows_types || now_.after_newline) break;
      advance();
      erase(last_end_ - 1);
      continue;
    case token::less:
      if (options_.allows_types && erase_type_arguments_of_call(!allows_calls)) continue;
      break;
    default: break;
    }
    break;
  }
  if (!is_chain) return left;
  auto* made = make<unary_node>(node_kind::chain_expression, begin, line);
  made->argument = left;
  return finish(made);
}

/// From the name.
node* parser::parse_member_name(node* object, std::uint32_t begin, std::uint32_t line) {
  auto* made = make<member_expression>(node_kind::member_expression, begin, line);
  made->object = object;
  if (is(token::private_name)) {
    if (object->kind == node_kind::super_keyword) fail_here(mistake::invalid_super, "`super` has no private names");
    made->property = parse_private_use();
  } else if (is(token::identifier) || is_keyword(now_.kind) || is(token::escaped_keyword)) {
    made->property = make_identifier();
  } else {
    unexpected("a property's name after the dot");
  }
  return finish(made);
}

node* parser::parse_computed_member(node* object, std::uint32_t begin, std::uint32_t line) {
  auto* made = make<member_expression>(node_kind::member_expression, begin, line);
  made->object = object;
  made->flags |= is_computed;
  const auto opened_at = now_.begin;
  advance();
  const inside_brackets here(*this);
  made->property = parse_expression();
  expect_closing(token::close_bracket, opened_at, "after the property's name");
  return finish(made);
}

node* parser::parse_call(node* callee, std::uint32_t begin, std::uint32_t line) {
  auto* made = make<call_node>(node_kind::call_expression, begin, line);
  made->callee = callee;
  made->arguments = parse_arguments();
  return finish(made);
}

node_list parser::parse_arguments() {
  const auto opened_at = now_.begin;
  advance();
  const inside_brackets here(*this);
  const auto from = stack_.size();
  while (!is(token::close_paren)) {
    if (is(token::ellipsis)) {
      auto* spread = make_here<unary_node>(node_kind::spread_element);
      advance();
      spread->argument = parse_assignment();
      stack_.push_back(finish(spread));
    } else {
      stack_.push_back(parse_assignment());
    }
    if (!take(token::comma)) break;
  }
  expect_closing(token::close_paren, opened_at, "after the arguments");
  return take_list<node>(from);
}

node* parser::parse_new() {
  const level here(*this);
  const auto begin = now_.begin;
  const auto line = now_.line;
  advance();
  if (is(token::dot)) {
    advance();
    if (!is_word(token::word_target)) unexpected("`target` after `new.`");
    auto* made = make<node>(node_kind::new_target, begin, line);
    advance();
    if (!function_->allows_new_target)
      report(mistake::invalid_new_target, begin, last_end_, "`new.target` stands outside of a function");
    function_->uses.new_target = true;
    return finish(made);
  }
  auto* made = make<call_node>(node_kind::new_expression, begin, line);
  const auto callee_begin = now_.begin;
  const auto callee_line = now_.line;
  chain links(*this);
  auto* callee = is(token::kw_new) ? parse_new() : parse_primary();
  if (callee->kind == node_kind::super_keyword && is(token::open_paren))
    fail(mistake::invalid_super, callee->begin, callee->end, "`super()` cannot follow `new`");
  made->callee = parse_links(callee, callee_begin, callee_line, false, links);
  if (is(token::open_paren)) made->arguments = parse_arguments();
  return finish(made);
}

node* parser::parse_super() {
  auto* made = make_here<node>(node_kind::super_keyword);
  advance();
  finish(made);
  if (is(token::open_paren)) {
    if (!function_->allows_super_call)
      report(mistake::invalid_super, made->begin, made->end,
             "`super()` stands outside of the constructor of a class with `extends`");
    function_->uses.super_call = function_->uses.this_value = true;
  } else if (is(token::dot) || is(token::open_bracket)) {
    if (!function_->allows_super_property)
      report(mistake::invalid_super, made->begin, made->end, "`super` stands outside of a method",
             "it means something in methods of classes and objects, and in arrow functions inside them");
    function_->uses.super_property = function_->uses.this_value = true;
  } else {
    fail(mistake::invalid_super, made->begin, made->end, "`super` must be followed by arguments or a property");
  }
  return made;
}

// -- what an expression begins with -----------------------------------------------------------------------------------

node* parser::parse_primary() {
  const auto begin = now_.begin;
  const auto line = now_.line;
  const auto literal = [&](node_kind kind) {
    auto* made = make_here<node>(kind);
    advance();
    return finish(made);
  };
  switch (now_.kind) {
  case token::identifier: return parse_word_primary();
  case token::number: return parse_number();
  case token::string: return parse_string();
  case token::template_chunk: return parse_template(false);
  case token::open_paren: return parse_parentheses();
  case token::open_bracket: return parse_array();
  case token::open_brace: return parse_object();
  case token::kw_function: return parse_function_expression(false, begin, line);
  case token::kw_class: return parse_class(node_kind::class_expression);
  case token::kw_new: return parse_new();
  case token::kw_super: return parse_super();
  case token::kw_this: function_->uses.this_value = true; return literal(node_kind::this_expression);
  case token::kw_null: return literal(node_kind::null_literal);
  case token::kw_true:
  case token::kw_false: {
    auto* made = make_here<boolean_literal>(node_kind::boolean_literal);
    made->value = is(token::kw_true);
    advance();
    return finish(made);
  }
  case token::slash:
  case token::assign_divide: return parse_regexp();
  case token::kw_import: fail_at_module_syntax();
  default: break;
  }
  unexpected();
}

node* parser::parse_word_primary() {
  if (now_.word == token::word_async) return parse_async_primary();
  const auto word = now_;
  auto* made = make_identifier();
  if (is(token::arrow) && word.begin == arrow_at_ && !now_.after_newline) return parse_arrow_of_name(false, word, made);
  use_reference(made);
  return made;
}

node* parser::parse_arrow_of_name(bool is_async, const lexeme& first, identifier* parameter) {
  stack_.push_back(parameter);
  return parse_arrow(start_cover(first), is_async, take_list<node>(stack_.size() - 1));
}

/// `async` begins a function, an arrow, or is a name.
node* parser::parse_async_primary() {
  const auto word = now_;
  auto* name = make_identifier();
  if (now_.after_newline) {
    use_reference(name);
    return name;
  }
  if (is(token::kw_function)) return parse_function_expression(true, word.begin, word.line);
  if (word.begin == arrow_at_) {
    if (is(token::arrow)) return parse_arrow_of_name(false, word, name);
    if (is(token::identifier)) return parse_async_arrow_of_name(word, name);
    if (options_.allows_types && is(token::less)) {
      if (auto* made = parse_typed_async_arrow(word, name)) return made;
    }
    if (is(token::open_paren)) return parse_async_parentheses(word, name);
  }
  use_reference(name);
  return name;
}

/// `async x => …`; else the name `async` is followed by something else, such as `of` or `as`.
node* parser::parse_async_arrow_of_name(const lexeme& word, identifier* name) {
  const auto before = save();
  auto* parameter = make_identifier();
  if (is(token::arrow) && !now_.after_newline) return parse_arrow_of_name(true, word, parameter);
  restore(before);
  use_reference(name);
  return name;
}

/// `async <T>(…) => …`; null when it is a comparison.
node* parser::parse_typed_async_arrow(const lexeme& word, identifier* name) {
  const auto before = save();
  const auto erased = erased_.size();
  if (skip_type_parameters() && is(token::open_paren)) {
    erase(before.now.begin);
    auto* made = parse_async_parentheses(word, name);
    if (made->kind == node_kind::arrow_function) return made;
    unexpected("`=>` after the parameters");
  }
  erased_.resize(erased);
  restore(before);
  return nullptr;
}

/// `async (…)` is an arrow's beginning or a call.
node* parser::parse_async_parentheses(const lexeme& word, identifier* name) {
  const auto start = start_cover(word);
  const auto opened_at = now_.begin;
  advance();
  const auto from = stack_.size();
  bool must_be_parameters = false;
  const auto pending = pending_;
  pending_.begin = nowhere;
  {
    const inside_brackets here(*this);
    parse_cover_items(must_be_parameters, true);
    expect_closing(token::close_paren, opened_at, "after the arguments");
  }
  if (is_arrow_ahead(must_be_parameters)) {
    pending_ = pending;
    return parse_arrow(start, true, take_list<node>(from));
  }
  raise_pending();
  pending_ = pending;
  drop_cover(start);
  if (must_be_parameters) unexpected("`=>` after the parameters");
  use_reference(name);
  auto* made = make<call_node>(node_kind::call_expression, start.begin, start.line);
  made->callee = name;
  made->arguments = take_list<node>(from);
  return finish(made);
}

/// An expression in parentheses, or the parameters of an arrow.
node* parser::parse_parentheses() {
  const bool may_be_arrow = now_.begin == arrow_at_;
  const auto start = start_cover(now_);
  const auto opened_at = now_.begin;
  advance();
  const auto from = stack_.size();
  const auto pending = pending_;
  pending_.begin = nowhere;
  bool must_be_parameters = false;
  node* made = nullptr;
  {
    const inside_brackets here(*this);
    parse_cover_items(must_be_parameters, false);
    expect_closing(token::close_paren, opened_at, "after the expression");
  }
  if (may_be_arrow && is_arrow_ahead(must_be_parameters)) {
    pending_ = pending;
    return parse_arrow(start, false, take_list<node>(from));
  }
  if (must_be_parameters)
    unexpected(stack_.size() == from ? "an expression between the parentheses, or `=>` after them"
                                     : "`=>` after the parameters");
  raise_pending();
  pending_ = pending;
  drop_cover(start);
  if (stack_.size() - from == 1) {
    made = stack_.back();
    stack_.pop_back();
  } else {
    auto* sequence = make<list_node>(node_kind::sequence_expression, opened_at + 1, start.line);
    sequence->items = take_list<node>(from);
    sequence->end = last_end_ - 1;
    made = sequence;
  }
  made->flags |= is_parenthesized;
  return made;
}

/// What stands between parentheses that may be an arrow's parameters; onto the stack.
void parser::parse_cover_items(bool& must_be_parameters, bool is_call) {
  const level here(*this);
  if (is(token::close_paren) && !is_call) must_be_parameters = true;
  while (!is(token::close_paren)) {
    if (is(token::ellipsis)) {
      auto* spread = make_here<unary_node>(node_kind::spread_element);
      advance();
      spread->argument = parse_assignment(cover::yes);
      stack_.push_back(finish(spread));
      if (!is_call) must_be_parameters = true;
    } else {
      stack_.push_back(parse_assignment(cover::yes));
    }
    parse_types_of_cover_item(must_be_parameters);
    if (!take(token::comma)) break;
    if (stack_.back()->kind == node_kind::spread_element) stack_.back()->flags |= has_comma_after;
    if (is(token::close_paren) && !is_call) must_be_parameters = true;
  }
}

/// `?`, a type and a default after a type make it a parameter.
void parser::parse_types_of_cover_item(bool& must_be_parameters) {
  if (!options_.allows_types || (!is(token::question) && !is(token::colon))) return;
  must_be_parameters = true;
  if (is(token::question)) {
    advance();
    erase(last_end_ - 1);
  }
  erase_annotation();
  if (!is(token::assign)) return;
  auto* target = stack_.back();
  stack_.back() = parse_assignment_to(target, target->begin, target->line);
}

} // namespace enclaved::engine::lang
