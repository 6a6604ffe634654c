#include "config/finish.hpp"

#include <algorithm>

namespace enclaved::config {

namespace {

std::string variable(const environment& variables, std::string_view name) {
  const auto found =
      std::find_if(variables.begin(), variables.end(), [name](const auto& entry) { return entry.first == name; });
  return found == variables.end() ? std::string() : found->second;
}

/// systemd gives a unit its folder; a user has one by the XDG convention.
std::string default_data_dir(const environment& variables) {
  if (const auto given = variable(variables, "STATE_DIRECTORY"); !given.empty())
    return given.substr(0, given.find(':'));
  if (const auto state = variable(variables, "XDG_STATE_HOME"); !state.empty()) return state + "/enclaved";
  if (const auto home = variable(variables, "HOME"); !home.empty()) return home + "/.local/state/enclaved";
  return "/var/lib/enclaved";
}

void finish_workers(draft& into, std::size_t cores, violations& wrong) {
  auto& pool = into.out.pool;
  const auto usual = automatic_workers(into.workload, cores);
  pool.workers_max =
      into.workers.value_or(std::clamp<std::size_t>(cores * bounds::workers_per_core, usual, bounds::workers));
  const bool exact = into.workers && !into.pool_preset; // a preset's number is a ceiling, an operator's is an order
  pool.workers_usual = exact ? pool.workers_max : std::min(usual, pool.workers_max);
  pool.workers_min = into.workers_min.value_or(1);
  if (pool.workers_min > pool.workers_max)
    wrong.push_back("workers-min is " + std::to_string(pool.workers_min) + ", more than workers, which is " +
                    std::to_string(pool.workers_max));
  pool.workers_usual = std::max(pool.workers_usual, std::min(pool.workers_min, pool.workers_max));
}

void finish_levels(draft& into, violations& wrong) {
  auto& out = into.out;
  if (out.security > out.security_max)
    wrong.push_back("security is " + std::string(name(out.security)) + ", looser than security-max, which is " +
                    std::string(name(out.security_max)));
  out.levels = default_levels();
  for (std::size_t i = 0; i < limits_count; ++i)
    if (into.limits[i]) override_limit(out.levels, out.security, limit_rows()[i], *into.limits[i]);
  if (into.messages_per_second)
    override_messages(out.levels, out.security, static_cast<std::uint32_t>(*into.messages_per_second));
}

void finish_guard(draft& into, violations& wrong) {
  const auto& guard = into.out.guard;
  if (guard.score_warn != 0 && guard.score_block != 0 && guard.score_warn > guard.score_block)
    wrong.push_back("score-warn is " + std::to_string(guard.score_warn) + ", more than score-block, which is " +
                    std::to_string(guard.score_block));
  if (!guard.tools_allowed.empty()) into.out.guard.computed_tool_names = permission::forbid;
}

void finish_connections(draft& into, std::size_t cores, violations& wrong) {
  auto& out = into.out;
  out.connections.io_threads = into.io_threads.value_or(std::clamp<std::size_t>(cores / 2, 1, 8));
  if (out.tls.certificate_file.empty() != out.tls.key_file.empty())
    wrong.emplace_back("tls-cert and tls-key belong together: set both or none");
  if (!out.tls.client_ca_file.empty() && out.tls.certificate_file.empty())
    wrong.emplace_back("tls-client-ca needs tls-cert and tls-key");
  if (!out.listen.off() && out.listen.port != 0 && out.listen == out.http_listen)
    wrong.push_back("listen and http-listen are both " + out.listen.text());
  if (out.connections.max_output_bytes < 4 * out.connections.max_message_bytes)
    wrong.emplace_back(
        "max-connection-output-bytes must be at least four times max-message-bytes, so that results fit");
  if (!out.listen.off() && !out.listen.is_loopback() && out.tokens_file.empty() && out.tls.client_ca_file.empty())
    out.warnings.push_back("everyone who reaches " + out.listen.text() +
                           " may run scripts: set tokens-file, or listen on 127.0.0.1");
  if (!out.listen.off() && !out.listen.is_loopback() && !out.tokens_file.empty() && out.tls.certificate_file.empty())
    out.warnings.push_back("tokens cross the network to " + out.listen.text() +
                           " in the clear: set tls-cert and tls-key");
}

} // namespace

std::size_t automatic_workers(workload kind, std::size_t cores) {
  const auto wanted = kind == workload::cpu ? cores : kind == workload::io ? 2 * cores : cores + (cores + 1) / 2;
  return std::clamp<std::size_t>(wanted, 1, bounds::workers);
}

void finish(draft& into, const surroundings& from, violations& wrong) {
  if (into.out.data_dir.empty()) into.out.data_dir = default_data_dir(from.variables);
  finish_workers(into, from.cores, wrong);
  finish_levels(into, wrong);
  finish_guard(into, wrong);
  finish_connections(into, from.cores, wrong);
}

} // namespace enclaved::config
