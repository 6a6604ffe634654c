#include "engine/failure.hpp"

#include "base/pack.hpp"
#include "engine/budget.hpp"
#include "engine/duktape/inside.h"
#include "engine/natives.hpp"
#include "engine/text.hpp"
#include "engine/values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace enclaved::engine {

namespace {

using bounds::failure_text_bytes;

/// How Duktape words that a script went too deep; a script that throws the same words ends with the same code.
constexpr std::array<std::string_view, 5> too_deep{"callstack limit", "C stack depth limit", "C call stack depth limit",
                                                   "valstack limit", "native stack limit"};

std::string_view string_at(duk_context* ctx, duk_idx_t index) {
  duk_size_t size = 0;
  const char* data =
      duk_is_string(ctx, index) != 0 && duk_is_symbol(ctx, index) == 0 ? duk_get_lstring(ctx, index, &size) : nullptr;
  return data == nullptr ? std::string_view{} : std::string_view{data, size};
}

/// Cuts a text at a character's beginning.
std::string_view at_most(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

/// A syntax error's message ends with its line, which has a field of its own.
std::string_view without_line(std::string_view message) {
  const auto at = message.rfind(" (line ");
  return at != std::string_view::npos && message.ends_with(')') ? message.substr(0, at) : message;
}

/// What a value that is no error looks like, by the prelude's inspect.
void write_inspected(duk_context* ctx, outbox& out) {
  duk_push_heap_stash(ctx);
  duk_get_prop_string(ctx, -1, "inspect");
  duk_dup(ctx, -3);
  duk_call(ctx, 1);
  write_utf8(out, at_most(string_at(ctx, -1), failure_text_bytes));
  duk_pop_2(ctx);
}

/// "name: message" of the error on the stack's top; a plain Error's name says nothing that its message needs.
enum class naming : std::uint8_t { always, unless_plain };
void write_error(duk_context* ctx, naming how, outbox& out) {
  duk_get_prop_string(ctx, -1, "name");
  duk_get_prop_string(ctx, -2, "message");
  const auto name = string_at(ctx, -2).empty() ? std::string_view{"Error"} : string_at(ctx, -2);
  const auto message = string_at(ctx, -1);
  const bool named = how == naming::always || name != "Error" || message.empty();
  if (named) write_utf8(out, at_most(name, failure_text_bytes));
  if (named && !message.empty()) out.write(": ", 2);
  write_utf8(out, at_most(message, failure_text_bytes));
  duk_pop_2(ctx);
}

bool went_too_deep(duk_context* ctx) {
  duk_get_prop_string(ctx, -1, "name");
  duk_get_prop_string(ctx, -2, "message");
  const bool is = string_at(ctx, -2) == "RangeError" &&
                  std::find(too_deep.begin(), too_deep.end(), string_at(ctx, -1)) != too_deep.end();
  duk_pop_2(ctx);
  return is;
}

void write_syntax_error(duk_context* ctx, outbox& out) {
  duk_get_prop_string(ctx, -1, "message");
  write_utf8(out, at_most(without_line(string_at(ctx, -1)), failure_text_bytes));
  duk_pop(ctx);
}

/// `code` and `details` of an error, as a map of those it has.
void write_details(duk_context* ctx, const execution& of, outbox& out) {
  if (enclaved_class_of(ctx, -1) != ENCLAVED_CLASS_ERROR) return;
  const auto from = out.size();
  pack::basic_writer<outbox> pack(out);
  out.limit_to(from + bounds::failure_details_bytes);
  std::uint32_t count = 0;
  pack.map(0);
  for (const char* key : {"code", "details"}) {
    duk_get_prop_string(ctx, -1, key);
    const auto before = out.size();
    if (duk_is_undefined(ctx, -1) == 0) {
      pack.str(key);
      if (write_value(ctx, -1, out, of.limits) == value_fault::none)
        ++count;
      else
        out.cut(before);
    }
    duk_pop(ctx);
  }
  if (count == 0)
    out.cut(from);
  else
    out.data()[from] = static_cast<char>(0x80 | count);
}

outcome uncaught_outcome(duk_context* ctx) {
  auto how = outcome::script_error;
  if (duk_is_object(ctx, -1) == 0) return how;
  duk_get_prop_string(ctx, -1, uncaught_key);
  const auto marked = duk_get_uint_default(ctx, -1, 0);
  if (marked != 0 && marked < outcomes) how = static_cast<outcome>(marked);
  duk_pop(ctx);
  return how;
}

} // namespace

void write_stack(duk_context* ctx, duk_idx_t error, frames which, outbox& out) {
  error = duk_normalize_index(ctx, error);
  unsigned line = 0;
  for (unsigned i = 0; i < bounds::failure_frames && enclaved_error_frame(ctx, error, i, script_file, &line) != 0;
       ++i) {
    const auto name = at_most(string_at(ctx, -1), 128);
    if (line != 0 || (which == frames::all && !name.empty())) {
      out.write("\n    at ", 8);
      if (name.empty())
        out.write("<anonymous>", 11);
      else
        write_utf8(out, name);
      if (line != 0) {
        std::array<char, 16> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), line).ptr;
        out.write(" (script:", 9);
        out.write(digits.data(), static_cast<std::size_t>(end - digits.data()));
        out.put(')');
      } else {
        out.write(" (built-in)", 11);
      }
    }
    duk_pop(ctx);
  }
}

void describe_failure(duk_context* ctx, thrown_by whom, const execution& of, outbox& out, failure& result) {
  const bool is_error = enclaved_class_of(ctx, -1) == ENCLAVED_CLASS_ERROR;
  const auto message_from = out.size();
  auto stack_from = message_from;
  auto details_from = message_from;
  if (is_error) result.line = enclaved_error_line(ctx, -1, script_file);
  if (is_error && went_too_deep(ctx)) {
    result.how = outcome::stack_limit;
    std::array<char, 128> sentence{};
    const auto bytes = std::snprintf(sentence.data(), sentence.size(),
                                     "called deeper than stack_bytes = %llu; raise limits.stack_bytes",
                                     static_cast<unsigned long long>(of.limits.stack_bytes));
    out.write(sentence.data(), static_cast<std::size_t>(bytes));
  } else if (whom == thrown_by::compiler) {
    result.how = outcome::syntax_error;
    write_syntax_error(ctx, out);
  } else {
    result.how = uncaught_outcome(ctx);
    if (is_error)
      write_error(ctx, naming::unless_plain, out);
    else
      write_inspected(ctx, out);
  }
  stack_from = details_from = out.size();
  if (is_error && whom == thrown_by::script) {
    write_error(ctx, naming::always, out);
    write_stack(ctx, -1, of.full_stacks ? frames::all : frames::of_the_user, out);
    details_from = out.size();
    if (result.how != outcome::stack_limit) write_details(ctx, of, out);
  }
  result.message = out.view().substr(message_from, stack_from - message_from);
  result.stack = out.view().substr(stack_from, details_from - stack_from);
  result.details = out.view().substr(details_from);
}

duk_ret_t error_stack(duk_context* ctx) {
  duk_push_this(ctx);
  if (enclaved_class_of(ctx, -1) != ENCLAVED_CLASS_ERROR) return 0;
  auto& out = *the_turn().out;
  const auto from = out.size();
  out.limit_to(bounds::pipe_frame_bytes);
  write_error(ctx, naming::always, out);
  write_stack(ctx, -1, frames::of_the_user, out);
  push_text(ctx, out.view().substr(from));
  out.cut(from);
  return 1;
}

} // namespace enclaved::engine
