// What engine tests share: a script run to its end with tools that answer by name, and values as text to compare with.
#pragma once

#include "engine/machine.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace enclaved::engine::test {

/// An encoded value as JSON with a few words for what JSON has not: <01ff> for binary, @ms for a time.
std::string shown(std::string_view encoded);
/// The other way: a few builders of encoded values.
std::string encoded_text(std::string_view text);
std::string encoded_failure(std::string_view message, std::string_view code);

/// Everything that came out of a run.
struct outcome_of {
  outcome how = outcome::ok;
  bool waiting = false;
  std::string result; ///< as text
  std::string message;
  std::string stack;
  std::string details;
  std::uint32_t line = 0;
  std::uint64_t run_us = 0;
  std::uint64_t cpu_us = 0;
  std::uint64_t peak_bytes = 0;
  std::uint32_t tool_calls = 0;
  std::uint64_t output_bytes = 0;
  bool cache_hit = false;
};

class recorder : public turn_sink {
public:
  struct call {
    std::uint32_t number;
    std::string tool;
    std::string args;
    std::uint32_t line;
  };
  void on_print(std::string_view text) override { output += "print:" + std::string(text) + "\n"; }
  void on_log(log_level level, std::string_view message, std::string_view data) override;
  void on_tool_call(std::uint32_t number, std::string_view tool, std::string_view args, std::uint32_t line) override;

  void on_timer(std::uint32_t number, std::uint64_t delay_ms) override;
  void on_timer_cancelled(std::uint32_t number) override;
  void on_partial_result(std::string_view payload) override;
  void on_state_patch(std::string_view ops) override { patches.push_back(shown(ops)); }

  std::string output;      ///< a line each
  std::vector<call> calls; ///< not answered yet
  std::vector<std::string> patches;
  std::int64_t now_ms = 0;
  std::map<std::uint32_t, std::int64_t> timers; ///< by number, when they are due
};

enum class between_turns : std::uint8_t { stay, park };

/// A run with everything that can be set; `go` starts it and answers tool calls until it ends.
struct script_run {
  explicit script_run(std::string_view source) : code(source) {}

  std::string code;
  std::string inputs;
  std::string state;
  std::string scope = "test";
  run_limits limits = row(security_level::standard).limits;
  bool full_stacks = false;
  std::uint64_t seed = 7;
  std::int64_t clock_ms = 1'700'000'000'000;
  between_turns how = between_turns::stay;
  /// Fills in the delivery of a call; without it every call is answered with its arguments.
  std::function<void(const recorder::call&, delivery&, std::string& value)> tool;
  recorder sink;

  outcome_of go();
  turn_end start_only();
  void fire_timers(std::vector<delivery>& items, bool answers);
};

/// The result as text, or the code and message of the failure.
std::string result_of(std::string_view code);

outcome_of copied(const turn_end& end);

} // namespace enclaved::engine::test
