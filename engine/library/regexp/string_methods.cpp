// The methods of strings that take a pattern: they ask it for its way, and do plain text themselves.
#include "engine/library/regexp/string_methods.hpp"

#include "engine/budget.hpp"
#include "engine/duktape/inside.h"
#include "engine/library/members.hpp"
#include "engine/library/regexp/exec.hpp"
#include "engine/library/regexp/replace.hpp"
#include "engine/library/units.hpp"

#include <algorithm>
#include <cstring>

namespace enclaved::engine {

namespace {

/// [ … ] -> [ … this ]
duk_idx_t push_this_value(duk_context* ctx, const char* method) {
  duk_push_this(ctx);
  if (duk_is_null_or_undefined(ctx, -1) != 0)
    (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "String.prototype.%s called on null or undefined", method);
  return duk_get_top_index(ctx);
}

/// The method of an object under a symbol: [ … ] -> [ … method ], or nothing and false.
bool push_method(duk_context* ctx, duk_idx_t object, const char* symbol) {
  duk_get_prop_string(ctx, object, symbol);
  if (duk_is_null_or_undefined(ctx, -1) != 0) {
    duk_pop(ctx);
    return false;
  }
  if (duk_is_callable(ctx, -1) == 0)
    (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "%s is not a function", duk_safe_to_string(ctx, -1));
  return true;
}

/// A pattern that is an object has its way with [ this, the second argument ]: [ … ] -> [ … answer ], or false.
bool asks_pattern(duk_context* ctx, const char* symbol, duk_idx_t self, duk_idx_t second) {
  if (!is_object(ctx, 0) || !push_method(ctx, 0, symbol)) return false;
  duk_dup(ctx, 0);
  duk_dup(ctx, self);
  if (second >= 0) duk_dup(ctx, second);
  duk_call_method(ctx, second >= 0 ? 2 : 1);
  return true;
}

/// What is no pattern becomes one, and has its way: [ … ] -> [ … answer ].
void push_asked_new(duk_context* ctx, const char* symbol, duk_idx_t self, const char* flags) {
  duk_to_string(ctx, self);
  if (duk_is_undefined(ctx, 0) != 0)
    duk_push_string(ctx, "");
  else
    duk_dup(ctx, 0);
  duk_to_string(ctx, -1);
  duk_push_string(ctx, flags);
  compile_regexp(ctx);
  enclaved_push_regexp(ctx, nullptr);
  const auto made = duk_get_top_index(ctx);
  duk_get_prop_string(ctx, made, symbol);
  duk_dup(ctx, made);
  duk_dup(ctx, self);
  duk_call_method(ctx, 1);
}

constexpr const char* match_symbol = DUK_WELLKNOWN_SYMBOL("Symbol.match");
constexpr const char* match_all_symbol = DUK_WELLKNOWN_SYMBOL("Symbol.matchAll");
constexpr const char* replace_symbol = DUK_WELLKNOWN_SYMBOL("Symbol.replace");
constexpr const char* search_symbol = DUK_WELLKNOWN_SYMBOL("Symbol.search");
constexpr const char* split_symbol = DUK_WELLKNOWN_SYMBOL("Symbol.split");

/// All at once is what a pattern for `replaceAll` and `matchAll` has to be for.
void require_global(duk_context* ctx, const char* method) {
  if (!is_regexp(ctx, 0)) return;
  duk_get_prop_string(ctx, 0, "flags");
  if (duk_is_null_or_undefined(ctx, -1) != 0)
    (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "String.prototype.%s called with a pattern without flags", method);
  if (std::string_view(duk_to_string(ctx, -1)).find('g') == std::string_view::npos)
    (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "%s must be called with a global RegExp", method);
  duk_pop(ctx);
}

duk_ret_t string_match(duk_context* ctx) {
  const auto self = push_this_value(ctx, "match");
  if (!asks_pattern(ctx, match_symbol, self, -1)) push_asked_new(ctx, match_symbol, self, "");
  return 1;
}

duk_ret_t string_match_all(duk_context* ctx) {
  const auto self = push_this_value(ctx, "matchAll");
  require_global(ctx, "String.prototype.matchAll");
  if (!asks_pattern(ctx, match_all_symbol, self, -1)) push_asked_new(ctx, match_all_symbol, self, "g");
  return 1;
}

duk_ret_t string_search(duk_context* ctx) {
  const auto self = push_this_value(ctx, "search");
  if (!asks_pattern(ctx, search_symbol, self, -1)) push_asked_new(ctx, search_symbol, self, "");
  return 1;
}

/// Where `wanted` stands in `text` from a byte on; nothing: npos. What is empty stands everywhere.
std::size_t find_text(std::string_view text, std::string_view wanted, std::size_t from) {
  if (from > text.size()) return std::string_view::npos;
  if (wanted.empty()) return from;
  the_budget().spend(1);
  const auto* at =
      static_cast<const char*>(::memmem(text.data() + from, text.size() - from, wanted.data(), wanted.size()));
  const auto found = at == nullptr ? std::string_view::npos : static_cast<std::size_t>(at - text.data());
  the_budget().spend(((found == std::string_view::npos ? text.size() : found) - from) >> 5);
  return found;
}

/// Bytes to units of one text, for positions that only grow.
class unit_counter {
public:
  unit_counter(std::string_view text, bool ascii) : text_(text), ascii_(ascii) {}
  std::size_t at(std::size_t byte) {
    if (ascii_) return byte;
    the_budget().spend((byte - byte_) >> 4);
    for (; byte_ < byte; ++byte_) units_ += (static_cast<unsigned char>(text_[byte_]) & 0xc0) != 0x80 ? 1 : 0;
    return units_;
  }

private:
  std::string_view text_;
  std::size_t byte_ = 0;
  std::size_t units_ = 0;
  bool ascii_;
};

/// The byte behind the unit at a byte.
std::size_t next_unit(std::string_view text, std::size_t byte) {
  ++byte;
  while (byte < text.size() && (static_cast<unsigned char>(text[byte]) & 0xc0) == 0x80) ++byte;
  return byte;
}

struct text_parts {
  text_builder& out;
  std::string_view text_;
  std::size_t begin;
  std::size_t end;
  void whole() const { out.append(text_.substr(begin, end - begin)); }
  void before() const { out.append(text_.substr(0, begin)); }
  void after() const { out.append(text_.substr(end)); }
  void text(std::string_view bytes) const { out.append(bytes); }
  void group(std::uint32_t) const {}
  void named(std::string_view) const {}
};

/// replace and replaceAll (magic 1)
duk_ret_t string_replace(duk_context* ctx) {
  const bool all = duk_get_current_magic(ctx) != 0;
  const char* method = all ? "replaceAll" : "replace";
  const auto self = push_this_value(ctx, method);
  if (is_object(ctx, 0)) {
    if (all) require_global(ctx, "replaceAll");
    if (asks_pattern(ctx, replace_symbol, self, 1)) return 1;
  }
  duk_to_string(ctx, self);
  duk_to_string(ctx, 0);
  const bool calls = duk_is_callable(ctx, 1) != 0;
  if (!calls) duk_to_string(ctx, 1);
  const auto text = text_at(ctx, self);
  const auto wanted = text_at(ctx, 0);
  auto found = find_text(text, wanted, 0);
  if (found == std::string_view::npos) {
    duk_dup(ctx, self);
    return 1;
  }
  unit_counter units(text, duk_get_length(ctx, self) == text.size());
  text_builder out(ctx);
  std::size_t done = 0;
  while (found != std::string_view::npos) {
    out.append(text.substr(done, found - done));
    done = found + wanted.size();
    if (calls) {
      duk_dup(ctx, 1);
      duk_push_undefined(ctx);
      duk_dup(ctx, 0);
      duk_push_number(ctx, static_cast<double>(units.at(found)));
      duk_dup(ctx, self);
      duk_call_method(ctx, 3);
      duk_to_string(ctx, -1);
      out.append(text_at(ctx, -1));
      duk_pop(ctx);
    } else {
      fill_template(text_at(ctx, 1), 0, false, text_parts{out, text, found, done});
    }
    if (!all) break;
    found = find_text(text, wanted,
                      wanted.empty() ? (found == text.size() ? text.size() + 1 : next_unit(text, found)) : done);
  }
  out.append(text.substr(done));
  out.push_text();
  return 1;
}

/// [ … ] -> [ … array ]: the units of a text, or its parts between a separator.
void push_parts(duk_context* ctx, std::string_view text, std::string_view separator, std::uint32_t limit) {
  heap_memory memory(ctx);
  regexp::pile<std::uint32_t> places(memory, regexp::piece::code, UINT32_MAX - 1);
  std::size_t done = 0;
  if (separator.empty()) {
    the_budget().spend(text.size());
    while (done < text.size() && places.size() / 2 < limit) {
      const auto end = next_unit(text, done);
      places.push(static_cast<std::uint32_t>(done));
      places.push(static_cast<std::uint32_t>(end));
      done = end;
    }
  } else {
    for (auto found = find_text(text, separator, 0); places.size() / 2 < limit;
         found = find_text(text, separator, done)) {
      places.push(static_cast<std::uint32_t>(done));
      places.push(static_cast<std::uint32_t>(std::min(found, text.size())));
      if (found == std::string_view::npos) break;
      done = found + separator.size();
    }
  }
  const auto count = places.size() / 2;
  enclaved_push_array_of(ctx, count);
  for (std::uint32_t i = 0; i < count; ++i) {
    duk_push_lstring(ctx, text.data() + places[2 * i], places[2 * i + 1] - places[2 * i]);
    enclaved_fill_element(ctx, -2, i);
  }
}

duk_ret_t string_split(duk_context* ctx) {
  const auto self = push_this_value(ctx, "split");
  if (asks_pattern(ctx, split_symbol, self, 1)) return 1;
  duk_to_string(ctx, self);
  const auto limit = duk_is_undefined(ctx, 1) != 0 ? UINT32_MAX : duk_to_uint32(ctx, 1);
  const bool whole = duk_is_undefined(ctx, 0) != 0;
  if (!whole) duk_to_string(ctx, 0);
  if (limit == 0) {
    duk_push_array(ctx);
  } else if (whole) {
    enclaved_push_array_of(ctx, 1);
    duk_dup(ctx, self);
    enclaved_fill_element(ctx, -2, 0);
  } else {
    push_parts(ctx, text_at(ctx, self), text_at(ctx, 0), limit);
  }
  return 1;
}

constexpr method methods[] = {
    {"match", string_match, 1, 1},           {"matchAll", string_match_all, 1, 1}, {"replace", string_replace, 2, 2, 0},
    {"replaceAll", string_replace, 2, 2, 1}, {"search", string_search, 1, 1},      {"split", string_split, 2, 2},
};

} // namespace

void add_pattern_methods(duk_context* ctx) {
  push_built_in(ctx, "String", "prototype");
  add_methods(ctx, methods);
  duk_pop(ctx);
}

} // namespace enclaved::engine
