#include "engine/lang/state_uses.hpp"

#include <algorithm>
#include <array>

namespace enclaved::engine::lang {

namespace {

/// Methods that change what they are called on.
constexpr std::array<std::string_view, 13> changing{"push", "pop",     "shift", "unshift",    "splice",
                                                    "sort", "reverse", "fill",  "copyWithin", "set",
                                                    "add",  "delete",  "clear"};

/// The methods of `$state` and what they do to the key that they are given first.
struct state_method {
  std::string_view name;
  bool reads, writes;
};
constexpr std::array<state_method, 5> state_methods{{
    {"get", true, false},
    {"has", true, false},
    {"set", false, true},
    {"delete", true, true},
    {"update", true, true},
}};

/// The `$state.key` that a chain of members begins with; null: it begins otherwise.
const node* state_member(const node* n) {
  for (n = without_chain(n); n->kind == node_kind::member_expression;) {
    const auto* object = without_chain(as<member_expression>(n)->object);
    if (is_global(object, state_object)) return n;
    n = object;
  }
  return nullptr;
}

} // namespace

void state_uses::assigned(const node* target, bool reads) {
  if (const auto* member = state_member(target); member != nullptr)
    assigned_.insert_or_assign(member, reads || member != without_chain(target));
}

void state_uses::called(const member_expression* callee) {
  const auto name = key_text(callee->property, callee->is(is_computed));
  if (std::find(changing.begin(), changing.end(), name) != changing.end()) assigned(callee->object, true);
}

state_use state_uses::use_of(const member_expression* n, std::string_view key, const call_node* call) const {
  const auto method = std::find_if(state_methods.begin(), state_methods.end(),
                                   [key](const state_method& it) { return it.name == key; });
  if (call != nullptr && method != state_methods.end()) {
    const auto name = call->arguments.empty() ? std::string_view{} : constant_text(call->arguments[0]);
    return {name, method->reads, method->writes};
  }
  if (call != nullptr && key == "keys") return {};
  const auto found = assigned_.find(n);
  if (found == assigned_.end()) return {key};
  return {key, found->second, true};
}

} // namespace enclaved::engine::lang
