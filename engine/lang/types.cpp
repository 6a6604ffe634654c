// TypeScript's types: they are read as far as needed to find their end, and dropped. Each function that skips returns
// false where no type can be; the tokens it has read then are read again by its caller, or are a mistake.
#include "engine/lang/parsing.hpp"

namespace enclaved::engine::lang {

namespace {

/// Tries of type arguments that end in vain after so many bytes are not begun again inside them: else nested ones
/// would cost more than their length.
constexpr std::uint32_t short_try = 64;

} // namespace

void parser::erase(std::uint32_t from, std::uint32_t to) {
  // What is erased in parts and then as a whole is one range.
  while (!erased_.empty() && erased_.back().begin >= from) erased_.pop_back();
  if (to > from) erased_.push_back({from, to});
}

void parser::need_type(bool is_there) {
  if (!is_there) unexpected("a type");
}

/// `: T`, when it is there.
void parser::erase_annotation() {
  if (!options_.allows_types || !is(token::colon)) return;
  const auto from = now_.begin;
  advance();
  need_type(skip_type());
  erase(from);
}

void parser::erase_return_type() {
  if (!options_.allows_types || !is(token::colon)) return;
  const auto from = now_.begin;
  advance();
  need_type(skip_return_type());
  erase(from);
}

void parser::erase_type_parameters() {
  const auto from = now_.begin;
  need_type(skip_type_parameters());
  erase(from);
}

/// `<T>` before arguments or a template; false, and nothing read, when `<` compares.
bool parser::erase_type_arguments_of_call(bool is_new) {
  const auto from = now_.begin;
  if (from < untyped_until_) return false;
  const auto before = save();
  bool may_compare = false;
  if (skip_type_arguments(&may_compare) && !may_compare) {
    bool fits = is(token::open_paren) || is(token::template_chunk);
    if (is_new && !fits)
      fits = is(token::semicolon) || is(token::close_paren) || is(token::close_bracket) || is(token::comma) ||
             is(token::open_brace) || is_word(token::word_implements) || is(token::close_brace) || is(token::end) ||
             now_.after_newline;
    if (fits) {
      erase(from);
      return true;
    }
  }
  if (now_.begin - from > short_try) untyped_until_ = now_.begin;
  restore(before);
  return false;
}

bool parser::skip_return_type() {
  if (is_word(token::word_asserts)) {
    const auto ahead = peek();
    if (!ahead.after_newline && (ahead.kind == token::identifier || ahead.kind == token::kw_this)) advance();
  }
  if (!skip_type()) return false;
  if (!is_word(token::word_is) || now_.after_newline) return true;
  advance();
  return skip_type();
}

bool parser::skip_type() {
  const level here(*this);
  while (true) {
    if (!skip_union()) return false;
    if (!is(token::kw_extends) || now_.after_newline || no_conditional_types_) return true;
    advance(); // A extends B ? C : D
    no_conditional_types_ = true;
    const bool is_there = skip_union();
    no_conditional_types_ = false;
    if (!is_there || !take(token::question) || !skip_type() || !take(token::colon)) return false;
  }
}

bool parser::skip_union() {
  if (is(token::bit_or) || is(token::bit_and)) advance();
  do
    if (!skip_type_operators()) return false;
  while (take(token::bit_or) || take(token::bit_and));
  return true;
}

/// keyof T, readonly T[], infer U, unique symbol; then T[], T[K].
bool parser::skip_type_operators() {
  const level here(*this);
  if (is_word(token::word_keyof) || is_word(token::word_readonly) || is_word(token::word_infer) ||
      is_word(token::word_unique)) {
    const auto ahead = peek();
    const bool is_operator =
        !ahead.after_newline &&
        (ahead.kind == token::identifier || is_keyword(ahead.kind) || ahead.kind == token::open_paren ||
         ahead.kind == token::open_brace || ahead.kind == token::open_bracket || ahead.kind == token::string);
    if (is_operator) {
      const bool is_infer = now_.word == token::word_infer;
      advance();
      return skip_type_operators() && (!is_infer || skip_constraint());
    }
  }
  if (!skip_primary_type()) return false;
  while (is(token::open_bracket) && !now_.after_newline)
    if (!skip_balanced()) return false;
  return true;
}

/// `infer U extends T`, where what follows makes it no conditional type.
bool parser::skip_constraint() {
  if (!is(token::kw_extends)) return true;
  const auto before = save();
  advance();
  const bool outer = no_conditional_types_;
  no_conditional_types_ = true;
  const bool is_there = skip_union();
  no_conditional_types_ = outer;
  if (!is_there) return false;
  if (is(token::question)) restore(before);
  return true;
}

bool parser::skip_primary_type() {
  switch (now_.kind) {
  case token::open_paren:
    if (!skip_balanced()) return false;
    if (!is(token::arrow)) return true;
    advance();
    return skip_return_type();
  case token::less: return skip_type_parameters() && is(token::open_paren) && skip_primary_type();
  case token::kw_new: advance(); return (is(token::open_paren) || is(token::less)) && skip_primary_type();
  case token::open_brace:
  case token::open_bracket: return skip_balanced();
  case token::string:
  case token::number:
  case token::kw_null:
  case token::kw_true:
  case token::kw_false:
  case token::kw_void:
  case token::kw_this: advance(); return true;
  case token::minus: advance(); return take(token::number);
  case token::template_chunk: return skip_template_type();
  case token::kw_typeof: advance(); return skip_type_name();
  case token::kw_import:
    advance();
    return is(token::open_paren) && skip_balanced() && (!take(token::dot) || skip_type_name());
  case token::identifier:
    if (now_.word == token::word_abstract && peek().kind == token::kw_new) {
      advance();
      return skip_primary_type();
    }
    return skip_type_name();
  default: return false;
  }
}

/// a.b.c<T>
bool parser::skip_type_name() {
  if (is(token::kw_import) || is(token::kw_this)) {
    advance();
    if (is(token::open_paren) && !skip_balanced()) return false;
  } else if (!take(token::identifier)) {
    return false;
  }
  while (take(token::dot)) {
    if (!is(token::identifier) && !is_keyword(now_.kind) && !is(token::private_name)) return false;
    advance();
  }
  return !is(token::less) || now_.after_newline || skip_type_arguments();
}

/// From a bracket to its partner. What is between them is not looked at.
bool parser::skip_balanced() {
  const level here(*this);
  std::vector<token> open;
  do {
    switch (now_.kind) {
    case token::open_paren: open.push_back(token::close_paren); break;
    case token::open_brace: open.push_back(token::close_brace); break;
    case token::open_bracket: open.push_back(token::close_bracket); break;
    case token::close_paren:
    case token::close_brace:
    case token::close_bracket:
      if (open.back() != now_.kind) return false;
      open.pop_back();
      break;
    case token::template_chunk:
      if (!skip_template_type()) return false;
      continue;
    case token::end: return false;
    default: break;
    }
    advance();
  } while (!open.empty());
  return true;
}

bool parser::skip_template_type() {
  while (!now_.is_tail) {
    advance();
    if (!skip_type() || !is(token::close_brace)) return false;
    lexer_.reread_template(now_);
  }
  advance();
  return true;
}

/// A `>`, also the first of `>>`.
bool parser::skip_greater() {
  switch (now_.kind) {
  case token::greater_equal:
  case token::shift_right:
  case token::shift_right_unsigned:
  case token::assign_shift_right:
  case token::assign_shift_right_unsigned: lexer_.split_greater(now_); break;
  case token::greater: break;
  default: return false;
  }
  advance();
  return true;
}

/// In `f(a < b, c > (d))` names that look like variables are compared: `may_compare` tells.
bool parser::skip_type_arguments(bool* may_compare) {
  const level here(*this);
  if (!take(token::less)) return false;
  const bool outer = no_conditional_types_;
  no_conditional_types_ = false;
  bool is_there = false;
  bool has_variable = false;
  unsigned count = 0;
  do {
    const auto first = now_;
    is_there = skip_type();
    has_variable = has_variable || (first.end == last_end_ && looks_like_variable(first));
    ++count;
  } while (is_there && take(token::comma) && !is(token::greater));
  no_conditional_types_ = outer;
  if (may_compare) *may_compare = count > 1 && has_variable;
  return is_there && skip_greater();
}

/// A name that is neither a type of the language nor written as types are, with a capital and small letters.
bool parser::looks_like_variable(const lexeme& word) {
  if (word.kind == token::number) return true;
  if (word.kind != token::identifier) return false;
  const auto text = word.what->text;
  for (const std::string_view type :
       {"string", "number", "boolean", "any", "unknown", "never", "object", "symbol", "undefined", "bigint"})
    if (text == type) return false;
  const bool is_capital = text[0] >= 'A' && text[0] <= 'Z';
  const bool is_constant =
      text.size() > 2 && text.find_first_of("abcdefghijklmnopqrstuvwxyz") == std::string_view::npos;
  return !is_capital || is_constant;
}

/// <const T extends A = B, in out U>
bool parser::skip_type_parameters() {
  const level here(*this);
  if (!take(token::less)) return false;
  while (!is(token::greater)) {
    while (is(token::kw_const) || is(token::kw_in)) advance();
    if (!take(token::identifier)) return false;
    if (is(token::identifier)) advance(); // `out T`
    if (take(token::kw_extends) && !skip_type()) return false;
    if (take(token::assign) && !skip_type()) return false;
    if (!take(token::comma)) break;
  }
  return skip_greater();
}

} // namespace enclaved::engine::lang
