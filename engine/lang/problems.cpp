#include "engine/lang/problems.hpp"

#include "engine/lang/unicode.hpp"

#include <algorithm>

namespace enclaved::engine::lang {

const char* code_of(mistake kind) {
  switch (kind) {
  case mistake::invalid_encoding: return "INVALID_ENCODING";
  case mistake::invalid_character: return "INVALID_CHARACTER";
  case mistake::invalid_number: return "INVALID_NUMBER";
  case mistake::invalid_escape: return "INVALID_ESCAPE";
  case mistake::invalid_regexp: return "INVALID_REGEXP";
  case mistake::unterminated_string: return "UNTERMINATED_STRING";
  case mistake::unterminated_template: return "UNTERMINATED_TEMPLATE";
  case mistake::unterminated_comment: return "UNTERMINATED_COMMENT";
  case mistake::unterminated_regexp: return "UNTERMINATED_REGEXP";
  case mistake::unexpected_token: return "UNEXPECTED_TOKEN";
  case mistake::unexpected_end: return "UNEXPECTED_END";
  case mistake::reserved_word: return "RESERVED_WORD";
  case mistake::invalid_target: return "INVALID_TARGET";
  case mistake::duplicate_declaration: return "DUPLICATE_DECLARATION";
  case mistake::duplicate_parameter: return "DUPLICATE_PARAMETER";
  case mistake::missing_initializer: return "MISSING_INITIALIZER";
  case mistake::invalid_parameters: return "INVALID_PARAMETERS";
  case mistake::invalid_strict: return "INVALID_STRICT";
  case mistake::invalid_delete: return "INVALID_DELETE";
  case mistake::invalid_optional: return "INVALID_OPTIONAL_CHAIN";
  case mistake::invalid_operand: return "INVALID_OPERAND";
  case mistake::invalid_property: return "INVALID_PROPERTY";
  case mistake::await_outside_async: return "AWAIT_OUTSIDE_ASYNC";
  case mistake::invalid_await: return "INVALID_AWAIT";
  case mistake::invalid_yield: return "INVALID_YIELD";
  case mistake::invalid_return: return "INVALID_RETURN";
  case mistake::invalid_jump: return "INVALID_JUMP";
  case mistake::undefined_label: return "UNDEFINED_LABEL";
  case mistake::duplicate_label: return "DUPLICATE_LABEL";
  case mistake::invalid_super: return "INVALID_SUPER";
  case mistake::invalid_new_target: return "INVALID_NEW_TARGET";
  case mistake::invalid_arguments: return "INVALID_ARGUMENTS";
  case mistake::invalid_class: return "INVALID_CLASS";
  case mistake::undeclared_private_name: return "UNDECLARED_PRIVATE_NAME";
  case mistake::duplicate_private_name: return "DUPLICATE_PRIVATE_NAME";
  case mistake::misplaced_declaration: return "MISPLACED_DECLARATION";
  case mistake::module_syntax: return "MODULE_SYNTAX";
  case mistake::unsupported_syntax: return "UNSUPPORTED_SYNTAX";
  case mistake::too_deep: return "NESTED_TOO_DEEPLY";
  case mistake::too_large: return "SCRIPT_TOO_LARGE";
  }
  return "SYNTAX_ERROR";
}

namespace {

/// How many bytes at `i` end a line; 0 when none does.
std::size_t line_end_at(std::string_view text, std::size_t i) {
  if (text[i] == '\n') return 1;
  if (text[i] == '\r') return i + 1 < text.size() && text[i + 1] == '\n' ? 2 : 1;
  if (text.substr(i, 2) == "\xe2\x80" && i + 2 < text.size() && (text[i + 2] == '\xa8' || text[i + 2] == '\xa9'))
    return 3;
  return 0;
}

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80; }

/// The line around a place, without its end.
std::string_view line_around(std::string_view source, std::size_t place, std::size_t& begin) {
  begin = 0;
  std::size_t i = 0;
  while (i < place) {
    const auto size = line_end_at(source, i);
    if (size != 0 && i + size > place) break;
    i += size == 0 ? 1 : size;
    if (size != 0) begin = i;
  }
  std::size_t end = begin;
  while (end < source.size() && line_end_at(source, end) == 0) ++end;
  return source.substr(begin, end - begin);
}

/// What of a long line is shown: from here, so many bytes; whole characters.
struct excerpt {
  std::size_t from;
  std::size_t size;
};

excerpt excerpt_of(std::string_view line, std::size_t caret) {
  constexpr std::size_t most = 120;
  if (line.size() <= most) return {0, line.size()};
  std::size_t from = caret > most / 2 ? caret - most / 2 : 0;
  while (from > 0 && from < line.size() && !begins_character(line[from])) --from;
  std::size_t to = std::min(line.size(), from + most);
  while (to < line.size() && !begins_character(line[to])) ++to;
  return {from, to - from};
}

} // namespace

syntax_problem locate(const mistake_found& found, std::string_view source) {
  syntax_problem result{code_of(found.kind), found.message, 1, 1, found.begin, std::max(found.begin, found.end),
                        found.hint};
  std::size_t line_begin = 0;
  for (std::size_t i = 0; i < found.begin && i < source.size();) {
    const auto size = line_end_at(source, i);
    if (size != 0 && i + size > found.begin) break;
    i += size == 0 ? 1 : size;
    if (size == 0) continue;
    ++result.line;
    line_begin = i;
  }
  for (auto i = line_begin; i < found.begin && i < source.size(); ++i)
    if (begins_character(source[i])) ++result.column;
  return result;
}

std::string render(const syntax_problem& problem, std::string_view source) {
  std::string text = "line " + std::to_string(problem.line) + ", column " + std::to_string(problem.column) + ": " +
                     problem.message + "\n";
  std::size_t begin = 0;
  const auto line = line_around(source, problem.begin, begin);
  const auto caret = std::min<std::size_t>(problem.begin - begin, line.size());
  const auto [from, size] = excerpt_of(line, caret);
  const bool is_readable = find_bad_utf8(line.substr(from, size)) == std::string_view::npos;
  if (is_readable) {
    text += "  ";
    text += line.substr(from, size);
    text += "\n  ";
    // Tabs stay, so that the caret stands right however wide they are shown.
    for (auto i = from; i < caret; ++i)
      if (begins_character(line[i])) text += line[i] == '\t' ? '\t' : ' ';
    text += '^';
    for (auto i = caret + 1; i < from + size && begin + i < problem.end; ++i)
      if (begins_character(line[i])) text += '~';
    text += "\n";
  }
  if (!problem.hint.empty()) text += "  hint: " + problem.hint + "\n";
  text.pop_back();
  return text;
}

} // namespace enclaved::engine::lang
