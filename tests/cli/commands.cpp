// Whole commands, from their arguments to their output and exit status, against a server that says what the test wants.
#include "cli/commands.hpp"

#include "cli/fields.hpp"
#include "fake_port.hpp"
#include "fake_server.hpp"

#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>

using namespace enclaved;
using namespace enclaved::cli;
using namespace enclaved::test;

namespace {

struct ended {
  int status = -1;
  std::string out, err;
};

/// Runs a command whose embedded server behaves as given.
ended start(const std::vector<std::string>& arguments, fake_behaviour behave = {}) {
  std::unique_ptr<fake_server> server;
  host with;
  with.serve = [](enclaved::cli::arguments) { return 42; };
  with.start_embedded = [&]() -> result<unique_fd> {
    server = std::make_unique<fake_server>(behave);
    return server->take_client_side();
  };
  std::ostringstream out, err;
  auto* const out_before = std::cout.rdbuf(out.rdbuf());
  auto* const err_before = std::cerr.rdbuf(err.rdbuf());
  const int status = dispatch(arguments, with);
  std::cout.rdbuf(out_before);
  std::cerr.rdbuf(err_before);
  return {status, out.str(), err.str()};
}

class script_file {
public:
  explicit script_file(const std::string& text) {
    const int descriptor = ::mkstemp(path_.data());
    ::close(descriptor);
    std::ofstream(path_) << text;
  }
  ~script_file() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }

private:
  std::string path_ = "/tmp/enclaved-script-XXXXXX";
};

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// Asks one tool call, and ends the run with what came back.
bool relay_tool(const wire::message& came, pack::buffer& out) {
  if (came.form == wire::message_form::request) {
    pack::buffer call;
    pack::writer(call).map(3).str("tool").str("t").str("call").str("c1").str("args").map(1).str("n").number(3);
    wire::append_request(out, 9, "tool.call", call.bytes);
    return true;
  }
  pack::buffer end;
  pack::writer writer(end);
  writer.map(2).str("ok").boolean(!came.failed);
  if (came.failed)
    writer.str("error").map(2).str("code").str("TOOL_ERROR").str("message").str(text_field(came.value, "message"));
  else
    writer.str("result").raw(came.value);
  wire::append_response(out, 1, end.bytes);
  return true;
}

} // namespace

TEST_CASE("run prints the result as JSON and nothing else on stdout") {
  const script_file script("return 1 + 1");
  std::string code;
  const auto end = start({"run", script.path()}, [&code](const wire::message& came, pack::buffer& out) {
    for (const auto argument : elements(came.params)) code = text_field(argument, "code");
    wire::append_response(out, came.msgid, number_result(2));
    return true;
  });
  CHECK(end.status == 0);
  CHECK(end.out == "2\n");
  CHECK(end.err.empty());
  CHECK(code == "return 1 + 1");
}

TEST_CASE("run sends what its options say") {
  const script_file script("return 0");
  std::string argument;
  const auto end = start({"run", script.path(), "--inputs={\"a\": [1]}", "--security=strict", "--limit",
                          "memory_bytes=1048576", "--timeout=2", "--label=region=eu", "--tool=t=cat", "--events"},
                         [&argument](const wire::message& came, pack::buffer& out) {
                           argument = elements(came.params).front();
                           wire::append_response(out, came.msgid, number_result(0));
                           return true;
                         });
  REQUIRE(end.status == 0);
  CHECK(shown_value(*field(argument, "inputs")) == R"({"a":[1]})");
  CHECK(text_field(argument, "security") == "strict");
  CHECK(number_field(*field(argument, "limits"), "memory_bytes") == 1'048'576U);
  CHECK(number_field(*field(argument, "limits"), "deadline_ms") == 2'000U);
  CHECK(shown_value(*field(argument, "labels")) == R"({"region":"eu"})");
  CHECK(shown_value(*field(argument, "tools")) == R"([{"name":"t"}])");
  CHECK(text_field(argument, "events") == "all");
}

TEST_CASE("a failed script ends with status 1 and shows its line with a caret") {
  const script_file script("let a = 1;\n\tnull.x;\n");
  const auto end = start({"run", script.path()}, [](const wire::message& came, pack::buffer& out) {
    pack::buffer final;
    pack::writer(final)
        .map(2)
        .str("ok")
        .boolean(false)
        .str("error")
        .map(4)
        .str("code")
        .str("SCRIPT_ERROR")
        .str("message")
        .str("cannot read \x1b[31mx")
        .str("line")
        .number(2)
        .str("column")
        .number(7);
    wire::append_response(out, came.msgid, final.bytes);
    return true;
  });
  CHECK(end.status == 1);
  CHECK(end.out.empty());
  CHECK(end.err == "SCRIPT_ERROR: cannot read \\x1b[31mx (line 2)\n  2 | \tnull.x;\n    | \t     ^\n");
}

TEST_CASE("a tool's command gets the arguments on stdin and its stdout is the result") {
  const script_file script("return callTool('t', {n: 3})");
  const auto end = start({"run", script.path(), "--tool", "t=cat"}, relay_tool);
  CHECK(end.status == 0);
  CHECK(end.out == "{\"n\":3}\n");
}

TEST_CASE("a tool's command that fails is an error with the last line of its stderr") {
  const script_file script("return callTool('t')");
  const auto end =
      start({"run", script.path(), "--tool=t=echo first >&2; echo 'no such city' >&2; exit 3"}, relay_tool);
  CHECK(end.status == 1);
  CHECK(has(end.err, "TOOL_ERROR: no such city"));
}

TEST_CASE("a tool's command that prints no JSON fails its call, and one that prints nothing returns null") {
  const script_file script("return callTool('t')");
  CHECK(has(start({"run", script.path(), "--tool=t=echo {"}, relay_tool).err, "t printed no JSON"));
  CHECK(start({"run", script.path(), "--tool=t=true"}, relay_tool).out == "null\n");
  CHECK(has(start({"run", script.path(), "--tool=t=kill -9 $$"}, relay_tool).err, "ended by signal 9"));
  CHECK(has(start({"run", script.path(), "--tool=other=true"}, relay_tool).err, "no --tool answers t"));
}

TEST_CASE("tool calls run at the same time") {
  // The first command ends only when the second has written into the pipe that both know.
  const script_file pipe("");
  std::remove(pipe.path().c_str());
  const script_file script("return 0");
  int answers = 0;
  const auto end = start({"run", script.path(), "--tool", "wait=mkfifo " + pipe.path() + "; read line < " + pipe.path(),
                          "--tool", "wake=while ! [ -p " + pipe.path() + " ]; do :; done; echo now > " + pipe.path()},
                         [&answers](const wire::message& came, pack::buffer& out) {
                           if (came.form == wire::message_form::request) {
                             wire::append_request(out, 1, "tool.call", text_map("tool", "wait"));
                             wire::append_request(out, 2, "tool.call", text_map("tool", "wake"));
                           } else if (++answers == 2)
                             wire::append_response(out, 1, number_result(5));
                           return true;
                         });
  CHECK(end.status == 0);
  CHECK(end.out == "5\n");
}

TEST_CASE("a cancelled tool's command is ended and not answered") {
  const script_file script("return 0");
  const auto end = start({"run", script.path(), "--tool=t=sleep 100", "--tool=u=true"},
                         [](const wire::message& came, pack::buffer& out) {
                           if (came.form == wire::message_form::request) {
                             pack::buffer call;
                             pack::writer(call).map(2).str("tool").str("t").str("call").str("c1");
                             wire::append_request(out, 1, "tool.call", call.bytes);
                             wire::append_notification(out, "tool.cancel", text_map("call", "c1"));
                             wire::append_request(out, 2, "tool.call", text_map("tool", "u"));
                           } else
                             wire::append_response(out, 1, number_result(came.msgid));
                           return true;
                         });
  CHECK(end.out == "2\n");
}

TEST_CASE("what a script prints and logs goes to stderr, safe for a terminal") {
  const script_file script("print('x')");
  const auto behave = [](const wire::message& came, pack::buffer& out) {
    pack::buffer event;
    pack::writer(event).map(2).str("type").str("stdout").str("payload").map(1).str("chunk").str("one\ntwo\x1b[2J\n");
    wire::append_notification(out, "event", event.bytes);
    wire::append_response(out, came.msgid, number_result(1));
    return true;
  };
  const auto end = start({"run", script.path()}, behave);
  CHECK(end.err == "one\ntwo\\x1b[2J\n");
  CHECK(end.out == "1\n");
  CHECK(has(start({"run", script.path(), "--events"}, behave).err, R"({"type":"stdout","payload":{"chunk":"one\ntwo)"));
}

TEST_CASE("a lost server is status 3 and a refused request status 2") {
  const script_file script("return 0");
  CHECK(start({"run", script.path()}, [](const wire::message&, pack::buffer&) { return false; }).status == 3);
  CHECK(start({"run", script.path()}, [](const wire::message& came, pack::buffer& out) {
          wire::append_refusal(out, came.msgid, invalid_request("no"));
          return true;
        }).status == 2);
  CHECK(start({"status", "--connect=127.0.0.1:1", "--connect-timeout-ms=500"}).status == 3);
}

TEST_CASE("a wrong command line is status 2 and tells everything that is wrong") {
  const auto end = start({"run", "--limit=memroy_bytes=1", "--inptus=1", "--timeout=soon"});
  CHECK(end.status == 2);
  CHECK(has(end.err, "did you mean memory_bytes?"));
  CHECK(has(end.err, "did you mean --inputs?"));
  CHECK(has(end.err, "--timeout takes"));
  CHECK(has(end.err, "it is called as enclaved run FILE|-"));
  CHECK(start({"run", "/nonexistent.js"}).status == 2);
  CHECK(start({"run", "a", "b"}).status == 2);
  const script_file script("return 0");
  CHECK(has(start({"run", script.path(), "--inputs={"}, relay_tool).err, "--inputs is not JSON"));
}

TEST_CASE("an unknown command gets a suggestion, and no command serves") {
  CHECK(start({"rnu"}).status == 2);
  CHECK(has(start({"statsu"}).err, "did you mean status?"));
  CHECK(start({}).status == 42);
  CHECK(start({"--listen=127.0.0.1:0"}).status == 42);
  CHECK(start({"serve", "--listen=127.0.0.1:0"}).status == 42);
}

TEST_CASE("every command explains itself") {
  for (const auto& one : commands()) {
    INFO(one.name);
    CHECK_FALSE(one.summary.empty());
    if (one.name == "serve") continue;
    const auto end = start({std::string(one.name), "--help"});
    CHECK(end.status == 0);
    CHECK_FALSE(end.out.empty());
  }
}

TEST_CASE("check prints diagnostics as compilers do and fails when there are any") {
  const script_file script("let = ;");
  const auto end = start({"check", script.path()}, [](const wire::message& came, pack::buffer& out) {
    pack::buffer answer;
    pack::writer writer(answer);
    writer.map(2)
        .str("ok")
        .boolean(false)
        .str("diagnostics")
        .array(1)
        .map(5)
        .str("code")
        .str("SYNTAX_ERROR")
        .str("severity")
        .str("error")
        .str("message")
        .str("unexpected token")
        .str("line")
        .number(1)
        .str("column")
        .number(5);
    wire::append_response(out, came.msgid, answer.bytes);
    return true;
  });
  CHECK(end.status == 1);
  CHECK(end.out == script.path() + ":1:5: error: unexpected token [SYNTAX_ERROR]\n");
}

TEST_CASE("following a session's events ends when the session is gone") {
  fake_port port([](const wire::message& came, pack::buffer& out) {
    if (came.method == "session.attach") {
      wire::append_response(out, came.msgid, text_map("status", "running"));
      for (const auto* type : {"stdout", "final"}) wire::append_notification(out, "event", text_map("type", type));
    } else
      wire::append_refusal(out, came.msgid, {error_code::not_found, "no such session"});
    return true;
  });
  const auto end = start({"events", "s_1", "--follow", "--connect", port.where().text()});
  CHECK(end.status == 0);
  CHECK(end.out == "{\"type\":\"stdout\"}\n{\"type\":\"final\"}\n");
}

TEST_CASE("recorded events are fetched page by page") {
  fake_port port([](const wire::message& came, pack::buffer& out) {
    const auto from = number_field(elements(came.params).front(), "from").value_or(0);
    pack::buffer page;
    pack::writer writer(page);
    writer.map(from < 3 ? 2 : 1).str("events").array(1).map(1).str("seq").number(from);
    if (from < 3) writer.str("next").number(from + 1);
    wire::append_response(out, came.msgid, page.bytes);
    return true;
  });
  CHECK(start({"events", "s_1", "--connect", port.where().text()}).out == "{\"seq\":1}\n{\"seq\":2}\n{\"seq\":3}\n");
  CHECK(start({"events", "s_1", "--after=2", "--connect", port.where().text()}).out == "{\"seq\":3}\n");
}

TEST_CASE("sessions and status are tables for people and JSON for programs") {
  fake_port port([](const wire::message& came, pack::buffer& out) {
    pack::buffer answer;
    pack::writer writer(answer);
    if (came.method == "session.list") {
      writer.map(1)
          .str("sessions")
          .array(1)
          .map(3)
          .str("session")
          .str("s_1\x1b")
          .str("status")
          .str("idle")
          .str("seq")
          .number(4);
    } else {
      writer.map(3).str("node").str("n1").str("uptime_ms").number(61'000).str("sandbox").map(2);
      writer.str("seccomp").boolean(true).str("landlock").boolean(false);
    }
    wire::append_response(out, came.msgid, answer.bytes);
    return true;
  });
  const auto connect = "--connect=" + port.where().text();
  const auto sessions = start({"sessions", connect}).out;
  CHECK(has(sessions, "SESSION  STATUS  EVENTS"));
  CHECK(has(sessions, "s_1\\x1b  idle    4"));
  CHECK(has(start({"sessions", connect, "--json"}).out, "\"status\":\"idle\""));
  const auto status = start({"status", connect}).out;
  CHECK(has(status, "1 min 1 s"));
  CHECK(has(status, "seccomp; missing: landlock"));
  CHECK(has(start({"status", connect, "--json"}).out, "\"uptime_ms\": 61000"));
}
