// The guard: rules about what a script may say, judged from its source before any of it runs. A server's configuration
// makes them; without any only the sizes count, which are bounds of the front-end.
#pragma once

#include "engine/lang/facts.hpp"
#include "engine/lang/parser.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace enclaved::engine::lang {

enum class loop_rule : std::uint8_t {
  any,
  bounded, ///< loops through a collection, and counting ones
  none,
};

/// Lists are sorted by nobody and short. A name that ends with `*` stands for all that begin so.
struct guard_rules {
  std::vector<std::string> globals_allowed;   ///< empty: all
  std::vector<std::string> globals_forbidden; ///< of those that are allowed
  std::vector<std::string> tools_allowed;     ///< empty: all; otherwise names must not be computed, either
  bool computed_tool_names = true;
  loop_rule loops = loop_rule::any;
  bool misleading_characters = true; ///< may be there
  std::uint64_t source_bytes = 0;    ///< 0: as many as the front-end takes
  std::uint32_t nesting = 0;         ///< 0: as deep as the front-end goes

  /// Whether any rule can refuse something.
  bool any() const;
};

/// What breaks the rules, in the order of the source; no more than bounds::syntax_problems.
std::vector<diagnostic> violations(const program& tree, const facts& found, const guard_rules& rules);

/// Whether a name is in a list.
bool listed(const std::vector<std::string>& list, std::string_view name);

/// What says that a tool is not in the list: the script asks for what it was not granted.
inline constexpr std::string_view tool_not_granted = "TOOL_NOT_GRANTED";

} // namespace enclaved::engine::lang
