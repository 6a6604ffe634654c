// What a runtime hands to a worker process: an execution from its start, or its next turn. Plain data that outlives a
// call, unlike the views of machine.hpp.
#pragma once

#include "base/limits.hpp"
#include "base/outcome.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace enclaved::engine {

/// Names one execution between a broker and its runtimes; never 0, never used twice by one server.
using job_id = std::uint64_t;

/// An answer that a script waits for (machine.hpp's `delivery`, owned).
struct answer {
  std::uint32_t call = 0;
  bool ok = false;
  outcome uncaught = outcome::tool_error;
  std::string value; ///< MessagePack
};

/// What one turn brings into a heap. The journal keeps it, so that the turn can be played again.
struct batch {
  std::int64_t clock_ms = 0;
  std::vector<answer> answers;
};

/// Everything that the first turn depends on.
struct script {
  std::string code;
  std::string inputs; ///< MessagePack, empty: undefined
  std::string scope;  ///< the tenant, for the cache of compiled code
  run_limits limits{};
  bool full_stacks = false;
  std::uint64_t seed = 0;
  std::int64_t clock_ms = 0;
  std::string state; ///< what `$state` has: a MessagePack map, empty: nothing
};

/// Costs that an execution has been charged for already when it is played again.
struct spent {
  std::uint64_t run_us = 0;
  std::uint64_t cpu_us = 0;
};

/// Where a parked heap lies in the memory that a worker shares with its runtime. `bytes` 0: it was not kept.
struct slot {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

} // namespace enclaved::engine
