#include "actors/loop_scheduler.hpp"

#include <atomic>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <caf/spawn_options.hpp>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <thread>

using namespace enclaved;

namespace {

/// A thread with a queue.
class thread_loop final : public loop {
public:
  thread_loop() : thread_([this] { run(); }) {}
  ~thread_loop() override {
    post([](void* self) { static_cast<thread_loop*>(self)->ended_ = true; }, this);
    thread_.join();
  }

  void post(void (*what)(void*), void* with) override {
    const std::scoped_lock lock{lock_};
    queue_.emplace_back(what, with);
    filled_.notify_one();
  }

private:
  void run() {
    while (!ended_) {
      std::unique_lock lock{lock_};
      filled_.wait(lock, [this] { return !queue_.empty(); });
      const auto [what, with] = queue_.front();
      queue_.pop_front();
      lock.unlock();
      what(with);
    }
  }

  std::mutex lock_;
  std::condition_variable filled_;
  std::deque<std::pair<void (*)(void*), void*>> queue_;
  bool ended_ = false;
  std::thread thread_;
};

struct config_on : caf::actor_system_config {
  explicit config_on(const loops& on) {
    module_factories.emplace_back([on](caf::actor_system& system) { return new loop_scheduler(system, on); });
  }
};

struct results {
  std::atomic<int> heard = 0;
  std::mutex lock;
  std::set<std::thread::id> threads;

  void hear() {
    const std::scoped_lock held{lock};
    threads.insert(std::this_thread::get_id());
    ++heard;
  }
};

/// Passes a number on to `next`, one less, until it is nothing.
caf::behavior relay(caf::event_based_actor* self, results* into, caf::actor next) {
  return {[=](int left) {
    into->hear();
    if (left > 0) self->send(next ? next : caf::actor(self), left - 1);
    if (left == 0) self->quit();
  }};
}

} // namespace

TEST_CASE("actors pass messages on, on one loop or on several") {
  const int loops_used = GENERATE(1, 3);
  std::vector<std::unique_ptr<thread_loop>> threads;
  loops on;
  for (int i = 0; i < loops_used; ++i) on.push_back(threads.emplace_back(std::make_unique<thread_loop>()).get());
  results seen;
  {
    config_on config(on);
    caf::actor_system system(config);
    for (int i = 0; i < 100; ++i) caf::anon_send(system.spawn(relay, &seen, caf::actor{}), 200);
  } // waits for all of them
  CHECK(seen.heard == 100 * 201);
  CHECK((seen.threads.size() > 1) == (loops_used > 1));
}

TEST_CASE("an actor runs where the message came from that woke it") {
  thread_loop one;
  thread_loop two;
  results seen;
  {
    config_on config({&one, &two});
    caf::actor_system system(config);
    const auto last = system.spawn<caf::lazy_init>(relay, &seen, caf::actor{}); // asleep until then
    const auto first = system.spawn([last, &seen](caf::event_based_actor* self) -> caf::behavior {
      return {[=, &seen](int) {
        seen.hear();
        self->send(last, 0);
        self->quit();
      }};
    });
    caf::anon_send(first, 0);
  }
  CHECK(seen.heard == 2);
  CHECK(seen.threads.size() == 1);
}

TEST_CASE("a message that is due later comes later, also while the loops have nothing to do") {
  thread_loop one;
  results seen;
  {
    config_on config({&one});
    caf::actor_system system(config);
    system.spawn([&seen](caf::event_based_actor* self) -> caf::behavior {
      self->delayed_send(self, std::chrono::milliseconds(20), 0);
      return {[self, &seen](int) {
        seen.hear();
        self->quit();
      }};
    });
  }
  CHECK(seen.heard == 1);
}

TEST_CASE("an actor that never stops talking to itself leaves the loop to others") {
  thread_loop one;
  results seen;
  std::atomic<bool> enough = false;
  {
    config_on config({&one});
    caf::actor_system system(config);
    system.spawn([&enough](caf::event_based_actor* self) -> caf::behavior {
      self->send(self, 0);
      return {[self, &enough](int) {
        if (enough)
          self->quit();
        else
          self->send(self, 0);
      }};
    });
    std::atomic<bool> ran = false;
    one.post(
        [](void* flag) {
          static_cast<std::atomic<bool>*>(flag)->store(true);
          static_cast<std::atomic<bool>*>(flag)->notify_all();
        },
        &ran);
    ran.wait(false);
    enough = true;
  }
  CHECK(enough);
}
