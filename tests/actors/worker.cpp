#include "actors/worker.hpp"

#include "stage.hpp"

#include <caf/send.hpp>
#include <catch2/catch.hpp>

#include <csignal>
#include <memory>
#include <optional>
#include <unistd.h>

using namespace enclaved;
using namespace enclaved::test;
using namespace std::chrono_literals;
using engine::pipe::turn_state;

namespace {

/// A pipe whose other end is the test.
struct pipe_in_memory {
  link_handlers handlers;
  std::vector<std::string> writes;
  bool full = false;
  bool closed = false;
};

class link_in_memory final : public link {
public:
  explicit link_in_memory(pipe_in_memory& to) : to_(to) {}
  ~link_in_memory() override { to_.closed = true; }
  bool send(std::string_view frames) override {
    if (to_.full) return false;
    to_.writes.emplace_back(frames);
    return true;
  }

private:
  pipe_in_memory& to_;
};

/// What a worker told its runtime and the owners of its executions.
struct told {
  std::vector<turn_over> over;
  std::vector<task> back;
  std::vector<worker_wish> wishes;
  std::vector<worker_ready> ready;
  std::vector<job_id> reported;
  std::vector<job_lost> lost;
  std::optional<worker_closed> closed;

  std::vector<std::string> kills() const {
    std::vector<std::string> reasons;
    for (const auto& wish : wishes)
      if (wish.what == worker_wish::kind::kill) reasons.push_back(wish.reason);
    return reasons;
  }
  std::vector<worker_wish::kind> load() const {
    std::vector<worker_wish::kind> kinds;
    for (const auto& wish : wishes)
      if (wish.what != worker_wish::kind::kill) kinds.push_back(wish.what);
    return kinds;
  }
};

std::vector<job_id> jobs_of(const std::vector<task>& tasks) {
  std::vector<job_id> jobs;
  for (const auto& one : tasks) jobs.push_back(one.job);
  return jobs;
}

runtime_actor::behavior_type listening_runtime(runtime_actor::pointer, told* to) {
  return {
      [](const task&) {},
      [](const forget_job&) {},
      [](stop_job) {},
      [to](const turns_over& news) { to->over.insert(to->over.end(), news.turns.begin(), news.turns.end()); },
      [to](const handed_back& news) { to->back.insert(to->back.end(), news.tasks.begin(), news.tasks.end()); },
      [to](const worker_wish& news) { to->wishes.push_back(news); },
      [to](worker_ready news) { to->ready.push_back(news); },
      [to](const worker_closed& news) { to->closed = news; },
      [](const zygote_frame&) {},
      [](zygote_closed) {},
      [](tick) {},
  };
}

session_actor::behavior_type listening_owner(session_actor::pointer, told* to) {
  return {
      [](const client_request&) {},
      [](const client_answer&) {},
      [](const join_run&) { /* nobody asks for it */ },
      [](const client_gone&) {},
      [](woken) {},
      [](job_queued) {},
      [](job_started) {},
      [to](const turn_report& news) { to->reported.push_back(news.job); },
      [to](job_lost news) { to->lost.push_back(news); },
      [](const job_refused&) {},
      [](drain_now) {},
      [](journaled) { /* it writes nothing */ },
      [](const session_read&) { /* nor does it read */ },
      [](const begin_session&) {},
  };
}

std::shared_ptr<engine::shared_memory> new_memory() {
  constexpr std::size_t bytes = 64 * bounds::kib;
  const int file = engine::shared_memory::create(bytes);
  auto memory = std::make_shared<engine::shared_memory>(file, bytes);
  ::close(file);
  REQUIRE(memory->mapped());
  return memory;
}

/// A worker actor whose process is the test.
struct worker_stage : stage {
  worker_stage() {
    listener = system().spawn(listening_runtime, &heard);
    owner = system().spawn(listening_owner, &heard);
    which = system().spawn(enclaved::worker, worker_setup{3, listener, memory, [this](link_handlers handlers) {
                                                            pipe.handlers = std::move(handlers);
                                                            return std::make_unique<link_in_memory>(pipe);
                                                          }});
    settle();
  }
  ~worker_stage() {
    pipe.handlers = {};
    caf::anon_send_exit(which, caf::exit_reason::user_shutdown);
    settle();
    caf::anon_send_exit(listener, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(owner, caf::exit_reason::user_shutdown);
    settle();
  }

  /// What the process writes.
  void writes(const std::string& frames) {
    pipe.handlers.on_frames(frames);
    settle();
  }
  void is_ready(std::uint64_t identity = 77) {
    std::string frame;
    engine::pipe::put_ready(frame, identity);
    writes(frame);
  }
  void reports(job_id job, turn_state state, std::uint32_t turn = 0, engine::slot where = {}) {
    engine::turn_end end;
    end.waiting = state == turn_state::waiting;
    const bool over = state == turn_state::waiting || state == turn_state::ended;
    std::string frame;
    engine::pipe::put_report(frame, {job, turn, 0, state, where}, 0, {}, over ? &end : nullptr);
    writes(frame);
  }
  /// The process has begun every frame up to this one.
  void has_begun(std::uint32_t frame) { engine::begin_frame(memory->words(), frame); }

  void give(job_id job, std::uint64_t budget_ms = 10'000) {
    task what;
    what.job = job;
    what.tenant = "tenant";
    what.owner = owner;
    what.budget_ms = budget_ms;
    what.script.code = "return 1";
    give(std::move(what));
  }
  void give(task what) {
    what.owner = owner;
    caf::anon_send(which, std::move(what));
    settle();
  }
  template <class Message>
  void tell(Message&& news) {
    caf::anon_send(which, std::forward<Message>(news));
    settle();
  }
  void closes_pipe() {
    if (pipe.handlers.on_closed && !pipe.closed) pipe.handlers.on_closed("the other side closed the pipe");
    settle();
  }
  void ends(int status) {
    closes_pipe();
    tell(process_ended{status});
  }
  void ends_with_signal(int signal) { ends(signal); }
  void exits_with(int status) { ends(status << 8); }

  told heard;
  pipe_in_memory pipe;
  std::shared_ptr<engine::shared_memory> memory = new_memory();
  runtime_actor listener;
  session_actor owner;
  worker_actor which;
};

} // namespace

TEST_CASE("a worker is ready when its process speaks our version of the pipe") {
  worker_stage on;
  CHECK(on.heard.ready.empty());
  on.is_ready(77);
  REQUIRE(on.heard.ready.size() == 1);
  CHECK(on.heard.ready[0].worker == 3);
  CHECK(on.heard.ready[0].identity == 77);
  CHECK(on.heard.wishes.empty());
}

TEST_CASE("a process that speaks another protocol is killed") {
  worker_stage on;
  on.writes(std::string("\x04\x00\x00\x00\x93\x01\x09\x01", 8));
  CHECK(on.heard.kills() == std::vector<std::string>{"it speaks another protocol"});
  CHECK(on.heard.ready.empty());
}

TEST_CASE("what stands in the mailbox together leaves in one write") {
  worker_stage on;
  on.is_ready();
  for (job_id job = 1; job <= 3; ++job) caf::anon_send(on.which, forget_job{job, {}});
  on.settle();
  CHECK(on.pipe.writes.size() == 1);
  on.give(1);
  CHECK(on.pipe.writes.size() == 2);
  std::string_view frames = on.pipe.writes[1];
  engine::pipe::start_frame start;
  REQUIRE(engine::pipe::read_start(*take_frame(frames), start));
  CHECK(start.job == 1);
}

TEST_CASE("a report goes to its owner, and the turn that is over to the runtime") {
  worker_stage on;
  on.is_ready();
  on.give(1);
  on.give(2);
  on.reports(1, turn_state::part);
  CHECK(on.heard.over.empty());
  on.reports(1, turn_state::waiting, 0, {1'024, 2'048});
  on.reports(2, turn_state::ended);
  CHECK(on.heard.reported == std::vector<job_id>{1, 1, 2});
  REQUIRE(on.heard.over.size() == 2);
  CHECK(on.heard.over[0].job == 1);
  CHECK(on.heard.over[0].waiting);
  CHECK(on.heard.over[0].was_queued);
  CHECK(on.heard.over[0].where.bytes == 2'048);
  CHECK(on.heard.over[0].tenant == "tenant");
  CHECK_FALSE(on.heard.over[1].waiting);
  CHECK(on.heard.wishes.empty());
}

TEST_CASE("a heap that could not be brought back is lost to its owner, and nobody's fault") {
  worker_stage on;
  on.is_ready();
  task resume;
  resume.what = task::kind::resume;
  resume.job = 4;
  resume.turn = 1;
  on.give(resume);
  on.reports(4, turn_state::lost, 1);
  REQUIRE(on.heard.lost.size() == 1);
  CHECK(on.heard.lost[0].why == loss::dropped);
  CHECK(on.heard.reported.empty());
  REQUIRE(on.heard.over.size() == 1);
  CHECK_FALSE(on.heard.over[0].was_queued);
}

TEST_CASE("turns that are played again are over with the last of them") {
  worker_stage on;
  on.is_ready();
  task start;
  start.job = 5;
  start.replay.resize(2);
  on.give(start);
  on.reports(5, turn_state::waiting, 0);
  on.reports(5, turn_state::waiting, 1);
  CHECK(on.heard.over.empty());
  on.reports(5, turn_state::waiting, 2);
  CHECK(on.heard.over.size() == 1);
  CHECK(on.heard.reported.size() == 3);
}

TEST_CASE("a process whose frames lie is killed once, and what it says reaches nobody") {
  const auto framed = [](std::string_view body) {
    const auto length = static_cast<std::uint32_t>(body.size());
    return std::string(reinterpret_cast<const char*>(&length), sizeof length).append(body);
  };
  for (const auto& lie : {framed("garbage"), framed(""), framed("\xc0"), framed("\x99\x02\x01")}) {
    worker_stage on;
    on.is_ready();
    on.give(1);
    on.writes(lie);
    on.writes(lie);
    CHECK(on.heard.kills() == std::vector<std::string>{"it breaks the pipe's protocol"});
    CHECK(on.heard.reported.empty());
  }
  worker_stage on;
  on.is_ready();
  on.reports(1, turn_state::ended); // it was given nothing
  on.give(1);
  on.reports(2, turn_state::ended);
  on.reports(2, turn_state::lost);
  CHECK(on.heard.kills() == std::vector<std::string>{"it speaks for another execution"});
  CHECK(on.heard.reported.empty());
  CHECK(on.heard.lost.empty());
  CHECK(on.heard.over.empty());
}

TEST_CASE("what waits behind a long script is handed back after 50 ms, in its order") {
  worker_stage on;
  on.is_ready();
  on.give(1);
  on.has_begun(1);
  on.give(2);
  on.give(3);
  on.advance(50ms);
  CHECK(on.heard.back.empty());
  CHECK(on.heard.load().empty());
  on.advance(30ms);
  CHECK(jobs_of(on.heard.back) == std::vector<job_id>{2, 3});
  REQUIRE(on.heard.load() == std::vector<worker_wish::kind>{worker_wish::kind::busy});
  CHECK(on.heard.wishes[0].tenant == "tenant");
  CHECK_FALSE(engine::begin_frame(on.memory->words(), 2));
  CHECK_FALSE(engine::begin_frame(on.memory->words(), 3));
  on.reports(1, turn_state::ended);
  CHECK(on.heard.load() == std::vector<worker_wish::kind>{worker_wish::kind::busy, worker_wish::kind::free});
  CHECK(on.heard.kills().empty());
}

TEST_CASE("what the process has begun is not handed back, though its report has not come yet") {
  worker_stage on;
  on.is_ready();
  on.give(1);
  on.give(2);
  on.give(3);
  on.has_begun(1);
  on.advance(20ms);
  on.has_begun(2);
  on.advance(80ms);
  CHECK(jobs_of(on.heard.back) == std::vector<job_id>{3});
  on.reports(1, turn_state::ended);
  on.reports(2, turn_state::ended);
  CHECK(on.heard.over.size() == 2);
  CHECK(on.heard.kills().empty());
}

TEST_CASE("what a process says of an execution that was taken back is nothing") {
  worker_stage on;
  on.is_ready();
  on.give(1);
  on.has_begun(1);
  on.give(2);
  on.advance(100ms);
  REQUIRE(jobs_of(on.heard.back) == std::vector<job_id>{2});
  on.reports(2, turn_state::ended);
  CHECK(on.heard.reported.empty());
  CHECK(on.heard.over.empty());
}

TEST_CASE("a process that is late to begin keeps what it was sent, and begins it") {
  worker_stage on;
  on.is_ready();
  on.give(1);
  on.give(2);
  on.advance(100ms); // a busy machine has given it no processor yet
  CHECK(on.heard.back.empty());
  CHECK(engine::begin_frame(on.memory->words(), 1));
  on.advance(100ms);
  CHECK(jobs_of(on.heard.back) == std::vector<job_id>{2});
}

TEST_CASE("an execution that was taken back and comes again is heard") {
  worker_stage on;
  on.is_ready();
  for (job_id job = 1; job <= 3; ++job) on.give(job);
  on.has_begun(1);
  on.advance(20ms);
  on.has_begun(2);
  on.advance(80ms);
  REQUIRE(jobs_of(on.heard.back) == std::vector<job_id>{3});
  on.reports(1, turn_state::ended);
  on.give(3); // while the second one still runs
  on.reports(2, turn_state::ended);
  on.reports(3, turn_state::ended);
  CHECK(on.heard.reported == std::vector<job_id>{1, 2, 3});
  CHECK(on.heard.over.size() == 3);
}

TEST_CASE("a script past its budget and a grace is stuck: its worker is killed, and its owner told so") {
  worker_stage on;
  on.is_ready();
  on.give(1, 100);
  on.has_begun(1);
  on.advance(100ms + std::chrono::milliseconds(bounds::watchdog_grace_ms));
  CHECK(on.heard.kills().empty());
  on.advance(40ms);
  CHECK(on.heard.kills() == std::vector<std::string>{"it is stuck past its script's deadline"});
  on.advance(1s);
  CHECK(on.heard.kills().size() == 1);
  on.ends_with_signal(SIGKILL);
  REQUIRE(on.heard.lost.size() == 1);
  CHECK(on.heard.lost[0].why == loss::stuck);
  REQUIRE(on.heard.closed);
  CHECK(on.heard.closed->by_own_fault);
  CHECK(on.heard.closed->reason == "it is stuck past its script's deadline");
}

TEST_CASE("a script that ends just as the watchdog strikes leaves its fate to none behind it") {
  worker_stage on;
  on.is_ready();
  on.give(1, 1'000);
  on.give(2, 1'000);
  on.has_begun(2); // too late for taking it back
  on.advance(1'400ms);
  CHECK(on.heard.kills().size() == 1);
  on.reports(1, turn_state::ended);
  on.ends_with_signal(SIGKILL);
  REQUIRE(on.heard.lost.size() == 1);
  CHECK(on.heard.lost[0].job == 2);
  CHECK(on.heard.lost[0].why == loss::killed);
}

TEST_CASE("each script has its whole budget, however long the one before it took") {
  worker_stage on;
  on.is_ready();
  on.give(1, 1'000);
  on.give(2, 100);
  on.has_begun(1);
  on.advance(40ms);
  on.has_begun(2);
  on.reports(1, turn_state::ended);
  on.advance(350ms);
  CHECK(on.heard.kills().empty());
  on.advance(100ms);
  CHECK(on.heard.kills().size() == 1);
}

TEST_CASE("a cancelled script is named to its process, which has the grace to end it") {
  worker_stage on;
  on.is_ready();
  on.give(1, 60'000);
  on.has_begun(1);
  on.advance(100ms);
  on.tell(stop_job{2}); // not here
  CHECK(on.memory->words().stop == 0);
  on.tell(stop_job{1});
  CHECK(on.memory->words().stop == 1);
  on.advance(std::chrono::milliseconds(bounds::watchdog_grace_ms));
  CHECK(on.heard.kills().empty());
  on.advance(40ms);
  CHECK(on.heard.kills().size() == 1);
}

TEST_CASE("cancelling a script that waits does not save the one that runs from its cancellation") {
  worker_stage on;
  on.is_ready();
  for (job_id job = 1; job <= 3; ++job) on.give(job, 60'000);
  on.has_begun(1);
  on.tell(stop_job{1});
  on.tell(stop_job{3});
  on.tell(stop_job{2});
  CHECK(on.memory->words().stop == 1);
  on.reports(1, turn_state::ended);
  CHECK(on.memory->words().stop == 2);
  on.reports(2, turn_state::ended);
  CHECK(on.memory->words().stop == 3);
}

TEST_CASE("a job is named to its process by its frame, whatever its number is") {
  worker_stage on;
  on.is_ready();
  on.give(job_id{7} << 32);
  on.tell(stop_job{job_id{7} << 32});
  CHECK(on.memory->words().stop == 1);
}

TEST_CASE("a script that hides that it began does not hide that it ended its process") {
  worker_stage seen;
  seen.is_ready();
  seen.give(1);
  seen.has_begun(1);
  seen.advance(30ms);
  seen.memory->words().frames = 0;
  seen.ends_with_signal(SIGKILL); // from outside, so only what was seen counts
  REQUIRE(seen.heard.lost.size() == 1);
  CHECK(seen.heard.lost[0].why == loss::killed);

  worker_stage unseen;
  unseen.is_ready();
  unseen.give(1);
  unseen.has_begun(1);
  unseen.memory->words().frames = 0;
  unseen.ends_with_signal(SIGSYS);
  REQUIRE(unseen.heard.lost.size() == 1);
  CHECK(unseen.heard.lost[0].why == loss::crashed);
}

TEST_CASE("a process that does not begin what it was sent is killed, and what it was sent is built again") {
  worker_stage on;
  on.is_ready();
  on.give(1);
  on.advance(std::chrono::milliseconds(bounds::worker_silence_ms) + 30ms);
  CHECK(on.heard.kills() == std::vector<std::string>{"it does not begin what it was sent"});
  on.ends_with_signal(SIGKILL);
  REQUIRE(on.heard.lost.size() == 1);
  CHECK(on.heard.lost[0].why == loss::killed);
}

TEST_CASE("what could not be written to a process goes to another one as if nothing had happened") {
  worker_stage on;
  on.is_ready();
  on.pipe.full = true;
  on.give(1);
  on.ends_with_signal(SIGKILL);
  CHECK(on.heard.lost.empty());
  REQUIRE(on.heard.closed);
  CHECK(jobs_of(on.heard.closed->unbegun) == std::vector<job_id>{1});
}

TEST_CASE("a retiring worker finishes what it has and then closes its pipe") {
  worker_stage idle;
  idle.is_ready();
  idle.tell(retire{});
  CHECK(idle.pipe.closed);
  idle.exits_with(0);
  REQUIRE(idle.heard.closed);
  CHECK_FALSE(idle.heard.closed->by_own_fault);

  worker_stage busy;
  busy.is_ready();
  busy.give(1);
  busy.tell(retire{});
  CHECK_FALSE(busy.pipe.closed);
  busy.reports(1, turn_state::ended);
  CHECK(busy.pipe.closed);
}

TEST_CASE("how a process ended decides whose fault it was") {
  struct {
    int status;
    loss why;
    bool by_own_fault;
    const char* reason;
  } const ends[] = {
      {SIGSEGV, loss::crashed, true, "signal 11"},
      {SIGSYS, loss::crashed, true, "forbidden system call"},
      {3 << 8, loss::crashed, true, "exit status 3"},
      {SIGKILL, loss::killed, false, "signal 9"},
  };
  for (const auto& end : ends) {
    worker_stage on;
    on.is_ready();
    on.give(1);
    on.give(2);
    on.has_begun(1);
    on.ends(end.status);
    INFO(end.reason);
    REQUIRE(on.heard.lost.size() == 1);
    CHECK(on.heard.lost[0].job == 1);
    CHECK(on.heard.lost[0].why == end.why);
    REQUIRE(on.heard.closed);
    CHECK(on.heard.closed->by_own_fault == end.by_own_fault);
    CHECK(on.heard.closed->reason == end.reason);
    CHECK(jobs_of(on.heard.closed->unbegun) == std::vector<job_id>{2});
    REQUIRE(on.heard.over.size() == 1); // its place in the queue is free
    CHECK(on.heard.over[0].job == 1);
  }
}

TEST_CASE("what a process said before it ended is heard, though the news of its end come first") {
  worker_stage on;
  on.is_ready();
  on.give(1);
  on.give(2);
  on.give(3);
  on.has_begun(2);
  on.tell(process_ended{SIGSEGV});
  CHECK_FALSE(on.heard.closed);
  on.reports(1, turn_state::ended);
  on.closes_pipe();
  CHECK(on.heard.reported == std::vector<job_id>{1});
  REQUIRE(on.heard.lost.size() == 1);
  CHECK(on.heard.lost[0].job == 2); // it ran when the process ended
  CHECK(on.heard.lost[0].why == loss::crashed);
  REQUIRE(on.heard.closed);
  CHECK(jobs_of(on.heard.closed->unbegun) == std::vector<job_id>{3});
}

TEST_CASE("a pipe that does not close does not keep the end of its process for long") {
  worker_stage on;
  on.is_ready();
  on.give(1);
  on.has_begun(1);
  on.tell(process_ended{SIGSEGV});
  on.advance(std::chrono::milliseconds(bounds::worker_last_words_ms) - 20ms);
  CHECK_FALSE(on.heard.closed);
  on.advance(40ms);
  REQUIRE(on.heard.closed);
  REQUIRE(on.heard.lost.size() == 1);
  CHECK(on.heard.lost[0].why == loss::crashed);
}

TEST_CASE("a process that closes its pipe and lives on is killed, and its script is taken for the cause") {
  worker_stage on;
  on.is_ready();
  on.give(1);
  on.has_begun(1);
  on.closes_pipe();
  CHECK(on.heard.kills().empty());
  on.advance(std::chrono::milliseconds(bounds::worker_last_words_ms) + 20ms);
  CHECK(on.heard.kills() == std::vector<std::string>{"it closed its pipe"});
  on.tell(process_ended{SIGKILL});
  REQUIRE(on.heard.lost.size() == 1);
  CHECK(on.heard.lost[0].why == loss::crashed);
  REQUIRE(on.heard.closed);
  CHECK(on.heard.closed->by_own_fault);
}

TEST_CASE("what is released in a worker that has retired needs no pipe") {
  worker_stage on;
  on.is_ready();
  on.tell(retire{});
  on.tell(forget_job{1, {0, 64}});
  CHECK(on.heard.kills().empty());
}

TEST_CASE("a process that ends before it began costs no execution") {
  worker_stage on;
  on.give(1);
  on.ends_with_signal(SIGSEGV);
  CHECK(on.heard.lost.empty());
  REQUIRE(on.heard.closed);
  CHECK(jobs_of(on.heard.closed->unbegun) == std::vector<job_id>{1});
}

TEST_CASE("a process that lied is not trusted though it ended by our signal") {
  worker_stage on;
  on.is_ready();
  on.give(1);
  on.has_begun(1);
  on.reports(9, turn_state::ended);
  on.ends_with_signal(SIGKILL);
  REQUIRE(on.heard.closed);
  CHECK(on.heard.closed->by_own_fault);
  REQUIRE(on.heard.lost.size() == 1);
  CHECK(on.heard.lost[0].why == loss::crashed);
}

TEST_CASE("a process that we end for our own reasons is not at fault") {
  worker_stage on;
  on.is_ready();
  on.give(1);
  on.has_begun(1);
  on.ends_with_signal(SIGKILL);
  REQUIRE(on.heard.lost.size() == 1);
  CHECK(on.heard.lost[0].why == loss::killed);
  REQUIRE(on.heard.closed);
  CHECK_FALSE(on.heard.closed->by_own_fault);
}

TEST_CASE("a process that does not read its pipe is killed") {
  worker_stage on;
  on.is_ready();
  on.pipe.full = true;
  on.give(1);
  CHECK(on.heard.kills() == std::vector<std::string>{"its pipe is full"});
}
