#include "engine/worker.hpp"

#include "base/pack.hpp"
#include "process_support.hpp"

#include <catch2/catch.hpp>

#include <csignal>
#include <cstring>
#include <sys/wait.h>
#include <thread>

using namespace enclaved;
using namespace enclaved::engine;
using namespace enclaved::engine::test;
using pipe::turn_state;

namespace {

constexpr auto asks_twice = "var kept = []; for (var i = 0; i < 500; i++) kept.push('text ' + i);\n"
                            "var a = await(callTool('first', {n: 1})); console.log('between', a);\n"
                            "var b = await(callTool('second')); return [a, b, kept[499], Math.random()]";

/// The state of the only report of a turn.
turn_state state_of(const std::vector<heard>& turn) { return turn.back().what.head.state; }

std::string result_of(const std::vector<heard>& turn) {
  REQUIRE(turn.back().what.end);
  return std::string(turn.back().what.end->result);
}

/// The bytes of a parked heap, as a runtime sends them to another worker.
std::string delta_of(forked_worker& from, slot where) {
  const auto bytes = from.memory().at(where);
  REQUIRE_FALSE(bytes.empty());
  return {bytes.data(), bytes.size()};
}

/// What a run of `asks_twice` comes to where nothing is parked elsewhere.
std::string undisturbed_result() {
  forked_worker one;
  one.start(1, asks_twice);
  const auto first = one.turn().back().what.head.where;
  one.resume(1, 1, answer_to(1, "\x05"), first);
  const auto second = one.turn().back().what.head.where;
  one.resume(1, 2, answer_to(2, "\x06"), second);
  return result_of(one.turn());
}

/// Everything of a turn but what it cost.
std::string shape(const std::vector<heard>& turn) {
  std::string out;
  for (const auto& part : turn) {
    const auto& head = part.what.head;
    out += std::to_string(head.turn) + "/" + std::to_string(head.part) + " " +
           std::to_string(static_cast<int>(head.state)) + "\n";
    for (const auto& item : part.what.records) out.append(item.text).append(item.data).append("\n");
    if (part.what.end) out.append(part.what.end->result).append("\n");
  }
  return out;
}

void check_ends_as(forked_worker& one, int exit_status) {
  const int status = one.ended();
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == exit_status);
}
constexpr int closed = 0;
constexpr int broke_the_protocol = 3;

} // namespace

TEST_CASE("a worker runs what it is sent, one report for each, in order") {
  forked_worker one;
  CHECK(one.identity() == machine::boot().identity());
  one.start(11, "console.log('hello'); return 6 * 7");
  one.start(12, "return (");
  one.check(13, "return 1");
  const auto first = one.turn();
  CHECK(first.back().what.head.job == 11);
  CHECK(first.back().what.head.turn == 0);
  CHECK(state_of(first) == turn_state::ended);
  CHECK(result_of(first) == "\x2a");
  REQUIRE(first.back().what.records.size() == 1);
  CHECK(first.back().what.records[0].text == "hello");
  const auto second = one.turn();
  CHECK(second.back().what.head.job == 12);
  CHECK(second.back().what.end->how == outcome::syntax_error);
  CHECK(one.turn().back().what.end->how == outcome::ok);
  one.channel().close();
  check_ends_as(one, closed);
}

TEST_CASE("a script that calls a tool waits in a slot and goes on from there") {
  forked_worker one;
  one.start(1, "return await(callTool('ask', {n: 5}))");
  const auto waiting = one.turn();
  REQUIRE(state_of(waiting) == turn_state::waiting);
  REQUIRE(waiting.back().what.records.size() == 1);
  const auto& call = waiting.back().what.records[0];
  CHECK(call.what == pipe::record::kind::tool_call);
  CHECK(call.call == 1);
  CHECK(call.text == "ask");
  CHECK(call.data == "\x81\xa1n\x05");
  const auto where = waiting.back().what.head.where;
  CHECK(where.bytes > 0);
  one.start(2, "return typeof leak"); // the heap is another one meanwhile
  CHECK(result_of(one.turn()) == "\xa9undefined");
  one.resume(1, 1, answer_to(1, "\x09"), where);
  const auto over = one.turn();
  CHECK(over.back().what.head.turn == 1);
  CHECK(state_of(over) == turn_state::ended);
  CHECK(result_of(over) == "\x09");
  // Its slot is free again: the next script that waits gets it.
  one.start(3, "return await(callTool('ask', {n: 5}))");
  CHECK(one.turn().back().what.head.where.offset == where.offset);
}

TEST_CASE("what a script changed in its state stands before the calls that see it") {
  forked_worker one;
  one.start(1, "console.log('x'); callTool('a'); $state.n = 1; await callTool('b'); $state.n = 2; return 1");
  const auto waiting = one.turn();
  const auto& records = waiting.back().what.records;
  REQUIRE(records.size() == 4);
  CHECK(records[0].what == pipe::record::kind::state_patch);
  CHECK(records[1].what == pipe::record::kind::log);
  CHECK(records[2].what == pipe::record::kind::tool_call);
  CHECK(records[2].line == 1);
  one.resume(1, 1, answer_to(2, "\x09"), waiting.back().what.head.where);
  const auto over = one.turn();
  REQUIRE(over.back().what.records.size() == 1);
  CHECK(over.back().what.records[0].what == pipe::record::kind::state_patch);
}

TEST_CASE("calls that are told before a turn has ended carry the state they were made in") {
  constexpr auto code = "$state.n = 1; callTool('a'); console.log('x'.repeat(70000)); $state.n = 2;"
                        "await callTool('b'); return $state.n";
  forked_worker one;
  one.start(1, code);
  const auto first = one.turn();
  REQUIRE(first.size() == 2);
  CHECK(state_of({first[0]}) == turn_state::part);
  REQUIRE(first[0].what.records.size() == 3);
  CHECK(first[0].what.records[0].what == pipe::record::kind::state_patch);
  CHECK(first[0].what.records[1].what == pipe::record::kind::tool_call);
  REQUIRE(first[1].what.records.size() == 2);
  CHECK(first[1].what.records[0].what == pipe::record::kind::state_patch);
  // Output alone commits nothing: a script that fails may still have printed.
  one.start(2, "$state.n = 1; console.log('x'.repeat(70000)); throw 1");
  const auto failed = one.turn();
  REQUIRE(failed.size() == 2);
  CHECK(failed[0].what.records.size() == 1);
  CHECK(failed[1].what.records.empty());
  // What cannot be read then is not for the script to catch.
  one.start(4, "Object.defineProperty($state, 'x', { enumerable: true, get() { throw new Error('no') } });"
               "callTool('a'); try { console.log('x'.repeat(70000)) } catch { } return 1");
  const auto unread = one.turn();
  CHECK(unread.back().what.end->how == outcome::script_error);
  CHECK(unread.back().what.end->message == "$state could not be read: Error: no");
  // Played again, it changes the state at the same places.
  const std::vector<batch> replay{answer_to(2, "\x09")};
  one.start(3, code, replay);
  CHECK(shape(one.turn()) == shape(first));
  one.turn();
}

TEST_CASE("a parked script goes on in another worker to the same end") {
  const auto expected = undisturbed_result();
  forked_worker one;
  forked_worker other;
  REQUIRE(one.identity() == other.identity());
  one.start(1, asks_twice);
  const auto first = one.turn().back().what.head.where;
  other.resume(1, 1, answer_to(1, "\x05"), {}, delta_of(one, first));
  const auto second = other.turn();
  REQUIRE(state_of(second) == turn_state::waiting);
  CHECK(second.back().what.head.turn == 1);
  one.release(first);
  one.resume(1, 2, answer_to(2, "\x06"), {}, delta_of(other, second.back().what.head.where));
  CHECK(result_of(one.turn()) == expected);
}

TEST_CASE("a run that is rebuilt from its batches says again what it said and goes on from there") {
  forked_worker one;
  one.start(1, asks_twice);
  const auto first = one.turn();
  one.resume(1, 1, answer_to(1, "\x05"), first.back().what.head.where);
  const auto second = one.turn();
  one.resume(1, 2, answer_to(2, "\x06"), second.back().what.head.where);
  const auto third = one.turn();

  forked_worker other;
  const std::vector<batch> turns{answer_to(1, "\x05"), answer_to(2, "\x06")};
  other.start(2, asks_twice, turns, {3'000'000, 2'000'000});
  CHECK(shape(other.turn()) == shape(first));
  CHECK(shape(other.turn()) == shape(second));
  const auto last = other.turn();
  CHECK(shape(last) == shape(third));
  CHECK(last.back().what.end->run_us >= 3'000'000); // what it had used up stays used up
  CHECK(last.back().what.end->cpu_us >= 2'000'000);
}

TEST_CASE("output leaves at fixed sizes, the same ones when it is played again") {
  constexpr auto loud =
      "var long = new Array(2000).join('x'); function say() { for (var i = 0; i < 150; i++) console.log(i, long) }\n"
      "say(); var r = await(callTool('x')); say(); return r";
  forked_worker one;
  one.start(1, loud);
  const auto first = one.turn();
  CHECK(first.size() > 2);
  for (std::size_t i = 0; i < first.size(); ++i) CHECK(first[i].what.head.part == i);
  one.resume(1, 1, answer_to(1, "\x01"), first.back().what.head.where);
  const auto second = one.turn();
  forked_worker other;
  const std::vector<batch> turns{answer_to(1, "\x01")};
  other.start(1, loud, turns);
  CHECK(shape(other.turn()) == shape(first));
  CHECK(shape(other.turn()) == shape(second));
}

TEST_CASE("a parked heap that was tampered with is lost, and the worker serves on") {
  forked_worker one;
  forked_worker other;
  one.start(1, asks_twice);
  const auto where = one.turn().back().what.head.where;
  const auto good = delta_of(one, where);
  for (const std::size_t at : {std::size_t{0}, good.size() / 2, good.size() - 1}) {
    auto bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x40);
    other.resume(7, 1, answer_to(1, "\x05"), {}, bad);
    const auto lost = other.turn();
    CHECK(state_of(lost) == turn_state::lost);
    CHECK(lost.back().what.head.job == 7);
  }
  other.resume(7, 1, answer_to(1, "\x05"), {}, good.substr(0, good.size() - 1));
  CHECK(state_of(other.turn()) == turn_state::lost);
  one.memory().at(where)[where.bytes / 2] ^= 0x40;
  one.resume(1, 1, answer_to(1, "\x05"), where);
  CHECK(state_of(one.turn()) == turn_state::lost);
  for (auto* each : {&one, &other}) {
    each->start(9, "return 1");
    CHECK(result_of(each->turn()) == "\x01");
  }
}

TEST_CASE("a script that finds no slot waits without one") {
  forked_worker one;
  std::vector<slot> taken;
  constexpr auto large =
      "var s = []; for (var i = 0; i < 60000; i++) s.push('number ' + i); return await(callTool('x')) + s.length";
  for (job_id job = 1;; ++job) {
    one.start(job, large);
    const auto waiting = one.turn();
    REQUIRE(state_of(waiting) == turn_state::waiting);
    if (waiting.back().what.head.where.bytes == 0) break;
    taken.push_back(waiting.back().what.head.where);
    REQUIRE(job < 100);
  }
  CHECK_FALSE(taken.empty());
  for (const auto where : taken) one.release(where);
  one.start(100, large);
  CHECK(one.turn().back().what.head.where.bytes > 0);
}

TEST_CASE("a breach of the pipe's protocol ends the process") {
  const auto framed = [](std::string body) {
    const auto length = static_cast<std::uint32_t>(body.size());
    return std::string(reinterpret_cast<const char*>(&length), sizeof length) + body;
  };
  std::string two_releases;
  pipe::put_release(two_releases, {0, 1});
  for (const auto& garbage : {framed("garbage"), framed(""), framed(std::string("\x91\x00", 2)), framed("\x91\x05"),
                              framed("\x91\x01"), std::string("\xff\xff\xff\xff", 4), two_releases}) {
    forked_worker one;
    CHECK(one.channel().send(garbage));
    CHECK(one.channel().ended());
    check_ends_as(one, broke_the_protocol);
  }
}

TEST_CASE("a frame that comes byte by byte is read as if it came at once") {
  forked_worker one;
  std::string frame;
  pipe::put_start(frame, 1, script_of("return 3"), {}, {});
  for (const char byte : frame) CHECK(one.channel().send({&byte, 1}));
  CHECK(result_of(one.turn()) == "\x03");
}

TEST_CASE("half a frame and then the end of the pipe ends the process in order") {
  forked_worker one;
  std::string frame;
  pipe::put_start(frame, 1, script_of("return 3"), {}, {});
  CHECK(one.channel().send(std::string_view(frame).substr(0, frame.size() / 2)));
  one.channel().close();
  check_ends_as(one, closed);
}

TEST_CASE("what was taken back behind a long script is skipped, and what comes later is not") {
  forked_worker one;
  auto& words = one.memory().words();
  one.start(1, "while (1) {}");
  while ((words.frames.load() & UINT32_MAX) < 1) std::this_thread::yield();
  one.start(2, "return 2");
  one.check(3, "return 3");
  CHECK(take_back_frames(words, 3) == 1);
  one.start(4, "return 4");
  words.stop = 1;
  CHECK(one.turn().back().what.end->how == outcome::cancelled);
  const auto next = one.turn();
  CHECK(next.back().what.head.job == 4);
  CHECK(result_of(next) == "\x04");
}

TEST_CASE("a resume that was taken back leaves its slot to be read and released") {
  forked_worker one;
  forked_worker other;
  one.start(1, asks_twice);
  const auto where = one.turn().back().what.head.where;
  take_back_frames(one.memory().words(), 2);
  one.resume(1, 1, answer_to(1, "\x05"), where);
  other.resume(1, 1, answer_to(1, "\x05"), {}, delta_of(one, where));
  CHECK(state_of(other.turn()) == turn_state::waiting);
  one.release(where);
  one.start(2, "return 2");
  CHECK(result_of(one.turn()) == "\x02");
}

TEST_CASE("a worker that was told rules obeys them from then on") {
  forked_worker one;
  one.start(1, "return Date.length");
  CHECK(result_of(one.turn()) == "\x07");
  std::string frame;
  pipe::put_rules(frame, {.guard = {.globals_forbidden = {"Date"}}});
  REQUIRE(one.channel().send(frame));
  one.start(2, "return Date.length");
  CHECK(one.turn().back().what.end->how == outcome::validation_error);
  one.check(3, "Date");
  CHECK(one.turn().back().what.end->result.find("FORBIDDEN_GLOBAL") != std::string_view::npos);
}

TEST_CASE("the stop word ends the script it names and no other") {
  forked_worker one;
  one.memory().words().stop = 2; // the second frame
  one.start(5, "return 5");
  CHECK(result_of(one.turn()) == "\x05");
  one.start(6, "for (;;) { try { while (1) {} } catch (e) {} }");
  CHECK(one.turn().back().what.end->how == outcome::cancelled);
}

TEST_CASE("an answer does not wait for a script that came with it and runs for long") {
  forked_worker one;
  std::string frames;
  pipe::put_start(frames, 1, script_of("return 1"), {}, {});
  pipe::put_start(frames, 2, script_of("return callTool('ask')"), {}, {});
  pipe::put_start(frames, 3, script_of("while (1) {}"), {}, {});
  REQUIRE(one.channel().send(frames)); // read at once
  CHECK(result_of(one.turn()) == "\x01");
  CHECK(state_of(one.turn()) == turn_state::waiting);
  one.memory().words().stop = 3; // it ran all the time
  CHECK(one.turn().back().what.end->how == outcome::cancelled);
}

TEST_CASE("many frames at once are answered one by one, in their order") {
  forked_worker one;
  std::string frames;
  constexpr job_id last = 500;
  for (job_id job = 1; job <= last; ++job)
    pipe::put_start(frames, job, script_of("return " + std::to_string(job % 100)), {}, {});
  std::thread writer([&] { one.channel().send(frames); });
  for (job_id job = 1; job <= last; ++job) {
    const auto over = one.turn();
    if (over.back().what.head.job != job || result_of(over) != std::string(1, static_cast<char>(job % 100))) {
      writer.join();
      FAIL("job " << job << " was answered by another one");
    }
  }
  writer.join();
}
