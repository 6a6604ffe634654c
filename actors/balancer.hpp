// The queue of executions that have not started. Tenants take turns, so one that sends much makes only itself wait; one
// whose scripts hold workers for long may not take them all.
#pragma once

#include "actors/gauges.hpp"
#include "actors/messages.hpp"
#include "actors/settings.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <chrono>
#include <deque>
#include <list>
#include <string>
#include <unordered_map>

namespace enclaved {

struct balancer_setup {
  queue_settings queue;
  gauges_ptr shown;
};

class balancer_state {
public:
  balancer_actor::behavior_type start(balancer_actor::pointer self, balancer_setup setup);

private:
  struct lane {
    std::deque<task> queued;
    std::uint32_t running = 0; ///< given to a runtime
    std::uint32_t held = 0;    ///< workers that its scripts keep busy for long
    bool in_turn = false;      ///< it stands in `turns_`
  };
  using lanes = std::unordered_map<std::string, lane>;

  void enqueue(task& what);
  void give_out();
  void give_out_to(bool (*whom)(const lane&));
  bool may_start(const lane& of) const;
  void give(lane& of, task& what);
  void take_back(handed_back& back);
  void withdraw_job(const withdraw& what);
  void expire();
  void set_capacity(capacity& now);
  void slot_is_free(const std::string& tenant);
  void line_up(const std::string& tenant, lane& of);
  void shows_depth() { setup_.shown->queue_depth = queued_; }
  std::uint64_t now_ms() const;

  balancer_actor::pointer self_ = nullptr;
  balancer_setup setup_;
  runtime_actor runtime_;
  std::uint32_t slots_ = 0;
  std::uint32_t taken_ = 0;
  std::uint32_t hold_limit_ = 1;
  lanes lanes_;                  ///< by tenant
  std::list<std::string> turns_; ///< tenants with something queued, next one first
  std::size_t queued_ = 0;
};

balancer_actor::behavior_type balancer(balancer_actor::stateful_pointer<balancer_state> self, balancer_setup setup);

} // namespace enclaved
