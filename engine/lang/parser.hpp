// From source to tree. The parser takes ES2023 but modules, `with` and what only sloppy code may write: a script is
// strict code. TypeScript's types are read and dropped. Time is linear in the source, memory a stated multiple of it.
#pragma once

#include "engine/lang/ast.hpp"
#include "engine/lang/pool.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace enclaved::engine::lang {

enum class script_form : std::uint8_t {
  async_body, ///< the body of an async function: `await` and `return` at the top level
  plain,      ///< a strict script as the specification has it: both are errors there
};

struct parse_options {
  script_form form = script_form::async_body;
  bool allows_types = true; ///< TypeScript's annotations are read and dropped
};

struct syntax_problem {
  std::string code;         ///< for programs: UNEXPECTED_TOKEN, DUPLICATE_DECLARATION, …
  std::string message;      ///< one sentence without a full stop
  std::uint32_t line = 0;   ///< from 1
  std::uint32_t column = 0; ///< from 1, in characters
  std::uint32_t begin = 0;  ///< bytes from the start of the source
  std::uint32_t end = 0;
  std::string hint; ///< what to write instead, or empty
};

using parse_result = std::variant<program*, syntax_problem>;

/// The tree lives as long as the pool and the source do.
parse_result parse(std::string_view source, const parse_options& options, pool& memory);

/// Binds each reference to its declaration, and says of each declaration how it is used.
void resolve(program& tree);

/// Message, place, the line of the source with a caret under the place, and the hint; \n between lines.
std::string render(const syntax_problem& problem, std::string_view source);

enum class severity : std::uint8_t { error, warning };

struct diagnostic {
  std::string code;
  lang::severity severity = lang::severity::error;
  std::string message;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

/// For `check`: what is wrong with a source, more than the first where going on is safe; at most
/// bounds::syntax_problems. A message ends with the hint, if there is one, in parentheses.
std::vector<diagnostic> diagnose(std::string_view source, const parse_options& options);

} // namespace enclaved::engine::lang
