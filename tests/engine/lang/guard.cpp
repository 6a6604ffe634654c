#include "engine/lang/guard.hpp"

#include "engine/lang/capabilities.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace enclaved::engine::lang;

namespace {

/// "CODE line:column", one after another.
std::string broken(std::string_view source, const guard_rules& rules) {
  pool memory;
  const auto parsed = parse(source, {}, memory);
  REQUIRE(std::holds_alternative<program*>(parsed));
  auto& tree = *std::get<program*>(parsed);
  resolve(tree);
  std::string text;
  for (const auto& it : violations(tree, gather(tree), rules))
    text += (text.empty() ? "" : ", ") + it.code + " " + std::to_string(it.line) + ":" + std::to_string(it.column);
  return text;
}

std::string capabilities(std::string_view source) {
  pool memory;
  const auto parsed = parse(source, {}, memory);
  auto& tree = *std::get<program*>(parsed);
  resolve(tree);
  std::string text;
  for (const auto& it : suggested_capabilities(gather(tree))) text += (text.empty() ? "" : " ") + it;
  return text;
}

} // namespace

TEST_CASE("without rules nothing is refused") {
  CHECK_FALSE(guard_rules{}.any());
  CHECK(broken("while (true) { eval('1'); callTool(x + 1); globalThis[y] = \"\u202e\"; }", {}) == "");
}

TEST_CASE("a forbidden global is found wherever it is used, and not where a name only looks like it") {
  const guard_rules rules{.globals_forbidden = {"setTimeout", "crypto", "Array"}};
  CHECK(broken("setTimeout(f)", rules) == "FORBIDDEN_GLOBAL 1:1");
  CHECK(broken("const t = [\n  setTimeout]", rules) == "FORBIDDEN_GLOBAL 2:3");
  CHECK(broken("globalThis.crypto.randomUUID(); globalThis['setTimeout']", rules) ==
        "FORBIDDEN_GLOBAL 1:1, FORBIDDEN_GLOBAL 1:33");
  CHECK(broken("const { Array: A } = globalThis", rules) == "FORBIDDEN_GLOBAL 1:22");
  CHECK(broken("({ crypto: 1, setTimeout() {} }).crypto; crypto: for (;;) break crypto", rules) == "");
  CHECK(broken("function f(crypto) { return crypto } let setTimeout = 1; setTimeout++", rules) == "");
  CHECK(broken("`${crypto}`; x = { crypto }; [...crypto]; typeof crypto", rules) ==
        "FORBIDDEN_GLOBAL 1:4, FORBIDDEN_GLOBAL 1:20, FORBIDDEN_GLOBAL 1:34, FORBIDDEN_GLOBAL 1:50");
}

TEST_CASE("with a list of allowed globals all others are refused") {
  const guard_rules rules{.globals_allowed = {"JSON", "Math", "Uint*"}, .globals_forbidden = {"Uint8Array"}};
  CHECK(broken("JSON.stringify(Math.max(1, undefined, NaN)); new Uint16Array(1)", rules) == "");
  CHECK(broken("é = 1; new Uint8Array(1); Date.now()", rules) ==
        "FORBIDDEN_GLOBAL 1:1, FORBIDDEN_GLOBAL 1:12, FORBIDDEN_GLOBAL 1:27");
  CHECK(broken("function f() { return arguments.length }", rules) == "");
  CHECK(broken("$state.n", rules) == "FORBIDDEN_GLOBAL 1:1");
  CHECK(broken("$state.n = 1; $state", {.globals_allowed = {"$state"}}) == "");
}

TEST_CASE("tools are named by a list") {
  const guard_rules rules{.tools_allowed = {"search", "crm:*"}};
  CHECK(broken("await callTool('search', {}); tools.search({}); tools['crm:list'](); callTool(`crm:get`)", rules) ==
        "");
  CHECK(broken("callTool('send', {})", rules) == "TOOL_NOT_GRANTED 1:1");
  CHECK(broken("tools.send(); await tools?.send?.()", rules) == "TOOL_NOT_GRANTED 1:1, TOOL_NOT_GRANTED 1:21");
  CHECK(broken("const { search, send: s } = tools", rules) == "TOOL_NOT_GRANTED 1:17");
  CHECK(broken("callTool(name)", rules) == "COMPUTED_TOOL_NAME 1:1");
}

TEST_CASE("what hides a tool's name is refused when names must be written") {
  const guard_rules rules{.computed_tool_names = false};
  CHECK(broken("callTool('any'); tools.any(); const { any } = tools", rules) == "");
  for (const std::string_view hidden :
       {"tools[name]()", "const f = callTool", "f(tools)", "callTool('a' + b)", "callTool(`a${b}`)",
        "callTool.call(0, n)", "const { ...all } = tools", "const { [n]: t } = tools", "globalThis.callTool(n)",
        "globalThis[n]", "callTool()", "const g = globalThis", "for (const k in tools);", "[callTool][0](n)"})
    CHECK(broken(hidden, rules).starts_with("COMPUTED_TOOL_NAME"));
  CHECK(broken("const callTool = f, tools = {}; callTool(n); tools[n]()", rules) == "");
}

TEST_CASE("loops are refused, or only those that may not end") {
  const guard_rules none{.loops = loop_rule::none};
  const guard_rules bounded{.loops = loop_rule::bounded};
  CHECK(broken("for (const x of y);\nwhile (a) ;\n[1].map(f)", none) == "FORBIDDEN_LOOP 1:1, FORBIDDEN_LOOP 2:1");
  CHECK(broken("for (const x of y); for (const k in o); for (let i = 0; i < 3; i++);", bounded) == "");
  CHECK(broken("for (;;) break; while (1); do ; while (0);", bounded) ==
        "FORBIDDEN_LOOP 1:1, FORBIDDEN_LOOP 1:17, FORBIDDEN_LOOP 1:28");
}

TEST_CASE("sizes are limited") {
  CHECK(broken("return 1", {.source_bytes = 7}) == "SOURCE_TOO_LARGE 1:1");
  CHECK(broken("return 1", {.source_bytes = 8}) == "");
  CHECK(broken("return [[[[1]]]]", {.nesting = 6}) == "NESTED_TOO_DEEP 1:12");
  CHECK(broken("return [[[[1]]]]", {.nesting = 7}) == "");
}

TEST_CASE("characters that mislead are found in names, texts and comments") {
  const guard_rules rules{.misleading_characters = false};
  CHECK(broken("const tоken = 1", rules) == "LOOKALIKE_CHARACTER 1:7"); // a Cyrillic о
  CHECK(broken("x = 'pаypal' // sсope", rules) == "LOOKALIKE_CHARACTER 1:6, LOOKALIKE_CHARACTER 1:17");
  CHECK(broken("let \\u0430b = 1", rules) == "LOOKALIKE_CHARACTER 1:5");
  CHECK(broken("let а = 1", rules) == "LOOKALIKE_CHARACTER 1:5");
  CHECK(broken("let имя = 'Привет, а что? naïve Größe λ 日本'; имя // комментарий", rules) == "");
  CHECK(broken("/* \u202e */ x = '\u2066'", rules) == "BIDIRECTIONAL_CHARACTER 1:4, BIDIRECTIONAL_CHARACTER 1:14");
  CHECK(broken("x = 'a\u200bb'; y = '👨\u200d👩'", rules) == "INVISIBLE_CHARACTER 1:7");
}

TEST_CASE("a script that breaks a rule everywhere is told a few places") {
  std::string source;
  for (int i = 0; i < 1000; ++i) source += "Date.now();\n";
  const auto text = broken(source, {.globals_forbidden = {"Date"}});
  CHECK(std::count(text.begin(), text.end(), ',') < 40);
}

TEST_CASE("capabilities are suggested from the code") {
  CHECK(capabilities("return 1 + Math.max(2, 3)") == "");
  CHECK(capabilities("await sleep(5); tools.search({}); callTool('crm:get'); Math.random(); new Date(); progress(1)") ==
        "clock events:emit:progress ext:crm:get ext:search random timers");
  CHECK(capabilities("callTool(name); crypto.randomUUID()") == "ext:* random");
  CHECK(capabilities("const setTimeout = f; setTimeout()") == "");
}

TEST_CASE("keys of the state are suggested as they are read and written") {
  CHECK(capabilities("return $state.n + $state['m']") == "state:read:m state:read:n");
  CHECK(capabilities("$state.n = 1") == "state:write:n");
  CHECK(capabilities("$state.n = ($state.n ?? 0) + 1") == "state:read:n state:write:n");
  for (const std::string_view both :
       {"$state.n++", "$state.n += 1", "delete $state.n", "$state.n.a.b = 1", "$state.n.list.push(1)",
        "$state.n?.add(1)", "$state.update('n', v => v + 1)", "$state.n ||= 1", "$state.delete('n')"})
    CHECK(capabilities(both) == "state:read:n state:write:n");
  CHECK(capabilities("$state.list.map(x => x); $state.get('a'); $state.has('b')") ==
        "state:read:a state:read:b state:read:list");
  CHECK(capabilities("$state.set('a', $state.keys())") == "state:read:* state:write:a");
  CHECK(capabilities("$state[k] = 1") == "state:write:*");
  CHECK(capabilities("Object.assign($state, more)") == "state:read:* state:write:*");
  CHECK(capabilities("const $state = {}; $state.n = 1") == "");
}
