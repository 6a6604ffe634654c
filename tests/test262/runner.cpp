// Runs one script after another, each in a fresh heap, for programs that have thousands of them: scripts/test262 and
// the differential runs.
//
// On the standard input a script is a line "NUMBER BYTES CPU_MS FORM" and so many bytes; what came out of it is
// answered as a line "NUMBER OUTCOME LINE CPU_US MESSAGE_BYTES OUTPUT_BYTES" and both texts. A script that asks for a
// tool gets its arguments back at once. A crash ends the process: whoever feeds it starts another one.
#include "engine/machine.hpp"
#include "engine/translate.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace enclaved;
using namespace enclaved::engine;

constexpr std::size_t memory_bytes = 256U << 20;
constexpr std::uint64_t output_bytes = 4U << 20;
constexpr std::int64_t clock_ms = 1'700'000'000'000;

/// What a script printed and logged, a line each, and the calls that wait for an answer.
class transcript : public turn_sink {
public:
  struct call {
    std::uint32_t number;
    std::string args;
  };

  void on_print(std::string_view text) override { line(text); }
  void on_log(log_level, std::string_view message, std::string_view) override { line(message); }
  void on_tool_call(std::uint32_t number, std::string_view, std::string_view args, std::uint32_t) override {
    calls.push_back({number, std::string(args)});
  }

  void on_timer(std::uint32_t number, std::uint64_t delay_ms) override {
    timers[number] = now_ms + static_cast<std::int64_t>(delay_ms);
  }
  void on_timer_cancelled(std::uint32_t number) override { timers.erase(number); }

  std::string output;
  std::vector<call> calls;
  std::map<std::uint32_t, std::int64_t> timers; ///< when each is due
  std::int64_t now_ms = clock_ms;

private:
  void line(std::string_view text) { output.append(text).push_back('\n'); }
};

run_limits limits_with(std::uint64_t cpu_ms) {
  auto limits = row(security_level::permissive).limits;
  limits.cpu_ms = cpu_ms;
  limits.timeout_ms = 2 * cpu_ms;
  limits.memory_bytes = memory_bytes;
  limits.output_bytes = output_bytes;
  limits.output_calls = output_bytes;
  return limits;
}

/// Forms of a script: `async` as scripts are, `plain` as the specification's strict scripts, `strict` as scripts are
/// but without types, `check` without running, and without one or all optimisations.
void take_form(std::string_view form) {
  auto& how = the_translate_options();
  how = {};
  how.parse.allows_types = form != "strict" && form != "plain";
  if (form == "plain") how.parse.form = lang::script_form::plain;
  how.lower.loops_by_index = form != "no-index" && form != "unoptimised";
  how.lower.captures_values = form != "no-values" && form != "unoptimised";
  how.lower.omits_checks = form != "no-omitting" && form != "unoptimised";
}

/// Answers every call that waits; when none does, time goes on to the first timers that are due.
turn_end go_on(machine& engine, transcript& sink) {
  const auto calls = std::exchange(sink.calls, {});
  std::vector<delivery> items;
  for (const auto& call : calls) items.push_back({.call = call.number, .ok = true, .value = call.args});
  ++sink.now_ms;
  if (items.empty()) {
    auto first = sink.timers.begin()->second;
    for (const auto& [number, at_ms] : sink.timers) first = std::min(first, at_ms);
    sink.now_ms = std::max(sink.now_ms, first);
    for (const auto& [number, at_ms] : sink.timers)
      if (at_ms == first) items.push_back({.call = number | timer_mark, .ok = true});
    for (const auto& item : items) sink.timers.erase(item.call & ~timer_mark);
  }
  return engine.resume({.clock_ms = sink.now_ms, .items = items}, sink);
}

/// Compiled code is not shared between forms of the same source.
turn_end run(machine& engine, std::string_view code, std::string_view form, std::uint64_t cpu_ms, transcript& sink) {
  auto end = engine.start(
      {.code = code, .cache_scope = form, .limits = limits_with(cpu_ms), .seed = 1, .clock_ms = clock_ms}, sink);
  while (end.waiting && !(sink.calls.empty() && sink.timers.empty())) end = go_on(engine, sink);
  return end;
}

/// Whether it parses; the message is what `check` says, in MessagePack.
turn_end checked(machine& engine, std::string_view code) {
  auto end = engine.check(code);
  constexpr std::size_t ok_at = 4; // {ok: …
  end.how = end.result.size() > ok_at && end.result[ok_at] == '\xc3' ? outcome::ok : outcome::syntax_error;
  end.message = end.result;
  return end;
}

void answer(unsigned long number, const turn_end& end, const std::string& output) {
  std::printf("%lu %s %u %llu %zu %zu\n", number, end.waiting ? "WAITING" : std::string(row(end.how).name).c_str(),
              end.line, static_cast<unsigned long long>(end.cpu_us), end.message.size(), output.size());
  std::fwrite(end.message.data(), 1, end.message.size(), stdout);
  std::fwrite(output.data(), 1, output.size(), stdout);
  std::fflush(stdout);
}

} // namespace

int main() {
  auto& engine = machine::boot();
  std::string code;
  unsigned long number = 0;
  unsigned long bytes = 0;
  unsigned long cpu_ms = 0;
  std::array<char, 16> form{};
  while (std::scanf("%lu %lu %lu %15s", &number, &bytes, &cpu_ms, form.data()) == 4 && std::getchar() == '\n') {
    code.resize(bytes);
    if (std::fread(code.data(), 1, bytes, stdin) != bytes) return 1;
    transcript sink;
    take_form(form.data());
    const auto end =
        std::string_view(form.data()) == "check" ? checked(engine, code) : run(engine, code, form.data(), cpu_ms, sink);
    answer(number, end, sink.output);
  }
  return 0;
}
