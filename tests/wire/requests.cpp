#include "wire/requests.hpp"

#include "base/pack.hpp"
#include "packed.hpp"
#include "wire/events.hpp"
#include "wire/permissions.hpp"

#include <vector>

using namespace enclaved;
using namespace enclaved::wire;
using enclaved::tests::as_json;
using enclaved::tests::packed;

namespace {

template <class T>
T decoded(std::string_view method, std::string_view json) {
  auto request = decode_request(method, packed(json));
  INFO(method << " " << json);
  if (!request) FAIL(request.problem().message);
  REQUIRE(std::holds_alternative<T>(*request));
  return std::get<T>(*request);
}

error refused(std::string_view method, std::string_view params) {
  auto request = decode_request(method, params);
  REQUIRE_FALSE(request);
  return request.problem();
}

} // namespace

TEST_CASE("run with every key is decoded field by field") {
  const auto it = decoded<run>("run", R"([{"code":"return 1","session":"s_1","inputs":{"n":[1,2]},"security":"secure",
    "limits":{"timeout_ms":100,"deadline_ms":0,"tool_timeout_ms":0,"memory_bytes":1048576},
    "tools":[{"name":"search","description":"finds","args_schema":{"type":"object"},"timeout_ms":5,"retryable":true,"max_retries":2,"at_most_once":false},{"name":"b"}],
    "labels":{"zone":"eu"},"events":["log","final"],"tool_mode":"event","durable":false}])");
  CHECK(it.code == "return 1");
  CHECK(it.options.session == "s_1");
  CHECK(as_json(it.inputs) == R"({"n":[1,2]})");
  CHECK(it.options.security == security_level::secure);
  CHECK(it.options.limits[0] == 100);
  CHECK(it.options.limits[2] == 0);
  CHECK(it.options.limits[3] == 1048576);
  CHECK_FALSE(it.options.limits[1]);
  REQUIRE(it.options.tools);
  REQUIRE(it.options.tools->size() == 2);
  CHECK(it.options.tools->at(0).name == "search");
  CHECK(as_json(it.options.tools->at(0).args_schema) == R"({"type":"object"})");
  CHECK(it.options.tools->at(0).timeout_ms == 5);
  CHECK(it.options.tools->at(0).retryable);
  CHECK(it.options.tools->at(0).max_retries == 2);
  CHECK_FALSE(it.options.tools->at(1).timeout_ms);
  CHECK(it.options.labels == label_list{{"zone", "eu"}});
  CHECK(it.options.events == (bit(event_type::log) | bit(event_type::final)));
  CHECK(it.options.tool_mode == tool_mode::event);
}

TEST_CASE("keys that are left out stay unset") {
  const auto it = decoded<run>("run", R"([{"code":""}])");
  CHECK(it.inputs.empty());
  CHECK_FALSE(it.options.session);
  CHECK_FALSE(it.options.tools);
  CHECK_FALSE(it.options.events);
  CHECK_FALSE(it.options.tool_mode);
  const auto attach = decoded<session_attach>("session.attach", R"([{"session":"a"}])");
  CHECK(attach.after == 0);
  CHECK(attach.events == all_events);
  CHECK(attach.tool_mode == tool_mode::call);
}

TEST_CASE("every method decodes its plain form") {
  decoded<hello>("hello", "[]");
  CHECK(decoded<hello>("hello", R"([{"token":"t","client":{"name":"n","version":"1"},"protocol":1}])").client_name ==
        "n");
  decoded<ping>("ping", "[]");
  decoded<ping>("ping", "[{}]");
  CHECK(as_json(decoded<session_open>("session.open", R"([{"metadata":{"a":1}}])").metadata) == R"({"a":1})");
  CHECK(decoded<session_events>("session.events", R"([{"session":"a","from":5,"limit":1000}])").limit == 1000);
  CHECK(decoded<session_detach>("session.detach", R"([{"session":"a.b:c-D_9"}])").session == "a.b:c-D_9");
  CHECK(decoded<session_cancel>("session.cancel", R"([{"session":"a","reason":"enough"}])").reason == "enough");
  CHECK(decoded<session_close>("session.close", R"([{"session":"a"}])").session == "a");
  CHECK(decoded<session_info>("session.info", R"([{"session":"a"}])").session == "a");
  CHECK(decoded<session_list>("session.list", R"([{"status":"idle","label":"k=v","cursor":"c","limit":3}])").label ==
        "k=v");
  decoded<status_query>("status", "[]");
  CHECK(decoded<admin_drain>("admin.drain", R"([{"runtime":"r"}])").runtime == "r");
  decoded<admin_runtimes>("admin.runtimes", "[]");
  decoded<admin_events>("admin.events", "[]");
  CHECK(decoded<check>("check", R"([{"code":"1","security":"strict"}])").security == security_level::strict);
}

TEST_CASE("a session is opened with a state and with capabilities") {
  const auto it = decoded<session_open>(
      "session.open", R"([{"initial_state":{"n":1,"cart":{"items":[]}},"capabilities":["ext:crm:*","state:read:n"]}])");
  CHECK(as_json(it.initial_state) == R"({"n":1,"cart":{"items":[]}})");
  CHECK(it.capabilities.is_limited());
  CHECK(it.capabilities.allows_tool("crm:list"));
  CHECK_FALSE(it.capabilities.allows_state_write("n"));
  const auto bare = decoded<session_open>("session.open", R"([{"initial_state":{}}])");
  CHECK(bare.initial_state.empty());
  CHECK_FALSE(bare.capabilities.is_limited());
}

TEST_CASE("a tool's result is a result, an error, or neither, which is nil") {
  const auto good = decoded<tool_result>("tool.result", R"([{"session":"a","call":"c","result":[1]}])");
  CHECK(good.ok);
  CHECK(as_json(good.value) == "[1]");
  CHECK(as_json(decoded<tool_result>("tool.result", R"([{"session":"a","call":"c"}])").value) == "null");
  CHECK(decoded<tool_result>("tool.result", R"([{"session":"a","call":"c","result":1,"error":null}])").ok);
  const auto bad = decoded<tool_result>("tool.result", R"([{"session":"a","call":"c","error":"no"}])");
  CHECK_FALSE(bad.ok);
  CHECK(as_json(bad.value) == R"("no")");
}

TEST_CASE("every violation names the place and what would be right") {
  struct bad {
    std::string_view method, params;
    error_code code;
    std::string_view message;
  };
  using enum error_code;
  const std::vector<bad> table{
      {"nothing", "[]", unknown_method, "there is no method \"nothing\""},
      {"ping", "{}", invalid_request, "params must be [] or an array with one map"},
      {"ping", "[{},{}]", invalid_request, "params must be [] or an array with one map"},
      {"ping", "[1]", invalid_request, "params must be [] or an array with one map"},
      {"ping", R"([{"a":1}])", invalid_request, "params has no key \"a\"; it takes none"},
      {"run", "[]", invalid_request, "params must have the key code"},
      {"run", "[{}]", invalid_request, "params must have the key code"},
      {"run", R"([{"code":1}])", invalid_request, "code must be a string"},
      {"run", R"([{"code":null}])", invalid_request, "code must be a string"},
      {"run", R"([{"code":"","cod":1}])", invalid_request,
       "params has no key \"cod\"; its keys are code, inputs, idempotency_key, session, security, limits"},
      {"run", R"([{"code":"","session":""}])", invalid_request,
       "session must be a string of 1 to 128 characters of A-Z a-z 0-9 _ . : -"},
      {"run", R"([{"code":"","session":"a b"}])", invalid_request, "session must be a string of 1 to 128"},
      {"run", R"([{"code":"","session":5}])", invalid_request, "session must be a string of 1 to 128"},
      {"run", R"([{"code":"","security":"lax"}])", invalid_request,
       "security must be one of strict, secure, standard, permissive"},
      {"run", R"([{"code":"","security":3}])", invalid_request,
       "security must be one of strict, secure, standard, permissive"},
      {"run", R"([{"code":"","limits":[]}])", invalid_request, "limits must be a map"},
      {"run", R"([{"code":"","limits":{"cpu":1}}])", invalid_request,
       "limits has no key \"cpu\"; its keys are timeout_ms, cpu_ms"},
      {"run", R"([{"code":"","limits":{"cpu_ms":0}}])", invalid_request,
       "limits.cpu_ms must be an integer from 1 to 9007199254740992"},
      {"run", R"([{"code":"","limits":{"cpu_ms":-1}}])", invalid_request, "limits.cpu_ms must be an integer from 1"},
      {"run", R"([{"code":"","limits":{"cpu_ms":1.5}}])", invalid_request, "limits.cpu_ms must be an integer from 1"},
      {"run", R"([{"code":"","limits":{"deadline_ms":"1"}}])", invalid_request,
       "limits.deadline_ms must be an integer from 0"},
      {"run", R"([{"code":"","tools":{}}])", invalid_request, "tools must be an array"},
      {"run", R"([{"code":"","tools":["a"]}])", invalid_request, "tools[0] must be a map"},
      {"run", R"([{"code":"","tools":[{"name":"a"},{}]}])", invalid_request, "tools[1] must have the key name"},
      {"run", R"([{"code":"","tools":[{"name":""}]}])", invalid_request, "tools[0].name must not be empty"},
      {"run", R"([{"code":"","tools":[{"name":"a"},{"name":"a"}]}])", invalid_request,
       "tools must name each tool once; twice there is \"a\""},
      {"run", R"([{"code":"","tools":[{"name":"a","args_schema":1}]}])", invalid_request,
       "tools[0].args_schema must be a map"},
      {"run", R"([{"code":"","tools":[{"name":"a","max_retries":101}]}])", invalid_request,
       "tools[0].max_retries must be an integer from 0 to 100"},
      {"run", R"([{"code":"","tools":[{"name":"a","retryable":1}]}])", invalid_request,
       "tools[0].retryable must be true or false"},
      {"run", R"([{"code":"","labels":[]}])", invalid_request, "labels must be a map"},
      {"run", R"([{"code":"","labels":{"a":1}}])", invalid_request, "labels.\"a\" must be a string"},
      {"run", R"([{"code":"","events":"some"}])", invalid_request,
       "events must be \"none\", \"all\" or an array of event types"},
      {"run", R"([{"code":"","events":1}])", invalid_request, "events must be \"none\", \"all\" or an array"},
      {"run", R"([{"code":"","events":["log","x"]}])", invalid_request,
       "events[1] must be one of session_init, stdout"},
      {"run", R"([{"code":"","tool_mode":"x"}])", invalid_request, "tool_mode must be one of call, event, none"},
      {"run", R"([{"code":"","durable":1}])", invalid_request, "durable must be true or false"},
      {"run", R"([{"code":"","idempotency_key":""}])", invalid_request, "idempotency_key must not be empty"},
      {"session.open", R"([{"initial_state":[]}])", invalid_request, "initial_state must be a map"},
      {"session.open", R"([{"initial_state":null}])", invalid_request, "initial_state must be a map"},
      {"run", R"([{"code":"","initial_state":{}}])", invalid_request, "params has no key \"initial_state\""},
      {"session.open", R"([{"capabilities":"ext:*"}])", invalid_request, "capabilities must be an array"},
      {"session.open", R"([{"capabilities":[1]}])", invalid_request, "capabilities[0] must be a string"},
      {"session.open", R"([{"capabilities":["ext:a","tool:a"]}])", invalid_request,
       "capabilities[1] must be ext:NAME, state:read:KEY, state:write:KEY, events:emit:NAME, clock, random or timers"},
      {"session.open", R"([{"capabilities":["ext:"]}])", invalid_request, "capabilities[0] must be ext:NAME"},
      {"session.open", R"([{"metadata":1}])", invalid_request, "metadata must be a map"},
      {"session.open", R"([{"code":""}])", invalid_request, "params has no key \"code\""},
      {"session.attach", R"([{"after":1}])", invalid_request, "params must have the key session"},
      {"session.attach", R"([{"session":"a","after":-1}])", invalid_request, "after must be an integer from 0"},
      {"session.events", R"([{"session":"a","limit":0}])", invalid_request, "limit must be an integer from 1 to 1000"},
      {"session.list", R"([{"status":"gone"}])", invalid_request,
       "status must be one of idle, queued, running, waiting, recovering, ended"},
      {"session.cancel", R"([{"session":"a","reason":1}])", invalid_request, "reason must be a string"},
      {"tool.result", R"([{"session":"a"}])", invalid_request, "params must have the key call"},
      {"tool.result", R"([{"session":"a","call":"c","result":1,"error":"x"}])", invalid_request,
       "params must have one of result and error, not both"},
      {"tool.result", R"([{"session":"a","call":"c","error":5}])", invalid_request, "error must be a map or a string"},
      {"hello", R"([{"protocol":2}])", invalid_request, "protocol must be 1"},
      {"hello", R"([{"client":"me"}])", invalid_request, "client must be a map"},
      {"hello", R"([{"client":{"os":"x"}}])", invalid_request, "client has no key \"os\"; its keys are name, version"},
      {"check", R"([{"security":"strict"}])", invalid_request, "params must have the key code"},
      {"admin.backup", "[]", invalid_request, "params must have the key path"},
  };
  for (const auto& [method, params, code, message] : table) {
    CAPTURE(method, params);
    const auto problem = refused(method, packed(params));
    CHECK(row(problem.code).name == row(code).name);
    CHECK_THAT(problem.message, Catch::StartsWith(std::string{message}));
  }
}

TEST_CASE("sizes over their bounds are refused as such") {
  const auto too_large = [](std::string_view method, const std::string& json) {
    return refused(method, packed(json)).code == error_code::too_large;
  };
  const auto text = [](std::size_t bytes) { return "\"" + std::string(bytes, 'x') + "\""; };
  CHECK(too_large("run", "[{\"code\":" + text(bounds::source_bytes + 1) + "}]"));
  CHECK(too_large("session.cancel", "[{\"session\":\"a\",\"reason\":" + text(bounds::reason_bytes + 1) + "}]"));
  CHECK(too_large("session.open", "[{\"metadata\":{\"a\":" + text(bounds::metadata_bytes) + "}}]"));
  CHECK(too_large("session.open", "[{\"initial_state\":{\"a\":" + text(bounds::state_bytes) + "}}]"));
  CHECK(too_large("session.open", "[{\"initial_state\":{" + text(bounds::state_key_bytes + 1) + ":1}}]"));
  CHECK(too_large("session.open", "[{\"capabilities\":[" + text(bounds::capability_bytes + 1) + "]}]"));
  CHECK(too_large("run", "[{\"code\":\"\",\"tools\":[{\"name\":" + text(bounds::tool_name_bytes + 1) + "}]}]"));
  CHECK(too_large("run", "[{\"code\":\"\",\"labels\":{\"a\":" + text(bounds::label_bytes + 1) + "}}]"));
  CHECK(too_large("hello", "[{\"token\":" + text(bounds::token_bytes + 1) + "}]"));
  std::string tools = "{\"name\":\"t\"}";
  for (std::size_t i = 0; i < bounds::tools_per_session; ++i) tools += ",{\"name\":\"t" + std::to_string(i) + "\"}";
  CHECK(too_large("run", "[{\"code\":\"\",\"tools\":[" + tools + "]}]"));
}

TEST_CASE("a key given twice is refused") {
  pack::buffer params;
  pack::writer{params}.array(1).map(2).str("code").str("1").str("code").str("2");
  CHECK(refused("run", params.bytes).message == "code must be given once");
}

TEST_CASE("what may not enter a heap is refused in inputs") {
  const auto with_inputs = [](auto write) {
    pack::buffer params;
    pack::writer to{params};
    to.array(1).map(2).str("code").str("").str("inputs");
    write(to);
    return decode_request("run", params.bytes);
  };
  const auto message_of = [&](auto write) {
    const auto request = with_inputs(write);
    return request ? std::string{"accepted"} : request.problem().message;
  };
  CHECK(message_of([](auto& to) { to.array(1).str("\xff"); }) == "inputs must have strings in UTF-8 only");
  CHECK(message_of([](auto& to) { to.map(1).str("\xed\xa0\x80").nil(); }) == "inputs must have strings in UTF-8 only");
  CHECK(message_of([](auto& to) { to.map(1).number(1).nil(); }) == "inputs must have strings as the keys of its maps");
  CHECK(message_of([](auto& to) { to.map(1).str("a").map(1).bin("b").nil(); }) ==
        "inputs must have strings as the keys of its maps");
  CHECK(message_of([](auto& to) { to.ext(5, "abcd"); }) == "inputs must have no extension types but timestamps");
  CHECK_THAT(message_of([](auto& to) { to.ext(-1, "abc"); }),
             Catch::StartsWith("inputs must have timestamps of 4, 8 or 12 bytes"));
  CHECK_THAT(message_of([](auto& to) { to.ext(-1, std::string(12, '\xff')); }),
             Catch::StartsWith("inputs must have timestamps"));
  CHECK_THAT(message_of([](auto& to) {
               for (int i = 0; i < 65; ++i) to.array(1);
               to.nil();
             }),
             Catch::StartsWith("inputs must nest no deeper"));
  CHECK_THAT(message_of([](auto& to) { to.array(3).nil(); }), Catch::StartsWith("inputs must be MessagePack"));
  CHECK(message_of([](auto& to) { to.map(2).str("__proto__").ext(-1, "abcd").str("b").bin("\xff"); }) == "accepted");
  CHECK(message_of([](auto& to) { to.array(2).ext(-1, std::string(8, '\0')).ext(-1, std::string(12, '\0')); }) ==
        "accepted");
  CHECK(message_of([](auto& to) {
          for (int i = 0; i < 64; ++i) to.array(1);
          to.nil();
        }) == "accepted");
}

TEST_CASE("code and names that are not UTF-8 are refused and never quoted back") {
  pack::buffer code;
  pack::writer{code}.array(1).map(1).str("code").str("\xc0\x80");
  CHECK(refused("run", code.bytes).message == "code must be UTF-8");
  pack::buffer key;
  pack::writer{key}.array(1).map(1).str("\xff").nil();
  CHECK_THAT(refused("run", key.bytes).message, Catch::StartsWith("params has no key \"\\xff\""));
  CHECK(refused("\xff\xfe", packed("[]")).message == "there is no method \"\\xff\\xfe\"");
  CHECK(refused(std::string(100'000, 'm'), packed("[]")).message.size() < 200);
}

TEST_CASE("a request cut off anywhere is refused") {
  const auto params = packed(
      R"([{"code":"return 1","inputs":{"n":[1,2]},"tools":[{"name":"a"}],"events":["log"],"limits":{"cpu_ms":1},"labels":{"a":"b"}}])");
  for (std::size_t length = 0; length < params.size(); ++length)
    CHECK_FALSE(decode_request("run", params.substr(0, length)));
  CHECK_FALSE(decode_request("run", params + '\x01'));
}

TEST_CASE("the names of event types go both ways") {
  for (std::size_t i = 0; i < event_types; ++i)
    CHECK(event_named(name(static_cast<event_type>(i))) == static_cast<event_type>(i));
  CHECK(name(event_type::stdout_chunk) == "stdout");
  CHECK_FALSE(event_named("nothing"));
}

TEST_CASE("a request needs the permission that the protocol says") {
  const principal reader{.may_run = false, .may_read = true};
  const principal runner{.may_run = true, .may_read = false};
  const auto allows = [](const principal& who, const request& what) { return permits(who, needed_for(what)); };
  CHECK(allows(reader, session_list{}));
  CHECK(allows(reader, status_query{}));
  CHECK(allows(reader, session_attach{.tool_mode = tool_mode::none}));
  CHECK_FALSE(allows(reader, session_attach{}));
  CHECK_FALSE(allows(reader, run{}));
  CHECK_FALSE(allows(reader, tool_result{}));
  CHECK(allows(runner, run{}));
  CHECK_FALSE(allows(runner, session_info{}));
  CHECK_FALSE(allows(runner, admin_drain{}));
  CHECK(allows(principal{.may_admin = true}, admin_drain{}));
}
