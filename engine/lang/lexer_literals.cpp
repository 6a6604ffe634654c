// Numbers, strings, templates and regular expressions.
#include "engine/lang/lexer.hpp"
#include "engine/lang/unicode.hpp"

#include <charconv>
#include <cmath>
#include <cstring>

namespace enclaved::engine::lang {

namespace {

/// The digit's value; 99 for what is none in any radix.
unsigned digit_of(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return 99;
}

bool is_separator_of_lines(const char* at) {
  return at[0] == '\xe2' && at[1] == '\x80' && (at[2] == '\xa8' || at[2] == '\xa9');
}

/// Digits of a radix that is a power of two, correctly rounded however many there are.
double binary_value(const char* from, const char* to, unsigned radix) {
  const unsigned width = radix == 16 ? 4 : radix == 8 ? 3 : 1;
  std::uint64_t head = 0;
  int dropped = 0;
  bool is_inexact = false;
  for (; from < to; ++from) {
    if (*from == '_') continue;
    const auto digit = digit_of(*from);
    if (head >> 58 == 0) {
      head = head << width | digit;
    } else {
      dropped += static_cast<int>(width);
      is_inexact = is_inexact || digit != 0;
      if (dropped > 2'000) dropped = 2'000; // infinite by then
    }
  }
  if (is_inexact) head |= 1; // only decides ties: it is below the 53 bits that stay
  return std::ldexp(static_cast<double>(head), dropped);
}

} // namespace

// -- numbers ----------------------------------------------------------------------------------------------------------

void lexer::read_number(lexeme& out) {
  const char* from = at_;
  if (*at_ == '0' && end_ - at_ > 1) {
    const char second = static_cast<char>(at_[1] | 0x20);
    if (second == 'x') return read_radix(out, from, 16);
    if (second == 'o') return read_radix(out, from, 8);
    if (second == 'b') return read_radix(out, from, 2);
    if ((at_[1] >= '0' && at_[1] <= '9') || at_[1] == '_')
      fail(mistake::invalid_number, from, from + 2, "a number must not begin with 0 and another digit",
           "write octal numbers as 0o17");
  }
  std::uint64_t small = 0;
  const char* at = at_;
  while (at < end_ && *at >= '0' && *at <= '9') small = small * 10 + static_cast<unsigned>(*at++ - '0');
  const bool is_plain = at == end_ || (*at != '.' && *at != '_' && (*at | 0x20) != 'e');
  if (is_plain && at - from <= 15) {
    at_ = at;
    return end_number(out, from, static_cast<double>(small));
  }
  at_ = *at_ == '.' ? at_ : skip_digits(at_, 10);
  bool has_fraction = false;
  if (is_at(0, '.')) {
    has_fraction = true;
    ++at_;
    if (is_at(0, '_')) fail(mistake::invalid_number, at_, at_ + 1, "a numeric separator must stand between digits");
    if (at_ < end_ && digit_of(*at_) < 10) at_ = skip_digits(at_, 10);
  }
  if (at_ < end_ && (*at_ | 0x20) == 'e') {
    has_fraction = true;
    ++at_;
    if (is_at(0, '+') || is_at(0, '-')) ++at_;
    if (at_ == end_ || digit_of(*at_) >= 10)
      fail(mistake::invalid_number, from, at_, "the number's exponent has no digits");
    at_ = skip_digits(at_, 10);
  }
  if (is_at(0, 'n') && has_fraction)
    fail(mistake::invalid_number, from, at_ + 1, "a BigInt cannot have a fraction or an exponent");
  const bool has_separators = std::memchr(from, '_', static_cast<std::size_t>(at_ - from)) != nullptr;
  end_number(out, from, decimal_value(from, at_, has_separators));
}

double lexer::decimal_value(const char* from, const char* to, bool has_separators) {
  std::string plain;
  if (has_separators) {
    for (const char* c = from; c < to; ++c)
      if (*c != '_') plain += *c;
    from = plain.data();
    to = plain.data() + plain.size();
  }
  double value = 0;
  if (std::from_chars(from, to, value).ec != std::errc::result_out_of_range) return value;
  // Too large or too small: which of the two, the exact reader tells.
  return std::strtod(std::string(from, to).c_str(), nullptr);
}

void lexer::read_radix(lexeme& out, const char* from, unsigned radix) {
  at_ += 2;
  const char* digits = at_;
  if (at_ == end_ || digit_of(*at_) >= radix) fail(mistake::invalid_number, from, at_, "the number has no digits");
  at_ = skip_digits(at_, radix);
  end_number(out, from, binary_value(digits, at_, radix));
}

/// Past digits with single separators between them; `at` is at the first.
const char* lexer::skip_digits(const char* at, unsigned radix) {
  const auto is_digit = [&](const char* c) { return c < end_ && digit_of(*c) < radix; };
  while (true) {
    while (is_digit(at)) ++at;
    if (at == end_ || *at != '_') return at;
    if (!is_digit(at + 1)) fail(mistake::invalid_number, at, at + 1, "a numeric separator must stand between digits");
    ++at;
  }
}

void lexer::end_number(lexeme& out, const char* from, double value) {
  if (is_at(0, 'n'))
    fail(mistake::unsupported_syntax, from, at_ + 1, "BigInt is not available here",
         "use numbers (exact up to 2**53) or strings");
  if (at_ < end_) {
    const char c = *at_;
    const bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                         c == '$' || c == '\\' ||
                         (static_cast<unsigned char>(c) >= 0x80 && begins_identifier(character_at(at_).point));
    if (is_word)
      fail(mistake::invalid_number, from, at_ + 1, "a number must not be followed directly by a letter or digit");
  }
  out.kind = token::number;
  out.number = value;
}

// -- strings ----------------------------------------------------------------------------------------------------------

void lexer::read_string(lexeme& out, char quote) {
  const char* from = at_ + 1;
  const char* at = from;
  while (at < end_ && *at != quote && *at != '\\' && *at != '\n' && *at != '\r') {
    if (*at == '\xe2' && is_separator_of_lines(at)) ++line_;
    ++at;
  }
  if (at < end_ && *at == quote) {
    out.kind = token::string;
    out.text = {from, static_cast<std::size_t>(at - from)};
    at_ = at + 1;
    return;
  }
  line_ = out.line;
  read_string_slowly(out, quote, from);
}

/// One with escapes. Its value is never longer than its source.
void lexer::read_string_slowly(lexeme& out, char quote, const char* from) {
  const char* far = from;
  while (far < end_ && *far != quote && *far != '\n' && *far != '\r') {
    const bool is_escape = *far == '\\' && far + 1 < end_;
    far += !is_escape ? 1 : far[1] == '\r' && far + 2 < end_ && far[2] == '\n' ? 3 : 2;
  }
  if (far >= end_ || *far != quote)
    fail(mistake::unterminated_string, from - 1, from, "the string is not closed on its line",
         std::string("close it with ") + quote + ", or write text of several lines between backquotes");
  char* text = static_cast<char*>(memory_.allocate(static_cast<std::size_t>(far - from)));
  char* end = text;
  last_high_ = nullptr;
  at_ = from;
  while (at_ < far) {
    if (*at_ == '\\') {
      const char* escape = at_++;
      const char* why = nullptr;
      if (!read_escape(end, false, why)) fail(mistake::invalid_escape, escape, at_, why);
    } else {
      if (*at_ == '\xe2' && is_separator_of_lines(at_)) ++line_;
      *end++ = *at_++;
    }
  }
  at_ = far + 1;
  out.kind = token::string;
  out.has_escape = true;
  out.text = {text, static_cast<std::size_t>(end - text)};
}

/// at_ is after the backslash. Two escapes that are a surrogate pair become one character.
bool lexer::read_escape(char*& out, bool in_template, const char*& why) {
  const char c = *at_++;
  switch (c) {
  case 'n': *out++ = '\n'; return true;
  case 't': *out++ = '\t'; return true;
  case 'r': *out++ = '\r'; return true;
  case 'b': *out++ = '\b'; return true;
  case 'v': *out++ = '\v'; return true;
  case 'f': *out++ = '\f'; return true;
  case '\r':
    if (is_at(0, '\n')) ++at_;
    [[fallthrough]];
  case '\n': ++line_; return true;
  case 'x': {
    char32_t point = 0;
    why = "\\x must be followed by two hexadecimal digits";
    if (!read_hex(2, point)) return false;
    out += write_character(out, point);
    return true;
  }
  case 'u': {
    char32_t point = 0;
    why = "\\u must be followed by four hexadecimal digits, or by a code point in braces";
    if (!read_code_point(point)) return false;
    // The first half of a pair may stand before it as three bytes; then both are one character.
    if (point >= 0xdc00 && point < 0xe000 && last_high_ == out) {
      const auto high = character_at(out - 3).point;
      out -= 3;
      point = 0x10000 + ((high - 0xd800) << 10) + (point - 0xdc00);
    }
    out += write_character(out, point);
    if (point >= 0xd800 && point < 0xdc00) last_high_ = out;
    return true;
  }
  case '0':
    if (at_ == end_ || *at_ < '0' || *at_ > '9') {
      *out++ = '\0';
      return true;
    }
    [[fallthrough]];
  case '1':
  case '2':
  case '3':
  case '4':
  case '5':
  case '6':
  case '7':
  case '8':
  case '9':
    why = in_template ? "octal escapes are not allowed in templates" : "octal escapes are not allowed";
    return false;
  default: break;
  }
  --at_;
  const auto [point, size] = character_at(at_);
  if (point == 0x2028 || point == 0x2029)
    ++line_;
  else
    out += write_character(out, point);
  at_ += size;
  return true;
}

bool lexer::read_hex(unsigned digits, char32_t& point) {
  point = 0;
  for (; digits > 0; --digits, ++at_) {
    if (at_ == end_ || digit_of(*at_) >= 16) return false;
    point = point << 4 | digit_of(*at_);
  }
  return true;
}

/// After \u: four digits, or any number of them in braces.
bool lexer::read_code_point(char32_t& point) {
  if (!is_at(0, '{')) return read_hex(4, point);
  ++at_;
  point = 0;
  const char* first = at_;
  for (; at_ < end_ && digit_of(*at_) < 16; ++at_) {
    point = point << 4 | digit_of(*at_);
    if (point > 0x10ffff) return false;
  }
  if (at_ == first || !is_at(0, '}')) return false;
  ++at_;
  return true;
}

// -- templates --------------------------------------------------------------------------------------------------------

void lexer::reread_template(lexeme& brace) {
  read_template(brace, begin_ + brace.begin + 1);
  brace.end = offset(at_);
}

/// From after ` or } to ` or ${.
void lexer::read_template(lexeme& out, const char* from) {
  const char* far = from; // its end
  bool is_plain = true;
  bool has_returns = false;
  while (far < end_ && *far != '`' && !(*far == '$' && far + 1 < end_ && far[1] == '{')) {
    if (*far == '\\') {
      is_plain = false;
      if (++far == end_) break;
    }
    if (*far == '\r') has_returns = true;
    ++far;
  }
  if (far >= end_) fail_at_open_template(begin_ + out.begin);
  out.kind = token::template_chunk;
  out.is_tail = *far == '`';
  out.raw = {from, static_cast<std::size_t>(far - from)};
  const auto size = out.raw.size();
  if (has_returns) {
    char* text = static_cast<char*>(memory_.allocate(size));
    char* end = text;
    for (const char* c = from; c < far; ++c) {
      if (*c == '\r' && c + 1 < far && c[1] == '\n') continue;
      *end++ = *c == '\r' ? '\n' : *c;
    }
    out.raw = {text, static_cast<std::size_t>(end - text)};
  }
  at_ = from;
  if (is_plain) {
    out.text = out.raw.data() ? out.raw : std::string_view{from, 0};
    while (at_ < far) {
      if (*at_ == '\n' || *at_ == '\r')
        count_newline();
      else {
        if (*at_ == '\xe2' && is_separator_of_lines(at_)) ++line_;
        ++at_;
      }
    }
  } else {
    read_template_escapes(out, far);
  }
  at_ = far + (out.is_tail ? 1 : 2);
}

void lexer::fail_at_open_template(const char* from) {
  const bool is_fence = from - begin_ >= 2 && from[-1] == '`' && from[-2] == '`';
  fail(mistake::unterminated_template, from, from + 1, "the template is not closed",
       is_fence ? "``` is Markdown: send the code only"
                : "close it with a backquote; a backquote inside it is written \\`");
}

void lexer::read_template_escapes(lexeme& out, const char* far) {
  char* text = static_cast<char*>(memory_.allocate(static_cast<std::size_t>(far - at_) + 1));
  char* end = text;
  last_high_ = nullptr;
  bool is_valid = true;
  while (at_ < far) {
    if (*at_ == '\\') {
      const char* escape = at_++;
      const char* why = nullptr;
      if (!read_escape(end, true, why)) {
        if (is_valid) bad_escape_ = {escape, why};
        is_valid = false;
        if (at_ <= escape + 1) at_ = escape + 2;
      }
    } else if (*at_ == '\n' || *at_ == '\r') {
      count_newline();
      *end++ = '\n';
    } else {
      if (*at_ == '\xe2' && is_separator_of_lines(at_)) ++line_;
      *end++ = *at_++;
    }
  }
  out.text = is_valid ? std::string_view{text, static_cast<std::size_t>(end - text)} : std::string_view{};
}

void lexer::fail_at_bad_escape() { fail(mistake::invalid_escape, bad_escape_.at, bad_escape_.at + 2, bad_escape_.why); }

// -- regular expressions ----------------------------------------------------------------------------------------------

void lexer::read_regexp(const lexeme& slash, std::string_view& body, std::string_view& flags, std::uint32_t& end) {
  const char* from = begin_ + slash.begin;
  const char* at = from + 1;
  bool in_class = false;
  const auto ends_line = [&](const char* c) {
    return c >= end_ || *c == '\n' || *c == '\r' || (*c == '\xe2' && is_separator_of_lines(c));
  };
  for (;; ++at) {
    if (!ends_line(at) && *at == '\\')
      ++at; // and whatever it escapes
    else if (at < end_ && *at == '/' && !in_class)
      break;
    else if (at < end_ && (*at == '[' || *at == ']'))
      in_class = *at == '[';
    if (ends_line(at))
      fail(mistake::unterminated_regexp, from, from + 1, "the regular expression is not closed on its line");
  }
  body = {from + 1, static_cast<std::size_t>(at - from - 1)};
  const char* first = ++at;
  while (at < end_ && ((*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') || (*at >= '0' && *at <= '9') ||
                       *at == '_' || *at == '$'))
    ++at;
  flags = {first, static_cast<std::size_t>(at - first)};
  if (at < end_ &&
      (*at == '\\' || (static_cast<unsigned char>(*at) >= 0x80 && continues_identifier(character_at(at).point))))
    fail(mistake::invalid_regexp, at, at + 1, "this is no flag of a regular expression");
  at_ = at;
  end = offset(at);
}

} // namespace enclaved::engine::lang
