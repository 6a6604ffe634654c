#include "support.hpp"

#include "base/pack.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace enclaved::engine::test {

namespace {

std::string number_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  char text[40];
  std::snprintf(text, sizeof text, "%.17gf", value);
  return text;
}

std::string hex(std::string_view bytes) {
  std::string out;
  char two[3];
  for (const unsigned char c : bytes) {
    std::snprintf(two, sizeof two, "%02x", c);
    out += two;
  }
  return out;
}

std::string show(pack::reader& in) {
  pack::token head;
  if (!in.next(head)) return "?";
  switch (head.type) {
  case pack::kind::nil: return "null";
  case pack::kind::boolean: return head.boolean ? "true" : "false";
  case pack::kind::unsigned_int: return std::to_string(head.number);
  case pack::kind::negative_int: return std::to_string(head.negative);
  case pack::kind::float64: return number_text(head.float64);
  case pack::kind::str: return '"' + std::string(head.bytes) + '"';
  case pack::kind::bin: return '<' + hex(head.bytes) + '>';
  case pack::kind::ext: return '@' + std::to_string(head.ext_type) + ':' + hex(head.bytes);
  case pack::kind::array: {
    std::string out = "[";
    for (std::uint32_t i = 0; i < head.count; ++i) out += (i ? "," : "") + show(in);
    return out + "]";
  }
  case pack::kind::map: {
    std::string out = "{";
    for (std::uint32_t i = 0; i < head.count; ++i) {
      out += (i ? "," : "") + show(in);
      out += ":" + show(in);
    }
    return out + "}";
  }
  }
  return "?";
}

} // namespace

std::string shown(std::string_view encoded) {
  pack::reader in(encoded);
  const auto text = show(in);
  return in.ok() && in.at_end() ? text : "malformed: " + text;
}

std::string encoded_text(std::string_view text) {
  pack::buffer out;
  pack::writer(out).str(text);
  return out.bytes;
}

std::string encoded_failure(std::string_view message, std::string_view code) {
  pack::buffer out;
  pack::writer(out).map(3).str("message").str(message).str("code").str(code).str("details").map(1).str("why").str(
      "test");
  return out.bytes;
}

void recorder::on_log(log_level level, std::string_view message, std::string_view data) {
  output += "log" + std::to_string(static_cast<int>(level)) + ":" + std::string(message);
  if (!data.empty()) output += " " + shown(data);
  output += "\n";
}

void recorder::on_tool_call(std::uint32_t number, std::string_view tool, std::string_view args, std::uint32_t line) {
  calls.push_back({number, std::string(tool), std::string(args), line});
}

void recorder::on_timer(std::uint32_t number, std::uint64_t delay_ms) {
  timers[number] = now_ms + static_cast<std::int64_t>(delay_ms);
}

void recorder::on_timer_cancelled(std::uint32_t number) { timers.erase(number); }

void recorder::on_partial_result(std::string_view payload) { output += "partial:" + shown(payload) + "\n"; }

outcome_of copied(const turn_end& end) {
  outcome_of result;
  result.how = end.how;
  result.waiting = end.waiting;
  if (!end.waiting && end.how == outcome::ok) result.result = shown(end.result);
  result.message = end.message;
  result.stack = end.stack;
  result.details = end.details.empty() ? "" : shown(end.details);
  result.line = end.line;
  result.run_us = end.run_us;
  result.cpu_us = end.cpu_us;
  result.peak_bytes = end.memory_peak_bytes;
  result.tool_calls = end.tool_calls;
  result.output_bytes = end.output_bytes;
  result.cache_hit = end.cache_hit;
  return result;
}

turn_end script_run::start_only() {
  start_order order;
  order.code = code;
  order.inputs = inputs;
  order.state = state;
  order.cache_scope = scope;
  order.limits = limits;
  order.full_stacks = full_stacks;
  order.seed = seed;
  order.clock_ms = clock_ms;
  sink.now_ms = clock_ms;
  return machine::boot().start(order, sink);
}

/// Time goes on to the first timer that is due, when nothing else happens.
void script_run::fire_timers(std::vector<delivery>& items, bool answers) {
  std::vector<std::pair<std::int64_t, std::uint32_t>> due;
  for (const auto& [number, at_ms] : sink.timers) due.emplace_back(at_ms, number);
  std::sort(due.begin(), due.end());
  if (!answers && !due.empty()) clock_ms = std::max(clock_ms, due.front().first);
  for (const auto& [at_ms, number] : due) {
    if (at_ms > clock_ms) break;
    items.push_back({.call = number | timer_mark, .ok = true});
    sink.timers.erase(number);
  }
}

outcome_of script_run::go() {
  auto& engine = machine::boot();
  auto end = start_only();
  while (end.waiting) {
    if (how == between_turns::park) {
      std::vector<char> delta(engine.delta_bytes());
      std::size_t used = 0;
      if (!engine.park(delta, used)) return {.how = outcome::worker_crashed, .message = "does not park"};
      engine.forget();
      if (!engine.unpark({delta.data(), used})) return {.how = outcome::worker_crashed, .message = "does not unpark"};
    }
    std::vector<std::string> values(sink.calls.size());
    std::vector<delivery> items;
    for (std::size_t i = 0; i < sink.calls.size(); ++i) {
      delivery item{.call = sink.calls[i].number, .ok = true};
      values[i] = sink.calls[i].args;
      if (tool) tool(sink.calls[i], item, values[i]);
      item.value = values[i];
      items.push_back(item);
    }
    const bool answers = !items.empty();
    sink.calls.clear();
    clock_ms += answers ? 5 : 0;
    fire_timers(items, answers);
    if (items.empty()) return {.how = outcome::worker_crashed, .message = "waits for nothing"};
    sink.now_ms = clock_ms;
    end = engine.resume({.clock_ms = clock_ms, .items = items}, sink);
  }
  return copied(end);
}

std::string result_of(std::string_view code) {
  const auto end = script_run(code).go();
  return end.how == outcome::ok ? end.result : std::string(row(end.how).name) + ": " + end.message;
}

} // namespace enclaved::engine::test
