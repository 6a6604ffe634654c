// Optional chains: what one `?.` may skip becomes one condition around all that follows it.
#include "engine/lang/emitter.hpp"

#include <algorithm>

namespace enclaved::engine::lang {

/// From the inside to the outside; links before `cut` are in a variable.
struct emitter::links {
  std::vector<node*> all;
  node* base = nullptr;
  int cut = 0;
  std::string_view value;     ///< of what is before the cut; empty: the base itself
  std::string_view this_text; ///< when that is a method to call
};

static bool is_member(const node* n) { return n->kind == node_kind::member_expression; }

static bool is_private(const node* n) {
  return is_member(n) && as<member_expression>(n)->property->kind == node_kind::private_name;
}

/// The value of a member at `at`, its object kept in a variable as well.
void emitter::held_object(const links& of, int at, std::string_view object) {
  auto* m = as<member_expression>(of.all[static_cast<std::size_t>(at)]);
  if (is_private(m)) put("$$get(");
  put('(');
  put(object);
  put('=');
  link(of, at - 1);
  put(')');
  if (is_private(m)) {
    put(',');
    private_name_text(m->property);
    put(')');
  } else {
    member_key(m);
  }
}

/// The value of the links up to `at`.
void emitter::link(const links& of, int at) {
  if (at < of.cut) {
    if (of.value.empty())
      expression(of.base, as_call);
    else
      put(of.value);
    return;
  }
  auto* n = of.all[static_cast<std::size_t>(at)];
  if (is_member(n)) {
    auto* m = as<member_expression>(n);
    if (is_private(n)) put("$$get(");
    link(of, at - 1);
    if (is_private(n)) {
      put(',');
      private_name_text(m->property);
      put(')');
    } else {
      member_key(m);
    }
    return;
  }
  auto* c = as<call_node>(n);
  const bool spreads = has_spread(c->arguments);
  if (at - 1 < of.cut) {
    if (of.this_text.empty() && !spreads) {
      link(of, at - 1);
      arguments(c->arguments);
      return;
    }
    put("$$apply(");
    link(of, at - 1);
    put(',');
    put(of.this_text.empty() ? "void 0" : of.this_text);
  } else {
    auto* callee = of.all[static_cast<std::size_t>(at - 1)];
    if (!spreads && !is_private(callee)) {
      link(of, at - 1);
      arguments(c->arguments);
      return;
    }
    put("$$apply(");
    if (is_member(callee)) {
      const auto object = temp();
      held_object(of, at - 1, object);
      put(',');
      put(object);
    } else {
      link(of, at - 1);
      put(",void 0");
    }
  }
  put(',');
  array_literal(c->arguments);
  put(')');
}

void emitter::chain(node* n, bool deletes) {
  links of;
  auto* base = n;
  for (;;) {
    if (base->kind == node_kind::chain_expression && of.all.size() == 1 && n->kind == node_kind::call_expression)
      base = as<unary_node>(base)->argument;
    if (is_member(base) && as<member_expression>(base)->object->kind != node_kind::super_keyword) {
      of.all.push_back(base);
      base = as<member_expression>(base)->object;
    } else if (base->kind == node_kind::call_expression &&
               as<call_node>(base)->callee->kind != node_kind::super_keyword) {
      of.all.push_back(base);
      base = as<call_node>(base)->callee;
    } else {
      break;
    }
  }
  std::reverse(of.all.begin(), of.all.end());
  of.base = base;
  const auto held = now_->temps;
  const int count = static_cast<int>(of.all.size());
  put('(');
  for (int i = 0; i < count; ++i) {
    auto* it = of.all[static_cast<std::size_t>(i)];
    if (!it->is(is_optional)) continue;
    const auto value = temp();
    std::string_view self;
    put('(');
    put(value);
    put('=');
    if (it->kind == node_kind::call_expression && i > of.cut && is_member(of.all[static_cast<std::size_t>(i - 1)])) {
      self = temp();
      held_object(of, i - 1, self);
    } else {
      if (it->kind == node_kind::call_expression && i == 0 && is_member(base)) self = now_->this_text; // super.m?.()
      link(of, i - 1);
    }
    put(deletes ? ")==null?true:" : ")==null?void 0:");
    of.cut = i;
    of.value = value;
    of.this_text = self;
  }
  if (deletes) put("delete ");
  link(of, count - 1);
  put(')');
  release_to(held);
}

} // namespace enclaved::engine::lang
