#include "../support.hpp"
#include "engine/library/bounds.hpp"

#include <catch2/catch.hpp>

using namespace enclaved;
using namespace enclaved::engine::test;

TEST_CASE("timers fire in their order, each with what it started before the next one") {
  for (const auto how : {between_turns::stay, between_turns::park}) {
    script_run run("var s = [], t0 = Date.now(); function p(x) { return function () { s.push(x); "
                   "Promise.resolve().then(function () { s.push(x + 'm') }) } }\n"
                   "setTimeout(p('c'), 20); setTimeout(p('a'), 10); setTimeout(p('b'), 10); setTimeout(p('0'), 0); "
                   "clearTimeout(setTimeout(p('never'), 5)); queueMicrotask(p('first'));\n"
                   "await(sleep(30)); return [s, Date.now() - t0]");
    run.how = how;
    CHECK(run.go().result == R"([["first","firstm","0","0m","a","am","b","bm","c","cm"],30])");
  }
}

TEST_CASE("an interval goes on until it is cleared, and can clear itself") {
  CHECK(
      result_of("var n = 0, t0 = Date.now(), i = setInterval(function (by) { n += by; if (n === 6) clearInterval(i) }, "
                "10, 2); await(sleep(100)); return [n, Date.now() - t0]") == "[6,100]");
}

TEST_CASE("a timer may cancel another one that is due at the same time") {
  CHECK(result_of("var s = [], b; setTimeout(function () { s.push('a'); clearTimeout(b) }, 5); b = setTimeout(function "
                  "() { s.push('b') }, 5); await(sleep(20)); return s") == R"(["a"])");
}

TEST_CASE("timers that still wait do not keep a run alive, and are no tool calls") {
  script_run run("setTimeout(function () { print('late') }, 1000); await(sleep(1)); return 'done'");
  const auto end = run.go();
  CHECK(end.result == "\"done\"");
  CHECK(end.tool_calls == 0);
  CHECK(run.sink.output.empty());
}

TEST_CASE("what a timer's function throws fails the run") {
  CHECK(result_of("setTimeout(function () { throw new Error('from a timer') }, 1); await(sleep(5)); return 1") ==
        "SCRIPT_ERROR: from a timer");
  CHECK(result_of("setTimeout(1)") == "SCRIPT_ERROR: TypeError: setTimeout needs a function");
}

TEST_CASE("timers are bounded in number and length") {
  CHECK(result_of("sleep(1e12)").find("RangeError: a timer waits for 86400000 ms at most") != std::string::npos);
  CHECK(result_of("for (var i = 0; i < 2000; i++) setTimeout(print, 1)").find("RangeError: more than 1000 timers") !=
        std::string::npos);
  CHECK(result_of("for (var i = 0; i < 20000; i++) clearTimeout(setTimeout(print, 1))").find("10000 timers in all") !=
        std::string::npos);
}

TEST_CASE("parallel works on so many items at a time and answers in their order") {
  CHECK(result_of(
            "var now = 0, most = 0; var r = await(parallel([3, 1, 2, 5], function (x, i) { now++; most = "
            "Math.max(most, now); return sleep(x * 10).then(function () { now--; return x * i }) }, {concurrency: 2}));"
            "return [r, most]") == "[[0,1,4,15],2]");
  CHECK(result_of("return parallel([1, 2], function (x) { throw new Error('no ' + x) })") == "SCRIPT_ERROR: no 1");
  CHECK(result_of("return parallel([], print)") == "[]");
}

TEST_CASE("tools are called by their names") {
  CHECK(result_of("return [await(tools.echo({a: 1})), await(tools['ns:name'](2)), typeof tools.then]") ==
        R"([{"a":1},2,"undefined"])");
}

TEST_CASE("partial results leave ahead of the result, within the bounds of output") {
  script_run run("progress(0.5); partialResult(['rows', 1], {a: 1}, {hasNext: false}); return 1");
  CHECK(run.go().result == "1");
  CHECK(run.sink.output == "partial:{\"path\":\"progress\",\"data\":0.5f,\"has_next\":true}\n"
                           "partial:{\"path\":[\"rows\",1],\"data\":{\"a\":1},\"has_next\":false}\n");
  CHECK(result_of("for (;;) progress('xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx')").starts_with("OUTPUT_LIMIT"));
}
