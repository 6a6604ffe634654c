#include "engine/lang/bindings.hpp"

#include "engine/lang/walk.hpp"

#include <algorithm>

namespace enclaved::engine::lang {

namespace {

constexpr std::uint32_t never = UINT32_MAX;

/// A function, class body, field initialiser or static block that the pass is in.
struct frame {
  node* owner;
  bool is_arrow = false;
  std::uint32_t loops = 0;
  /// The variable that this closure is the initialiser of: it cannot run before that variable is there.
  const declaration* initialises = nullptr;
};

/// A hoisted function: when it can be called first.
struct hoisted {
  std::uint32_t first_use = never;
  std::vector<const node*> used_by; ///< hoisted functions that mention it
};

/// A hoisted function mentions a variable: harmless when the function cannot be called before the variable is there.
struct mention {
  const node* by;
  declaration* of;
};

class resolver {
public:
  resolver(pool& memory, resolution& into) : memory_(memory), into_(into) {}

  void run(program& tree) {
    frames_.push_back({&tree});
    enter(tree.scope);
    each(tree.body);
    leave(tree.scope);
    settle_mentions();
  }

private:
  frame& now() { return frames_.back(); }
  std::uint32_t depth() const { return static_cast<std::uint32_t>(frames_.size() - 1); }

  void enter(scope* s) {
    if (s == nullptr) return;
    for (auto* d = s->first; d != nullptr; d = d->next) {
      auto* b = memory_.make<binding>();
      d->note = b;
      b->depth = depth();
      b->in_loop = now().loops != 0;
      b->in_switch = s->kind == scope_kind::switch_cases;
      b->is_live = d->kind != declaration_kind::let && d->kind != declaration_kind::constant &&
                   d->kind != declaration_kind::class_ && d->kind != declaration_kind::parameter;
      b->live_from = b->is_live ? 0 : never;
      d->hides = d->what->innermost;
      d->what->innermost = d;
    }
  }

  void leave(scope* s) {
    if (s == nullptr) return;
    for (auto* d = s->first; d != nullptr; d = d->next) {
      d->what->innermost = d->hides;
      d->hides = nullptr;
    }
  }

  void each(const node_list& nodes) {
    for (auto* n : nodes)
      if (n != nullptr) visit(n);
  }

  void maybe(node* n) {
    if (n != nullptr) visit(n);
  }

  // -- references

  void refer(identifier* at, bool assigns) {
    auto* d = at->what->innermost;
    at->meaning = d;
    if (d == nullptr) {
      if (at->what->text == "arguments") mark(arrow_uses_arguments);
      return;
    }
    auto& b = binding_of(*d);
    ++d->uses;
    if (assigns) d->is_assigned = true;
    if (depth() < b.depth) { // a class' own name in its heritage or keys
      d->is_used_early = true;
      return;
    }
    if (depth() == b.depth) {
      if (!b.is_live) d->is_used_early = true;
      if (d->kind == declaration_kind::function) used(d, at->begin);
      return;
    }
    d->is_captured = true;
    const auto& holder = frames_[b.depth + 1];
    if (b.in_loop && b.captor != holder.owner) {
      b.captor = holder.owner;
      into_.held[holder.owner].push_back(d);
    }
    const bool is_hoisted = holder.owner->kind == node_kind::function_declaration;
    if (d->kind == declaration_kind::function) {
      if (is_hoisted)
        hoisted_[d->where].used_by.push_back(holder.owner);
      else
        used(d, holder.owner->begin);
      return;
    }
    if (b.live_from == 0) return;
    if (is_hoisted) {
      b.in_hoisted = true;
      if (b.in_switch) d->is_used_early = true;
      if (mentions_.empty() || mentions_.back().by != holder.owner || mentions_.back().of != d)
        mentions_.push_back({holder.owner, d});
    } else if (!b.is_live && holder.initialises != d) {
      d->is_used_early = true;
    }
  }

  void used(const declaration* function, std::uint32_t at) {
    auto& it = hoisted_[function->where];
    it.first_use = std::min(it.first_use, at);
  }

  /// A hoisted function can be called from the first place that mentions it, or that a function mentions which can be
  /// called there.
  void settle_mentions() {
    std::vector<std::pair<std::uint32_t, const node*>> order;
    std::unordered_map<const node*, std::vector<const node*>> leads_to;
    for (const auto& [where, it] : hoisted_) {
      if (it.first_use != never) order.emplace_back(it.first_use, where);
      for (const auto* by : it.used_by) leads_to[by].push_back(where);
    }
    std::sort(order.begin(), order.end());
    std::unordered_map<const node*, std::uint32_t> first;
    std::vector<const node*> open;
    for (const auto& [at, where] : order) {
      open.push_back(where);
      while (!open.empty()) {
        const auto* f = open.back();
        open.pop_back();
        if (!first.emplace(f, at).second) continue;
        if (const auto found = leads_to.find(f); found != leads_to.end())
          open.insert(open.end(), found->second.begin(), found->second.end());
      }
    }
    for (const auto& it : mentions_) {
      const auto found = first.find(it.by);
      if (found != first.end() && found->second < binding_of(*it.of).live_from) it.of->is_used_early = true;
    }
  }

  /// Something that belongs to the function around is used: arrows share what is their function's.
  void mark(std::uint16_t flag) {
    for (auto i = frames_.size(); i-- > 0;) {
      if (frames_[i].is_arrow) continue;
      if (i + 1 != frames_.size()) frames_[i].owner->flags |= flag;
      return;
    }
  }

  // -- targets

  /// What a pattern binds (`declares`) or assigns to.
  void target(node* n, bool declares) {
    switch (n->kind) {
    case node_kind::identifier:
      if (declares)
        as<identifier>(n)->meaning = as<identifier>(n)->what->innermost;
      else
        refer(as<identifier>(n), true);
      break;
    case node_kind::assignment_pattern:
      target(as<binary_node>(n)->left, declares);
      visit(as<binary_node>(n)->right);
      break;
    case node_kind::rest_element: target(as<unary_node>(n)->argument, declares); break;
    case node_kind::array_pattern:
      for (auto* item : as<list_node>(n)->items)
        if (item != nullptr) target(item, declares);
      break;
    case node_kind::object_pattern:
      for (auto* item : as<list_node>(n)->items) {
        if (item->kind == node_kind::property) {
          if (item->is(is_computed)) visit(as<property>(item)->key);
          target(as<property>(item)->value, declares);
        } else {
          target(item, declares);
        }
      }
      break;
    default: visit(n);
    }
  }

  void bring_to_life(declaration* d, std::uint32_t from) {
    auto& b = binding_of(*d);
    if (b.is_live) return;
    b.is_live = true;
    b.live_from = from;
    if (b.in_switch) of_case_.push_back(d);
  }

  void bring_to_life(node* n, std::uint32_t from) {
    switch (n->kind) {
    case node_kind::identifier:
      if (as<identifier>(n)->meaning != nullptr) bring_to_life(as<identifier>(n)->meaning, from);
      break;
    case node_kind::assignment_pattern: bring_to_life(as<binary_node>(n)->left, from); break;
    case node_kind::rest_element: bring_to_life(as<unary_node>(n)->argument, from); break;
    case node_kind::array_pattern:
    case node_kind::object_pattern:
      for (auto* item : as<list_node>(n)->items)
        if (item != nullptr) bring_to_life(item->kind == node_kind::property ? as<property>(item)->value : item, from);
      break;
    default: break;
    }
  }

  void declare(variable_declaration* n) {
    for (auto* it : n->declarators) {
      target(it->target, true);
      if (it->init != nullptr) {
        initialises_ = it->target->kind == node_kind::identifier ? as<identifier>(it->target)->meaning : nullptr;
        visit(it->init);
        initialises_ = nullptr;
      }
      bring_to_life(it->target, it->end);
    }
  }

  // -- functions and classes

  void function(function_node* f) {
    const auto* initialises = initialises_;
    initialises_ = nullptr;
    if (f->kind == node_kind::function_declaration && f->id != nullptr) f->id->meaning = f->id->what->innermost;
    frames_.push_back({f, f->is_arrow, 0, initialises});
    enter(f->scope);
    for (auto* p : f->parameters) {
      target(p, true);
      bring_to_life(p, f->has_parameter_expressions ? p->end : 0);
    }
    if (f->body->kind == node_kind::block_statement) {
      auto* body = as<block>(f->body);
      enter(body->scope);
      each(body->body);
      leave(body->scope);
    } else {
      visit(f->body);
    }
    leave(f->scope);
    frames_.pop_back();
  }

  void klass(class_node* c) {
    declaration* outer = nullptr;
    if (c->kind == node_kind::class_declaration && c->id != nullptr) outer = c->id->what->innermost;
    if (c->id != nullptr) c->id->meaning = outer;
    frames_.push_back({c});
    enter(c->scope);
    frames_.pop_back();
    maybe(c->heritage);
    for (auto* part : c->body) {
      if (part->kind == node_kind::method_definition && part->is(is_computed)) visit(as<property>(part)->key);
      if (part->kind == node_kind::property_definition && part->is(is_computed)) visit(as<field>(part)->key);
    }
    frames_.push_back({c});
    for (auto* part : c->body) {
      if (part->kind == node_kind::method_definition)
        visit(as<property>(part)->value);
      else
        class_part(part);
    }
    frames_.pop_back();
    leave(c->scope);
    if (outer != nullptr) bring_to_life(outer, c->end);
  }

  void class_part(node* part) {
    frames_.push_back({part});
    if (part->kind == node_kind::static_block) {
      enter(as<static_block>(part)->scope);
      each(as<static_block>(part)->body);
      leave(as<static_block>(part)->scope);
    } else if (as<field>(part)->value != nullptr) {
      enter(as<field>(part)->scope);
      visit(as<field>(part)->value);
      leave(as<field>(part)->scope);
    }
    frames_.pop_back();
  }

  // -- loops

  void for_loop(for_statement* s) {
    const std::uint32_t own = s->scope == nullptr ? 0 : 1; // a var's initialiser runs once
    now().loops += own;
    enter(s->scope);
    maybe(s->init);
    now().loops += 1 - own;
    maybe(s->test);
    maybe(s->update);
    visit(s->body);
    leave(s->scope);
    --now().loops;
  }

  void for_each(for_each_statement* s) {
    ++now().loops;
    enter(s->scope);
    --now().loops;
    visit(s->right);
    ++now().loops;
    if (s->left->kind == node_kind::variable_declaration) {
      auto* declared = as<variable_declaration>(s->left)->declarators[0];
      target(declared->target, true);
      bring_to_life(declared->target, s->right->end);
    } else {
      target(s->left, false);
    }
    visit(s->body);
    leave(s->scope);
    --now().loops;
  }

  void switch_cases(switch_statement* s) {
    visit(s->discriminant);
    enter(s->scope);
    auto outer = std::move(of_case_);
    of_case_.clear();
    for (auto* c : s->cases) {
      maybe(c->test);
      each(c->body);
      for (auto* d : of_case_) binding_of(*d).is_live = false;
      of_case_.clear();
    }
    of_case_ = std::move(outer);
    leave(s->scope);
  }

  void visit(node* n) {
    if (n->kind != node_kind::function_expression && n->kind != node_kind::arrow_function) initialises_ = nullptr;
    switch (n->kind) {
    case node_kind::identifier: refer(as<identifier>(n), false); break;
    case node_kind::this_expression: mark(arrow_uses_this); break;
    case node_kind::super_keyword:
      mark(arrow_uses_this);
      mark(arrow_uses_new_target);
      break;
    case node_kind::new_target: mark(arrow_uses_new_target); break;
    case node_kind::member_expression:
      visit(as<member_expression>(n)->object);
      if (n->is(is_computed)) visit(as<member_expression>(n)->property);
      break;
    case node_kind::property:
      if (n->is(is_computed)) visit(as<property>(n)->key);
      visit(as<property>(n)->value);
      break;
    case node_kind::assignment_expression:
      target(as<binary_node>(n)->left, false);
      visit(as<binary_node>(n)->right);
      break;
    case node_kind::update_expression: target(as<unary_node>(n)->argument, false); break;
    case node_kind::variable_declaration: declare(as<variable_declaration>(n)); break;
    case node_kind::function_declaration:
    case node_kind::function_expression:
    case node_kind::arrow_function: function(as<function_node>(n)); break;
    case node_kind::class_declaration:
    case node_kind::class_expression: klass(as<class_node>(n)); break;
    case node_kind::block_statement:
      enter(as<block>(n)->scope);
      each(as<block>(n)->body);
      leave(as<block>(n)->scope);
      break;
    case node_kind::for_statement: for_loop(as<for_statement>(n)); break;
    case node_kind::for_in_statement:
    case node_kind::for_of_statement: for_each(as<for_each_statement>(n)); break;
    case node_kind::while_statement:
    case node_kind::do_while_statement:
      ++now().loops;
      for_each_child(n, [this](node* child) { visit(child); });
      --now().loops;
      break;
    case node_kind::switch_statement: switch_cases(as<switch_statement>(n)); break;
    case node_kind::catch_clause: {
      auto* c = as<catch_clause>(n);
      enter(c->scope);
      if (c->parameter != nullptr) target(c->parameter, true);
      visit(c->body);
      leave(c->scope);
      break;
    }
    case node_kind::labeled_statement: visit(as<labeled_statement>(n)->body); break;
    case node_kind::break_statement:
    case node_kind::continue_statement: break;
    default: for_each_child(n, [this](node* child) { visit(child); });
    }
  }

  pool& memory_;
  resolution& into_;
  std::vector<frame> frames_;
  const declaration* initialises_ = nullptr;
  std::vector<declaration*> of_case_; ///< initialised in the case of a switch that the pass is in
  std::unordered_map<const node*, hoisted> hoisted_;
  std::vector<mention> mentions_;
};

} // namespace

void find_bindings(program& tree, pool& memory, resolution& into) { resolver(memory, into).run(tree); }

} // namespace enclaved::engine::lang
