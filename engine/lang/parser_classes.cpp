// Classes and their members.
#include "engine/lang/parsing.hpp"

namespace enclaved::engine::lang {

/// From `class`. A declaration's name belongs to the scope around it, and to a scope of its own.
node* parser::parse_class(node_kind kind) {
  const level here(*this);
  auto* made = make_here<class_node>(kind);
  mark_functions();
  auto* around = scope_;
  made->scope = open_scope(scope_kind::class_, made);
  advance();
  const bool has_name = is(token::identifier) && !(is_word(token::word_implements) && options_.allows_types);
  if (has_name) {
    made->id = make_identifier();
    check_binding_name(made->id, declaration_kind::class_);
    declare(made->id->what, declaration_kind::own_name, made);
  } else if (kind == node_kind::class_declaration) {
    unexpected("a name after `class`");
  }
  if (options_.allows_types && is(token::less)) erase_type_parameters();
  class_state names;
  names.around = class_;
  if (take(token::kw_extends)) {
    made->heritage = parse_left_hand_side();
    if (made->heritage->kind == node_kind::arrow_function && !made->heritage->is(is_parenthesized)) unexpected();
    if (options_.allows_types && is(token::less)) erase_type_arguments_of_call(true);
  }
  if (options_.allows_types && is_word(token::word_implements)) {
    const auto from = now_.begin;
    do {
      advance();
      need_type(skip_type());
    } while (is(token::comma));
    erase(from);
  }
  class_ = &names;
  parse_class_body(made);
  class_ = names.around;
  made->has_private_names = close_private_names(names);
  close_scope(made->scope);
  finish(made);
  if (kind == node_kind::class_declaration) {
    scope_ = around;
    declare(made->id->what, declaration_kind::class_, made);
  }
  return made;
}

void parser::parse_class_body(class_node* made) {
  const auto opened_at = now_.begin;
  if (!take(token::open_brace)) unexpected("`{` and the class' body");
  const inside_brackets here(*this);
  const auto from = stack_.size();
  while (!is(token::close_brace)) {
    if (is(token::end)) break;
    if (take(token::semicolon)) continue;
    if (is(token::comma))
      fail_here(mistake::unexpected_token, "unexpected `,`", "no commas stand between the members of a class");
    if (auto* member = parse_member(made)) stack_.push_back(member);
  }
  expect_closing(token::close_brace, opened_at, "of the class");
  made->body = take_list<node>(from);
}

/// Null for what only types have: overloads, abstract methods, index signatures.
node* parser::parse_member(class_node* made) {
  const level here(*this);
  if (is(token::at))
    fail_here(mistake::unsupported_syntax, "decorators are not available here",
              "call the function on the class instead");
  const auto start = now_;
  member_start member;
  auto* last_sibling = scope_->last_child;
  if (options_.allows_types && is(token::identifier)) skip_modifiers_of_member(member);
  member.begin = now_.begin;
  member.line = now_.line;
  if (is_word(token::word_static)) {
    const auto word = save();
    advance();
    if (is(token::open_brace)) return parse_static_block(word.now);
    if (is_modifier())
      member.flags |= is_static;
    else
      restore(word);
  }
  if (options_.allows_types && is(token::identifier)) skip_modifiers_of_member(member);
  if (options_.allows_types && is(token::open_bracket) && skip_index_signature()) {
    erase(start.begin);
    return nullptr;
  }
  auto* result = parse_member_after_modifiers(made, member);
  if (!result) {
    drop_children_after(last_sibling);
    erase(start.begin);
  }
  return result;
}

node* parser::parse_member_after_modifiers(class_node* made, member_start& member) {
  member.op = op_kind::method;
  if (is_word(token::word_get) || is_word(token::word_set) || is_word(token::word_async)) {
    const auto word = save();
    advance();
    // A field named get, set or async may end at its line's end.
    const bool ends = word.now.word == token::word_async ? now_.after_newline : now_.after_newline && is(token::star);
    if (!is_modifier() || ends)
      restore(word);
    else if (word.now.word == token::word_async)
      member.is_async = true;
    else
      member.op = word.now.word == token::word_get ? op_kind::get : op_kind::set;
  }
  if (member.op == op_kind::method) member.is_generator = take(token::star);
  const auto key = now_;
  auto* name = parse_property_key(member.flags, true);
  if (options_.allows_types && (is(token::question) || (is(token::bang) && !now_.after_newline))) {
    advance();
    erase(last_end_ - 1);
  }
  const bool is_method = is(token::open_paren) || (is(token::less) && options_.allows_types);
  if (!is_method && member.op == op_kind::method && !member.is_async && !member.is_generator)
    return parse_field(member, name);
  return parse_method_of_class(made, member, name, key);
}

/// The name of a member that is not computed; empty for others.
std::string_view parser::plain_name(const node* key, std::uint16_t flags) {
  if ((flags & is_computed) != 0) return {};
  if (key->kind == node_kind::identifier) return as<identifier>(key)->what->text;
  if (key->kind == node_kind::string_literal) return as<string_literal>(key)->value;
  return {};
}

node* parser::parse_method_of_class(class_node* made, const member_start& member, node* name, const lexeme& key) {
  auto* result = make<property>(node_kind::method_definition, member.begin, member.line);
  result->key = name;
  result->op = member.op;
  result->flags = member.flags;
  const auto text = plain_name(name, member.flags);
  const bool is_plain = member.op == op_kind::method && !member.is_async && !member.is_generator;
  const bool is_constructor = !result->is(is_static) && text == "constructor";
  if (result->is(is_static) && text == "prototype")
    report(mistake::invalid_class, key.begin, key.end, "a static method cannot be named `prototype`");
  if (is_constructor && !is_plain)
    report(mistake::invalid_class, key.begin, key.end,
           "the constructor cannot be a getter, setter, generator or async");
  auto form = function_form::method;
  if (member.op == op_kind::get) form = function_form::getter;
  if (member.op == op_kind::set) form = function_form::setter;
  if (is_constructor && is_plain)
    form = made->heritage ? function_form::derived_constructor : function_form::constructor;
  auto* method = parse_method(form, member.is_async, member.is_generator, method_of::class_);
  if (!method) return nullptr;
  result->value = method;
  if (name->kind == node_kind::private_name) declare_private(as<identifier>(name), member.op, result->is(is_static));
  if (is_constructor && is_plain) {
    if (made->constructor) report(mistake::invalid_class, key.begin, key.end, "a class has one constructor only");
    made->constructor = method;
    result->op = op_kind::constructor;
  }
  return finish(result);
}

/// From after the name.
node* parser::parse_field(const member_start& member, node* name) {
  auto* made = make<field>(node_kind::property_definition, member.begin, member.line);
  made->key = name;
  made->flags = member.flags;
  const auto text = plain_name(name, member.flags);
  if (text == "constructor" || (text == "prototype" && made->is(is_static)))
    report(mistake::invalid_class, name->begin, name->end, "a field cannot be named `" + std::string(text) + "`");
  if (name->kind == node_kind::private_name) declare_private(as<identifier>(name), op_kind::init, made->is(is_static));
  erase_annotation();
  if (is(token::assign)) {
    function_state state;
    begin_member_code(state);
    made->scope = open_scope(scope_kind::class_member, made);
    state.vars = made->scope;
    advance();
    made->value = parse_assignment();
    close_scope(made->scope);
    function_ = state.around;
  }
  end_of_field(name);
  finish(made);
  return member.is_declared ? nullptr : made;
}

void parser::end_of_field(const node* name) {
  const bool is_function = plain_name(name, 0) == "function" && is(token::identifier) && !now_.after_newline;
  if (is_function)
    fail_here(mistake::unexpected_token, "unexpected " + quoted_token(),
              "methods are written without `function`: name() {…}");
  if (is(token::comma))
    fail_here(mistake::unexpected_token, "unexpected `,`",
              "the members of a class are separated by semicolons or lines");
  end_statement();
}

/// Code of a class that runs as a method would.
void parser::begin_member_code(function_state& state) {
  state.around = function_;
  state.forbids_arguments = true;
  state.forbids_await_name = function_->has_await_keyword || function_->forbids_await_name;
  state.allows_super_property = true;
  state.allows_new_target = true;
  state.first_label = labels_.size();
  function_ = &state;
}

node* parser::parse_static_block(const lexeme& word) {
  auto* made = make<static_block>(node_kind::static_block, word.begin, word.line);
  const auto opened_at = now_.begin;
  function_state state;
  begin_member_code(state);
  state.forbids_await_name = true;
  made->scope = open_scope(scope_kind::class_member, made);
  state.vars = made->scope;
  advance();
  const inside_brackets here(*this);
  const auto from = stack_.size();
  parse_statements_until(token::close_brace, false);
  made->body = take_list<node>(from);
  expect_closing(token::close_brace, opened_at, "of the static block");
  close_scope(made->scope);
  function_ = state.around;
  return finish(made);
}

// -- private names ----------------------------------------------------------------------------------------------------

void parser::declare_private(const identifier* what, op_kind op, bool is_static) {
  if (what->what->text == "constructor")
    report(mistake::invalid_class, what->begin, what->end, "a private name cannot be `#constructor`");
  auto& known = class_->declared[what->what];
  const bool completes = (op == op_kind::get && known.declared == op_kind::set && !known.is_whole) ||
                         (op == op_kind::set && known.declared == op_kind::get && !known.is_whole);
  if (known.declared != op_kind::none && !(completes && known.is_static == is_static))
    report(mistake::duplicate_private_name, what->begin, what->end,
           "the private name `#" + std::string(what->what->text) + "` is declared twice");
  known.is_whole = known.declared != op_kind::none;
  known.declared = op;
  known.is_static = is_static;
}

/// Names that the class does not declare are looked for in the class around it.
bool parser::close_private_names(class_state& state) {
  for (const auto& each : state.declared) state.used.erase(each.first);
  if (!state.around) {
    const identifier* first = nullptr;
    for (const auto& [what, use] : state.used)
      if (!first || use->begin < first->begin) first = use;
    if (first)
      report(mistake::undeclared_private_name, first->begin, first->end,
             "the private name `#" + std::string(first->what->text) + "` is not declared in this class",
             "declare it as a field: #" + std::string(first->what->text) + ";");
  } else {
    // The smaller into the larger, so that deep nesting costs little.
    auto& outer = state.around->used;
    if (outer.size() < state.used.size()) outer.swap(state.used);
    outer.insert(state.used.begin(), state.used.end());
  }
  return !state.declared.empty();
}

} // namespace enclaved::engine::lang
