// What the actors of a node are told at start: plain values, filled in by the wiring from the configuration.
#pragma once

#include "base/bounds.hpp"
#include "base/level_limits.hpp"
#include "engine/rules.hpp"
#include "wire/requests.hpp"

#include <cstdint>
#include <string>

namespace enclaved {

struct pool_settings {
  std::uint32_t workers_min = 2; ///< kept warm
  std::uint32_t workers = 2;     ///< grown to at once when there is work
  std::uint32_t workers_max = 8; ///< while all others have been busy for long
  std::uint64_t executions_per_worker = bounds::executions_per_worker;
  std::uint64_t idle_ms = bounds::worker_idle_ms;
  std::uint64_t memory_bytes = 0; ///< resident; a worker above it is replaced, 0: never
  std::uint64_t parked_bytes = bounds::parked_bytes_per_node;
  bool sandbox_required = false;
  engine::script_rules rules; ///< what scripts are judged by before they run
};

struct queue_settings {
  std::uint64_t length = bounds::queue_length;
  std::uint64_t timeout_ms = bounds::queue_timeout_ms;
};

struct session_settings {
  security_level level = security_level::standard; ///< of a request that names none
  security_level level_max = security_level::permissive;
  level_table levels = default_levels();
  std::uint64_t sessions_max = bounds::sessions;
  std::uint64_t idle_ms = bounds::session_timeout_ms;
  wire::label_list labels; ///< what this node carries, for requests that want some
  bool durable = false;    ///< there is a store that outlives the process
};

struct node_settings {
  std::string node;           ///< how this node calls itself
  std::string backups_folder; ///< for backups whose path is relative
  pool_settings pool;
  queue_settings queue;
  session_settings sessions;
};

} // namespace enclaved
