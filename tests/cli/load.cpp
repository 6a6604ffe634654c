#include "cli/bench_report.hpp"
#include "cli/fields.hpp"
#include "cli/histogram.hpp"
#include "cli/load_frames.hpp"
#include "cli/load_generator.hpp"
#include "fake_port.hpp"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <cmath>
#include <memory>
#include <mutex>
#include <random>
#include <set>

using namespace enclaved;
using namespace enclaved::cli;
using namespace enclaved::test;

namespace {

bool answer_run(const wire::message& came, pack::buffer& out) {
  if (came.form == wire::message_form::request) wire::append_response(out, came.msgid, number_result(2));
  return true;
}

load_plan plan_for(const fake_port& port, std::string_view script = "trivial") {
  load_plan plan;
  plan.server = port.where();
  plan.code = built_in_script(script);
  plan.count = 1'000;
  return plan;
}

} // namespace

TEST_CASE("a histogram's percentiles are within a percent of the exact ones") {
  std::mt19937_64 random(42);
  std::lognormal_distribution<double> latency(12, 2);
  histogram seen;
  std::vector<std::uint64_t> exact;
  for (int i = 0; i < 100'000; ++i) {
    exact.push_back(static_cast<std::uint64_t>(latency(random)));
    seen.record(exact.back());
  }
  std::sort(exact.begin(), exact.end());
  for (const double percent : {1.0, 50.0, 90.0, 99.0, 99.9, 99.99}) {
    const auto rank = static_cast<std::size_t>(std::llround(percent / 100 * static_cast<double>(exact.size()))) - 1;
    const auto wanted = static_cast<double>(exact[rank]);
    INFO(percent);
    CHECK(static_cast<double>(seen.percentile(percent)) >= wanted);
    CHECK(static_cast<double>(seen.percentile(percent)) <= wanted * 1.01 + 1);
  }
  CHECK(seen.max() == exact.back());
  CHECK(seen.percentile(100) == exact.back());
  CHECK(seen.count() == exact.size());
}

TEST_CASE("a histogram takes every value there is") {
  histogram seen;
  CHECK(seen.percentile(50) == 0);
  for (const std::uint64_t value :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{127}, std::uint64_t{128}, UINT64_MAX}) {
    histogram one;
    one.record(value);
    CHECK(one.percentile(50) == value);
  }
  for (int i = 1; i <= 100; ++i) seen.record(static_cast<std::uint64_t>(i));
  CHECK(seen.percentile(50) == 50);
  CHECK(seen.percentile(99) == 99);
  CHECK(seen.mean() == 50.5);
}

TEST_CASE("the closed loop sends the given count and gets every answer") {
  fake_port port(answer_run);
  auto plan = plan_for(port);
  plan.connections = 3;
  const auto seen = generate_load(plan, {});
  REQUIRE(seen);
  CHECK(seen->completed == 1'000);
  CHECK(seen->latency_ns.count() == 1'000);
  CHECK(seen->unanswered == 0);
  CHECK(seen->errors.empty());
}

TEST_CASE("the closed loop keeps no more in flight than it was told") {
  std::atomic<int> most = 0;
  std::vector<std::uint32_t> held;
  fake_port port([&](const wire::message& came, pack::buffer& out) {
    held.push_back(came.msgid);
    most = std::max<int>(most, static_cast<int>(held.size()));
    if (held.size() < 8) return true;
    for (const auto msgid : held) wire::append_response(out, msgid, number_result(2));
    held.clear();
    return true;
  });
  auto plan = plan_for(port);
  plan.in_flight = 8;
  const auto seen = generate_load(plan, {});
  REQUIRE(seen);
  CHECK(seen->completed == 1'000);
  CHECK(most == 8);
}

TEST_CASE("every text of the distinct script is another, and the frames stay whole") {
  std::mutex guard;
  std::set<std::string> texts;
  fake_port port([&](const wire::message& came, pack::buffer& out) {
    const std::lock_guard lock(guard);
    texts.insert(text_field(elements(came.params).front(), "code"));
    return answer_run(came, out);
  });
  auto plan = plan_for(port, "distinct");
  plan.texts = script_texts::distinct;
  REQUIRE(generate_load(plan, {}));
  CHECK(texts.size() == 1'000);
}

TEST_CASE("runs are durable and of a level when they are to be") {
  std::mutex guard;
  std::set<std::string> levels;
  std::set<bool> durable;
  fake_port port([&](const wire::message& came, pack::buffer& out) {
    const std::lock_guard lock(guard);
    const auto argument = elements(came.params).front();
    levels.insert(text_field(argument, "security"));
    durable.insert(flag_field(argument, "durable"));
    return answer_run(came, out);
  });
  auto plan = plan_for(port);
  plan.count = 10;
  REQUIRE(generate_load(plan, {}));
  CHECK(levels == std::set<std::string>{""});
  CHECK(durable == std::set<bool>{false});
  plan.security = security_level::secure;
  plan.durable = true;
  REQUIRE(generate_load(plan, {}));
  CHECK(levels == std::set<std::string>{"", "secure"});
  CHECK(durable == std::set<bool>{false, true});
}

TEST_CASE("tool calls are answered by the load generator itself") {
  fake_port port([](const wire::message& came, pack::buffer& out) {
    if (came.form == wire::message_form::request)
      wire::append_request(out, came.msgid, "tool.call", text_map("tool", "echo"));
    else
      wire::append_response(out, came.msgid, number_result(flag_field(came.value, "ok")));
    return true;
  });
  const auto seen = generate_load(plan_for(port, "tool"), {});
  REQUIRE(seen);
  CHECK(seen->completed == 1'000);
  CHECK(seen->tool_calls == 1'000);
}

TEST_CASE("errors are counted by their code and are no latencies") {
  fake_port port([](const wire::message& came, pack::buffer& out) {
    pack::buffer final;
    pack::writer(final).map(2).str("ok").boolean(false).str("error").map(1).str("code").str("TIMEOUT");
    if (came.msgid % 2 == 0)
      wire::append_refusal(out, came.msgid, {error_code::overloaded, "full"});
    else
      wire::append_response(out, came.msgid, final.bytes);
    return true;
  });
  auto plan = plan_for(port);
  const auto seen = generate_load(plan, {});
  REQUIRE(seen);
  CHECK(seen->completed == 0);
  CHECK(seen->latency_ns.count() == 0);
  CHECK(seen->errors.at("OVERLOADED") + seen->errors.at("TIMEOUT") == 1'000);
}

TEST_CASE("in the open loop a stall counts for every request that was due in it") {
  // The server answers the first request only when 500 have come: at 10,000 a second that is a stall of about 50 ms.
  int came_so_far = 0;
  std::vector<std::uint32_t> held;
  fake_port port([&](const wire::message& came, pack::buffer& out) {
    held.push_back(came.msgid);
    if (++came_so_far < 500) return true;
    for (const auto msgid : held) wire::append_response(out, msgid, number_result(2));
    held.clear();
    return true;
  });
  auto plan = plan_for(port);
  plan.rate = 10'000;
  const auto seen = generate_load(plan, {});
  REQUIRE(seen);
  CHECK(seen->completed == 1'000);
  CHECK(seen->latency_ns.percentile(75) > 15'000'000); // the first quarter was due more than 25 ms before the answers
}

TEST_CASE("a greeting with the token comes first, and a refused one ends the load with the reason") {
  fake_port port([](const wire::message& came, pack::buffer& out) {
    if (came.method == "hello") wire::append_refusal(out, came.msgid, {error_code::unauthorized, "wrong token"});
    return true;
  });
  auto plan = plan_for(port);
  plan.token = "t";
  const auto seen = generate_load(plan, {});
  REQUIRE_FALSE(seen);
  CHECK(seen.problem().message.find("wrong token") != std::string::npos);
}

TEST_CASE("a server that goes away ends the load") {
  int left = 10;
  fake_port port([&left](const wire::message& came, pack::buffer& out) { return answer_run(came, out) && --left > 0; });
  CHECK_FALSE(generate_load(plan_for(port), {}));
}

TEST_CASE("the report says the same to people and to programs") {
  load_plan plan;
  auto seen = std::make_unique<load_report>();
  seen->completed = 3;
  seen->seconds = 1.5;
  seen->errors["TIMEOUT"] = 2;
  for (const std::uint64_t ns : {1'000'000U, 2'000'000U, 3'000'000U}) seen->latency_ns.record(ns);
  const auto text = describe_report(plan, *seen);
  CHECK(text.find("2/s") != std::string::npos);
  CHECK(text.find("TIMEOUT") != std::string::npos);
  const auto encoded = encode_report(plan, *seen);
  CHECK(number_field(encoded, "completed") == 3U);
  CHECK(number_field(*field(encoded, "errors"), "TIMEOUT") == 2U);
  CHECK(field(encoded, {"latency_us", "p99_9"}).has_value());
}
