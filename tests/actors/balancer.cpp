#include "actors/balancer.hpp"
#include "stage.hpp"

#include <caf/send.hpp>
#include <catch2/catch.hpp>

using namespace enclaved;
using namespace enclaved::test;
using namespace std::chrono_literals;

namespace {

/// A balancer of its own on a stage whose runtime remembers what it is given.
struct queue_stage : stage {
  explicit queue_stage(queue_settings settings = {}) {
    queue = system().spawn(enclaved::balancer, balancer_setup{settings, shown});
  }
  ~queue_stage() {
    caf::anon_send_exit(queue, caf::exit_reason::user_shutdown);
    if (owner_) caf::anon_send_exit(owner_, caf::exit_reason::user_shutdown);
    settle();
  }

  void put(job_id job, std::string tenant) {
    task what;
    what.job = job;
    what.tenant = std::move(tenant);
    what.owner = owner();
    caf::anon_send(queue, std::move(what));
    settle();
  }
  void room(std::uint32_t slots, std::uint32_t hold_limit = 100, std::vector<holding> held = {}) {
    caf::anon_send(queue, capacity{runtime, slots, hold_limit, std::move(held)});
    settle();
  }
  void free(std::string tenant) {
    caf::anon_send(queue, slots_freed{runtime, {std::move(tenant)}});
    settle();
  }
  std::vector<job_id> given() const {
    std::vector<job_id> jobs;
    for (const auto& one : seen.to_runtime) jobs.push_back(one.job);
    return jobs;
  }

  session_actor owner();
  std::vector<job_id> refused;
  balancer_actor queue;

private:
  session_actor owner_;
};

session_actor::behavior_type waiting_owner(session_actor::pointer, queue_stage* on) {
  return {[](const client_request&) {},
          [](const client_answer&) {},
          [](const join_run&) { /* nobody asks for it */ },
          [](const client_gone&) {},
          [](woken) {},
          [](job_queued) {},
          [](job_started) {},
          [](const turn_report&) {},
          [](job_lost) {},
          [on](const job_refused& what) { on->refused.push_back(what.job); },
          [](drain_now) {},
          [](journaled) { /* it writes nothing */ },
          [](const session_read&) { /* nor does it read */ },
          [](const begin_session&) {}};
}

session_actor queue_stage::owner() {
  if (!owner_) owner_ = system().spawn(waiting_owner, this);
  return owner_;
}

} // namespace

TEST_CASE("executions wait for room in the order they came") {
  queue_stage on;
  for (job_id job = 1; job <= 4; ++job) on.put(job, "a");
  CHECK(on.given().empty());
  on.room(2);
  CHECK(on.given() == std::vector<job_id>{1, 2});
  on.free("a");
  CHECK(on.given() == std::vector<job_id>{1, 2, 3});
}

TEST_CASE("tenants take turns") {
  queue_stage on;
  for (job_id job = 1; job <= 10; ++job) on.put(job, "loud");
  on.put(11, "quiet");
  on.room(3);
  const auto given = on.given();
  CHECK(std::count(given.begin(), given.end(), 11) == 1);
}

TEST_CASE("a tenant that holds workers for long leaves some to the others") {
  queue_stage on;
  on.room(8, 2, {{"hog", 2}});
  for (job_id job = 1; job <= 5; ++job) on.put(job, "hog");
  CHECK(on.given().size() == 2);
  on.put(6, "other");
  CHECK(on.given().back() == 6);
}

TEST_CASE("a full queue refuses and says when to try again") {
  queue_stage on({.length = 3, .timeout_ms = 1'000});
  for (job_id job = 1; job <= 5; ++job) on.put(job, "a");
  CHECK(on.refused == std::vector<job_id>{4, 5});
}

TEST_CASE("an execution does not wait for ever") {
  queue_stage on({.length = 10, .timeout_ms = 1'000});
  on.put(1, "a");
  on.advance(900ms);
  CHECK(on.refused.empty());
  on.advance(300ms);
  CHECK(on.refused == std::vector<job_id>{1});
}

TEST_CASE("what comes back from a busy worker goes first") {
  queue_stage on;
  on.room(1);
  on.put(1, "a");
  on.put(2, "a");
  task back;
  back.job = 1;
  back.tenant = "a";
  back.owner = on.owner();
  std::vector<task> tasks;
  tasks.push_back(std::move(back));
  caf::anon_send(on.queue, handed_back{on.runtime, 1, std::move(tasks)});
  on.settle();
  CHECK(on.given() == std::vector<job_id>{1, 1});
}

TEST_CASE("an execution that ended while it was on its way back from a worker is not queued again") {
  queue_stage on;
  on.room(1);
  task back;
  back.job = 1;
  back.tenant = "a";
  back.owner = on.owner();
  back.card = std::make_shared<session_card>();
  back.card->job = 1;
  caf::anon_send(on.queue, back);
  on.settle();
  REQUIRE(on.given() == std::vector<job_id>{1});
  back.card->job = 0;
  caf::anon_send(on.queue, withdraw{1, "a"}); // and its withdrawal came before it
  caf::anon_send(on.queue, handed_back{on.runtime, 1, {back}});
  on.settle();
  CHECK(on.given() == std::vector<job_id>{1});
  on.put(2, "a");
  CHECK(on.given() == std::vector<job_id>{1, 2}); // its place is free
}

TEST_CASE("a withdrawn execution is never given out") {
  queue_stage on;
  on.put(1, "a");
  on.put(2, "a");
  caf::anon_send(on.queue, withdraw{1, "a"});
  on.settle();
  on.room(4);
  CHECK(on.given() == std::vector<job_id>{2});
}
