// The server's option table: every setting an operator can change, one row each.
#pragma once

#include "config/option.hpp"
#include "config/settings.hpp"

#include <array>

namespace enclaved::config {

/// What the table's rows write into: the settings, and what only becomes a setting together with others.
struct draft {
  settings out;
  std::optional<std::uint64_t> workers;     ///< nothing: auto
  std::optional<std::uint64_t> workers_min; ///< nothing: auto
  std::optional<std::uint64_t> io_threads;  ///< nothing: auto
  config::workload workload = workload::cpu;
  std::optional<security_level> pool_preset;
  std::array<std::optional<std::uint64_t>, limits_count> limits; ///< in the order of `limit_rows()`
  std::optional<std::uint64_t> messages_per_second;
};

const std::vector<option<draft>>& server_options();
std::vector<const option_spec*> server_option_specs();

/// What `--pool-preset` stands for: an option's name and its value, weaker than anything that was said, stronger than
/// defaults.
struct preset_value {
  std::string_view option;
  std::string_view text;
};
std::vector<preset_value> pool_preset_values(security_level preset);

} // namespace enclaved::config
