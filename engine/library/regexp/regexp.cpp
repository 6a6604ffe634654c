#include "engine/library/regexp/regexp.hpp"

#include "engine/duktape/inside.h"
#include "engine/duktape/objects.h"
#include "engine/library/members.hpp"
#include "engine/library/regexp/escape.hpp"
#include "engine/library/regexp/exec.hpp"
#include "engine/library/regexp/string_methods.hpp"
#include "engine/library/units.hpp"

#include <array>

namespace enclaved::engine {

namespace {

/// [ … value ] -> [ … string ]: what is undefined is empty.
void text_or_nothing(duk_context* ctx) {
  if (duk_is_undefined(ctx, -1) != 0) {
    duk_pop(ctx);
    duk_push_string(ctx, "");
  } else {
    duk_to_string(ctx, -1);
  }
}

/// RegExp(pattern, flags), with `new` or without.
duk_ret_t construct(duk_context* ctx) {
  const bool is_new = duk_is_constructor_call(ctx) != 0;
  const bool like_regexp = is_regexp(ctx, 0);
  if (!is_new && like_regexp && duk_is_undefined(ctx, 1) != 0) {
    duk_get_prop_string(ctx, 0, "constructor");
    duk_push_current_function(ctx);
    if (duk_strict_equals(ctx, -1, -2) != 0) {
      duk_dup(ctx, 0);
      return 1;
    }
    duk_pop_2(ctx);
  }
  void* prototype = nullptr;
  if (is_new) {
    duk_push_this(ctx);
    duk_get_prototype(ctx, -1);
    prototype = duk_get_heapptr(ctx, -1);
  }
  if (program_of(ctx, 0) != nullptr) {
    enclaved_push_regexp_parts(ctx, 0);
    if (duk_is_undefined(ctx, 1) != 0) {
      enclaved_push_regexp(ctx, prototype);
      return 1;
    }
    duk_pop(ctx);
    duk_dup(ctx, 1);
  } else if (like_regexp) {
    duk_get_prop_string(ctx, 0, "source");
    if (duk_is_undefined(ctx, 1) != 0)
      duk_get_prop_string(ctx, 0, "flags");
    else
      duk_dup(ctx, 1);
    duk_swap_top(ctx, -2);
    text_or_nothing(ctx);
    duk_swap_top(ctx, -2);
    text_or_nothing(ctx);
    compile_regexp(ctx);
    enclaved_push_regexp(ctx, prototype);
    return 1;
  } else {
    duk_dup(ctx, 0);
    text_or_nothing(ctx);
    duk_dup(ctx, 1);
  }
  text_or_nothing(ctx);
  compile_regexp(ctx);
  enclaved_push_regexp(ctx, prototype);
  return 1;
}

duk_ret_t species(duk_context* ctx) {
  duk_push_this(ctx);
  return 1;
}

/// A getter of one flag, whose bit is its magic: undefined on the prototype itself.
duk_ret_t flag_of(duk_context* ctx) {
  duk_push_this(ctx);
  const auto bit = duk_get_current_magic(ctx);
  if (const auto* what = program_of(ctx, 0)) {
    duk_push_boolean(ctx, (static_cast<duk_int_t>(what->flags) & bit) != 0 ? 1 : 0);
    return 1;
  }
  if (is_object(ctx, 0) && duk_get_heapptr(ctx, 0) == enclaved_regexp_prototype(ctx)) return 0;
  return duk_error(ctx, DUK_ERR_TYPE_ERROR, "a flag of a RegExp was asked of %s", duk_safe_to_string(ctx, 0));
}

duk_ret_t source_of(duk_context* ctx) {
  duk_push_this(ctx);
  if (program_of(ctx, 0) != nullptr) {
    enclaved_push_regexp_parts(ctx, 0);
    duk_pop(ctx);
    return 1;
  }
  if (!is_object(ctx, 0) || duk_get_heapptr(ctx, 0) != enclaved_regexp_prototype(ctx))
    return duk_error(ctx, DUK_ERR_TYPE_ERROR, "RegExp.prototype.source getter called on non-RegExp object");
  duk_push_string(ctx, "(?:)");
  return 1;
}

constexpr std::array<const char*, 8> flag_names{"hasIndices", "global",  "ignoreCase",  "multiline",
                                                "dotAll",     "unicode", "unicodeSets", "sticky"};

std::size_t letters_of(const regexp::program& what, std::array<char, flag_names.size()>& to) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < flag_names.size(); ++i)
    if ((what.flags >> i & 1) != 0) to[count++] = regexp::flag_letters[i];
  return count;
}

duk_ret_t flags_of(duk_context* ctx) {
  const auto object = push_this_object(ctx, "flags");
  std::array<char, flag_names.size()> letters{};
  std::size_t count = 0;
  if (enclaved_regexp_is_plain(ctx, object) != 0) {
    count = letters_of(*program_of(ctx, object), letters);
  } else {
    for (std::size_t i = 0; i < flag_names.size(); ++i) {
      duk_get_prop_string(ctx, object, flag_names[i]);
      if (duk_to_boolean(ctx, -1) != 0) letters[count++] = regexp::flag_letters[i];
      duk_pop(ctx);
    }
  }
  duk_push_lstring(ctx, letters.data(), count);
  return 1;
}

duk_ret_t to_string(duk_context* ctx) {
  const auto object = push_this_object(ctx, "toString");
  duk_push_string(ctx, "/");
  duk_get_prop_string(ctx, object, "source");
  duk_to_string(ctx, -1);
  duk_push_string(ctx, "/");
  duk_get_prop_string(ctx, object, "flags");
  duk_to_string(ctx, -1);
  duk_concat(ctx, 4);
  return 1;
}

/// regexp(pattern, flags) of the prelude: a literal's object.
duk_ret_t host_regexp(duk_context* ctx) {
  duk_to_string(ctx, 0);
  duk_to_string(ctx, 1);
  duk_set_top(ctx, 2);
  compile_regexp(ctx);
  enclaved_push_regexp(ctx, nullptr);
  return 1;
}

/// regexp_text(value) of the prelude: how a regular expression is written, undefined for anything else.
duk_ret_t host_regexp_text(duk_context* ctx) {
  const auto* what = program_of(ctx, 0);
  if (what == nullptr) return 0;
  std::array<char, flag_names.size()> letters{};
  duk_push_string(ctx, "/");
  enclaved_push_regexp_parts(ctx, 0);
  duk_pop(ctx);
  duk_push_string(ctx, "/");
  duk_push_lstring(ctx, letters.data(), letters_of(*what, letters));
  duk_concat(ctx, 4);
  return 1;
}

constexpr method functions[] = {{"escape", regexp_escape, 1, 1}};

constexpr method methods[] = {
    {"exec", regexp_exec, 1, 1},
    {"test", regexp_test, 1, 1},
    {"toString", to_string, 0, 0},
    {"@@match", regexp_match, 1, 1},
    {"@@matchAll", regexp_match_all, 1, 1},
    {"@@replace", regexp_replace, 2, 2},
    {"@@search", regexp_search, 1, 1},
    {"@@split", regexp_split, 2, 2},
};

constexpr method of_iterator[] = {{"next", regexp_next_match, 0, 0}};

/// The prototype of iterators of matches.
void add_iterator(duk_context* ctx) {
  duk_push_object(ctx);
  enclaved_push_known(ctx, KNOWN_ITERATOR_PROTOTYPE);
  duk_set_prototype(ctx, -2);
  add_methods(ctx, of_iterator);
  add_tag(ctx, "RegExp String Iterator");
  enclaved_remember(ctx, KNOWN_REGEXP_ITERATOR_PROTOTYPE);
  duk_pop(ctx);
}

} // namespace

void add_regexp(duk_context* ctx) {
  duk_push_c_function(ctx, construct, 2);
  duk_push_string(ctx, "name");
  duk_push_string(ctx, "RegExp");
  duk_def_prop(ctx, -3, DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_SET_CONFIGURABLE | DUK_DEFPROP_FORCE);
  duk_push_string(ctx, "length");
  duk_push_int(ctx, 2);
  duk_def_prop(ctx, -3, DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_SET_CONFIGURABLE | DUK_DEFPROP_FORCE);
  add_methods(ctx, functions);
  add_getter(ctx, "@@species", species);
  enclaved_push_bare_regexp_prototype(ctx); // [ … RegExp prototype ]
  add_methods(ctx, methods);
  for (std::size_t i = 0; i < flag_names.size(); ++i) add_getter(ctx, flag_names[i], flag_of, 1 << i);
  add_getter(ctx, "flags", flags_of);
  add_getter(ctx, "source", source_of);
  duk_dup(ctx, -2);
  add_hidden(ctx, "constructor");
  enclaved_keep_regexp(ctx, -2);
  add_constant(ctx, "prototype"); // of the constructor
  duk_push_global_object(ctx);
  duk_swap_top(ctx, -2);
  add_hidden(ctx, "RegExp");
  duk_pop(ctx);
  add_iterator(ctx);
  duk_push_c_function(ctx, host_regexp, 2);
  duk_put_prop_string(ctx, -2, "regexp");
  duk_push_c_function(ctx, host_regexp_text, 1);
  duk_put_prop_string(ctx, -2, "regexp_text");
  add_pattern_methods(ctx);
}

} // namespace enclaved::engine
