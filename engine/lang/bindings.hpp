// What the names of a script mean, and what lowering has to know of each declaration: whether closures hold it, whether
// each iteration of a loop needs its own, and whether something may use it before it is there.
#pragma once

#include "engine/lang/ast.hpp"
#include "engine/lang/pool.hpp"

#include <unordered_map>
#include <vector>

namespace enclaved::engine::lang {

/// Behind declaration::note.
struct binding {
  std::uint32_t depth = 0;      ///< how many functions and class bodies are around it
  std::uint32_t live_from = 0;  ///< the place in the source from which on it is initialised
  bool in_loop = false;         ///< made anew by each iteration of a loop of its function
  bool is_live = false;         ///< of the pass: what follows in its function finds it initialised
  bool in_switch = false;       ///< another case may have been jumped to
  bool in_hoisted = false;      ///< a function that is there from its block's beginning, before the value is, holds it
  const node* captor = nullptr; ///< of the pass: the function that was noted last as holding it
  std::string_view text;        ///< what it is called in the lowered text

  bool captured_per_iteration(const declaration& of) const { return in_loop && of.is_captured; }
  /// Closures get its value when they are made, as nothing changes it afterwards.
  bool by_value(const declaration& of) const {
    return captured_per_iteration(of) && !of.is_assigned && !of.is_used_early && !in_hoisted &&
           of.kind != declaration_kind::function;
  }
  /// It lives in an array of one element, a new one for each iteration, which is what closures get.
  bool boxed(const declaration& of) const { return captured_per_iteration(of) && !by_value(of); }
};

inline binding& binding_of(const declaration& of) { return *static_cast<binding*>(of.note); }

/// Set in node::flags of functions, programs, fields and static blocks: arrows inside use what is theirs.
enum resolved_flag : std::uint16_t {
  arrow_uses_this = 1 << 10,
  arrow_uses_arguments = 1 << 11,
  arrow_uses_new_target = 1 << 12,
};

struct resolution {
  /// Which per-iteration declarations of the function around it a function or class holds.
  std::unordered_map<const node*, std::vector<declaration*>> held;
};

void find_bindings(program& tree, pool& memory, resolution& into);

} // namespace enclaved::engine::lang
