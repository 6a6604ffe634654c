// The kinds of tokens. Words that are always reserved are kinds of their own; words that mean something in places only
// are identifiers whose `word` says which.
#pragma once

#include "engine/lang/ast.hpp"

namespace enclaved::engine::lang {

enum class token : std::uint8_t {
  end,
  identifier,
  private_name,    // #x
  escaped_keyword, // a reserved word written with an escape: a property's name only
  number,
  string,
  template_chunk, // from ` or } to ${ or `
  // punctuators
  open_brace,
  close_brace,
  open_paren,
  close_paren,
  open_bracket,
  close_bracket,
  dot,
  ellipsis,
  optional_dot, // ?.
  semicolon,
  comma,
  question,
  colon,
  arrow,
  at,
  tilde,
  bang,
  plus_plus,
  minus_minus,
  // assignment operators
  assign,
  assign_add,
  assign_subtract,
  assign_multiply,
  assign_divide,
  assign_remainder,
  assign_power,
  assign_shift_left,
  assign_shift_right,
  assign_shift_right_unsigned,
  assign_bit_and,
  assign_bit_or,
  assign_bit_xor,
  assign_and_then,
  assign_or_else,
  assign_coalesce,
  // binary operators
  coalesce,
  or_else,
  and_then,
  bit_or,
  bit_xor,
  bit_and,
  equal,
  not_equal,
  strict_equal,
  strict_not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  shift_left,
  shift_right,
  shift_right_unsigned,
  plus,
  minus,
  star,
  slash,
  percent,
  power,
  // reserved words
  kw_in,
  kw_instanceof,
  kw_break,
  kw_case,
  kw_catch,
  kw_class,
  kw_const,
  kw_continue,
  kw_debugger,
  kw_default,
  kw_delete,
  kw_do,
  kw_else,
  kw_enum,
  kw_export,
  kw_extends,
  kw_false,
  kw_finally,
  kw_for,
  kw_function,
  kw_if,
  kw_import,
  kw_new,
  kw_null,
  kw_return,
  kw_super,
  kw_switch,
  kw_this,
  kw_throw,
  kw_true,
  kw_try,
  kw_typeof,
  kw_var,
  kw_void,
  kw_while,
  kw_with,
  // reserved in strict code, or in some places
  word_implements,
  word_interface,
  word_let,
  word_package,
  word_private,
  word_protected,
  word_public,
  word_static,
  word_yield,
  word_await,
  word_eval,
  word_arguments,
  // mean something in some places
  word_async,
  word_of,
  word_get,
  word_set,
  word_target,
  word_constructor,
  word_prototype,
  word_proto, // __proto__
  word_abstract,
  word_accessor,
  word_as,
  word_asserts,
  word_declare,
  word_global,
  word_infer,
  word_is,
  word_keyof,
  word_module,
  word_namespace,
  word_override,
  word_readonly,
  word_satisfies,
  word_type,
  word_unique,
};

constexpr bool is_keyword(token t) { return t >= token::kw_in && t <= token::kw_with; }
constexpr bool is_word(token t) { return t >= token::kw_in; }
constexpr bool is_reserved_in_strict(token t) { return t >= token::word_implements && t <= token::word_yield; }
constexpr bool is_assignment(token t) { return t >= token::assign && t <= token::assign_coalesce; }

/// The token that the parser looks at.
struct lexeme {
  token kind = token::end;
  token word = token::end; ///< of identifiers and keywords; `end` for other names and where an escape is in it
  bool after_newline = false;
  bool has_escape = false;
  bool is_tail = false; ///< of a template_chunk: ends with `
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t line = 1;
  name* what = nullptr;  ///< of identifiers, keywords, private names
  double number = 0;     ///< of numbers
  std::string_view text; ///< cooked value of strings and template chunks (data() null: a bad escape)
  std::string_view raw;  ///< of template chunks
};

} // namespace enclaved::engine::lang
