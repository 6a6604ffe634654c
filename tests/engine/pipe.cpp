#include "engine/pipe.hpp"

#include "base/pack.hpp"

#include <catch2/catch.hpp>

#include <cstring>
#include <random>
#include <string>
#include <vector>

using namespace enclaved;
using namespace enclaved::engine;

namespace {

/// A frame that a put_ function wrote, without its length.
std::string body(std::string frame) {
  std::uint32_t length = 0;
  REQUIRE(frame.size() >= sizeof length);
  std::memcpy(&length, frame.data(), sizeof length);
  REQUIRE(frame.size() == sizeof length + length);
  return frame.substr(sizeof length);
}

std::string encoded(std::uint64_t number) {
  pack::buffer out;
  pack::writer(out).number(number);
  return out.bytes;
}

script full_script() {
  script what;
  what.code = "return inputs // ü";
  what.inputs = encoded(300);
  what.state = "\x81\xa1n\x01";
  what.scope = "tenant";
  what.limits = row(security_level::secure).limits;
  what.full_stacks = true;
  what.seed = UINT64_MAX;
  what.clock_ms = -5;
  return what;
}

std::vector<batch> two_batches() {
  batch first{.clock_ms = INT64_MAX,
              .answers = {{1, true, outcome::ok, encoded(7)}, {2, false, outcome::tool_timeout, "\xc0"}}};
  return {std::move(first), {.clock_ms = INT64_MIN, .answers = {}}};
}

std::string start_bytes() {
  std::string frame;
  pipe::put_start(frame, UINT64_MAX, full_script(), two_batches(), {11, 12});
  return body(frame);
}

std::string resume_bytes(std::string_view delta) {
  std::string frame;
  pipe::put_resume(frame, 5, 6, two_batches()[0], {1024, 2048}, delta);
  return body(frame);
}

std::string release_bytes() {
  std::string frame;
  pipe::put_release(frame, {1024, UINT64_MAX});
  return body(frame);
}

std::string check_bytes() {
  std::string frame;
  pipe::put_check(frame, 9, "var a");
  return body(frame);
}

std::string ready_bytes() {
  std::string frame;
  pipe::put_ready(frame, 0xfeed);
  return body(frame);
}

std::string report_bytes(pipe::turn_state state) {
  std::string records;
  pipe::put_print(records, "printed");
  pipe::put_log(records, log_level::error, "logged", encoded(1));
  pipe::put_log(records, log_level::debug, "", {});
  pipe::put_tool_call(records, 3, "tool", encoded(2), 17);
  pipe::put_tool_call(records, 4, "bare", {});
  pipe::put_state_patch(records, "\x91\x01");
  turn_end end;
  end.how = outcome::replay_diverged;
  end.message = "message";
  end.stack = "stack";
  const auto details = encoded(4);
  end.details = details;
  end.line = 1;
  end.column = 2;
  end.run_us = 3;
  end.cpu_us = 4;
  end.memory_peak_bytes = 5;
  end.output_bytes = 6;
  end.tool_calls = 7;
  end.cache_hit = true;
  const bool has_end = state == pipe::turn_state::waiting || state == pipe::turn_state::ended;
  std::string frame;
  pipe::put_report(frame, {10, 11, 12, state, {13, 14}}, 6, records, has_end ? &end : nullptr);
  return body(frame);
}

/// Everything that either end ever reads; the answer is how many readers took it for theirs.
int readers_that_accept(std::string_view bytes) {
  pipe::ready ready;
  pipe::report report;
  pipe::start_frame start;
  pipe::resume_frame resume;
  pipe::check_frame check;
  slot where;
  return pipe::read_ready(bytes, ready) + pipe::read_report(bytes, report) + pipe::read_start(bytes, start) +
         pipe::read_resume(bytes, resume) + pipe::read_release(bytes, where) + pipe::read_check(bytes, check);
}

std::vector<std::string> one_of_each() {
  return {start_bytes(),
          resume_bytes(""),
          resume_bytes("delta"),
          release_bytes(),
          check_bytes(),
          ready_bytes(),
          report_bytes(pipe::turn_state::part),
          report_bytes(pipe::turn_state::waiting),
          report_bytes(pipe::turn_state::ended),
          report_bytes(pipe::turn_state::lost)};
}

void check_same(const batch& one, const batch& other) {
  CHECK(one.clock_ms == other.clock_ms);
  REQUIRE(one.answers.size() == other.answers.size());
  for (std::size_t i = 0; i < one.answers.size(); ++i) {
    CHECK(one.answers[i].call == other.answers[i].call);
    CHECK(one.answers[i].ok == other.answers[i].ok);
    CHECK(one.answers[i].uncaught == other.answers[i].uncaught);
    CHECK(one.answers[i].value == other.answers[i].value);
  }
}

} // namespace

TEST_CASE("a start arrives at the worker as it was sent") {
  const auto bytes = start_bytes();
  const auto sent = full_script();
  pipe::to_worker kind{};
  REQUIRE(pipe::read_kind(bytes, kind));
  CHECK(kind == pipe::to_worker::start);
  pipe::start_frame got;
  REQUIRE(pipe::read_start(bytes, got));
  CHECK(got.job == UINT64_MAX);
  CHECK(got.order.code == sent.code);
  CHECK(got.order.inputs == sent.inputs);
  CHECK(got.order.state == sent.state);
  CHECK(got.order.cache_scope == sent.scope);
  for (const auto& limit : limit_rows()) CHECK(got.order.limits.*limit.field == sent.limits.*limit.field);
  CHECK(got.order.full_stacks);
  CHECK(got.order.seed == sent.seed);
  CHECK(got.order.clock_ms == -5);
  CHECK_FALSE(got.order.replays);
  CHECK(got.costs.run_us == 11);
  CHECK(got.costs.cpu_us == 12);
  const auto batches = two_batches();
  REQUIRE(got.replay.size() == batches.size());
  for (std::size_t i = 0; i < batches.size(); ++i) check_same(got.replay[i], batches[i]);
}

TEST_CASE("resume, release, check and ready arrive as they were sent") {
  for (const std::string delta : {"", "delta"}) {
    pipe::resume_frame resume;
    REQUIRE(pipe::read_resume(resume_bytes(delta), resume));
    CHECK(resume.job == 5);
    CHECK(resume.turn == 6);
    CHECK(resume.where.offset == 1024);
    CHECK(resume.where.bytes == 2048);
    CHECK(resume.delta.size() == delta.size());
    check_same(resume.what, two_batches()[0]);
  }
  slot where;
  REQUIRE(pipe::read_release(release_bytes(), where));
  CHECK(where.offset == 1024);
  CHECK(where.bytes == UINT64_MAX);
  const auto asked = check_bytes();
  pipe::check_frame check;
  REQUIRE(pipe::read_check(asked, check));
  CHECK(check.job == 9);
  CHECK(check.code == "var a");
  pipe::ready ready;
  REQUIRE(pipe::read_ready(ready_bytes(), ready));
  CHECK(ready.version == pipe::version);
  CHECK(ready.identity == 0xfeed);
}

TEST_CASE("a report arrives as it was sent, with an ending where its state has one") {
  using pipe::turn_state;
  for (const auto state : {turn_state::part, turn_state::waiting, turn_state::ended, turn_state::lost}) {
    const auto bytes = report_bytes(state);
    pipe::report got;
    REQUIRE(pipe::read_report(bytes, got));
    CHECK(got.head.job == 10);
    CHECK(got.head.turn == 11);
    CHECK(got.head.part == 12);
    CHECK(got.head.state == state);
    CHECK(got.head.where.offset == 13);
    CHECK(got.head.where.bytes == 14);
    REQUIRE(got.records.size() == 6);
    CHECK(got.records[0].what == pipe::record::kind::state_patch); // before what was told before it
    CHECK(got.records[0].data == "\x91\x01");
    CHECK(got.records[1].what == pipe::record::kind::print);
    CHECK(got.records[1].text == "printed");
    CHECK(got.records[2].level == log_level::error);
    CHECK(got.records[2].data == encoded(1));
    CHECK(got.records[3].data.empty());
    CHECK(got.records[4].what == pipe::record::kind::tool_call);
    CHECK(got.records[4].call == 3);
    CHECK(got.records[4].data == encoded(2));
    CHECK(got.records[4].line == 17);
    CHECK(got.records[5].data == "\x80"); // no arguments are an empty map
    CHECK(got.records[5].line == 0);
    CHECK(got.end.has_value() == (state == turn_state::waiting || state == turn_state::ended));
    if (!got.end) continue;
    CHECK(got.end->how == outcome::replay_diverged);
    CHECK(got.end->result.empty());
    CHECK(got.end->message == "message");
    CHECK(got.end->stack == "stack");
    CHECK(got.end->details == encoded(4));
    CHECK(got.end->line == 1);
    CHECK(got.end->column == 2);
    CHECK(got.end->run_us == 3);
    CHECK(got.end->cpu_us == 4);
    CHECK(got.end->memory_peak_bytes == 5);
    CHECK(got.end->output_bytes == 6);
    CHECK(got.end->tool_calls == 7);
    CHECK(got.end->cache_hit);
  }
}

TEST_CASE("a frame is read by its own reader only, never in part, never with more behind it") {
  for (const auto& whole : one_of_each()) {
    CHECK(readers_that_accept(whole) == 1);
    CHECK(readers_that_accept(whole + '\xc0') == 0);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const std::vector<char> exact(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      CHECK(readers_that_accept({exact.data(), exact.size()}) == 0);
    }
  }
}

TEST_CASE("any change to a frame is read or refused, and what is read keeps to its types") {
  const auto seed = Catch::rngSeed();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (const auto& whole : one_of_each()) {
    for (int round = 0; round < 5'000; ++round) {
      std::vector<char> changed(whole.begin(), whole.end());
      for (auto changes = random() % 3 + 1; changes > 0; --changes)
        changed[random() % changed.size()] = static_cast<char>(random());
      const std::string_view bytes(changed.data(), changed.size());
      readers_that_accept(bytes);
      pipe::report report;
      if (!pipe::read_report(bytes, report)) continue;
      bool sound = report.head.state <= pipe::turn_state::lost;
      for (const auto& item : report.records)
        sound = sound && pack::is_utf8(item.text) && item.level <= log_level::error;
      if (report.end)
        sound = sound && report.end->how <= outcome::replay_diverged && pack::is_utf8(report.end->message);
      if (!sound) FAIL("a report that breaks its own types was read");
    }
  }
}

TEST_CASE("numbers that name nothing are refused") {
  pipe::to_worker kind{};
  CHECK_FALSE(pipe::read_kind("\x91\x00", kind));
  CHECK_FALSE(pipe::read_kind("\x91\x06", kind));
  CHECK_FALSE(pipe::read_kind("\x91\xff", kind));
  CHECK_FALSE(pipe::read_kind("", kind));
  pipe::report_head head;
  const std::string good("\x99\x02\x01\x00\x00\x03\x00\x00", 8);
  CHECK(pipe::read_head(good, head));
  for (const auto& [at, value] : {std::pair{1, '\x01'}, {5, '\x04'}, {2, '\xff'}, {3, '\xff'}, {0, '\x98'}}) {
    auto bad = good;
    bad[static_cast<std::size_t>(at)] = value;
    CHECK_FALSE(pipe::read_head(bad, head));
  }
  // A turn's number that does not fit 32 bits.
  CHECK_FALSE(
      pipe::read_head(std::string("\x99\x02\x01\xcf\x00\x00\x00\x01\x00\x00\x00\x00\x00\x03\x00\x00", 16), head));
}

TEST_CASE("a count without the bytes behind it costs nothing") {
  pipe::report report;
  CHECK_FALSE(pipe::read_report(std::string("\x99\x02\x01\x00\x00\x01\x00\x00\xdd\xff\xff\xff\xff", 13), report));
  CHECK(report.records.empty());
  pipe::resume_frame resume;
  CHECK_FALSE(pipe::read_resume(std::string("\x97\x02\x01\x01\x92\x00\xdd\xff\xff\xff\xff", 11), resume));
  CHECK(resume.what.answers.empty());
}

TEST_CASE("text that is not UTF-8 is refused in every text of a report") {
  for (const std::string bad : {"\xff", "\xc0\x80", "\xed\xa0\x80"}) {
    std::string records[3];
    pipe::put_print(records[0], bad);
    pipe::put_log(records[1], log_level::info, bad, {});
    pipe::put_tool_call(records[2], 1, bad, {});
    for (const auto& record : records) {
      std::string frame;
      pipe::put_report(frame, {1, 0, 0, pipe::turn_state::part, {}}, 1, record, nullptr);
      pipe::report got;
      CHECK_FALSE(pipe::read_report(body(frame), got));
    }
    turn_end end;
    end.how = outcome::script_error;
    for (auto* text : {&end.message, &end.stack}) {
      *text = bad;
      std::string frame;
      pipe::put_report(frame, {1, 0, 0, pipe::turn_state::ended, {}}, 0, {}, &end);
      pipe::report got;
      CHECK_FALSE(pipe::read_report(body(frame), got));
      *text = {};
    }
  }
}
