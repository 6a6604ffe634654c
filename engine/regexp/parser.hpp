// Patterns to trees: the grammar of ECMAScript, with what browsers accept besides when neither `u` nor `v` is given.
#pragma once

#include "engine/regexp/tree.hpp"

namespace enclaved::regexp {

class parser {
public:
  /// Whether sets are worked out, or the text is only checked.
  enum class purpose : std::uint8_t { check, compile };

  parser(workspace& in, std::string_view body, std::uint8_t flags, tree& to, purpose why);

  /// False when there is a problem.
  bool parse();
  const problem& wrong() const { return wrong_; }

private:
  static constexpr std::uint32_t nothing = UINT32_MAX;

  struct list {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
  };
  struct counts {
    std::uint32_t least;
    std::uint32_t most;
  };
  /// One item of a character class: a character, or a set that was put at the end of the ranges.
  struct class_atom {
    bool is_set;
    std::uint32_t c;
  };
  /// A part of a class with `v`: the ranges from one place on, and strings from another.
  struct operand {
    std::uint32_t ranges;
    std::uint32_t strings;
  };
  struct string_of_points {
    std::uint32_t at;
    std::uint32_t length;
  };

  // -- reading
  bool more() const { return at_ < units_.size(); }
  std::uint32_t peek(std::uint32_t ahead = 0) const {
    return at_ + ahead < units_.size() ? units_[at_ + ahead] : nothing;
  }
  bool take(char16_t unit);
  bool take(std::u16string_view text);
  std::uint32_t next_character(bool by_code_points);
  std::uint32_t next_character() { return next_character(points_); }
  std::uint32_t fail(std::string_view sentence) { return fail_at(sentence, at_); }
  std::uint32_t fail_at(std::string_view sentence, std::uint32_t offset);
  bool failed() const { return failed_; }
  void read_units(std::string_view body);
  void count_groups();

  // -- building
  std::uint32_t add(kind what, std::uint32_t a = 0, std::uint32_t b = 0, std::uint32_t c = 0, std::uint8_t traits = 0);
  std::uint32_t add_character(std::uint32_t c);
  std::uint32_t add_set(std::uint32_t from);
  void append(list& to, std::uint32_t item);
  std::uint32_t sequence_of(const list& items);
  std::uint32_t alternatives_of(const list& items);
  std::uint8_t case_trait() const { return (flags_ & ignore_case) != 0 ? any_case : 0; }

  // -- terms
  std::uint32_t disjunction();
  std::uint32_t alternative();
  std::uint32_t term();
  std::uint32_t quantified(std::uint32_t atom, std::uint32_t groups_before, bool may_be);
  bool braces(counts& to);
  std::uint32_t number();
  std::uint32_t parenthesis(bool& may_repeat);
  std::uint32_t look_around(std::uint8_t traits);
  std::uint32_t modifiers();
  std::uint32_t capture(bool named);
  std::uint32_t closed(std::uint32_t inside);

  // -- escapes
  std::uint32_t escape();
  std::uint32_t decimal_escape();
  std::uint32_t named_back_reference();
  std::uint32_t character_escape(bool in_class);
  std::uint32_t unicode_escape(bool by_code_points);
  std::uint32_t hexadecimal(unsigned digits);
  std::uint32_t octal();
  bool class_escape(bool& negated_strings);
  bool property_escape(bool inverted, bool& has_strings);
  bool group_name(std::uint32_t& name, std::uint32_t& length);
  void declare_group(std::uint32_t group, std::uint32_t name, std::uint32_t length);
  void check_references();

  // -- classes
  std::uint32_t character_class();
  class_atom atom_of_class();
  std::uint32_t class_with_sets();
  bool nested_class(operand& to);
  bool contents_of_class(operand& to);
  bool operand_of_class(operand& to, bool& is_character, std::uint32_t& c);
  bool strings_of_class();
  std::uint32_t set_character();
  void apply(std::uint32_t unit, const operand& left, const operand& right);
  bool has_string(std::uint32_t from, std::uint32_t to, const string_of_points& what) const;
  void strings_of_one_become_ranges(std::uint32_t from);
  std::uint32_t node_of(const operand& what);
  void add_range(std::uint32_t first, std::uint32_t last) {
    if (why_ == purpose::compile) tree_.ranges.push({first, last});
  }
  bool strings_beyond(const operand& what) const { return strings_.size() > what.strings; }
  void keycaps();

  workspace& in_;
  tree& tree_;
  pile<char16_t> units_;
  pile<string_of_points> strings_;
  pile<std::uint32_t> points_of_strings_;
  purpose why_;
  std::uint8_t flags_; ///< where the reader is: modifiers change them
  bool points_;        ///< the pattern is read by code points
  bool named_ = false; ///< there is a group with a name, so `\k` refers to one
  bool failed_ = false;
  std::uint32_t at_ = 0;
  std::uint32_t depth_ = 0;
  std::uint32_t groups_in_all_ = 0;
  problem wrong_{};
};

} // namespace enclaved::regexp
