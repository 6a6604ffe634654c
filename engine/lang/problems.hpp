// Every kind of mistake that the front-end finds in a source, and how one leaves the parser.
#pragma once

#include "engine/lang/parser.hpp"

namespace enclaved::engine::lang {

enum class mistake : std::uint8_t {
  invalid_encoding,
  invalid_character,
  invalid_number,
  invalid_escape,
  invalid_regexp,
  unterminated_string,
  unterminated_template,
  unterminated_comment,
  unterminated_regexp,
  unexpected_token,
  unexpected_end,
  reserved_word,
  invalid_target,
  duplicate_declaration,
  duplicate_parameter,
  missing_initializer,
  invalid_parameters,
  invalid_strict,
  invalid_delete,
  invalid_optional,
  invalid_operand,
  invalid_property,
  await_outside_async,
  invalid_await,
  invalid_yield,
  invalid_return,
  invalid_jump,
  undefined_label,
  duplicate_label,
  invalid_super,
  invalid_new_target,
  invalid_arguments,
  invalid_class,
  undeclared_private_name,
  duplicate_private_name,
  misplaced_declaration,
  module_syntax,
  unsupported_syntax,
  too_deep,
  too_large,
};

/// For programs: UNEXPECTED_TOKEN and so on.
const char* code_of(mistake kind);

/// What the lexer and parser throw: a mistake that ends the parse.
struct mistake_found {
  mistake kind;
  std::uint32_t begin;
  std::uint32_t end;
  std::string message;
  std::string hint;
};

/// With its line and column in the source.
syntax_problem locate(const mistake_found& found, std::string_view source);

} // namespace enclaved::engine::lang
