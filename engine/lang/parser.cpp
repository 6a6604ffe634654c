// The parse as a whole, and what every part of the grammar uses.
#include "engine/lang/parsing.hpp"
#include "engine/lang/unicode.hpp"

#include <algorithm>

namespace enclaved::engine::lang {

namespace {

const char* spelling(token kind) {
  switch (kind) {
  case token::open_brace: return "{";
  case token::close_brace: return "}";
  case token::open_paren: return "(";
  case token::close_paren: return ")";
  case token::open_bracket: return "[";
  case token::close_bracket: return "]";
  case token::semicolon: return ";";
  case token::comma: return ",";
  case token::colon: return ":";
  case token::arrow: return "=>";
  case token::assign: return "=";
  case token::kw_while: return "while";
  case token::greater: return ">";
  default: return "?";
  }
}

} // namespace

parser::parser(std::string_view source, const parse_options& options, pool& memory, std::vector<mistake_found>* found)
    : source_(source), options_(options), memory_(memory), names_(memory), lexer_(source, names_, memory),
      found_(found) {}

program* parser::parse_program() {
  auto* made = make<program>(node_kind::program, 0, 1);
  made->source = source_;
  made->end = static_cast<std::uint32_t>(source_.size());
  function_state state;
  state.has_await_keyword = state.allows_return = options_.form == script_form::async_body;
  state.is_async = state.has_await_keyword;
  function_ = &state;
  made->scope = open_scope(scope_kind::script, made);
  state.vars = made->scope;
  lexer_.next(now_);
  parse_statements_until(token::end, true);
  made->body = take_list<node>(0);
  close_scope(made->scope);
  made->has_await = state.has_await;
  made->uses_this = state.uses.this_value;
  made->uses_arguments = state.uses.arguments;
  made->name_count = names_.count();
  made->line_count = lexer_.line();
  made->erased_count = static_cast<std::uint32_t>(erased_.size());
  auto* ranges = memory_.array<erased_range>(erased_.size());
  std::copy(erased_.begin(), erased_.end(), ranges);
  made->erased = ranges;
  return made;
}

void parser::expect(token kind, const char* where) {
  if (take(kind)) return;
  unexpected((std::string("`") + spelling(kind) + "` " + where).c_str());
}

/// A closing bracket; when it is missing the hint says where its partner stands.
void parser::expect_closing(token kind, std::uint32_t opened_at, const char* what) {
  if (take(kind)) return;
  const auto line = 1 + std::count(source_.begin(), source_.begin() + opened_at, '\n');
  const auto wanted = std::string("`") + spelling(kind) + "` " + what;
  const auto partner = std::string("the `") + source_[opened_at] + "` of line " + std::to_string(line);
  if (is(token::end))
    fail_here(mistake::unexpected_end, "the script ends where " + wanted + " is expected",
              partner + " is never closed");
  auto hint = hint_for_words();
  if (hint.empty()) hint = partner + " is still open";
  fail_here(mistake::unexpected_token, "unexpected " + quoted_token() + ", expected " + wanted, std::move(hint));
}

void parser::end_statement() {
  if (take(token::semicolon) || is(token::close_brace) || is(token::end) || now_.after_newline) return;
  unexpected();
}

lexeme parser::peek() {
  const auto place = lexer_.where();
  lexeme result = now_;
  lexer_.next(result);
  lexer_.go_back(place);
  return result;
}

void parser::fail_too_deep() {
  fail_here(mistake::too_deep, "the code is nested too deeply here",
            "split it: more than " + std::to_string(bounds::syntax_nesting) + " levels are not taken");
}

namespace {

/// A line of ``` and perhaps a language, as answers of language models have around code. To the grammar it would be a
/// template.
bool is_fence(std::string_view text) {
  if (text.substr(0, 3) != "```") return false;
  text.remove_prefix(3);
  const auto word = text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
  return word != std::string_view::npos && (text[word] == '\n' || text[word] == '\r');
}

void check_source(std::string_view source) {
  if (source.size() >= UINT32_MAX / 2) throw mistake_found{mistake::too_large, 0, 0, "the script is too large", ""};
  if (const auto bad = find_bad_utf8(source); bad != std::string_view::npos)
    throw mistake_found{mistake::invalid_encoding, static_cast<std::uint32_t>(bad), static_cast<std::uint32_t>(bad) + 1,
                        "the script is not UTF-8: a byte here begins no character", "save it as UTF-8"};
  const auto first = source.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && is_fence(source.substr(first)))
    throw mistake_found{mistake::unexpected_token, static_cast<std::uint32_t>(first),
                        static_cast<std::uint32_t>(first) + 3, "``` is Markdown, not JavaScript",
                        "send the code only, without the lines of ``` around it"};
}

} // namespace

parse_result parse(std::string_view source, const parse_options& options, pool& memory) {
  try {
    check_source(source);
    return parser{source, options, memory}.parse_program();
  } catch (const mistake_found& found) {
    return locate(found, source);
  }
}

std::vector<diagnostic> diagnose(std::string_view source, const parse_options& options) {
  std::vector<mistake_found> found;
  pool memory;
  try {
    check_source(source);
    parser{source, options, memory, &found}.parse_program();
  } catch (const mistake_found& last) {
    found.push_back(last);
  }
  std::vector<diagnostic> result;
  for (const auto& each : found) {
    if (result.size() == bounds::syntax_problems) break;
    auto problem = locate(each, source);
    if (!problem.hint.empty()) problem.message += " (" + problem.hint + ")";
    result.push_back(
        {std::move(problem.code), severity::error, std::move(problem.message), problem.line, problem.column});
  }
  return result;
}

} // namespace enclaved::engine::lang
