// Assignments, and the patterns that take values apart.
#include "engine/lang/emitter.hpp"

namespace enclaved::engine::lang {

void emitter::put_value(const value_source& value, int level) {
  if (value.expression != nullptr)
    named(value.expression, value.name, level);
  else
    put(value.text);
}

/// A variable gets a value: an expression that binds as an assignment, or tighter.
void emitter::assign_name(identifier* target, const value_source& value, bool declares) {
  const auto* d = target->meaning;
  auto given = value;
  if (given.expression != nullptr && given.name.empty()) given.name = target->what->text;
  if (d == nullptr) {
    if (is_plain_key(target->what->text)) {
      put(target->what->text);
      put('=');
      put_value(given);
    } else {
      put("$$setglobal(");
      put_string(target->what->text);
      put(',');
      put_value(given);
      put(')');
    }
    return;
  }
  if (!declares && depth_ < binding_of(*d).depth) {
    put("$$tdz(");
    put_string(d->what->text);
    put(')');
    return;
  }
  const bool checks = !declares && needs_check(target, *d);
  if (!declares && is_constant(*d)) {
    put(checks ? "$$constant($$live(" : "$$constant(");
    if (checks) {
      put_place(*d);
      put(',');
      put_string(d->what->text);
      put(',');
    }
    put_value(given);
    if (checks) put(')');
    put(',');
    put_string(d->what->text);
    put(')');
    return;
  }
  put_place(*d);
  put('=');
  if (!checks) {
    put_value(given);
    return;
  }
  put("$$live(");
  put_place(*d);
  put(',');
  put_string(d->what->text);
  put(',');
  put_value(given);
  put(')');
}

/// Names that a pattern declares, for the end of the function.
void emitter::declare_names(node* target) {
  switch (target->kind) {
  case node_kind::identifier:
    if (as<identifier>(target)->meaning != nullptr) declare_variable(*as<identifier>(target)->meaning);
    break;
  case node_kind::assignment_pattern: declare_names(as<binary_node>(target)->left); break;
  case node_kind::rest_element: declare_names(as<unary_node>(target)->argument); break;
  case node_kind::array_pattern:
  case node_kind::object_pattern:
    for (auto* item : as<list_node>(target)->items)
      if (item != nullptr) declare_names(item->kind == node_kind::property ? as<property>(item)->value : item);
    break;
  default: break;
  }
}

/// One operand of a comma: gives `target` its value.
void emitter::assign_to(node* target, const value_source& value, bool declares) {
  sync(target->line);
  switch (target->kind) {
  case node_kind::identifier: assign_name(as<identifier>(target), value, declares); break;
  case node_kind::assignment_pattern: {
    const auto held = now_->temps;
    const auto t = temp();
    put('(');
    if (auto* left = as<binary_node>(target)->left; left->kind == node_kind::member_expression) {
      // Where it goes is known before the value is asked for.
      const auto of = hold_place(as<member_expression>(left));
      put(t);
      put('=');
      put_value(value);
      put(',');
      const auto given = temp();
      put(given);
      put('=');
      put(t);
      put("===void 0?");
      expression(as<binary_node>(target)->right);
      put(':');
      put(t);
      put(',');
      put_held(of, given);
      put(')');
      release_to(held);
      break;
    }
    put(t);
    put('=');
    put_value(value);
    put(',');
    with_default(as<binary_node>(target)->left, as<binary_node>(target)->right, t, declares);
    put(')');
    release_to(held);
    break;
  }
  case node_kind::array_pattern:
  case node_kind::object_pattern: {
    const auto held = now_->temps;
    const auto t = temp();
    put('(');
    put(t);
    put('=');
    put_value(value);
    pattern(target, t, declares);
    put(',');
    put(t);
    put(')');
    release_to(held);
    break;
  }
  default: {
    auto* m = as<member_expression>(target);
    if (m->object->kind == node_kind::super_keyword) {
      put("$$superset(");
      put(now_->home);
      put(',');
      put_this();
      put(',');
      if (m->is(is_computed))
        expression(m->property);
      else
        put_string(as<identifier>(m->property)->what->text);
      put(',');
      put_value(value);
      put(')');
    } else if (m->property->kind == node_kind::private_name) {
      put("$$set(");
      expression(m->object);
      put(',');
      private_name_text(m->property);
      put(',');
      put_value(value);
      put(')');
    } else {
      member(m);
      put('=');
      put_value(value);
    }
  }
  }
}

/// One operand of a comma: `given` (a variable), or the default when that is undefined.
void emitter::with_default(node* target, node* value, std::string_view given, bool declares) {
  const auto held = now_->temps;
  std::string_view name;
  if (target->kind == node_kind::identifier) name = as<identifier>(target)->what->text;
  const auto t = temp();
  put('(');
  put(t);
  put('=');
  put(given);
  put("===void 0?");
  named(value, name);
  put(':');
  put(given);
  put(',');
  assign_to(target, {.text = t}, declares);
  put(')');
  release_to(held);
}

/// Appends operands of a comma, each after its comma.
void emitter::pattern(node* target, std::string_view from, bool declares) {
  if (target->kind == node_kind::object_pattern)
    object_pattern(as<list_node>(target), from, declares);
  else
    array_pattern(as<list_node>(target), from, declares);
}

void emitter::object_pattern(list_node* n, std::string_view from, bool declares) {
  const bool has_rest = !n->items.empty() && n->items.back()->kind == node_kind::rest_element;
  if (n->items.empty() || has_rest || n->items[0]->is(is_computed)) {
    put(",$$coercible(");
    put(from);
    put(')');
  }
  std::vector<std::string_view> keys; // of computed ones, when a rest needs them
  for (auto* item : n->items) {
    put(',');
    if (item->kind == node_kind::rest_element) {
      const auto held = now_->temps;
      const auto t = temp();
      put(t);
      put("=$$rest(");
      put(from);
      put(",[");
      std::size_t computed = 0;
      for (std::uint32_t i = 0; i + 1 < n->items.count; ++i) {
        auto* p = as<property>(n->items[i]);
        if (i != 0) put(',');
        if (p->is(is_computed))
          put(keys[computed++]);
        else
          put_string(key_name(p->key));
      }
      put("]),");
      assign_to(as<unary_node>(item)->argument, {.text = t}, declares);
      release_to(held);
      continue;
    }
    auto* p = as<property>(item);
    std::string text(from);
    if (p->is(is_computed)) {
      const auto key = temp(); // kept until the pattern ends
      put(key);
      put("=$$key(");
      expression(p->key);
      put("),");
      keys.push_back(key);
      text += '[';
      text += key;
      text += ']';
    } else {
      const auto key = key_name(p->key);
      if (is_plain_key(key)) {
        text += '.';
        text += key;
      } else {
        auto outer = std::move(out_);
        out_.clear();
        put_string(key);
        text += '[';
        text += out_;
        text += ']';
        out_ = std::move(outer);
      }
    }
    assign_to(p->value, {.text = kept(text)}, declares);
  }
}

static bool is_harmless(const node* n) {
  switch (n->kind) {
  case node_kind::null_literal:
  case node_kind::boolean_literal:
  case node_kind::number_literal:
  case node_kind::string_literal:
  case node_kind::function_expression:
  case node_kind::arrow_function: return true;
  case node_kind::array_expression:
  case node_kind::object_expression: return as<list_node>(n)->items.empty();
  default: return false;
  }
}

/// Nothing can happen between taking two of its elements.
bool emitter::is_simple_array(const list_node* n) const {
  for (const auto* item : n->items) {
    if (item == nullptr) continue;
    const auto* target = item;
    if (target->kind == node_kind::rest_element) target = as<unary_node>(target)->argument;
    if (target->kind == node_kind::assignment_pattern) {
      if (!is_harmless(as<binary_node>(target)->right)) return false;
      target = as<binary_node>(target)->left;
    }
    if (target->kind != node_kind::identifier) return false;
    const auto* d = as<identifier>(target)->meaning;
    if (d == nullptr || d->is_used_early || is_constant(*d)) {
      if (d == nullptr || d->is_used_early) return false;
    }
  }
  return true;
}

void emitter::array_pattern(list_node* n, std::string_view from, bool declares) {
  const auto held = now_->temps;
  const bool has_rest =
      !n->items.empty() && n->items.back() != nullptr && n->items.back()->kind == node_kind::rest_element;
  const auto count = n->items.count - (has_rest ? 1 : 0);
  const auto t = temp();
  const bool simple = options_.loops_by_index && is_simple_array(n);
  put(',');
  put(t);
  put(simple ? "=$$take(" : "=$$o=$$pattern(");
  put(from);
  if (!simple) {
    now_->opens = true;
    put(",$$o");
  } else if (!has_rest) {
    put(',');
    put_number(count);
  }
  put(')');
  for (std::uint32_t i = 0; i < n->items.count; ++i) {
    auto* item = n->items[i];
    if (item == nullptr) {
      if (!simple) {
        put(",$$next(");
        put(t);
        put(')');
      }
      continue;
    }
    put(',');
    std::string text;
    if (item->kind == node_kind::rest_element) {
      text = simple ? "$$slice(" : "$$remaining(";
      text += t;
      if (simple) text += "," + std::to_string(count);
      text += ')';
      item = as<unary_node>(item)->argument;
    } else if (simple) {
      text = std::string(t) + "[" + std::to_string(i) + "]";
    } else {
      text = "$$next(" + std::string(t) + ")";
    }
    assign_to(item, {.text = kept(text)}, declares);
  }
  if (!simple) {
    put(",$$o=$$end(");
    put(t);
    put(')');
  }
  release_to(held);
}

// -- assignment expressions -------------------------------------------------------------------------------------------

void emitter::assignment(binary_node* n, int level) {
  const bool low = level > as_assignment;
  if (n->op == op_kind::and_then || n->op == op_kind::or_else || n->op == op_kind::coalesce) {
    logical_assignment(n);
    return;
  }
  if (low) put('(');
  if (n->op == op_kind::assign)
    assign_to(n->left, {.expression = n->right}, false);
  else
    compound_assignment(n);
  if (low) put(')');
}

static std::string_view operator_of(op_kind op) {
  switch (op) {
  case op_kind::add: return "+";
  case op_kind::subtract: return "-";
  case op_kind::multiply: return "*";
  case op_kind::divide: return "/";
  case op_kind::remainder: return "%";
  case op_kind::power: return "**";
  case op_kind::shift_left: return "<<";
  case op_kind::shift_right: return ">>";
  case op_kind::shift_right_unsigned: return ">>>";
  case op_kind::bit_and: return "&";
  case op_kind::bit_or: return "|";
  default: return "^";
  }
}

/// Where a read-modify-write goes: a private name or a property of super has its object and key in variables.
void emitter::compound_assignment(binary_node* n) {
  const auto op = operator_of(n->op);
  if (n->left->kind == node_kind::identifier) {
    auto* target = as<identifier>(n->left);
    const auto* d = target->meaning;
    const bool odd = d == nullptr ? !is_plain_key(target->what->text)
                                  : needs_check(target, *d) || is_constant(*d) || depth_ < binding_of(*d).depth;
    if (!odd) {
      if (d == nullptr)
        put(target->what->text);
      else
        put_place(*d);
      put(op);
      put('=');
      expression(n->right);
      return;
    }
    const auto held = now_->temps;
    const auto t = temp();
    put('(');
    put(t);
    put('=');
    read(target);
    put(op);
    expression(n->right, as_primary);
    put(',');
    assign_name(target, {.text = t}, false);
    put(')');
    release_to(held);
    return;
  }
  auto* m = as<member_expression>(n->left);
  const bool of_super = m->object->kind == node_kind::super_keyword;
  const bool is_private = !of_super && m->property->kind == node_kind::private_name;
  if (!of_super && !is_private) {
    member(m);
    put(op);
    put('=');
    expression(n->right);
    return;
  }
  const auto held = now_->temps;
  put('(');
  const auto place = hold_place(m);
  put_held(place, {});
  auto value = temp();
  put(value);
  put('=');
  put_held(place, "get");
  put(op);
  expression(n->right, as_primary);
  put(',');
  put_held(place, value);
  put(')');
  release_to(held);
}

/// Its object and key in variables: operands of a comma, each before its comma.
emitter::place emitter::hold_place(member_expression* m) {
  place result;
  result.member = m;
  result.of_super = m->object->kind == node_kind::super_keyword;
  if (!result.of_super) {
    result.object = temp();
    put(result.object);
    put('=');
    expression(m->object);
    put(',');
  }
  if (m->is(is_computed)) {
    result.key = temp();
    put(result.key);
    put(result.of_super ? "=" : "=$$keyof(");
    if (!result.of_super) {
      put(result.object);
      put(',');
    }
    expression(m->property);
    put(result.of_super ? "," : "),");
  }
  return result;
}

/// "get": its value; else it gets the value of a variable.
void emitter::put_held(const place& of, std::string_view value) {
  if (value.empty()) return;
  const bool reads = value == "get";
  if (of.of_super) {
    put(reads ? "$$super(" : "$$superset(");
    put(now_->home);
    put(',');
    put_this();
    put(',');
    if (of.key.empty())
      put_string(as<identifier>(of.member->property)->what->text);
    else
      put(of.key);
    if (!reads) {
      put(',');
      put(value);
    }
    put(')');
    return;
  }
  if (of.member->property->kind == node_kind::private_name) {
    put(reads ? "$$get(" : "$$set(");
    put(of.object);
    put(',');
    private_name_text(of.member->property);
    if (!reads) {
      put(',');
      put(value);
    }
    put(')');
    return;
  }
  put(of.object);
  member_key(of.member, of.key);
  if (!reads) {
    put('=');
    put(value);
  }
}

static std::string_view test_of(op_kind op, bool& negated) {
  negated = op == op_kind::or_else;
  return op == op_kind::coalesce ? "!=null" : "";
}

/// `a ||= b`: b is looked at, and a assigned, only when a does not do.
void emitter::logical_assignment(binary_node* n) {
  const auto held = now_->temps;
  bool is_or = false;
  const auto test = test_of(n->op, is_or);
  const bool keeps_when_true = is_or || n->op == op_kind::coalesce;
  const auto t = temp();
  put('(');
  place of;
  auto* name = n->left->kind == node_kind::identifier ? as<identifier>(n->left) : nullptr;
  if (name == nullptr) of = hold_place(as<member_expression>(n->left));
  put('(');
  put(t);
  put('=');
  if (name != nullptr)
    read(name);
  else
    put_held(of, "get");
  put(')');
  put(test);
  put('?');
  const auto assign = [&] {
    if (name != nullptr) {
      put('(');
      assign_name(name, {.expression = n->right}, false);
      put(')');
    } else {
      const auto value = temp();
      put('(');
      put(value);
      put('=');
      expression(n->right);
      put(',');
      put_held(of, value);
      put(')');
    }
  };
  if (keeps_when_true) {
    put(t);
    put(':');
    assign();
  } else {
    assign();
    put(':');
    put(t);
  }
  put(')');
  release_to(held);
}

void emitter::update(unary_node* n) {
  const std::string_view op = n->op == op_kind::increment ? "++" : "--";
  auto* target = n->argument;
  if (target->kind == node_kind::identifier) {
    auto* at = as<identifier>(target);
    const auto* d = at->meaning;
    const bool odd = d == nullptr ? !is_plain_key(at->what->text)
                                  : needs_check(at, *d) || is_constant(*d) || depth_ < binding_of(*d).depth;
    if (!odd) {
      if (n->is(is_prefix)) put(op);
      if (d == nullptr)
        put(at->what->text);
      else
        put_place(*d);
      if (!n->is(is_prefix)) put(op);
      return;
    }
  } else {
    auto* m = as<member_expression>(target);
    if (m->object->kind != node_kind::super_keyword && m->property->kind != node_kind::private_name) {
      if (n->is(is_prefix)) put(op);
      member(m);
      if (!n->is(is_prefix)) put(op);
      return;
    }
  }
  const auto held = now_->temps;
  const auto before = temp();
  const auto after = temp();
  put('(');
  place of;
  auto* name = target->kind == node_kind::identifier ? as<identifier>(target) : nullptr;
  if (name == nullptr) of = hold_place(as<member_expression>(target));
  put(before);
  put("=+");
  if (name != nullptr)
    read(name);
  else
    put_held(of, "get");
  put(',');
  put(after);
  put('=');
  put(before);
  put(n->op == op_kind::increment ? "+1," : "-1,");
  if (name != nullptr)
    assign_name(name, {.text = after}, false);
  else
    put_held(of, after);
  put(',');
  put(n->is(is_prefix) ? after : before);
  put(')');
  release_to(held);
}

} // namespace enclaved::engine::lang
