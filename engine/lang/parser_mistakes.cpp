// How the parser says what is wrong, and what is often meant.
#include "engine/lang/parsing.hpp"

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
  auto text = std::string(text_of(now_).substr(0, 40));
  if (is(token::string)) text = "string " + text;
  fail_here(mistake::unexpected_token, "unexpected " + (is(token::string) ? text : "`" + text + "`") + expected,
            hint_for_unexpected());
}

std::string parser::hint_for_unexpected() const {
  const auto now = text_of(now_);
  // The word before, when it is on the same line.
  std::uint32_t from = last_end_;
  while (from > 0 && (std::isalnum(static_cast<unsigned char>(source_[from - 1])) || source_[from - 1] == '_')) --from;
  const auto before = source_.substr(from, last_end_ - from);
  const auto first = source_.substr(statement_at_);
  const auto first_end = first.find_first_not_of("abcdefghijklmnopqrstuvwxyz");
  for (const auto word : {before, now, first.substr(0, first_end)})
    if (auto hint = hint_for_word(word); !hint.empty()) return hint;
  if (before == "await" && !function_->has_await_keyword) return "`await` needs an async function around it";
  if (is(token::less)) return "JSX is not available here: build text or objects instead";
  if (is(token::template_chunk) && now.substr(0, 1) == "`") return "a backquote inside a template is written \\`";
  if (is(token::arrow)) return "an arrow function's parameters stand before => in parentheses, on the same line";
  if (is(token::assign)) return "to compare, write ===";
  if (is(token::string) || is(token::identifier) || is(token::number))
    return "an operator, a comma or a semicolon may be missing before it; a quote inside a string is written \\' or "
           "\\\"";
  if (is(token::close_paren) || is(token::close_brace) || is(token::close_bracket))
    return "there may be one closing bracket too many, or something missing before it";
  return {};
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
