// Literals of strings, numbers, arrays, objects, templates and regular expressions.
#include "engine/lang/parsing.hpp"
#include "engine/regexp/pattern.hpp"

namespace enclaved::engine::lang {

/// Of the word the parser looks at, whatever it means.
identifier* parser::make_identifier() {
  auto* made = make_here<identifier>(node_kind::identifier);
  made->what = now_.what;
  if (now_.has_escape) made->flags |= has_escape;
  advance();
  return finish(made);
}

/// A private name that is used: it must be declared by a class around, which is known at that class' end.
identifier* parser::parse_private_use() {
  if (!class_)
    report(mistake::undeclared_private_name, now_.begin, now_.end,
           "the private name `" + std::string(text_of(now_)) + "` stands outside of a class");
  auto* made = make_identifier();
  made->kind = node_kind::private_name;
  if (class_) class_->used.try_emplace(made->what, made);
  return made;
}

node* parser::parse_string() {
  auto* made = make_here<string_literal>(node_kind::string_literal);
  made->value = now_.text;
  if (now_.has_escape) made->flags |= has_escape;
  advance();
  return finish(made);
}

node* parser::parse_number() {
  auto* made = make_here<number_literal>(node_kind::number_literal);
  made->value = now_.number;
  advance();
  return finish(made);
}

/// From the slash, which the lexer took for an operator.
node* parser::parse_regexp() {
  auto* made = make_here<regexp_literal>(node_kind::regexp_literal);
  lexer_.read_regexp(now_, made->body, made->pattern_flags, now_.end);
  const auto end = now_.end;
  unsigned seen = 0;
  for (const char flag : made->pattern_flags) {
    const auto at = std::string_view("dgimsuvy").find(flag);
    if (at == std::string_view::npos || (seen >> at & 1U) != 0)
      fail(mistake::invalid_regexp, made->begin, end,
           std::string("the regular expression's flag `") + flag +
               (at == std::string_view::npos ? "` does not exist" : "` is written twice"),
           "flags are d, g, i, m, s, u, v, y");
    seen |= 1U << at;
  }
  if ((seen >> 5 & 3U) == 3)
    fail(mistake::invalid_regexp, made->begin, end, "the flags `u` and `v` cannot stand together");
  if (const auto wrong = regexp::check_pattern(made->body, made->pattern_flags))
    report(mistake::invalid_regexp, made->begin, end,
           "the regular expression is invalid: " + std::string(wrong->sentence));
  advance();
  return finish(made);
}

node* parser::parse_array() {
  auto* made = make_here<list_node>(node_kind::array_expression);
  const auto opened_at = now_.begin;
  advance();
  const inside_brackets here(*this);
  const auto from = stack_.size();
  while (!is(token::close_bracket)) {
    if (is(token::comma)) {
      advance();
      stack_.push_back(nullptr);
      continue;
    }
    if (is(token::ellipsis)) {
      stack_.push_back(parse_spread());
    } else {
      stack_.push_back(parse_assignment(cover::yes));
    }
    if (is(token::close_bracket)) break;
    if (!is(token::comma)) expect_closing(token::close_bracket, opened_at, "at the end of the array");
    if (stack_.back()->kind == node_kind::spread_element) stack_.back()->flags |= has_comma_after;
    advance();
  }
  advance();
  made->items = take_list<node>(from);
  return finish(made);
}

/// `...x` in an array or object, which may become a pattern.
node* parser::parse_spread() {
  auto* made = make_here<unary_node>(node_kind::spread_element);
  advance();
  made->argument = parse_assignment(cover::yes);
  return finish(made);
}

node* parser::parse_object() {
  auto* made = make_here<list_node>(node_kind::object_expression);
  const auto opened_at = now_.begin;
  advance();
  const inside_brackets here(*this);
  const auto from = stack_.size();
  bool has_proto = false;
  while (!is(token::close_brace)) {
    if (is(token::ellipsis)) {
      stack_.push_back(parse_spread());
    } else {
      auto* part = as<property>(parse_property());
      stack_.push_back(part);
      if (sets_prototype(part)) {
        if (has_proto) add_pending(mistake::invalid_property, part->begin, part->end, "`__proto__` is set twice");
        has_proto = true;
      }
    }
    if (is(token::close_brace)) break;
    if (!is(token::comma)) expect_closing(token::close_brace, opened_at, "or `,` at the end of the property");
    if (stack_.back()->kind == node_kind::spread_element) stack_.back()->flags |= has_comma_after;
    advance();
  }
  advance();
  made->items = take_list<node>(from);
  return finish(made);
}

bool parser::sets_prototype(const property* part) {
  if (part->op != op_kind::init || part->is(is_computed) || part->is(is_shorthand) || part->is(is_method)) return false;
  return part->key->kind == node_kind::identifier       ? as<identifier>(part->key)->what->text == "__proto__"
         : part->key->kind == node_kind::string_literal ? as<string_literal>(part->key)->value == "__proto__"
                                                        : false;
}

/// Whether a word such as `get` is followed by a name, and so is no name itself.
bool parser::is_modifier() const {
  switch (now_.kind) {
  case token::comma:
  case token::colon:
  case token::open_paren:
  case token::close_brace:
  case token::assign:
  case token::semicolon:
  case token::less:
  case token::question:
  case token::bang:
  case token::end: return false;
  default: return true;
  }
}

/// Of an object literal.
node* parser::parse_property() {
  const level here(*this);
  auto* made = make_here<property>(node_kind::property);
  made->op = op_kind::init;
  const auto key = now_;
  const bool is_name = is(token::identifier);
  bool is_async = false;
  if (is_name && (now_.word == token::word_get || now_.word == token::word_set || now_.word == token::word_async)) {
    const auto before = save();
    advance();
    if (is_modifier() && !(key.word == token::word_async && now_.after_newline)) {
      is_async = key.word == token::word_async;
      if (!is_async) return parse_accessor(made, key.word == token::word_get);
    } else {
      restore(before);
    }
  }
  const bool is_generator = take(token::star);
  const auto key_token = now_;
  made->key = parse_property_key(made->flags, false);
  if (is_async || is_generator || is(token::open_paren) || (is(token::less) && options_.allows_types)) {
    made->flags |= is_method;
    made->value = parse_method(function_form::method, is_async, is_generator);
    return finish(made);
  }
  if (take(token::colon)) {
    made->value = parse_assignment(cover::yes);
    return finish(made);
  }
  if (made->is(is_computed) || key_token.kind != token::identifier) {
    if (is_keyword(key_token.kind) && !is(token::colon))
      fail(mistake::reserved_word, key_token.begin, key_token.end,
           "`" + std::string(text_of(key_token)) + "` is a reserved word and no variable");
    unexpected("`:` and a value after the property's name");
  }
  return parse_shorthand(made);
}

/// After `get` or `set`.
node* parser::parse_accessor(property* made, bool is_getter) {
  made->op = is_getter ? op_kind::get : op_kind::set;
  made->key = parse_property_key(made->flags, false);
  made->value = parse_method(is_getter ? function_form::getter : function_form::setter, false, false);
  return finish(made);
}

/// `{x}`, and `{x = 1}`, which only a pattern may have.
node* parser::parse_shorthand(property* made) {
  made->flags |= is_shorthand;
  auto* key = as<identifier>(made->key);
  auto* value = make<identifier>(node_kind::identifier, key->begin, key->line);
  value->what = key->what;
  value->flags = key->flags;
  value->end = key->end;
  use_reference(value);
  made->value = value;
  if (!is(token::assign)) return finish(made);
  add_pending(mistake::invalid_property, now_.begin, now_.end, "`=` stands in an object literal");
  const auto pending = pending_;
  pending_.begin = nowhere;
  auto* with_default = as<binary_node>(parse_assignment_to(value, value->begin, value->line));
  pending_ = pending;
  made->value = with_default;
  return finish(made);
}

node* parser::parse_property_key(std::uint16_t& flags, bool allows_private) {
  switch (now_.kind) {
  case token::string: return parse_string();
  case token::number: return parse_number();
  case token::open_bracket: {
    const auto opened_at = now_.begin;
    flags |= is_computed;
    advance();
    const inside_brackets here(*this);
    auto* key = parse_assignment();
    expect_closing(token::close_bracket, opened_at, "after the property's name");
    return key;
  }
  case token::private_name:
    if (allows_private) {
      auto* made = make_identifier();
      made->kind = node_kind::private_name;
      return made;
    }
    break;
  default:
    if (is(token::identifier) || is_keyword(now_.kind) || is(token::escaped_keyword)) return make_identifier();
  }
  unexpected("a property's name");
}

// -- templates --------------------------------------------------------------------------------------------------------

template_literal* parser::parse_template(bool is_tagged) {
  const level here(*this);
  auto* made = make_here<template_literal>(node_kind::template_literal);
  const inside_brackets around(*this);
  const auto from = stack_.size(); // chunks and expressions in turn
  while (true) {
    auto* chunk = make<template_element>(node_kind::template_element, now_.begin + 1, now_.line);
    chunk->end = now_.end - (now_.is_tail ? 1 : 2);
    chunk->cooked = now_.text;
    chunk->raw = now_.raw;
    if (!now_.text.data() && !is_tagged) lexer_.fail_at_bad_escape();
    stack_.push_back(chunk);
    if (now_.is_tail) break;
    advance();
    stack_.push_back(parse_expression());
    if (!is(token::close_brace)) unexpected("`}` after the expression in the template");
    lexer_.reread_template(now_);
  }
  advance();
  const auto count = stack_.size() - from;
  made->quasis = {memory_.array<template_element*>(count / 2 + 1), static_cast<std::uint32_t>(count / 2 + 1)};
  made->expressions = {memory_.array<node*>(count / 2), static_cast<std::uint32_t>(count / 2)};
  for (std::size_t i = 0; i < count; ++i) {
    if (i % 2 == 0)
      made->quasis.items[i / 2] = as<template_element>(stack_[from + i]);
    else
      made->expressions.items[i / 2] = stack_[from + i];
  }
  stack_.resize(from);
  return finish(made);
}

node* parser::parse_tagged(node* tag, std::uint32_t begin, std::uint32_t line) {
  auto* made = make<tagged_template>(node_kind::tagged_template, begin, line);
  made->tag = tag;
  made->quasi = parse_template(true);
  return finish(made);
}

} // namespace enclaved::engine::lang
