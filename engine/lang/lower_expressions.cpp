// Expressions but assignments and classes.
#include "engine/lang/emitter.hpp"
#include "engine/lang/walk.hpp"

#include <algorithm>
#include <cmath>

namespace enclaved::engine::lang {

namespace {

struct operation {
  std::string_view text;
  int level;
};

operation of(op_kind op) {
  switch (op) {
  case op_kind::add: return {"+", as_sum};
  case op_kind::subtract: return {"-", as_sum};
  case op_kind::multiply: return {"*", as_product};
  case op_kind::divide: return {"/", as_product};
  case op_kind::remainder: return {"%", as_product};
  case op_kind::power: return {"**", as_power};
  case op_kind::shift_left: return {"<<", as_shift};
  case op_kind::shift_right: return {">>", as_shift};
  case op_kind::shift_right_unsigned: return {">>>", as_shift};
  case op_kind::bit_and: return {"&", as_bit_and};
  case op_kind::bit_or: return {"|", as_bit_or};
  case op_kind::bit_xor: return {"^", as_bit_xor};
  case op_kind::equal: return {"==", as_equality};
  case op_kind::not_equal: return {"!=", as_equality};
  case op_kind::strict_equal: return {"===", as_equality};
  case op_kind::strict_not_equal: return {"!==", as_equality};
  case op_kind::less: return {"<", as_relation};
  case op_kind::less_equal: return {"<=", as_relation};
  case op_kind::greater: return {">", as_relation};
  case op_kind::greater_equal: return {">=", as_relation};
  case op_kind::in: return {" in ", as_relation};
  case op_kind::instance_of: return {" instanceof ", as_relation};
  case op_kind::and_then: return {"&&", as_and};
  case op_kind::or_else: return {"||", as_or};
  default: return {",", as_sequence};
  }
}

/// Whether something may be assigned or called in an expression; one of many nodes may.
bool has_effects(const node* n, std::uint32_t& nodes_left) {
  switch (n->kind) {
  case node_kind::assignment_expression:
  case node_kind::update_expression:
  case node_kind::call_expression:
  case node_kind::new_expression:
  case node_kind::tagged_template:
  case node_kind::await_expression:
  case node_kind::yield_expression:
  case node_kind::class_expression: return true;
  case node_kind::function_expression:
  case node_kind::arrow_function: return false;
  default: break;
  }
  if (nodes_left == 0) return true;
  --nodes_left;
  bool found = false;
  for_each_child(n, [&](const node* child) { found = found || has_effects(child, nodes_left); });
  return found;
}

/// Whether `left` is a variable that may be another one when `right` has run.
bool changes_while(const node* left, const node* right) {
  constexpr std::uint32_t nodes_looked_at = 64;
  if (left->kind == node_kind::sequence_expression) left = as<list_node>(left)->items.back();
  if (left->kind != node_kind::identifier) return false;
  const auto* what = as<identifier>(left)->meaning;
  auto nodes_left = nodes_looked_at;
  return what != nullptr && what->is_assigned && has_effects(right, nodes_left);
}

} // namespace

/// Parentheses around what binds less than its place asks for.
class parenthesized {
public:
  parenthesized(std::string& out, int level, int own) : out_(out), is_(own < level) {
    if (is_) out_.push_back('(');
  }
  ~parenthesized() {
    if (is_) out_.push_back(')');
  }
  parenthesized(const parenthesized&) = delete;
  parenthesized& operator=(const parenthesized&) = delete;

private:
  std::string& out_;
  bool is_;
};

void emitter::put_this() {
  if (!now_->is_derived || now_->super_first) {
    put(now_->this_text);
    return;
  }
  put("($$this===void 0?$$unbound():$$this)");
}

void emitter::number(const number_literal* n) {
  const auto text = tree_.source.substr(n->begin, n->end - n->begin);
  bool plain = !text.empty() && text.size() < 16 && (text[0] != '0' || text.size() == 1);
  for (const char c : text) plain = plain && c >= '0' && c <= '9';
  if (plain) {
    put(text);
    return;
  }
  if (std::isinf(n->value)) {
    put("1e999");
    return;
  }
  put(number_text(n->value));
}

static bool is_text(const node* n) {
  if (n->kind == node_kind::string_literal || n->kind == node_kind::template_literal ||
      n->kind == node_kind::number_literal)
    return true;
  if (n->kind == node_kind::unary_expression) return n->op == op_kind::type_of;
  return n->kind == node_kind::update_expression;
}

void emitter::template_text(template_literal* n) {
  if (n->expressions.empty()) {
    put_string(n->quasis[0]->cooked);
    return;
  }
  put('(');
  bool first = true;
  for (std::uint32_t i = 0; i < n->quasis.count; ++i) {
    if (!n->quasis[i]->cooked.empty() || i == 0) {
      if (!first) put('+');
      put_string(n->quasis[i]->cooked);
      first = false;
    }
    if (i >= n->expressions.count) continue;
    auto* e = n->expressions[i];
    sync(e->line);
    put(is_text(e) ? "+(" : "+$$str(");
    expression(e, is_text(e) ? as_sequence : as_assignment);
    put(')');
  }
  put(')');
}

void emitter::tagged(tagged_template* n) {
  const auto site = kept("$$s", ++names_);
  sites_.push_back(site);
  const auto* quasi = n->quasi;
  put('(');
  expression(n->tag, as_call);
  put("((");
  put(site);
  put("||(");
  put(site);
  put("=$$template([");
  for (std::uint32_t i = 0; i < quasi->quasis.count; ++i) {
    if (i != 0) put(',');
    if (quasi->quasis[i]->cooked.data() == nullptr)
      put("void 0");
    else
      put_string(quasi->quasis[i]->cooked);
  }
  put("],[");
  for (std::uint32_t i = 0; i < quasi->quasis.count; ++i) {
    if (i != 0) put(',');
    put_string(quasi->quasis[i]->raw);
  }
  put("])))");
  for (auto* e : quasi->expressions) {
    put(',');
    expression(e);
  }
  put("))");
}

bool emitter::has_spread(const node_list& items) {
  for (const auto* n : items)
    if (n != nullptr && n->kind == node_kind::spread_element) return true;
  return false;
}

/// Elements, and what they come from, as one new array.
void emitter::array_literal(const node_list& items) {
  if (!has_spread(items)) {
    put('[');
    for (std::uint32_t i = 0; i < items.count; ++i) {
      if (items[i] != nullptr) expression(items[i]);
      if (i + 1 < items.count || items[i] == nullptr) put(',');
    }
    put(']');
    return;
  }
  if (items.count == 1) {
    put("$$spread(");
    expression(as<unary_node>(items[0])->argument);
    put(')');
    return;
  }
  put("$$join(");
  bool open = false;
  for (std::uint32_t i = 0; i < items.count; ++i) {
    auto* n = items[i];
    const bool spreads = n != nullptr && n->kind == node_kind::spread_element;
    if (open && spreads) put(']');
    if (i != 0 && (spreads || !open)) put(',');
    if (spreads) {
      open = false;
      put("$$spread(");
      expression(as<unary_node>(n)->argument);
      put(')');
      continue;
    }
    put(open ? "," : "[");
    open = true;
    if (n != nullptr)
      expression(n);
    else if (i + 1 == items.count || (items[i + 1] != nullptr && items[i + 1]->kind == node_kind::spread_element))
      put(',');
  }
  put(open ? "])" : ")");
}

void emitter::arguments(const node_list& items) {
  put('(');
  for (std::uint32_t i = 0; i < items.count; ++i) {
    if (i != 0) put(',');
    expression(items[i]);
  }
  put(')');
}

void emitter::remove(node* n) {
  if (n->kind == node_kind::chain_expression) {
    chain(as<unary_node>(n)->argument, true);
    return;
  }
  if (n->kind != node_kind::member_expression) {
    put('(');
    expression(n, as_sequence);
    put(",true)");
    return;
  }
  auto* m = as<member_expression>(n);
  if (m->object->kind == node_kind::super_keyword) {
    put("$$undeletable(");
    put_this();
    if (m->is(is_computed)) {
      put(',');
      expression(m->property);
    }
    put(')');
    return;
  }
  put("delete ");
  expression(n, as_call);
}

void emitter::unary(unary_node* n, int level) {
  if (n->op == op_kind::void_of) {
    put('(');
    expression(n->argument, as_assignment);
    put(",void 0)");
    return;
  }
  parenthesized around(out_, level, as_unary);
  switch (n->op) {
  case op_kind::delete_of: remove(n->argument); return;
  case op_kind::type_of: {
    put("typeof ");
    const auto* at = n->argument->kind == node_kind::identifier ? as<identifier>(n->argument) : nullptr;
    if (at != nullptr && at->meaning == nullptr && !is_plain_key(at->what->text)) {
      put("$$known(");
      put_string(at->what->text);
      put(')');
      return;
    }
    break;
  }
  case op_kind::plus: put('+'); break;
  case op_kind::minus: put('-'); break;
  case op_kind::negate: put('!'); break;
  default: put('~');
  }
  const bool sign = n->op == op_kind::plus || n->op == op_kind::minus;
  const bool again = n->argument->kind == node_kind::unary_expression ||
                     n->argument->kind == node_kind::update_expression ||
                     n->argument->kind == node_kind::number_literal;
  expression(n->argument, sign && again && n->argument->kind != node_kind::number_literal ? as_primary : as_unary);
}

/// The value that a variable, or the last one of a list of expressions, has now, whatever comes to be assigned to it.
void emitter::taken(node* n) {
  const bool is_list = n->kind == node_kind::sequence_expression;
  if (is_list) {
    put('(');
    const auto& items = as<list_node>(n)->items;
    for (std::uint32_t i = 0; i + 1 < items.count; ++i) {
      expression(items[i]);
      put(',');
    }
    n = items.back();
  }
  put("((");
  expression(n);
  put(is_list ? ")))" : "))");
}

void emitter::binary(binary_node* n, int level) {
  if (n->left->kind == node_kind::private_name) {
    put("$$has(");
    expression(n->right);
    put(',');
    private_name_text(n->left);
    put(')');
    return;
  }
  const auto it = of(n->op);
  // Parenthesized always: it may stand in the head of a for statement.
  parenthesized around(out_, n->op == op_kind::in ? as_primary : level, it.level);
  const bool to_the_right = n->op == op_kind::power;
  // Two pairs of parentheses say that a variable's value is taken before the right operand runs.
  const bool is_taken = changes_while(n->left, n->right);
  if (is_taken)
    taken(n->left);
  else
    expression(n->left, to_the_right ? as_postfix : it.level);
  put(it.text);
  const auto from = out_.size();
  expression(n->right, to_the_right ? static_cast<int>(as_power) : it.level + 1);
  // a + +b
  if ((n->op == op_kind::add || n->op == op_kind::subtract) && out_[from] == it.text[0]) out_.insert(from, 1, ' ');
}

/// A list of operands in groups, as Duktape takes each one for a nest inside the last.
void emitter::long_logical(const std::vector<node*>& operands, op_kind op) {
  constexpr std::size_t together = 32;
  const bool coalesces = op == op_kind::coalesce;
  const auto between = coalesces ? std::string_view("||") : of(op).text;
  const auto held = now_->temps;
  const auto t = coalesces ? temp() : std::string_view{};
  put('(');
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (i != 0) put(between);
    if (i % together == 0) put('(');
    if (coalesces) {
      put('(');
      put(t);
      put('=');
      expression(operands[i]);
      put(i + 1 < operands.size() ? ")!=null" : ")");
    } else {
      expression(operands[i], of(op).level + 1);
    }
    if (i % together == together - 1 || i + 1 == operands.size()) put(')');
  }
  if (coalesces) {
    put(',');
    put(t);
  }
  put(')');
  release_to(held);
}

void emitter::logical(binary_node* n, int level) {
  constexpr std::size_t many = 64;
  std::size_t count = 0;
  for (const node* at = n; at->kind == node_kind::logical_expression && at->op == n->op; at = as<binary_node>(at)->left)
    ++count;
  if (count >= many) {
    std::vector<node*> operands;
    node* at = n;
    for (; at->kind == node_kind::logical_expression && at->op == n->op; at = as<binary_node>(at)->left)
      operands.push_back(as<binary_node>(at)->right);
    operands.push_back(at);
    std::reverse(operands.begin(), operands.end());
    long_logical(operands, n->op);
    return;
  }
  if (n->op != op_kind::coalesce) {
    const auto it = of(n->op);
    parenthesized around(out_, level, it.level);
    expression(n->left, it.level);
    put(it.text);
    expression(n->right, it.level + 1);
    return;
  }
  put('(');
  if (is_simple_read(n->left)) {
    expression(n->left, as_equality);
    put("!=null?");
    expression(n->left, as_assignment);
  } else {
    const auto held = now_->temps;
    const auto t = temp();
    put('(');
    put(t);
    put('=');
    expression(n->left);
    put(")!=null?");
    put(t);
    release_to(held);
  }
  put(':');
  expression(n->right);
  put(')');
}

void emitter::member_key(member_expression* n, std::string_view given) {
  if (!given.empty()) {
    put('[');
    put(given);
    put(']');
    return;
  }
  if (n->is(is_computed)) {
    put('[');
    expression(n->property, as_sequence);
    put(']');
    return;
  }
  sync(n->property->line);
  const auto text = as<identifier>(n->property)->what->text;
  if (is_plain_key(text)) {
    put('.');
    put(text);
  } else {
    put('[');
    put_string(text);
    put(']');
  }
}

void emitter::member(member_expression* n) {
  if (n->object->kind == node_kind::super_keyword) {
    put("$$super(");
    put(now_->home);
    put(',');
    put_this();
    put(',');
    if (n->is(is_computed))
      expression(n->property);
    else
      put_string(as<identifier>(n->property)->what->text);
    put(')');
    return;
  }
  if (n->property->kind == node_kind::private_name) {
    put("$$get(");
    expression(n->object);
    put(',');
    private_name_text(n->property);
    put(')');
    return;
  }
  expression(n->object, n->object->kind == node_kind::number_literal ? as_primary + 1 : as_call);
  member_key(n);
}

void emitter::construct(call_node* n) {
  if (has_spread(n->arguments)) {
    put("$$construct(");
    expression(n->callee);
    put(',');
    array_literal(n->arguments);
    put(')');
    return;
  }
  put("new ");
  const bool plain = n->callee->kind == node_kind::identifier && is_simple_read(n->callee);
  if (!plain) put('(');
  expression(n->callee, plain ? as_call : as_sequence);
  if (!plain) put(')');
  arguments(n->arguments);
}

/// A call whose `this` has to be named: of super, of a private method, with spread arguments.
void emitter::call(call_node* n) {
  auto* callee = n->callee;
  if (callee->kind == node_kind::super_keyword) {
    super_call(n);
    return;
  }
  const bool spreads = has_spread(n->arguments);
  const bool is_member = callee->kind == node_kind::member_expression;
  auto* m = is_member ? as<member_expression>(callee) : nullptr;
  const bool of_super = is_member && m->object->kind == node_kind::super_keyword;
  const bool is_private = is_member && !of_super && m->property->kind == node_kind::private_name;
  if (callee->kind == node_kind::chain_expression) {
    chain(n, false);
    return;
  }
  if (!spreads && !of_super && !is_private) {
    if (callee->kind == node_kind::identifier && as<identifier>(callee)->meaning == nullptr &&
        as<identifier>(callee)->what->text == "eval")
      put("(0,eval)");
    else
      expression(callee, as_call);
    arguments(n->arguments);
    return;
  }
  const auto held = now_->temps;
  if (!is_member) {
    put("$$apply(");
    expression(callee);
    put(",void 0,");
  } else if (of_super) {
    put("$$apply(");
    member(m);
    put(',');
    put_this();
    put(',');
  } else if (is_simple_read(m->object)) {
    put("$$apply(");
    member(m);
    put(',');
    expression(m->object);
    put(',');
  } else {
    const auto t = temp();
    put("$$apply(");
    if (is_private) put("$$get(");
    put('(');
    put(t);
    put('=');
    expression(m->object);
    put(')');
    if (is_private) {
      put(',');
      private_name_text(m->property);
      put(')');
    } else {
      member_key(m);
    }
    put(',');
    put(t);
    put(',');
  }
  array_literal(n->arguments);
  put(')');
  release_to(held);
}

void emitter::expression(node* n, int level) {
  sync(n->line);
  switch (n->kind) {
  case node_kind::identifier: read(as<identifier>(n)); break;
  case node_kind::null_literal: put("null"); break;
  case node_kind::boolean_literal: put(as<boolean_literal>(n)->value ? "true" : "false"); break;
  case node_kind::number_literal: {
    parenthesized around(out_, level, as_primary);
    number(as<number_literal>(n));
    break;
  }
  case node_kind::string_literal: put_string(as<string_literal>(n)->value); break;
  case node_kind::regexp_literal:
    // As it stands: its program becomes a constant of the function. After a parenthesis a slash is no division.
    put("(/");
    put(as<regexp_literal>(n)->body);
    put('/');
    put(as<regexp_literal>(n)->pattern_flags);
    put(')');
    break;
  case node_kind::template_literal: template_text(as<template_literal>(n)); break;
  case node_kind::tagged_template: tagged(as<tagged_template>(n)); break;
  case node_kind::array_expression: array_literal(as<list_node>(n)->items); break;
  case node_kind::object_expression: object_literal(as<list_node>(n)); break;
  case node_kind::function_expression:
  case node_kind::arrow_function: {
    parenthesized around(out_, level, as_call - 1);
    closure(as<function_node>(n), {});
    break;
  }
  case node_kind::class_expression: klass(as<class_node>(n), {}); break;
  case node_kind::unary_expression: unary(as<unary_node>(n), level); break;
  case node_kind::update_expression: {
    parenthesized around(out_, level, as_postfix - (n->is(is_prefix) ? 1 : 0));
    update(as<unary_node>(n));
    break;
  }
  case node_kind::binary_expression: binary(as<binary_node>(n), level); break;
  case node_kind::logical_expression: logical(as<binary_node>(n), level); break;
  case node_kind::assignment_expression: assignment(as<binary_node>(n), level); break;
  case node_kind::conditional_expression: {
    auto* c = as<conditional_expression>(n);
    parenthesized around(out_, level, as_conditional);
    expression(c->test, as_or);
    put('?');
    expression(c->consequent);
    put(':');
    expression(c->alternate);
    break;
  }
  case node_kind::call_expression: call(as<call_node>(n)); break;
  case node_kind::new_expression: construct(as<call_node>(n)); break;
  case node_kind::member_expression: member(as<member_expression>(n)); break;
  case node_kind::chain_expression: chain(as<unary_node>(n)->argument, false); break;
  case node_kind::sequence_expression: {
    parenthesized around(out_, level, as_sequence);
    bool first = true;
    for (auto* item : as<list_node>(n)->items) {
      if (!first) put(',');
      first = false;
      expression(item);
    }
    break;
  }
  case node_kind::yield_expression: {
    const bool delegates = n->is(is_delegate);
    put(now_->is_async ? (delegates ? "$$adelegate(" : "$$ayield(") : delegates ? "$$delegate(" : "$$yield(");
    if (as<unary_node>(n)->argument != nullptr) expression(as<unary_node>(n)->argument);
    put(')');
    break;
  }
  case node_kind::await_expression:
    put("$$await(");
    expression(as<unary_node>(n)->argument);
    put(')');
    break;
  case node_kind::this_expression: put_this(); break;
  case node_kind::new_target: put(now_->new_target_text); break;
  default: put("void 0");
  }
}

} // namespace enclaved::engine::lang
