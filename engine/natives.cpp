#include "engine/natives.hpp"

#include "base/pack.hpp"
#include "engine/budget.hpp"
#include "engine/duktape/inside.h"
#include "engine/duktape/objects.h"
#include "engine/failure.hpp"
#include "engine/library/bounds.hpp"
#include "engine/library/classes.hpp"
#include "engine/library/members.hpp"
#include "engine/state.hpp"
#include "engine/values.hpp"

#include <array>
#include <cstdio>

namespace enclaved::engine {

namespace {

constexpr std::array<const char*, 4> levels{"debug", "info", "warn", "error"};

execution& running() { return *the_budget().current(); }

/// Counts one piece of output, before anybody sees it.
void count_output(std::size_t bytes) {
  auto& now = running();
  if (++now.output_calls > now.limits.output_calls)
    the_budget().end_by_limit(outcome::output_limit, "printed and logged more often than", "output_calls",
                              now.limits.output_calls);
  now.output_bytes += bytes;
  if (now.output_bytes > now.limits.output_bytes)
    the_budget().end_by_limit(outcome::output_limit, "printed and logged more bytes than", "output_bytes",
                              now.limits.output_bytes);
}

/// Text of output may be as long as is left, and one byte more: that ends the run, as it should.
void limit_output(outbox& out, std::size_t from) {
  const auto& now = running();
  out.limit_to(from + static_cast<std::size_t>(now.limits.output_bytes - now.output_bytes) + 1);
}

/// A commit in the middle of a turn. What a getter throws is not for the script to catch: calls are out already.
void commit_now(duk_context* ctx) {
  const auto commit = [](duk_context* heap, void*) -> duk_ret_t {
    commit_state(heap);
    return 0;
  };
  if (duk_safe_call(ctx, commit, nullptr, 0, 1) != DUK_EXEC_SUCCESS) {
    std::array<char, 200> why{};
    std::snprintf(why.data(), why.size(), "$state could not be read: %s", duk_safe_to_string(ctx, -1));
    the_budget().end(outcome::script_error, why.data());
  }
  duk_pop(ctx);
}

/// After the sink was told something. Whoever is asked for a tool sees the state as it was then: so it goes ahead.
void told(duk_context* ctx) {
  auto& turn = the_turn();
  if (!turn.sink->has_enough()) return;
  if (turn.asked) commit_now(ctx);
  turn.asked = false;
  turn.sink->send();
}

/// [ … ] -> [ … ]: the arguments from `first` on as one text, spaces between them.
void write_arguments(duk_context* ctx, outbox& out, duk_idx_t first) {
  const auto count = duk_get_top(ctx);
  for (auto i = first; i < count; ++i) {
    if (i > first) out.put(' ');
    write_text(ctx, i, out);
  }
}

duk_ret_t print(duk_context* ctx) {
  const auto count = duk_get_top(ctx);
  for (duk_idx_t i = 0; i < count; ++i) duk_to_string(ctx, i);
  auto& out = *the_turn().out;
  const auto from = out.size();
  limit_output(out, from);
  write_arguments(ctx, out, 0);
  count_output(out.overflown() ? static_cast<std::size_t>(running().limits.output_bytes) + 1 : out.size() - from);
  the_turn().sink->on_print(out.view().substr(from));
  out.cut(from);
  told(ctx);
  return 0;
}

/// Extra arguments as a MessagePack array, appended; nothing when they cannot leave the heap: a log line never fails a
/// run.
std::string_view write_extra(duk_context* ctx, outbox& out, duk_idx_t first, duk_idx_t count) {
  const auto from = out.size();
  pack::basic_writer<outbox>(out).array(static_cast<std::uint32_t>(count - first));
  for (auto i = first; i < count; ++i)
    if (write_value(ctx, i, out, running().limits) != value_fault::none) {
      out.cut(from);
      return {};
    }
  return out.view().substr(from);
}

/// [ arguments… ] -> [ texts… ]: strings stay, all else goes through the prelude's inspect.
void inspect_arguments(duk_context* ctx, duk_idx_t count) {
  for (duk_idx_t i = 0; i < count; ++i) {
    if (duk_is_string(ctx, i) && !duk_is_symbol(ctx, i)) continue;
    duk_push_heap_stash(ctx);
    duk_get_prop_string(ctx, -1, "inspect");
    duk_dup(ctx, i);
    duk_call(ctx, 1);
    duk_to_string(ctx, -1);
    duk_replace(ctx, i);
    duk_pop(ctx);
  }
}

duk_ret_t console(duk_context* ctx) {
  const auto level = static_cast<log_level>(duk_get_current_magic(ctx));
  const auto count = duk_get_top(ctx);
  auto& out = *the_turn().out;
  const auto from = out.size();
  limit_output(out, from);
  const auto extra = count > 1 ? write_extra(ctx, out, 1, count) : std::string_view{};
  const auto text_from = out.size();
  inspect_arguments(ctx, count);
  write_arguments(ctx, out, 0);
  count_output(out.overflown() ? static_cast<std::size_t>(running().limits.output_bytes) + 1 : out.size() - from);
  the_turn().sink->on_log(level, out.view().substr(text_from), extra);
  out.cut(from);
  told(ctx);
  return 0;
}

/// call_tool(name, args) -> the call's number.
duk_ret_t call_tool(duk_context* ctx) {
  auto& now = running();
  if (!duk_is_string(ctx, 0) || duk_is_symbol(ctx, 0))
    return duk_error(ctx, DUK_ERR_TYPE_ERROR, "callTool needs the tool's name, a string");
  auto& out = *the_turn().out;
  const auto from = out.size();
  out.limit_to(bounds::pipe_frame_bytes);
  write_text(ctx, 0, out);
  const auto name_bytes = out.size() - from;
  if (name_bytes == 0 || name_bytes > bounds::tool_name_bytes) {
    out.cut(from);
    return duk_error(ctx, DUK_ERR_TYPE_ERROR, "a tool's name has 1 to %d bytes",
                     static_cast<int>(bounds::tool_name_bytes));
  }
  out.limit_to(out.size() + static_cast<std::size_t>(now.limits.result_bytes));
  const auto fault = write_value(ctx, 1, out, now.limits);
  if (fault != value_fault::none) refuse_value("the arguments of a tool call", fault, now.limits);
  if (now.tool_calls >= now.limits.tool_calls)
    the_budget().end_by_limit(outcome::tool_call_limit, "made more tool calls than", "tool_calls",
                              now.limits.tool_calls);
  const auto call = ++now.tool_calls;
  ++now.outstanding;
  the_turn().sink->on_tool_call(call, out.view().substr(from, name_bytes), out.view().substr(from + name_bytes),
                                enclaved_calling_line(ctx, script_file));
  out.cut(from);
  the_turn().asked = true;
  told(ctx);
  duk_push_uint(ctx, call);
  return 1;
}

/// arm_timer(delay_ms, number) -> its number; a number that is not 0 belongs to a timer that has fired and goes on.
duk_ret_t arm_timer(duk_context* ctx) {
  auto& now = running();
  const double delay_ms = duk_require_number(ctx, 0);
  auto number = static_cast<std::uint32_t>(duk_require_uint(ctx, 1));
  if (!(delay_ms <= static_cast<double>(bounds::timer_ms)))
    return duk_error(ctx, DUK_ERR_RANGE_ERROR, "a timer waits for %llu ms at most",
                     static_cast<unsigned long long>(bounds::timer_ms));
  if (now.timers_waiting >= bounds::timers_per_run)
    return duk_error(ctx, DUK_ERR_RANGE_ERROR, "more than %lu timers wait",
                     static_cast<unsigned long>(bounds::timers_per_run));
  if (now.timers >= bounds::timers_armed_per_run)
    return duk_error(ctx, DUK_ERR_RANGE_ERROR, "a run may set %lu timers in all, each round of an interval being one",
                     static_cast<unsigned long>(bounds::timers_armed_per_run));
  ++now.timers;
  if (number == 0) number = now.timers;
  ++now.timers_waiting;
  ++now.outstanding;
  the_turn().sink->on_timer(number, delay_ms > 0 ? static_cast<std::uint64_t>(delay_ms) : 0);
  told(ctx);
  duk_push_uint(ctx, number);
  return 1;
}

/// disarm_timer(number, fired): it waits no longer.
duk_ret_t disarm_timer(duk_context* ctx) {
  auto& now = running();
  if (now.timers_waiting > 0) --now.timers_waiting;
  if (now.outstanding > 0) --now.outstanding;
  if (duk_get_boolean(ctx, 1) != 0) return 0;
  the_turn().sink->on_timer_cancelled(static_cast<std::uint32_t>(duk_require_uint(ctx, 0)));
  told(ctx);
  return 0;
}

/// partial_result(payload): {path, data?, error?, has_next}, made by the prelude.
duk_ret_t partial_result(duk_context* ctx) {
  auto& out = *the_turn().out;
  const auto from = out.size();
  out.limit_to(from + static_cast<std::size_t>(running().limits.result_bytes));
  const auto fault = write_value(ctx, 0, out, running().limits);
  if (fault != value_fault::none) refuse_value("a partial result", fault, running().limits);
  count_output(out.size() - from);
  the_turn().sink->on_partial_result(out.view().substr(from));
  out.cut(from);
  told(ctx);
  return 0;
}

/// call(function, this, arguments…)
duk_ret_t call(duk_context* ctx) {
  duk_call_method(ctx, duk_get_top(ctx) - 2);
  return 1;
}

/// define(array, index, value): an own element, past prototypes.
duk_ret_t define(duk_context* ctx) {
  enclaved_define_index(ctx, 0, duk_require_uint(ctx, 1));
  return 0;
}

/// [ … function ] -> [ … function ]
void name_function(duk_context* ctx, const char* name) {
  duk_push_string(ctx, "name");
  duk_push_string(ctx, name);
  duk_def_prop(ctx, -3,
               DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_CLEAR_WRITABLE | DUK_DEFPROP_SET_CONFIGURABLE | DUK_DEFPROP_FORCE);
}

/// is_plain_list(value): whether to iterate over it is to go through the elements of an array.
duk_ret_t is_plain_list(duk_context* ctx) {
  duk_push_boolean(ctx, enclaved_iterates_by_index(ctx, 0));
  return 1;
}

/// entries_of(value, limit) -> {width, size, list} of a Map or Set, the list having at most so many of its entries;
/// undefined for anything else.
duk_ret_t entries_of(duk_context* ctx) {
  const bool is_map = enclaved_is_collection(ctx, 0, ENCLAVED_MAP) != 0;
  if (!is_map && enclaved_is_collection(ctx, 0, ENCLAVED_SET) == 0) return 0;
  const auto limit = duk_get_uint(ctx, 1);
  duk_push_object(ctx);
  duk_push_array(ctx);
  enclaved_push_walk(ctx, 0, is_map ? ENCLAVED_MAP : ENCLAVED_SET); // [ value limit result list walk ]
  unsigned position = 0;
  unsigned count = 0;
  duk_uarridx_t length = 0;
  while (enclaved_walk(ctx, 4, &position) != 0) { // [ … key value ]
    if (count++ < limit) {
      if (is_map) {
        duk_dup(ctx, -2);
        enclaved_define_index(ctx, 3, length++);
      }
      duk_dup(ctx, -1);
      enclaved_define_index(ctx, 3, length++);
    }
    duk_set_top(ctx, 5);
  }
  duk_pop(ctx);
  duk_put_prop_string(ctx, 2, "list");
  duk_push_uint(ctx, is_map ? 2 : 1);
  duk_put_prop_string(ctx, 2, "width");
  duk_push_uint(ctx, count);
  duk_put_prop_string(ctx, 2, "size");
  return 1;
}

/// proxy_parts(value) -> [target, handler]; undefined for what is no Proxy.
duk_ret_t proxy_parts(duk_context* ctx) {
  if (enclaved_push_proxy_parts(ctx, 0) == 0) return 0;
  duk_push_array(ctx); // [ value target handler parts ]
  duk_pull(ctx, 1);
  enclaved_define_index(ctx, 2, 0);
  duk_pull(ctx, 1);
  enclaved_define_index(ctx, 1, 1);
  return 1;
}

/// proxy_traps(functions): what Duktape calls when it meets a Proxy, numbered as in harden.py.
duk_ret_t proxy_traps(duk_context* ctx) {
  enclaved_remember(ctx, KNOWN_PROXY_TRAPS);
  return 0;
}

/// misses_element(object, name): whether the name means an element that a typed array does not have.
duk_ret_t misses_element(duk_context* ctx) {
  duk_push_boolean(ctx, enclaved_misses_element(ctx, 0, 1));
  return 1;
}

/// set_proxy_handler(proxy, handler)
duk_ret_t set_proxy_handler(duk_context* ctx) {
  enclaved_set_proxy_handler(ctx, 0);
  return 0;
}

/// to_key(value): what names a property.
duk_ret_t to_key(duk_context* ctx) {
  enclaved_to_key(ctx, 0);
  return 1;
}

/// tidy(function) -> function: a method as built-ins are.
duk_ret_t tidy(duk_context* ctx) {
  enclaved_tidy_method(ctx, 0);
  return 1;
}

/// add_species(constructor)
duk_ret_t species_of_host(duk_context* ctx) {
  add_species(ctx);
  return 0;
}

/// publish(target, members) -> target: own properties that are not enumerable, as built-ins have them. A function is
/// called what its property is.
duk_ret_t publish(duk_context* ctx) {
  duk_enum(ctx, 1, DUK_ENUM_OWN_PROPERTIES_ONLY);
  while (duk_next(ctx, -1, 1) != 0) {
    if (duk_is_callable(ctx, -1) != 0) {
      const char* name = duk_get_string(ctx, -2);
      name_function(ctx, name);
      const bool constructs = (name[0] >= 'A' && name[0] <= 'Z') || std::string_view(name) == "constructor";
      if (!constructs) enclaved_tidy_method(ctx, -1);
    }
    duk_def_prop(ctx, 0, as_built_in);
  }
  duk_dup(ctx, 0);
  return 1;
}

void put_native(duk_context* ctx, const char* name, duk_c_function function, duk_idx_t arguments, duk_int_t magic = 0) {
  duk_push_c_function(ctx, function, arguments);
  duk_set_magic(ctx, -1, magic);
  name_function(ctx, name);
  duk_put_prop_string(ctx, -2, name);
}

void put_console(duk_context* ctx) {
  duk_push_object(ctx);
  for (std::size_t i = 0; i < levels.size(); ++i)
    put_native(ctx, levels[i], console, DUK_VARARGS, static_cast<duk_int_t>(i));
  put_native(ctx, "log", console, DUK_VARARGS, static_cast<duk_int_t>(log_level::info));
  duk_put_prop_string(ctx, -2, "console");
}

} // namespace

void publish_native(duk_context* ctx, const char* name, duk_c_function function, duk_idx_t arguments) {
  duk_push_string(ctx, name);
  duk_push_c_function(ctx, function, arguments);
  name_function(ctx, name);
  duk_def_prop(ctx, -3, as_built_in);
}

void refuse_value(const char* what, value_fault fault, const run_limits& limits) {
  std::array<char, 128> happened{};
  std::snprintf(happened.data(), happened.size(), "%s %s", what, describe(fault));
  switch (fault) {
  case value_fault::too_deep:
    the_budget().end_by_limit(outcome::result_limit, happened.data(), "value_depth", limits.value_depth);
  case value_fault::too_many:
    the_budget().end_by_limit(outcome::result_limit, happened.data(), "value_properties", limits.value_properties);
  case value_fault::too_large:
    the_budget().end_by_limit(outcome::result_limit, happened.data(), "result_bytes", limits.result_bytes);
  default: the_budget().end(outcome::result_limit, happened.data());
  }
}

turn_context& the_turn() {
  static turn_context only;
  return only;
}

void push_host(duk_context* ctx) {
  duk_push_object(ctx);
  put_native(ctx, "print", print, DUK_VARARGS);
  put_native(ctx, "call_tool", call_tool, 2);
  put_native(ctx, "arm_timer", arm_timer, 2);
  put_native(ctx, "disarm_timer", disarm_timer, 2);
  put_native(ctx, "partial_result", partial_result, 1);
  put_native(ctx, "call", call, DUK_VARARGS);
  put_native(ctx, "define", define, 3);
  put_native(ctx, "publish", publish, 2);
  put_native(ctx, "is_plain_list", is_plain_list, 1);
  put_native(ctx, "entries_of", entries_of, 2);
  put_native(ctx, "proxy_parts", proxy_parts, 1);
  put_native(ctx, "proxy_traps", proxy_traps, 1);
  put_native(ctx, "set_proxy_handler", set_proxy_handler, 2);
  put_native(ctx, "misses_element", misses_element, 2);
  put_native(ctx, "to_key", to_key, 1);
  put_native(ctx, "tidy", tidy, 1);
  put_native(ctx, "add_species", species_of_host, 1);
  put_console(ctx);
  duk_push_string(ctx, DUK_HIDDEN_SYMBOL("promise"));
  duk_put_prop_string(ctx, -2, "slot");
  // Coroutines come from the global that no script will see.
  duk_get_global_string(ctx, "Duktape");
  duk_get_prop_string(ctx, -1, "Thread");
  duk_get_prop_string(ctx, -1, "resume");
  duk_put_prop_string(ctx, -4, "resume");
  duk_get_prop_string(ctx, -1, "yield");
  duk_put_prop_string(ctx, -4, "yield");
  duk_pop_2(ctx);
  duk_push_thread(ctx);
  duk_put_prop_string(ctx, -2, "main");
}

} // namespace enclaved::engine
