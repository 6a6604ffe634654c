#include "engine/library/json_error.hpp"

#include "engine/library/members.hpp"
#include "engine/library/units.hpp"

#include <algorithm>
#include <array>

namespace enclaved::engine {

namespace {

constexpr const char* sentence(json_fault what) {
  switch (what) {
  case json_fault::unexpected_number: return "Unexpected number in JSON";
  case json_fault::unexpected_string: return "Unexpected string in JSON";
  case json_fault::property_name: return "Expected property name or '}' in JSON";
  case json_fault::quoted_name: return "Expected double-quoted property name in JSON";
  case json_fault::comma_in_object: return "Expected ',' or '}' after property value in JSON";
  case json_fault::comma_in_array: return "Expected ',' or ']' after array element in JSON";
  case json_fault::colon: return "Expected ':' after property name in JSON";
  case json_fault::open_string: return "Unterminated string in JSON";
  case json_fault::control_character: return "Bad control character in string literal in JSON";
  case json_fault::bad_escape: return "Bad escaped character in JSON";
  case json_fault::bad_unicode_escape: return "Bad Unicode escape in JSON";
  case json_fault::bare_minus: return "No number after minus sign in JSON";
  case json_fault::open_fraction: return "Unterminated fractional number in JSON";
  case json_fault::open_exponent: return "Exponent part is missing a number in JSON";
  case json_fault::too_deep: return "Values are nested too deeply in JSON";
  default: return "Unexpected non-whitespace character after JSON";
  }
}

/// Units from the beginning.
std::size_t units_before(std::string_view text, std::size_t at) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at),
                                                [](char c) { return (c & '\xc0') != '\x80'; }));
}

/// The byte at which the unit stands that is so many before or behind `at`.
std::size_t moved(std::string_view text, std::size_t at, int units) {
  for (; units < 0 && at > 0; ++units) do
      --at;
    while (at > 0 && (text[at] & '\xc0') == '\x80');
  for (; units > 0 && at < text.size(); --units) do
      ++at;
    while (at < text.size() && (text[at] & '\xc0') == '\x80');
  return at;
}

[[noreturn]] void throw_text(duk_context* ctx, duk_idx_t parts) {
  duk_concat(ctx, parts);
  duk_push_error_object(ctx, DUK_ERR_SYNTAX_ERROR, "%s", "");
  duk_swap_top(ctx, -2);
  duk_push_string(ctx, "message");
  duk_swap_top(ctx, -2);
  duk_def_prop(ctx, -3, as_built_in);
  (void)duk_throw(ctx);
  __builtin_unreachable(); // it has jumped
}

/// Shows the text around the token, so much of it on either side.
[[noreturn]] void refuse_token(duk_context* ctx, std::string_view text, std::size_t at) {
  constexpr int around = 10;
  const auto put = [ctx](std::string_view part) { duk_push_lstring(ctx, part.data(), part.size()); };
  if (text == "undefined" || text == "NaN" || text == "Infinity" || text == "[object Object]") {
    put("\"");
    put(text);
    put("\" is not valid JSON");
    throw_text(ctx, 3);
  }
  const auto length = units_before(text, text.size());
  const auto position = units_before(text, at);
  const bool is_short = length <= 2 * around;
  const bool cut_before = !is_short && position >= around;
  const bool cut_behind = !is_short && position + around < length;
  const auto begin = cut_before ? moved(text, at, -around) : 0;
  const auto end = cut_behind ? moved(text, at, around) : text.size();
  put("Unexpected token '");
  put(text.substr(at, moved(text, at, 1) - at));
  put(cut_before ? "', ...\"" : "', \"");
  put(text.substr(begin, end - begin));
  put(cut_behind ? "\"... is not valid JSON" : "\" is not valid JSON");
  throw_text(ctx, 5);
}

} // namespace

void refuse_json(duk_context* ctx, std::string_view text, std::size_t at, json_fault what) {
  duk_require_stack(ctx, 8);
  if (what == json_fault::unexpected_end) {
    duk_push_string(ctx, "Unexpected end of JSON input");
    throw_text(ctx, 1);
  }
  if (what == json_fault::unexpected_token && text[at] == '"') what = json_fault::unexpected_string;
  if (what == json_fault::unexpected_token && ((text[at] >= '0' && text[at] <= '9') || text[at] == '-'))
    what = json_fault::unexpected_number;
  if (what == json_fault::unexpected_token) refuse_token(ctx, text, at);
  duk_push_sprintf(ctx, "%s at position %lu", sentence(what), static_cast<unsigned long>(units_before(text, at)));
  throw_text(ctx, 1);
}

} // namespace enclaved::engine
