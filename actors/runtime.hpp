// Keeps a pool of worker processes and places executions on them.
//
// All workers are born alike from the zygote and bound by their first task: `standard` and `permissive` share workers,
// `secure` gives a tenant its own, `strict` uses a worker for one turn and ends it. A worker that runs a script for
// longer than 50 ms is busy: what waited behind it comes back, and while all are busy the pool grows. A tenant that
// keeps workers busy gets only workers that nobody else uses, and not the few above the maximum that are kept in
// reserve for the others.
//
// A waiting execution holds no worker: its heap is parked in the memory of the worker it ran on. It goes on there when
// that worker is free soon, otherwise its bytes are sent to another one of the same kind. What a worker leaves behind
// that ended by its own fault is not trusted; those executions are rebuilt from their journals.
#pragma once

#include "actors/announcer.hpp"
#include "actors/gauges.hpp"
#include "actors/messages.hpp"
#include "actors/settings.hpp"
#include "base/link.hpp"
#include "base/result.hpp"
#include "engine/nursery.hpp"
#include "engine/shared_memory.hpp"
#include "engine/zygote.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

namespace enclaved {

inline constexpr std::chrono::milliseconds runtime_tick{25};
inline constexpr std::uint32_t zygote_failures_in_a_row = 5; ///< then nothing is ready until a worker is

struct runtime_setup {
  pool_settings pool;
  gauges_ptr shown;
  balancer_actor balancer;
  std::shared_ptr<announcer> operators;
  link_factory open_link;
  std::function<result<std::unique_ptr<engine::nursery>>()> launch_zygote;
  /// Called once, when the first worker can be had or never will be; empty text: all is well.
  std::function<void(const std::string& problem)> on_first_ready;
};

class runtime_state {
public:
  runtime_actor::behavior_type start(runtime_actor::pointer self, runtime_setup setup);

private:
  /// What a worker may run.
  struct binding {
    enum class kind : std::uint8_t { none, shared, tenant, once };
    kind what = kind::none;
    std::string tenant;
    bool operator==(const binding&) const = default;
  };

  struct worker {
    worker_actor actor;
    std::shared_ptr<engine::shared_memory> memory;
    binding bound;
    std::uint32_t assigned = 0;   ///< tasks on it
    std::uint64_t executions = 0; ///< tasks it ever got
    pid_t pid = 0;                ///< as this process sees it, 0: not known yet
    std::uint64_t idle_since_ms = 0;
    std::uint64_t weighed_executions = 0; ///< `executions` when it was last weighed while it had nothing to do
    std::uint64_t weighed_processor_ms = 0;
    bool weighed_idle = false;
    bool ready = false;
    bool busy = false;           ///< its script has run for long
    bool lent_to_holder = false; ///< what it has now belongs to a tenant that keeps workers busy
    bool retiring = false;
    bool distrusted = false; ///< what it leaves is not used
    bool doomed = false;     ///< its end has been ordered
    bool ended = false;      ///< its process; its actor is about to say what that means
    bool open() const { return ready && !retiring && !doomed && !ended; } ///< it may be given something
    std::string busy_tenant;
    std::string retire_reason;
  };
  using workers = std::map<worker_id, worker>;

  struct parked {
    worker_id on = 0;
    std::shared_ptr<engine::shared_memory> memory; ///< outlives its worker
    engine::slot where;
  };

  // The zygote and its processes (runtime_pool.cpp).
  void start_zygote();
  void lose_zygote(const char* why);
  void watch_zygote(std::uint64_t now);
  void on_news(const zygote_frame& news);
  void on_zygote_ready(const engine::zygote_news& news);
  void on_ready(worker_ready news);
  void on_closed(worker_closed& news);
  bool fork_worker();
  static void tell_of_its_end(worker& which, process_ended how);
  void retire(worker_id id, worker& which, std::string reason);
  void kill(worker_id id, const std::string& reason);

  // Placement (runtime.cpp).
  void place(task& what);
  void place_waiting();
  bool try_place(task& what);
  void drop(const task& what);
  static binding binding_of(const task& what);
  workers::iterator worker_for(const task& what);
  std::uint32_t workers_held(const std::string& tenant) const;
  std::uint32_t reserve() const;
  void give(workers::iterator to, task& what);
  bool has_home_in_doubt(const task& what) const;
  bool fetch_parked(task& what, workers::iterator to);
  void on_turns_over(const turns_over& news);
  void on_turn_over(workers::value_type& at, const turn_over& news);
  void on_wish(const worker_wish& wish);
  void take_back(handed_back& back);
  void forget(job_id job);
  void drop_parked(std::unordered_map<job_id, parked>::iterator which);

  // The size of the pool (runtime_size.cpp).
  void on_tick();
  void maintain();
  void try_one_worker();
  bool will_be_taken(const task& what) const;
  void evict_a_worker(const task& for_whom);
  void grow_if_all_busy(std::uint64_t now);
  void weigh(std::uint64_t now);
  void shrink(std::uint64_t now);
  void tell_capacity();
  std::uint32_t staying() const;
  std::uint64_t now_ms() const;

  runtime_actor::pointer self_ = nullptr;
  runtime_setup setup_;
  std::unique_ptr<engine::nursery> zygote_;
  std::unique_ptr<link> zygote_link_;
  std::uint32_t zygote_generation_ = 0;
  bool zygote_ready_ = false;
  std::uint64_t zygote_heard_ms_ = 0;
  std::uint64_t zygote_asked_ms_ = 0;
  std::uint64_t zygote_watched_ms_ = 0; ///< when we looked last
  std::uint64_t zygote_silent_ms_ = 0;  ///< since it was asked, as far as we could have heard it
  std::uint32_t zygote_failures_ = 0;   ///< in a row
  std::uint64_t zygote_retry_at_ms_ = 0;
  std::uint64_t fork_retry_at_ms_ = 0;
  worker_id last_worker_ = 0;
  workers workers_;
  std::deque<task> waiting_; ///< accepted; no worker can take them yet
  std::unordered_map<job_id, parked> parked_;
  std::uint64_t parked_bytes_ = 0;
  std::uint64_t weighed_at_ms_ = 0;
  std::uint64_t all_busy_since_ms_ = 0; ///< 0: they are not
};

runtime_actor::behavior_type runtime(runtime_actor::stateful_pointer<runtime_state> self, runtime_setup setup);

} // namespace enclaved
