#include "engine/library/regexp/programs.hpp"

#include "engine/budget.hpp"
#include "engine/duktape/inside.h"
#include "engine/library/members.hpp"
#include "engine/library/regexp/heap_memory.hpp"
#include "engine/regexp/compiler.hpp"

#include <array>

extern "C" void enclaved_compile_regexp(duk_context* ctx);

namespace enclaved::engine {

namespace {

constexpr const char* kept_key = DUK_HIDDEN_SYMBOL("regexp programs");
/// How many programs of `new RegExp` are kept, by pattern and flags; a power of two.
constexpr std::uint32_t kept_programs = 64;
enum kept_fields : duk_uarridx_t { kept_pattern, kept_flags, kept_source, kept_program, kept_count };

/// [ … pattern flags ] -> [ … pattern flags source ]: so that /source/ is the same expression, and on one line.
void push_source(duk_context* ctx) {
  const auto pattern = text_at(ctx, -2);
  if (pattern.empty()) {
    duk_push_string(ctx, "(?:)");
    return;
  }
  text_builder out(ctx);
  bool in_class = false;
  std::size_t done = 0;
  const auto flush = [&](std::size_t to, std::string_view instead, std::size_t skip) {
    out.append(pattern.substr(done, to - done));
    out.append(instead);
    done = to + skip;
  };
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    const bool escaped = c == '\\' && i + 1 < pattern.size();
    const auto at = escaped ? i + 1 : i;
    const auto rest = pattern.substr(at);
    if (escaped) ++i;
    if (rest[0] == '\n')
      flush(escaped ? at - 1 : at, "\\n", escaped ? 2 : 1);
    else if (rest[0] == '\r')
      flush(escaped ? at - 1 : at, "\\r", escaped ? 2 : 1);
    else if (rest.starts_with("\xe2\x80\xa8") || rest.starts_with("\xe2\x80\xa9"))
      flush(escaped ? at - 1 : at, rest[2] == '\xa8' ? "\\u2028" : "\\u2029", escaped ? 4 : 3);
    else if (escaped)
      continue;
    else if (c == '[')
      in_class = true;
    else if (c == ']')
      in_class = false;
    else if (c == '/' && !in_class)
      flush(i, "\\/", 1);
  }
  if (done == 0) {
    duk_pop(ctx);
    duk_dup(ctx, -2);
    return;
  }
  out.append(pattern.substr(done));
  out.push_text();
  duk_remove(ctx, -2);
}

/// [ … pattern flags ] -> [ … pattern flags source program ]
void compile_now(duk_context* ctx) {
  const auto pattern = duk_get_top(ctx) - 2;
  const auto flags = regexp::flags_of(text_at(ctx, pattern + 1));
  if (!flags)
    (void)duk_error(ctx, DUK_ERR_SYNTAX_ERROR, "Invalid flags supplied to RegExp constructor '%s'",
                    duk_get_string(ctx, pattern + 1));
  push_source(ctx);
  heap_memory memory(ctx);
  const auto made = regexp::compile(memory, text_at(ctx, pattern), *flags);
  if (made.code == nullptr) {
    std::array<char, 80> sentence{};
    made.wrong.sentence.copy(sentence.data(), sentence.size() - 1);
    (void)duk_error(ctx, DUK_ERR_SYNTAX_ERROR, "Invalid regular expression: /%s/%s: %s", duk_get_string(ctx, pattern),
                    duk_get_string(ctx, pattern + 1), sentence.data());
  }
  duk_push_lstring(ctx, reinterpret_cast<const char*>(made.code), made.code->words * sizeof(std::uint32_t));
  duk_remove(ctx, -2);
}

/// [ … ] -> [ … kept ]: the array that has the four fields of each place.
void push_kept(duk_context* ctx) {
  duk_push_heap_stash(ctx);
  if (duk_get_prop_string(ctx, -1, kept_key) == 0) {
    duk_pop(ctx);
    duk_push_bare_array(ctx);
    duk_dup_top(ctx);
    duk_put_prop_string(ctx, -3, kept_key);
  }
  duk_remove(ctx, -2);
}

/// Where [ … pattern flags ] are kept, if they are.
std::uint32_t place_of(duk_context* ctx) {
  const auto mixed = reinterpret_cast<std::uintptr_t>(duk_get_heapptr(ctx, -2)) >> 4 ^
                     reinterpret_cast<std::uintptr_t>(duk_get_heapptr(ctx, -1)) >> 6;
  return static_cast<std::uint32_t>(mixed * 0x9e3779b97f4a7c15 >> 40) % kept_programs * kept_count;
}

} // namespace

void compile_regexp(duk_context* ctx) {
  duk_require_stack(ctx, 24);
  const auto pattern = duk_get_top(ctx) - 2;
  const auto place = place_of(ctx);
  push_kept(ctx); // [ pattern flags kept ]
  duk_get_prop_index(ctx, -1, place + kept_pattern);
  duk_get_prop_index(ctx, -2, place + kept_flags);
  if (duk_get_heapptr(ctx, -2) == duk_get_heapptr(ctx, pattern) &&
      duk_get_heapptr(ctx, -1) == duk_get_heapptr(ctx, pattern + 1)) {
    duk_pop_2(ctx);
    duk_get_prop_index(ctx, -1, place + kept_source);
    duk_get_prop_index(ctx, -2, place + kept_program);
  } else {
    duk_pop_2(ctx);
    duk_dup(ctx, pattern);
    duk_dup(ctx, pattern + 1);
    compile_now(ctx); // [ pattern flags kept pattern flags source program ]
    for (duk_uarridx_t field = 0; field < kept_count; ++field) {
      duk_dup(ctx, pattern + 3 + static_cast<duk_idx_t>(field));
      duk_put_prop_index(ctx, pattern + 2, place + field);
    }
    duk_remove(ctx, pattern + 3);
    duk_remove(ctx, pattern + 3);
  }
  duk_replace(ctx, pattern + 1); // the program
  duk_replace(ctx, pattern);     // the source
  duk_pop(ctx);
}

const regexp::program* program_of(duk_context* ctx, duk_idx_t index) {
  return static_cast<const regexp::program*>(enclaved_regexp_program(ctx, index));
}

} // namespace enclaved::engine

/// [ … pattern flags ] -> [ … escaped source, program ]: of a literal, for the compiler of scripts.
void enclaved_compile_regexp(duk_context* ctx) { enclaved::engine::compile_regexp(ctx); }
