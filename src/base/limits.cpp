#include "base/limits.hpp"

namespace enclaved {

namespace {

using bounds::kib;
using bounds::mib;

constexpr std::array<std::string_view, security_levels> names{"strict", "secure", "standard", "permissive"};

constexpr run_limits with(std::uint64_t seconds, std::uint64_t tool_calls, std::uint64_t iterations,
                          std::uint64_t memory, std::uint64_t output_bytes, std::uint64_t output_calls,
                          std::uint64_t depth, std::uint64_t properties) {
  return {
      .timeout_ms = seconds * 1'000,
      .cpu_ms = seconds * 1'000,
      .deadline_ms = 0,
      .memory_bytes = memory,
      .stack_bytes = 1 * mib,
      .iterations = iterations,
      .tool_calls = tool_calls,
      .tool_timeout_ms = 30'000,
      .tool_result_bytes = 8 * mib,
      .output_bytes = output_bytes,
      .output_calls = output_calls,
      .result_bytes = 8 * mib,
      .value_depth = depth,
      .value_properties = properties,
  };
}

constexpr std::array<level_row, security_levels> levels{{
    {security_level::strict, with(5, 10, 10'000, 64 * mib, 64 * kib, 100, 16, 10'000), 100, false},
    {security_level::secure, with(15, 50, 100'000, 128 * mib, 256 * kib, 500, 32, 50'000), 500, false},
    {security_level::standard, with(30, 100, 0, 256 * mib, 1 * mib, 1'000, 64, 200'000), 1'000, true},
    {security_level::permissive, with(60, 1'000, 0, 512 * mib, 10 * mib, 10'000, 64, 1'000'000), 5'000, true},
}};
static_assert(levels[3].limits.memory_bytes <= bounds::heap_bytes_max, "the arena holds the largest heap");
static_assert(levels[3].limits.value_depth <= bounds::nesting, "a value fits a message");

constexpr std::array<limit_row, limits_count> rows{{
    {"timeout_ms", &run_limits::timeout_ms, false},
    {"cpu_ms", &run_limits::cpu_ms, false},
    {"deadline_ms", &run_limits::deadline_ms, true},
    {"memory_bytes", &run_limits::memory_bytes, false},
    {"stack_bytes", &run_limits::stack_bytes, false},
    {"iterations", &run_limits::iterations, true},
    {"tool_calls", &run_limits::tool_calls, false},
    {"tool_timeout_ms", &run_limits::tool_timeout_ms, true},
    {"tool_result_bytes", &run_limits::tool_result_bytes, false},
    {"output_bytes", &run_limits::output_bytes, false},
    {"output_calls", &run_limits::output_calls, false},
    {"result_bytes", &run_limits::result_bytes, false},
    {"value_depth", &run_limits::value_depth, false},
    {"value_properties", &run_limits::value_properties, false},
}};

} // namespace

std::string_view name(security_level level) { return names[static_cast<std::size_t>(level)]; }

std::optional<security_level> level_named(std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return static_cast<security_level>(i);
  return std::nullopt;
}

const std::array<limit_row, limits_count>& limit_rows() { return rows; }

const level_row& row(security_level level) { return levels[static_cast<std::size_t>(level)]; }

} // namespace enclaved
