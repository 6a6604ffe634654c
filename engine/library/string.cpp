#include "engine/library/string.hpp"

#include "engine/budget.hpp"
#include "engine/duktape/inside.h"
#include "engine/library/bounds.hpp"
#include "engine/library/collation.hpp"
#include "engine/library/members.hpp"
#include "engine/library/normalize.hpp"
#include "engine/library/units.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string_view>

namespace enclaved::engine {

namespace {

/// [ … ] -> [ … text ]: `this` as a string, which null and undefined are not.
std::string_view push_this_text(duk_context* ctx, const char* function) {
  duk_push_this(ctx);
  if (duk_is_null_or_undefined(ctx, -1) != 0)
    (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "String.prototype.%s called on null or undefined", function);
  duk_to_string(ctx, -1);
  return text_at(ctx, -1);
}

duk_ret_t too_long(duk_context* ctx) { return duk_error(ctx, DUK_ERR_RANGE_ERROR, "Invalid string length"); }

/// at(index)
duk_ret_t at(duk_context* ctx) {
  push_this_text(ctx, "at");
  const auto length = static_cast<double>(duk_get_length(ctx, -1));
  auto index = to_integer(ctx, 0);
  if (index < 0) index += length;
  if (index < 0 || index >= length) return 0;
  duk_substring(ctx, -1, static_cast<duk_size_t>(index), static_cast<duk_size_t>(index) + 1);
  return 1;
}

/// repeat(count)
duk_ret_t repeat(duk_context* ctx) {
  const auto text = push_this_text(ctx, "repeat");
  const auto count = to_integer(ctx, 0);
  if (count < 0 || std::isinf(count))
    return duk_error(ctx, DUK_ERR_RANGE_ERROR, "Invalid count value: %s", duk_to_string(ctx, 0));
  if (count == 0 || text.empty()) {
    duk_push_string(ctx, "");
    return 1;
  }
  if (count * static_cast<double>(text.size()) > static_cast<double>(bounds::string_bytes)) return too_long(ctx);
  const auto size = static_cast<std::size_t>(count) * text.size();
  auto* out = static_cast<char*>(duk_push_fixed_buffer(ctx, size));
  std::memcpy(out, text.data(), text.size());
  for (auto have = text.size(); have < size; have *= 2) std::memcpy(out + have, out, std::min(have, size - have));
  duk_push_lstring(ctx, out, size);
  return 1;
}

/// padStart and padEnd: (length, filler)
duk_ret_t pad(duk_context* ctx) {
  const bool at_end = duk_get_current_magic(ctx) != 0;
  const auto text = push_this_text(ctx, at_end ? "padEnd" : "padStart");
  const auto length = static_cast<double>(duk_get_length(ctx, -1));
  const auto wanted = to_integer(ctx, 0);
  if (!(wanted > length)) return 1;
  if (duk_is_undefined(ctx, 1) != 0) {
    duk_push_string(ctx, " ");
    duk_replace(ctx, 1);
  }
  duk_to_string(ctx, 1);
  const auto filler = text_at(ctx, 1);
  if (filler.empty()) return 1;
  const auto filler_length = static_cast<double>(duk_get_length(ctx, 1));
  if (wanted * static_cast<double>(filler.size()) > static_cast<double>(bounds::string_bytes)) return too_long(ctx);
  const auto missing = static_cast<std::size_t>(wanted - length);
  const auto whole = missing / static_cast<std::size_t>(filler_length);
  unit_reader part(filler);
  for (auto left = missing % static_cast<std::size_t>(filler_length); left > 0; --left) part.next();
  const auto size = whole * filler.size() + part.position();
  auto* out = static_cast<char*>(duk_push_fixed_buffer(ctx, text.size() + size));
  auto* fill = out + (at_end ? text.size() : 0);
  std::memcpy(out + (at_end ? 0 : size), text.data(), text.size());
  for (std::size_t i = 0; i < whole; ++i) std::memcpy(fill + i * filler.size(), filler.data(), filler.size());
  std::memcpy(fill + whole * filler.size(), filler.data(), part.position());
  the_budget().spend(whole);
  duk_push_lstring(ctx, out, text.size() + size);
  return 1;
}

/// trimStart and trimEnd; `trim` is Duktape's own.
duk_ret_t trim(duk_context* ctx) {
  const bool at_end = duk_get_current_magic(ctx) != 0;
  auto text = push_this_text(ctx, at_end ? "trimEnd" : "trimStart");
  std::size_t steps = 0;
  if (!at_end) {
    unit_reader from(text);
    auto begin = from.position();
    while (!from.at_end() && is_space(from.next())) {
      begin = from.position();
      ++steps;
    }
    text.remove_prefix(begin);
  } else {
    while (!text.empty()) {
      auto last = text.size() - 1;
      while (last > 0 && (text[last] & '\xc0') == '\x80') --last;
      if (!is_space(unit_reader(text.substr(last)).next())) break;
      text = text.substr(0, last);
      ++steps;
    }
  }
  the_budget().spend(steps);
  duk_push_lstring(ctx, text.data(), text.size());
  return 1;
}

/// The first byte of a surrogate that stands alone, or the text's size.
std::size_t lone_surrogate(std::string_view text) {
  the_budget().spend(text.size() / 8);
  for (unit_reader from(text); !from.at_end();) {
    const auto here = from.position();
    const auto point = from.next_point();
    if (point >= 0xd800 && point < 0xe000) return here;
  }
  return text.size();
}

duk_ret_t is_well_formed(duk_context* ctx) {
  const auto text = push_this_text(ctx, "isWellFormed");
  duk_push_boolean(ctx, lone_surrogate(text) == text.size() ? 1 : 0);
  return 1;
}

/// U+FFFD takes as many bytes as the surrogate in whose place it comes.
duk_ret_t to_well_formed(duk_context* ctx) {
  const auto text = push_this_text(ctx, "toWellFormed");
  const auto first = lone_surrogate(text);
  if (first == text.size()) return 1;
  auto* out = static_cast<char*>(duk_push_fixed_buffer(ctx, text.size()));
  std::memcpy(out, text.data(), text.size());
  for (auto at = first; at < text.size(); at += lone_surrogate(text.substr(at))) {
    put_unit(out + at, 0xfffd);
    at += 3;
  }
  duk_push_lstring(ctx, out, text.size());
  return 1;
}

/// Answers true in options that name it so.
bool is_set(duk_context* ctx, duk_idx_t options, const char* name, std::string_view wanted) {
  duk_get_prop_string(ctx, options, name);
  const bool found =
      wanted.empty() ? duk_to_boolean(ctx, -1) != 0 : duk_is_string(ctx, -1) != 0 && text_at(ctx, -1) == wanted;
  duk_pop(ctx);
  return found;
}

/// localeCompare(other, locale, options): of the options `numeric` and `sensitivity` count.
duk_ret_t locale_compare(duk_context* ctx) {
  const auto text = push_this_text(ctx, "localeCompare");
  duk_to_string(ctx, 0);
  collation how;
  if (duk_is_object(ctx, 2) != 0) {
    how.numeric = is_set(ctx, 2, "numeric", {});
    how.accents = !is_set(ctx, 2, "sensitivity", "base") && !is_set(ctx, 2, "sensitivity", "case");
    how.cases = !is_set(ctx, 2, "sensitivity", "base") && !is_set(ctx, 2, "sensitivity", "accent");
  }
  const auto other = text_at(ctx, 0);
  the_budget().spend((text.size() + other.size()) / 2);
  duk_push_int(ctx, collated(text, other, how));
  return 1;
}

/// [ … search ] -> [ … text ]: what includes, startsWith and endsWith look for, which is no regular expression.
std::string_view required_text(duk_context* ctx, duk_idx_t index, const char* function) {
  if (duk_is_object(ctx, index) != 0) {
    duk_push_string(ctx, DUK_WELLKNOWN_SYMBOL("Symbol.match"));
    const bool told = duk_get_prop(ctx, index) != 0 && duk_is_undefined(ctx, -1) == 0;
    const bool is_pattern = told ? duk_to_boolean(ctx, -1) != 0 : enclaved_is_regexp(ctx, index) != 0;
    duk_pop(ctx);
    if (is_pattern)
      (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "First argument to String.prototype.%s must not be a regular expression",
                      function);
  }
  duk_to_string(ctx, index);
  return text_at(ctx, index);
}

/// Where unit `index` begins.
std::size_t byte_of(duk_context* ctx, duk_idx_t text, double index) {
  const auto whole = text_at(ctx, text);
  const auto length = static_cast<double>(duk_get_length(ctx, text));
  if (index >= length) return whole.size();
  if (length == static_cast<double>(whole.size())) return static_cast<std::size_t>(index);
  the_budget().spend(static_cast<std::uint64_t>(index) / 4);
  unit_reader from(whole);
  for (auto left = static_cast<std::size_t>(index); left > 0; --left) from.next();
  return from.position();
}

duk_ret_t includes(duk_context* ctx) {
  const auto text = push_this_text(ctx, "includes");
  const auto wanted = required_text(ctx, 0, "includes");
  const auto from = std::max(to_integer(ctx, 1), 0.0);
  const auto begin = byte_of(ctx, -1, from);
  the_budget().spend((text.size() - begin) / 16 + wanted.size() / 16);
  const auto* found =
      wanted.empty()
          ? text.data()
          : static_cast<const char*>(::memmem(text.data() + begin, text.size() - begin, wanted.data(), wanted.size()));
  duk_push_boolean(ctx, found != nullptr ? 1 : 0);
  return 1;
}

duk_ret_t starts_with(duk_context* ctx) {
  const auto text = push_this_text(ctx, "startsWith");
  const auto wanted = required_text(ctx, 0, "startsWith");
  const auto from = std::max(to_integer(ctx, 1), 0.0);
  the_budget().spend(1 + (wanted.size() >> 7));
  duk_push_boolean(ctx, text.substr(byte_of(ctx, -1, from)).starts_with(wanted) ? 1 : 0);
  return 1;
}

duk_ret_t ends_with(duk_context* ctx) {
  const auto text = push_this_text(ctx, "endsWith");
  const auto wanted = required_text(ctx, 0, "endsWith");
  const auto end = duk_is_undefined(ctx, 1) != 0 ? HUGE_VAL : std::max(to_integer(ctx, 1), 0.0);
  the_budget().spend(1 + (wanted.size() >> 7));
  duk_push_boolean(ctx, text.substr(0, byte_of(ctx, -1, end)).ends_with(wanted) ? 1 : 0);
  return 1;
}

/// String.fromCodePoint(...points)
duk_ret_t from_code_point(duk_context* ctx) {
  const auto count = duk_get_top(ctx);
  for (duk_idx_t i = 0; i < count; ++i) {
    const double point = duk_to_number(ctx, i);
    if (!(point >= 0 && point <= 0x10ffff) || std::trunc(point) != point)
      return duk_error(ctx, DUK_ERR_RANGE_ERROR, "Invalid code point %s", duk_safe_to_string(ctx, i));
  }
  auto* out = static_cast<char*>(duk_push_fixed_buffer(ctx, static_cast<duk_size_t>(count) * 6));
  auto* end = out;
  for (duk_idx_t i = 0; i < count; ++i) end = put_point(end, static_cast<std::uint32_t>(duk_get_number(ctx, i)));
  duk_push_lstring(ctx, out, static_cast<duk_size_t>(end - out));
  return 1;
}

/// String.raw(template, ...substitutions)
duk_ret_t raw(duk_context* ctx) {
  const auto count = duk_get_top(ctx);
  if (count == 0) return duk_error(ctx, DUK_ERR_TYPE_ERROR, "Cannot convert undefined or null to object");
  duk_to_object(ctx, 0);
  duk_get_prop_string(ctx, 0, "raw");
  duk_to_object(ctx, -1);
  duk_get_prop_string(ctx, -1, "length");
  const auto length = to_integer(ctx, -1);
  duk_pop(ctx);
  const auto parts = duk_get_top_index(ctx);
  duk_push_string(ctx, "");
  for (duk_idx_t i = 0; i < length; ++i) {
    duk_require_stack(ctx, 4);
    duk_get_prop_index(ctx, parts, static_cast<duk_uarridx_t>(i));
    duk_to_string(ctx, -1);
    const bool substitutes = i + 1 < length && i + 1 < count;
    if (substitutes) {
      duk_dup(ctx, i + 1);
      duk_to_string(ctx, -1);
    }
    duk_concat(ctx, substitutes ? 3 : 2);
  }
  return 1;
}

constexpr method methods[] = {
    {"at", at, 1, 1},
    {"repeat", repeat, 1, 1},
    {"padStart", pad, 2, 1, 0},
    {"padEnd", pad, 2, 1, 1},
    {"trimStart", trim, 0, 0, 0},
    {"trimEnd", trim, 0, 0, 1},
    {"includes", includes, 2, 1},
    {"startsWith", starts_with, 2, 1},
    {"endsWith", ends_with, 2, 1},
    {"isWellFormed", is_well_formed, 0, 0},
    {"toWellFormed", to_well_formed, 0, 0},
    {"localeCompare", locale_compare, 3, 1},
    {"normalize", string_normalize, 1, 0},
};

constexpr method functions[] = {
    {"fromCodePoint", from_code_point, DUK_VARARGS, 1},
    {"raw", raw, DUK_VARARGS, 1},
};

} // namespace

void add_string(duk_context* ctx) {
  push_built_in(ctx, "String");
  add_methods(ctx, functions);
  duk_get_prop_string(ctx, -1, "prototype");
  add_methods(ctx, methods);
  duk_pop_2(ctx);
}

} // namespace enclaved::engine
