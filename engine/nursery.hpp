// Where worker processes come from: born at an order, weighed and ended through whoever bore them. The zygote is one;
// tests have another, whose processes are themselves.
#pragma once

#include <cstdint>
#include <sys/types.h>

namespace enclaved::engine {

/// What a process has used up so far; zeroes when it is gone.
struct toll {
  std::uint64_t resident_bytes = 0;
  std::uint64_t processor_ms = 0;
};

/// Destroying it ends all its workers. What became of an order comes over `take_news()`, as `zygote_news`.
class nursery {
public:
  virtual ~nursery() = default;

  /// The reading end of its news; whoever takes it closes it.
  virtual int take_news() = 0;
  /// All of these are false when it cannot be reached.
  virtual bool fork_worker(std::uint32_t id, int pipe, int memory) = 0;
  virtual bool kill_worker(std::uint32_t id) = 0;
  virtual bool ping() = 0;
  /// Lets it end its workers and itself, and waits for that a little.
  virtual void end() = 0;
  virtual toll toll_of(pid_t worker) const = 0;
};

} // namespace enclaved::engine
