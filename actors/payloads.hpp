// What a session writes to clients: the maps of PROTOCOL's tables, as MessagePack.
#pragma once

#include "actors/execution.hpp"
#include "actors/history.hpp"
#include "base/outcome.hpp"
#include "base/pack.hpp"
#include "engine/pipe.hpp"

#include <string>
#include <string_view>

namespace enclaved::payload {

/// How an execution ended, ready to be told.
struct final_facts {
  outcome how = outcome::ok;
  std::string_view result, message, stack, details;
  std::uint32_t line = 0, column = 0;
  double duration_ms = 0, cpu_ms = 0;
  std::uint64_t queue_ms = 0, stdout_bytes = 0, memory_peak_bytes = 0;
  std::uint32_t tool_calls = 0;
  bool cache_hit = false;
};
/// The `final` payload; with `session` and `execution` in it when these are given: the answer to `run`.
std::string final(const final_facts& facts, std::string_view session = {}, std::string_view execution = {});

std::string session_init(std::int64_t expires_at_ms, const run_limits& limits);
std::string stdout_chunk(std::string_view text);
std::string log(engine::log_level level, std::string_view message, std::string_view data);
std::string tool_call(std::string_view call, std::string_view tool, std::string_view args);
/// The tool that the payload of a `tool_call` event names.
std::string tool_of(std::string_view tool_call);
std::string_view args_of(std::string_view tool_call);
std::string state_patch(std::uint64_t revision, std::string_view ops);
std::string_view ops_of(std::string_view state_patch);
/// What a `partial_result` is a result of.
std::string path_of(std::string_view partial_result);
std::string tool_progress(std::string_view call, std::string_view phase, std::uint64_t elapsed_ms);
std::string tool_result_applied(std::string_view call, bool ok);
std::string deadline_exceeded(std::uint64_t elapsed_ms, std::uint64_t budget_ms);
std::string execution_restarted(std::string_view reason, std::size_t replayed_calls);

/// The one map of an `event` notification; without `seq` when it is 0.
std::string event(std::string_view session, std::uint64_t seq, const history::event& what, std::string_view execution);

/// The one map of a `tool.call` request and of a `tool.cancel` notification.
/// `recorded`: the payload of its `tool_call` event.
std::string ask(std::string_view session, std::string_view execution, std::string_view recorded, const open_call& what,
                std::uint64_t left_ms);
std::string cancel(std::string_view session, std::string_view call, std::string_view reason);

/// The failure that a waiting script is given: `{message, code}`.
std::string failure(std::string_view message, std::string_view code);
/// What a client sent as a call's error, a map or a string, in that form.
std::string failure_from_client(std::string_view sent);

} // namespace enclaved::payload
