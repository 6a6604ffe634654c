// What the actors of a node show of themselves: numbers that they write and anybody may read. `status`, the log and the
// health probe read them without asking an actor, so they answer under any load.
#pragma once

#include "actors/store_health.hpp"

#include <atomic>
#include <cstdint>
#include <memory>

namespace enclaved {

struct gauges {
  std::atomic<std::uint64_t> executions_active{0};    ///< running, queued or waiting
  std::atomic<std::uint64_t> executions_waiting{0};   ///< of them, for a tool
  std::atomic<std::uint64_t> executions_resumable{0}; ///< of them, of durable sessions: the next process goes on
  std::atomic<std::uint64_t> executions_total{0};     ///< ended
  std::atomic<std::uint64_t> executions_failed{0};    ///< of them, not with a result
  std::atomic<std::uint64_t> sessions{0};             ///< in memory
  std::atomic<std::uint64_t> sessions_resting{0};     ///< in the store alone
  std::atomic<std::uint64_t> queue_depth{0};
  std::atomic<std::uint32_t> workers{0};
  std::atomic<std::uint32_t> workers_active{0}; ///< with an execution on them
  std::atomic<std::uint32_t> workers_ended{0};  ///< for whatever reason, ever
  std::atomic<std::uint64_t> parked_bytes{0};
  std::atomic<std::uint32_t> sandbox_layers{0}; ///< sandbox::layer_set
  std::atomic<bool> runtime_ready{false};       ///< a worker can be had
  std::atomic<bool> draining{false};
  std::atomic<std::uint64_t> heartbeat_ms{0}; ///< steady time at which the actors last ran
  store_health store;
};
using gauges_ptr = std::shared_ptr<gauges>;

} // namespace enclaved
