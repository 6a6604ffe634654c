#include "printed.hpp"

#include "engine/lang/walk.hpp"

namespace enclaved::engine::lang {

namespace {

const char* name_of(node_kind kind) {
  constexpr const char* names[] = {
      "program",    "block",         "empty",          "do",       "if",       "for",      "for-in",   "for-of",
      "while",      "do-while",      "continue",       "break",    "return",   "throw",    "try",      "catch",
      "switch",     "case",          "label",          "debugger", "declare",  "variable", "function", "class",
      "name",       "private",       "null",           "boolean",  "number",   "string",   "regexp",   "template",
      "chunk",      "tagged",        "array",          "object",   "property", "function", "arrow",    "class",
      "unary",      "update",        "binary",         "logical",  "assign",   "choose",   "call",     "new",
      "member",     "chain",         "sequence",       "spread",   "yield",    "await",    "this",     "super",
      "new.target", "array-pattern", "object-pattern", "default",  "rest",     "method",   "field",    "static-block"};
  return names[static_cast<std::size_t>(kind)];
}

const char* text_of(op_kind op) {
  constexpr const char* texts[] = {"",   "=",   "+",   "-",  "*",           "/",          "%",      "**",   "<<",
                                   ">>", ">>>", "&",   "|",  "^",           "==",         "!=",     "===",  "!==",
                                   "<",  "<=",  ">",   ">=", "in",          "instanceof", "&&",     "||",   "??",
                                   "+",  "-",   "!",   "~",  "typeof",      "void",       "delete", "++",   "--",
                                   "",   "get", "set", "",   "constructor", "var",        "let",    "const"};
  return texts[static_cast<std::size_t>(op)];
}

std::string flags_of(const node* n) {
  std::string text;
  if (n->is(is_computed)) text += " computed";
  if (n->is(is_optional)) text += " ?.";
  if (n->is(is_static)) text += " static";
  if (n->is(is_shorthand)) text += " short";
  if (n->is(is_delegate)) text += " *";
  if (n->is(is_await)) text += " await";
  return text;
}

std::string function_flags(const function_node* f) {
  std::string text;
  if (f->is_async) text += " async";
  if (f->is_generator) text += " *";
  return text;
}

} // namespace

std::string printed(const node* n, std::string_view source) {
  switch (n->kind) {
  case node_kind::identifier: return std::string(as<identifier>(n)->what->text);
  case node_kind::private_name: return "#" + std::string(as<identifier>(n)->what->text);
  case node_kind::null_literal:
  case node_kind::boolean_literal:
  case node_kind::number_literal:
  case node_kind::string_literal:
  case node_kind::regexp_literal:
  case node_kind::super_keyword: return std::string(source.substr(n->begin, n->end - n->begin));
  case node_kind::this_expression: return "this";
  case node_kind::template_element: return "\"" + std::string(as<template_element>(n)->cooked) + "\"";
  case node_kind::expression_statement: return printed(as<expression_statement>(n)->expression, source);
  default: break;
  }
  std::string text = "(";
  text += name_of(n->kind);
  if (const std::string op = text_of(n->op); !op.empty()) text += " " + op;
  text += flags_of(n);
  if (n->kind == node_kind::arrow_function || n->kind == node_kind::function_expression ||
      n->kind == node_kind::function_declaration)
    text += function_flags(as<function_node>(n));
  if (n->kind == node_kind::array_expression || n->kind == node_kind::array_pattern) {
    for (const auto* item : as<list_node>(n)->items) text += item ? " " + printed(item, source) : " hole";
    return text + ")";
  }
  for_each_child(n, [&](const node* part) { text += " " + printed(part, source); });
  return text + ")";
}

std::string printed(std::string_view source, const parse_options& options) {
  pool memory;
  const auto result = parse(source, options, memory);
  if (const auto* problem = std::get_if<syntax_problem>(&result)) return problem->code;
  std::string text;
  for (const auto* each : std::get<program*>(result)->body) text += (text.empty() ? "" : " ") + printed(each, source);
  return text;
}

std::string mistake_in(std::string_view source, const parse_options& options) {
  pool memory;
  const auto result = parse(source, options, memory);
  const auto* problem = std::get_if<syntax_problem>(&result);
  if (!problem) return "fine";
  return problem->code + " " + std::to_string(problem->line) + ":" + std::to_string(problem->column);
}

std::string without_types(std::string_view source) {
  pool memory;
  const auto result = parse(source, {}, memory);
  if (const auto* problem = std::get_if<syntax_problem>(&result)) return problem->code + ": " + problem->message;
  std::string text(source);
  const auto* tree = std::get<program*>(result);
  for (auto i = tree->erased_count; i > 0; --i) {
    const auto [begin, end] = tree->erased[i - 1];
    text.erase(begin, end - begin);
  }
  return text;
}

} // namespace enclaved::engine::lang
