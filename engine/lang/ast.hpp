// The tree of a script: nodes as in ESTree, in the memory of a pool, with their places in the source; and the scopes
// with what is declared in each.
//
// A node is one of the structs below, told by `kind`; several kinds share a struct where they have the same parts. A
// literal that turns out to be a pattern changes its kind in place. TypeScript leaves no nodes: `program::erased` says
// which bytes of the source belong to none. Parentheses leave no nodes either, only a flag.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace enclaved::engine::lang {

enum class node_kind : std::uint8_t {
  program,
  // statements
  block_statement,      // block: body, scope
  empty_statement,      // node
  expression_statement, // expression_statement: expression, directive
  if_statement,         // if_statement: test, consequent, alternate?
  for_statement,        // for_statement: init?, test?, update?, body, scope?
  for_in_statement,     // for_each_statement: left, right, body, scope?
  for_of_statement,     // for_each_statement: flag is_await
  while_statement,      // loop_statement: test, body
  do_while_statement,   // loop_statement
  continue_statement,   // jump_statement: label?
  break_statement,      // jump_statement
  return_statement,     // unary_node: argument?
  throw_statement,      // unary_node
  try_statement,        // try_statement: body, handler?, finalizer?
  catch_clause,         // catch_clause: parameter?, body, scope
  switch_statement,     // switch_statement: discriminant, cases, scope
  switch_case,          // switch_case: test? (absent: default), body
  labeled_statement,    // labeled_statement: label, body
  debugger_statement,   // node
  variable_declaration, // variable_declaration: declarators; op says var, let or const
  variable_declarator,  // variable_declarator: target, init?
  function_declaration, // function_node
  class_declaration,    // class_node
  // expressions
  identifier,             // identifier: a reference, a binding or, not computed, a key: who holds it knows which
  private_name,           // identifier: `#x`; its name is without the `#`
  null_literal,           // node
  boolean_literal,        // boolean_literal
  number_literal,         // number_literal
  string_literal,         // string_literal
  regexp_literal,         // regexp_literal
  template_literal,       // template_literal: quasis (one more than expressions), expressions
  template_element,       // template_element
  tagged_template,        // tagged_template: tag, quasi
  array_expression,       // list_node: items; a hole is nullptr
  object_expression,      // list_node: property | spread_element
  property,               // property: key, value; op says init, get or set
  function_expression,    // function_node
  arrow_function,         // function_node: body is a block_statement or an expression
  class_expression,       // class_node
  unary_expression,       // unary_node: op
  update_expression,      // unary_node: op increment or decrement, flag is_prefix
  binary_expression,      // binary_node: op; the left side of `in` may be a private_name
  logical_expression,     // binary_node: op && || ??
  assignment_expression,  // binary_node: op assign for `=`, else as the binary operator; left may be a pattern
  conditional_expression, // conditional_expression: test, consequent, alternate
  call_expression,        // call_node: callee (may be super_keyword), arguments; flag is_optional
  new_expression,         // call_node
  member_expression,      // member_expression: object (may be super_keyword), property; flags is_computed, is_optional
  chain_expression,       // unary_node: around all that one `?.` may skip
  sequence_expression,    // list_node
  spread_element,         // unary_node: in arrays, objects, arguments
  yield_expression,       // unary_node: argument?; flag is_delegate for yield*
  await_expression,       // unary_node
  this_expression,        // node
  super_keyword,          // node
  new_target,             // node
  // patterns
  array_pattern,      // list_node: items; a hole is nullptr; the last may be a rest_element
  object_pattern,     // list_node: property (value is the target) | rest_element
  assignment_pattern, // binary_node: left the target, right the default
  rest_element,       // unary_node: argument is the target
  // parts of classes
  method_definition, // property: key, value (a function_expression); op constructor, method, get or set; flag is_static
  property_definition, // field: key, value?; flag is_static
  static_block,        // static_block: body, scope
};

/// What a unary, update, binary, logical or assignment node does, what a property or method is, how a declaration
/// declares.
enum class op_kind : std::uint8_t {
  none,
  // binary; assignments use `assign` and these: `a += b` has op `add`
  assign,
  add,
  subtract,
  multiply,
  divide,
  remainder,
  power,
  shift_left,
  shift_right,
  shift_right_unsigned,
  bit_and,
  bit_or,
  bit_xor,
  equal,
  not_equal,
  strict_equal,
  strict_not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  in,
  instance_of,
  // logical
  and_then,
  or_else,
  coalesce,
  // unary
  plus,
  minus,
  negate, ///< !
  bit_not,
  type_of,
  void_of,
  delete_of,
  increment,
  decrement,
  // properties and methods
  init,
  get,
  set,
  method, ///< of a class; in an object it is `init` with flag is_method
  constructor,
  // declarations
  var,
  let,
  constant,
};

enum node_flag : std::uint16_t {
  is_parenthesized = 1 << 0, ///< stood in parentheses, which are outside begin and end
  is_computed = 1 << 1,      ///< the key stands in brackets
  is_optional = 1 << 2,      ///< of a member or call: after `?.`
  is_static = 1 << 3,
  is_shorthand = 1 << 4, ///< of a property: `{x}` or `{x = 1}`; key and value have the same place
  is_method = 1 << 5,    ///< of a property: `{x() {}}`
  is_prefix = 1 << 6,
  is_delegate = 1 << 7, ///< yield*
  is_await = 1 << 8,    ///< for await
  has_escape = 1 << 9,  ///< of identifiers and strings: the source has an escape, so its bytes are not the value's
};

/// A name of the source, once for all its uses: names are equal when their addresses are.
struct name {
  std::string_view text; ///< UTF-8, escapes resolved; a view of the source or of the pool
  std::uint32_t hash;
  std::uint32_t id;                        ///< 0, 1, 2, … in the order of first use, for tables of passes
  struct declaration* innermost = nullptr; ///< scratch of the pass that runs; null between passes
  std::uint8_t word = 0;                   ///< what keyword it is, for the lexer
};

struct node {
  node_kind kind;
  op_kind op = op_kind::none;
  std::uint16_t flags = 0;
  std::uint32_t begin = 0; ///< bytes from the start of the source
  std::uint32_t end = 0;   ///< one after the last byte
  std::uint32_t line = 0;  ///< of `begin`, from 1

  bool is(node_flag flag) const { return (flags & flag) != 0; }
};

template <class T>
struct list {
  T** items = nullptr;
  std::uint32_t count = 0;

  T** begin() const { return items; }
  T** end() const { return items + count; }
  bool empty() const { return count == 0; }
  std::uint32_t size() const { return count; }
  T* operator[](std::size_t i) const { return items[i]; }
  T* back() const { return items[count - 1]; }
};
using node_list = list<node>;

// -- scopes -----------------------------------------------------------------------------------------------------------

enum class declaration_kind : std::uint8_t {
  parameter, ///< a var or function of the body with its name is another declaration, which begins with its value
  own_name,  ///< of a function expression, or of a class inside itself: cannot be assigned
  var,
  function, ///< at the top level of a function or script: hoisted as `var` is; in a block: as `let` is, hoisted in it
  let,
  constant,
  class_,
  catch_parameter,
};

struct declaration {
  name* what;
  declaration_kind kind;
  bool is_captured = false; ///< used in a function inside the one that declares it (set by `resolve`)
  bool is_assigned = false; ///< assigned other than by its declaration (set by `resolve`)
  /// A use may run before the declaration has: it needs the temporal dead zone's check (set by `resolve`).
  bool is_used_early = false;
  std::uint32_t uses = 0; ///< reads of it (set by `resolve`)
  /// From here on code of the same function finds it initialised (set by `resolve`).
  std::uint32_t initialized_at = UINT32_MAX;
  node* where = nullptr; ///< the identifier, function_node (the last of that name) or class_node that declares it
  struct scope* in = nullptr;
  declaration* next = nullptr;   ///< in the same scope, in the order of the source
  declaration* hides = nullptr;  ///< scratch of the pass that runs
  declaration* beyond = nullptr; ///< scratch of the parser: the var that a catch clause's parameter lets pass
  void* note = nullptr;          ///< of the pass that lowers
};

enum class scope_kind : std::uint8_t {
  script,        ///< vars, lets, functions of the top level
  function,      ///< parameters and a function expression's own name; outside its body's scope
  function_body, ///< vars, lets, functions of a body in braces
  block,
  loop, ///< let, const of the head of a for statement
  switch_cases,
  catch_clause, ///< the parameter
  class_,       ///< the class' own name, seen from heritage and members
  class_member, ///< a field's initialiser: functions of its own, without arguments; a static block is the same
};

struct scope {
  scope_kind kind;
  bool has_functions = false; ///< a function, arrow or class lies in it
  std::uint32_t count = 0;    ///< of declarations
  std::uint32_t begin = 0;    ///< where it begins in the source
  scope* parent = nullptr;
  scope* home = nullptr; ///< the script, function or class_member around it, or itself (set by `resolve`)
  declaration* first = nullptr;
  declaration* last = nullptr;
  node* owner = nullptr; ///< the function_node, block, loop, switch, catch clause, class, field or static block
  scope* first_child = nullptr;
  scope* last_child = nullptr;
  scope* next_sibling = nullptr;
};

// -- nodes ------------------------------------------------------------------------------------------------------------

struct identifier : node {
  name* what = nullptr;
  /// What a reference or binding means; null for globals, labels and keys (set by `resolve`).
  declaration* meaning = nullptr;
};

struct boolean_literal : node {
  bool value = false;
};

struct number_literal : node {
  double value = 0;
};

/// The value is UTF-8; a surrogate that stands alone has the three bytes it would have (WTF-8).
struct string_literal : node {
  std::string_view value;
};

struct regexp_literal : node {
  std::string_view body; ///< between the slashes
  std::string_view pattern_flags;
};

struct template_element : node {
  std::string_view cooked; ///< as string_literal::value; its data() is null when a tagged template has a bad escape
  std::string_view raw;    ///< line ends are \n; begin and end are those of the text without ` ${ }
};

struct template_literal : node {
  list<template_element> quasis;
  node_list expressions;
};

struct tagged_template : node {
  node* tag = nullptr;
  template_literal* quasi = nullptr;
};

struct list_node : node {
  node_list items;
};

struct unary_node : node {
  node* argument = nullptr;
};

struct binary_node : node {
  node* left = nullptr;
  node* right = nullptr;
};

struct conditional_expression : node {
  node* test = nullptr;
  node* consequent = nullptr;
  node* alternate = nullptr;
};

struct call_node : node {
  node* callee = nullptr;
  node_list arguments;
};

struct member_expression : node {
  node* object = nullptr;
  node* property = nullptr; ///< identifier or private_name, when computed any expression
};

/// Of object literals and patterns, and of classes' methods. A key that is not computed is an identifier,
/// string_literal, number_literal or private_name.
struct property : node {
  node* key = nullptr;
  node* value = nullptr;
};

struct field : node {
  node* key = nullptr;
  node* value = nullptr;         ///< the initialiser, or null
  struct scope* scope = nullptr; ///< class_member, of the initialiser; null without one
};

struct block : node {
  node_list body;
  struct scope* scope = nullptr; ///< block or function_body
};

struct static_block : node {
  node_list body;
  struct scope* scope = nullptr; ///< class_member; its vars and lets
};

struct function_node : node {
  identifier* id = nullptr;      ///< its name, or null
  node_list parameters;          ///< targets, assignment_pattern, rest_element
  node* body = nullptr;          ///< block; of an arrow may be an expression
  struct scope* scope = nullptr; ///< of kind function: parameters. The body's is block::scope
  std::uint32_t length = 0;      ///< parameters before the first with a default or rest
  bool is_async = false;
  bool is_generator = false;
  bool is_arrow = false;
  bool is_method = false;                 ///< method, getter, setter or constructor: has super.x, no prototype
  bool is_constructor = false;            ///< of a class
  bool is_derived = false;                ///< constructor of a class with `extends`
  bool has_simple_parameters = true;      ///< identifiers only
  bool has_parameter_expressions = false; ///< defaults or computed keys: the body has var bindings of its own
  bool has_await = false;                 ///< an await or for await of its own
  bool has_yield = false;
  // What it, or an arrow inside it, uses of the function around: of an arrow this is its enclosing function's.
  bool uses_this = false;
  bool uses_arguments = false; ///< an identifier `arguments` that is not declared
  bool uses_super_call = false;
  bool uses_super_property = false;
  bool uses_new_target = false;
};

struct class_node : node {
  identifier* id = nullptr;
  node* heritage = nullptr; ///< the expression after `extends`, or null
  node_list body;           ///< method_definition (property), property_definition (field), static_block
  struct scope* scope = nullptr;
  function_node* constructor = nullptr; ///< also in body, as a method_definition; null when there is none
  bool has_private_names = false;
};

struct expression_statement : node {
  node* expression = nullptr;
  bool is_directive = false; ///< a string at the start of a script or body, such as 'use strict'
};

struct if_statement : node {
  node* test = nullptr;
  node* consequent = nullptr;
  node* alternate = nullptr;
};

struct for_statement : node {
  node* init = nullptr; ///< variable_declaration or expression
  node* test = nullptr;
  node* update = nullptr;
  node* body = nullptr;
  struct scope* scope = nullptr; ///< loop, when init is let or const; else null
};

struct for_each_statement : node {
  node* left = nullptr; ///< variable_declaration with one declarator, or a target
  node* right = nullptr;
  node* body = nullptr;
  struct scope* scope = nullptr; ///< loop, when left is let or const; `right` lies in it (its bindings are dead there)
};

struct loop_statement : node {
  node* test = nullptr;
  node* body = nullptr;
};

struct jump_statement : node {
  identifier* label = nullptr;
};

struct catch_clause : node {
  node* parameter = nullptr; ///< a target, or null
  block* body = nullptr;
  struct scope* scope = nullptr; ///< catch_clause; null without a parameter
};

struct try_statement : node {
  block* body = nullptr;
  catch_clause* handler = nullptr;
  block* finalizer = nullptr;
};

struct switch_case : node {
  node* test = nullptr;
  node_list body;
};

struct switch_statement : node {
  node* discriminant = nullptr;
  list<switch_case> cases;
  struct scope* scope = nullptr;
};

struct labeled_statement : node {
  identifier* label = nullptr;
  node* body = nullptr;
};

struct variable_declarator : node {
  node* target = nullptr;
  node* init = nullptr;
};

struct variable_declaration : node {
  list<variable_declarator> declarators;
};

/// Bytes of the source that are TypeScript's and mean nothing when the script runs.
struct erased_range {
  std::uint32_t begin;
  std::uint32_t end;
};

struct program : node {
  std::string_view source;
  node_list body;
  struct scope* scope = nullptr;
  const erased_range* erased = nullptr; ///< in the order of the source, not overlapping
  std::uint32_t erased_count = 0;
  std::uint32_t name_count = 0; ///< names have ids below it
  std::uint32_t line_count = 0;
  // Of the top level and the arrows in it; a script that is a function's body.
  bool has_await = false;
  bool uses_this = false;
  bool uses_arguments = false;
  bool uses_new_target = false;
};

template <class T>
T* as(node* n) {
  return static_cast<T*>(n);
}
template <class T>
const T* as(const node* n) {
  return static_cast<const T*>(n);
}

} // namespace enclaved::engine::lang
