#include "actors/payloads.hpp"

namespace enclaved::payload {

namespace {

/// A map of `pairs` entries, written by `body`.
template <class Body>
std::string map_of(std::uint32_t pairs, Body&& body) {
  pack::buffer out;
  pack::writer to(out);
  to.map(pairs);
  body(to);
  return std::move(out.bytes);
}

pack::writer& value_or_nil(pack::writer& to, std::string_view encoded) {
  return encoded.empty() ? to.nil() : to.raw(encoded);
}

void put_error(pack::writer& to, const final_facts& facts) {
  const auto optional =
      static_cast<std::uint32_t>((facts.line > 0) + (facts.column > 0) + !facts.stack.empty() + !facts.details.empty());
  to.str("error").map(2 + optional).str("code").str(row(facts.how).name).str("message").str(facts.message);
  if (facts.line > 0) to.str("line").number(facts.line);
  if (facts.column > 0) to.str("column").number(facts.column);
  if (!facts.stack.empty()) to.str("stack").str(facts.stack);
  if (!facts.details.empty()) to.str("details").raw(facts.details);
}

void put_stats(pack::writer& to, const final_facts& facts) {
  to.str("stats").map(7).str("duration_ms").float64(facts.duration_ms).str("cpu_ms").float64(facts.cpu_ms);
  to.str("queue_ms").number(facts.queue_ms).str("tool_call_count").number(facts.tool_calls);
  to.str("stdout_bytes").number(facts.stdout_bytes).str("memory_peak_bytes").number(facts.memory_peak_bytes);
  to.str("cache_hit").boolean(facts.cache_hit);
}

/// Of a map that we wrote, encoded; empty: it has none of this name.
std::string_view member(std::string_view map, std::string_view wanted) {
  pack::reader from(map);
  std::uint32_t pairs = 0;
  std::string_view key;
  std::string_view value;
  if (!from.map(pairs)) return {};
  for (; pairs > 0 && from.str(key) && from.skip(value); --pairs)
    if (key == wanted) return value;
  return {};
}

std::string_view name(engine::log_level level) {
  constexpr std::string_view names[] = {"debug", "info", "warn", "error"};
  return names[static_cast<std::size_t>(level)];
}

} // namespace

std::string final(const final_facts& facts, std::string_view session, std::string_view execution) {
  const bool answers = !session.empty();
  return map_of(answers ? 5 : 3, [&](pack::writer& to) {
    to.str("ok").boolean(facts.how == outcome::ok);
    if (facts.how == outcome::ok)
      value_or_nil(to.str("result"), facts.result);
    else
      put_error(to, facts);
    put_stats(to, facts);
    if (answers) to.str("session").str(session).str("execution").str(execution);
  });
}

std::string session_init(std::int64_t expires_at_ms, const run_limits& limits) {
  return map_of(2, [&](pack::writer& to) {
    to.str("expires_at").integer(expires_at_ms).str("limits").map(limits_count);
    for (const auto& limit : limit_rows()) to.str(limit.name).number(limits.*limit.field);
  });
}

std::string stdout_chunk(std::string_view text) {
  return map_of(1, [&](pack::writer& to) { to.str("chunk").str(text); });
}

std::string log(engine::log_level level, std::string_view message, std::string_view data) {
  return map_of(data.empty() ? 2 : 3, [&](pack::writer& to) {
    to.str("level").str(name(level)).str("message").str(message);
    if (!data.empty()) to.str("data").raw(data);
  });
}

std::string tool_call(std::string_view call, std::string_view tool, std::string_view args) {
  return map_of(3, [&](pack::writer& to) { to.str("call").str(call).str("tool").str(tool).str("args").raw(args); });
}

std::string tool_of(std::string_view tool_call) {
  pack::reader from(member(tool_call, "tool"));
  std::string_view tool;
  return from.str(tool) ? std::string(tool) : std::string();
}

std::string_view args_of(std::string_view tool_call) { return member(tool_call, "args"); }

std::string state_patch(std::uint64_t revision, std::string_view ops) {
  return map_of(2, [&](pack::writer& to) { to.str("revision").number(revision).str("ops").raw(ops); });
}

std::string_view ops_of(std::string_view state_patch) { return member(state_patch, "ops"); }

std::string path_of(std::string_view partial_result) {
  pack::reader from(member(partial_result, "path"));
  std::string_view path;
  return from.str(path) ? std::string(path) : std::string();
}

std::string tool_progress(std::string_view call, std::string_view phase, std::uint64_t elapsed_ms) {
  return map_of(3, [&](pack::writer& to) {
    to.str("call").str(call).str("phase").str(phase).str("elapsed_ms").number(elapsed_ms);
  });
}

std::string tool_result_applied(std::string_view call, bool ok) {
  return map_of(2, [&](pack::writer& to) { to.str("call").str(call).str("ok").boolean(ok); });
}

std::string deadline_exceeded(std::uint64_t elapsed_ms, std::uint64_t budget_ms) {
  return map_of(2,
                [&](pack::writer& to) { to.str("elapsed_ms").number(elapsed_ms).str("budget_ms").number(budget_ms); });
}

std::string execution_restarted(std::string_view reason, std::size_t replayed_calls) {
  return map_of(2,
                [&](pack::writer& to) { to.str("reason").str(reason).str("replayed_calls").number(replayed_calls); });
}

std::string event(std::string_view session, std::uint64_t seq, const history::event& what, std::string_view execution) {
  return map_of(seq == 0 ? 5 : 6, [&](pack::writer& to) {
    to.str("session").str(session);
    if (seq != 0) to.str("seq").number(seq);
    to.str("type").str(wire::name(what.type)).str("time").integer(what.time_ms).str("execution");
    execution.empty() ? to.nil() : to.str(execution);
    to.str("payload").raw(what.payload);
  });
}

std::string ask(std::string_view session, std::string_view execution, std::string_view recorded, const open_call& what,
                std::uint64_t left_ms) {
  // The event's entries, call, tool and args, are entries here too.
  const auto entries = recorded.substr(1);
  return map_of(6, [&](pack::writer& to) {
    to.str("session").str(session).str("execution").str(execution).raw(entries).str("deadline_ms");
    what.deadline_ms == 0 ? to.nil() : to.number(left_ms);
  });
}

std::string cancel(std::string_view session, std::string_view call, std::string_view reason) {
  return map_of(
      3, [&](pack::writer& to) { to.str("session").str(session).str("call").str(call).str("reason").str(reason); });
}

std::string failure(std::string_view message, std::string_view code) {
  return map_of(2, [&](pack::writer& to) { to.str("message").str(message).str("code").str(code); });
}

std::string failure_from_client(std::string_view sent) {
  pack::reader from(sent);
  pack::token head;
  if (!from.next(head)) return failure("the tool failed", "TOOL_ERROR");
  if (head.type == pack::kind::str || head.type == pack::kind::bin) return failure(head.bytes, "TOOL_ERROR");
  if (head.type != pack::kind::map)
    return map_of(2, [&](pack::writer& to) { to.str("message").str("the tool failed").str("details").raw(sent); });
  bool has_message = false;
  for (std::uint32_t i = 0; i < head.count; ++i) {
    std::string_view key;
    std::string_view value;
    if (!from.str(key) || !from.skip(value)) break;
    has_message = has_message || key == "message";
  }
  if (has_message) return std::string(sent);
  return map_of(2, [&](pack::writer& to) { to.str("message").str("the tool failed").str("details").raw(sent); });
}

} // namespace enclaved::payload
