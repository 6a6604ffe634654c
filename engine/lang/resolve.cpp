// Binds references to declarations. The walk follows the order of evaluation, so a declaration that has not been met
// when it is used may be used too early.
#include "engine/lang/parser.hpp"
#include "engine/lang/walk.hpp"

#include <algorithm>

namespace enclaved::engine::lang {

namespace {

constexpr std::uint32_t never = UINT32_MAX;

enum class use : std::uint8_t { read, write, update };

class resolver {
public:
  void run(program& tree) {
    enter(tree.scope);
    visit_all(tree.body);
    leave(tree.scope);
  }

private:
  /// A declared function around the code can be called from where its scope begins; others do not exist before the
  /// place where they stand.
  struct declared_function {
    std::uint32_t begin;
    std::uint32_t callable_at;
  };

  // -- scopes
  void enter(scope* s) {
    if (!s) return;
    const bool is_home =
        s->kind == scope_kind::script || s->kind == scope_kind::function || s->kind == scope_kind::class_member;
    s->home = is_home ? s : s->parent->home;
    for (auto* each = s->first; each; each = each->next) {
      each->hides = each->what->innermost;
      each->what->innermost = each;
    }
    here_ = s;
  }
  void leave(scope* s) {
    if (!s) return;
    for (auto* each = s->first; each; each = each->next) {
      each->what->innermost = each->hides;
      each->hides = nullptr;
    }
    here_ = s->parent;
  }

  // -- names
  void refer(identifier* n, use how) {
    auto* to = n->what->innermost;
    n->meaning = to;
    if (!to) return;
    if (how != use::write) ++to->uses;
    if (how != use::read) to->is_assigned = true;
    auto at = n->begin;
    if (to->in->home != here_->home) {
      to->is_captured = true;
      at = std::min(at, callable_at(to->in->home));
    }
    if (to->is_used_early || !has_dead_zone(*to)) return;
    to->is_used_early = to->initialized_at == never || at < to->initialized_at || is_in_another_case(*to, *n);
  }

  /// From where on a declared function inside `home` and around this code can be called: the outermost, which is the
  /// first.
  std::uint32_t callable_at(const scope* home) const {
    const auto first =
        std::upper_bound(declared_.begin(), declared_.end(), home->begin,
                         [](std::uint32_t begin, const declared_function& f) { return begin < f.begin; });
    return first == declared_.end() ? never : first->callable_at;
  }

  static bool has_dead_zone(const declaration& of) {
    return of.kind == declaration_kind::let || of.kind == declaration_kind::constant ||
           of.kind == declaration_kind::class_ || of.kind == declaration_kind::parameter ||
           of.kind == declaration_kind::own_name;
  }

  /// The cases of a switch share a scope, and a later one may run without the earlier.
  static bool is_in_another_case(const declaration& of, const identifier& n) {
    if (of.in->kind != scope_kind::switch_cases) return false;
    const auto& cases = as<switch_statement>(of.in->owner)->cases;
    const auto case_of = [&](std::uint32_t place) {
      return std::upper_bound(cases.begin(), cases.end(), place,
                              [](std::uint32_t at, const switch_case* each) { return at < each->begin; });
    };
    return case_of(of.where->begin) != case_of(n.begin);
  }

  void bind(identifier* n) {
    auto* to = n->what->innermost;
    n->meaning = to;
    if (!to) return;
    if (to->where != n && (to->kind == declaration_kind::var || to->kind == declaration_kind::function))
      to->is_assigned = true;
    to->initialized_at = std::min(to->initialized_at, n->end);
  }

  /// What a declaration binds, in the order of evaluation: what a default needs comes before the name.
  void visit_binding(node* n) {
    switch (n->kind) {
    case node_kind::identifier: return bind(as<identifier>(n));
    case node_kind::assignment_pattern:
      visit(as<binary_node>(n)->right);
      return visit_binding(as<binary_node>(n)->left);
    case node_kind::rest_element: return visit_binding(as<unary_node>(n)->argument);
    case node_kind::property:
      if (n->is(is_computed)) visit(as<property>(n)->key);
      return visit_binding(as<property>(n)->value);
    default: for_each_child(n, [this](node* part) { visit_binding(part); });
    }
  }

  /// What an assignment writes to.
  void visit_target(node* n) {
    switch (n->kind) {
    case node_kind::identifier: return refer(as<identifier>(n), use::write);
    case node_kind::assignment_pattern: visit(as<binary_node>(n)->right); return visit_target(as<binary_node>(n)->left);
    case node_kind::rest_element: return visit_target(as<unary_node>(n)->argument);
    case node_kind::property:
      if (n->is(is_computed)) visit(as<property>(n)->key);
      return visit_target(as<property>(n)->value);
    case node_kind::array_pattern:
    case node_kind::object_pattern: return for_each_child(n, [this](node* part) { visit_target(part); });
    default: visit(n);
    }
  }

  // -- nodes
  void visit_all(const node_list& nodes) {
    for (auto* each : nodes)
      if (each) visit(each);
  }

  void visit(node* n) {
    switch (n->kind) {
    case node_kind::identifier: return refer(as<identifier>(n), use::read);
    case node_kind::member_expression:
      visit(as<member_expression>(n)->object);
      if (n->is(is_computed)) visit(as<member_expression>(n)->property);
      return;
    case node_kind::property:
      if (n->is(is_computed)) visit(as<property>(n)->key);
      return visit(as<property>(n)->value);
    case node_kind::assignment_expression: return visit_assignment(as<binary_node>(n));
    case node_kind::update_expression: {
      auto* target = as<unary_node>(n)->argument;
      return target->kind == node_kind::identifier ? refer(as<identifier>(target), use::update) : visit(target);
    }
    case node_kind::variable_declaration:
      for (auto* each : as<variable_declaration>(n)->declarators) visit_declarator(each);
      return;
    case node_kind::function_declaration:
    case node_kind::function_expression:
    case node_kind::arrow_function: return visit_function(as<function_node>(n));
    case node_kind::class_declaration:
    case node_kind::class_expression: return visit_class(as<class_node>(n));
    case node_kind::labeled_statement: return visit(as<labeled_statement>(n)->body);
    case node_kind::continue_statement:
    case node_kind::break_statement: return;
    default: visit_scoped(n);
    }
  }

  /// Statements that may have a scope.
  void visit_scoped(node* n) {
    switch (n->kind) {
    case node_kind::block_statement: {
      auto* s = as<block>(n)->scope;
      enter(s);
      visit_all(as<block>(n)->body);
      return leave(s);
    }
    case node_kind::for_statement: {
      auto* s = as<for_statement>(n)->scope;
      enter(s);
      for_each_child(n, [this](node* part) { visit(part); });
      return leave(s);
    }
    case node_kind::for_in_statement:
    case node_kind::for_of_statement: return visit_for_each(as<for_each_statement>(n));
    case node_kind::switch_statement: {
      visit(as<switch_statement>(n)->discriminant);
      auto* s = as<switch_statement>(n)->scope;
      enter(s);
      for (auto* each : as<switch_statement>(n)->cases) visit(each);
      return leave(s);
    }
    case node_kind::catch_clause: {
      auto* c = as<catch_clause>(n);
      enter(c->scope);
      if (c->parameter) visit_binding(c->parameter);
      visit(c->body);
      return leave(c->scope);
    }
    default: for_each_child(n, [this](node* part) { visit(part); });
    }
  }

  void visit_assignment(binary_node* n) {
    if (n->op == op_kind::assign) {
      if (n->left->kind != node_kind::identifier) visit_target(n->left);
      visit(n->right);
      if (n->left->kind == node_kind::identifier) refer(as<identifier>(n->left), use::write);
      return;
    }
    if (n->left->kind == node_kind::identifier)
      refer(as<identifier>(n->left), use::update);
    else
      visit(n->left);
    visit(n->right);
  }

  void visit_declarator(variable_declarator* n) {
    // A function that is the value itself runs only when the name has it.
    const bool is_function =
        n->init && n->target->kind == node_kind::identifier &&
        (n->init->kind == node_kind::arrow_function || n->init->kind == node_kind::function_expression);
    if (is_function) visit_binding(n->target);
    if (n->init) visit(n->init);
    if (!is_function) visit_binding(n->target);
  }

  void visit_for_each(for_each_statement* n) {
    enter(n->scope);
    visit(n->right);
    if (n->left->kind == node_kind::variable_declaration)
      for (auto* each : as<variable_declaration>(n->left)->declarators) visit_binding(each->target);
    else
      visit_target(n->left);
    visit(n->body);
    leave(n->scope);
  }

  void visit_function(function_node* n) {
    const bool is_declared = n->kind == node_kind::function_declaration;
    if (is_declared && n->id) bind(n->id);
    if (is_declared) declared_.push_back({n->scope->begin, here_->begin});
    enter(n->scope);
    if (!is_declared && n->id) {
      n->id->meaning = n->id->what->innermost;
      if (n->id->meaning->kind == declaration_kind::own_name) bind(n->id);
    }
    for (auto* each : n->parameters) visit_binding(each);
    visit(n->body);
    leave(n->scope);
    if (is_declared) declared_.pop_back();
  }

  void visit_class(class_node* n) {
    auto* outer = n->kind == node_kind::class_declaration && n->id ? n->id->what->innermost : nullptr;
    enter(n->scope);
    if (n->heritage) visit(n->heritage);
    for (auto* each : n->body)
      if (each->is(is_computed)) visit(key_of(each));
    if (n->id) n->id->what->innermost->initialized_at = n->begin;
    for (auto* each : n->body) visit_member(each);
    leave(n->scope);
    if (!outer) return;
    outer->initialized_at = n->end;
    n->id->meaning = outer;
  }

  static node* key_of(node* member) {
    return member->kind == node_kind::property_definition ? as<field>(member)->key : as<property>(member)->key;
  }

  void visit_member(node* n) {
    if (n->kind == node_kind::method_definition) return visit(as<property>(n)->value);
    if (n->kind == node_kind::property_definition) {
      auto* f = as<field>(n);
      if (!f->value) return;
      enter(f->scope);
      visit(f->value);
      return leave(f->scope);
    }
    auto* b = as<static_block>(n);
    enter(b->scope);
    visit_all(b->body);
    leave(b->scope);
  }

  scope* here_ = nullptr;
  std::vector<declared_function> declared_; ///< around the code
};

} // namespace

void resolve(program& tree) { resolver{}.run(tree); }

} // namespace enclaved::engine::lang
