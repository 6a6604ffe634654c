// Running a regular expression, as RegExp.prototype.exec and what is built on it do.
#pragma once

#include "engine/duktape/inside.h"
#include "engine/library/regexp/heap_memory.hpp"
#include "engine/library/regexp/programs.hpp"

namespace enclaved::engine {

/// Where a match lies: begin and end of the whole and of each group. Large ones live in the workspace.
class match_positions {
public:
  match_positions(const regexp::program& of, heap_memory& memory)
      : at_(2 * of.captures <= small ? near_
                                     : static_cast<std::uint32_t*>(memory.resize(
                                           regexp::piece::units, 2 * of.captures * sizeof(std::uint32_t)))) {}
  std::uint32_t* data() { return at_; }
  std::uint32_t begin(std::uint32_t group) const { return at_[2 * group]; }
  std::uint32_t end(std::uint32_t group) const { return at_[2 * group + 1]; }
  bool is_set(std::uint32_t group) const {
    return at_[2 * group] != regexp::unset && at_[2 * group + 1] != regexp::unset;
  }

private:
  static constexpr std::uint32_t small = 40;
  std::uint32_t* at_;
  std::uint32_t near_[small];
};

inline bool is_object(duk_context* ctx, duk_idx_t index) {
  return enclaved_class_of(ctx, index) != ENCLAVED_CLASS_NONE;
}
/// The specification's IsRegExp: what it says of itself under Symbol.match, otherwise what it is.
bool is_regexp(duk_context* ctx, duk_idx_t index);

/// Finds a match; a pattern that wants too much memory is a RangeError.
bool find_match(duk_context* ctx, const regexp::program& what, const regexp::subject& in, regexp::attempt how,
                heap_memory& memory, match_positions& at);

/// [ … ] -> [ … result ]: the array that `exec` answers.
void push_match(duk_context* ctx, const regexp::program& what, duk_idx_t string, const regexp::subject& in,
                const match_positions& at);
/// [ … ] -> [ … text of a group, or undefined ]
void push_group(duk_context* ctx, const regexp::subject& in, const match_positions& at, std::uint32_t group);
/// [ … ] -> [ … object with the named groups ], whose texts stand from `groups` on.
void push_named_groups(duk_context* ctx, const regexp::program& what, const match_positions& at, duk_idx_t groups);

/// RegExpBuiltinExec: [ … ] -> [ … result or null ].
void push_builtin_exec(duk_context* ctx, duk_idx_t object, duk_idx_t string);
/// RegExpExec: by the object's own `exec` when a script gave it one.
void push_exec(duk_context* ctx, duk_idx_t object, duk_idx_t string);

/// [ … ] -> [ … this ], an object; a TypeError that names the method otherwise. Answers the object's index.
duk_idx_t push_this_object(duk_context* ctx, const char* method);
/// lastIndex as the specification reads it (ToLength) and writes it.
double get_last_index(duk_context* ctx, duk_idx_t object);
void set_last_index(duk_context* ctx, duk_idx_t object, double index);
/// AdvanceStringIndex
double advanced(const regexp::subject& in, double index, bool by_code_points);
/// [ … ] -> [ … flags ], a string as the object's `flags` says.
std::string_view push_flags(duk_context* ctx, duk_idx_t object);
/// SpeciesConstructor with RegExp as the default: [ … ] -> [ … constructor ].
void push_species(duk_context* ctx, duk_idx_t object);
double to_length(duk_context* ctx, duk_idx_t index);

duk_ret_t regexp_exec(duk_context* ctx);
duk_ret_t regexp_test(duk_context* ctx);
duk_ret_t regexp_search(duk_context* ctx);
duk_ret_t regexp_match(duk_context* ctx);
duk_ret_t regexp_match_all(duk_context* ctx);
duk_ret_t regexp_replace(duk_context* ctx);
duk_ret_t regexp_split(duk_context* ctx);
duk_ret_t regexp_next_match(duk_context* ctx);

} // namespace enclaved::engine
