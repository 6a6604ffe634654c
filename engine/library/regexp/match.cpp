// All matches of a text: `match` with the flag g, `matchAll` and its iterator.
#include "engine/duktape/inside.h"
#include "engine/duktape/objects.h"
#include "engine/library/regexp/exec.hpp"

namespace enclaved::engine {

namespace {

/// What an iterator of matches keeps, in an array under a hidden key; nothing is left when it has ended.
constexpr const char* matches_key = DUK_HIDDEN_SYMBOL("matches");
enum iterator_field : duk_uarridx_t { iterated_object, iterated_string, iterated_flags };
enum iterator_flag : duk_uint_t { iterates_on = 1, iterates_by_points = 2 };

bool has_letter(std::string_view flags, char letter) { return flags.find(letter) != std::string_view::npos; }

/// With nothing in the way: each match's text. [ … ] -> [ … array or null ].
void push_texts_of_matches(duk_context* ctx, duk_idx_t object, duk_idx_t string) {
  const auto& what = *program_of(ctx, object);
  const auto in = push_subject(ctx, string);
  heap_memory memory(ctx);
  match_positions at(what, memory);
  regexp::pile<std::uint32_t> places(memory, regexp::piece::code, UINT32_MAX - 1);
  double from = 0;
  while (from <= in.length &&
         find_match(ctx, what, in, {static_cast<std::uint32_t>(from), what.has(regexp::sticky)}, memory, at)) {
    places.push(at.begin(0));
    places.push(at.end(0));
    from = at.end(0) == at.begin(0) ? advanced(in, at.end(0), what.by_code_points()) : at.end(0);
  }
  set_last_index(ctx, object, 0);
  if (places.size() == 0) {
    duk_push_null(ctx);
    return;
  }
  const auto count = places.size() / 2;
  enclaved_push_array_of(ctx, count);
  for (std::uint32_t i = 0; i < count; ++i) {
    push_part(ctx, in, places[2 * i], places[2 * i + 1]);
    enclaved_fill_element(ctx, -2, i);
  }
}

/// After an empty match the next one is looked for further on.
void move_past_empty(duk_context* ctx, duk_idx_t object, const regexp::subject& in, bool by_code_points) {
  duk_get_prop_string(ctx, object, "lastIndex");
  const double here = to_length(ctx, -1);
  duk_pop(ctx);
  set_last_index(ctx, object, advanced(in, here, by_code_points));
}

} // namespace

/// [Symbol.match](string)
duk_ret_t regexp_match(duk_context* ctx) {
  const auto object = push_this_object(ctx, "@@match");
  duk_to_string(ctx, 0);
  if (enclaved_regexp_is_plain(ctx, object) != 0) {
    if (program_of(ctx, object)->has(regexp::global))
      push_texts_of_matches(ctx, object, 0);
    else
      push_builtin_exec(ctx, object, 0);
    return 1;
  }
  const auto flags = push_flags(ctx, object);
  if (!has_letter(flags, 'g')) {
    push_exec(ctx, object, 0);
    return 1;
  }
  const bool by_code_points = has_letter(flags, 'u') || has_letter(flags, 'v');
  set_last_index(ctx, object, 0);
  const auto in = push_subject(ctx, 0);
  duk_push_array(ctx);
  const auto all = duk_get_top_index(ctx);
  for (unsigned count = 0;; ++count) {
    push_exec(ctx, object, 0);
    if (duk_is_null(ctx, -1) != 0) {
      if (count != 0) duk_pop(ctx);
      return 1;
    }
    duk_get_prop_index(ctx, -1, 0);
    duk_to_string(ctx, -1);
    const bool empty = duk_get_length(ctx, -1) == 0;
    enclaved_define_index(ctx, all, count);
    duk_pop(ctx);
    if (empty) move_past_empty(ctx, object, in, by_code_points);
  }
}

/// [Symbol.matchAll](string)
duk_ret_t regexp_match_all(duk_context* ctx) {
  const auto object = push_this_object(ctx, "@@matchAll");
  duk_to_string(ctx, 0);
  duk_push_bare_array(ctx);
  const auto kept = duk_get_top_index(ctx);
  bool global = false;
  bool by_code_points = false;
  if (enclaved_regexp_is_plain(ctx, object) != 0) {
    const auto* what = program_of(ctx, object);
    global = what->has(regexp::global);
    by_code_points = what->by_code_points();
    const double index = get_last_index(ctx, object);
    enclaved_push_regexp_parts(ctx, object);
    enclaved_push_regexp(ctx, nullptr);
    set_last_index(ctx, duk_get_top_index(ctx), index);
  } else {
    push_species(ctx, object);
    duk_dup(ctx, object);
    const auto flags = push_flags(ctx, object);
    global = has_letter(flags, 'g');
    by_code_points = has_letter(flags, 'u') || has_letter(flags, 'v');
    duk_new(ctx, 2);
    duk_get_prop_string(ctx, object, "lastIndex");
    const double index = to_length(ctx, -1);
    duk_pop(ctx);
    set_last_index(ctx, duk_get_top_index(ctx), index);
  }
  duk_put_prop_index(ctx, kept, iterated_object);
  duk_dup(ctx, 0);
  duk_put_prop_index(ctx, kept, iterated_string);
  duk_push_uint(ctx, (global ? iterates_on : 0U) | (by_code_points ? iterates_by_points : 0U));
  duk_put_prop_index(ctx, kept, iterated_flags);
  duk_push_object(ctx);
  enclaved_push_known(ctx, KNOWN_REGEXP_ITERATOR_PROTOTYPE);
  duk_set_prototype(ctx, -2);
  duk_dup(ctx, kept);
  duk_put_prop_string(ctx, -2, matches_key);
  return 1;
}

/// next() of the iterator
duk_ret_t regexp_next_match(duk_context* ctx) {
  duk_push_this(ctx);
  if (enclaved_push_own(ctx, 0, matches_key) == 0)
    return duk_error(ctx, DUK_ERR_TYPE_ERROR,
                     "Method RegExp String Iterator.prototype.next called on incompatible receiver %s",
                     duk_safe_to_string(ctx, 0));
  if (duk_is_object(ctx, 1) == 0) {
    duk_push_undefined(ctx);
    enclaved_iterator_result(ctx, 1);
    return 1;
  }
  duk_get_prop_index(ctx, 1, iterated_object);
  duk_get_prop_index(ctx, 1, iterated_string);
  duk_get_prop_index(ctx, 1, iterated_flags);
  const auto flags = duk_get_uint(ctx, 4);
  push_exec(ctx, 2, 3);
  const bool ends = duk_is_null(ctx, -1) != 0;
  if (ends || (flags & iterates_on) == 0) {
    duk_push_null(ctx);
    duk_put_prop_string(ctx, 0, matches_key);
  } else {
    duk_get_prop_index(ctx, -1, 0);
    duk_to_string(ctx, -1);
    const bool empty = duk_get_length(ctx, -1) == 0;
    duk_pop(ctx);
    if (empty) {
      const auto in = push_subject(ctx, 3);
      move_past_empty(ctx, 2, in, (flags & iterates_by_points) != 0);
      duk_pop(ctx);
    }
  }
  if (ends) {
    duk_pop(ctx);
    duk_push_undefined(ctx);
  }
  enclaved_iterator_result(ctx, ends ? 1 : 0);
  return 1;
}

} // namespace enclaved::engine
