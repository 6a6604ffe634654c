#include "engine/library/regexp/exec.hpp"

#include "engine/budget.hpp"
#include "engine/duktape/inside.h"

#include <algorithm>
#include <cmath>

namespace enclaved::engine {

using regexp::program;
using regexp::subject;

bool find_match(duk_context* ctx, const program& what, const subject& in, regexp::attempt how, heap_memory& memory,
                match_positions& at) {
  switch (regexp::match(what, in, how, memory, at.data())) {
  case regexp::found::yes: return true;
  case regexp::found::no: return false;
  case regexp::found::too_complex: break;
  }
  return duk_error(ctx, DUK_ERR_RANGE_ERROR, "the regular expression needs too much memory for this text") != 0;
}

void push_group(duk_context* ctx, const subject& in, const match_positions& at, std::uint32_t group) {
  if (at.is_set(group))
    push_part(ctx, in, at.begin(group), at.end(group));
  else
    duk_push_undefined(ctx);
}

namespace {

/// Puts what `push` makes of each named group into an object without a prototype. Of groups that share a name one at
/// most took part, and it is the one that counts.
template <class Push>
void push_by_name(duk_context* ctx, const program& what, const match_positions& at, Push push) {
  duk_require_stack(ctx, static_cast<duk_idx_t>(2 * what.named()) + 8);
  const auto first = duk_get_top(ctx);
  duk_idx_t count = 0;
  std::uint32_t group = 0;
  std::string_view name;
  for (regexp::group_names names(what); names.next(group, name);) {
    duk_push_lstring(ctx, name.data(), name.size());
    duk_idx_t same = what.has_shared_names() ? 0 : count;
    while (same < count && duk_strict_equals(ctx, first + 2 * same, -1) == 0) ++same;
    if (same == count) {
      push(group);
      ++count;
      continue;
    }
    duk_pop(ctx);
    if (!at.is_set(group)) continue;
    push(group);
    duk_replace(ctx, first + 2 * same + 1);
  }
  enclaved_make_groups(ctx, count);
}

void push_pair(duk_context* ctx, const match_positions& at, std::uint32_t group) {
  if (!at.is_set(group)) {
    duk_push_undefined(ctx);
    return;
  }
  enclaved_push_array_of(ctx, 2);
  duk_push_uint(ctx, at.begin(group));
  enclaved_fill_element(ctx, -2, 0);
  duk_push_uint(ctx, at.end(group));
  enclaved_fill_element(ctx, -2, 1);
}

/// [ … ] -> [ … indices ]: pairs of positions, and those of named groups under `groups`.
void push_indices(duk_context* ctx, const program& what, const match_positions& at) {
  duk_push_array(ctx);
  for (std::uint32_t i = 0; i < what.captures; ++i) {
    push_pair(ctx, at, i);
    enclaved_define_index(ctx, -2, i);
  }
  duk_push_string(ctx, "groups");
  if (what.named() == 0)
    duk_push_undefined(ctx);
  else
    push_by_name(ctx, what, at, [&](std::uint32_t group) { push_pair(ctx, at, group); });
  enclaved_define(ctx, -3);
}

} // namespace

void push_named_groups(duk_context* ctx, const program& what, const match_positions& at, duk_idx_t groups) {
  if (what.named() == 0)
    duk_push_undefined(ctx);
  else
    push_by_name(ctx, what, at, [&](std::uint32_t group) { duk_dup(ctx, groups + static_cast<duk_idx_t>(group)); });
}

void push_match(duk_context* ctx, const program& what, duk_idx_t string, const subject& in, const match_positions& at) {
  duk_require_stack(ctx, static_cast<duk_idx_t>(what.captures) + 16);
  const auto first = duk_get_top(ctx);
  for (std::uint32_t i = 0; i < what.captures; ++i) push_group(ctx, in, at, i);
  duk_push_uint(ctx, at.begin(0));
  duk_dup(ctx, string);
  push_named_groups(ctx, what, at, first);
  const bool with_indices = what.has(regexp::has_indices);
  if (with_indices) push_indices(ctx, what, at);
  enclaved_make_match(ctx, static_cast<duk_idx_t>(what.captures), with_indices ? 1 : 0);
}

double to_length(duk_context* ctx, duk_idx_t index) {
  const double number = duk_to_number(ctx, index);
  return number > 0 ? std::min(std::trunc(number), 9007199254740991.0) : 0;
}

double get_last_index(duk_context* ctx, duk_idx_t object) {
  double number = 0;
  if (program_of(ctx, object) != nullptr && enclaved_regexp_last_index(ctx, object, &number) != 0)
    return number > 0 ? std::min(std::trunc(number), 9007199254740991.0) : 0;
  duk_get_prop_string(ctx, object, "lastIndex");
  number = to_length(ctx, -1);
  duk_pop(ctx);
  return number;
}

void set_last_index(duk_context* ctx, duk_idx_t object, double index) {
  if (index <= 4294967295.0 && program_of(ctx, object) != nullptr &&
      enclaved_regexp_set_last_index(ctx, object, static_cast<unsigned>(index)) != 0)
    return;
  duk_push_number(ctx, index);
  duk_put_prop_string(ctx, object, "lastIndex");
}

double advanced(const subject& in, double index, bool by_code_points) {
  if (!by_code_points || !in.wide || index + 1 >= in.length) return index + 1;
  const auto* at = static_cast<const char16_t*>(in.data) + static_cast<std::uint32_t>(index);
  return index + ((at[0] & 0xfc00) == 0xd800 && (at[1] & 0xfc00) == 0xdc00 ? 2 : 1);
}

namespace {

/// One match as lastIndex and the flags say, which is then moved. The caller asked for positions only.
bool match_once(duk_context* ctx, const program& what, duk_idx_t object, const subject& in, heap_memory& memory,
                match_positions& at) {
  const double last_index = get_last_index(ctx, object);
  const bool moves = what.has(regexp::global) || what.has(regexp::sticky);
  const double from = moves ? last_index : 0;
  if (from <= in.length &&
      find_match(ctx, what, in, {static_cast<std::uint32_t>(from), what.has(regexp::sticky)}, memory, at)) {
    if (moves) set_last_index(ctx, object, at.end(0));
    return true;
  }
  if (moves) set_last_index(ctx, object, 0);
  return false;
}

const program& required_program(duk_context* ctx, duk_idx_t object, const char* method) {
  const auto* what = program_of(ctx, object);
  if (what == nullptr)
    (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "Method RegExp.prototype.%s called on incompatible receiver %s", method,
                    duk_safe_to_string(ctx, object));
  return *what;
}

} // namespace

void push_builtin_exec(duk_context* ctx, duk_idx_t object, duk_idx_t string) {
  const auto& what = *program_of(ctx, object);
  const auto in = push_subject(ctx, string);
  heap_memory memory(ctx);
  match_positions at(what, memory);
  if (match_once(ctx, what, object, in, memory, at))
    push_match(ctx, what, string, in, at);
  else
    duk_push_null(ctx);
  duk_replace(ctx, -3);
  duk_pop(ctx);
}

void push_exec(duk_context* ctx, duk_idx_t object, duk_idx_t string) {
  duk_require_stack(ctx, 24);
  if (enclaved_regexp_is_plain(ctx, object) == 0) {
    duk_get_prop_string(ctx, object, "exec");
    if (duk_is_callable(ctx, -1) != 0) {
      duk_dup(ctx, object);
      duk_dup(ctx, string);
      duk_call_method(ctx, 1);
      if (duk_is_object(ctx, -1) == 0 && duk_is_null(ctx, -1) == 0)
        (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "exec answered neither an object nor null");
      return;
    }
    duk_pop(ctx);
    required_program(ctx, object, "exec");
  }
  push_builtin_exec(ctx, object, string);
}

bool is_regexp(duk_context* ctx, duk_idx_t index) {
  if (!is_object(ctx, index)) return false;
  duk_get_prop_string(ctx, index, DUK_WELLKNOWN_SYMBOL("Symbol.match"));
  const bool says = duk_is_undefined(ctx, -1) == 0;
  const bool is = says ? duk_to_boolean(ctx, -1) != 0 : program_of(ctx, index) != nullptr;
  duk_pop(ctx);
  return is;
}

duk_idx_t push_this_object(duk_context* ctx, const char* method) {
  duk_push_this(ctx);
  if (duk_is_object(ctx, -1) == 0 && enclaved_class_of(ctx, -1) == ENCLAVED_CLASS_NONE)
    (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "RegExp.prototype.%s requires that 'this' be an Object", method);
  return duk_get_top_index(ctx);
}

std::string_view push_flags(duk_context* ctx, duk_idx_t object) {
  duk_get_prop_string(ctx, object, "flags");
  duk_to_string(ctx, -1);
  duk_size_t size = 0;
  const char* data = duk_get_lstring(ctx, -1, &size);
  return {data, size};
}

void push_species(duk_context* ctx, duk_idx_t object) {
  duk_get_prop_string(ctx, object, "constructor");
  if (duk_is_undefined(ctx, -1) == 0) {
    if (enclaved_class_of(ctx, -1) == ENCLAVED_CLASS_NONE)
      (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "The .constructor property is not an object");
    duk_get_prop_string(ctx, -1, DUK_WELLKNOWN_SYMBOL("Symbol.species"));
    duk_remove(ctx, -2);
  }
  if (duk_is_null_or_undefined(ctx, -1) == 0) {
    if (duk_is_constructable(ctx, -1) == 0)
      (void)duk_error(ctx, DUK_ERR_TYPE_ERROR, "object.constructor[Symbol.species] is not a constructor");
    return;
  }
  duk_pop(ctx);
  duk_push_heapptr(ctx, enclaved_regexp_constructor());
}

/// exec(string)
duk_ret_t regexp_exec(duk_context* ctx) {
  duk_push_this(ctx);
  required_program(ctx, 1, "exec");
  duk_to_string(ctx, 0);
  push_builtin_exec(ctx, 1, 0);
  return 1;
}

/// test(string)
duk_ret_t regexp_test(duk_context* ctx) {
  const auto object = push_this_object(ctx, "test");
  duk_to_string(ctx, 0);
  if (enclaved_regexp_is_plain(ctx, object) == 0) {
    push_exec(ctx, object, 0);
    duk_push_boolean(ctx, duk_is_null(ctx, -1) == 0 ? 1 : 0);
    return 1;
  }
  const auto& what = *program_of(ctx, object);
  const auto in = push_subject(ctx, 0);
  heap_memory memory(ctx);
  match_positions at(what, memory);
  duk_push_boolean(ctx, match_once(ctx, what, object, in, memory, at) ? 1 : 0);
  return 1;
}

/// [Symbol.search](string)
duk_ret_t regexp_search(duk_context* ctx) {
  const auto object = push_this_object(ctx, "@@search");
  duk_to_string(ctx, 0);
  if (enclaved_regexp_is_plain(ctx, object) != 0) {
    const auto& what = *program_of(ctx, object);
    const auto in = push_subject(ctx, 0);
    heap_memory memory(ctx);
    match_positions at(what, memory);
    if (find_match(ctx, what, in, {0, what.has(regexp::sticky)}, memory, at))
      duk_push_uint(ctx, at.begin(0));
    else
      duk_push_int(ctx, -1);
    return 1;
  }
  duk_get_prop_string(ctx, object, "lastIndex");
  const auto before = duk_get_top_index(ctx);
  duk_push_uint(ctx, 0);
  if (duk_samevalue(ctx, before, -1) == 0) {
    duk_dup_top(ctx);
    duk_put_prop_string(ctx, object, "lastIndex");
  }
  push_exec(ctx, object, 0);
  duk_get_prop_string(ctx, object, "lastIndex");
  if (duk_samevalue(ctx, before, -1) == 0) {
    duk_dup(ctx, before);
    duk_put_prop_string(ctx, object, "lastIndex");
  }
  duk_pop(ctx);
  if (duk_is_null(ctx, -1) != 0)
    duk_push_int(ctx, -1);
  else
    duk_get_prop_string(ctx, -1, "index");
  return 1;
}

} // namespace enclaved::engine
