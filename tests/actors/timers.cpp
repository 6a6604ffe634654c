#include "engine/library/bounds.hpp"
#include "stage.hpp"

#include <catch2/catch.hpp>

using namespace enclaved;
using namespace enclaved::test;
using namespace std::chrono_literals;
using engine::timer_mark;
using engine::pipe::turn_state;

namespace {

fake_peer_ptr client() { return std::make_shared<fake_peer>(""); }

wire::session_options following() {
  wire::session_options options;
  options.events = wire::all_events;
  return options;
}

/// What a turn did with timers.
struct timers_of_turn {
  std::string records;
  std::uint32_t count = 0;

  timers_of_turn& set(std::uint32_t number, std::uint64_t delay_ms) {
    engine::pipe::put_timer(records, number, delay_ms);
    ++count;
    return *this;
  }
  timers_of_turn& cancel(std::uint32_t number) {
    engine::pipe::put_timer_cancelled(records, number);
    ++count;
    return *this;
  }
  void wait(stage& on, job_id job, std::uint32_t turn) const {
    engine::turn_end end;
    end.waiting = true;
    on.report(job, turn, turn_state::waiting, end, records, count);
  }
};

std::vector<std::uint32_t> fired(const task& what) {
  std::vector<std::uint32_t> numbers;
  for (const auto& item : what.next.answers) numbers.push_back(item.call & ~timer_mark);
  return numbers;
}

} // namespace

TEST_CASE("a timer fires when it is due and not before, and nobody outside is asked or told") {
  stage on;
  const auto who = client();
  on.run(who, "…", following());
  const auto job = on.seen.to_balancer[0].job;
  timers_of_turn().set(1, 500).wait(on, job, 0);
  on.advance(490ms);
  CHECK(on.seen.to_runtime.empty());
  on.advance(40ms);
  REQUIRE(on.seen.to_runtime.size() == 1);
  REQUIRE(on.seen.to_runtime[0].next.answers.size() == 1);
  CHECK(on.seen.to_runtime[0].next.answers[0].call == (1 | timer_mark));
  on.ends(job, 1);
  CHECK(who->calls.empty());
  CHECK(event_types(*who) == std::vector<std::string>{"session_init", "final"});
}

TEST_CASE("timers of the same time fire together, in the order they were set") {
  stage on;
  const auto who = client();
  on.run(who, "…");
  const auto job = on.seen.to_balancer[0].job;
  timers_of_turn().set(1, 300).set(2, 100).set(3, 100).set(4, 90).set(5, 100).cancel(5).wait(on, job, 0);
  on.advance(150ms);
  REQUIRE(on.seen.to_runtime.size() >= 1);
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t turn = 1; turn <= on.seen.to_runtime.size(); ++turn) {
    const auto some = fired(on.seen.to_runtime[turn - 1]);
    numbers.insert(numbers.end(), some.begin(), some.end());
    timers_of_turn().wait(on, job, turn);
  }
  CHECK(numbers == std::vector<std::uint32_t>{4, 2, 3});
  on.advance(200ms);
  CHECK(fired(on.seen.to_runtime.back()) == std::vector<std::uint32_t>{1});
}

TEST_CASE("a timer without delay fires as soon as its turn is over") {
  stage on;
  on.run(client(), "…");
  timers_of_turn().set(1, 0).wait(on, on.seen.to_balancer[0].job, 0);
  CHECK(on.seen.to_runtime.size() == 1);
}

TEST_CASE("a timer that became due during the turn that cancels it does not fire") {
  stage on;
  on.run(client(), "…");
  const auto job = on.seen.to_balancer[0].job;
  std::string records;
  engine::pipe::put_timer(records, 1, 20);
  engine::pipe::put_timer(records, 2, 40);
  engine::turn_end end;
  on.report(job, 0, turn_state::part, end, records, 2);
  on.advance(100ms);
  CHECK(on.seen.to_runtime.empty()); // the turn runs
  records.clear();
  engine::pipe::put_timer_cancelled(records, 1);
  end.waiting = true;
  on.report(job, 0, turn_state::waiting, end, records, 1, 1);
  REQUIRE(on.seen.to_runtime.size() == 1);
  CHECK(fired(on.seen.to_runtime[0]) == std::vector<std::uint32_t>{2});
}

TEST_CASE("a rebuilt heap is given the firings that there were, and the other timers go on") {
  stage on;
  const auto who = client();
  const auto msgid = on.run(who, "…");
  const auto job = on.seen.to_balancer[0].job;
  timers_of_turn().set(1, 50).set(2, 500).wait(on, job, 0);
  on.advance(100ms);
  REQUIRE(on.seen.to_runtime.size() == 1);
  on.lose(job, loss::killed);
  REQUIRE(on.seen.to_balancer.size() == 2);
  const auto again = on.seen.to_balancer[1].job;
  REQUIRE(on.seen.to_balancer[1].replay.size() == 1);
  CHECK(on.seen.to_balancer[1].replay[0].answers[0].call == (1 | timer_mark));
  timers_of_turn().set(1, 50).set(2, 500).wait(on, again, 0); // played again, not set again
  timers_of_turn().wait(on, again, 1);
  on.advance(300ms);
  CHECK(on.seen.to_runtime.size() == 1);
  on.advance(200ms);
  REQUIRE(on.seen.to_runtime.size() == 2);
  CHECK(fired(on.seen.to_runtime[1]) == std::vector<std::uint32_t>{2});
  on.ends(again, 2);
  CHECK(who->responses[msgid].size() == 1);
}

TEST_CASE("a turn that sets other timers when it is played again has diverged") {
  stage on;
  const auto who = client();
  const auto msgid = on.run(who, "…");
  const auto job = on.seen.to_balancer[0].job;
  timers_of_turn().set(1, 50).wait(on, job, 0);
  on.advance(100ms);
  on.lose(job, loss::killed);
  timers_of_turn().set(1, 51).wait(on, on.seen.to_balancer[1].job, 0);
  REQUIRE(who->responses[msgid].size() == 1);
  CHECK(text(member(member(who->responses[msgid][0], "error"), "code")) == "REPLAY_DIVERGED");
}

TEST_CASE("waiting for a timer ends at the deadline of the run") {
  stage on;
  const auto who = client();
  auto options = following();
  for (std::size_t i = 0; i < limits_count; ++i)
    if (limit_rows()[i].name == "deadline_ms") options.limits[i] = 200;
  const auto msgid = on.run(who, "…", options);
  timers_of_turn().set(1, 10'000).wait(on, on.seen.to_balancer[0].job, 0);
  on.advance(300ms);
  REQUIRE(who->responses[msgid].size() == 1);
  CHECK(text(member(member(who->responses[msgid][0], "error"), "code")) == "DEADLINE_EXCEEDED");
}

TEST_CASE("a partial result is recorded and told like other events") {
  stage on;
  const auto who = client();
  on.run(who, "…", following());
  std::string records;
  engine::pipe::put_partial_result(records, "\x81\xa4path\xa1x");
  engine::turn_end end;
  end.result = "\x01";
  on.report(on.seen.to_balancer[0].job, 0, turn_state::ended, end, records, 1);
  CHECK(event_types(*who) == std::vector<std::string>{"session_init", "partial_result", "final"});
  CHECK(text(member(member(who->notifications[1].second, "payload"), "path")) == "x");
}
