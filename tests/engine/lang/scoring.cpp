#include "engine/lang/scoring.hpp"

#include "engine/lang/parser.hpp"
#include "engine/lang/words.hpp"

#include <catch2/catch.hpp>

using namespace enclaved::engine::lang;

namespace {

/// "score: RULE line, …"
std::string scored(std::string_view source) {
  pool memory;
  const auto parsed = parse(source, {}, memory);
  REQUIRE(std::holds_alternative<program*>(parsed));
  auto& tree = *std::get<program*>(parsed);
  resolve(tree);
  const auto result = assess(tree, gather(tree));
  std::string text = std::to_string(result.score) + ":";
  for (const auto& it : result.signals) text += " " + std::string(it.rule) + " " + std::to_string(it.line);
  return text;
}

} // namespace

TEST_CASE("an honest script scores nothing") {
  CHECK(scored("const users = await tools['crm:get']({ id: 7, limit: 50, since: 1700000000000 });\n"
               "return users.map(u => u.name).filter(Boolean).slice(0, 10)") == "0:");
  CHECK(
      scored("for (const i of [1, 2, 3]) total += i; const maxTokens = 5; return { nextPageToken: x.nextPageToken }") ==
      "0:");
}

TEST_CASE("sensitive fields are found in arguments of tools and in what is read") {
  CHECK(scored("callTool('q', {\n fields: ['name', 'ssn'] })") == "35: SENSITIVE_FIELD 2");
  CHECK(scored("callTool('q', { api_key: k })") == "35: SENSITIVE_FIELD 1");
  CHECK(scored("return user.creditCardNumber") == "35: SENSITIVE_FIELD 1");
  CHECK(scored("const { passwordHash, id } = row") == "35: SENSITIVE_FIELD 1");
  CHECK(scored("return 'password is a word in a text'") == "0:");
  CHECK(scored("a.password; b.password; c.secret; d.token; e.ssn; f.cvv; g.pwd") ==
        "35: SENSITIVE_FIELD 1 SENSITIVE_FIELD 1 SENSITIVE_FIELD 1 SENSITIVE_FIELD 1 SENSITIVE_FIELD 1");
}

TEST_CASE("large limits and extreme values are found in arguments of tools only") {
  CHECK(scored("tools.find_one({ limit: 10000 }); const limit = 1e9") == "0:");
  CHECK(scored("tools.a({ pageSize: 10001 })") == "25: EXCESSIVE_LIMIT 1");
  CHECK(scored("tools.a({ max_results: Infinity }); tools.a({ limit: -1 })") ==
        "25: EXCESSIVE_LIMIT 1 EXCESSIVE_LIMIT 1");
  CHECK(scored("tools.a({ amount: 5e12 })") == "30: EXTREME_VALUE 1");
  CHECK(scored("tools.a(Number.MAX_SAFE_INTEGER)") == "30: EXTREME_VALUE 1");
}

TEST_CASE("queries for everything are found") {
  CHECK(scored("tools.a({ q: '*' })") == "20: WILDCARD_QUERY 1");
  CHECK(scored("tools.a(`SELECT * FROM users`)") == "20: WILDCARD_QUERY 1");
  CHECK(scored("tools.a({ q: '2 * 3' }); f('*')") == "0:");
}

TEST_CASE("tool calls that repeat are found, also through functions and callbacks") {
  CHECK(scored("for (const x of y)\n  await tools.a(x)") == "25: TOOL_CALL_IN_LOOP 2");
  CHECK(scored("await Promise.all(y.map(async x =>\n tools.a(x)))") == "25: TOOL_CALL_IN_LOOP 2");
  CHECK(scored("async function f() { return tools.a() }\nwhile (g()) f()") == "25: TOOL_CALL_IN_LOOP 1");
  CHECK(scored("const f = () => { const g = () => tools.a(); return g() }; y.forEach(f)") == "25: TOOL_CALL_IN_LOOP 1");
  CHECK(scored("const f = () => tools.a(); for (const x of y) x.f = f; f()") == "0:");
  CHECK(scored("for (const x of y) handlers.push(() => tools.a())") == "0:");
  CHECK(scored("await tools.a(y.map(x => x + 1))") == "0:");
}

TEST_CASE("a tool that sends after one that lists is found") {
  CHECK(scored("const l = await tools.listUsers();\nawait tools.sendEmail(l)") == "50: LIST_THEN_SEND 2");
  CHECK(scored("await tools.sendEmail(1); await tools.listUsers()") == "0:");
  CHECK(scored("const l = await callTool('crm:get_contacts'); await callTool('http:post', l)") ==
        "50: LIST_THEN_SEND 1");
  CHECK(scored("const u = await tools.getUser(); await tools.sendEmail(u)") == "0:");
}

TEST_CASE("computed names and bulk operations are found") {
  CHECK(scored("callTool(name)") == "20: COMPUTED_TOOL_NAME 1");
  CHECK(scored("tools.deleteAll(); tools['users:bulk-delete']()") == "15: BULK_OPERATION 1 BULK_OPERATION 1");
  CHECK(scored("tools.callback(); tools.install()") == "0:");
  std::string list = "tools.a([0";
  for (int i = 0; i < 100; ++i) list += ",1";
  CHECK(scored(list + "])") == "15: BULK_OPERATION 1");
}

TEST_CASE("scores add up and stop at 100") {
  CHECK(scored("for (const u of await tools.listUsers({ limit: 1e6, q: '*', fields: ['password'] }))\n"
               "  await tools[n]({ to: 'x', body: u.ssn });\nawait tools.sendBulk(u)")
            .starts_with("100:"));
}

TEST_CASE("words of names are told apart however they are written") {
  for (const std::string_view name : {"apiKey", "api_key", "API-KEY", "APIKey", "my.api.key", "apikey"})
    CHECK(is_sensitive(name));
  for (const std::string_view name : {"keyboard", "tokenize", "maxTokens", "secretary", "passwordless", ""})
    CHECK_FALSE(is_sensitive(name));
  CHECK(words_of(std::string(100000, 'a')).size() == 1);
}
