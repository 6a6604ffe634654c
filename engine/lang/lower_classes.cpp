// Classes and object literals.
//
// A class is a function that is called at once: its parameters are the heritage and the computed keys, which belong to
// the code around; inside, `$$C` is the class, `$$H` its prototype, `$$init` gives a new object its fields, and each
// private name has a variable that holds its key.
#include "engine/lang/emitter.hpp"
#include "engine/lang/walk.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace enclaved::engine::lang {

/// What a key that is not computed says.
std::string_view emitter::key_name(const node* key) const {
  if (key->kind == node_kind::identifier || key->kind == node_kind::private_name)
    return as<identifier>(key)->what->text;
  if (key->kind == node_kind::string_literal) return as<string_literal>(key)->value;
  return number_text(as<number_literal>(key)->value);
}

/// As the language writes a number.
std::string_view emitter::number_text(double value) const {
  if (std::isinf(value)) return "Infinity";
  std::array<char, 40> buffer{};
  if (value < 1e21 && (value >= 1e-6 || value == 0)) {
    const auto* end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed).ptr;
    return memory_.copy({buffer.data(), static_cast<std::size_t>(end - buffer.data())});
  }
  const auto* end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific).ptr;
  std::string text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const auto e = text.find('e'); // 1e-07 is 1e-7
  if (e != std::string::npos && e + 2 < text.size() && text[e + 2] == '0') text.erase(e + 2, 1);
  return memory_.copy(text);
}

/// An object's or class' key as an argument.
void emitter::key_text(node* key, bool computed, std::string_view given) {
  if (computed)
    put(given);
  else if (key->kind == node_kind::private_name)
    private_name_text(key);
  else
    put_string(key_name(key));
}

void emitter::private_name_text(const node* n) {
  const auto text = as<identifier>(n)->what->text;
  // The innermost class that declares it: of one whose keys are being written, the variables outside.
  for (auto at = classes_.rbegin(); at != classes_.rend(); ++at) {
    const auto names = private_names(at->node);
    const auto found = std::find_if(names.begin(), names.end(), [n](const node* each) {
      return as<identifier>(each)->what == as<identifier>(n)->what;
    });
    if (found == names.end()) continue;
    if (at->outside.empty()) break;
    put(at->outside[static_cast<std::size_t>(found - names.begin())]);
    return;
  }
  if (is_plain_key(text)) {
    put("$$_");
    put(text);
  } else {
    put("$$_$");
    put_number(as<identifier>(n)->what->id);
  }
}

static bool is_accessor(const node* n) { return n->op == op_kind::get || n->op == op_kind::set; }

/// Instances of it get something when they are made.
static bool has_initialiser(const class_node* c) {
  return std::any_of(c->body.begin(), c->body.end(), [](const node* part) {
    if (part->is(is_static)) return false;
    if (part->kind == node_kind::property_definition) return true;
    return part->kind == node_kind::method_definition && as<property>(part)->key->kind == node_kind::private_name;
  });
}

void emitter::begin_constructor(function_node* f, std::string_view shown) {
  const auto* c = constructing_;
  now_->initialises = c;
  put("if(new.target===void 0)$$bare(");
  put_string(shown);
  put(");");
  if (f->is_derived) {
    now_->is_derived = true;
    now_->this_text = "$$this";
    put("var $$this;");
    return;
  }
  if (has_initialiser(c)) put("$$init(this);");
}

void emitter::super_call(call_node* n) {
  const auto* c = now_->initialises;
  const bool initialises = c != nullptr && has_initialiser(c);
  if (initialises) put('(');
  put("($$this=$$once($$this,$$construct($$parent($$C),");
  array_literal(n->arguments);
  put(',');
  put(now_->new_target_text);
  put(")))");
  if (initialises) put(",$$init($$this),$$this)");
}

/// `function $$K`: the constructor, where the source has it; Duktape hoists it.
void emitter::constructor_text(class_node* c, std::string_view shown) {
  const auto* outer = constructing_;
  constructing_ = c;
  sync(c->constructor->line);
  function_text(c->constructor, "$$K", shown, "$$H");
  constructing_ = outer;
}

void emitter::default_constructor(class_node* c, std::string_view shown) {
  const bool derives = c->heritage != nullptr;
  put(derives ? "function $$K($$a){" : "function $$K(){");
  directive(derives ? "cr" : "c", derives ? 0 : -1, shown, naming::always);
  put("if(new.target===void 0)$$bare(");
  put_string(shown);
  put(");");
  if (derives) {
    put("var $$t=$$construct($$parent($$C),$$a,new.target);");
    if (has_initialiser(c)) put("$$init($$t);");
    put("return $$t");
  } else if (has_initialiser(c)) {
    put("$$init(this)");
  }
  put('}');
}

/// The private names that a class declares, each once.
std::vector<const node*> emitter::private_names(const class_node* c) {
  std::vector<const node*> names;
  for (const auto* part : c->body) {
    const node* key = nullptr;
    if (part->kind == node_kind::method_definition) key = as<property>(part)->key;
    if (part->kind == node_kind::property_definition) key = as<field>(part)->key;
    if (key == nullptr || key->kind != node_kind::private_name) continue;
    const auto same = [key](const node* each) { return as<identifier>(each)->what == as<identifier>(key)->what; };
    if (std::none_of(names.begin(), names.end(), same)) names.push_back(key);
  }
  return names;
}

static bool has_private_name(const node* n) {
  bool found = n->kind == node_kind::private_name;
  for_each_child(n, [&](const node* child) { found = found || has_private_name(child); });
  return found;
}

bool emitter::keys_use_private_names(const class_node* c) {
  return std::any_of(c->body.begin(), c->body.end(), [](const node* part) {
    if (part->kind == node_kind::static_block || !part->is(is_computed)) return false;
    return has_private_name(part->kind == node_kind::property_definition ? as<field>(part)->key
                                                                         : as<property>(part)->key);
  });
}

/// A method, getter or setter: what helper defines it.
static std::string_view definer(const node* part) {
  const bool is_private = as<property>(part)->key->kind == node_kind::private_name;
  if (part->op == op_kind::get) return is_private ? "$$pgetter(" : "$$getter(";
  if (part->op == op_kind::set) return is_private ? "$$psetter(" : "$$setter(";
  return is_private ? "$$pmethod(" : "$$method(";
}

std::string_view emitter::shown_of(const node* part) {
  const auto* key = as<property>(part)->key;
  std::string text;
  if (part->op == op_kind::get) text = "get ";
  if (part->op == op_kind::set) text = "set ";
  if (key->kind == node_kind::private_name) text += '#';
  text += key_name(key);
  return kept(text);
}

void emitter::method(property* part, std::string_view on, std::string_view key, std::string_view home) {
  const bool computed = part->is(is_computed);
  sync(part->line);
  put(definer(part));
  put(on);
  put(',');
  key_text(part->key, computed, key);
  put(',');
  closure(as<function_node>(part->value), computed ? "" : shown_of(part), home);
  if (computed) put(",1");
  put(");");
}

/// An initialiser's value; its `this` is a variable.
void emitter::field_value(field* part, std::string_view name) {
  depth_ += 1;
  if (part->value != nullptr)
    named(part->value, name);
  else
    put("void 0");
  depth_ -= 1;
}

void emitter::define_field(field* part, std::string_view on, std::string_view key) {
  const bool is_private = part->key->kind == node_kind::private_name;
  const bool computed = part->is(is_computed);
  sync(part->line);
  put(is_private ? "$$pfield(" : "$$define(");
  put(on);
  put(',');
  key_text(part->key, computed, key);
  put(',');
  const bool anonymous = part->value != nullptr && is_anonymous_function(part->value);
  if (computed && anonymous) put("$$name(");
  std::string shown;
  if (!computed) shown = (is_private ? "#" : "") + std::string(key_name(part->key));
  field_value(part, kept(shown));
  if (computed && anonymous) {
    put(',');
    put(key);
    put(')');
  }
  put(");");
}

/// What a method is called in the text, when all instances share it.
void emitter::shared_method(const node* part) {
  put("$$m");
  if (is_accessor(part)) put(part->op == op_kind::get ? "g" : "s");
  private_name_text(as<property>(part)->key);
}

/// Fields that stand together, from part `from` on, as a function that gives them to an object. The part after them.
std::uint32_t emitter::fields(class_node* c, std::uint32_t from, const std::vector<std::string_view>& keys,
                              std::string_view as_name) {
  const bool of_class = c->body[from]->is(is_static);
  context in;
  in.outer = now_;
  in.owner = c;
  in.this_text = of_class ? "$$C" : "$$this";
  in.new_target_text = "void 0";
  in.home = of_class ? "$$C" : "$$H";
  now_ = &in;
  put("var ");
  put(as_name);
  put(of_class ? "=function(){" : "=function($$this){");
  directive("m", -1, {});
  auto i = from;
  for (; i < c->body.count; ++i) {
    auto* part = c->body[i];
    if (part->kind != node_kind::property_definition || part->is(is_static) != of_class) break;
    closing_patterns([&] { define_field(as<field>(part), of_class ? "$$C" : "$$this", keys[i]); });
  }
  finish_variables();
  put("};");
  now_ = in.outer;
  return i;
}

void emitter::static_part(static_block* b, std::string_view as_name) {
  context in;
  in.outer = now_;
  in.owner = b;
  in.this_text = "$$C";
  in.new_target_text = "void 0";
  in.home = "$$C";
  now_ = &in;
  ++depth_;
  sync(b->line);
  put("var ");
  put(as_name);
  put("=function(){");
  name_scope(b->scope, placement::function_level);
  enter_block(b->scope);
  hoist_wrapped(b->body);
  statements(b->body, false);
  finish_variables();
  put("};");
  --depth_;
  now_ = in.outer;
}

/// Everything in the order of the source; what runs later is put into functions, which the end calls.
void emitter::class_parts(class_node* c, std::string_view shown, const std::vector<std::string_view>& keys) {
  std::vector<std::string_view> of_objects;
  std::vector<std::string_view> of_class;
  for (std::uint32_t i = 0; i < c->body.count;) {
    auto* part = c->body[i];
    if (part->kind == node_kind::property_definition) {
      auto& list = part->is(is_static) ? of_class : of_objects;
      list.push_back(kept("$$i", ++names_));
      i = fields(c, i, keys, list.back());
      continue;
    }
    ++i;
    if (part->kind == node_kind::static_block) {
      of_class.push_back(kept("$$i", ++names_));
      static_part(as<static_block>(part), of_class.back());
    } else if (part->op == op_kind::constructor) {
      constructor_text(c, shown);
    } else if (as<property>(part)->key->kind == node_kind::private_name && !part->is(is_static)) {
      sync(part->line);
      put("var ");
      shared_method(part);
      put('=');
      closure(as<function_node>(as<property>(part)->value), shown_of(part), "$$H");
      put(';');
    } else {
      method(as<property>(part), part->is(is_static) ? "$$C" : "$$H", keys[i - 1], part->is(is_static) ? "$$C" : "$$H");
    }
  }
  if (has_initialiser(c)) {
    put("var $$init=function($$this){");
    for (auto* part : c->body) {
      if (part->kind != node_kind::method_definition || part->is(is_static)) continue;
      if (as<property>(part)->key->kind != node_kind::private_name) continue;
      put(definer(part));
      put("$$this,");
      private_name_text(as<property>(part)->key);
      put(',');
      shared_method(part);
      put(");");
    }
    for (const auto name : of_objects) {
      put(name);
      put("($$this);");
    }
    put("};");
  }
  for (const auto name : of_class) {
    put(name);
    put("();");
  }
}

void emitter::klass(class_node* c, std::string_view shown) {
  if (c->id != nullptr) shown = c->id->what->text;
  const auto* held = held_by(c);
  const auto temps = now_->temps;
  name_scope(c->scope, placement::function_level);
  std::vector<std::string_view> keys(c->body.count);
  std::vector<std::string_view> given;
  put('(');
  // They belong to the code around and run first; their lines would run ahead of those of the parts before them.
  const bool outer_quiet = quiet_;
  quiet_ = true;
  const auto names = private_names(c);
  std::vector<std::string_view> outside;
  if (!names.empty() && keys_use_private_names(c)) {
    for (const auto* each : names) {
      outside.push_back(variable("$$_"));
      put(outside.back());
      put("=$$private(");
      put_string(as<identifier>(each)->what->text);
      put("),");
    }
  }
  if (c->heritage != nullptr) {
    given.push_back(temp());
    put(given.back());
    put('=');
    expression(c->heritage);
    put(',');
  }
  if (!outside.empty()) classes_.push_back({c, outside});
  for (std::uint32_t i = 0; i < c->body.count; ++i) {
    auto* part = c->body[i];
    if (part->kind == node_kind::static_block || !part->is(is_computed)) continue;
    given.push_back(temp());
    keys[i] = kept("$$k", static_cast<unsigned long>(given.size()));
    put(given.back());
    put("=$$key(");
    expression(part->kind == node_kind::property_definition ? as<field>(part)->key : as<property>(part)->key);
    put("),");
  }
  if (!outside.empty()) classes_.pop_back();
  quiet_ = outer_quiet;
  const bool is_inside = !classes_.empty();
  if (is_inside) classes_.push_back({c, {}});
  put("(function(");
  bool comma = false;
  if (c->heritage != nullptr) {
    put("$$P");
    comma = true;
  }
  for (const auto key : keys) {
    if (key.empty()) continue;
    if (comma) put(',');
    comma = true;
    put(key);
  }
  for (std::size_t i = 0; i < outside.size(); ++i) {
    if (comma) put(',');
    comma = true;
    private_name_text(names[i]);
  }
  if (held != nullptr) hold_arguments(*held, comma);
  put("){");
  context in;
  in.outer = now_;
  in.owner = c;
  in.this_text = "$$C";
  in.new_target_text = "void 0";
  in.home = "$$C";
  now_ = &in;
  ++depth_;
  if (outside.empty()) {
    for (const auto* each : names) {
      put("var ");
      private_name_text(each);
      put("=$$private(");
      put_string(as<identifier>(each)->what->text);
      put(");");
    }
  }
  put(c->heritage != nullptr ? "var $$C=$$class($$K,$$P,1),$$H=$$C.prototype;"
                             : "var $$C=$$class($$K),$$H=$$C.prototype;");
  if (c->scope != nullptr)
    for (auto* d = c->scope->first; d != nullptr; d = d->next)
      if (d->uses != 0) {
        put("var ");
        put(binding_of(*d).text);
        put("=$$C;");
      }
  if (c->constructor == nullptr) default_constructor(c, shown);
  class_parts(c, shown, keys);
  put("return $$C;");
  finish_variables();
  put("})(");
  --depth_;
  now_ = in.outer;
  comma = false;
  for (const auto t : given) {
    if (comma) put(',');
    comma = true;
    put(t);
  }
  for (const auto name : outside) {
    if (comma) put(',');
    comma = true;
    put(name);
  }
  if (is_inside) classes_.pop_back();
  if (held != nullptr) hold_arguments(*held, comma);
  put("))");
  release_to(temps);
}

// -- object literals --------------------------------------------------------------------------------------------------

/// It can stand in a literal of Duktape's.
bool emitter::is_literal_part(const node* item) const {
  if (item->kind != node_kind::property) return false;
  const auto* p = as<property>(item);
  if (item->is(is_computed)) return false;
  if (key_name(p->key) == "__proto__") return false;
  const bool is_function = item->is(is_method) || is_accessor(item);
  return !is_function || !as<function_node>(p->value)->uses_super_property;
}

void emitter::literal_part(node* item) {
  auto* p = as<property>(item);
  sync(item->line);
  const auto key = key_name(p->key);
  const bool computed = item->is(is_computed);
  const auto put_key = [&] {
    if (computed) {
      put('[');
      expression(p->key);
      put(']');
    } else if (is_plain_key(key)) {
      put(key);
    } else {
      put_string(key);
    }
  };
  if (is_accessor(item)) {
    put(item->op == op_kind::get ? "get " : "set ");
    put_key();
    auto* f = as<function_node>(p->value);
    const auto from = out_.size();
    function_text(f, {}, shown_of(item), {});
    out_.erase(from, std::string_view("function ").size());
    return;
  }
  put_key();
  put(':');
  named(p->value, computed ? std::string_view{} : key);
}

/// What a literal of Duktape's cannot say, on the object in a variable.
void emitter::object_part(node* item, std::string_view object) {
  sync(item->line);
  if (item->kind == node_kind::spread_element) {
    put("$$copy(");
    put(object);
    put(',');
    expression(as<unary_node>(item)->argument);
    put(')');
    return;
  }
  auto* p = as<property>(item);
  const bool is_function = item->is(is_method) || is_accessor(item);
  const bool computed = item->is(is_computed);
  if (!computed && !is_function && !item->is(is_shorthand) && key_name(p->key) == "__proto__") {
    put("$$proto(");
    put(object);
    put(',');
    expression(p->value);
    put(')');
    return;
  }
  put(item->op == op_kind::get ? "$$ogetter(" : item->op == op_kind::set ? "$$osetter(" : "$$define(");
  put(object);
  put(',');
  if (computed) {
    put("$$key(");
    expression(p->key);
    put(')');
  } else {
    put_string(key_name(p->key));
  }
  put(',');
  const auto shown = computed ? std::string_view{} : shown_of(item);
  const bool needs_name = computed && (is_function || is_anonymous_function(p->value));
  if (is_function && as<function_node>(p->value)->uses_super_property) {
    put("(function($$H){return ");
    closure(as<function_node>(p->value), shown, "$$H");
    put("})(");
    put(object);
    put(')');
  } else if (is_function) {
    closure(as<function_node>(p->value), shown);
  } else {
    named(p->value, shown);
  }
  if (needs_name) put(",1");
  put(')');
}

void emitter::object_literal(list_node* n) {
  const bool plain =
      std::all_of(n->items.begin(), n->items.end(), [this](const node* i) { return is_literal_part(i); });
  std::string_view object;
  const auto held = now_->temps;
  if (!plain) {
    object = temp();
    put('(');
    put(object);
    put('=');
  }
  put('{');
  std::uint32_t i = 0;
  for (; i < n->items.count && is_literal_part(n->items[i]); ++i) {
    if (i != 0) put(',');
    literal_part(n->items[i]);
  }
  put('}');
  for (; i < n->items.count; ++i) {
    put(',');
    object_part(n->items[i], object);
  }
  if (!plain) {
    put(',');
    put(object);
    put(')');
  }
  release_to(held);
}

} // namespace enclaved::engine::lang
