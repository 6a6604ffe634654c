// Replacing by text with $ and by function, of a regular expression's matches and of plain text.
#include "engine/library/regexp/replace.hpp"

#include "engine/budget.hpp"
#include "engine/duktape/inside.h"
#include "engine/library/members.hpp"
#include "engine/library/regexp/exec.hpp"

#include <algorithm>
#include <cmath>

namespace enclaved::engine {

namespace {

/// A replacement for each match of a program, with nothing of a script in the way but the function to call.
class replacer {
public:
  replacer(duk_context* ctx, const regexp::program& what, duk_idx_t string, const regexp::subject& in,
           duk_idx_t replacement, text_builder& out)
      : ctx_(ctx), what_(what), string_(string), in_(in), replacement_(replacement), out_(out),
        calls_(duk_is_callable(ctx, replacement) != 0) {
    if (!calls_) {
      pattern_ = text_at(ctx, replacement);
      plain_ = pattern_.find('$') == std::string_view::npos;
    }
  }

  void put(const match_positions& at) {
    if (calls_)
      put_answer(at);
    else if (plain_)
      out_.append(pattern_);
    else
      put_filled(at);
  }

private:
  void put_answer(const match_positions& at) {
    const auto groups = static_cast<duk_idx_t>(what_.captures);
    duk_require_stack(ctx_, groups + 8);
    duk_dup(ctx_, replacement_);
    duk_push_undefined(ctx_);
    const auto first = duk_get_top(ctx_);
    for (std::uint32_t i = 0; i < what_.captures; ++i) push_group(ctx_, in_, at, i);
    duk_push_uint(ctx_, at.begin(0));
    duk_dup(ctx_, string_);
    const bool named = what_.named() != 0;
    if (named) push_named_groups(ctx_, what_, at, first);
    duk_call_method(ctx_, groups + (named ? 3 : 2));
    duk_to_string(ctx_, -1);
    out_.append(text_at(ctx_, -1));
    duk_pop(ctx_);
  }

  void put_filled(const match_positions& at) {
    struct {
      replacer& of;
      const match_positions& at;
      void whole() const { of.out_.append(of.in_, at.begin(0), at.end(0)); }
      void before() const { of.out_.append(of.in_, 0, at.begin(0)); }
      void after() const { of.out_.append(of.in_, at.end(0), of.in_.length); }
      void text(std::string_view bytes) const { of.out_.append(bytes); }
      void group(std::uint32_t number) const {
        if (at.is_set(number)) of.out_.append(of.in_, at.begin(number), at.end(number));
      }
      void named(std::string_view wanted) const {
        std::uint32_t number = 0;
        std::string_view name;
        for (regexp::group_names names(of.what_); names.next(number, name);)
          if (name == wanted) group(number);
      }
    } parts{*this, at};
    fill_template(pattern_, what_.captures - 1, what_.named() != 0, parts);
  }

  duk_context* ctx_;
  const regexp::program& what_;
  duk_idx_t string_;
  const regexp::subject& in_;
  duk_idx_t replacement_;
  text_builder& out_;
  std::string_view pattern_;
  bool plain_ = false;
  bool calls_;
};

/// [ … ] -> [ … string ]
void push_replaced(duk_context* ctx, duk_idx_t object, duk_idx_t string, duk_idx_t replacement) {
  enclaved_push_regexp_parts(ctx, object); // what a called function does to the object leaves the program alone
  const auto& what = *program_of(ctx, object);
  const bool global = what.has(regexp::global);
  const bool sticky = what.has(regexp::sticky);
  double from = sticky && !global ? get_last_index(ctx, object) : 0;
  const auto in = push_subject(ctx, string);
  heap_memory memory(ctx);
  text_builder out(ctx);
  match_positions at(what, memory);
  replacer put(ctx, what, string, in, replacement, out);
  if (global) set_last_index(ctx, object, 0);
  std::uint32_t done = 0;
  bool any = false;
  while (from <= in.length && find_match(ctx, what, in, {static_cast<std::uint32_t>(from), sticky}, memory, at)) {
    any = true;
    out.append(in, done, at.begin(0));
    done = at.end(0);
    if (!global && sticky) set_last_index(ctx, object, at.end(0));
    from = at.end(0) == at.begin(0) ? advanced(in, at.end(0), what.by_code_points()) : at.end(0);
    put.put(at);
    if (!global) break;
  }
  if (!any) {
    if (sticky) set_last_index(ctx, object, 0);
    duk_dup(ctx, string);
    return;
  }
  out.append(in, done, in.length);
  out.push_text();
}

// -- by way of what scripts can change

/// [ … ] -> [ … results ]: all that `exec` answers, in an array that nobody else sees.
std::uint32_t push_results(duk_context* ctx, duk_idx_t object, duk_idx_t string, bool global, bool by_code_points,
                           const regexp::subject& in) {
  duk_push_bare_array(ctx);
  const auto all = duk_get_top_index(ctx);
  std::uint32_t count = 0;
  for (;;) {
    push_exec(ctx, object, string);
    if (duk_is_null(ctx, -1) != 0) {
      duk_pop(ctx);
      return count;
    }
    duk_dup_top(ctx);
    duk_put_prop_index(ctx, all, count++);
    if (!global) {
      duk_pop(ctx);
      return count;
    }
    duk_get_prop_index(ctx, -1, 0);
    duk_to_string(ctx, -1);
    const bool empty = duk_get_length(ctx, -1) == 0;
    duk_pop_2(ctx);
    if (empty) {
      duk_get_prop_string(ctx, object, "lastIndex");
      const double here = to_length(ctx, -1);
      duk_pop(ctx);
      set_last_index(ctx, object, advanced(in, here, by_code_points));
    }
  }
}

/// What a template is filled with from what an `exec` of a script answered, which need not be what stands in the text.
struct result_parts {
  duk_context* ctx;
  text_builder& out;
  const regexp::subject& in;
  double position;
  double end;
  duk_idx_t matched; ///< the groups' texts stand behind it
  duk_idx_t names;

  void whole() const { out.append(text_at(ctx, matched)); }
  void before() const { out.append(in, 0, static_cast<std::uint32_t>(position)); }
  void after() const { out.append(in, static_cast<std::uint32_t>(end), in.length); }
  void text(std::string_view bytes) const { out.append(bytes); }
  void group(std::uint32_t number) const {
    const auto at = matched + static_cast<duk_idx_t>(number);
    if (duk_is_undefined(ctx, at) == 0) out.append(text_at(ctx, at));
  }
  void named(std::string_view name) const {
    duk_get_prop_lstring(ctx, names, name.data(), name.size());
    if (duk_is_undefined(ctx, -1) == 0) {
      duk_to_string(ctx, -1);
      out.append(text_at(ctx, -1));
    }
    duk_pop(ctx);
  }
};

/// One result's replacement: [ … result ] -> [ … ]; reads what the result has in the order of the specification.
void put_result(duk_context* ctx, text_builder& out, const regexp::subject& in, duk_idx_t string, duk_idx_t replacement,
                double& done) {
  const auto result = duk_get_top_index(ctx);
  duk_get_prop_string(ctx, result, "length");
  const double length = to_length(ctx, -1);
  duk_pop(ctx);
  constexpr double groups_max = 100'000;
  if (length > groups_max) (void)duk_error(ctx, DUK_ERR_RANGE_ERROR, "the result has too many groups");
  const auto groups = static_cast<std::uint32_t>(std::max(length - 1, 0.0));
  duk_require_stack(ctx, static_cast<duk_idx_t>(groups) + 16);
  duk_get_prop_index(ctx, result, 0);
  duk_to_string(ctx, -1);
  const auto matched = duk_get_top_index(ctx);
  const auto matched_length = static_cast<double>(duk_get_length(ctx, matched));
  duk_get_prop_string(ctx, result, "index");
  const double number = duk_to_number(ctx, -1);
  const double position = number > 0 ? std::min(std::trunc(number), static_cast<double>(in.length)) : 0;
  duk_pop(ctx);
  for (std::uint32_t i = 1; i <= groups; ++i) {
    duk_get_prop_index(ctx, result, i);
    if (duk_is_undefined(ctx, -1) == 0) duk_to_string(ctx, -1);
  }
  duk_get_prop_string(ctx, result, "groups");
  const auto named = duk_get_top_index(ctx);
  const auto end = std::min(position + matched_length, static_cast<double>(in.length));
  const bool calls = duk_is_callable(ctx, replacement) != 0;
  const bool counts = position >= done;
  const auto before = [&] {
    out.append(in, static_cast<std::uint32_t>(done), static_cast<std::uint32_t>(position));
    done = position + matched_length;
  };
  if (calls) {
    const bool has_names = duk_is_undefined(ctx, named) == 0;
    duk_require_stack(ctx, static_cast<duk_idx_t>(groups) + 16);
    duk_dup(ctx, replacement);
    duk_push_undefined(ctx);
    for (duk_idx_t i = 0; i <= static_cast<duk_idx_t>(groups); ++i) duk_dup(ctx, matched + i);
    duk_push_number(ctx, position);
    duk_dup(ctx, string);
    if (has_names) duk_dup(ctx, named);
    duk_call_method(ctx, static_cast<duk_idx_t>(groups) + (has_names ? 4 : 3));
    duk_to_string(ctx, -1);
    if (counts) {
      before();
      out.append(text_at(ctx, -1));
    }
  } else {
    const bool has_names = duk_is_undefined(ctx, named) == 0;
    if (has_names) duk_to_object(ctx, named);
    text_builder filled(ctx);
    const result_parts parts{ctx, filled, in, position, end, matched, named};
    fill_template(text_at(ctx, replacement), groups, has_names, parts);
    if (counts) {
      before();
      filled.push_text();
      out.append(text_at(ctx, -1));
    }
  }
  duk_set_top(ctx, result);
}

} // namespace

/// [Symbol.replace](string, replacement)
duk_ret_t regexp_replace(duk_context* ctx) {
  const auto object = push_this_object(ctx, "@@replace");
  duk_to_string(ctx, 0);
  if (duk_is_callable(ctx, 1) == 0) duk_to_string(ctx, 1);
  if (enclaved_regexp_is_plain(ctx, object) != 0) {
    push_replaced(ctx, object, 0, 1);
    return 1;
  }
  const auto flags = push_flags(ctx, object);
  const bool global = flags.find('g') != std::string_view::npos;
  const bool by_code_points = flags.find_first_of("uv") != std::string_view::npos;
  if (global) set_last_index(ctx, object, 0);
  const auto in = push_subject(ctx, 0);
  const auto count = push_results(ctx, object, 0, global, by_code_points, in);
  const auto results = duk_get_top_index(ctx);
  text_builder out(ctx);
  double done = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    duk_get_prop_index(ctx, results, i);
    put_result(ctx, out, in, 0, 1, done);
  }
  if (done < in.length) out.append(in, static_cast<std::uint32_t>(done), in.length);
  out.push_text();
  return 1;
}

} // namespace enclaved::engine
