// What a script uses of what surrounds it, gathered in one walk over its resolved tree: globals, tools, loops. The
// guard, the scoring gate and the suggested capabilities all judge from this.
#pragma once

#include "engine/lang/ast.hpp"

#include <string_view>
#include <vector>

namespace enclaved::engine::lang {

/// A reference to what the script does not declare: `Math`, or `Math` of `globalThis.Math`.
struct global_use {
  std::string_view name; ///< empty: globalThis is used in a way that does not say which global is meant
  const node* where = nullptr;
  std::string_view member; ///< what is read of it, `random` of `Math.random`; may be empty
};

/// A tool that is called, or a way to call tools that does not say which.
struct tool_use {
  std::string_view name; ///< empty: the name is computed
  const node* where = nullptr;
  const call_node* call = nullptr; ///< null: the tool is not called here, as in `const {search} = tools`
  bool repeats = false; ///< in a loop, in a callback that runs for each element, or in a function called there
};

/// A key of `$state` that is used, or a use of the whole that does not say which keys are meant.
struct state_use {
  std::string_view key; ///< its data() is null: any
  bool reads = true;
  bool writes = false;
};

struct loop_use {
  const node* where = nullptr;
  bool bounded = false; ///< goes through a collection, or counts: not while, do or a for without a test
};

struct facts {
  std::vector<global_use> globals;
  std::vector<tool_use> tools;
  std::vector<state_use> state;
  std::vector<loop_use> loops;
  const node* deepest = nullptr;
  std::uint32_t depth = 0; ///< of `deepest` below the root
};

/// `tree` is resolved.
facts gather(const program& tree);

/// The text of a string literal or of a template without expressions; its data() is null for anything else.
std::string_view constant_text(const node* n);

/// What a property, member or declarator says as a name; its data() is null when it is computed.
std::string_view key_text(const node* key, bool computed);

/// Whether a node is a reference to the global of that name.
bool is_global(const node* n, std::string_view name);
/// Parentheses leave no nodes, but `?.` has one around it.
const node* without_chain(const node* n);

/// Where in the source a byte stands: its line and, in characters, its column.
struct place {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};
place place_of(std::string_view source, const node& n);

} // namespace enclaved::engine::lang
