// Source to tokens, one at a time as the parser asks: only it knows whether a slash begins a regular expression, and
// whether a brace goes on with a template. The source is known to be UTF-8.
#pragma once

#include "engine/lang/names.hpp"
#include "engine/lang/problems.hpp"

namespace enclaved::engine::lang {

class lexer {
public:
  lexer(std::string_view source, name_table& names, pool& memory);

  /// The token after the last one.
  void next(lexeme& out);
  /// The lexeme is a slash or `/=`: reads on to the regular expression that it begins.
  void read_regexp(const lexeme& slash, std::string_view& body, std::string_view& flags, std::uint32_t& end);
  /// The lexeme is a closing brace: the template's next chunk instead.
  void reread_template(lexeme& brace);
  /// What is wrong with the escape for which a chunk has no cooked value.
  [[noreturn]] void fail_at_bad_escape();
  /// The lexeme begins with `>`: only that, the rest is read again.
  void split_greater(lexeme& greater);

  /// Where the lexer stands, to look ahead and come back.
  struct place {
    const char* at;
    std::uint32_t line;
  };
  place where() const { return {at_, line_}; }
  void go_back(place to) { at_ = to.at, line_ = to.line; }

  std::uint32_t line() const { return line_; }

private:
  bool skip_blanks();
  bool skip_wide_blank();
  void skip_line_comment();
  void skip_block_comment();
  void count_newline();
  void read_word(lexeme& out, const char* from);
  void read_word_slowly(lexeme& out, const char* from, token kind);
  void append_escape_of_word(bool is_first);
  void read_private_name(lexeme& out);
  void read_number(lexeme& out);
  void read_radix(lexeme& out, const char* from, unsigned radix);
  const char* skip_digits(const char* at, unsigned radix);
  void end_number(lexeme& out, const char* from, double value);
  double decimal_value(const char* from, const char* to, bool has_separators);
  void read_string(lexeme& out, char quote);
  void read_string_slowly(lexeme& out, char quote, const char* from);
  void read_template(lexeme& out, const char* from);
  [[noreturn]] void fail_at_open_template(const char* from);
  void read_template_escapes(lexeme& out, const char* far);
  /// After a backslash: writes what it stands for; false when it is malformed (a template keeps that).
  bool read_escape(char*& out, bool in_template, const char*& why);
  bool read_hex(unsigned digits, char32_t& point);
  bool read_code_point(char32_t& point);
  void read_punctuator(lexeme& out);
  void one(lexeme& out, token kind, int size) { out.kind = kind, at_ += size; }
  bool is_at(std::ptrdiff_t offset, char c) const { return end_ - at_ > offset && at_[offset] == c; }
  std::uint32_t offset(const char* at) const { return static_cast<std::uint32_t>(at - begin_); }
  [[noreturn]] void fail(mistake kind, const char* from, const char* to, std::string message, std::string hint = {});
  [[noreturn]] void fail_at_character();

  const char* begin_;
  const char* at_;
  const char* end_;
  std::uint32_t line_ = 1;
  const char* last_high_ = nullptr; ///< the end of an escape that wrote the first half of a surrogate pair
  struct {
    const char* at;
    const char* why;
  } bad_escape_ = {};
  name_table& names_;
  pool& memory_;
  std::string scratch_;
};

} // namespace enclaved::engine::lang
