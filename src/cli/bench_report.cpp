#include "cli/bench_report.hpp"

#include "base/escape.hpp"
#include "base/pack.hpp"
#include "cli/terminal.hpp"

#include <array>
#include <cstdio>

namespace enclaved::cli {

namespace {

struct named_percentile {
  const char* shown;
  const char* key;
  double percent;
};
constexpr std::array<named_percentile, 4> percentiles{
    {{"p50", "p50", 50}, {"p90", "p90", 90}, {"p99", "p99", 99}, {"p99.9", "p99_9", 99.9}}};

double microseconds(std::uint64_t ns) { return static_cast<double>(ns) / 1'000; }

std::string milliseconds_text(std::uint64_t ns) {
  std::array<char, 32> text{};
  const auto size = std::snprintf(text.data(), text.size(), "%.3f ms", static_cast<double>(ns) / 1e6);
  return {text.data(), static_cast<std::size_t>(size)};
}

std::string seconds_text(double seconds) {
  std::array<char, 32> text{};
  const auto size = std::snprintf(text.data(), text.size(), "%.2f s", seconds);
  return {text.data(), static_cast<std::size_t>(size)};
}

std::string loop_text(const load_plan& plan) {
  if (plan.rate > 0) return std::to_string(plan.rate) + "/s wanted; latency from when each request was due";
  return std::to_string(plan.in_flight) +
         " in flight; latency from the sending, so a stall counts once for each request in flight";
}

} // namespace

std::string describe_report(const load_plan& plan, const load_report& seen) {
  std::vector<std::vector<std::string>> rows{
      {"load", loop_text(plan) + "; " + std::to_string(plan.connections) +
                   (plan.connections == 1 ? " connection" : " connections")},
      {"results", std::to_string(seen.completed) + " in " + seconds_text(seen.seconds)},
      {"throughput", std::to_string(static_cast<std::uint64_t>(seen.per_second())) + "/s"},
  };
  if (seen.tool_calls > 0)
    rows.push_back({"tool calls", std::to_string(seen.tool_calls) + ", with those of the warm-up"});
  for (const auto& one : percentiles)
    rows.push_back({one.shown, milliseconds_text(seen.latency_ns.percentile(one.percent))});
  rows.push_back({"max", milliseconds_text(seen.latency_ns.max())});
  for (const auto& [code, count] : seen.errors) rows.push_back({escaped(code, 60), std::to_string(count)});
  if (seen.unanswered > 0) rows.push_back({"unanswered", std::to_string(seen.unanswered)});
  return table(rows);
}

std::string encode_report(const load_plan& plan, const load_report& seen) {
  pack::buffer bytes;
  pack::writer out(bytes);
  out.map(10);
  out.str("connections").number(plan.connections);
  out.str("in_flight").number(plan.rate > 0 ? 0 : plan.in_flight);
  out.str("rate").number(plan.rate);
  out.str("seconds").float64(seen.seconds);
  out.str("completed").number(seen.completed);
  out.str("per_second").float64(seen.per_second());
  out.str("tool_calls").number(seen.tool_calls);
  out.str("unanswered").number(seen.unanswered);
  out.str("errors").map(static_cast<std::uint32_t>(seen.errors.size()));
  for (const auto& [code, count] : seen.errors) out.str(code).number(count);
  out.str("latency_us").map(static_cast<std::uint32_t>(percentiles.size()) + 2);
  for (const auto& one : percentiles) out.str(one.key).float64(microseconds(seen.latency_ns.percentile(one.percent)));
  out.str("max").float64(microseconds(seen.latency_ns.max())).str("mean").float64(seen.latency_ns.mean() / 1'000);
  return std::move(bytes.bytes);
}

} // namespace enclaved::cli
