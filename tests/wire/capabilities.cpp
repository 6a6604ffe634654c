#include "wire/capabilities.hpp"

#include "packed.hpp"

#include <random>

using namespace enclaved;
using namespace enclaved::wire;
using enclaved::tests::as_json;
using enclaved::tests::packed;

namespace {

capabilities granted(std::string_view json) {
  auto list = capabilities::decoded(packed(json));
  REQUIRE(list);
  return *list;
}

} // namespace

TEST_CASE("without a list of capabilities everything is granted") {
  const capabilities all;
  CHECK_FALSE(all.is_limited());
  CHECK(all.allows_tool("anything"));
  CHECK(all.allows_state_read(""));
  CHECK(all.allows_state_write("x"));
  CHECK(all.allows_event("progress"));
  CHECK(all.encoded().empty());
  CHECK_FALSE(capabilities::decoded("")->is_limited());
}

TEST_CASE("an empty list of capabilities grants nothing") {
  const auto none = granted("[]");
  CHECK(none.is_limited());
  CHECK_FALSE(none.allows_tool("a"));
  CHECK_FALSE(none.allows_state_read("a"));
  CHECK_FALSE(none.allows_state_write("a"));
  CHECK_FALSE(none.allows_event("a"));
}

TEST_CASE("a capability names one thing, all that begin so, or all") {
  const auto it = granted(R"(["ext:search","ext:crm:*","state:read:*","state:write:cart","state:write:users:*",
                              "events:emit:progress","clock","random","timers"])");
  CHECK(it.allows_tool("search"));
  CHECK_FALSE(it.allows_tool("searches"));
  CHECK(it.allows_tool("crm:list"));
  CHECK(it.allows_tool("crm:"));
  CHECK_FALSE(it.allows_tool("crm"));
  CHECK(it.allows_state_read(""));
  CHECK(it.allows_state_read("anything"));
  CHECK(it.allows_state_write("cart"));
  CHECK(it.allows_state_write("users:7"));
  CHECK_FALSE(it.allows_state_write("user"));
  CHECK(it.allows_event("progress"));
  CHECK_FALSE(it.allows_event("partial_result"));
}

TEST_CASE("a list of capabilities comes back from its encoding") {
  const auto it = granted(R"(["ext:b","ext:a","clock"])");
  CHECK(as_json(it.encoded()) == R"(["ext:b","ext:a","clock"])");
  const auto again = capabilities::decoded(it.encoded());
  REQUIRE(again);
  CHECK(again->granted() == it.granted());
  CHECK(again->allows_tool("a"));
  CHECK_FALSE(capabilities::decoded(it.encoded() + '\x01'));
  CHECK_FALSE(capabilities::decoded(packed("{}")));
}

TEST_CASE("what was not granted is named, and a stranger's text in it is escaped") {
  CHECK(tool_denied("mail:send") == "may not call the tool \"mail:send\": the session was not granted ext:mail:send");
  CHECK(state_write_denied("a\nb") ==
        "may not change the state's key \"a\\nb\": the session was not granted state:write:a\\nb");
  CHECK(event_denied("progress") ==
        "may not emit the event \"progress\": the session was not granted events:emit:progress");
}

TEST_CASE("patterns found by search are those found by trying each") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  const auto text = [&](std::size_t most) {
    std::string name(random() % (most + 1), 'a');
    for (auto& c : name) c = "abc"[random() % 3];
    return name;
  };
  for (int round = 0; round < 300; ++round) {
    name_patterns patterns;
    std::vector<std::string> list;
    for (auto left = random() % 8; left > 0; --left) {
      list.push_back(text(4) + (random() % 2 == 0 ? "*" : ""));
      patterns.add(list.back());
    }
    patterns.finish();
    for (int i = 0; i < 30; ++i) {
      const auto name = text(5);
      bool expected = false;
      for (const std::string_view it : list)
        expected |= it.ends_with('*') ? name.starts_with(it.substr(0, it.size() - 1)) : it == name;
      CAPTURE(name);
      CHECK(patterns.match(name) == expected);
    }
  }
}
