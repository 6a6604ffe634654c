#include "base/pack.hpp"
#include "support.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <cstring>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace enclaved;
using namespace enclaved::engine;
using namespace enclaved::engine::test;

namespace {

void failing(const recorder::call& asked, delivery& item, std::string& value) {
  if (asked.tool != "fails") return;
  item.ok = false;
  item.uncaught = outcome::tool_timeout;
  value = encoded_failure("no answer", "LATE");
}

outcome_of with_failing_tool(std::string_view code) {
  script_run run(code);
  run.tool = failing;
  return run.go();
}

} // namespace

TEST_CASE("a script returns a value, and nothing when it returns nothing") {
  CHECK(result_of("return 1 + 1") == "2");
  CHECK(result_of("") == "null");
  CHECK(result_of("var x = 5 // a comment at the end") == "null");
  CHECK(result_of("return this === undefined") == "true");
  CHECK(result_of("return inputs") == "null");
  CHECK(result_of("return eval('1 + 2')").starts_with("SCRIPT_ERROR: EvalError"));
  CHECK(result_of("return new Function('return 3')()").starts_with("SCRIPT_ERROR: EvalError"));
}

TEST_CASE("asking for no memory many times is not a lack of memory") {
  CHECK(result_of("var f = function () { return 5 }; for (var i = 0; i < 500; i++) f = f.bind(null); return f()") ==
        "5");
}

TEST_CASE("a syntax error has its line in the user's source") {
  for (const auto& [code, line] : {std::pair{"return (", 1U},
                                   {"var a;\nvar b = ;\n", 2U},
                                   {"x\n\n'unterminated", 3U},
                                   {"}", 1U},
                                   {"return 1 }; (function () {", 1U},
                                   {"} function f() {", 1U},
                                   {"*/", 1U},
                                   {"if (1) {\n", 2U}}) {
    const auto end = script_run(code).go();
    INFO(code << ": " << end.message);
    CHECK(end.how == outcome::syntax_error);
    CHECK(end.line == line);
    CHECK(end.message.find("\n  ") != std::string::npos); // the line of the source
    const auto checked = copied(machine::boot().check(code)).result;
    CHECK(checked.starts_with("{\"ok\":false"));
    CHECK(checked.find("\"line\":" + std::to_string(line)) != std::string::npos);
  }
  CHECK(copied(machine::boot().check("return 1")).result.starts_with("{\"ok\":true"));
  CHECK(script_run("return '\xff'").go().how == outcome::syntax_error);
  CHECK(script_run(std::string(bounds::source_bytes + 1, ' ')).go().how == outcome::syntax_error);
  CHECK(script_run(std::string(bounds::source_bytes, ' ')).go().how == outcome::ok);
}

TEST_CASE("an uncaught error has message, line and a stack of the user's frames") {
  const auto end = script_run("function inner() {\n  null.x\n}\n[1].forEach(function outer() { inner() })").go();
  CHECK(end.how == outcome::script_error);
  CHECK(end.message == "TypeError: cannot read property 'x' of null");
  CHECK(end.line == 2);
  CHECK(end.stack == "TypeError: cannot read property 'x' of null\n    at inner (script:2)\n    at outer (script:4)\n  "
                     "  at <anonymous> (script:4)");
  script_run full("[1].forEach(function f() { throw new Error('x') })");
  full.full_stacks = true;
  CHECK(full.go().stack == "Error: x\n    at f (script:1)\n    at forEach (built-in)\n    at <anonymous> (script:1)");
  CHECK(result_of("throw 'text'") == "SCRIPT_ERROR: text");
  CHECK(result_of("throw {a: [1]}") == "SCRIPT_ERROR: { a: [ 1 ] }");
  CHECK(result_of("throw undefined") == "SCRIPT_ERROR: undefined");
  CHECK(result_of("throw null") == "SCRIPT_ERROR: null");
  CHECK(script_run("var e = new Error('x'); e.code = 'E1'; e.details = {a: 1}; throw e").go().details ==
        R"({"code":"E1","details":{"a":1}})");
  CHECK(result_of("try { null.x } catch (e) { return e.stack }") ==
        "\"TypeError: cannot read property 'x' of null\n    at <anonymous> (script:1)\"");
}

TEST_CASE("await waits for a tool, in functions as well, parked or not") {
  for (const auto how : {between_turns::stay, between_turns::park}) {
    script_run run("async function ask(n) { return (await callTool('echo', {n: n})).n }\n"
                   "var sum = 0; for (var i = 1; i <= 5; i++) sum += await ask(i); return sum");
    run.how = how;
    const auto end = run.go();
    CHECK(end.result == "15");
    CHECK(end.tool_calls == 5);
  }
  CHECK(result_of("return callTool('echo', 5)") == "5");
  CHECK(result_of("return await(5) + await(Promise.resolve(6))") == "11");
  CHECK(result_of("let n = 0; await Promise.all([1, 2].map(async v => { const w = await v; n += w })); return n") ==
        "3");
  CHECK(result_of("[1].forEach(function () { await(1) })").starts_with("S"));
}

TEST_CASE("a failed tool call is an error that says so, and ends the run as its delivery says") {
  CHECK(with_failing_tool("try { await(callTool('fails')) } catch (e) { return [e instanceof Error, e.message, e.code, "
                          "e.details, Object.keys(e)] }")
            .result == R"([true,"no answer","LATE",{"why":"test"},["code","details"]])");
  const auto end = with_failing_tool("await(callTool('fails'))");
  CHECK(end.how == outcome::tool_timeout);
  CHECK(end.message == "no answer");
  CHECK(end.details == R"({"code":"LATE","details":{"why":"test"}})");
  CHECK(with_failing_tool("callTool('fails'); await(callTool('ok')); return 1").how == outcome::tool_timeout);
  CHECK(with_failing_tool(
            "var p = callTool('fails'); await(callTool('ok')); try { await(p) } catch (e) { return e.code }")
            .result == R"("LATE")");
  CHECK(with_failing_tool("return Promise.all([callTool('ok'), callTool('fails')])").how == outcome::tool_timeout);
  CHECK(with_failing_tool("return Promise.allSettled([callTool('ok', 1), callTool('fails')]).then(function (r) { "
                          "return [r[0], r[1].status, r[1].reason.code] })")
            .result == R"([{"status":"fulfilled","value":1},"rejected","LATE"])");
}

TEST_CASE("promises settle in the order that JavaScript defines") {
  CHECK(result_of("var s = []; queueMicrotask(function () { s.push(1) }); Promise.resolve().then(function () { "
                  "s.push(2) }).then(function () { s.push(4) });"
                  "queueMicrotask(function () { s.push(3) }); s.push(0); await(0); await(0); return s") ==
        "[0,1,2,3,4]");
  CHECK(result_of("return Promise.reject(1).catch(function (x) { return x + 1 }).finally(function () { return 9 })") ==
        "2");
  CHECK(result_of("return Promise.race([new Promise(function () {}), Promise.resolve(3)])") == "3");
  CHECK(result_of("return Promise.any([Promise.reject(1), Promise.resolve(4)])") == "4");
  CHECK(result_of("return Promise.any([Promise.reject(1)]).catch(function (e) { return [e.name, e.errors] })") ==
        R"(["AggregateError",[1]])");
  CHECK(result_of("return Promise.all([])") == "[]");
  CHECK(result_of("return Promise.all(5).catch(function (e) { return e.name })") == R"("TypeError")");
  CHECK(result_of("return new Promise(function (ok, no) { ok(1); no(2); throw 3 })") == "1");
  CHECK(result_of("var p = new Promise(function (ok) { queueMicrotask(function () { ok(p) }) }); return "
                  "p.catch(function (e) { return e.name })") == R"("TypeError")");
  CHECK(result_of("try { Promise() } catch (e) { return e.name }") == R"("TypeError")");
  CHECK(result_of("return Object.prototype.toString.call(Promise.resolve())") == R"("[object Promise]")");
  CHECK(result_of("Promise.reject(new Error('lost')); return 1") == "SCRIPT_ERROR: lost");
  CHECK(
      result_of("var p = Promise.reject(new Error('late')); await(0); return p.catch(function () { return 'seen' })") ==
      R"("seen")");
  CHECK(result_of("queueMicrotask(function () { throw new Error('in a microtask') }); return 1") ==
        "SCRIPT_ERROR: in a microtask");
  CHECK(result_of("await(new Promise(function () {}))") ==
        "SCRIPT_ERROR: the script waits for a promise that nothing can settle");
}

TEST_CASE("output comes in order, counted, and log lines have their data") {
  script_run run("print('a', 1); console.log('b', {x: [1, 'y']}); console.warn(new Error('z')); console.error(); "
                 "console.debug('%', null, undefined);\n"
                 "var o = {}; o.o = o; console.info('c', o); print('h\\u00e9')");
  const auto end = run.go();
  CHECK(end.how == outcome::ok);
  CHECK(run.sink.output == "print:a 1\nlog1:b { x: [ 1, 'y' ] } [{\"x\":[1,\"y\"]}]\nlog2:Error: z\nlog3:\nlog0:% null "
                           "undefined [null,null]\n"
                           "log1:c <ref *1> { o: [Circular *1] }\nprint:h\xc3\xa9\n");
  script_run calls("while (1) { try { print('') } catch (e) {} }");
  CHECK(calls.go().message == "printed and logged more often than output_calls = 1000; raise limits.output_calls");
  script_run bytes("while (1) print(new Array(1000).join('x'))");
  bytes.limits.output_bytes = 10'000;
  const auto ended = bytes.go();
  CHECK(ended.how == outcome::output_limit);
  CHECK(bytes.sink.output.size() <= 10'100);
}

TEST_CASE("each limit ends the run with its code and says which setting raises it") {
  script_run calls("for (;;) { try { callTool('x') } catch (e) {} }");
  calls.limits.tool_calls = 3;
  const auto end = calls.go();
  CHECK(end.how == outcome::tool_call_limit);
  CHECK(end.message == "made more tool calls than tool_calls = 3; raise limits.tool_calls");
  CHECK(calls.sink.calls.size() == 3);
  script_run processor("while (1) {}");
  processor.limits.cpu_ms = 20;
  CHECK(processor.go().message == "used more processor time than cpu_ms = 20; raise limits.cpu_ms");
  script_run slow("while (1) {}");
  slow.limits.timeout_ms = 20;
  CHECK(slow.go().message == "ran longer than timeout_ms = 20; raise limits.timeout_ms");
  script_run sum("function spin() { var t = 0; for (var i = 0; i < 1e5; i++) t += i }\nwhile (1) { spin(); "
                 "await(callTool('x')) }");
  sum.limits.timeout_ms = 50;
  sum.limits.tool_calls = 1'000'000;
  CHECK(sum.go().how == outcome::timeout);
  CHECK(result_of("callTool('')").starts_with("SCRIPT_ERROR: TypeError"));
  CHECK(result_of("callTool(5)").starts_with("SCRIPT_ERROR: TypeError"));
  CHECK(result_of("callTool(new Array(300).join('x'))").starts_with("SCRIPT_ERROR: TypeError"));
}

TEST_CASE("a word in memory cancels a running script") {
  std::atomic<std::uint32_t> stop{0};
  auto& engine = machine::boot();
  engine.watch(&stop, 7);
  std::thread other([&stop] { stop = 7; });
  const auto end =
      script_run("for (;;) { try { /(a|a)*b/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa') } catch (e) {} }").go();
  other.join();
  engine.watch(nullptr, 0);
  CHECK(end.how == outcome::cancelled);
  CHECK(result_of("return 1") == "1");
}

TEST_CASE("the same seed, clock and deliveries give the same run") {
  constexpr auto code =
      "var a = [Math.random(), Math.random(), Date.now(), new Date().getTime()];\n"
      "var r = await(callTool('x')); var b = []; for (var i = 0; i < 50; i++) b.push({k: i % 5, i: i});\n"
      "b.sort(function (x, y) { return x.k - y.k }); return [a, Date.now() - a[2], b.map(function (x) { return x.i }), "
      "Math.random()]";
  const auto first = result_of(code);
  CHECK(first == result_of(code));
  script_run other(code);
  other.seed = 8;
  CHECK(other.go().result != first);
  CHECK(first.find(",5,[0,5,10,15") != std::string::npos);
  CHECK(result_of("var t = Date.now(); for (var i = 0; i < 1e6; i++); return Date.now() - t") == "0");
  CHECK(result_of("return [new Date(2024, 0, 1).getTime(), new Date().getTimezoneOffset()]") == "[1704067200000,0]");
}

TEST_CASE("sort is stable, keeps holes and undefined at the end, and survives its comparator") {
  CHECK(result_of("return [3, 1, undefined, 2, , 10].sort()") == "[1,10,2,3,null,null]");
  CHECK(result_of("var a = [3, 1, , 2]; a.sort(); return [a.length, 3 in a]") == "[4,false]");
  CHECK(result_of("return [5, 1, 4].sort(function (a, b) { return b - a })") == "[5,4,1]");
  CHECK(result_of("return Array.prototype.sort.call({0: 'b', 1: 'a', length: 2})") ==
        R"({"0":"a","1":"b","length":2})");
  CHECK(result_of("try { [1, 2].sort(5) } catch (e) { return e.name }") == R"("TypeError")");
  CHECK(result_of("try { [1, 2].sort(function () { throw 7 }) } catch (e) { return e }") == "7");
  CHECK(result_of("var a = [3, 2, 1]; a.sort(function (x, y) { a.length = 0; return x - y }); return a") == "[1,2,3]");
  CHECK(result_of("var a = []; for (var i = 0; i < 1000; i++) a.push(i * 7919 % 1000); a.sort(function (x, y) { return "
                  "x - y });"
                  "for (i = 0; i < 1000; i++) if (a[i] !== i) return i; return 'sorted'") == R"("sorted")");
  CHECK(result_of("return ['\\ud83d\\ude00', '\\uffff', 'z'].sort().map(function (s) { return s.charCodeAt(0) })") ==
        "[122,55357,65535]");
}

TEST_CASE("compiled code is kept from the second time on, for its scope only") {
  const auto hit = [](const char* scope, const char* code) {
    script_run run(code);
    run.scope = scope;
    const auto end = run.go();
    CHECK(end.result == "42");
    return end.cache_hit;
  };
  CHECK_FALSE(hit("one", "return 6 * 7 // cached"));
  CHECK_FALSE(hit("one", "return 6 * 7 // cached"));
  CHECK(hit("one", "return 6 * 7 // cached"));
  CHECK_FALSE(hit("two", "return 6 * 7 // cached"));
  CHECK_FALSE(hit("one", "return 6 * 7 // cacheD"));
  script_run error("\n\nthrow new Error('line')");
  for (int i = 0; i < 4; ++i) CHECK(error.go().line == 3);
  script_run small("return new Array(100).join('x').length // memory");
  for (int i = 0; i < 3; ++i) CHECK(small.go().result == "99");
  small.limits.memory_bytes = bounds::heap_bytes_min;
  CHECK(small.go().result == "99");
}

TEST_CASE("time limits wait while a run is played again, and hold from the charge on") {
  script_run run("await(callTool('x')); while (1) {}");
  run.limits.timeout_ms = 30;
  start_order order;
  order.code = run.code;
  order.limits = run.limits;
  order.replays = true;
  auto& engine = machine::boot();
  REQUIRE(engine.start(order, run.sink).waiting);
  engine.charge(25'000, 1'000);
  const delivery item{.call = 1, .ok = true, .value = "\xc0"};
  const auto end = copied(engine.resume({.clock_ms = 1, .items = {&item, 1}}, run.sink));
  CHECK(end.how == outcome::timeout);
  CHECK(end.run_us >= 30'000);
  CHECK(end.run_us < 130'000);
}

TEST_CASE("late, repeated and unknown deliveries change nothing") {
  auto& engine = machine::boot();
  script_run run("var a = await(callTool('x')); var b = await(callTool('y')); return [a, b]");
  REQUIRE(run.start_only().waiting);
  const delivery unknown[] = {{.call = 99, .ok = true, .value = "\x01"}, {.call = 0, .ok = true, .value = "\x01"}};
  REQUIRE(engine.resume({.clock_ms = 1, .items = unknown}, run.sink).waiting);
  const delivery twice[] = {{.call = 1, .ok = true, .value = "\x01"}, {.call = 1, .ok = true, .value = "\x02"}};
  REQUIRE(engine.resume({.clock_ms = 1, .items = twice}, run.sink).waiting);
  const delivery last[] = {{.call = 1, .ok = true, .value = "\x03"}, {.call = 2, .ok = true, .value = "\x04"}};
  CHECK(copied(engine.resume({.clock_ms = 1, .items = last}, run.sink)).result == "[1,4]");
  CHECK(engine.resume({.clock_ms = 1, .items = last}, run.sink).how == outcome::script_error);
}

TEST_CASE("nothing of a script is left for the next") {
  auto& engine = machine::boot();
  const auto clean = result_of("return Object.getOwnPropertyNames(Function('return this')()).length");
  const char* dirty[] = {
      "leak = 'm4rk3r-of-the-last-run'; Array.prototype.leak = leak; Object.prototype.leak2 = leak; return 1",
      "Object.defineProperty(Object.prototype, 'x', {get: function () { return 'm4rk3r-of-the-last-run' }}); return 1",
      "JSON.parse = Promise.prototype.then = callTool = function () { return 'm4rk3r-of-the-last-run' }; return 1",
      "Math.random = null; delete Object.keys; console.log = 1; return 'm4rk3r-of-the-last-run'",
      "var big = []; for (var i = 0; i < 20000; i++) big.push('m4rk3r-of-the-last-run' + i); return big.length",
      "callTool('x', 'm4rk3r-of-the-last-run'); return 1",
      "throw new Error('m4rk3r-of-the-last-run')",
      "var s = 'm4rk3r-of-the-last-run'; while (1) s += s",
  };
  for (const auto* code : dirty) {
    script_run(code).go();
    CHECK(result_of("return [typeof leak, typeof [].leak, typeof {}.leak2, typeof {}.x, typeof Math.random, typeof "
                    "Object.keys, JSON.parse('1')]") ==
          R"(["undefined","undefined","undefined","undefined","function","function",1])");
    CHECK(result_of("return Object.getOwnPropertyNames(Function('return this')()).length") == clean);
    script_run(code).go();
    engine.forget();
    const auto memory = engine.arena();
    CHECK(std::string_view(memory.data(), memory.size()).find("m4rk3r") == std::string_view::npos);
  }
}

TEST_CASE("a parked script goes on in another process of the same image") {
  script_run run("var big = []; for (var i = 0; i < 1000; i++) big.push({i: i, s: 'text ' + i});\n"
                 "var r = await(callTool('x')); return [r, big.length, big[999].s, Math.random() < 1]");
  auto& engine = machine::boot();
  REQUIRE(run.start_only().waiting);
  std::vector<char> delta(engine.delta_bytes());
  std::size_t used = 0;
  REQUIRE(engine.park(delta, used));
  engine.forget();
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const auto child = ::fork();
  if (child == 0) {
    std::string text = "does not unpark";
    if (engine.unpark(delta)) {
      const delivery item{.call = 1, .ok = true, .value = "\x2a"};
      text = copied(engine.resume({.clock_ms = 1, .items = {&item, 1}}, run.sink)).result;
    }
    ::_exit(::write(ends[1], text.data(), text.size()) > 0 ? 0 : 1);
  }
  char answer[200];
  const auto size = ::read(ends[0], answer, sizeof answer);
  int status = 0;
  ::waitpid(child, &status, 0);
  ::close(ends[0]);
  ::close(ends[1]);
  CHECK(std::string_view(answer, static_cast<std::size_t>(size)) == R"([42,1000,"text 999",true])");
}

TEST_CASE("bytes that are no delta of this image are refused, and the heap stays clean") {
  auto& engine = machine::boot();
  script_run run("var r = await(callTool('x')); return r");
  REQUIRE(run.start_only().waiting);
  std::vector<char> delta(engine.delta_bytes());
  std::size_t used = 0;
  CHECK_FALSE(engine.park(std::span(delta.data(), delta.size() - 1), used));
  REQUIRE(engine.park(delta, used));
  CHECK_FALSE(engine.unpark({}));
  for (std::size_t size = 0; size < delta.size(); size += 97) CHECK_FALSE(engine.unpark({delta.data(), size}));
  std::uint32_t random = 12345;
  for (int i = 0; i < 3'000; ++i) {
    auto damaged = delta;
    random = random * 1664525 + 1013904223;
    // The header and the table of runs more often than the granules.
    const auto at = (i % 2 ? random >> 8 : random >> 24) % damaged.size();
    damaged[at] = static_cast<char>(damaged[at] ^ (1 + (random >> 5) % 255));
    CHECK_FALSE(engine.unpark(damaged));
  }
  CHECK(result_of("return 1") == "1");
  REQUIRE(engine.unpark(delta));
  const delivery item{.call = 1, .ok = true, .value = "\x2a"};
  CHECK(copied(engine.resume({.clock_ms = 1, .items = {&item, 1}}, run.sink)).result == "42");
}

TEST_CASE("a script at a simple await parks in little") {
  script_run run("var r = await(callTool('users:get', {id: 7})); return r.name");
  REQUIRE(run.start_only().waiting);
  CHECK(machine::boot().delta_bytes() <= 24 * bounds::kib);
}
