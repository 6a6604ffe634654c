// The state of one parse, and the functions of the grammar; each .cpp that begins with `parser` has one part of it.
//
// What may turn out to be something else is read once and converted: a literal before `=` becomes a pattern, what
// stands in parentheses before `=>` becomes parameters. What is an error in one reading only waits in `pending_` until
// the reading is known.
#pragma once

#include "engine/lang/bounds.hpp"
#include "engine/lang/lexer.hpp"

#include <unordered_map>
#include <vector>

namespace enclaved::engine::lang {

/// While a literal may become a pattern: of a spread, a comma follows it.
inline constexpr std::uint16_t has_comma_after = 1 << 15;
inline constexpr std::uint32_t nowhere = UINT32_MAX;

/// What code uses of the function around it, also through arrows.
struct function_uses {
  bool this_value = false;
  bool arguments = false;
  bool super_call = false;
  bool super_property = false;
  bool new_target = false;

  void add(const function_uses& more) {
    this_value |= more.this_value;
    arguments |= more.arguments;
    super_call |= more.super_call;
    super_property |= more.super_property;
    new_target |= more.new_target;
  }
};

/// What a function around this code uses of it and allows in it.
struct function_state {
  function_state* around = nullptr;
  function_node* node = nullptr; ///< null for a script, a field's initialiser and a static block
  scope* vars = nullptr;         ///< where `var` declares
  bool is_arrow = false;
  bool is_async = false;
  bool is_generator = false;
  bool has_await_keyword = false;
  bool forbids_await_name = false; ///< a static block
  bool forbids_arguments = false;  ///< fields and static blocks
  bool allows_super_property = false;
  bool allows_super_call = false;
  bool allows_new_target = false;
  bool allows_return = false;
  bool in_parameters = false;
  bool has_await = false;
  bool has_yield = false;
  function_uses uses;
  // The first of these since an expression began that may turn out to be an arrow's parameters.
  std::uint32_t await_at = nowhere;
  std::uint32_t await_name_at = nowhere;
  std::uint32_t yield_at = nowhere;
  std::size_t first_label = 0; ///< in parser::labels_
  unsigned loops = 0;
  unsigned breakables = 0;
};

struct label_state {
  name* what;
  std::uint32_t begin;
  std::uint32_t body_at; ///< where the statement begins that it names
  bool is_loop;
};

/// The private names of a class body that is being read.
struct class_state {
  struct private_declaration {
    op_kind declared = op_kind::none; ///< init: a field; method, get, set
    bool is_static = false;
    bool is_whole = false; ///< getter and setter are both there
  };
  class_state* around = nullptr;
  std::unordered_map<name*, private_declaration> declared;
  std::unordered_map<name*, const identifier*> used; ///< the first use of each, here and in classes inside
};

/// What stood before an expression that may turn out to be an arrow's parameters.
struct cover_start {
  std::uint32_t begin;
  std::uint32_t line;
  scope* last_child; ///< of the scope then: what comes after it moves into the arrow
  // Of the function around, until then.
  function_uses uses;
  std::uint32_t await_at;
  std::uint32_t await_name_at;
  std::uint32_t yield_at;
};

class parser {
public:
  /// Mistakes after which the parse can go on are added to `found`; without it the first ends the parse.
  parser(std::string_view source, const parse_options& options, pool& memory,
         std::vector<mistake_found>* found = nullptr);
  program* parse_program();

private:
  enum class cover : std::uint8_t { no, yes }; ///< whether a literal's reading may stay open
  enum class function_form : std::uint8_t { plain, method, getter, setter, constructor, derived_constructor };

  // -- tokens (parser.cpp)
  struct saved_place {
    lexer::place place;
    lexeme now;
    std::uint32_t last_end;
  };
  saved_place save() const { return {lexer_.where(), now_, last_end_}; }
  void restore(const saved_place& to) { lexer_.go_back(to.place), now_ = to.now, last_end_ = to.last_end; }
  void advance() {
    last_end_ = now_.end;
    lexer_.next(now_);
  }
  bool is(token kind) const { return now_.kind == kind; }
  bool is_word(token word) const { return now_.kind == token::identifier && now_.word == word; }
  bool take(token kind) {
    if (now_.kind != kind) return false;
    advance();
    return true;
  }
  bool take_word(token word) {
    if (!is_word(word)) return false;
    advance();
    return true;
  }
  void expect(token kind, const char* where);
  void expect_closing(token kind, std::uint32_t opened_at, const char* what);
  void end_statement();
  lexeme peek();
  std::string_view text_of(const lexeme& what) const { return source_.substr(what.begin, what.end - what.begin); }

  // -- mistakes (parser_mistakes.cpp)
  [[noreturn]] void fail(mistake kind, std::uint32_t begin, std::uint32_t end, std::string message,
                         std::string hint = {});
  [[noreturn]] void fail_here(mistake kind, std::string message, std::string hint = {});
  [[noreturn]] void unexpected(const char* wanted = nullptr);
  /// A mistake after which the parse can go on.
  void report(mistake kind, std::uint32_t begin, std::uint32_t end, std::string message, std::string hint = {});
  std::string quoted_token() const;
  std::string hint_for_words() const;
  std::string hint_for_token(std::string_view wanted) const;
  std::string hint_for_gap() const;
  std::string hint_for_word(std::string_view word) const;
  [[noreturn]] void fail_at_module_syntax();

  // -- nodes
  template <class T>
  T* make(node_kind kind, std::uint32_t begin, std::uint32_t line) {
    T* made = memory_.make<T>();
    made->kind = kind;
    made->begin = begin;
    made->line = line;
    return made;
  }
  template <class T>
  T* make_here(node_kind kind) {
    return make<T>(kind, now_.begin, now_.line);
  }
  template <class T>
  T* finish(T* made) {
    made->end = last_end_;
    return made;
  }
  template <class T>
  list<T> take_list(std::size_t from) {
    list<T> result{nullptr, static_cast<std::uint32_t>(stack_.size() - from)};
    if (result.count != 0) {
      result.items = memory_.array<T*>(result.count);
      for (std::uint32_t i = 0; i < result.count; ++i) result.items[i] = static_cast<T*>(stack_[from + i]);
    }
    stack_.resize(from);
    return result;
  }

  // -- depth
  /// One level of the recursion.
  class level {
  public:
    explicit level(parser& of) : of_(of) { of_.enter(); }
    level(const level&) = delete;
    level& operator=(const level&) = delete;
    ~level() { --of_.depth_; }

  private:
    parser& of_;
  };
  void enter() {
    if (++depth_ > reach_) reach_ = depth_;
    if (reach_ > bounds::syntax_nesting) fail_too_deep();
  }
  /// A tree that grows at its root, as a + b + c does: each link makes everything in it one deeper. It begins before
  /// its first part is read.
  class chain {
  public:
    explicit chain(parser& of) : of_(of), before_(of.reach_) { of_.reach_ = of_.depth_; }
    chain(const chain&) = delete;
    chain& operator=(const chain&) = delete;
    ~chain() {
      if (of_.reach_ < before_) of_.reach_ = before_;
    }
    void link() {
      if (++of_.reach_ > bounds::syntax_nesting) of_.fail_too_deep();
    }

  private:
    parser& of_;
    std::size_t before_;
  };
  [[noreturn]] void fail_too_deep();

  /// What of the place around does not reach into brackets.
  struct surroundings {
    bool allows_in = true;
    bool colon_ends = false; ///< a colon after parentheses ends a consequent or case, and begins no type
  };
  class inside_brackets {
  public:
    explicit inside_brackets(parser& of) : of_(of), before_(of.around_) { of_.around_ = {}; }
    inside_brackets(const inside_brackets&) = delete;
    inside_brackets& operator=(const inside_brackets&) = delete;
    ~inside_brackets() { of_.around_ = before_; }

  private:
    parser& of_;
    surroundings before_;
  };

  enum class for_head : std::uint8_t { no, yes };
  struct loop_head {
    std::uint32_t begin;
    std::uint32_t line;
    std::uint32_t opened_at; ///< its parenthesis
    bool is_await;
  };

  // -- statements (parser_statements.cpp, parser_loops.cpp)
  void parse_statements_until(token end, bool has_directives);
  node* parse_statement_or_declaration();
  node* parse_statement();
  node* parse_substatement(const char* of);
  block* parse_block(scope_kind kind = scope_kind::block);
  node* parse_expression_statement();
  node* parse_labeled(identifier* label);
  node* parse_if();
  node* parse_while();
  node* parse_do_while();
  node* parse_for();
  node* parse_for_rest(const loop_head& head, node* init, scope* names);
  node* parse_for_each(const loop_head& head, node* left, scope* names);
  node* parse_loop_body();
  node* parse_for_declaration(const loop_head& head);
  node* parse_for_expression(const loop_head& head);
  node* parse_jump(node_kind kind);
  node* parse_return();
  node* parse_throw();
  node* parse_try();
  catch_clause* parse_catch();
  node* parse_condition(const char* where);
  node* parse_switch();
  switch_case* parse_case(bool& has_default);
  variable_declaration* parse_variables(for_head in_head);
  variable_declarator* parse_declarator(declaration_kind kind);
  void check_initializers(const variable_declaration* made);
  const label_state* find_label(const name* what) const;
  void mark_labels_of_loop();

  // -- expressions (parser_expressions.cpp, parser_primary.cpp, parser_literals.cpp)
  node* parse_expression();
  node* parse_expression_after(node* first, std::uint32_t begin, std::uint32_t line);
  node* parse_assignment(cover mode = cover::no);
  node* parse_assignment_to(node* target, std::uint32_t begin, std::uint32_t line);
  node* parse_conditional();
  node* parse_binary(int above);
  node* parse_binary_after(node* left, int above, std::uint32_t begin, std::uint32_t line, chain& links);
  void check_delete(const node* what);
  void check_mixed(const node* made, const node* side);
  node* parse_unary();
  node* parse_unary_operator(op_kind op);
  node* parse_prefix_update(op_kind op);
  node* parse_await();
  node* parse_yield();
  node* parse_postfix();
  node* parse_left_hand_side();
  node* parse_links(node* left, std::uint32_t begin, std::uint32_t line, bool allows_calls, chain& links);
  node* parse_member_name(node* object, std::uint32_t begin, std::uint32_t line);
  node* parse_computed_member(node* object, std::uint32_t begin, std::uint32_t line);
  node* parse_call(node* callee, std::uint32_t begin, std::uint32_t line);
  node_list parse_arguments();
  node* parse_new();
  node* parse_super();
  node* parse_primary();
  node* parse_word_primary();
  node* parse_async_primary();
  node* parse_arrow_of_name(bool is_async, const lexeme& first, identifier* parameter);
  node* parse_async_arrow_of_name(const lexeme& word, identifier* name);
  node* parse_typed_async_arrow(const lexeme& word, identifier* name);
  node* parse_async_parentheses(const lexeme& word, identifier* name);
  node* parse_parentheses();
  void parse_cover_items(bool& must_be_parameters, bool is_call);
  void parse_types_of_cover_item(bool& must_be_parameters);
  node* parse_array();
  node* parse_object();
  node* parse_property();
  node* parse_accessor(property* made, bool is_getter);
  node* parse_shorthand(property* made);
  node* parse_spread();
  static bool sets_prototype(const property* part);
  bool is_modifier() const;
  node* parse_property_key(std::uint16_t& flags, bool allows_private);
  node* parse_string();
  node* parse_number();
  node* parse_regexp();
  template_literal* parse_template(bool is_tagged);
  node* parse_tagged(node* tag, std::uint32_t begin, std::uint32_t line);
  identifier* parse_private_use();
  identifier* make_identifier();

  // -- patterns (parser_patterns.cpp)
  void raise_pending();
  void add_pending(mistake kind, std::uint32_t begin, std::uint32_t end, const char* message);
  void check_reference(const name* what, std::uint32_t begin, std::uint32_t end);
  void use_reference(identifier* made);
  void check_binding_name(const identifier* made, declaration_kind kind);
  bool begins_awaited() const;
  void bind(identifier* made, declaration_kind kind);
  void to_target(node* n);
  void to_target_element(node* n);
  void to_pattern(node* n);
  void to_rest(node* spread, bool is_array);
  void to_binding(node* n);
  enum class part_of : std::uint8_t { parameters, array, object };
  void to_binding_part(node* item, part_of whole, bool is_last);
  void to_binding_parts(list_node* n, part_of whole);
  void to_binding_rest(node* spread);
  void check_simple_target(node* n, const char* what);
  node* parse_binding(declaration_kind kind);
  node* parse_binding_element(declaration_kind kind);
  node* parse_array_binding(declaration_kind kind);
  node* parse_object_binding(declaration_kind kind);
  node* parse_binding_property(declaration_kind kind);
  node* parse_default(node* target, std::uint32_t begin, std::uint32_t line);
  node* parse_rest(declaration_kind kind, bool of_object);
  identifier* parse_binding_identifier(declaration_kind kind);

  // -- functions and classes (parser_functions.cpp, parser_classes.cpp)
  node* parse_function_declaration(bool is_async, std::uint32_t begin, std::uint32_t line);
  node* parse_function_expression(bool is_async, std::uint32_t begin, std::uint32_t line);
  enum class method_of : std::uint8_t { object, class_ };
  function_node* parse_method(function_form form, bool is_async, bool is_generator,
                              method_of owner = method_of::object);
  void add_parameter_properties(function_node* made);
  node* make_parameter_property(identifier* what, const node* at);
  void parse_parameters(function_node* made);
  node* parse_parameter(function_node* made);
  void note_parameters(function_node* made);
  void check_directives(std::size_t from);
  void parse_function_body(function_node* made);
  void begin_function(function_state& state, function_node* made);
  void end_function(function_state& state);
  cover_start start_cover(const lexeme& first);
  void drop_cover(const cover_start& start);
  node* parse_arrow(const cover_start& start, bool is_async, node_list parameters);
  node* parse_generic_arrow();
  void parse_arrow_body(function_node* made);
  bool is_arrow_ahead(bool must_be_parameters);
  void adopt(scope* arrow, scope* first, scope* last_before);
  node* parse_class(node_kind kind);
  void parse_class_body(class_node* made);
  struct member_start {
    std::uint32_t begin = 0;
    std::uint32_t line = 0;
    std::uint16_t flags = 0;
    op_kind op = op_kind::method;
    bool is_async = false;
    bool is_generator = false;
    bool is_declared = false; ///< of types only: declare, abstract
  };
  node* parse_member(class_node* made);
  node* parse_member_after_modifiers(class_node* made, member_start& member);
  node* parse_method_of_class(class_node* made, const member_start& member, node* name, const lexeme& key);
  static std::string_view plain_name(const node* key, std::uint16_t flags);
  node* parse_field(const member_start& member, node* name);
  void end_of_field(const node* name);
  void begin_member_code(function_state& state);
  node* parse_static_block(const lexeme& word);
  void declare_private(const identifier* what, op_kind op, bool is_static);
  bool close_private_names(class_state& state);

  // -- scopes (parser_scopes.cpp)
  scope* open_scope(scope_kind kind, node* owner);
  void close_scope(scope* opened);
  void drop_children_after(scope* last);
  void mark_functions();
  void declare(name* what, declaration_kind kind, node* where);
  void declare_var(name* what, declaration_kind kind, node* where);
  declaration* add_declaration(scope* to, name* what, declaration_kind kind, node* where);
  static void remember_var(declaration* from, declaration* var);
  void report_duplicate(const name* what, const node* where, declaration_kind kind);

  // -- TypeScript's types (types.cpp, types_statements.cpp)
  bool skip_type();
  bool skip_return_type();
  bool skip_union();
  bool skip_type_operators();
  bool skip_primary_type();
  bool skip_type_name();
  bool skip_balanced();
  bool skip_template_type();
  bool skip_type_arguments(bool* may_compare = nullptr);
  static bool looks_like_variable(const lexeme& word);
  bool skip_constraint();
  bool skip_type_parameters();
  bool skip_greater();
  void erase(std::uint32_t from) { erase(from, last_end_); }
  void erase(std::uint32_t from, std::uint32_t to);
  void need_type(bool is_there);
  void erase_annotation();
  void erase_return_type();
  void erase_type_parameters();
  bool erase_type_arguments_of_call(bool is_new);
  node* parse_type_statement();
  /// Values of the members so far; nothing for a text.
  using enum_members = std::unordered_map<std::string_view, std::optional<double>>;
  node* parse_enum();
  void parse_enum_member(enum_members& members, double& next, const name* of);
  void push_way_back(const property* member, std::string_view text, double value);
  static std::optional<double> constant_of(const node* n, const enum_members& members, const name* of);
  template <class T>
  T* make_at(node_kind kind, const node* at) {
    T* made = make<T>(kind, at->begin, at->line);
    made->end = at->end;
    return made;
  }
  node* parse_declare_statement(std::uint32_t begin, std::uint32_t line);
  node* erased_statement(std::uint32_t begin, std::uint32_t line);
  bool begins_type_statement();
  bool skip_modifiers_of_parameter();
  void skip_modifiers_of_member(member_start& member);
  bool skip_index_signature();

  std::string_view source_;
  parse_options options_;
  pool& memory_;
  name_table names_;
  lexer lexer_;
  lexeme now_;
  std::uint32_t last_end_ = 0;
  std::vector<mistake_found>* found_;
  std::vector<node*> stack_;
  std::vector<label_state> labels_;
  std::vector<erased_range> erased_;
  std::vector<identifier*> parameter_properties_; ///< of the constructor that is being read
  function_state* function_ = nullptr;
  class_state* class_ = nullptr;
  scope* scope_ = nullptr;
  std::size_t depth_ = 0;
  std::size_t reach_ = 0;
  surroundings around_;
  std::size_t enum_members_ = 0;      ///< so far in the script
  bool no_conditional_types_ = false; ///< after `extends` in a type
  std::uint32_t statement_at_ = 0;    ///< where the statement begins that is read
  std::uint32_t arrow_at_ = nowhere;  ///< where an expression began that may be an arrow
  std::uint32_t untyped_until_ = 0;   ///< before it no type arguments are tried: a long try ended there in vain
  struct {
    std::uint32_t begin = nowhere;
    std::uint32_t end = 0;
    mistake kind = mistake::unexpected_token;
    const char* message = nullptr;
  } pending_;
};

} // namespace enclaved::engine::lang
