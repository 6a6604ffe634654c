#include "engine/judge.hpp"

#include "support.hpp"

#include <catch2/catch.hpp>

using namespace enclaved;
using namespace enclaved::engine;
using namespace enclaved::engine::test;

namespace {

/// A machine that obeys rules until the test is over.
struct under_rules {
  explicit under_rules(script_rules rules) { machine::boot().obey(std::move(rules)); }
  ~under_rules() { machine::boot().obey({}); }
};

} // namespace

TEST_CASE("rules come through the pipe as they were") {
  script_rules rules;
  rules.guard.globals_allowed = {"Math", "JSON*"};
  rules.guard.tools_allowed = {"a"};
  rules.guard.computed_tool_names = false;
  rules.guard.loops = lang::loop_rule::bounded;
  rules.guard.source_bytes = 1'000'000'000'000;
  rules.score_block = 70;
  script_rules read;
  REQUIRE(read_rules(encoded(rules), read));
  CHECK(read.guard.globals_allowed == rules.guard.globals_allowed);
  CHECK(read.guard.tools_allowed == rules.guard.tools_allowed);
  CHECK_FALSE(read.guard.computed_tool_names);
  CHECK(read.guard.misleading_characters);
  CHECK(read.guard.loops == lang::loop_rule::bounded);
  CHECK(read.guard.source_bytes == 1'000'000'000'000);
  CHECK(read.score_block == 70);
  const auto bytes = encoded(rules);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    script_rules cut;
    CHECK_FALSE(read_rules(std::string_view(bytes).substr(0, i), cut));
  }
}

TEST_CASE("a script that breaks a rule does not run") {
  const under_rules rules({.guard = {.globals_forbidden = {"Date"}}});
  script_run run("print('ran');\nreturn Date.now()");
  const auto end = run.go();
  CHECK(end.how == outcome::validation_error);
  CHECK(end.message == "\"Date\" may not be used here");
  CHECK(end.line == 2);
  CHECK(end.details == "{\"diagnostics\":[{\"code\":\"FORBIDDEN_GLOBAL\",\"severity\":\"error\",\"message\":\"\"Date\" "
                       "may not be used here\",\"line\":2,\"column\":8}]}");
  CHECK(run.sink.output.empty());
  CHECK(result_of("return 1 + 1") == "2");
}

TEST_CASE("a tool that is not in the list is a capability that the script was not granted") {
  const under_rules rules({.guard = {.tools_allowed = {"search"}}});
  CHECK(result_of("return callTool('send', {})") == "CAPABILITY_DENIED: the tool \"send\" is not granted");
  CHECK(result_of("return callTool('se' + 'nd', {})") == "VALIDATION_ERROR: the name of a tool is written as a text");
  CHECK(result_of("return callTool('search', 5)") == "5");
}

TEST_CASE("the gate blocks, warns or lets through by the score") {
  const under_rules rules({.score_warn = 30, .score_block = 70});
  CHECK(result_of("return 1") == "1");
  script_run suspect("callTool('get', { field: 'password' }); return 2");
  CHECK(suspect.go().result == "2");
  CHECK(suspect.sink.output.find("the script scores 35") != std::string::npos);
  CHECK(suspect.sink.output.find("SENSITIVE_FIELD") != std::string::npos);
  script_run bad("var l = callTool('listUsers', { limit: 1e6 });\ncallTool('sendEmail', { to: 'x', body: l })");
  const auto end = bad.go();
  CHECK(end.how == outcome::blocked);
  CHECK(end.message == "the script scores 75, and 70 or more is refused");
  CHECK(end.line == 1);
  CHECK(end.details.find(R"("rule":"LIST_THEN_SEND","score":50)") != std::string::npos);
  CHECK(bad.sink.calls.empty());
}

TEST_CASE("what cannot be read is not let through") {
  const under_rules rules({.score_block = 70});
  CHECK(result_of("return (").starts_with("SYNTAX_ERROR"));
}

TEST_CASE("a check tells problems, needs and the score, and runs nothing") {
  const auto told = [](std::string_view code, const script_rules& rules = {}) { return shown(diagnosis(code, rules)); };
  CHECK(told("return 1") == R"({"ok":true,"diagnostics":[],"capabilities":[],"score":0})");
  CHECK(told("await callTool('crm:get', { ssn: 1 }); setTimeout(f)") ==
        R"({"ok":true,"diagnostics":[],"capabilities":["ext:crm:get","timers"],"score":35})");
  CHECK(told("var a;\nvar = 1").starts_with(R"({"ok":false,"diagnostics":[{"code":)"));
  CHECK(told("\xff").starts_with(R"({"ok":false,"diagnostics":[{"code":"NOT_UTF8")"));
  const auto warned = told("x.password", {.score_warn = 10});
  CHECK(warned.starts_with(R"({"ok":true,"diagnostics":[{"code":"SENSITIVE_FIELD","severity":"warning")"));
  const auto blocked = told("x.password", {.score_block = 10});
  CHECK(blocked.starts_with(R"({"ok":false,"diagnostics":[{"code":"SENSITIVE_FIELD","severity":"error")"));
}
