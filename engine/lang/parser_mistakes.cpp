// How the parser says what is wrong, and what is often meant.
#include "engine/lang/parsing.hpp"

#include <algorithm>

namespace enclaved::engine::lang {

void parser::fail(mistake kind, std::uint32_t begin, std::uint32_t end, std::string message, std::string hint) {
  throw mistake_found{kind, begin, end, std::move(message), std::move(hint)};
}

void parser::fail_here(mistake kind, std::string message, std::string hint) {
  fail(kind, now_.begin, now_.end, std::move(message), std::move(hint));
}

void parser::report(mistake kind, std::uint32_t begin, std::uint32_t end, std::string message, std::string hint) {
  if (!found_) fail(kind, begin, end, std::move(message), std::move(hint));
  found_->push_back({kind, begin, end, std::move(message), std::move(hint)});
  if (found_->size() >= bounds::syntax_problems) {
    auto last = std::move(found_->back());
    found_->pop_back();
    throw mistake_found(std::move(last));
  }
}

/// What the parser looks at cannot stand here.
void parser::unexpected(const char* wanted) {
  const auto expected = wanted ? std::string(", expected ") + wanted : std::string();
  if (is(token::end))
    fail(mistake::unexpected_end, now_.begin, now_.end, "the script ends too early" + expected,
         "something is not closed or not finished");
  if (is(token::escaped_keyword)) fail_here(mistake::reserved_word, "a reserved word must not be written with escapes");
  auto hint = hint_for_words();
  if (hint.empty()) hint = hint_for_token(wanted ? wanted : "");
  if (hint.empty() && !wanted) hint = hint_for_gap();
  fail_here(mistake::unexpected_token, "unexpected " + quoted_token() + expected, std::move(hint));
}

std::string parser::quoted_token() const {
  const auto text = text_of(now_);
  auto size = std::min({text.size(), std::size_t{40}, text.find_first_of("\r\n")});
  const bool is_long = size < text.size();
  while (is_long && (static_cast<unsigned char>(text[size]) & 0xc0U) == 0x80) --size; // whole characters
  const auto quoted = std::string(text.substr(0, size)) + (is_long ? "…" : "");
  return is(token::string) ? "string " + quoted : "`" + quoted + "`";
}

/// The word before it on its line, it itself, and the first of its statement may be another language's.
std::string parser::hint_for_words() const {
  std::uint32_t from = last_end_;
  while (from > 0 && (std::isalnum(static_cast<unsigned char>(source_[from - 1])) || source_[from - 1] == '_')) --from;
  const auto first = source_.substr(statement_at_);
  const std::string_view words[] = {source_.substr(from, last_end_ - from), text_of(now_),
                                    first.substr(0, first.find_first_not_of("abcdefghijklmnopqrstuvwxyz"))};
  for (const auto word : words)
    if (auto hint = hint_for_word(word); !hint.empty()) return hint;
  if (words[0] == "await")
    return function_->has_await_keyword ? "`await` needs something to wait for"
                                        : "`await` needs an async function around it";
  return {};
}

/// What the token that does not fit tells.
std::string parser::hint_for_token(std::string_view wanted) const {
  const char before = last_end_ == 0 ? '\0' : source_[last_end_ - 1];
  if (wanted.substr(0, 3) == "`(`")
    return "what is tested or gone through stands in parentheses, and a block in braces";
  switch (now_.kind) {
  case token::less: return "JSX is not available here: build text or objects instead";
  case token::template_chunk: return "a backquote inside a template is written \\`";
  case token::arrow: return "an arrow function's parameters stand before => in parentheses, on the same line";
  case token::open_brace:
    return before == ')' ? "an arrow function has `=>` between its parameters and its body" : std::string();
  case token::colon:
    return wanted.empty() ? "an object at the beginning of a statement must stand in parentheses" : std::string();
  case token::assign:
    if (before == ':') return "write = without the colon";
    return wanted.empty() ? "to compare, write ===" : std::string();
  default: return {};
  }
}

/// Something may be missing before the token.
std::string parser::hint_for_gap() const {
  switch (now_.kind) {
  case token::string:
  case token::identifier:
  case token::number:
    return "an operator, a comma or a semicolon may be missing before it; a quote inside a string is written \\' or "
           "\\\"";
  case token::close_paren:
  case token::close_brace:
  case token::close_bracket: return "there may be one closing bracket too many, or something missing before it";
  case token::kw_else:
  case token::kw_catch:
  case token::kw_finally:
  case token::kw_case: return "there may be a closing brace too many before it";
  default: return {};
  }
}

/// What people mean who come from other languages.
std::string parser::hint_for_word(std::string_view word) const {
  struct row {
    std::string_view word;
    const char* hint;
  };
  static constexpr row rows[] = {
      {"elif", "write else if"},
      {"elsif", "write else if"},
      {"elseif", "write else if"},
      {"def", "write function name(…) {…}"},
      {"fn", "write function name(…) {…}"},
      {"func", "write function name(…) {…}"},
      {"lambda", "write (x) => …"},
      {"None", "write null"},
      {"nil", "write null"},
      {"True", "write true"},
      {"False", "write false"},
      {"and", "write &&"},
      {"or", "write ||"},
      {"not", "write !"},
      {"is", "write ==="},
      {"pass", "write an empty block, {}"},
      {"except", "write catch (error) {…}"},
      {"raise", "write throw new Error(…)"},
      {"from", "imports are not available: what a script may use is there already"},
      {"foreach", "write for (const x of list) {…}"},
      {"enum", "write a constant object: const Color = Object.freeze({Red: 0})"},
  };
  for (const auto& each : rows)
    if (each.word == word) return each.hint;
  return {};
}

void parser::fail_at_module_syntax() {
  if (is(token::kw_export))
    fail_here(mistake::module_syntax, "`export` is not available: a script is not a module",
              "leave `export` out; a script's value is what it returns, or its last expression");
  const auto ahead = peek().kind;
  if (ahead == token::open_paren)
    fail_here(mistake::module_syntax, "`import()` is not available: there is nothing to import",
              "leave it out; libraries must be part of the script, and tools are called with callTool(name, args)");
  if (ahead == token::dot)
    fail_here(mistake::module_syntax, "`import.meta` is not available: a script is not a module", "leave it out");
  fail_here(mistake::module_syntax, "`import` is not available: a script is not a module",
            "leave it out; the language's own library is there without import, and tools are called with "
            "callTool(name, args)");
}

} // namespace enclaved::engine::lang
