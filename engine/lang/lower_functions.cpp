// Functions: parameters, what they share with arrows inside, and closures that hold what belongs to one iteration.
#include "engine/lang/emitter.hpp"

#include <algorithm>

namespace enclaved::engine::lang {

void emitter::run() {
  find_bindings(tree_, memory_, resolved_);
  context top;
  top.owner = &tree_;
  top.is_async = true;
  now_ = &top;
  put("\"use strict\";");
  name_scope(tree_.scope, placement::function_level);
  aliases(&tree_);
  enter_block(tree_.scope);
  hoist_wrapped(tree_.body);
  statements(tree_.body, options_.gives_last_value);
  for (const auto site : sites_) top.variables.push_back(site);
  finish_variables();
  now_ = nullptr;
}

void lower(program& tree, const lower_options& options, pool& memory, std::string& out) {
  emitter(tree, options, memory, out).run();
}

/// What arrows inside a function use of it, under names that they see.
void emitter::aliases(const node* owner) {
  if ((owner->flags & arrow_uses_this) != 0 && now_->this_text == "this") put("var $$this=this;");
  if ((owner->flags & arrow_uses_arguments) != 0) put("var $$arguments=arguments;");
  if ((owner->flags & arrow_uses_new_target) != 0 && now_->new_target_text == "new.target")
    put("var $$newtarget=new.target;");
}

const std::vector<declaration*>* emitter::held_by(const node* n) const {
  const auto found = resolved_.held.find(n);
  return found == resolved_.held.end() ? nullptr : &found->second;
}

void emitter::hold_arguments(const std::vector<declaration*>& held, bool comma_first) {
  for (const auto* d : held) {
    if (comma_first) put(',');
    comma_first = true;
    put(binding_of(*d).text);
  }
}

/// Only text without quotes, backslashes and control characters can stand in a directive.
static bool can_be_said(std::string_view name) {
  return std::none_of(name.begin(), name.end(), [](char c) {
    return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0xe2;
  });
}

void emitter::directive(std::string_view flags, int length, std::string_view name, naming how) {
  if (!can_be_said(name)) name = {};
  if (flags.empty() && length < 0 && name.empty() && how == naming::when_given) return;
  put("\"\x01");
  put(flags);
  if (length >= 0) {
    put('l');
    put(static_cast<char>('0' + std::min(length, 70)));
  }
  if (!name.empty() || how == naming::always) {
    put('n');
    put(name);
  }
  put("\";");
}

void emitter::wrapper(const function_node* f) {
  if (f->is_async && f->is_generator)
    put("$$asyncgen(");
  else if (f->is_generator)
    put("$$generator(");
  else if (f->is_async)
    put(f->has_await ? "$$async(" : "$$async0(");
}

static node* target_of(node* parameter) {
  if (parameter->kind == node_kind::rest_element) return as<unary_node>(parameter)->argument;
  if (parameter->kind == node_kind::assignment_pattern) return as<binary_node>(parameter)->left;
  return parameter;
}

void emitter::parameter_names(function_node* f, std::vector<std::string_view>& names) {
  for (auto* p : f->parameters) {
    auto* target = target_of(p);
    const auto* d = target->kind == node_kind::identifier ? as<identifier>(target)->meaning : nullptr;
    names.push_back(d != nullptr && !d->is_used_early ? binding_of(*d).text : kept("$$p", ++names_));
  }
}

void emitter::parameter_values(function_node* f, const std::vector<std::string_view>& names) {
  for (std::uint32_t i = 0; i < f->parameters.count; ++i) {
    auto* p = f->parameters[i];
    auto* target = target_of(p);
    const bool is_name = target->kind == node_kind::identifier;
    const bool in_place = is_name && names[i] == binding_of(*as<identifier>(target)->meaning).text;
    if (in_place && p->kind != node_kind::assignment_pattern) continue;
    sync(p->line);
    const auto held = now_->temps;
    if (in_place) {
      closing_patterns([&] {
        put("if(");
        put(names[i]);
        put("===void 0)");
        put(names[i]);
        put('=');
        named(as<binary_node>(p)->right, as<identifier>(target)->what->text);
        put(';');
      });
    } else {
      declare_names(target);
      closing_patterns([&] {
        if (p->kind == node_kind::assignment_pattern)
          with_default(target, as<binary_node>(p)->right, names[i], true);
        else
          assign_to(target, {.text = names[i]}, true);
        put(';');
      });
    }
    release_to(held);
  }
}

/// `function binding(…){…}`; `shown` is its name property.
void emitter::function_text(function_node* f, std::string_view binding, std::string_view shown, std::string_view home) {
  context c;
  c.outer = now_;
  c.owner = f;
  c.is_arrow = f->is_arrow;
  c.is_async = f->is_async;
  c.is_generator = f->is_generator;
  c.home = home;
  if (f->is_arrow) {
    c.is_derived = now_->is_derived;
    c.super_first = now_->super_first;
    c.home = now_->home;
    c.this_text = now_->this_text == "this" ? "$$this" : now_->this_text;
    c.new_target_text = now_->new_target_text == "new.target" ? "$$newtarget" : now_->new_target_text;
    c.arguments_text = now_->arguments_text == "arguments" ? "$$arguments" : now_->arguments_text;
    c.initialises = now_->initialises;
  }
  now_ = &c;
  ++depth_;
  name_scope(f->scope, placement::function_level);
  std::vector<std::string_view> names;
  parameter_names(f, names);
  put("function ");
  put(binding);
  put('(');
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i != 0) put(',');
    put(names[i]);
  }
  put("){");
  const bool has_rest = !f->parameters.empty() && f->parameters.back()->kind == node_kind::rest_element;
  const bool constructs = !f->is_arrow && !f->is_method && !f->is_async && !f->is_generator;
  const std::string_view flags = f->is_constructor ? (has_rest ? "cr" : "c")
                                 : constructs      ? (has_rest ? "r" : "")
                                                   : (has_rest ? "mr" : "m");
  directive(flags, f->length == names.size() ? -1 : static_cast<int>(f->length), shown == binding ? "" : shown,
            shown.empty() && !binding.empty() ? naming::always : naming::when_given);
  if (f->is_constructor) begin_constructor(f, shown);
  if (!f->is_arrow) {
    if (f->uses_arguments) put("$$arguments_of(arguments);");
    aliases(f);
  }
  for (auto* d = f->scope->first; d != nullptr; d = d->next)
    if (d->kind == declaration_kind::parameter && d->is_used_early) declare_variable(*d);
  enter_block(f->scope);
  parameter_values(f, names);
  if (f->is_generator && !f->has_simple_parameters) put(f->is_async ? "$$abegin();" : "$$begin();");
  body_of(f);
  if (f->is_constructor && f->is_derived) put("return $$self($$this);");
  finish_variables();
  put('}');
  --depth_;
  now_ = c.outer;
}

void emitter::body_of(function_node* f) {
  if (f->body->kind != node_kind::block_statement) {
    sync(f->body->line);
    closing_patterns([&] {
      put("return ");
      expression(f->body);
      put(';');
    });
    return;
  }
  auto* body = as<block>(f->body);
  // What closures in parameters see is not what the body declares.
  name_scope(body->scope, f->has_parameter_expressions ? placement::block_level : placement::function_level);
  if (f->has_parameter_expressions && body->scope != nullptr) {
    // The body's own variables of that name begin with the parameter's value.
    for (auto* d = body->scope->first; d != nullptr; d = d->next)
      for (auto* p = f->scope->first; p != nullptr; p = p->next)
        if (p->what == d->what && p->kind == declaration_kind::parameter) {
          binding_of(*d).text = kept("$$v", ++names_);
          declare_variable(*d);
          put(binding_of(*d).text);
          put('=');
          put(binding_of(*p).text);
          put(';');
        }
  }
  enter_block(body->scope);
  hoist_wrapped(body->body);
  statements(body->body, false);
  sync(tree_.source.empty() ? 0 : line_);
}

/// Async functions and generators that are declared at the top of a function, or in a block: their wrappers are made
/// where the block begins.
void emitter::hoist_wrapped(const node_list& body) {
  for (auto* n : body) {
    if (n->kind != node_kind::function_declaration) continue;
    auto* f = as<function_node>(n);
    auto* d = f->id->meaning;
    if (d == nullptr || d->where != f) continue;
    const bool wrapped = f->is_async || f->is_generator;
    const bool each_time = binding_of(*d).in_loop;
    if (!wrapped && !each_time) continue;
    declare_variable(*d);
    const auto maker = kept(each_time ? "$$k" : "$$f", ++names_);
    makers_[f] = maker;
    put_place(*d);
    put('=');
    if (each_time) {
      put(maker);
      put('(');
      if (const auto* held = held_by(f)) hold_arguments(*held, false);
      put(')');
    } else {
      wrapper(f);
      put(maker);
      put(f->is_generator && !f->has_simple_parameters ? ",1)" : ")");
    }
    put(';');
  }
}

/// Where the source has it: Duktape hoists it.
void emitter::function_declaration(function_node* f) {
  auto* d = f->id->meaning;
  if (d == nullptr || d->where != f) return; // a later one has taken its name
  const auto shown = d->what->text;
  const auto found = makers_.find(f);
  if (found == makers_.end()) {
    function_text(f, binding_of(*d).text, shown, {});
    return;
  }
  if (!binding_of(*d).in_loop) {
    function_text(f, found->second, shown, {});
    return;
  }
  put("function ");
  put(found->second);
  put('(');
  if (const auto* held = held_by(f)) hold_arguments(*held, false);
  put("){return ");
  const bool wrapped = f->is_async || f->is_generator;
  wrapper(f);
  function_text(f, {}, shown, {});
  if (wrapped) put(f->is_generator && !f->has_simple_parameters ? ",1)" : ")");
  put('}');
}

/// A function expression or arrow. What it holds of an iteration it gets as arguments of a function around it, which is
/// made once.
void emitter::closure(function_node* f, std::string_view shown, std::string_view home) {
  const auto* held = held_by(f);
  const auto* own = f->id != nullptr && f->kind == node_kind::function_expression ? f->scope->first : nullptr;
  while (own != nullptr && own->kind != declaration_kind::own_name) own = own->next;
  if (f->id != nullptr) shown = f->id->what->text;
  const bool wrapped = f->is_async || f->is_generator;
  const bool binds_itself = own != nullptr && own->uses != 0;
  std::string_view maker;
  if (held != nullptr) {
    maker = variable("$$k");
    put('(');
    put(maker);
    put("||(");
    put(maker);
    put("=function(");
    hold_arguments(*held, false);
    put("){return ");
  }
  if (!can_be_said(shown)) put("$$name(");
  const bool binds_wrapper = wrapped && binds_itself;
  std::string_view binding;
  if (binds_itself)
    binding = binding_of(*own).text = is_plain_name(own->what->text) ? own->what->text : kept("$$u", ++names_);
  if (binds_wrapper) {
    put("(function(){var ");
    put(binding);
    put('=');
  }
  wrapper(f);
  function_text(f, wrapped ? "" : binding, shown, home);
  if (wrapped) put(f->is_generator && !f->has_simple_parameters ? ",1)" : ")");
  if (binds_wrapper) {
    put(";return ");
    put(binding);
    put("})()");
  }
  if (!can_be_said(shown)) {
    put(',');
    put_string(shown);
    put(')');
  }
  if (held != nullptr) {
    put("}))(");
    hold_arguments(*held, false);
    put(')');
  }
}

bool emitter::is_anonymous_function(const node* n) {
  if (n->kind == node_kind::arrow_function) return true;
  if (n->kind == node_kind::function_expression) return as<function_node>(n)->id == nullptr;
  return n->kind == node_kind::class_expression && as<class_node>(n)->id == nullptr;
}

/// An expression; when it is a function without a name it gets this one.
void emitter::named(node* value, std::string_view name, int level) {
  if (!is_anonymous_function(value) || name.empty()) {
    expression(value, level);
    return;
  }
  sync(value->line);
  if (value->kind == node_kind::class_expression)
    klass(as<class_node>(value), name);
  else
    closure(as<function_node>(value), name);
}

} // namespace enclaved::engine::lang
