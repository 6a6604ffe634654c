#include "stage.hpp"

#include "base/bounds.hpp"

#include <catch2/catch.hpp>
#include <set>

using namespace enclaved;
using namespace enclaved::test;
using namespace std::chrono_literals;
using engine::pipe::turn_state;

namespace {

wire::session_options following(std::optional<std::string> session = std::nullopt) {
  wire::session_options options;
  options.session = std::move(session);
  options.events = wire::all_events;
  return options;
}

std::string outcome_of(const fake_peer& who, std::uint32_t msgid) {
  const auto& answers = who.responses.at(msgid);
  REQUIRE(answers.size() == 1);
  const auto problem = member(answers[0], "error");
  return problem.empty() ? "OK" : text(member(problem, "code"));
}

/// {required: ["city"]}
std::string packed_schema() {
  pack::buffer out;
  pack::writer(out).map(1).str("required").array(1).str("city");
  return out.bytes;
}

fake_peer_ptr client(std::string tenant = "") { return std::make_shared<fake_peer>(std::move(tenant)); }

} // namespace

TEST_CASE("a run is answered once with its result") {
  stage on;
  const auto who = client();
  const auto msgid = on.run(who, "return 42");
  REQUIRE(on.seen.to_balancer.size() == 1);
  CHECK(on.seen.to_balancer[0].script.code == "return 42");
  const auto job = on.seen.to_balancer[0].job;
  on.ends(job);
  on.ends(job); // a worker that says it twice is not heard twice
  CHECK(outcome_of(*who, msgid) == "OK");
  CHECK(number(member(who->responses[msgid][0], "result")) == 42);
  CHECK(on.shown->sessions == 0);
  CHECK(on.shown->executions_active == 0);
  CHECK(on.shown->executions_total == 1);
}

TEST_CASE("a session that a run creates without naming it ends with its final") {
  stage on;
  const auto who = client();
  const auto msgid = on.run(who, "return 42");
  on.ends(on.seen.to_balancer[0].job);
  const auto session = text(member(who->responses[msgid][0], "session"));
  const auto info = on.ask(who, wire::session_info{session});
  REQUIRE(who->refusals[info].size() == 1);
  CHECK(who->refusals[info][0].code == error_code::not_found);
}

TEST_CASE("arguments that do not fit the tool's schema do not leave") {
  stage on;
  const auto who = client();
  wire::session_options options;
  options.tools.emplace().push_back({"t", "", packed_schema(), std::nullopt, false, 0, false});
  on.run(who, "callTool('t', {})", options);
  on.waits_for_tool(on.seen.to_balancer[0].job, 0, 1, "t"); // with {}
  CHECK(who->calls.empty());
  REQUIRE(on.seen.to_runtime.size() == 1);
  const auto& answers = on.seen.to_runtime[0].next.answers;
  REQUIRE(answers.size() == 1);
  CHECK_FALSE(answers[0].ok);
  CHECK(text(member(answers[0].value, "code")) == "INVALID_REQUEST");
  CHECK(text(member(answers[0].value, "message")).find("$.city is missing") != std::string::npos);
}

TEST_CASE("a call that may be asked once is not asked of the next client, which may answer it all the same") {
  stage on;
  const auto first = client();
  auto options = following("s");
  options.tools.emplace().push_back({"once", "", "", std::nullopt, true, 3, true});
  on.run(first, "callTool('once')", options);
  on.waits_for_tool(on.seen.to_balancer[0].job, 0, 1, "once");
  REQUIRE(first->calls.size() == 1);
  on.leave(first);
  const auto second = client();
  on.ask(second, wire::session_attach{"s"});
  CHECK(second->calls.empty());
  on.answer(second, "s", first->calls[0], "\x01");
  REQUIRE(on.seen.to_runtime.size() == 1);
  CHECK(on.seen.to_runtime[0].next.answers.at(0).ok);
}

TEST_CASE("a call that may be asked once and was never asked is asked of the first client that comes") {
  stage on;
  const auto first = client();
  auto options = following("s");
  options.tool_mode = wire::tool_mode::none;
  options.tools.emplace().push_back({"once", "", "", std::nullopt, false, 0, true});
  on.run(first, "callTool('once')", options);
  on.waits_for_tool(on.seen.to_balancer[0].job, 0, 1, "once");
  const auto second = client();
  on.ask(second, wire::session_attach{"s"});
  CHECK(second->calls.size() == 1);
}

TEST_CASE("runs in one session take their turns") {
  stage on;
  const auto who = client();
  const auto first = on.run(who, "return 1", following("s"));
  const auto second = on.run(who, "return 2", following("s"));
  REQUIRE(on.seen.to_balancer.size() == 1);
  on.ends(on.seen.to_balancer[0].job);
  REQUIRE(on.seen.to_balancer.size() == 2);
  on.ends(on.seen.to_balancer[1].job);
  CHECK(outcome_of(*who, first) == "OK");
  CHECK(outcome_of(*who, second) == "OK");
}

TEST_CASE("a session's waiting runs are bounded") {
  stage on;
  const auto who = client();
  std::uint32_t last = 0;
  for (std::size_t i = 0; i < bounds::runs_waiting_per_session + 2; ++i) last = on.run(who, "return 1", following("s"));
  REQUIRE(who->refusals[last].size() == 1);
  CHECK(who->refusals[last][0].code == error_code::overloaded);
}

TEST_CASE("a tenant does not see another tenant's session") {
  stage on;
  const auto mine = client("a");
  const auto other = client("b");
  on.ask(mine, wire::session_open{following("s"), {}});
  for (const auto& what :
       std::vector<wire::request>{wire::session_info{"s"}, wire::session_attach{"s"}, wire::session_close{"s"},
                                  wire::session_cancel{"s", ""}, wire::session_events{"s"}}) {
    const auto msgid = on.ask(other, what);
    REQUIRE(other->refusals[msgid].size() == 1);
    CHECK(other->refusals[msgid][0].code == error_code::not_found);
  }
  const auto opened = on.ask(other, wire::session_open{following("s"), {}});
  CHECK(other->responses[opened].size() == 1); // names belong to the tenant
}

TEST_CASE("events are told from the first one on and without holes") {
  stage on;
  const auto who = client();
  on.run(who, "…", following());
  const auto job = on.seen.to_balancer[0].job;
  on.waits_for_tool(job, 0, 1, "users:get");
  REQUIRE(who->calls.size() == 1);
  const auto session = text(member(who->notifications[0].second, "session"));
  on.answer(who, session, who->calls[0], "\x01");
  REQUIRE(on.seen.to_runtime.size() == 1);
  CHECK(on.seen.to_runtime[0].turn == 1);
  on.ends(job, 1);
  CHECK(event_types(*who) == std::vector<std::string>{"session_init", "tool_call", "tool_result_applied", "final"});
  CHECK(event_seqs(*who) == std::vector<std::uint64_t>{1, 2, 3, 4});
}

TEST_CASE("who attaches with the last seq it saw misses nothing and sees nothing twice") {
  stage on;
  const auto first = client();
  const auto second = client();
  on.run(first, "…", following("s"));
  const auto job = on.seen.to_balancer[0].job;
  on.waits_for_tool(job, 0, 1, "t");
  on.ask(second, wire::session_attach{"s", 1});
  on.answer(second, "s", first->calls[0], "\x01");
  on.ends(job, 1);
  CHECK(event_seqs(*second) ==
        std::vector<std::uint64_t>{2, 3, 4, 5}); // 3 is the progress of a call that is asked again
  CHECK(second->calls == first->calls);
}

TEST_CASE("a lost heap is built again without telling anything twice") {
  stage on;
  const auto who = client();
  const auto msgid = on.run(who, "…", following());
  const auto job = on.seen.to_balancer[0].job;
  on.waits_for_tool(job, 0, 1, "t");
  const auto session = text(member(who->notifications[0].second, "session"));
  on.answer(who, session, who->calls[0], "\x01");
  on.lose(job, loss::killed);
  REQUIRE(on.seen.to_balancer.size() == 2);
  const auto& again = on.seen.to_balancer[1];
  CHECK(again.job != job);
  REQUIRE(again.replay.size() == 1);
  CHECK(again.replay[0].answers[0].value == "\x01");
  CHECK(again.script.seed == on.seen.to_balancer[0].script.seed);
  on.waits_for_tool(again.job, 0, 1, "t"); // played again
  on.ends(job, 1);                         // the old worker comes back late
  CHECK(who->responses.count(msgid) == 0);
  on.ends(again.job, 1);
  CHECK(outcome_of(*who, msgid) == "OK");
  CHECK(who->calls.size() == 1);
  CHECK(event_types(*who) ==
        std::vector<std::string>{"session_init", "tool_call", "tool_result_applied", "execution_restarted", "final"});
}

TEST_CASE("an execution that does something else when it is played again ends as diverged") {
  stage on;
  const auto who = client();
  const auto msgid = on.run(who, "…", following());
  const auto job = on.seen.to_balancer[0].job;
  on.waits_for_tool(job, 0, 1, "t");
  const auto session = text(member(who->notifications[0].second, "session"));
  on.answer(who, session, who->calls[0], "\x01");
  on.lose(job, loss::killed);
  on.waits_for_tool(on.seen.to_balancer[1].job, 0, 1, "another");
  CHECK(outcome_of(*who, msgid) == "REPLAY_DIVERGED");
}

TEST_CASE("a script that ends its worker three times is given up and refused for a while") {
  stage on;
  const auto who = client();
  const auto msgid = on.run(who, "evil");
  for (std::size_t i = 0; i < bounds::crashes_until_quarantine; ++i)
    on.lose(on.seen.to_balancer.back().job, loss::crashed);
  CHECK(outcome_of(*who, msgid) == "WORKER_CRASHED");
  CHECK(outcome_of(*who, on.run(who, "evil")) == "QUARANTINED");
  const auto other = client("another tenant");
  on.run(other, "evil");
  CHECK(on.seen.to_balancer.back().tenant == "another tenant");
  on.advance(std::chrono::milliseconds(bounds::quarantine_ms + 100));
  on.run(who, "evil");
  CHECK(on.seen.to_balancer.back().tenant.empty());
}

TEST_CASE("a worker killed from outside is no crime of its script") {
  stage on;
  const auto who = client();
  const auto msgid = on.run(who, "good");
  for (int i = 0; i < 5; ++i) on.lose(on.seen.to_balancer.back().job, loss::killed);
  on.ends(on.seen.to_balancer.back().job);
  CHECK(outcome_of(*who, msgid) == "OK");
}

TEST_CASE("a tool that does not answer in time fails its call") {
  stage on;
  const auto who = client();
  on.run(who, "…");
  on.waits_for_tool(on.seen.to_balancer[0].job, 0, 1, "slow");
  on.advance(29'900ms);
  CHECK(on.seen.to_runtime.empty());
  on.advance(200ms);
  REQUIRE(on.seen.to_runtime.size() == 1);
  const auto& answer = on.seen.to_runtime[0].next.answers[0];
  CHECK_FALSE(answer.ok);
  CHECK(answer.uncaught == outcome::tool_timeout);
  CHECK(who->cancelled == who->calls);
}

TEST_CASE("an undeclared tool is not found and the client is not asked") {
  stage on;
  const auto who = client();
  wire::session_options options;
  options.tools.emplace().push_back({"known", {}, {}, {}, false, 0, false});
  on.run(who, "…", options);
  on.waits_for_tool(on.seen.to_balancer[0].job, 0, 1, "unknown");
  CHECK(who->calls.empty());
  REQUIRE(on.seen.to_runtime.size() == 1);
  CHECK(on.seen.to_runtime[0].next.answers[0].uncaught == outcome::tool_not_found);
}

TEST_CASE("an answer counts once and another one is a conflict") {
  stage on;
  const auto who = client();
  on.run(who, "…", following("s"));
  on.waits_for_tool(on.seen.to_balancer[0].job, 0, 1, "a");
  const auto call = who->calls[0];
  const auto first = on.ask(who, wire::tool_result{"s", call, true, "\x01"});
  const auto same = on.ask(who, wire::tool_result{"s", call, true, "\x01"});
  const auto other = on.ask(who, wire::tool_result{"s", call, true, "\x02"});
  CHECK(who->responses[first].size() == 1);
  CHECK(who->responses[same].size() == 1);
  REQUIRE(who->refusals[other].size() == 1);
  CHECK(who->refusals[other][0].code == error_code::conflict);
  CHECK(on.seen.to_runtime.size() == 1);
  const auto unknown = on.ask(who, wire::tool_result{"s", "e_nobody.1", true, "\x01"});
  CHECK(who->refusals[unknown][0].code == error_code::not_found);
}

TEST_CASE("an answer to a call of an earlier run is taken once, and a call that never was is not found") {
  stage on;
  const auto who = client();
  on.run(who, "…", following("s"));
  const auto job = on.seen.to_balancer[0].job;
  on.waits_for_tool(job, 0, 1, "a");
  const auto call = who->calls[0];
  on.ask(who, wire::tool_result{"s", call, true, "\x01"});
  on.waits_for_tool(job, 1, 2, "b");
  const auto open = who->calls[1];
  on.ask(who, wire::session_cancel{"s", ""});
  const auto says = [&](const std::string& to, std::string value) -> std::string_view {
    const auto msgid = on.ask(who, wire::tool_result{"s", to, true, std::move(value)});
    return who->refusals[msgid].empty() ? "taken" : row(who->refusals[msgid][0].code).name;
  };
  CHECK(says(call, "\x01") == "taken");
  CHECK(says(call, "\x02") == "CONFLICT");
  CHECK(says(open, "\x03") == "taken"); // late, and the only one
  CHECK(says(open, "\x03") == "taken");
  CHECK(says(open, "\x04") == "CONFLICT");
  CHECK(says(call + "9", "\x01") == "NOT_FOUND");
}

TEST_CASE("a deadline ends a waiting script") {
  stage on;
  const auto who = client();
  wire::session_options options;
  options.limits[2] = 5'000; // deadline_ms
  const auto msgid = on.run(who, "…", options);
  on.waits_for_tool(on.seen.to_balancer[0].job, 0, 1, "slow");
  on.advance(5'100ms);
  CHECK(outcome_of(*who, msgid) == "DEADLINE_EXCEEDED");
  CHECK(on.seen.forgotten.size() == 1);
}

TEST_CASE("what is due in a few minutes happens then and not before") {
  stage on;
  const auto who = client();
  auto options = following("s");
  options.limits[2] = 200'000; // deadline_ms
  const auto run = on.run(who, "…", options);
  on.advance(199'900ms);
  CHECK(who->responses[run].empty());
  on.advance(200ms);
  CHECK(outcome_of(*who, run) == "DEADLINE_EXCEEDED");
}

TEST_CASE("cancelling ends what runs and the next one begins") {
  stage on;
  const auto who = client();
  const auto first = on.run(who, "…", following("s"));
  const auto second = on.run(who, "…", following("s"));
  on.ask(who, wire::session_cancel{"s", "enough"});
  CHECK(outcome_of(*who, first) == "CANCELLED");
  CHECK(on.seen.stopped.size() == 1);
  on.ends(on.seen.to_balancer[1].job);
  CHECK(outcome_of(*who, second) == "OK");
}

TEST_CASE("closing a session ends all its runs and answers each") {
  stage on;
  const auto who = client();
  const auto first = on.run(who, "…", following("s"));
  const auto second = on.run(who, "…", following("s"));
  const auto closed = on.ask(who, wire::session_close{"s"});
  CHECK(outcome_of(*who, first) == "CANCELLED");
  CHECK(outcome_of(*who, second) == "CANCELLED");
  CHECK(who->responses[closed].size() == 1);
  CHECK(on.shown->sessions == 0);
  CHECK(on.seen.to_balancer.size() == 1);
  std::set<std::string> ended;
  for (const auto& [method, event] : who->notifications)
    if (text(member(event, "type")) == "final") ended.insert(text(member(event, "execution")));
  CHECK(ended.size() == 2);
  CHECK_FALSE(ended.contains(""));
}

TEST_CASE("an idle session expires and one with something running does not") {
  stage on;
  const auto who = client();
  on.ask(who, wire::session_open{following("idle"), {}});
  on.run(who, "…", following("busy"));
  on.advance(std::chrono::milliseconds(bounds::session_timeout_ms + 1'000));
  CHECK(who->refusals[on.ask(who, wire::session_info{"idle"})].size() == 1);
  CHECK(who->responses[on.ask(who, wire::session_info{"busy"})].size() == 1);
}

TEST_CASE("a subscribed client gets heartbeats without a seq") {
  stage on;
  const auto who = client();
  on.ask(who, wire::session_open{following("s"), {}});
  on.advance(std::chrono::milliseconds(3 * bounds::heartbeat_event_ms + 500));
  const auto types = event_types(*who);
  CHECK(std::count(types.begin(), types.end(), "heartbeat") == 3);
  CHECK(event_seqs(*who) == std::vector<std::uint64_t>{1});
}

TEST_CASE("an execution that sends too much is slowed down and not ended") {
  session_settings settings;
  for (auto& level : settings.levels) level.messages_per_second = 2;
  stage on(settings);
  const auto who = client();
  on.run(who, "…", following("s"));
  const auto job = on.seen.to_balancer[0].job;
  on.waits_for_tool(job, 0, 1, "t");
  on.answer(who, "s", who->calls[0], "\x01");
  REQUIRE(on.seen.to_runtime.size() == 1);
  on.waits_for_tool(job, 1, 2, "t");
  on.answer(who, "s", who->calls[1], "\x01");
  CHECK(on.seen.to_runtime.size() == 1);
  on.advance(1'100ms);
  CHECK(on.seen.to_runtime.size() == 2);
}

TEST_CASE("a newest client that answers tools is asked and one that only watches never is") {
  stage on;
  const auto first = client();
  const auto watcher = client();
  on.run(first, "…", following("s"));
  on.ask(watcher, wire::session_attach{"s", 0, wire::all_events, wire::tool_mode::none});
  on.waits_for_tool(on.seen.to_balancer[0].job, 0, 1, "t");
  CHECK(first->calls.size() == 1);
  CHECK(watcher->calls.empty());
  const auto second = client();
  on.ask(second, wire::session_attach{"s", 0});
  CHECK(second->calls == first->calls);
  on.leave(second);
  CHECK(first->calls.size() == 2); // asked again of the one that is left
}

TEST_CASE("a draining node takes nothing new and finishes what runs") {
  stage on;
  const auto who = client();
  const auto running = on.run(who, "…", following("s"));
  caf::anon_send(on.sessions, drain_now{});
  on.settle();
  const auto late = on.run(who, "…");
  const auto inside = on.run(who, "…", following("s"));
  CHECK(who->refusals[late][0].code == error_code::unavailable);
  CHECK(who->refusals[inside][0].code == error_code::unavailable);
  on.ends(on.seen.to_balancer[0].job);
  CHECK(outcome_of(*who, running) == "OK");
}

TEST_CASE("a report that cannot be read counts against the worker and the run is built again") {
  stage on;
  const auto who = client();
  on.run(who, "…");
  const auto job = on.seen.to_balancer[0].job;
  engine::turn_end end;
  end.result = "\xa2\xff\xfe"; // a string that is no UTF-8
  on.report(job, 0, turn_state::ended, end);
  CHECK(who->responses.empty());
  CHECK(on.seen.to_balancer.size() == 2);
}

TEST_CASE("the sessions of a tenant are bounded by its token") {
  stage on;
  const auto who = client("a");
  who->change().max_sessions = 2;
  for (int i = 0; i < 2; ++i) on.ask(who, wire::session_open{{}, {}});
  const auto third = on.ask(who, wire::session_open{{}, {}});
  CHECK(who->refusals[third][0].code == error_code::overloaded);
  CHECK(who->refusals[third][0].retry_after_ms.has_value());
}

TEST_CASE("sessions are listed page by page") {
  stage on;
  const auto who = client("a");
  for (const auto* name : {"x1", "x2", "x3"}) on.ask(who, wire::session_open{following(name), {}});
  const auto first = on.ask(who, wire::session_list{"", "", "", 2});
  const auto cursor = text(member(who->responses[first][0], "cursor"));
  CHECK(cursor == "x2");
  const auto second = on.ask(who, wire::session_list{"", "", cursor, 2});
  CHECK(member(who->responses[second][0], "cursor").empty());
}
