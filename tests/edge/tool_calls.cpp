#include "house.hpp"

#include <set>

using namespace enclaved;
using namespace enclaved::tests;

namespace {

/// A client with a run under way, so that the test has its peer.
struct with_peer {
  explicit with_peer(house& house) : caller(house.connect()) {
    caller.request(1, "run", R"({"code":"keep"})");
    peer = house.service.wait_for_kept().from;
  }
  client caller;
  wire::peer_ptr peer;
};

} // namespace

TEST_CASE("a tool call is asked with an id of its own, and the answer comes with session and call") {
  house house;
  with_peer it{house};
  it.peer->call_tool("s_1", "c_1", "\x81\xa4tool\xa1t");
  const auto asked = it.caller.hear();
  CHECK(asked.kind == "request");
  CHECK(asked.method == "tool.call");
  CHECK(asked.text == R"([{"tool":"t"}])");
  it.caller.answer(asked.msgid, R"({"found":[1,2]})");
  const auto answer = house.service.wait_for_answer();
  CHECK(answer.session == "s_1");
  CHECK(answer.call == "c_1");
  CHECK(answer.ok);
  CHECK(*wire::to_json(answer.value) == R"({"found":[1,2]})");
}

TEST_CASE("an error answer is a map or a string; Neovim's pair gives its text") {
  house house;
  with_peer it{house};
  const std::vector<std::pair<std::string_view, std::string_view>> table{
      {R"({"message":"no","code":"E"})", R"({"message":"no","code":"E"})"},
      {R"("no")", R"("no")"},
      {R"([0,"Vim:no"])", R"("Vim:no")"},
      {"5", R"({"code":"INVALID_REQUEST","message":"a tool's error must be a map or a string"})"},
      {"true", R"({"code":"INVALID_REQUEST","message":"a tool's error must be a map or a string"})"},
  };
  for (std::size_t i = 0; i < table.size(); ++i) {
    it.peer->call_tool("s", "c", "\x80");
    it.caller.answer_with_error(it.caller.hear().msgid, table[i].first);
    const auto answer = house.service.wait_for_answer(i);
    CHECK_FALSE(answer.ok);
    CHECK(*wire::to_json(answer.value) == table[i].second);
  }
}

TEST_CASE("an answer that may not enter a heap fails the call with the reason") {
  house house;
  with_peer it{house};
  it.peer->call_tool("s", "c", "\x80");
  pack::buffer out;
  pack::writer{out}.array(4).number(1).number(it.caller.hear().msgid).nil().str("\xff");
  it.caller.send(out.bytes);
  const auto answer = house.service.wait_for_answer();
  CHECK_FALSE(answer.ok);
  CHECK_THAT(*wire::to_json(answer.value), Catch::Contains("a tool's answer must have strings in UTF-8 only"));
}

TEST_CASE("repeated, foreign and late answers are ignored") {
  house house;
  with_peer it{house};
  it.peer->call_tool("s", "first", "\x80");
  it.peer->call_tool("s", "cancelled", "\x80");
  it.peer->call_tool("s", "last", "\x80");
  const auto first = it.caller.hear().msgid;
  const auto cancelled = it.caller.hear().msgid;
  const auto last = it.caller.hear().msgid;
  it.peer->cancel_tool("s", "cancelled", "\x80");
  CHECK(it.caller.hear().method == "tool.cancel");
  it.caller.answer(first, "1");
  it.caller.answer(first, "2");
  it.caller.answer(987'654, "3");
  it.caller.answer(cancelled, "4");
  it.caller.answer(last, "5");
  CHECK(house.service.wait_for_answer(1).call == "last");
  CHECK(house.service.wait_for_answer(0).call == "first");
  CHECK(house.service.answers() == 2);
}

TEST_CASE("another connection cannot answer a tool call") {
  house house;
  with_peer it{house};
  it.peer->call_tool("s", "c", "\x80");
  const auto id = it.caller.hear().msgid;
  auto stranger = house.connect();
  stranger.answer(id, "1");
  CHECK_FALSE(stranger.call(1, "ping").failed);
  CHECK(house.service.answers() == 0);
  it.caller.answer(id, "2");
  CHECK(*wire::to_json(house.service.wait_for_answer().value) == "2");
}

TEST_CASE("a tool call over the bound in flight is answered as overloaded in the client's stead") {
  auto options = on_free_ports();
  options.bounds.requests_in_flight = 2;
  house house{options};
  with_peer it{house};
  std::set<std::uint32_t> ids;
  for (const auto* call : {"a", "b", "c"}) it.peer->call_tool("s", call, "\x80");
  const auto answer = house.service.wait_for_answer();
  CHECK(answer.call == "c");
  CHECK_FALSE(answer.ok);
  CHECK_THAT(*wire::to_json(answer.value), Catch::Contains("OVERLOADED"));
  ids.insert(it.caller.hear().msgid);
  ids.insert(it.caller.hear().msgid);
  CHECK(ids.size() == 2);
}
