#include "actors/runtime.hpp"

#include "nursery.hpp"

#include <algorithm>
#include <caf/send.hpp>
#include <catch2/catch.hpp>
#include <csignal>

using namespace enclaved;
using namespace enclaved::test;
using namespace std::chrono_literals;
using engine::pipe::turn_state;

namespace {

struct heard_by_others {
  std::vector<job_id> lost_by_crash, lost_otherwise, reported, handed_back;
  std::uint32_t freed = 0;
};

balancer_actor::behavior_type listening_balancer(balancer_actor::pointer, heard_by_others* heard) {
  return {[](const task&) {},
          [](const withdraw&) {},
          [](const capacity&) {},
          [heard](const slots_freed& what) { heard->freed += static_cast<std::uint32_t>(what.tenants.size()); },
          [heard](const handed_back& back) {
            for (const auto& one : back.tasks) heard->handed_back.push_back(one.job);
          },
          [](tick) {}};
}

session_actor::behavior_type listening_owner(session_actor::pointer, heard_by_others* heard) {
  return {[](const client_request&) {},
          [](const client_answer&) {},
          [](const join_run&) { /* nobody asks for it */ },
          [](const client_gone&) {},
          [](woken) {},
          [](job_queued) {},
          [](job_started) {},
          [heard](const turn_report& what) { heard->reported.push_back(what.job); },
          [heard](job_lost what) {
            (what.why == loss::crashed ? heard->lost_by_crash : heard->lost_otherwise).push_back(what.job);
          },
          [](const job_refused&) {},
          [](drain_now) {},
          [](journaled) { /* it writes nothing */ },
          [](const session_read&) { /* nor does it read */ },
          [](const begin_session&) {}};
}

pool_settings small_pool() {
  pool_settings pool;
  pool.workers_min = 2;
  pool.workers = 2;
  pool.workers_max = 4;
  pool.idle_ms = 5'000;
  return pool;
}

/// A runtime whose worker processes are played.
struct pool_stage : stage {
  explicit pool_stage(pool_settings pool = small_pool(), bool launch_fails = false) {
    zygotes.launch_fails = launch_fails;
    operators->add(operator_);
    queue = system().spawn(listening_balancer, &heard);
    owner = system().spawn(listening_owner, &heard);
    which = system().spawn(enclaved::runtime,
                           runtime_setup{pool, shown, queue, operators,
                                         [this](int descriptor, link_handlers handlers, std::size_t, std::size_t) {
                                           return zygotes.open(descriptor, std::move(handlers));
                                         },
                                         [this] { return zygotes.launch(); },
                                         [this](const std::string& problem) { first_ready.push_back(problem); }});
    live();
  }
  ~pool_stage() {
    caf::anon_send_exit(which, caf::exit_reason::user_shutdown);
    settle();
    caf::anon_send_exit(queue, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(owner, caf::exit_reason::user_shutdown);
    settle();
  }

  /// Actors and processes go on until nothing more happens at this instant.
  void live() {
    for (int i = 0; i < 6; ++i) {
      settle();
      zygotes.live();
    }
    settle();
  }
  void pass(std::chrono::milliseconds time) {
    for (auto passed = 0ms; passed < time; passed += 10ms) {
      advance(10ms);
      live();
    }
  }

  void give(job_id job, std::string tenant = "a", security_level level = security_level::standard,
            std::uint64_t budget_ms = 60'000) {
    task what;
    what.job = job;
    what.tenant = std::move(tenant);
    what.level = level;
    what.owner = owner;
    what.budget_ms = budget_ms;
    what.script.code = "return 1";
    give(std::move(what));
  }
  void give(task what) {
    caf::anon_send(which, std::move(what));
    live();
  }
  /// The worker that was sent a job; 0: none.
  std::uint32_t holder_of(job_id job) const {
    for (const auto& [id, one] : zygotes.processes)
      if (std::find(one.jobs.begin(), one.jobs.end(), job) != one.jobs.end()) return id;
    return 0;
  }
  void begins(job_id job) {
    auto& one = zygotes.processes.at(holder_of(job));
    engine::begin_frame(one.memory->words(), one.frames);
  }
  void ends(job_id job) { says(job, turn_state::ended); }
  void says(job_id job, turn_state state, engine::slot where = {}) {
    engine::turn_end end;
    end.waiting = state == turn_state::waiting;
    std::string frame;
    engine::pipe::put_report(frame, {job, 0, 0, state, where}, 0, {}, &end);
    zygotes.processes.at(holder_of(job)).pipe.on_frames(frame);
    live();
  }
  /// Keeps a worker busy for long.
  void occupy(job_id job, std::string tenant) {
    give(job, std::move(tenant));
    if (holder_of(job) != 0) begins(job);
    pass(100ms);
  }
  std::size_t workers() const { return zygotes.processes.size(); }
  std::vector<std::string> reasons() const {
    std::vector<std::string> found;
    for (const auto& [method, event] : operator_->notifications)
      if (text(member(event, "type")) == "worker_recycled") found.push_back(text(member(event, "reason")));
    return found;
  }

  heard_by_others heard;
  played_zygotes zygotes;
  std::vector<std::string> first_ready;
  std::shared_ptr<announcer> operators = std::make_shared<announcer>();
  fake_peer_ptr operator_ = std::make_shared<fake_peer>();
  balancer_actor queue;
  session_actor owner;
  runtime_actor which;
};

using reasons = std::vector<std::string>;

} // namespace

TEST_CASE("a pool is warm before anything is asked of it, and says so once") {
  pool_stage on;
  CHECK(on.workers() == 2);
  CHECK(on.first_ready == std::vector<std::string>{""});
  CHECK(on.shown->runtime_ready);
  on.pass(60s);
  CHECK(on.workers() == 2);
  CHECK(on.reasons().empty());
}

TEST_CASE("a pool grows while all its workers are busy, and shrinks when they have been idle for long") {
  pool_stage on;
  for (job_id job = 1; job <= 3; ++job) on.occupy(job, "tenant " + std::to_string(job));
  on.pass(200ms);
  CHECK(on.workers() == 4);
  for (job_id job = 1; job <= 3; ++job) on.ends(job);
  on.pass(4'800ms);
  CHECK(on.workers() == 4);
  on.pass(1s);
  CHECK(on.workers() == 2);
  CHECK(on.reasons() == reasons{"it was idle", "it was idle"});
}

TEST_CASE("a tenant that keeps the whole pool busy does not get the reserve, and another one does") {
  pool_stage on;
  for (job_id job = 1; job <= 8; ++job) {
    on.give(job, "hog");
    if (on.holder_of(job) != 0) on.begins(job);
    on.pass(300ms);
  }
  CHECK(on.workers() == 5); // the maximum and one in reserve
  CHECK(on.holder_of(4) != 0);
  CHECK(on.holder_of(5) == 0);
  on.give(9, "other");
  CHECK(on.holder_of(9) != 0);
}

TEST_CASE("a worker is replaced when it has served its share") {
  auto pool = small_pool();
  pool.executions_per_worker = 3;
  pool_stage on(pool);
  for (job_id job = 1; job <= 6; ++job) {
    on.give(job);
    on.ends(job);
  }
  on.pass(50ms);
  CHECK(on.reasons() == reasons{"it served its share of executions", "it served its share of executions"});
  CHECK(on.workers() == 2);
  CHECK(on.heard.freed == 6);
  CHECK(on.heard.reported.size() == 6);
}

TEST_CASE("under strict a worker serves one turn, and another is there for the next one") {
  pool_stage on;
  on.give(1, "a", security_level::strict);
  const auto first = on.holder_of(1);
  REQUIRE(first != 0);
  on.ends(1);
  on.give(2, "a", security_level::strict);
  CHECK(on.holder_of(2) != 0);
  CHECK(on.holder_of(2) != first);
  on.ends(2);
  on.pass(50ms);
  CHECK(on.reasons() == reasons{"it served its one execution", "it served its one execution"});
  CHECK(on.workers() == 2);
}

TEST_CASE("under secure no tenant gets the worker of another one, which gives its place instead") {
  auto pool = small_pool();
  pool.workers_max = 2;
  pool_stage on(pool);
  on.give(1, "a", security_level::secure);
  const auto first = on.holder_of(1);
  on.ends(1);
  on.give(2, "b", security_level::secure);
  CHECK(on.holder_of(2) != first);
  on.ends(2);
  on.give(3, "c", security_level::secure);
  on.pass(50ms);
  REQUIRE(on.holder_of(3) != 0);
  CHECK(on.holder_of(3) > 2);
  CHECK(on.reasons() == reasons{"its place is needed for another tenant"});
}

TEST_CASE("under standard a script gets a place though all workers are bound to tenants of secure") {
  auto pool = small_pool();
  pool.workers_max = 2;
  pool_stage on(pool);
  for (job_id job = 1; job <= 2; ++job) {
    on.give(job, "tenant " + std::to_string(job), security_level::secure);
    on.ends(job);
  }
  on.give(3, "c");
  on.pass(50ms);
  CHECK(on.holder_of(3) > 2);
  CHECK(on.reasons() == reasons{"its place is needed for another tenant"});
}

TEST_CASE("a tenant that never lets its workers idle leaves one to another tenant") {
  const auto level = GENERATE(security_level::standard, security_level::secure, security_level::strict);
  auto pool = small_pool();
  pool.workers_max = 2;
  pool_stage on(pool);
  for (job_id job = 1; job <= 32; ++job) on.give(job, "loud", security_level::secure);
  on.give(100, "quiet", level);
  for (job_id job = 1; job <= 32; ++job) { // each that ends is followed by another one
    on.ends(job);
    on.give(100 + job, "loud", security_level::secure);
  }
  on.pass(50ms);
  CHECK(on.holder_of(100) > 2);
}

TEST_CASE("one execution that waits for a place costs one worker its own") {
  auto pool = small_pool();
  pool.workers_min = pool.workers = pool.workers_max = 4;
  pool_stage on(pool);
  for (job_id job = 1; job <= 4; ++job) on.give(job);
  for (job_id job = 1; job <= 4; ++job) on.ends(job);
  caf::anon_send(on.which, [&] {
    task what;
    what.job = 5;
    what.tenant = "b";
    what.level = security_level::strict;
    what.owner = on.owner;
    return what;
  }());
  for (int i = 0; i < 5; ++i) on.advance(30ms); // before the retired one is gone
  on.live();
  CHECK(on.holder_of(5) != 0);
  CHECK(on.reasons() == reasons{"its place is needed for another tenant"});
}

TEST_CASE("what is about to be killed is given nothing") {
  pool_stage on;
  on.give(1);
  const auto id = on.holder_of(1);
  on.zygotes.processes.at(id).pipe.on_frames(std::string("\x01\0\0\0\xc1", 5)); // no report
  on.settle();
  on.give(2);
  on.give(3);
  CHECK(on.holder_of(2) != id);
  CHECK(on.holder_of(3) != id);
  on.pass(50ms);
  CHECK(on.heard.lost_by_crash == std::vector<job_id>{1});
}

TEST_CASE("when births failed again and again they are tried anew though some workers live") {
  auto pool = small_pool();
  pool.workers_max = 2;
  pool_stage on(pool);
  on.zygotes.births_fail = true;
  on.give(1, "a", security_level::strict);
  on.ends(1);
  on.give(2, "a", security_level::strict);
  on.ends(2);
  on.zygotes.births_fail = false;
  on.pass(50ms);
  on.give(3);
  on.zygotes.births_fail = true;
  on.give(4, "a", security_level::strict);
  on.pass(8s);
  CHECK(on.holder_of(4) == 0);
  on.zygotes.births_fail = false;
  on.pass(2s);
  CHECK(on.holder_of(4) != 0);
}

TEST_CASE("a worker that keeps too much memory is replaced when it idles") {
  auto pool = small_pool();
  pool.memory_bytes = 100 * bounds::mib;
  pool_stage on(pool);
  on.give(1);
  on.begins(1);
  on.zygotes.processes.at(on.holder_of(1)).used.resident_bytes = 200 * bounds::mib;
  on.pass(3s);
  CHECK(on.reasons().empty());
  on.ends(1);
  on.pass(1'100ms);
  CHECK(on.reasons() == reasons{"it kept more memory than it may"});
  CHECK(on.workers() == 2);
}

TEST_CASE("a worker that works though it was given nothing is killed, and what it had parked is not used") {
  pool_stage on;
  on.give(1);
  const auto id = on.holder_of(1);
  on.says(1, turn_state::waiting, {0, 1'024});
  for (int i = 0; i < 30 && on.reasons().empty(); ++i) {
    if (const auto at = on.zygotes.processes.find(id); at != on.zygotes.processes.end())
      at->second.used.processor_ms += 90;
    on.pass(100ms);
  }
  CHECK(on.reasons() == reasons{"it worked though it had nothing to do"});
  CHECK(on.workers() == 2);
  task resume;
  resume.what = task::kind::resume;
  resume.job = 1;
  resume.turn = 1;
  resume.tenant = "a";
  resume.owner = on.owner;
  on.give(resume);
  CHECK(on.heard.lost_otherwise == std::vector<job_id>{1});
}

TEST_CASE("a heap in a worker that is ending waits until it is known how, and is not used when it was by a crash") {
  pool_stage on;
  on.give(1);
  const auto id = on.holder_of(1);
  on.says(1, turn_state::waiting, {0, 1'024});
  on.zygotes.processes.at(id).pipe.on_closed = {}; // whose end is seen later than that of the process
  on.zygotes.ends(id, SIGSEGV);
  on.settle();
  task resume;
  resume.what = task::kind::resume;
  resume.job = 1;
  resume.turn = 1;
  resume.tenant = "a";
  resume.owner = on.owner;
  on.give(resume);
  CHECK(on.holder_of(1) == 0);
  CHECK(on.heard.lost_otherwise.empty());
  on.pass(std::chrono::milliseconds(bounds::worker_last_words_ms) + 50ms);
  CHECK(on.holder_of(1) == 0);
  CHECK(on.heard.lost_otherwise == std::vector<job_id>{1});
}

TEST_CASE("a worker that worked hard until a moment ago is not suspected") {
  pool_stage on;
  for (job_id job = 1; job <= 20; ++job) {
    on.give(job);
    on.zygotes.processes.at(on.holder_of(job)).used.processor_ms += 900;
    on.ends(job);
    on.pass(1s);
  }
  CHECK(on.reasons().empty());
}

TEST_CASE("a worker that crashes is replaced, and what waited behind its script goes to another one") {
  auto pool = small_pool();
  pool.workers_min = 1;
  pool.workers = 1;
  pool_stage on(pool);
  on.give(1);
  on.give(2);
  const auto id = on.holder_of(1);
  REQUIRE(on.holder_of(2) == id);
  engine::begin_frame(on.zygotes.processes.at(id).memory->words(), 1);
  on.zygotes.ends(id, SIGSEGV);
  on.live();
  CHECK(on.reasons() == reasons{"signal 11"});
  CHECK(on.heard.lost_by_crash == std::vector<job_id>{1});
  CHECK(on.holder_of(2) != 0);
  CHECK(on.holder_of(2) != id);
  CHECK(on.workers() == 1);
}

TEST_CASE("a worker that is stuck past its script's deadline is killed and replaced") {
  pool_stage on;
  on.give(1, "a", security_level::standard, 1'000);
  on.begins(1);
  on.pass(1'250ms);
  CHECK(on.reasons().empty());
  on.pass(150ms);
  CHECK(on.reasons() == reasons{"it is stuck past its script's deadline"});
  CHECK(on.heard.lost_otherwise == std::vector<job_id>{1});
  CHECK(on.workers() == 2);
}

TEST_CASE("with its zygote all workers end, what they ran is lost to its owners, and new ones come") {
  pool_stage on;
  on.give(1);
  on.begins(1);
  on.zygotes.answers = false;
  on.pass(1'600ms);
  CHECK(on.zygotes.launched == 2);
  CHECK(on.heard.lost_otherwise == std::vector<job_id>{1});
  on.zygotes.answers = true;
  on.pass(100ms);
  CHECK(on.workers() == 2);
  on.give(2);
  CHECK(on.holder_of(2) != 0);
  CHECK(on.heard.lost_by_crash.empty());
}

TEST_CASE("a zygote that answers is asked again and again and never replaced") {
  pool_stage on;
  on.pass(30s);
  CHECK(on.zygotes.launched == 1);
}

TEST_CASE("a zygote is not taken for silent by a server that was held up itself") {
  pool_stage on;
  on.advance(400ms); // it has been asked, and its answer has not been read
  for (int i = 0; i < 3; ++i) on.jump(2s);
  on.pass(2s);
  CHECK(on.zygotes.launched == 1);
  CHECK(on.reasons().empty());
}

TEST_CASE("no zygote at all: the reason is told at start, and attempts go on at a bounded rate") {
  pool_stage on(small_pool(), true);
  on.pass(10s);
  CHECK(on.first_ready == std::vector<std::string>{"no worker process can be started: no processes are left"});
  CHECK(on.zygotes.launched >= 5);
  CHECK(on.zygotes.launched <= 12);
  CHECK_FALSE(on.shown->runtime_ready);
}

TEST_CASE("no zygote stays alive any more: nothing is ready until one does") {
  pool_stage on;
  REQUIRE(on.shown->runtime_ready);
  on.zygotes.launch_fails = true;
  on.zygotes.answers = false;
  on.pass(8s);
  CHECK_FALSE(on.shown->runtime_ready);
  on.zygotes.launch_fails = false;
  on.zygotes.answers = true;
  on.pass(2s);
  CHECK(on.shown->runtime_ready);
  CHECK(on.workers() == 2);
}

TEST_CASE("an execution that ended while its task was on its way is not run, and its place is free") {
  pool_stage on;
  task what;
  what.job = 1;
  what.tenant = "a";
  what.owner = on.owner;
  what.card = std::make_shared<session_card>();
  on.give(what); // the card wants no job
  CHECK(on.holder_of(1) == 0);
  CHECK(on.heard.freed == 1);
}

TEST_CASE("a heap that was parked when nobody wanted it any more is given up at once") {
  pool_stage on;
  task what;
  what.job = 1;
  what.tenant = "a";
  what.owner = on.owner;
  what.card = std::make_shared<session_card>();
  what.card->job = 1;
  on.give(what);
  what.card->job = 0;
  const auto id = on.holder_of(1);
  const auto frames = on.zygotes.processes.at(id).frames;
  on.says(1, turn_state::waiting, {0, 1'024});
  CHECK(on.shown->parked_bytes == 0);
  CHECK(on.zygotes.processes.at(id).frames == frames + 1); // its slot is free again
}
