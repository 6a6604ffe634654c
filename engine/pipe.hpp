// The protocol between a runtime and one worker process, version 2.
//
// Frames are a 32-bit little-endian length and one MessagePack array. Both ends check every byte: a worker may be in
// the hands of the script it ran, and a worker trusts no length either.
//
//   to the worker
//     start    [1, job, scope, code, inputs, state, [limits…], full_stacks, seed, clock_ms, [batch…], run_us, cpu_us]
//     resume   [2, job, turn, batch, offset, bytes, delta|nil]
//     release  [3, offset, bytes]
//     check    [4, job, code]
//     rules    [5, rules]
//   from the worker    [1, version, identity] ready
//                      [2, job, turn, part, state, offset, bytes, [record…], end|nil] report
//
//   batch   [clock_ms, [[call, ok, uncaught, value]…]]
//   record  [0, text]  [1, level, text, data|nil]  [2, call, tool, args, line]  [3, timer, delay_ms]  [4, timer]
//   cancelled
//           [5, payload] partial result  [6, [op…]] state patch, before the other records of its report
//   state   0: more of this turn follows, 1: the script waits, 2: it has ended, 3: the heap could not be brought back
//   end     [how, result|nil, message, stack, details|nil, line, column, run_us, cpu_us, memory_peak, output_bytes,
//   tool_calls, cache_hit]
//
// A start with batches plays the recorded turns again before it goes on live; each of them is reported like any other.
#pragma once

#include "engine/job.hpp"
#include "engine/machine.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace enclaved::engine::pipe {

inline constexpr std::uint32_t version = 2;

// -- the runtime's side -----------------------------------------------------------------------------------------------

void put_start(std::string& frames, job_id job, const script& what, std::span<const batch> replay, spent costs);
void put_resume(std::string& frames, job_id job, std::uint32_t turn, const batch& what, slot where,
                std::string_view delta);
void put_release(std::string& frames, slot where);
void put_check(std::string& frames, job_id job, std::string_view code);
/// Rules for all scripts that follow.
void put_rules(std::string& frames, const script_rules& rules);

enum class turn_state : std::uint8_t { part, waiting, ended, lost };

/// The head of a report: what the runtime needs to know of it.
struct report_head {
  job_id job = 0;
  std::uint32_t turn = 0;
  std::uint32_t part = 0;
  turn_state state = turn_state::part;
  slot where;
};

struct record {
  enum class kind : std::uint8_t { print, log, tool_call, timer, timer_cancelled, partial_result, state_patch };
  kind what = kind::print;
  log_level level = log_level::info;
  std::uint32_t call = 0;     ///< the number of a call or a timer
  std::uint64_t delay_ms = 0; ///< of a timer
  std::uint32_t line = 0;     ///< of the script that made a call, 0: unknown
  std::string_view text;      ///< what was printed, a log message, or a tool's name; UTF-8
  std::string_view data;      ///< MessagePack or empty: a log's data, a call's arguments, a partial result's map,
                              ///< the ops of a state patch
};

/// How an execution ended, and what it cost.
struct ending {
  outcome how = outcome::ok;
  std::string_view result, message, stack, details;
  std::uint32_t line = 0, column = 0;
  std::uint64_t run_us = 0, cpu_us = 0, memory_peak_bytes = 0, output_bytes = 0;
  std::uint32_t tool_calls = 0;
  bool cache_hit = false;
};

/// A whole report; its views point into the frame.
struct report {
  report_head head;
  std::vector<record> records;
  std::optional<ending> end; ///< of a turn that is over; of a waiting one only the costs count
};

struct ready {
  std::uint32_t version = 0;
  std::uint64_t identity = 0;
};

/// False: the frame is none of this protocol.
bool read_ready(std::string_view frame, ready& out);
bool read_head(std::string_view frame, report_head& out);
bool read_report(std::string_view frame, report& out);

// -- the worker's side ------------------------------------------------------------------------------------------------

struct start_frame {
  job_id job = 0;
  start_order order;
  std::vector<batch> replay;
  spent costs;
};
struct resume_frame {
  job_id job = 0;
  std::uint32_t turn = 0;
  batch what;
  slot where;
  std::string_view delta;
};
struct check_frame {
  job_id job = 0;
  std::string_view code;
};
enum class to_worker : std::uint8_t { start = 1, resume = 2, release = 3, check = 4, rules = 5 };

bool read_kind(std::string_view frame, to_worker& out);
bool read_start(std::string_view frame, start_frame& out);
bool read_resume(std::string_view frame, resume_frame& out);
bool read_release(std::string_view frame, slot& out);
bool read_check(std::string_view frame, check_frame& out);
bool read_rules(std::string_view frame, script_rules& out);

void put_ready(std::string& frames, std::uint64_t identity);
/// Records gathered during a turn, encoded one after another.
void put_print(std::string& records, std::string_view text);
void put_log(std::string& records, log_level level, std::string_view text, std::string_view data);
void put_tool_call(std::string& records, std::uint32_t call, std::string_view tool, std::string_view args,
                   std::uint32_t line = 0);
void put_timer(std::string& records, std::uint32_t timer, std::uint64_t delay_ms);
void put_timer_cancelled(std::string& records, std::uint32_t timer);
void put_partial_result(std::string& records, std::string_view payload);
/// Goes before all others.
void put_state_patch(std::string& records, std::string_view ops);
void put_report(std::string& frames, const report_head& head, std::uint32_t count, std::string_view records,
                const turn_end* end);

} // namespace enclaved::engine::pipe
