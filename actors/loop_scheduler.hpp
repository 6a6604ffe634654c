// Runs actors on the threads that read from sockets and pipes.
//
// A message that a read brought is worked off by the thread that read it, and so are all the messages that follow from
// it: no other thread has to be woken on the way of a script, which on a small machine costs more than all the work.
// Each loop has a queue of its own; an actor runs where the first message came from that woke it.
#pragma once

#include "base/loop.hpp"

#include <caf/detail/thread_safe_actor_clock.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>
#include <memory>
#include <thread>
#include <vector>

namespace enclaved {

class loop_scheduler final : public caf::scheduler::abstract_coordinator {
public:
  loop_scheduler(caf::actor_system& system, const loops& on);
  ~loop_scheduler() override;

  void enqueue(caf::resumable* job) override;
  caf::actor_clock& clock() noexcept override { return clock_; }
  void start() override;
  /// No actor runs after it returns. Not from one of the loops.
  void stop() override;

private:
  class unit;

  std::vector<std::unique_ptr<unit>> units_;
  caf::detail::thread_safe_actor_clock clock_;
  std::thread timer_; ///< sends what is due later
};

} // namespace enclaved
