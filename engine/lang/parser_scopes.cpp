// What is declared where, and that nothing is declared twice.
//
// While a scope is open each name in it leads to its innermost declaration, so a check costs the same however deep and
// wide the scopes are.
#include "engine/lang/parsing.hpp"

namespace enclaved::engine::lang {

namespace {

bool is_var_like(declaration_kind kind) { return kind == declaration_kind::var || kind == declaration_kind::function; }

/// Whether functions of this scope are hoisted as `var` is.
bool hoists_functions(const scope* of) {
  return of->kind == scope_kind::script || of->kind == scope_kind::function_body ||
         of->kind == scope_kind::class_member;
}

/// `catch (e) { var e; }` is allowed for a name, not for a pattern.
bool lets_var_pass(const declaration* known) {
  return known->kind == declaration_kind::catch_parameter &&
         as<catch_clause>(known->in->owner)->parameter->kind == node_kind::identifier;
}

/// While a scope is open, the last place where a var or function of it is declared.
std::uint32_t& last_place(declaration* of) { return of->uses; }

} // namespace

scope* parser::open_scope(scope_kind kind, node* owner) {
  auto* made = memory_.make<scope>(kind);
  made->parent = scope_;
  made->owner = owner;
  made->begin = now_.begin;
  if (scope_) {
    (scope_->last_child ? scope_->last_child->next_sibling : scope_->first_child) = made;
    scope_->last_child = made;
  }
  scope_ = made;
  return made;
}

void parser::close_scope(scope* opened) {
  for (auto* each = opened->first; each; each = each->next) {
    each->what->innermost = each->hides;
    each->hides = nullptr;
    each->uses = 0;
    each->beyond = nullptr;
  }
  scope_ = opened->parent;
}

/// The scopes after `last` in the current one belong to what is erased.
void parser::drop_children_after(scope* last) {
  scope_->last_child = last;
  (last ? last->next_sibling : scope_->first_child) = nullptr;
}

void parser::mark_functions() {
  for (auto* at = scope_; at && !at->has_functions; at = at->parent) at->has_functions = true;
}

declaration* parser::add_declaration(scope* to, name* what, declaration_kind kind, node* where) {
  auto* made = memory_.make<declaration>(what, kind);
  made->where = where;
  made->in = to;
  (to->last ? to->last->next : to->first) = made;
  to->last = made;
  ++to->count;
  return made;
}

/// The name stands at the current scope; `where` declares it, and is or begins with the name's identifier.
void parser::declare(name* what, declaration_kind kind, node* where) {
  if (kind == declaration_kind::var || (kind == declaration_kind::function && hoists_functions(scope_)))
    return declare_var(what, kind, where);
  auto* known = what->innermost;
  if (known) {
    if (known->in == scope_ && known->kind == declaration_kind::own_name && kind == declaration_kind::parameter) {
      known->kind = declaration_kind::parameter; // it hides the function's own name
      known->where = where;
      return;
    }
    const bool is_of_head =
        known->in == scope_->parent &&
        ((scope_->kind == scope_kind::function_body && known->kind == declaration_kind::parameter) ||
         (scope_->kind == scope_kind::block && known->kind == declaration_kind::catch_parameter));
    const bool is_crossed = // by a var that stands deeper in this scope
        known->in == function_->vars && is_var_like(known->kind) && last_place(known) >= scope_->begin;
    if (known->in == scope_ || is_of_head || is_crossed) return report_duplicate(what, where, kind);
  }
  auto* made = add_declaration(scope_, what, kind, where);
  made->hides = known;
  what->innermost = made;
}

void parser::declare_var(name* what, declaration_kind kind, node* where) {
  auto* vars = function_->vars;
  declaration* passed = nullptr; // a catch clause's parameter: further in than the var
  auto* known = what->innermost;
  while (known && known->in != vars && known->in->begin >= vars->begin) {
    if (!lets_var_pass(known)) return report_duplicate(what, where, kind);
    passed = known;
    auto*& beyond = known->beyond; // the way through many such clauses is gone once
    known = beyond ? beyond : known->hides;
  }
  if (known && known->in == vars) {
    if (!is_var_like(known->kind)) return report_duplicate(what, where, kind);
    last_place(known) = where->begin;
    if (passed) remember_var(what->innermost, known);
    if (kind == declaration_kind::function) {
      known->kind = kind;
      known->where = where;
    }
    return;
  }
  auto* made = add_declaration(vars, what, kind, where);
  last_place(made) = where->begin;
  made->hides = known;
  (passed ? passed->hides : what->innermost) = made;
  if (passed) remember_var(what->innermost, made);
}

/// For each catch parameter from here to the var that it lets pass.
void parser::remember_var(declaration* from, declaration* var) {
  while (from != var) {
    auto*& beyond = from->beyond;
    auto* next = beyond ? beyond : from->hides;
    beyond = var;
    from = next;
  }
}

void parser::report_duplicate(const name* what, const node* where, declaration_kind kind) {
  // A function or class is told by its name.
  const node* at = where;
  if (where->kind == node_kind::function_declaration) at = as<function_node>(where)->id;
  if (where->kind == node_kind::class_declaration) at = as<class_node>(where)->id;
  const auto quoted = "`" + std::string(what->text) + "`";
  if (kind == declaration_kind::parameter)
    return report(mistake::duplicate_parameter, at->begin, at->end, "two parameters are named " + quoted);
  report(mistake::duplicate_declaration, at->begin, at->end, quoted + " is declared twice in this scope",
         "assign to it without declaring it again, or choose another name");
}

} // namespace enclaved::engine::lang
