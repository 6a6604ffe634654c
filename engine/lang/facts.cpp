#include "engine/lang/facts.hpp"

#include "engine/lang/state_uses.hpp"
#include "engine/lang/walk.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace enclaved::engine::lang {

namespace {

/// Methods that call their callback once for each element, and what else does.
constexpr std::array<std::string_view, 17> each_element{
    "map",       "forEach", "filter",   "reduce",        "reduceRight", "flatMap",  "some",    "every",   "find",
    "findIndex", "from",    "findLast", "findLastIndex", "sort",        "toSorted", "groupBy", "parallel"};

constexpr std::string_view call_tool = "callTool";
constexpr std::string_view tools_object = "tools";

bool is_function(const node* n) {
  return n->kind == node_kind::function_declaration || n->kind == node_kind::function_expression ||
         n->kind == node_kind::arrow_function;
}

bool is_loop(const node* n) {
  switch (n->kind) {
  case node_kind::for_statement:
  case node_kind::for_in_statement:
  case node_kind::for_of_statement:
  case node_kind::while_statement:
  case node_kind::do_while_statement: return true;
  default: return false;
  }
}

bool is_bounded(const node* n) {
  if (n->kind == node_kind::for_statement) return as<for_statement>(n)->test && as<for_statement>(n)->update;
  return n->kind == node_kind::for_in_statement || n->kind == node_kind::for_of_statement;
}

/// The name of a function that is called for each element, or empty.
std::string_view called_name(const call_node* call) {
  const auto* callee = without_chain(call->callee);
  if (callee->kind == node_kind::identifier) return as<identifier>(callee)->what->text;
  if (callee->kind != node_kind::member_expression) return {};
  const auto* member = as<member_expression>(callee);
  return key_text(member->property, member->is(is_computed));
}

class gatherer {
public:
  facts run(const program& tree) {
    visit(const_cast<program*>(&tree));
    for (const auto& [index, in] : inside_)
      if (runs_repeatedly(in)) out_.tools[index].repeats = true;
    return std::move(out_);
  }

private:
  /// Whether a function or one around it is called in a loop. Each function is climbed from once: what was found out of
  /// those on the way is kept.
  bool runs_repeatedly(const declaration* in) {
    std::vector<const declaration*> way;
    const auto* at = in;
    for (; at && !repeated_.contains(at); at = std::exchange(around_[at], nullptr)) way.push_back(at);
    if (at) repeated_.insert(way.begin(), way.end());
    return at != nullptr;
  }

  void visit(node* n) {
    if (++depth_ > out_.depth) {
      out_.depth = depth_;
      out_.deepest = n;
    }
    if (is_loop(n)) {
      out_.loops.push_back({n, is_bounded(n)});
      inside_loop([&] { children(n); });
    } else if (is_function(n)) {
      function(n);
    } else {
      expression(n);
    }
    --depth_;
  }

  void children(node* n) {
    for_each_child(n, [this](node* child) { visit(child); });
  }

  template <class F>
  void inside_loop(F&& visit_all) {
    ++loops_;
    visit_all();
    --loops_;
  }

  /// What a function does is not done where it stands, unless it is called there for each element.
  void function(node* n) {
    const auto* f = as<function_node>(n);
    const declaration* named = f->id && f->id->meaning ? f->id->meaning : std::exchange(names_next_, nullptr);
    const auto outer = loops_;
    if (!std::exchange(runs_each_, false)) loops_ = 0;
    const auto* around = function_;
    if (named) {
      around_.emplace(named, around);
      function_ = named;
    }
    for (node* it : f->parameters) visit(it);
    visit(f->body);
    function_ = around;
    loops_ = outer;
  }

  void expression(node* n) {
    switch (n->kind) {
    case node_kind::identifier: return reference(as<identifier>(n));
    case node_kind::member_expression: return member(as<member_expression>(n), nullptr);
    case node_kind::call_expression:
    case node_kind::new_expression: return call(as<call_node>(n));
    case node_kind::assignment_expression:
      state_.assigned(as<binary_node>(n)->left, n->op != op_kind::assign);
      return children(n);
    case node_kind::update_expression: state_.assigned(as<unary_node>(n)->argument, true); return children(n);
    case node_kind::unary_expression:
      if (n->op == op_kind::delete_of) state_.assigned(as<unary_node>(n)->argument, true);
      return children(n);
    case node_kind::variable_declarator: return declarator(as<variable_declarator>(n));
    case node_kind::property:
    case node_kind::method_definition:
      if (n->is(is_computed)) visit(as<property>(n)->key);
      return visit(as<property>(n)->value);
    case node_kind::property_definition:
      if (n->is(is_computed)) visit(as<field>(n)->key);
      if (as<field>(n)->value) visit(as<field>(n)->value);
      return;
    case node_kind::labeled_statement: return visit(as<labeled_statement>(n)->body);
    case node_kind::break_statement:
    case node_kind::continue_statement: return;
    default: return children(n);
    }
  }

  void declarator(variable_declarator* n) {
    if (n->init && is_function(n->init) && n->target->kind == node_kind::identifier)
      names_next_ = as<identifier>(n->target)->meaning;
    if (n->init && names_tools(n)) return visit(n->target);
    visit(n->target);
    if (n->init) visit(n->init);
    names_next_ = nullptr;
  }

  /// `const {search, 'ns:send': send} = tools` says which tools are meant.
  bool names_tools(variable_declarator* n) {
    if (!is_global(n->init, tools_object) || n->target->kind != node_kind::object_pattern) return false;
    const auto& parts = as<list_node>(n->target)->items;
    const auto named = [](const node* it) {
      return it->kind == node_kind::property && key_text(as<property>(it)->key, it->is(is_computed)).data() != nullptr;
    };
    if (!std::all_of(parts.begin(), parts.end(), named)) return false;
    out_.globals.push_back({tools_object, n->init, {}});
    for (const node* it : parts) add_tool(key_text(as<property>(it)->key, it->is(is_computed)), it, nullptr);
    return true;
  }

  /// A use of a global that is none of the shapes below: of what calls tools, it hides the name.
  void reference(identifier* n) {
    if (n->meaning) {
      if (calls_ == n && loops_ > 0) repeated_.insert(n->meaning);
      return;
    }
    const auto name = n->what->text;
    if (name == "arguments" || name == "undefined") return;
    if (name == "globalThis") return out_.globals.push_back({{}, n, {}});
    use(name, n, {});
  }

  void use(std::string_view name, const node* where, std::string_view member) {
    out_.globals.push_back({name, where, member});
    if (name == call_tool || name == tools_object) add_tool({}, where, nullptr);
    if (name == state_object) out_.state.push_back({{}, true, true});
  }

  void state_key(member_expression* n, std::string_view key, const call_node* call) {
    out_.globals.push_back({state_object, n->object, key});
    out_.state.push_back(state_.use_of(n, key, call));
  }

  void add_tool(std::string_view name, const node* where, const call_node* call) {
    if (function_) inside_.emplace_back(out_.tools.size(), function_);
    out_.tools.push_back({name, where, call, loops_ > 0});
  }

  /// `call`: the call whose callee it is, or null.
  void member(member_expression* n, const call_node* call) {
    const auto key = key_text(n->property, n->is(is_computed));
    const auto* of = n->object;
    if (is_global(of, "globalThis") && key.data() != nullptr) return use(key, n, {});
    if (is_global(of, tools_object)) {
      out_.globals.push_back({tools_object, of, key});
      add_tool(key.data() ? key : std::string_view{}, n, call);
    } else if (is_global(of, state_object)) {
      state_key(n, key, call);
    } else if (is_global(of, as_identifier(of)) && key.data() != nullptr) {
      out_.globals.push_back({as_identifier(of), of, key});
    } else {
      visit(n->object);
    }
    if (n->is(is_computed)) visit(n->property);
  }

  static std::string_view as_identifier(const node* n) {
    if (n->kind != node_kind::identifier) return {};
    const auto name = as<identifier>(n)->what->text;
    return name == "globalThis" || name == call_tool || name == "arguments" ? std::string_view{} : name;
  }

  void call(call_node* n) {
    auto* callee = const_cast<node*>(without_chain(n->callee));
    if (is_global(callee, call_tool) && !n->arguments.empty()) {
      out_.globals.push_back({call_tool, callee, {}});
      const auto name = constant_text(n->arguments[0]);
      add_tool(name.data() ? name : std::string_view{}, n, n);
    } else if (callee->kind == node_kind::member_expression) {
      state_.called(as<member_expression>(callee));
      member(as<member_expression>(callee), n);
    } else {
      calls_ = callee;
      visit(callee);
      calls_ = nullptr;
    }
    const auto name = called_name(n);
    const bool each = std::find(each_element.begin(), each_element.end(), name) != each_element.end();
    for (node* it : n->arguments) argument(it, each);
  }

  void argument(node* it, bool each) {
    if (!each) return visit(it);
    if (it->kind == node_kind::identifier && as<identifier>(it)->meaning) repeated_.insert(as<identifier>(it)->meaning);
    if (!is_function(it)) return visit(it);
    runs_each_ = true;
    inside_loop([&] { visit(it); });
  }

  facts out_;
  std::uint32_t depth_ = 0;
  std::uint32_t loops_ = 0;                                           ///< around, within the same function
  bool runs_each_ = false;                                            ///< the next function is called for each element
  const node* calls_ = nullptr;                                       ///< the callee that is being visited
  const declaration* names_next_ = nullptr;                           ///< what the next function is bound to
  const declaration* function_ = nullptr;                             ///< the innermost around that has a name
  std::unordered_map<const declaration*, const declaration*> around_; ///< of such a function, the next one
  std::unordered_set<const declaration*> repeated_;                   ///< functions that are called in a loop
  state_uses state_;
  std::vector<std::pair<std::size_t, const declaration*>> inside_; ///< in which function a tool is used
};

} // namespace

facts gather(const program& tree) { return gatherer().run(tree); }

bool is_global(const node* n, std::string_view name) {
  return n->kind == node_kind::identifier && !as<identifier>(n)->meaning && as<identifier>(n)->what->text == name;
}

const node* without_chain(const node* n) {
  while (n->kind == node_kind::chain_expression) n = as<unary_node>(n)->argument;
  return n;
}

std::string_view constant_text(const node* n) {
  if (n->kind == node_kind::string_literal) {
    const auto text = as<string_literal>(n)->value;
    return text.data() ? text : std::string_view{"", 0};
  }
  if (n->kind == node_kind::template_literal && as<template_literal>(n)->expressions.empty())
    return as<template_literal>(n)->quasis[0]->cooked.data() ? as<template_literal>(n)->quasis[0]->cooked : "";
  return {};
}

std::string_view key_text(const node* key, bool computed) {
  if (!computed && (key->kind == node_kind::identifier || key->kind == node_kind::private_name))
    return as<identifier>(key)->what->text;
  return constant_text(key);
}

place place_of(std::string_view source, const node& n) {
  const auto before = source.substr(0, std::min<std::size_t>(n.begin, source.size()));
  const auto line_end = before.find_last_of("\n\r");
  const auto line = line_end == std::string_view::npos ? before : before.substr(line_end + 1);
  const auto starts = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
  return {n.line, 1 + static_cast<std::uint32_t>(std::count_if(line.begin(), line.end(), starts))};
}

} // namespace enclaved::engine::lang
