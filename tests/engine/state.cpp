#include "base/bounds.hpp"
#include "base/pack.hpp"
#include "engine/state_changes.hpp"
#include "support.hpp"

#include <catch2/catch.hpp>

using namespace enclaved;
using namespace enclaved::engine;
using namespace enclaved::engine::test;

namespace {

/// {"n": 1, "cart": {"items": ["a"]}}
std::string some_state() {
  pack::buffer out;
  pack::writer(out).map(2).str("n").number(1).str("cart").map(1).str("items").array(1).str("a");
  return out.bytes;
}

struct told {
  std::string end; ///< the result, or code and message
  std::string patches;
};

told run_with(std::string state, std::string_view code, between_turns how = between_turns::stay) {
  script_run run(code);
  run.state = std::move(state);
  run.how = how;
  const auto end = run.go();
  told result{end.how == outcome::ok ? end.result : std::string(row(end.how).name) + ": " + end.message, {}};
  for (const auto& it : run.sink.patches) result.patches += (result.patches.empty() ? "" : " ; ") + it;
  return result;
}

std::string patches_of(std::string_view code) { return run_with(some_state(), code).patches; }
std::string value_of(std::string_view code) { return run_with(some_state(), code).end; }

} // namespace

TEST_CASE("a session's state is the properties of an object") {
  CHECK(value_of("$state") == R"({"n":1,"cart":{"items":["a"]}})");
  CHECK(value_of("[$state.n, $state.cart.items.length, $state.missing]") == R"([1,1,null])");
  CHECK(value_of("Object.keys($state)") == R"(["n","cart"])");
  CHECK(value_of("const all = []; for (const key in $state) all.push(key); return all") == R"(["n","cart"])");
  CHECK(value_of("JSON.stringify({ ...$state })") == R"("{"n":1,"cart":{"items":["a"]}}")");
  CHECK(run_with("", "[Object.keys($state), $state === globalThis.$state, typeof $state]").end ==
        R"([[],true,"object"])");
}

TEST_CASE("what a script changes in the state is told when it has ended") {
  CHECK(patches_of("$state.n = ($state.n ?? 0) + 1") == R"([{"op":"replace","path":"/n","value":2}])");
  CHECK(patches_of("$state.more = { a: [1] }") == R"([{"op":"add","path":"/more","value":{"a":[1]}}])");
  CHECK(patches_of("delete $state.n") == R"([{"op":"remove","path":"/n"}])");
  CHECK(patches_of("$state.cart.items.push('b')") ==
        R"([{"op":"replace","path":"/cart","value":{"items":["a","b"]}}])");
  CHECK(
      patches_of("$state['a/b~'] = 1; delete $state.cart; $state.n = null") ==
      R"([{"op":"remove","path":"/cart"},{"op":"replace","path":"/n","value":null},{"op":"add","path":"/a~1b~0","value":1}])");
}

TEST_CASE("nothing is told when nothing has changed") {
  CHECK(patches_of("return 1") == "");
  CHECK(patches_of("$state.n; $state.cart.items.map(x => x)") == "");
  CHECK(patches_of("$state.n = 1; $state.cart = { items: ['a'] }") == "");
  CHECK(patches_of("$state.x = 1; delete $state.x; $state.n++; $state.n--") == "");
  CHECK(patches_of("$state.f = () => 1; $state.u = undefined; $state[Symbol('s')] = 1") == "");
  // An encoding that this heap would not have chosen: a long form of 1.
  pack::buffer other;
  pack::writer(other).map(1).str("n").raw(std::string_view("\xcd\x00\x01", 3));
  CHECK(run_with(other.bytes, "$state.n").patches == "");
  CHECK(run_with(other.bytes, "$state.n += 1").patches == R"([{"op":"replace","path":"/n","value":2}])");
}

TEST_CASE("the state is committed at each suspension, in a parked heap as well") {
  constexpr std::string_view code = "const cart = $state.cart;"
                                    "$state.n = 2; const first = callTool('a', 1); $state.n = 3; await first;"
                                    "cart.items.push('b'); await callTool('b', 2);"
                                    "await callTool('c', 3);"
                                    "delete $state.n; return $state.cart.items";
  constexpr std::string_view expected = R"([{"op":"replace","path":"/n","value":3}] ; )"
                                        R"([{"op":"replace","path":"/cart","value":{"items":["a","b"]}}] ; )"
                                        R"([{"op":"remove","path":"/n"}])";
  for (const auto how : {between_turns::stay, between_turns::park}) {
    const auto it = run_with(some_state(), code, how);
    CHECK(it.end == R"(["a","b"])");
    CHECK(it.patches == expected);
  }
}

TEST_CASE("a state that is first named after a wait is the one the execution started with") {
  for (const auto how : {between_turns::stay, between_turns::park}) {
    const auto it = run_with(some_state(), "await callTool('a'); await sleep(5); return $state.n++", how);
    CHECK(it.end == "1");
    CHECK(it.patches == R"([{"op":"replace","path":"/n","value":2}])");
  }
}

TEST_CASE("what an execution changed since its last suspension is dropped when it fails") {
  const auto it = run_with(some_state(), "$state.n = 2; await callTool('a'); $state.n = 3; throw new Error('no')");
  CHECK(it.end == "SCRIPT_ERROR: no");
  CHECK(it.patches == R"([{"op":"replace","path":"/n","value":2}])");
  CHECK(patches_of("$state.n = 2; return 'x'.repeat(9e6)") == "");
}

TEST_CASE("one heap's state is not another one's") {
  CHECK(run_with(some_state(), "$state.secret = 'x'; return 1").end == "1");
  CHECK(run_with("", "Object.keys($state)").end == "[]");
  CHECK(run_with("", "$state").end == "{}");
}

TEST_CASE("the state has methods that a key of the same name hides and that work all the same") {
  CHECK(value_of("[$state.get('n'), $state.get('get'), $state.get('toString')]") == "[1,null,null]");
  CHECK(value_of("[$state.has('n'), $state.has('keys'), $state.keys()]") == R"([true,false,["n","cart"]])");
  CHECK(value_of("[$state.set('n', 7), $state.n, $state.delete('n'), $state.delete('n'), $state.has('n')]") ==
        "[7,7,true,false,false]");
  CHECK(value_of("[$state.update('n', n => n + 1), $state.update('new', v => [v === undefined]), $state.n]") ==
        "[2,[true],2]");
  CHECK(patches_of("$state.update({ n: 5, extra: 'e' })") ==
        R"([{"op":"replace","path":"/n","value":5},{"op":"add","path":"/extra","value":"e"}])");
  CHECK(
      value_of(
          "const { set, get } = $state; $state.set = 1; set('get', 2); return [$state.set, $state.get, get('set')]") ==
      "[1,2,1]");
  CHECK(
      patches_of("$state.set('__proto__', 1); $state.toJSON = 1; $state.set(7, 'seven')") ==
      R"([{"op":"add","path":"/7","value":"seven"},{"op":"add","path":"/__proto__","value":1},{"op":"add","path":"/toJSON","value":1}])");
  CHECK(value_of("$state.set(Symbol('s'), 1)") == "SCRIPT_ERROR: TypeError: a key of $state is a text");
  CHECK(value_of("$state.update('n')") ==
        "SCRIPT_ERROR: TypeError: $state.update needs a key and a function, or an object of new values");
  CHECK(value_of("$state.update('n', async n => n)") ==
        "SCRIPT_ERROR: TypeError: the function given to $state.update answers with a promise");
}

TEST_CASE("the state itself stays what it is") {
  CHECK_THAT(value_of("$state = {}"), Catch::StartsWith("SCRIPT_ERROR: TypeError"));
  CHECK_THAT(value_of("$state.n; $state = {}"), Catch::StartsWith("SCRIPT_ERROR: TypeError"));
  CHECK_THAT(value_of("globalThis.$state = {}"), Catch::StartsWith("SCRIPT_ERROR: TypeError"));
  CHECK_THAT(value_of("delete globalThis.$state"), Catch::StartsWith("SCRIPT_ERROR: TypeError"));
  CHECK_THAT(value_of("Object.defineProperty(globalThis, '$state', { value: 1 })"),
             Catch::StartsWith("SCRIPT_ERROR: TypeError"));
  CHECK(value_of("Object.keys(globalThis).includes('$state')") == "false");
  CHECK(
      value_of(
          "const f = () => { let s = 0; for (let i = 0; i < 100; i++) s += $state.n; return s }; return [f(), f()]") ==
      "[100,100]");
  CHECK(value_of("const f = ($state) => $state + 1; return f(1)") == "2");
}

TEST_CASE("what a script puts into the state is asked once, and what it throws ends the run") {
  CHECK(patches_of("let asked = 0; Object.defineProperty($state, 'g', { get() { return ++asked }, enumerable: true }); "
                   "return 1") == R"([{"op":"add","path":"/g","value":1}])");
  CHECK(patches_of("$state.d = { toJSON() { return 'as text' } }; $state.p = new Proxy({ a: 1 }, {})") ==
        R"([{"op":"add","path":"/d","value":"as text"},{"op":"add","path":"/p","value":{"a":1}}])");
  CHECK(
      patches_of("$state.m = new Map([['a', 1]]); $state.s = new Set([1]); $state.w = new Date(0)") ==
      R"([{"op":"add","path":"/m","value":{"a":1}},{"op":"add","path":"/s","value":[1]},{"op":"add","path":"/w","value":@-1:00000000}])");
  const auto it = run_with("", "$state.x = { get y() { throw new Error('not now') } }; return 1");
  CHECK(it.end == "SCRIPT_ERROR: not now");
  CHECK(it.patches == "");
  script_run endless("$state.x = { toJSON() { for (;;); } }; return 1");
  endless.limits.timeout_ms = 50;
  CHECK(endless.go().how == outcome::timeout);
  CHECK(value_of("Object.prototype.toJSON = function () { return $state === undefined ? 0 : 1 }; return $state.n") ==
        "1");
}

TEST_CASE("what cannot be kept ends the run with RESULT_LIMIT") {
  CHECK(value_of("$state.self = $state; return 1") == "RESULT_LIMIT: $state is cyclic");
  CHECK(value_of("const a = []; a.push(a); $state.a = a; return 1") == "RESULT_LIMIT: $state is cyclic");
  constexpr std::string_view deep = "let v = 1; for (let i = 0; i < DEPTH; i++) v = [v]; $state.v = v; return 1";
  const auto nested = [&](std::string_view depth) { return std::string(deep).replace(deep.find("DEPTH"), 5, depth); };
  CHECK(value_of(nested("48")) == "1");
  CHECK(value_of(nested("49")) == "RESULT_LIMIT: $state has a value that is nested deeper than 48");
  CHECK(value_of("$state.v = 'x'.repeat(1048576); return 1") ==
        "RESULT_LIMIT: $state takes more than the 1048576 bytes that a session keeps");
  CHECK(value_of("for (let i = 0; i < 10001; i++) $state['k' + i] = 1; return 1") ==
        "RESULT_LIMIT: $state has more than 10000 keys");
  CHECK(value_of("$state['k'.repeat(1025)] = 1; return 1") == "RESULT_LIMIT: $state has a key of more than 1024 bytes");
  script_run shallow("$state.v = [[[1]]]; return 1");
  shallow.limits.value_depth = 2;
  CHECK(shallow.go().message == "$state is nested deeper than value_depth = 2; raise limits.value_depth");
}

TEST_CASE("a state that a run's limits do not let in ends it when it is named, and not before") {
  const auto depth_1 = [](std::string_view code) {
    script_run run(code);
    run.state = some_state();
    run.limits.value_depth = 1;
    const auto end = run.go();
    return end.how == outcome::ok ? end.result : end.message;
  };
  CHECK(depth_1("return 1") == "1");
  CHECK(depth_1("return $state.n") == "$state is nested deeper than value_depth = 1; raise limits.value_depth");
}

TEST_CASE("a full state can be exchanged for another one") {
  const auto it =
      run_with("", "for (let i = 0; i < 10000; i++) $state['a' + i] = 1; await callTool('x');"
                   "for (let i = 0; i < 10000; i++) { delete $state['a' + i]; $state['b' + i] = 1 } return 1");
  CHECK(it.end == "1");
  CHECK(it.patches.size() > 10'000 * 60);
}

TEST_CASE("keys that are the same as UTF-8 are one key of the state") {
  CHECK(patches_of("$state['\\ud800'] = 1; $state['\\udc00'] = 2") ==
        "[{\"op\":\"add\",\"path\":\"/\xEF\xBF\xBD\",\"value\":2}]");
  CHECK(run_with("", "$state['\\ud800'] = 1; $state['\\udc00'] = 2; await callTool('a'); return 1").patches ==
        "[{\"op\":\"add\",\"path\":\"/\xEF\xBF\xBD\",\"value\":2}]");
}

TEST_CASE("a call tells the line of the script that made it") {
  const auto lines = [](std::string_view code) {
    script_run run(code);
    run.tool = [](const recorder::call& it, delivery&, std::string& value) {
      pack::buffer line;
      pack::writer(line).number(it.line);
      value = line.bytes;
    };
    const auto end = run.go();
    return end.how == outcome::ok ? end.result : end.message;
  };
  CHECK(lines("return await callTool('a')") == "1");
  CHECK(lines("\n\nconst a = await callTool('a');\nreturn [a, await tools.b(), await tools['c']({})]") == "[3,4,4]");
  CHECK(lines("const f = async () => {\n  await sleep(1);\n  return callTool('a');\n};\nreturn await f()") == "3");
  CHECK(lines("return await Promise.all(\n  ['a', 'b'].map(\n    name => callTool(name)))") == "[3,3]");
  CHECK(lines("\nreturn await parallel([1], tools.x)") == "[2]");
  CHECK(lines("function* g() {\n  yield callTool('a');\n}\nfor (const it of g())\n  return await it;") == "2");
}

TEST_CASE("changes between any two encodings make the one out of the other") {
  outbox& out = *new outbox; // as long as the process
  const auto changes = [&out](std::string_view before, std::string_view after) {
    out.clear();
    REQUIRE(write_changes(before, after, out) == state_fault::none);
    return out.view().empty() ? "" : shown(out.view());
  };
  const auto state = some_state();
  CHECK(changes("", "") == "");
  CHECK(changes("", "\x80") == "");
  CHECK(changes(state, state) == "");
  CHECK(changes(state, "") == R"([{"op":"remove","path":"/n"},{"op":"remove","path":"/cart"}])");
  CHECK(changes("", state) ==
        R"([{"op":"add","path":"/n","value":1},{"op":"add","path":"/cart","value":{"items":["a"]}}])");
}
