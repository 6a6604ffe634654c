// Judges a script by its source before any of it runs.
#pragma once

#include "base/outcome.hpp"
#include "engine/rules.hpp"

#include <string>
#include <string_view>

namespace enclaved::engine {

/// Whether a script may run. One that cannot be judged may not.
struct judgement {
  outcome how = outcome::ok; ///< else SYNTAX_ERROR, VALIDATION_ERROR, CAPABILITY_DENIED or BLOCKED
  std::string message;       ///< also of a script that may run and is suspect
  std::string details;       ///< MessagePack, likewise; empty when there is nothing to say
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};
judgement judge(std::string_view code, const script_rules& rules);

/// The answer to `check`, MessagePack: {ok, diagnostics: [{code, severity, message, line, column}], capabilities,
/// score?}
std::string diagnosis(std::string_view code, const script_rules& rules);

} // namespace enclaved::engine
