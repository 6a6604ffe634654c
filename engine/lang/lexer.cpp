#include "engine/lang/lexer.hpp"

#include "engine/lang/unicode.hpp"

#include <array>

namespace enclaved::engine::lang {

namespace {

enum class sort : std::uint8_t { other, blank, newline, word, digit, quote, wide, punctuator };

constexpr std::array<sort, 256> make_sorts() {
  std::array<sort, 256> table{};
  for (const char c : {' ', '\t', '\v', '\f'}) table[static_cast<unsigned char>(c)] = sort::blank;
  table['\n'] = table['\r'] = sort::newline;
  for (unsigned c = 'a'; c <= 'z'; ++c) table[c] = table[c - 'a' + 'A'] = sort::word;
  table['$'] = table['_'] = sort::word;
  for (unsigned c = '0'; c <= '9'; ++c) table[c] = sort::digit;
  table['"'] = table['\''] = sort::quote;
  for (const char c : {'{', '}', '(', ')', '[', ']', '.', ';', ',', '<', '>', '=', '!',
                       '+', '-', '*', '/', '%', '&', '|', '^', '~', '?', ':', '@'})
    table[static_cast<unsigned char>(c)] = sort::punctuator;
  for (unsigned c = 0x80; c < 0x100; ++c) table[c] = sort::wide;
  return table;
}

constexpr auto sorts = make_sorts();
sort sort_of(char c) { return sorts[static_cast<unsigned char>(c)]; }
bool is_word_part(char c) { return sort_of(c) == sort::word || sort_of(c) == sort::digit; }

} // namespace

lexer::lexer(std::string_view source, name_table& names, pool& memory)
    : begin_(source.data()), at_(source.data()), end_(source.data() + source.size()), names_(names), memory_(memory) {
  if (source.substr(0, 2) == "#!") skip_line_comment();
}

void lexer::fail(mistake kind, const char* from, const char* to, std::string message, std::string hint) {
  throw mistake_found{kind, offset(from), offset(to), std::move(message), std::move(hint)};
}

void lexer::next(lexeme& out) {
  out.after_newline = skip_blanks();
  out.has_escape = false;
  out.word = token::end;
  out.begin = offset(at_);
  out.line = line_;
  if (at_ == end_) {
    out.kind = token::end;
  } else {
    switch (sort_of(*at_)) {
    case sort::word: read_word(out, at_); break;
    case sort::digit: read_number(out); break;
    case sort::quote: read_string(out, *at_); break;
    case sort::punctuator: read_punctuator(out); break;
    default:
      if (*at_ == '`')
        read_template(out, at_ + 1);
      else if (*at_ == '#')
        read_private_name(out);
      else
        read_word_slowly(out, at_, token::identifier);
    }
  }
  out.end = offset(at_);
}

// -- between tokens ---------------------------------------------------------------------------------------------------

/// True when a line ended.
bool lexer::skip_blanks() {
  const auto line = line_;
  while (at_ < end_) {
    const auto what = sort_of(*at_);
    if (what == sort::blank) {
      ++at_;
    } else if (what == sort::newline) {
      count_newline();
    } else if (what == sort::wide) {
      if (!skip_wide_blank()) break;
    } else if (*at_ == '/' && is_at(1, '/')) {
      skip_line_comment();
    } else if (*at_ == '/' && is_at(1, '*')) {
      skip_block_comment();
    } else {
      break;
    }
  }
  return line_ != line;
}

/// Past \n, \r or \r\n.
void lexer::count_newline() {
  at_ += *at_ == '\r' && is_at(1, '\n') ? 2 : 1;
  ++line_;
}

bool lexer::skip_wide_blank() {
  const auto [point, size] = character_at(at_);
  if (point == 0x2028 || point == 0x2029)
    ++line_;
  else if (!is_wide_space(point))
    return false;
  at_ += size;
  return true;
}

void lexer::skip_line_comment() {
  for (; at_ < end_; ++at_) {
    if (sort_of(*at_) == sort::newline) return;
    if (*at_ == '\xe2' && at_[1] == '\x80' && (at_[2] == '\xa8' || at_[2] == '\xa9')) return;
  }
}

void lexer::skip_block_comment() {
  const char* from = at_;
  at_ += 2;
  while (at_ < end_) {
    if (*at_ == '*' && is_at(1, '/')) {
      at_ += 2;
      return;
    }
    if (sort_of(*at_) == sort::newline) {
      count_newline();
    } else {
      if (*at_ == '\xe2' && at_[1] == '\x80' && (at_[2] == '\xa8' || at_[2] == '\xa9')) ++line_;
      ++at_;
    }
  }
  fail(mistake::unterminated_comment, from, from + 2, "the comment is not closed", "end it with */");
}

// -- words ------------------------------------------------------------------------------------------------------------

void lexer::read_word(lexeme& out, const char* from) {
  auto hash = name_table::start;
  const char* at = from;
  while (at < end_ && is_word_part(*at)) hash = name_table::step(hash, static_cast<unsigned char>(*at++));
  if (at < end_ && (*at == '\\' || sort_of(*at) == sort::wide)) return read_word_slowly(out, from, token::identifier);
  at_ = at;
  out.what = names_.intern({from, static_cast<std::size_t>(at - from)}, name_table::finish(hash));
  out.word = static_cast<token>(out.what->word);
  out.kind = is_keyword(out.word) ? out.word : token::identifier;
}

/// A word with escapes or characters beyond ASCII.
void lexer::read_word_slowly(lexeme& out, const char* from, token kind) {
  at_ = from;
  scratch_.clear();
  bool is_first = true;
  const char* copied = from; // what is before it is in the scratch
  for (; at_ < end_; is_first = false) {
    if (is_word_part(*at_) && !(is_first && sort_of(*at_) == sort::digit)) {
      ++at_;
    } else if (*at_ == '\\') {
      scratch_.append(copied, at_);
      append_escape_of_word(is_first);
      copied = at_;
      out.has_escape = true;
    } else if (sort_of(*at_) == sort::wide) {
      const auto [point, bytes] = character_at(at_);
      if (!(is_first ? begins_identifier(point) : continues_identifier(point))) break;
      at_ += bytes;
    } else {
      break;
    }
  }
  if (is_first) fail_at_character();
  std::string_view whole{from, static_cast<std::size_t>(at_ - from)};
  if (out.has_escape) whole = memory_.copy(scratch_.append(copied, at_));
  out.what = names_.intern(whole);
  const auto word = static_cast<token>(out.what->word);
  out.kind = kind;
  out.word = out.has_escape ? token::end : word;
  if (kind == token::identifier && is_keyword(word)) out.kind = out.has_escape ? token::escaped_keyword : word;
}

void lexer::append_escape_of_word(bool is_first) {
  const char* from = at_++;
  char32_t point = 0;
  const bool is_read = is_at(0, 'u') && (++at_, read_code_point(point));
  if (!is_read) fail(mistake::invalid_escape, from, from + 1, "a backslash here must begin an escape such as \\u0041");
  const bool is_ascii = point < 0x80;
  const bool is_digit = point >= '0' && point <= '9';
  const bool fits = is_ascii   ? is_word_part(static_cast<char>(point)) && !(is_first && is_digit)
                    : is_first ? begins_identifier(point)
                               : continues_identifier(point);
  if (!fits) fail(mistake::invalid_escape, from, at_, "this escape does not stand for a character of a name");
  char bytes[4];
  scratch_.append(bytes, write_character(bytes, point));
}

void lexer::read_private_name(lexeme& out) {
  const char* from = at_ + 1;
  if (from < end_ && (sort_of(*from) == sort::word)) {
    read_word(out, from);
  } else if (from < end_ && (*from == '\\' || sort_of(*from) == sort::wide)) {
    read_word_slowly(out, from, token::private_name);
  } else {
    fail(mistake::invalid_character, at_, at_ + 1, "`#` has no meaning here",
         from < end_ && *from == '!' ? "a `#!` line must be the first" : "comments begin with //");
  }
  out.kind = token::private_name;
  out.word = token::end;
}

void lexer::fail_at_character() {
  const auto [point, size] = character_at(at_);
  const auto text = std::string(at_, size);
  std::string hint;
  if (point == 0x201c || point == 0x201d || point == 0x2018 || point == 0x2019)
    hint = "write straight quotes, \" or '";
  else if (point == 0x2013 || point == 0x2014 || point == 0x2212)
    hint = "write the ASCII minus, -";
  else if (point == 0x200b || point == 0x2060)
    hint = "delete it: it is an invisible character";
  else if (point == 0x2026)
    hint = "write three dots, ...";
  if (point < 0x20 || point == 0x7f || point == 0x200b || point == 0x2060) {
    char number[16];
    std::snprintf(number, sizeof number, "U+%04X", static_cast<unsigned>(point));
    fail(mistake::invalid_character, at_, at_ + size, std::string("the character ") + number + " cannot stand here",
         hint);
  }
  fail(mistake::invalid_character, at_, at_ + size, "the character " + text + " cannot stand here", hint);
}

// -- punctuators ------------------------------------------------------------------------------------------------------

void lexer::read_punctuator(lexeme& out) {
  const auto repeated = [&](char c, token alone, token with_assign, token twice) { // c, c=, cc
    if (is_at(1, c)) return one(out, twice, 2);
    return is_at(1, '=') ? one(out, with_assign, 2) : one(out, alone, 1);
  };
  const auto assigned = [&](token alone, token with_assign) {
    is_at(1, '=') ? one(out, with_assign, 2) : one(out, alone, 1);
  };
  switch (*at_) {
  case '{': return one(out, token::open_brace, 1);
  case '}': return one(out, token::close_brace, 1);
  case '(': return one(out, token::open_paren, 1);
  case ')': return one(out, token::close_paren, 1);
  case '[': return one(out, token::open_bracket, 1);
  case ']': return one(out, token::close_bracket, 1);
  case ';': return one(out, token::semicolon, 1);
  case ',': return one(out, token::comma, 1);
  case ':': return one(out, token::colon, 1);
  case '~': return one(out, token::tilde, 1);
  case '@': return one(out, token::at, 1);
  case '.':
    if (end_ - at_ > 1 && sort_of(at_[1]) == sort::digit) return read_number(out);
    return is_at(1, '.') && is_at(2, '.') ? one(out, token::ellipsis, 3) : one(out, token::dot, 1);
  case '?':
    if (is_at(1, '?')) return is_at(2, '=') ? one(out, token::assign_coalesce, 3) : one(out, token::coalesce, 2);
    if (is_at(1, '.') && !(end_ - at_ > 2 && sort_of(at_[2]) == sort::digit)) return one(out, token::optional_dot, 2);
    return one(out, token::question, 1);
  case '=':
    if (is_at(1, '>')) return one(out, token::arrow, 2);
    if (!is_at(1, '=')) return one(out, token::assign, 1);
    return is_at(2, '=') ? one(out, token::strict_equal, 3) : one(out, token::equal, 2);
  case '!':
    if (!is_at(1, '=')) return one(out, token::bang, 1);
    return is_at(2, '=') ? one(out, token::strict_not_equal, 3) : one(out, token::not_equal, 2);
  case '+': return repeated('+', token::plus, token::assign_add, token::plus_plus);
  case '-': return repeated('-', token::minus, token::assign_subtract, token::minus_minus);
  case '&':
    if (is_at(1, '&') && is_at(2, '=')) return one(out, token::assign_and_then, 3);
    return repeated('&', token::bit_and, token::assign_bit_and, token::and_then);
  case '|':
    if (is_at(1, '|') && is_at(2, '=')) return one(out, token::assign_or_else, 3);
    return repeated('|', token::bit_or, token::assign_bit_or, token::or_else);
  case '*':
    if (is_at(1, '*') && is_at(2, '=')) return one(out, token::assign_power, 3);
    return repeated('*', token::star, token::assign_multiply, token::power);
  case '%': return assigned(token::percent, token::assign_remainder);
  case '^': return assigned(token::bit_xor, token::assign_bit_xor);
  case '/': return assigned(token::slash, token::assign_divide);
  case '<':
    if (is_at(1, '<')) return is_at(2, '=') ? one(out, token::assign_shift_left, 3) : one(out, token::shift_left, 2);
    return assigned(token::less, token::less_equal);
  default: // >
    if (!is_at(1, '>')) return assigned(token::greater, token::greater_equal);
    if (!is_at(2, '>')) return is_at(2, '=') ? one(out, token::assign_shift_right, 3) : one(out, token::shift_right, 2);
    return is_at(3, '=') ? one(out, token::assign_shift_right_unsigned, 4) : one(out, token::shift_right_unsigned, 3);
  }
}

void lexer::split_greater(lexeme& greater) {
  at_ = begin_ + greater.begin + 1;
  greater.kind = token::greater;
  greater.end = greater.begin + 1;
}

} // namespace enclaved::engine::lang
