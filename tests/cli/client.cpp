#include "cli/client.hpp"

#include "cli/fields.hpp"
#include "fake_server.hpp"

#include <catch2/catch.hpp>
#include <netinet/in.h>

using namespace enclaved;
using namespace enclaved::cli;
using namespace enclaved::test;

namespace {

constexpr std::string_view empty_map("\x80", 1);

} // namespace

TEST_CASE("a call gets the result of its own request, whatever order answers come in") {
  std::vector<std::uint32_t> waiting;
  fake_server server([&waiting](const wire::message& came, pack::buffer& out) {
    waiting.push_back(came.msgid);
    if (waiting.size() == 2)
      for (auto id = waiting.rbegin(); id != waiting.rend(); ++id) wire::append_response(out, *id, number_result(*id));
    return true;
  });
  client one(server.take_client_side());
  const auto first = one.begin("ping", empty_map);
  const auto second = one.begin("ping", empty_map);
  std::optional<answer> came;
  while (!(came = one.take_answer(first))) REQUIRE(one.exchange(-1));
  CHECK(number_field(came->result, "result") == first);
  came = one.take_answer(second);
  REQUIRE(came);
  CHECK(number_field(came->result, "result") == second);
}

TEST_CASE("an error of the server keeps its code, message and delay") {
  fake_server server([](const wire::message& came, pack::buffer& out) {
    wire::append_refusal(out, came.msgid, {error_code::overloaded, "the queue is full", 250});
    return true;
  });
  client one(server.take_client_side());
  const auto came = one.call("run", empty_map, 10'000);
  REQUIRE_FALSE(came);
  CHECK(came.problem().code == error_code::overloaded);
  CHECK(came.problem().message == "the queue is full");
  CHECK(came.problem().retry_after_ms == 250U);
}

TEST_CASE("events and tool calls that come before an answer reach their handlers") {
  fake_server server([](const wire::message& came, pack::buffer& out) {
    if (came.form == wire::message_form::request) {
      wire::append_notification(out, "event", text_map("type", "stdout"));
      wire::append_request(out, 7, "tool.call", text_map("tool", "echo"));
    } else
      wire::append_response(out, 1, came.value);
    return true;
  });
  client one(server.take_client_side());
  std::string type;
  client_handlers handlers;
  handlers.on_notification = [&type](std::string_view, std::string_view argument) {
    type = text_field(argument, "type");
  };
  handlers.on_request = [&one](std::uint32_t msgid, std::string_view method, std::string_view argument) {
    CHECK(method == "tool.call");
    one.respond(msgid, text_map("echoed", text_field(argument, "tool")));
  };
  one.handle(std::move(handlers));
  const auto came = one.call("run", empty_map, 10'000);
  REQUIRE(came);
  CHECK(type == "stdout");
  CHECK(text_field(*came, "echoed") == "echo");
}

TEST_CASE("what the server said before it closed the connection is the reason") {
  fake_server server([](const wire::message&, pack::buffer& out) {
    pack::buffer problem;
    wire::append_error(problem, {error_code::unauthorized, "send hello first"});
    wire::append_notification(out, "error", problem.bytes);
    return false;
  });
  client one(server.take_client_side());
  const auto came = one.call("run", empty_map, 10'000);
  REQUIRE_FALSE(came);
  CHECK(came.problem().code == error_code::unauthorized);
  CHECK(came.problem().message == "send hello first");
}

TEST_CASE("a connection that ends without a word is told as lost") {
  fake_server server([](const wire::message&, pack::buffer&) { return false; });
  client one(server.take_client_side());
  const auto came = one.call("run", empty_map, 10'000);
  REQUIRE_FALSE(came);
  CHECK(came.problem().code == error_code::unavailable);
}

TEST_CASE("bytes that are no message end the connection and not the client") {
  fake_server server([](const wire::message&, pack::buffer& out) {
    out.bytes += "\xc1 not messagepack";
    return true;
  });
  client one(server.take_client_side());
  CHECK_FALSE(one.call("run", empty_map, 10'000));
}

TEST_CASE("a call that is not answered in time ends") {
  fake_server server([](const wire::message&, pack::buffer&) { return true; });
  client one(server.take_client_side());
  const auto came = one.call("ping", empty_map, 20);
  REQUIRE_FALSE(came);
  CHECK(came.problem().message.find("did not answer ping") != std::string::npos);
}

TEST_CASE("an answer that nobody asked for is ignored") {
  fake_server server([](const wire::message& came, pack::buffer& out) {
    wire::append_response(out, 4'711, empty_map);
    wire::append_response(out, came.msgid, number_result(1));
    return true;
  });
  client one(server.take_client_side());
  CHECK(one.call("ping", empty_map, 10'000));
}

TEST_CASE("a server that cannot be reached is named with the reason") {
  const unique_fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  REQUIRE(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size) == 0); // bound, never listening
  REQUIRE(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  const endpoint where{"127.0.0.1", ntohs(address.sin_port)};
  const auto came = client::connect(where, 1'000);
  REQUIRE_FALSE(came);
  CHECK(came.problem().code == error_code::unavailable);
  CHECK(came.problem().message.find(where.text()) != std::string::npos);
}

TEST_CASE("an error with a code of another version keeps the code in its message") {
  pack::buffer bytes;
  pack::writer(bytes).map(2).str("code").str("NEW_CODE").str("message").str("why");
  CHECK(decode_error(bytes.bytes).message == "NEW_CODE: why");
  CHECK(decode_error("\xa3why").message == "why");
  CHECK(decode_error("\xc1").code == error_code::internal);
}
