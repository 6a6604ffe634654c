// Functions, methods and arrows.
#include "engine/lang/parsing.hpp"

namespace enclaved::engine::lang {

// -- what is around the code of a function ----------------------------------------------------------------------------

void parser::begin_function(function_state& state, function_node* made) {
  mark_functions();
  state.around = function_;
  state.node = made;
  state.is_async = state.has_await_keyword = made->is_async;
  state.is_generator = made->is_generator;
  state.allows_return = true;
  state.first_label = labels_.size();
  if (made->is_arrow) {
    state.is_arrow = true;
    state.forbids_await_name = function_->forbids_await_name;
    state.forbids_arguments = function_->forbids_arguments;
    state.allows_super_property = function_->allows_super_property;
    state.allows_super_call = function_->allows_super_call;
    state.allows_new_target = function_->allows_new_target;
  } else {
    state.allows_super_property = made->is_method;
    state.allows_super_call = made->is_derived;
    state.allows_new_target = true;
  }
  function_ = &state;
  made->scope = open_scope(scope_kind::function, made);
  state.vars = made->scope;
}

void parser::end_function(function_state& state) {
  auto* made = state.node;
  close_scope(made->scope);
  made->has_await = state.has_await;
  made->has_yield = state.has_yield;
  made->uses_this = state.uses.this_value;
  made->uses_arguments = state.uses.arguments;
  made->uses_super_call = state.uses.super_call;
  made->uses_super_property = state.uses.super_property;
  made->uses_new_target = state.uses.new_target;
  function_ = state.around;
  if (made->is_arrow) function_->uses.add(state.uses);
}

// -- declarations and expressions -------------------------------------------------------------------------------------

/// From `function`. Its name belongs to the scope around it.
node* parser::parse_function_declaration(bool is_async, std::uint32_t begin, std::uint32_t line) {
  auto* made = make<function_node>(node_kind::function_declaration, begin, line);
  advance();
  made->is_async = is_async;
  made->is_generator = take(token::star);
  if (!is(token::identifier)) unexpected("a name after `function`");
  made->id = make_identifier();
  check_binding_name(made->id, declaration_kind::function);
  auto* last_sibling = scope_->last_child;
  function_state state;
  begin_function(state, made);
  parse_parameters(made);
  if (options_.allows_types && !is(token::open_brace)) { // an overload
    end_statement();
    close_scope(made->scope);
    function_ = state.around;
    drop_children_after(last_sibling);
    return erased_statement(begin, line);
  }
  parse_function_body(made);
  end_function(state);
  finish(made);
  declare(made->id->what, declaration_kind::function, made);
  return made;
}

node* parser::parse_function_expression(bool is_async, std::uint32_t begin, std::uint32_t line) {
  const level here(*this);
  auto* made = make<function_node>(node_kind::function_expression, begin, line);
  advance();
  made->is_async = is_async;
  made->is_generator = take(token::star);
  function_state state;
  begin_function(state, made);
  if (is(token::identifier)) {
    made->id = make_identifier();
    check_binding_name(made->id, declaration_kind::own_name);
    if (made->is_generator && static_cast<token>(made->id->what->word) == token::word_yield)
      report(mistake::invalid_yield, made->id->begin, made->id->end, "`yield` cannot be the name of a generator");
    declare(made->id->what, declaration_kind::own_name, made);
  }
  parse_parameters(made);
  parse_function_body(made);
  end_function(state);
  return finish(made);
}

/// From the parenthesis after a method's name.
function_node* parser::parse_method(function_form form, bool is_async, bool is_generator, method_of owner) {
  const level here(*this);
  auto* made = make_here<function_node>(node_kind::function_expression);
  std::vector<identifier*> outer_properties;
  outer_properties.swap(parameter_properties_);
  made->is_async = is_async;
  made->is_generator = is_generator;
  made->is_method = true;
  made->is_derived = form == function_form::derived_constructor;
  made->is_constructor = made->is_derived || form == function_form::constructor;
  function_state state;
  begin_function(state, made);
  const auto opened_at = now_.begin;
  parse_parameters(made);
  if (form == function_form::getter && !made->parameters.empty())
    report(mistake::invalid_parameters, opened_at, last_end_, "a getter has no parameters");
  if (form == function_form::setter &&
      (made->parameters.count != 1 || made->parameters[0]->kind == node_kind::rest_element))
    report(mistake::invalid_parameters, opened_at, last_end_, "a setter has exactly one parameter");
  if (options_.allows_types && owner == method_of::class_ && !is(token::open_brace)) { // an overload, or abstract
    end_statement();
    close_scope(made->scope);
    function_ = state.around;
    parameter_properties_.swap(outer_properties);
    return nullptr;
  }
  // The properties are those of this constructor, not of one inside its body.
  auto properties = std::move(parameter_properties_);
  parse_function_body(made);
  parameter_properties_ = std::move(properties);
  if (!parameter_properties_.empty()) add_parameter_properties(made);
  parameter_properties_.swap(outer_properties);
  end_function(state);
  return finish(made);
}

/// `constructor(private x) {}` begins with `this.x = x`; in a derived class after the call of super.
void parser::add_parameter_properties(function_node* made) {
  auto& body = as<block>(made->body)->body;
  std::uint32_t after = 0;
  if (made->is_derived) {
    const auto calls_super = [](const node* each) {
      const auto* call =
          each->kind == node_kind::expression_statement ? as<expression_statement>(each)->expression : nullptr;
      return call && call->kind == node_kind::call_expression &&
             as<call_node>(call)->callee->kind == node_kind::super_keyword;
    };
    while (after < body.count && !calls_super(body[after])) ++after;
    if (after == body.count)
      return report(mistake::invalid_parameters, made->begin, made->begin + 1,
                    "a constructor whose parameters are properties must call super() as a statement of its own");
    ++after;
  }
  const auto count = static_cast<std::uint32_t>(parameter_properties_.size());
  node_list longer{memory_.array<node*>(body.count + count), body.count + count};
  for (std::uint32_t i = 0; i < longer.count; ++i) {
    const bool is_new = i >= after && i < after + count;
    longer.items[i] =
        is_new ? make_parameter_property(parameter_properties_[i - after], after == 0 ? made->body : body[after - 1])
        : i < after ? body[i]
                    : body[i - count];
  }
  body = longer;
  function_->uses.this_value = true;
}

/// `this.x = x`, without length: at the beginning of the body, or at the end of the call of super.
node* parser::make_parameter_property(identifier* what, const node* at) {
  const bool is_block = at->kind == node_kind::block_statement;
  const auto place = is_block ? at->begin + 1 : at->end;
  const auto put = [&](auto* made) {
    made->end = place;
    return made;
  };
  auto* key = put(make<identifier>(node_kind::identifier, place, at->line));
  auto* value = put(make<identifier>(node_kind::identifier, place, at->line));
  key->what = value->what = what->what;
  auto* member = put(make<member_expression>(node_kind::member_expression, place, at->line));
  member->object = put(make<node>(node_kind::this_expression, place, at->line));
  member->property = key;
  auto* assignment = put(make<binary_node>(node_kind::assignment_expression, place, at->line));
  assignment->op = op_kind::assign;
  assignment->left = member;
  assignment->right = value;
  auto* statement = put(make<expression_statement>(node_kind::expression_statement, place, at->line));
  statement->expression = assignment;
  return statement;
}

// -- parameters and bodies --------------------------------------------------------------------------------------------

/// With type parameters before and a type after them.
void parser::parse_parameters(function_node* made) {
  if (options_.allows_types && is(token::less)) erase_type_parameters();
  function_->in_parameters = true;
  const auto opened_at = now_.begin;
  expect(token::open_paren, "before the parameters");
  {
    const inside_brackets here(*this);
    const auto from = stack_.size();
    while (!is(token::close_paren)) {
      if (is(token::kw_this) && options_.allows_types) { // `this: T` is a type's, and no parameter
        const auto begin = now_.begin;
        advance();
        erase_annotation();
        if (is(token::comma)) advance();
        erase(begin);
        continue;
      }
      if (is(token::ellipsis)) {
        stack_.push_back(parse_rest(declaration_kind::parameter, false));
        erase_annotation();
        break;
      }
      stack_.push_back(parse_parameter(made));
      if (!take(token::comma)) break;
    }
    expect_closing(token::close_paren, opened_at, "after the parameters");
    made->parameters = take_list<node>(from);
  }
  function_->in_parameters = false;
  note_parameters(made);
  erase_return_type();
}

node* parser::parse_parameter(function_node* made) {
  bool is_property = false;
  if (options_.allows_types && is(token::identifier)) is_property = skip_modifiers_of_parameter();
  if (is_property && !made->is_constructor)
    report(mistake::invalid_parameters, now_.begin, now_.end, "only a constructor's parameters can be properties");
  const auto begin = now_.begin;
  const auto line = now_.line;
  auto* target = parse_binding(declaration_kind::parameter);
  if (is_property && target->kind == node_kind::identifier) parameter_properties_.push_back(as<identifier>(target));
  if (options_.allows_types && is(token::question)) {
    advance();
    erase(last_end_ - 1);
  }
  erase_annotation();
  return parse_default(target, begin, line);
}

void parser::note_parameters(function_node* made) {
  made->length = made->parameters.count;
  for (std::uint32_t i = 0; i < made->parameters.count; ++i) {
    const auto* each = made->parameters[i];
    if (each->kind != node_kind::identifier) made->has_simple_parameters = false;
    if ((each->kind == node_kind::assignment_pattern || each->kind == node_kind::rest_element) && made->length > i)
      made->length = i;
    if (each->kind != node_kind::identifier) made->has_parameter_expressions = true;
  }
}

void parser::parse_function_body(function_node* made) {
  if (!is(token::open_brace)) unexpected("`{` and the function's body");
  auto* body = make_here<block>(node_kind::block_statement);
  const auto opened_at = now_.begin;
  body->scope = open_scope(scope_kind::function_body, made);
  function_->vars = body->scope;
  advance();
  const inside_brackets here(*this);
  const auto from = stack_.size();
  parse_statements_until(token::close_brace, true);
  if (!made->has_simple_parameters) check_directives(from);
  body->body = take_list<node>(from);
  expect_closing(token::close_brace, opened_at, "of the function");
  close_scope(body->scope);
  made->body = finish(body);
}

/// A function says `use strict` only with simple parameters.
void parser::check_directives(std::size_t from) {
  for (auto i = from; i < stack_.size(); ++i) {
    const auto* each = stack_[i];
    if (each->kind != node_kind::expression_statement || !as<expression_statement>(each)->is_directive) return;
    if (source_.substr(each->begin + 1, 10) == "use strict" &&
        as<expression_statement>(each)->expression->end == each->begin + 12)
      report(mistake::invalid_strict, each->begin, each->end,
             "'use strict' cannot stand in a function with defaults, rest or destructuring",
             "leave it out: scripts are strict");
  }
}

// -- arrows -----------------------------------------------------------------------------------------------------------

cover_start parser::start_cover(const lexeme& first) {
  const cover_start result{first.begin,        first.line,          scope_->last_child,
                           function_->uses,    function_->await_at, function_->await_name_at,
                           function_->yield_at};
  function_->uses = {};
  function_->await_at = function_->await_name_at = function_->yield_at = nowhere;
  return result;
}

/// It was no arrow: what was seen in it belongs to what is around.
void parser::drop_cover(const cover_start& start) {
  function_->uses.add(start.uses);
  if (start.await_at != nowhere) function_->await_at = start.await_at;
  if (start.await_name_at != nowhere) function_->await_name_at = start.await_name_at;
  if (start.yield_at != nowhere) function_->yield_at = start.yield_at;
}

/// Whether parentheses were an arrow's parameters; past the type of what it returns.
bool parser::is_arrow_ahead(bool must_be_parameters) {
  if (is(token::arrow)) return !now_.after_newline;
  if (!is(token::colon) || !options_.allows_types || (around_.colon_ends && !must_be_parameters)) return false;
  const auto before = save();
  const auto erased = erased_.size();
  const auto from = now_.begin;
  advance();
  if (skip_return_type() && is(token::arrow) && !now_.after_newline) {
    erase(from);
    return true;
  }
  erased_.resize(erased);
  restore(before);
  return false;
}

/// From `=>`: what was read as expressions becomes the parameters.
node* parser::parse_arrow(const cover_start& start, bool is_async, node_list parameters) {
  auto* made = make<function_node>(node_kind::arrow_function, start.begin, start.line);
  made->is_arrow = true;
  made->is_async = is_async;
  made->parameters = parameters;
  if (function_->await_at != nowhere)
    report(mistake::invalid_await, function_->await_at, function_->await_at + 5,
           "`await` cannot stand in a function's parameters");
  if (is_async && function_->await_name_at != nowhere)
    report(mistake::invalid_await, function_->await_name_at, function_->await_name_at + 5,
           "`await` cannot be a name in an async function");
  if (function_->yield_at != nowhere)
    report(mistake::invalid_yield, function_->yield_at, function_->yield_at + 5,
           "`yield` cannot stand in a function's parameters");
  auto* moved = start.last_child ? start.last_child->next_sibling : scope_->first_child;
  const auto in_parameters = function_->uses;
  drop_cover(start);
  function_state state;
  begin_function(state, made);
  state.uses = in_parameters;
  made->scope->begin = start.begin;
  if (moved) adopt(made->scope, moved, start.last_child);
  for (auto* each : parameters) to_binding_part(each, part_of::parameters, each == parameters.back());
  note_parameters(made);
  // A parameter named `await` counts for what is around; the body may use the name again.
  if (state.await_name_at != nowhere && state.around->await_name_at == nowhere)
    state.around->await_name_at = state.await_name_at;
  state.forbids_await_name = false;
  advance();
  parse_arrow_body(made);
  end_function(state);
  return finish(made);
}

/// The scopes from `first` up to the arrow's own, which is the last, move into it.
void parser::adopt(scope* arrow, scope* first, scope* last_before) {
  auto* parent = arrow->parent;
  scope* last = first;
  bool has_functions = false;
  for (auto* each = first; each != arrow; each = each->next_sibling) {
    each->parent = arrow;
    has_functions |= each->has_functions || each->kind == scope_kind::function || each->kind == scope_kind::class_;
    last = each;
  }
  last->next_sibling = nullptr;
  (last_before ? last_before->next_sibling : parent->first_child) = arrow;
  arrow->first_child = first;
  arrow->last_child = last;
  arrow->has_functions = has_functions;
}

void parser::parse_arrow_body(function_node* made) {
  if (is(token::open_brace)) return parse_function_body(made);
  made->body = parse_assignment();
}

/// `<T>(…) => …`; what else begins with `<` is JSX.
node* parser::parse_generic_arrow() {
  const auto first = now_;
  const auto before = save();
  const auto erased = erased_.size();
  if (options_.allows_types && skip_type_parameters() && is(token::open_paren)) {
    erase(first.begin);
    arrow_at_ = now_.begin;
    auto* made = parse_parentheses();
    if (made->kind == node_kind::arrow_function && !made->is(is_parenthesized)) {
      made->begin = first.begin;
      made->line = first.line;
      return made;
    }
  }
  erased_.resize(erased);
  restore(before);
  fail_here(
      mistake::unexpected_token, "unexpected `<`",
      "JSX is not available here: build text or objects instead; of TypeScript's assertions write `value as Type`");
}

} // namespace enclaved::engine::lang
