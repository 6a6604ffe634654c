// TypeScript's statements that only declare types, and its modifiers of members and parameters.
#include "engine/lang/parsing.hpp"

namespace enclaved::engine::lang {

namespace {

bool is_accessibility(token word) {
  switch (word) {
  case token::word_public:
  case token::word_private:
  case token::word_protected:
  case token::word_readonly:
  case token::word_override: return true;
  default: return false;
  }
}

} // namespace

/// The statement that only types have becomes an empty one, which keeps its place.
node* parser::erased_statement(std::uint32_t begin, std::uint32_t line) {
  erase(begin);
  return finish(make<node>(node_kind::empty_statement, begin, line));
}

/// Whether a word such as `type` or `interface` begins a declaration.
bool parser::begins_type_statement() {
  switch (now_.word) {
  case token::word_type:
  case token::word_interface:
  case token::word_namespace:
  case token::word_module: {
    const auto ahead = peek();
    return !ahead.after_newline &&
           (ahead.kind == token::identifier || (ahead.kind == token::string && now_.word == token::word_module));
  }
  case token::word_declare: {
    const auto ahead = peek();
    return !ahead.after_newline &&
           (ahead.kind == token::identifier || ahead.kind == token::kw_const || ahead.kind == token::kw_var ||
            ahead.kind == token::kw_function || ahead.kind == token::kw_class || ahead.kind == token::kw_enum);
  }
  case token::word_abstract: {
    const auto ahead = peek();
    return !ahead.after_newline && ahead.kind == token::kw_class;
  }
  default: return false;
  }
}

node* parser::parse_type_statement() {
  const auto begin = now_.begin;
  const auto line = now_.line;
  const auto word = now_.word;
  advance();
  switch (word) {
  case token::word_abstract: erase(begin); return parse_class(node_kind::class_declaration);
  case token::word_declare: return parse_declare_statement(begin, line);
  case token::word_type:
    advance();
    if (is(token::less)) need_type(skip_type_parameters());
    expect(token::assign, "after the type's name");
    need_type(skip_type());
    end_statement();
    return erased_statement(begin, line);
  case token::word_interface:
    advance();
    if (is(token::less)) need_type(skip_type_parameters());
    if (is(token::kw_extends)) {
      do {
        advance();
        need_type(skip_type_name());
      } while (is(token::comma));
    }
    if (!is(token::open_brace) || !skip_balanced()) unexpected("`{` and the interface's members");
    return erased_statement(begin, line);
  default:
    fail(mistake::unsupported_syntax, begin, last_end_, "TypeScript's namespaces are not available here",
         "write an object: const name = {…}");
  }
}

/// `declare const x: T`, `declare function f(): T` and so on: of what is elsewhere. To the end of the statement.
node* parser::parse_declare_statement(std::uint32_t begin, std::uint32_t line) {
  while (!is(token::end) && !is(token::semicolon) && !is(token::close_brace)) {
    const bool is_body = is(token::open_brace);
    if (is_body || is(token::open_paren) || is(token::open_bracket)) {
      if (!skip_balanced()) unexpected();
      if (is_body && !is(token::arrow)) break;
    } else {
      advance();
    }
    if (now_.after_newline && !is(token::open_brace)) break;
  }
  take(token::semicolon);
  return erased_statement(begin, line);
}

/// public, private, readonly … before a parameter, which make it a property.
bool parser::skip_modifiers_of_parameter() {
  bool found = false;
  while (is(token::identifier) && is_accessibility(now_.word)) {
    const auto ahead = peek().kind;
    if (ahead != token::identifier && ahead != token::open_brace && ahead != token::open_bracket) break;
    const auto from = now_.begin;
    advance();
    erase(from);
    found = true;
  }
  return found;
}

/// public, private, abstract, declare … before a member.
void parser::skip_modifiers_of_member(member_start& member) {
  while (is(token::identifier) &&
         (is_accessibility(now_.word) || now_.word == token::word_abstract || now_.word == token::word_declare)) {
    const auto word = save();
    advance();
    if (!is_modifier() || now_.after_newline) return restore(word);
    erase(word.now.begin);
    if (word.now.word == token::word_declare || word.now.word == token::word_abstract) member.is_declared = true;
  }
}

/// `[key: string]: T` in a class; nothing is read when it is a computed name.
bool parser::skip_index_signature() {
  const auto before = save();
  advance();
  if (take(token::identifier) && is(token::colon)) {
    restore(before);
    if (!skip_balanced()) unexpected();
    if (take(token::colon)) need_type(skip_type());
    end_statement();
    return true;
  }
  restore(before);
  return false;
}

} // namespace enclaved::engine::lang
