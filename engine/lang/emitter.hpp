// What the parts of lowering share: the text so far, the function that is being written, and how names are spelled.
#pragma once

#include "engine/lang/bindings.hpp"
#include "engine/lang/lower.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace enclaved::engine::lang {

/// How tightly an expression binds; what binds less than its place asks for gets parentheses.
enum binds : int {
  as_sequence,
  as_assignment,
  as_conditional,
  as_or,
  as_and,
  as_bit_or,
  as_bit_xor,
  as_bit_and,
  as_equality,
  as_relation,
  as_shift,
  as_sum,
  as_product,
  as_power,
  as_unary,
  as_postfix,
  as_call,
  as_primary,
};

/// A function of the text.
struct context {
  context* outer = nullptr;
  node* owner = nullptr;
  bool is_arrow = false;
  bool is_async = false;
  bool is_generator = false;
  bool is_derived = false;  ///< a derived constructor, or an arrow in one
  bool super_first = false; ///< a derived constructor that begins with super(…): its `this` needs no check after it
  std::string_view this_text = "this";
  std::string_view new_target_text = "new.target";
  std::string_view arguments_text = "arguments";
  std::string_view home; ///< whose prototype `super` is
  unsigned temps = 0;    ///< in use
  unsigned temps_most = 0;
  std::vector<std::string_view> variables; ///< to declare at its end
  const class_node* initialises = nullptr; ///< the class whose constructor it is
  bool opens = false;                      ///< a pattern of the statement that is being written opens an iterator
  bool ever_opens = false;                 ///< some statement did: `$$o` is the innermost one that is open
};

/// Where the value of an assignment comes from.
struct value_source {
  node* expression = nullptr; ///< or else:
  std::string_view text;      ///< an expression that binds as a call does
  std::string_view name;      ///< an anonymous function gets it
};

class emitter {
public:
  emitter(program& tree, const lower_options& options, pool& memory, std::string& out)
      : tree_(tree), options_(options), memory_(memory), out_(out) {}
  void run();

private:
  // -- text (emitter.cpp)
  void put(std::string_view text) { out_.append(text); }
  void put(char c) { out_.push_back(c); }
  void put_number(unsigned long n);
  void put_string(std::string_view text);
  void sync(std::uint32_t line);
  std::string_view kept(std::string_view a, unsigned long n);
  std::string_view kept(std::string_view text) { return memory_.copy(text); }
  static bool is_plain_name(std::string_view text);
  static bool is_plain_key(std::string_view text);

  std::string_view temp();
  void release_to(unsigned temps) { now_->temps = temps; }
  void finish_variables();
  /// What `write` writes, a whole statement: when it fails, the iterators that its patterns have opened are closed.
  template <class Write>
  void closing_patterns(Write write) {
    const auto from = out_.size();
    const bool outer = std::exchange(now_->opens, false);
    write();
    if (now_->opens) close_patterns(from);
    now_->opens = outer;
  }
  void close_patterns(std::size_t from);
  std::string_view variable(std::string_view prefix);

  // -- names (emitter.cpp)
  enum class placement : std::uint8_t { function_level, block_level };
  void name_scope(scope* s, placement where);
  void enter_block(scope* s);
  void declare_variable(const declaration& d);
  bool needs_check(const identifier* at, const declaration& d) const;
  bool is_boxed(const declaration& d) const;
  bool is_held(const declaration& d) const;
  void read(identifier* at);
  void put_place(const declaration& d);
  void put_global(identifier* at);
  bool is_constant(const declaration& d) const;
  bool is_simple_read(const node* n) const;

  // -- functions (lower_functions.cpp)
  void function_text(function_node* f, std::string_view binding, std::string_view shown, std::string_view home);
  void closure(function_node* f, std::string_view shown, std::string_view home = {});
  /// `always`: a function that is declared under one of our names is called `name`, even when that is empty.
  enum class naming : std::uint8_t { when_given, always };
  void directive(std::string_view flags, int length, std::string_view name, naming how = naming::when_given);
  void wrapper(const function_node* f);
  void parameter_names(function_node* f, std::vector<std::string_view>& names);
  void parameter_values(function_node* f, const std::vector<std::string_view>& names);
  void aliases(const node* owner);
  void hoist_wrapped(const node_list& body);
  void body_of(function_node* f);
  void hold_arguments(const std::vector<declaration*>& held, bool comma_first);
  const std::vector<declaration*>* held_by(const node* n) const;
  void function_declaration(function_node* f);
  void begin_constructor(function_node* f, std::string_view shown);
  static bool is_anonymous_function(const node* n);
  void named(node* value, std::string_view name, int level = as_assignment);

  // -- classes (lower_classes.cpp)
  void klass(class_node* c, std::string_view shown);
  void constructor_text(class_node* c, std::string_view shown);
  void default_constructor(class_node* c, std::string_view shown);
  void class_parts(class_node* c, std::string_view shown, const std::vector<std::string_view>& keys);
  void shared_method(const node* part);
  std::uint32_t fields(class_node* c, std::uint32_t from, const std::vector<std::string_view>& keys,
                       std::string_view as_name);
  void static_part(static_block* b, std::string_view as_name);
  void method(property* part, std::string_view on, std::string_view key, std::string_view home);
  void field_value(field* part, std::string_view name);
  void define_field(field* part, std::string_view on, std::string_view key);
  std::string_view shown_of(const node* part);
  std::string_view number_text(double value) const;
  void private_name_text(const node* n);
  static std::vector<const node*> private_names(const class_node* c);
  static bool keys_use_private_names(const class_node* c);
  /// A class whose parts are being written. `outside`: so are its computed keys, for which its private names have
  /// variables of the code around.
  struct open_class {
    const class_node* node = nullptr;
    std::vector<std::string_view> outside;
  };
  void key_text(node* key, bool computed, std::string_view given);
  void super_call(call_node* n);
  void object_literal(list_node* n);
  void object_part(node* item, std::string_view object);
  bool is_literal_part(const node* item) const;
  void literal_part(node* item);
  std::string_view key_name(const node* key) const;

  // -- expressions (lower_expressions.cpp)
  void expression(node* n, int level = as_assignment);
  void number(const number_literal* n);
  void template_text(template_literal* n);
  void tagged(tagged_template* n);
  void array_literal(const node_list& items);
  void unary(unary_node* n, int level);
  void remove(node* n);
  void update(unary_node* n);
  void binary(binary_node* n, int level);
  void taken(node* n);
  void logical(binary_node* n, int level);
  void long_logical(const std::vector<node*>& operands, op_kind op);
  void call(call_node* n);
  void arguments(const node_list& items);
  static bool has_spread(const node_list& items);
  void construct(call_node* n);
  void member(member_expression* n);
  void member_key(member_expression* n, std::string_view given = {});

  // -- optional chains (lower_chains.cpp)
  struct links;
  void chain(node* n, bool deletes);
  void link(const links& of, int at);
  void held_object(const links& of, int at, std::string_view object);

  void put_this();

  // -- assignments and patterns (lower_patterns.cpp)
  void assignment(binary_node* n, int level);
  void logical_assignment(binary_node* n);
  void compound_assignment(binary_node* n);
  /// A member whose object and key are in variables, so that it is read and written with each evaluated once.
  struct place {
    member_expression* member = nullptr;
    bool of_super = false;
    std::string_view object;
    std::string_view key;
  };
  place hold_place(member_expression* m);
  void put_held(const place& of, std::string_view value);
  void put_value(const value_source& value, int level = as_assignment);
  void assign_name(identifier* target, const value_source& value, bool declares);
  void assign_to(node* target, const value_source& value, bool declares);
  void pattern(node* target, std::string_view from, bool declares);
  void object_pattern(list_node* n, std::string_view from, bool declares);
  void array_pattern(list_node* n, std::string_view from, bool declares);
  bool is_simple_array(const list_node* n) const;
  void with_default(node* target, node* value, std::string_view given, bool declares);
  void declare_names(node* target);

  // -- statements (lower_statements.cpp)
  void statement(node* n, bool is_last);
  void bare_statement(node* n, bool is_last);
  void statements(const node_list& body, bool is_last);
  void block_of(node* n, bool is_last);
  void braces(block* n, bool is_last, bool opens = true);
  void variables(variable_declaration* n, bool in_head);
  void for_loop(for_statement* s);
  void copy_boxes(scope* s, bool in_head);
  void for_in(for_each_statement* s);
  void for_of(for_each_statement* s);
  void dead_in_head(scope* s);
  void each_target(for_each_statement* s, std::string_view value);
  void loop_body(node* body, std::string_view count, std::string_view first = {});
  std::string_view counter();
  void put_label(const identifier* label);
  void put_labels();
  void labelled(node* n, bool is_last);
  void try_catch(try_statement* s, bool is_last);
  void switch_cases(switch_statement* s);
  void give_back(unary_node* n);

  program& tree_;
  const lower_options& options_;
  pool& memory_;
  std::string& out_;
  resolution resolved_;
  context* now_ = nullptr;
  std::uint32_t depth_ = 0;
  std::uint32_t line_ = 1;
  unsigned long names_ = 0;
  bool quiet_ = false; ///< lines are not kept: what is written runs before what stands before it
  std::unordered_map<const node*, std::string_view> makers_; ///< of hoisted functions: what makes or wraps them
  const class_node* constructing_ = nullptr;                 ///< whose constructor is about to be written
  std::vector<node*> labels_;                                ///< that stand directly before the statement being written
  std::vector<open_class> classes_; ///< while there is one whose keys use its private names: that, and those inside it
  std::vector<std::string_view> sites_; ///< variables of the outermost function
};

} // namespace enclaved::engine::lang
