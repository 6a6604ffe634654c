// Which keys of `$state` a script reads and writes, as far as its text says so. A walk tells of what is assigned to and
// called before it comes to the parts.
#pragma once

#include "engine/lang/facts.hpp"

#include <unordered_map>

namespace enclaved::engine::lang {

inline constexpr std::string_view state_object = "$state";

class state_uses {
public:
  /// `target` is assigned to, and `reads` what was there; what lies deeper than a key is read to be reached.
  void assigned(const node* target, bool reads);
  /// A method is called, which may change what it is called on.
  void called(const member_expression* callee);

  /// `n` is a member of `$state`, which may be one of its methods; `call`: the call whose callee it is, or null.
  state_use use_of(const member_expression* n, std::string_view key, const call_node* call) const;

private:
  std::unordered_map<const node*, bool> assigned_; ///< members of `$state`, and whether they are also read
};

} // namespace enclaved::engine::lang
