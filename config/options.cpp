#include "config/options.hpp"

#include "config/option_rows.hpp"

namespace enclaved::config {

const std::vector<option<draft>>& server_options() {
  static const auto table = [] {
    std::vector<option<draft>> rows;
    append_process_rows(rows);
    append_client_side_rows(rows);
    append_pool_rows(rows);
    append_limit_rows(rows);
    append_guard_rows(rows);
    append_cluster_rows(rows);
    return rows;
  }();
  return table;
}

std::vector<const option_spec*> server_option_specs() {
  std::vector<const option_spec*> specs;
  for (const auto& row : server_options()) specs.push_back(&row);
  return specs;
}

std::vector<preset_value> pool_preset_values(security_level preset) {
  struct numbers {
    std::string_view workers, executions_per_worker, queue_length, queue_timeout_ms;
  };
  static constexpr std::array<numbers, security_levels> presets{{
      {"4", "100", "20", "10000"},
      {"8", "500", "50", "20000"},
      {"16", "1000", "100", "30000"},
      {"32", "5000", "500", "60000"},
  }};
  const auto& chosen = presets[static_cast<std::size_t>(preset)];
  return {{"workers", chosen.workers},
          {"executions-per-worker", chosen.executions_per_worker},
          {"queue-length", chosen.queue_length},
          {"queue-timeout-ms", chosen.queue_timeout_ms}};
}

} // namespace enclaved::config
