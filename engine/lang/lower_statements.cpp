// Statements: blocks, loops, jumps.
#include "engine/lang/emitter.hpp"

namespace enclaved::engine::lang {

/// The expression that a text begins with: `function` and `{` would begin another statement.
static bool begins_like_a_statement(const node* n) {
  for (;;) {
    switch (n->kind) {
    case node_kind::function_expression:
    case node_kind::arrow_function:
    case node_kind::object_expression:
    case node_kind::class_expression: return true;
    case node_kind::binary_expression:
      n = as<binary_node>(n)->left;
      if (n->kind == node_kind::private_name) return false;
      break;
    case node_kind::logical_expression:
    case node_kind::assignment_expression: n = as<binary_node>(n)->left; break;
    case node_kind::conditional_expression: n = as<conditional_expression>(n)->test; break;
    case node_kind::call_expression: n = as<call_node>(n)->callee; break;
    case node_kind::member_expression: n = as<member_expression>(n)->object; break;
    case node_kind::tagged_template: n = as<tagged_template>(n)->tag; break;
    case node_kind::sequence_expression: n = as<list_node>(n)->items[0]; break;
    case node_kind::update_expression:
      if (n->is(is_prefix)) return false;
      n = as<unary_node>(n)->argument;
      break;
    default: return false;
    }
  }
}

void emitter::statements(const node_list& body, bool is_last) {
  // The last statement that can have a value gives the script's.
  std::uint32_t last = body.count;
  while (is_last && last > 0) {
    const auto kind = body[last - 1]->kind;
    if (kind != node_kind::empty_statement && kind != node_kind::function_declaration) break;
    --last;
  }
  for (std::uint32_t i = 0; i < body.count; ++i) statement(body[i], is_last && i + 1 == last);
}

/// A statement as a block of its own, without the braces' scope.
void emitter::block_of(node* n, bool is_last) {
  put('{');
  statement(n, is_last);
  put('}');
}

void emitter::braces(block* n, bool is_last, bool opens) {
  if (opens) put('{');
  name_scope(n->scope, placement::block_level);
  enter_block(n->scope);
  hoist_wrapped(n->body);
  if (n->scope != nullptr)
    for (auto* d = n->scope->first; d != nullptr; d = d->next)
      if (is_boxed(*d) || d->is_used_early) declare_variable(*d);
  statements(n->body, is_last);
  if (opens) put('}');
}

void emitter::statement(node* n, bool is_last) {
  const auto held = now_->temps;
  sync(n->line);
  closing_patterns([&] { bare_statement(n, is_last); });
  release_to(held);
}

void emitter::bare_statement(node* n, bool is_last) {
  switch (n->kind) {
  case node_kind::block_statement: braces(as<block>(n), is_last); break;
  case node_kind::expression_statement: {
    auto* e = as<expression_statement>(n)->expression;
    if (is_last) {
      put("return(");
      expression(e, as_sequence);
      put(");");
      break;
    }
    if (e->kind == node_kind::string_literal) break;
    const bool guarded = begins_like_a_statement(e);
    if (guarded) put('(');
    expression(e, as_sequence);
    put(guarded ? ");" : ";");
    break;
  }
  case node_kind::if_statement: {
    auto* s = as<if_statement>(n);
    put("if(");
    expression(s->test, as_sequence);
    put(')');
    block_of(s->consequent, is_last);
    if (s->alternate == nullptr) break;
    put("else");
    if (s->alternate->kind == node_kind::if_statement) {
      put(' ');
      statement(s->alternate, is_last);
    } else {
      block_of(s->alternate, is_last);
    }
    break;
  }
  case node_kind::for_statement: for_loop(as<for_statement>(n)); break;
  case node_kind::for_in_statement: for_in(as<for_each_statement>(n)); break;
  case node_kind::for_of_statement: for_of(as<for_each_statement>(n)); break;
  case node_kind::while_statement: {
    const auto count = counter();
    put_labels();
    put("while(");
    expression(as<loop_statement>(n)->test, as_sequence);
    put(')');
    loop_body(as<loop_statement>(n)->body, count);
    break;
  }
  case node_kind::do_while_statement: {
    const auto count = counter();
    put_labels();
    put("do");
    loop_body(as<loop_statement>(n)->body, count);
    put("while(");
    expression(as<loop_statement>(n)->test, as_sequence);
    put(");");
    break;
  }
  case node_kind::continue_statement:
  case node_kind::break_statement: {
    put(n->kind == node_kind::break_statement ? "break" : "continue");
    const auto* label = as<jump_statement>(n)->label;
    if (label != nullptr) {
      put(' ');
      put_label(label);
    }
    put(';');
    break;
  }
  case node_kind::return_statement: give_back(as<unary_node>(n)); break;
  case node_kind::throw_statement:
    put("throw(");
    expression(as<unary_node>(n)->argument, as_sequence);
    put(");");
    break;
  case node_kind::try_statement: try_catch(as<try_statement>(n), is_last); break;
  case node_kind::switch_statement: switch_cases(as<switch_statement>(n)); break;
  case node_kind::labeled_statement: labelled(n, is_last); break;
  case node_kind::variable_declaration: variables(as<variable_declaration>(n), false); break;
  case node_kind::function_declaration: function_declaration(as<function_node>(n)); break;
  case node_kind::class_declaration: {
    auto* c = as<class_node>(n);
    auto* d = c->id->meaning;
    if (is_boxed(*d)) {
      put_place(*d);
    } else {
      put("var ");
      put(binding_of(*d).text);
    }
    put('=');
    klass(c, c->id->what->text);
    put(';');
    break;
  }
  default: break;
  }
}

void emitter::give_back(unary_node* n) {
  const bool derived = now_->is_derived && !now_->is_arrow;
  if (n->argument == nullptr) {
    put(derived ? "return $$self($$this);" : "return;");
    return;
  }
  put("return(");
  if (derived) put("$$derived(");
  const bool awaits = now_->is_async && now_->is_generator;
  if (awaits) put("$$await(");
  expression(n->argument, derived || awaits ? as_assignment : as_sequence);
  if (awaits) put(')');
  if (derived) put(",$$this)");
  put(");");
}

/// `in_head`: as operands of a comma, in the head of a loop.
void emitter::variables(variable_declaration* n, bool in_head) {
  bool first = true;
  for (auto* it : n->declarators) {
    sync(it->line);
    if (it->target->kind != node_kind::identifier) {
      declare_names(it->target);
      if (in_head && !first) put(',');
      first = false;
      assign_to(it->target, {.expression = it->init}, true);
      if (!in_head) put(';');
      continue;
    }
    auto* target = as<identifier>(it->target);
    const auto* d = target->meaning;
    const auto& b = binding_of(*d);
    const bool is_var = n->op == op_kind::var;
    const bool sets = it->init != nullptr || (!is_var && (b.in_loop || d->is_used_early));
    if (!sets || in_head || is_boxed(*d)) declare_variable(*d);
    if (!sets) continue;
    if (in_head && !first) put(',');
    first = false;
    if (!in_head && !is_boxed(*d)) put("var ");
    assign_name(target, it->init != nullptr ? value_source{.expression = it->init} : value_source{.text = "void 0"},
                true);
    if (!in_head) put(';');
  }
}

// -- labels -----------------------------------------------------------------------------------------------------------

void emitter::put_label(const identifier* label) {
  if (is_plain_name(label->what->text)) {
    put(label->what->text);
  } else {
    put("$$l");
    put_number(label->what->id);
  }
}

/// The labels of a loop stand directly before it, so that `continue` finds it.
void emitter::put_labels() {
  for (auto* n : labels_) {
    put_label(as<labeled_statement>(n)->label);
    put(':');
  }
  labels_.clear();
}

void emitter::labelled(node* n, bool is_last) {
  auto outer = std::move(labels_);
  labels_.clear();
  while (n->kind == node_kind::labeled_statement) {
    labels_.push_back(n);
    n = as<labeled_statement>(n)->body;
  }
  switch (n->kind) {
  case node_kind::for_statement:
  case node_kind::for_in_statement:
  case node_kind::for_of_statement:
  case node_kind::while_statement:
  case node_kind::do_while_statement: break;
  default: put_labels();
  }
  if (!labels_.empty())
    statement(n, false);
  else
    block_of(n, is_last);
  labels_ = std::move(outer);
}

// -- loops ------------------------------------------------------------------------------------------------------------

std::string_view emitter::counter() {
  if (options_.iterations == 0) return {};
  const auto t = temp();
  put(t);
  put("=0;");
  return t;
}

void emitter::loop_body(node* body, std::string_view count, std::string_view first) {
  put('{');
  if (!count.empty()) {
    put("if(++");
    put(count);
    put('>');
    put_number(options_.iterations);
    put(")$$iterations();");
  }
  (void)first;
  statement(body, false);
  put('}');
}

void emitter::for_loop(for_statement* s) {
  name_scope(s->scope, placement::block_level);
  const auto labels = std::move(labels_);
  labels_.clear();
  bool has_boxes = false;
  if (s->scope != nullptr) {
    enter_block(s->scope);
    for (auto* d = s->scope->first; d != nullptr; d = d->next) {
      declare_variable(*d);
      has_boxes = has_boxes || is_boxed(*d);
    }
  }
  const auto count = counter();
  std::string_view copied;
  if (s->init != nullptr && has_boxes) {
    // A closure in the head holds what was there before the first iteration.
    variables(as<variable_declaration>(s->init), true);
    put(';');
    copy_boxes(s->scope, false);
  }
  labels_ = labels;
  put_labels();
  put("for(");
  if (s->init != nullptr && !has_boxes) {
    if (s->init->kind == node_kind::variable_declaration)
      variables(as<variable_declaration>(s->init), true);
    else
      expression(s->init, as_sequence);
  }
  put(';');
  if (s->test != nullptr) expression(s->test, as_sequence);
  put(';');
  if (has_boxes) copy_boxes(s->scope, true);
  if (s->update != nullptr)
    expression(s->update, as_sequence);
  else if (has_boxes)
    put('0');
  put(')');
  loop_body(s->body, count, copied);
}

/// Each iteration has its own: the next one's begin with what the last one's ended with.
void emitter::copy_boxes(scope* s, bool in_head) {
  for (auto* d = s->first; d != nullptr; d = d->next) {
    if (!is_boxed(*d)) continue;
    const auto text = binding_of(*d).text;
    put(text);
    put("=[");
    put(text);
    put(in_head ? "[0]]," : "[0]];");
  }
}

/// At the beginning of an iteration: what stands left of `of` or `in` gets its value.
void emitter::each_target(for_each_statement* s, std::string_view value) {
  if (s->left->kind == node_kind::variable_declaration) {
    auto* target = as<variable_declaration>(s->left)->declarators[0]->target;
    declare_names(target);
    if (s->scope != nullptr) {
      for (auto* d = s->scope->first; d != nullptr; d = d->next) {
        if (!is_boxed(*d)) continue;
        put(binding_of(*d).text);
        put(d->is_used_early ? "=[$$dead];" : "=[void 0];");
      }
    }
    closing_patterns([&] {
      assign_to(target, {.text = value}, true);
      put(';');
    });
  } else {
    closing_patterns([&] {
      assign_to(s->left, {.text = value}, false);
      put(';');
    });
  }
}

void emitter::for_in(for_each_statement* s) {
  name_scope(s->scope, placement::block_level);
  const auto labels = std::move(labels_);
  labels_.clear();
  dead_in_head(s->scope);
  const auto count = counter();
  const auto key = temp();
  labels_ = labels;
  put_labels();
  put("for(");
  put(key);
  put(" in ");
  const auto& declared = s->left->kind == node_kind::variable_declaration
                             ? as<variable_declaration>(s->left)->declarators[0]->init
                             : nullptr;
  (void)declared;
  expression(s->right, as_sequence);
  put("){");
  each_target(s, key);
  loop_body(s->body, count, {});
  put('}');
}

/// What the head declares is dead while the object is evaluated.
void emitter::dead_in_head(scope* s) {
  if (s == nullptr) return;
  enter_block(s);
}

void emitter::for_of(for_each_statement* s) {
  name_scope(s->scope, placement::block_level);
  const auto labels = std::move(labels_);
  labels_.clear();
  dead_in_head(s->scope);
  const auto count = counter();
  const bool awaits = s->is(is_await);
  const auto iterator = temp();
  const auto list = temp();
  const auto index = temp();
  put(iterator);
  put(awaits ? "=$$aiterate(" : options_.loops_by_index ? "=$$iterate(" : "=$$open(");
  if (!awaits) {
    put(list);
    put('=');
  }
  expression(s->right);
  put(");");
  if (!awaits) {
    put(index);
    put("=0;");
  }
  put("try{");
  labels_ = labels;
  put_labels();
  put("for(;");
  std::string value;
  const std::string it(iterator);
  if (awaits) {
    put("$$astep(" + it + ");){");
    value = it + ".value";
  } else {
    const std::string in(list);
    const std::string at(index);
    put(it + "===null?" + at + "<" + in + ".length:$$step(" + it + ");){");
    value = "(" + it + "===null?" + in + "[" + at + "++]:" + it + ".value)";
  }
  each_target(s, kept(value));
  loop_body(s->body, count, {});
  put("}}catch($$e){");
  put(awaits ? "$$aabort(" : "$$abort(");
  put(it + ",$$e)}finally{");
  if (!awaits) put("if(" + it + "!==null)");
  put(awaits ? "$$aclose(" : "$$close(");
  put(it + ")}");
}

// -- try and switch ---------------------------------------------------------------------------------------------------

void emitter::try_catch(try_statement* s, bool is_last) {
  put("try");
  braces(s->body, is_last);
  if (auto* c = s->handler; c != nullptr) {
    sync(c->line);
    const auto caught = kept("$$e", ++names_);
    name_scope(c->scope, placement::block_level);
    put("catch(");
    put(caught);
    put("){");
    if (now_->is_generator) put("if(" + std::string(caught) + "===$$gone)throw " + std::string(caught) + ";");
    if (c->parameter != nullptr) {
      enter_block(c->scope);
      declare_names(c->parameter);
      closing_patterns([&] {
        assign_to(c->parameter, {.text = caught}, true);
        put(';');
      });
    }
    braces(c->body, is_last, false);
    put('}');
  }
  if (s->finalizer != nullptr) {
    put("finally");
    braces(s->finalizer, false);
  }
}

void emitter::switch_cases(switch_statement* s) {
  name_scope(s->scope, placement::block_level);
  const auto value = temp();
  put(value);
  put('=');
  expression(s->discriminant);
  put(';');
  enter_block(s->scope);
  for (auto* c : s->cases) hoist_wrapped(c->body);
  if (s->scope != nullptr)
    for (auto* d = s->scope->first; d != nullptr; d = d->next)
      if (is_boxed(*d) || d->is_used_early) declare_variable(*d);
  put("switch(");
  put(value);
  put("){");
  for (auto* c : s->cases) {
    sync(c->line);
    if (c->test != nullptr) {
      put("case ");
      expression(c->test, as_sequence);
    } else {
      put("default");
    }
    put(':');
    statements(c->body, false);
  }
  put('}');
}

} // namespace enclaved::engine::lang
