// Names that are used and bound, and literals that turn out to be patterns.
#include "engine/lang/parsing.hpp"

namespace enclaved::engine::lang {

// -- mistakes that wait -----------------------------------------------------------------------------------------------

void parser::add_pending(mistake kind, std::uint32_t begin, std::uint32_t end, const char* message) {
  if (pending_.begin == nowhere) pending_ = {begin, end, kind, message};
}

void parser::raise_pending() {
  if (pending_.begin == nowhere) return;
  const auto found = pending_;
  pending_.begin = nowhere;
  fail(found.kind, found.begin, found.end, found.message,
       found.message[0] == '`' && found.message[1] == '=' ? "write `:` between a property's name and its value" : "");
}

// -- names ------------------------------------------------------------------------------------------------------------

/// That a word may be a name here at all.
void parser::check_reference(const name* what, std::uint32_t begin, std::uint32_t end) {
  const auto word = static_cast<token>(what->word);
  if (word == token::end || word > token::word_arguments) return;
  const auto quoted = "`" + std::string(what->text) + "`";
  if (is_reserved_in_strict(word) || is_keyword(word)) {
    report(mistake::reserved_word, begin, end, quoted + " is a reserved word and cannot be a name");
  } else if (word == token::word_await) {
    if (function_->has_await_keyword || function_->forbids_await_name)
      report(mistake::invalid_await, begin, end, "`await` cannot be a name here");
    if (function_->await_name_at == nowhere) function_->await_name_at = begin;
  }
}

/// A variable that is read or assigned.
void parser::use_reference(identifier* made) {
  const auto word = static_cast<token>(made->what->word);
  if (word == token::end || word > token::word_arguments) return;
  if (word == token::word_await && !function_->has_await_keyword && !made->is(has_escape) && begins_awaited())
    fail(mistake::await_outside_async, made->begin, made->end, "`await` stands in a function that is not async",
         "write async before the function around it");
  check_reference(made->what, made->begin, made->end);
  if (word == token::word_arguments) {
    function_->uses.arguments = true;
    if (function_->forbids_arguments)
      report(mistake::invalid_arguments, made->begin, made->end,
             "`arguments` has no meaning in a class' field or static block");
  }
}

/// After the name `await`: what is here can only be what it should wait for.
bool parser::begins_awaited() const {
  if (now_.after_newline) return false;
  switch (now_.kind) {
  case token::identifier:
    return now_.word != token::word_of && now_.word != token::word_as && now_.word != token::word_satisfies;
  case token::string:
  case token::number:
  case token::open_brace:
  case token::kw_new:
  case token::kw_this:
  case token::kw_function:
  case token::kw_null:
  case token::kw_import:
  case token::kw_true:
  case token::kw_false: return true;
  default: return false;
  }
}

/// That a name may be bound.
void parser::check_binding_name(const identifier* made, declaration_kind kind) {
  const auto word = static_cast<token>(made->what->word);
  if (word == token::end || word > token::word_arguments) return;
  if (word == token::word_eval || word == token::word_arguments)
    report(mistake::invalid_target, made->begin, made->end,
           "`" + std::string(made->what->text) + "` cannot be declared or assigned");
  else if (word == token::word_let && (kind == declaration_kind::let || kind == declaration_kind::constant))
    report(mistake::reserved_word, made->begin, made->end, "`let` cannot be the name of a variable");
  else
    check_reference(made->what, made->begin, made->end);
}

// -- targets of assignments -------------------------------------------------------------------------------------------

/// What `+=`, `++` and the left side of `=` need: a variable or a property.
void parser::check_simple_target(node* n, const char* what) {
  if (n->kind == node_kind::identifier) {
    const auto word = static_cast<token>(as<identifier>(n)->what->word);
    if (word == token::word_eval || word == token::word_arguments)
      report(mistake::invalid_target, n->begin, n->end,
             "`" + std::string(as<identifier>(n)->what->text) + "` cannot be " + what);
    return;
  }
  if (n->kind == node_kind::member_expression) return;
  std::string hint;
  if (n->kind == node_kind::chain_expression)
    hint = "an optional chain has no place to assign to: test the object first";
  else if (n->kind == node_kind::binary_expression || n->kind == node_kind::logical_expression ||
           n->kind == node_kind::call_expression)
    hint = "to compare, write ===";
  report(mistake::invalid_target, n->begin, n->end, std::string("this cannot be ") + what, hint);
}

/// A literal before `=`, `of` or `in`, or part of one, becomes a pattern.
void parser::to_target(node* n) {
  if ((n->kind == node_kind::array_expression || n->kind == node_kind::object_expression) && !n->is(is_parenthesized))
    return to_pattern(n);
  if (n->kind == node_kind::array_pattern || n->kind == node_kind::object_pattern) return;
  check_simple_target(n, "assigned to");
}

void parser::to_pattern(node* n) {
  const bool is_array = n->kind == node_kind::array_expression;
  n->kind = is_array ? node_kind::array_pattern : node_kind::object_pattern;
  for (auto* item : as<list_node>(n)->items) {
    if (!item) continue;
    if (item->kind == node_kind::spread_element) {
      to_rest(item, is_array);
      if (item != as<list_node>(n)->items.back())
        report(mistake::invalid_target, item->begin, item->end, "the rest must be the last part of a pattern");
      continue;
    }
    if (is_array) {
      to_target_element(item);
      continue;
    }
    auto* part = as<property>(item);
    if (part->op != op_kind::init || part->is(is_method))
      fail(mistake::invalid_target, part->begin, part->end, "a method cannot stand in a pattern");
    to_target_element(part->value);
  }
}

void parser::to_rest(node* spread, bool is_array) {
  if ((spread->flags & has_comma_after) != 0)
    report(mistake::invalid_target, spread->begin, spread->end, "no comma may follow the rest of a pattern");
  spread->kind = node_kind::rest_element;
  auto* target = as<unary_node>(spread)->argument;
  if (!is_array && target->kind != node_kind::identifier && target->kind != node_kind::member_expression)
    report(mistake::invalid_target, target->begin, target->end, "the rest of an object must be a variable");
  to_target(target);
}

void parser::to_target_element(node* n) {
  if (n->kind == node_kind::assignment_expression && n->op == op_kind::assign && !n->is(is_parenthesized)) {
    n->kind = node_kind::assignment_pattern; // its left side became a target when it was read
    return;
  }
  to_target(n);
}

// -- parameters that were read as expressions -------------------------------------------------------------------------

/// Becomes a parameter or a part of one: names and patterns of names, in no parentheses.
void parser::to_binding(node* n) {
  if (n->is(is_parenthesized))
    fail(mistake::invalid_parameters, n->begin, n->end, "a parameter cannot stand in parentheses of its own");
  switch (n->kind) {
  case node_kind::identifier: return bind(as<identifier>(n), declaration_kind::parameter);
  case node_kind::assignment_expression:
    if (n->op != op_kind::assign) break;
    [[fallthrough]];
  case node_kind::assignment_pattern:
    n->kind = node_kind::assignment_pattern;
    return to_binding(as<binary_node>(n)->left);
  case node_kind::array_expression:
  case node_kind::array_pattern:
    n->kind = node_kind::array_pattern;
    return to_binding_parts(as<list_node>(n), part_of::array);
  case node_kind::object_expression:
  case node_kind::object_pattern:
    n->kind = node_kind::object_pattern;
    return to_binding_parts(as<list_node>(n), part_of::object);
  default: break;
  }
  fail(mistake::invalid_parameters, n->begin, n->end, "this cannot be a parameter");
}

void parser::to_binding_parts(list_node* n, part_of whole) {
  for (auto* item : n->items)
    if (item) to_binding_part(item, whole, item == n->items.back());
}

void parser::to_binding_part(node* item, part_of whole, bool is_last) {
  if (item->kind == node_kind::spread_element || item->kind == node_kind::rest_element) {
    auto* target = as<unary_node>(item)->argument;
    if (!is_last || (item->flags & has_comma_after) != 0)
      fail(mistake::invalid_parameters, item->begin, item->end,
           whole == part_of::parameters ? "the rest must be the last parameter"
                                        : "the rest must be the last part of a pattern");
    if (whole == part_of::object && target->kind != node_kind::identifier)
      fail(mistake::invalid_parameters, target->begin, target->end, "the rest of an object must be a variable");
    to_binding_rest(item);
    return;
  }
  if (item->kind != node_kind::property) return to_binding(item);
  auto* part = as<property>(item);
  if (part->op != op_kind::init || part->is(is_method))
    fail(mistake::invalid_parameters, part->begin, part->end, "a method cannot stand in a pattern");
  to_binding(part->value);
}

void parser::to_binding_rest(node* spread) {
  auto* target = as<unary_node>(spread)->argument;
  spread->kind = node_kind::rest_element;
  if (target->kind == node_kind::assignment_expression || target->kind == node_kind::assignment_pattern)
    fail(mistake::invalid_parameters, target->begin, target->end, "the rest cannot have a default");
  to_binding(target);
}

// -- bindings that are read as such -----------------------------------------------------------------------------------

void parser::bind(identifier* made, declaration_kind kind) {
  check_binding_name(made, kind);
  declare(made->what, kind, made);
}

identifier* parser::parse_binding_identifier(declaration_kind kind) {
  if (!is(token::identifier)) {
    if (is_keyword(now_.kind) || is(token::escaped_keyword))
      fail_here(mistake::reserved_word, "`" + std::string(text_of(now_)) + "` is a reserved word and cannot be a name");
    unexpected("a name");
  }
  auto* made = make_identifier();
  bind(made, kind);
  return made;
}

node* parser::parse_binding(declaration_kind kind) {
  const level here(*this);
  if (is(token::open_bracket)) return parse_array_binding(kind);
  if (is(token::open_brace)) return parse_object_binding(kind);
  return parse_binding_identifier(kind);
}

node* parser::parse_binding_element(declaration_kind kind) {
  const auto begin = now_.begin;
  const auto line = now_.line;
  auto* target = parse_binding(kind);
  return parse_default(target, begin, line);
}

/// `= value` after a target, when it is there.
node* parser::parse_default(node* target, std::uint32_t begin, std::uint32_t line) {
  if (!is(token::assign)) return target;
  auto* made = make<binary_node>(node_kind::assignment_pattern, begin, line);
  made->op = op_kind::assign;
  advance();
  made->left = target;
  made->right = parse_assignment();
  return finish(made);
}

node* parser::parse_rest(declaration_kind kind, bool of_object) {
  auto* made = make_here<unary_node>(node_kind::rest_element);
  advance();
  made->argument = of_object ? parse_binding_identifier(kind) : parse_binding(kind);
  finish(made);
  if (is(token::assign)) fail_here(mistake::unexpected_token, "the rest cannot have a default");
  if (is(token::comma)) fail_here(mistake::unexpected_token, "the rest must be the last, without a comma after it");
  return made;
}

node* parser::parse_array_binding(declaration_kind kind) {
  auto* made = make_here<list_node>(node_kind::array_pattern);
  const auto opened_at = now_.begin;
  advance();
  const inside_brackets here(*this);
  const auto from = stack_.size();
  while (!is(token::close_bracket)) {
    if (take(token::comma)) {
      stack_.push_back(nullptr);
      continue;
    }
    stack_.push_back(is(token::ellipsis) ? parse_rest(kind, false) : parse_binding_element(kind));
    if (!take(token::comma)) break;
  }
  expect_closing(token::close_bracket, opened_at, "at the end of the pattern");
  made->items = take_list<node>(from);
  return finish(made);
}

node* parser::parse_object_binding(declaration_kind kind) {
  auto* made = make_here<list_node>(node_kind::object_pattern);
  const auto opened_at = now_.begin;
  advance();
  const inside_brackets here(*this);
  const auto from = stack_.size();
  while (!is(token::close_brace)) {
    stack_.push_back(is(token::ellipsis) ? parse_rest(kind, true) : parse_binding_property(kind));
    if (!take(token::comma)) break;
  }
  expect_closing(token::close_brace, opened_at, "at the end of the pattern");
  made->items = take_list<node>(from);
  return finish(made);
}

node* parser::parse_binding_property(declaration_kind kind) {
  auto* made = make_here<property>(node_kind::property);
  made->op = op_kind::init;
  const auto key = now_;
  made->key = parse_property_key(made->flags, false);
  if (take(token::colon)) {
    made->value = parse_binding_element(kind);
    return finish(made);
  }
  if (key.kind != token::identifier) {
    if (is_keyword(key.kind))
      fail(mistake::reserved_word, key.begin, key.end,
           "`" + std::string(text_of(key)) + "` is a reserved word and cannot be a name",
           "rename it: {" + std::string(text_of(key)) + ": other}");
    unexpected("`:` and a name after the property");
  }
  made->flags |= is_shorthand;
  auto* value = make<identifier>(node_kind::identifier, key.begin, key.line);
  value->what = key.what;
  value->flags = made->key->flags;
  value->end = key.end;
  bind(value, kind);
  made->value = parse_default(value, key.begin, key.line);
  return finish(made);
}

} // namespace enclaved::engine::lang
