// Splitting at a regular expression's matches.
#include "engine/duktape/inside.h"
#include "engine/library/regexp/exec.hpp"

#include <algorithm>

namespace enclaved::engine {

namespace {

/// A limit of elements: what is undefined is none.
std::uint32_t limit_at(duk_context* ctx, duk_idx_t index) {
  return duk_is_undefined(ctx, index) != 0 ? UINT32_MAX : duk_to_uint32(ctx, index);
}

/// [ … ] -> [ … array ]
void push_split(duk_context* ctx, duk_idx_t object, duk_idx_t string, std::uint32_t limit) {
  const auto& what = *program_of(ctx, object);
  const auto in = push_subject(ctx, string);
  heap_memory memory(ctx);
  match_positions at(what, memory);
  // Begin and end of each element; both `unset` where a group took no part.
  regexp::pile<std::uint32_t> places(memory, regexp::piece::code, UINT32_MAX - 1);
  const auto full = [&] { return places.size() / 2 >= limit; };
  const auto put = [&](std::uint32_t begin, std::uint32_t end) {
    places.push(begin);
    places.push(end);
  };
  std::uint32_t done = 0;
  if (in.length == 0) {
    if (!find_match(ctx, what, in, {0, true}, memory, at)) put(0, 0);
  } else {
    double from = 0;
    while (!full() && from < in.length &&
           find_match(ctx, what, in, {static_cast<std::uint32_t>(from), false}, memory, at) &&
           at.begin(0) < in.length) {
      if (at.end(0) == done) { // nothing, where the last one ended
        from = advanced(in, std::max<double>(from, at.begin(0)), what.by_code_points());
        continue;
      }
      put(done, at.begin(0));
      done = at.end(0);
      for (std::uint32_t i = 1; i < what.captures && !full(); ++i)
        put(at.is_set(i) ? at.begin(i) : regexp::unset, at.is_set(i) ? at.end(i) : regexp::unset);
      from = at.end(0) == at.begin(0) ? advanced(in, done, what.by_code_points()) : done;
    }
    if (!full()) put(done, in.length);
  }
  const auto count = std::min(places.size() / 2, limit);
  enclaved_push_array_of(ctx, count);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (places[2 * i] == regexp::unset)
      duk_push_undefined(ctx);
    else
      push_part(ctx, in, places[2 * i], places[2 * i + 1]);
    enclaved_fill_element(ctx, -2, i);
  }
}

} // namespace

/// [Symbol.split](string, limit)
duk_ret_t regexp_split(duk_context* ctx) {
  const auto object = push_this_object(ctx, "@@split");
  duk_to_string(ctx, 0);
  if (enclaved_regexp_is_plain(ctx, object) != 0 && (duk_is_undefined(ctx, 1) != 0 || duk_is_number(ctx, 1) != 0) &&
      !program_of(ctx, object)->has(regexp::sticky)) {
    const auto limit = limit_at(ctx, 1);
    if (limit == 0)
      duk_push_array(ctx);
    else
      push_split(ctx, object, 0, limit);
    return 1;
  }
  push_species(ctx, object);
  duk_dup(ctx, object);
  const auto flags = push_flags(ctx, object);
  const bool by_code_points = flags.find_first_of("uv") != std::string_view::npos;
  if (flags.find('y') == std::string_view::npos) {
    duk_push_string(ctx, "y");
    duk_concat(ctx, 2);
  }
  duk_new(ctx, 2);
  const auto splitter = duk_get_top_index(ctx);
  duk_push_array(ctx);
  const auto result = duk_get_top_index(ctx);
  const auto limit = limit_at(ctx, 1);
  if (limit == 0) return 1;
  const auto in = push_subject(ctx, 0);
  unsigned count = 0;
  if (in.length == 0) {
    push_exec(ctx, splitter, 0);
    if (duk_is_null(ctx, -1) != 0) {
      duk_dup(ctx, 0);
      enclaved_define_index(ctx, result, 0);
    }
    duk_dup(ctx, result);
    return 1;
  }
  std::uint32_t done = 0;
  double from = 0;
  while (from < in.length) {
    set_last_index(ctx, splitter, from);
    push_exec(ctx, splitter, 0);
    if (duk_is_null(ctx, -1) != 0) {
      duk_pop(ctx);
      from = advanced(in, from, by_code_points);
      continue;
    }
    duk_get_prop_string(ctx, splitter, "lastIndex");
    const auto end = std::min(to_length(ctx, -1), static_cast<double>(in.length));
    duk_pop(ctx);
    if (end == done) {
      duk_pop(ctx);
      from = advanced(in, from, by_code_points);
      continue;
    }
    push_part(ctx, in, done, static_cast<std::uint32_t>(std::max<double>(from, done)));
    enclaved_define_index(ctx, result, count++);
    if (count == limit) return duk_dup(ctx, result), 1;
    done = static_cast<std::uint32_t>(end);
    duk_get_prop_string(ctx, -1, "length");
    const double groups = to_length(ctx, -1);
    duk_pop(ctx);
    for (double i = 1; i < groups; ++i) {
      duk_push_number(ctx, i);
      duk_get_prop(ctx, -2);
      enclaved_define_index(ctx, result, count++);
      if (count == limit) return duk_dup(ctx, result), 1;
    }
    duk_pop(ctx);
    from = done;
  }
  push_part(ctx, in, done, in.length);
  enclaved_define_index(ctx, result, count);
  duk_dup(ctx, result);
  return 1;
}

} // namespace enclaved::engine
