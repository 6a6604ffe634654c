#include "base/outcome.hpp"

#include <array>

namespace enclaved {

namespace {

constexpr std::array<outcome_row, outcomes> rows{{
    {outcome::ok, "OK", "The script returned."},
    {outcome::syntax_error, "SYNTAX_ERROR", "The script does not parse; line and column say where."},
    {outcome::validation_error, "VALIDATION_ERROR", "The script breaks a rule of this server."},
    {outcome::script_error, "SCRIPT_ERROR", "The script threw and nothing caught it."},
    {outcome::timeout, "TIMEOUT", "The script ran longer than timeout_ms, not counting waits for tools."},
    {outcome::cpu_limit, "CPU_LIMIT", "The script used more processor time than cpu_ms."},
    {outcome::memory_limit, "MEMORY_LIMIT", "The script needed more memory than memory_bytes."},
    {outcome::stack_limit, "STACK_LIMIT", "The script called deeper than stack_bytes."},
    {outcome::iteration_limit, "ITERATION_LIMIT", "A loop went round more often than iterations."},
    {outcome::tool_call_limit, "TOOL_CALL_LIMIT", "The script made more tool calls than tool_calls."},
    {outcome::output_limit, "OUTPUT_LIMIT", "The script printed more than output_bytes or output_calls."},
    {outcome::result_limit, "RESULT_LIMIT",
     "A value that leaves the script is cyclic, too deep, or larger than result_bytes or value_properties."},
    {outcome::tool_not_found, "TOOL_NOT_FOUND", "The script called a tool that its session does not declare."},
    {outcome::tool_timeout, "TOOL_TIMEOUT", "A tool did not answer in time and the script did not catch it."},
    {outcome::tool_error, "TOOL_ERROR", "A tool failed and the script did not catch it."},
    {outcome::tool_interrupted, "TOOL_INTERRUPTED", "A tool that may run at most once was lost in a crash."},
    {outcome::capability_denied, "CAPABILITY_DENIED", "The script used something it was not granted."},
    {outcome::blocked, "BLOCKED", "The script scored above the block threshold."},
    {outcome::cancelled, "CANCELLED", "The client cancelled the script or closed its session."},
    {outcome::deadline_exceeded, "DEADLINE_EXCEEDED", "deadline_ms passed, counting waits."},
    {outcome::worker_crashed, "WORKER_CRASHED", "The script ended its worker process again and again."},
    {outcome::quarantined, "QUARANTINED", "The script ended its worker process before and is refused for a while."},
    {outcome::replay_diverged, "REPLAY_DIVERGED",
     "The script did something else when it was rebuilt from its journal."},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i].how != static_cast<outcome>(i)) return false;
  return true;
}
static_assert(in_order(), "the table follows the enum");

} // namespace

const outcome_row& row(outcome how) { return rows[static_cast<std::size_t>(how)]; }

} // namespace enclaved
