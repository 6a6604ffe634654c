// The machine that runs scripts: one heap in one arena, made fresh for every execution by copying an image back over
// it.
//
// An execution goes in turns. The first starts the script; each further one brings the results it waited for. A turn
// ends when the script has ended or when nothing can go on without a delivery; the heap can then be parked as a delta
// and the next turn may take place in another process of the same image. What a turn does depends on its inputs alone,
// so that the same turns played again do the same.
//
// One machine per process (its arena lies at a fixed address); single-threaded.
#pragma once

#include "base/limits.hpp"
#include "base/outcome.hpp"
#include "engine/rules.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace enclaved::engine {

enum class log_level : std::uint8_t { debug, info, warn, error };

/// What a script does to the outside, in the order it happens. It is called from inside a Duktape call that may jump
/// out right after: an implementation neither throws nor leaves an object with a destructor on the stack.
class turn_sink {
public:
  virtual void on_print(std::string_view text) = 0;
  virtual void on_log(log_level level, std::string_view message,
                      std::string_view data) = 0; ///< `data`: MessagePack or empty
  /// `args`: MessagePack; `line` of the script that asks, 0: unknown
  virtual void on_tool_call(std::uint32_t call, std::string_view tool, std::string_view args, std::uint32_t line) = 0;
  // A timer is asked for like a call and fires as a delivery. Who has no clock leaves these alone; the script waits.
  virtual void on_timer(std::uint32_t /*number*/, std::uint64_t /*delay_ms*/) {}
  virtual void on_timer_cancelled(std::uint32_t /*number*/) {}
  /// A part of the result, ahead of it: the payload of a `partial_result` event, MessagePack.
  virtual void on_partial_result(std::string_view /*payload*/) {}
  /// What has changed in `$state`: the ops of a `state_patch` event, MessagePack. It belongs before all that was told
  /// since `send` or the turn's beginning: who is asked for a tool knows the state that the script asked in.
  virtual void on_state_patch(std::string_view /*ops*/) {}

  /// Whether so much was told that it should not wait for the turn's end; then `send` is called.
  virtual bool has_enough() const { return false; }
  virtual void send() {}

protected:
  ~turn_sink() = default;
};

/// What starts an execution. Views need to live for the call only.
struct start_order {
  std::string_view code;
  std::string_view inputs;      ///< MessagePack, empty: undefined
  std::string_view state;       ///< what `$state` has: a MessagePack map, empty: nothing
  std::string_view cache_scope; ///< compiled code is shared within it: the tenant
  run_limits limits;
  bool full_stacks = false;
  std::uint64_t seed = 0;    ///< of Math.random
  std::int64_t clock_ms = 0; ///< since the epoch; what Date shows during the first turn
  bool replays = false;      ///< these turns have been played before: time limits wait until `charge`
};

/// Set in a delivery's number: a timer of that number fires.
inline constexpr std::uint32_t timer_mark = 0x8000'0000;

/// The result of one tool call, handed to a waiting script; or a timer's firing, which has no value.
struct delivery {
  std::uint32_t call = 0; ///< calls are counted from 1 within an execution, and so are timers
  bool ok = false;
  std::string_view value; ///< MessagePack: the result, or the failure
  // A failed call's `value` is a map {message, code?, details?}; the script sees an Error with these.
  outcome uncaught = outcome::tool_error; ///< how the run ends when the script does not catch it
};

struct delivery_batch {
  std::int64_t clock_ms = 0;
  std::span<const delivery> items;
};

/// How a turn ended. Views live until the machine is used again.
struct turn_end {
  bool waiting = false; ///< the script awaits a delivery; nothing below but the costs
  outcome how = outcome::ok;
  std::string_view result;  ///< MessagePack, when `how` is ok
  std::string_view message; ///< UTF-8, otherwise
  std::string_view stack;   ///< UTF-8, may be empty
  std::string_view details; ///< MessagePack, may be empty: `details` or `code` of an error the script threw
  std::uint32_t line = 0;   ///< of the user's source, 0: unknown
  std::uint32_t column = 0;
  std::uint64_t run_us = 0; ///< wall clock of this execution so far, waits left out
  std::uint64_t cpu_us = 0; ///< processor time of it so far
  std::uint64_t memory_peak_bytes = 0;
  std::uint64_t output_bytes = 0;
  std::uint32_t tool_calls = 0;
  bool cache_hit = false;
};

class machine {
public:
  /// Builds the image; takes milliseconds, once per process tree: forked processes inherit it.
  static machine& boot();

  /// For a process that will run many scripts: from now on pages of the image that none of them writes to cost nothing.
  /// It takes the process' handler of SIGSEGV.
  void watch_writes();

  /// Changes whenever a delta of another machine could not be resumed here: build and load address.
  std::uint64_t identity() const;

  /// While `*stop` equals `value` a running script is ended with CANCELLED at its next check. The word may lie in
  /// memory that another process writes to; nullptr: nothing is watched.
  void watch(const std::atomic<std::uint32_t>* stop, std::uint32_t value);

  /// From now on scripts are judged by these before they run.
  void obey(script_rules rules);

  turn_end start(const start_order& order, turn_sink& sink);
  turn_end resume(const delivery_batch& batch, turn_sink& sink);
  /// Between turns of an execution that is played again: from here on this is what it has used up so far.
  void charge(std::uint64_t run_us, std::uint64_t cpu_us);

  /// After a turn that ended waiting: how many bytes a delta takes now, and the delta. False when it does not fit.
  std::size_t delta_bytes();
  bool park(std::span<char> out, std::size_t& used);
  /// Brings a parked execution back. False, and no execution is there, when the bytes are no delta of this image.
  bool unpark(std::span<const char> delta);

  /// Looks at `code` and runs nothing: the result is what `check` answers.
  turn_end check(std::string_view code);

  /// Leaves nothing of the last execution in the arena.
  void forget();

  /// The part of the arena that has been written to since `boot`, for tests that look for leftovers.
  std::span<const char> arena() const;

  machine(const machine&) = delete;
  machine& operator=(const machine&) = delete;

private:
  machine();
  ~machine();
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace enclaved::engine
