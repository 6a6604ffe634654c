#include "actors/loop_scheduler.hpp"

#include <caf/actor_system.hpp>
#include <caf/execution_unit.hpp>
#include <caf/logger.hpp>
#include <caf/resumable.hpp>
#include <deque>
#include <future>
#include <mutex>
#include <utility>

namespace enclaved {

namespace {

/// Actors run in one go before the loop looks at its sockets again.
constexpr std::size_t jobs_in_a_row = 256;
/// Messages that an actor works off before others have their turn.
constexpr std::size_t messages_in_a_row = 64;

} // namespace

/// The queue of one loop. What the loop's own thread adds needs no lock.
class loop_scheduler::unit final : public caf::execution_unit {
public:
  unit(caf::actor_system* system, loop& on) : caf::execution_unit(system), on_(on) {}
  void exec_later(caf::resumable* job) override {
    own_.push_back(job);
    ask_for_a_turn();
  }

  /// From another thread.
  void take_over(caf::resumable* job) {
    bool first = false;
    {
      const std::scoped_lock lock{lock_};
      first = others_.empty();
      others_.push_back(job);
    }
    if (first) on_.post([](void* self) { static_cast<unit*>(self)->run(); }, this);
  }

  static unit* of_this_thread() { return current_; }
  void begin() {
    on_.post([](void* self) { current_ = static_cast<unit*>(self); }, this);
  }

  /// Nothing runs here after it; from outside the loop.
  void end() {
    {
      const std::scoped_lock lock{lock_};
      ended_ = true;
    }
    std::promise<void> reached;
    on_.post(
        [](void* of) {
          current_ = nullptr;
          caf::logger::set_current_actor_system(
              nullptr); // whoever spawned holds it, and the system's end waits for that
          static_cast<std::promise<void>*>(of)->set_value();
        },
        &reached);
    reached.get_future().wait();
    for (auto* job : own_) abstract_coordinator::cleanup_and_release(job);
    for (auto* job : others_) abstract_coordinator::cleanup_and_release(job);
  }

private:
  void ask_for_a_turn() {
    if (std::exchange(turn_is_coming_, true)) return;
    on_.post(
        [](void* self) {
          auto& one = *static_cast<unit*>(self);
          one.turn_is_coming_ = false;
          one.run();
        },
        this);
  }

  void run() {
    {
      const std::scoped_lock lock{lock_};
      if (ended_) return;
      own_.insert(own_.end(), others_.begin(), others_.end());
      others_.clear();
    }
    const bool was_coming = std::exchange(turn_is_coming_, true); // what runs here need not ask
    for (std::size_t i = 0; i < jobs_in_a_row && !own_.empty(); ++i) {
      auto* job = own_.front();
      own_.pop_front();
      resume(job);
    }
    turn_is_coming_ = was_coming;
    if (!own_.empty()) ask_for_a_turn();
  }

  void resume(caf::resumable* job) {
    switch (job->resume(this, messages_in_a_row)) {
    case caf::resumable::resume_later: own_.push_back(job); return;
    case caf::resumable::awaiting_message:
    case caf::resumable::done: caf::intrusive_ptr_release(job); return;
    case caf::resumable::shutdown_execution_unit: return; // only CAF's own schedulers send that
    }
  }

  static thread_local unit* current_;

  loop& on_;
  std::deque<caf::resumable*> own_;
  bool turn_is_coming_ = false;
  std::mutex lock_;
  std::deque<caf::resumable*> others_; ///< from other threads
  bool ended_ = false;
};

thread_local loop_scheduler::unit* loop_scheduler::unit::current_ = nullptr;

loop_scheduler::loop_scheduler(caf::actor_system& system, const loops& on) : abstract_coordinator(system) {
  for (auto* one : on) units_.push_back(std::make_unique<unit>(&system, *one));
}

loop_scheduler::~loop_scheduler() = default;

void loop_scheduler::enqueue(caf::resumable* job) {
  auto* here = unit::of_this_thread();
  if (here != nullptr)
    here->exec_later(job);
  else
    units_[next_worker_++ % units_.size()]->take_over(job);
}

/// Without CAF's printer, an actor with a thread of its own that nobody here prints with.
void loop_scheduler::start() {
  for (auto& one : units_) one->begin();
  timer_ = std::thread([this] { clock_.run_dispatch_loop(); });
}

void loop_scheduler::stop() {
  clock_.cancel_dispatch_loop();
  timer_.join();
  for (auto& one : units_) one->end();
  clock_.cancel_all();
}

} // namespace enclaved
