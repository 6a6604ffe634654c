#include "wire/state.hpp"

#include "base/bounds.hpp"
#include "base/pack.hpp"
#include "packed.hpp"

#include <map>
#include <random>

using namespace enclaved;
using namespace enclaved::wire;
using enclaved::tests::as_json;
using enclaved::tests::packed;

namespace {

/// The state after the ops as JSON, or what is wrong.
std::string after(std::string_view state, std::string_view ops) {
  const auto encoded = packed(ops);
  const auto read = read_state_ops(encoded);
  if (!read) return read.problem().message;
  const auto changed = patched(*checked_state(packed(state)), *read);
  if (!changed) return changed.problem().message;
  return changed->empty() ? "{}" : as_json(*changed);
}

std::string refused(std::string_view ops) {
  const auto read = read_state_ops(ops);
  return read ? "accepted" : read.problem().message;
}

std::string nested(std::size_t depth) {
  pack::buffer out;
  pack::writer to(out);
  to.map(1).str("k");
  for (std::size_t i = 0; i < depth; ++i) to.array(1);
  to.nil();
  return out.bytes;
}

} // namespace

TEST_CASE("ops add, replace and remove keys of a state") {
  CHECK(after("{}", R"([{"op":"add","path":"/n","value":1}])") == R"({"n":1})");
  CHECK(after(R"({"n":1,"m":2})", R"([{"op":"replace","path":"/n","value":[3]}])") == R"({"n":[3],"m":2})");
  CHECK(after(R"({"n":1,"m":2})", R"([{"op":"remove","path":"/n"}])") == R"({"m":2})");
  CHECK(after(R"({"n":1})", R"([{"op":"remove","path":"/n"}])") == "{}");
  CHECK(after(R"({"n":1,"m":2})", R"([{"op":"add","path":"/n","value":null}])") == R"({"n":null,"m":2})");
  CHECK(
      after(R"({"n":1,"m":2})",
            R"([{"op":"remove","path":"/n"},{"op":"add","path":"/n","value":5},{"op":"add","path":"/","value":6}])") ==
      R"({"m":2,"n":5,"":6})");
}

TEST_CASE("a path names a key of the top level, escaped as JSON pointers are") {
  CHECK(after("{}", R"([{"op":"add","path":"/a~1b~0c~01","value":1}])") == R"({"a/b~c~1":1})");
  for (const std::string_view path : {"", "n", "/a/b", "/a~", "/a~2"}) {
    CAPTURE(path);
    CHECK(after("{}", R"([{"op":"add","path":")" + std::string(path) + R"(","value":1}])") ==
          "ops[0] must have a path to a key of the top level");
  }
}

TEST_CASE("ops that do not fit the state are a conflict") {
  CHECK(after("{}", R"([{"op":"remove","path":"/n"}])") == "state has no key \"n\" to change");
  CHECK(after(R"({"m":1})", R"([{"op":"replace","path":"/n","value":1}])") == "state has no key \"n\" to change");
  CHECK(after(R"({"n":1})", R"([{"op":"remove","path":"/n"},{"op":"remove","path":"/n"}])") ==
        "state has no key \"n\" to change");
}

TEST_CASE("unsound ops are refused") {
  for (const std::string_view ops :
       {"{}", "[1]", R"([{}])", R"([{"op":"add"}])", R"([{"op":"add","path":"/a"}])",
        R"([{"op":"remove","path":"/a","value":1}])", R"([{"op":"move","path":"/a","value":1}])",
        R"([{"op":"add","path":"/a","from":"/b"}])", R"([{"op":1,"path":"/a","value":1}])",
        R"([{"op":"add","path":1,"value":1}])", R"([{"op":"add","path":"/a","value":1,"x":1}])"}) {
    CAPTURE(ops);
    CHECK_THAT(refused(packed(ops)), Catch::StartsWith("ops"));
  }
  const auto with_value = [](auto write) {
    pack::buffer out;
    pack::writer to(out);
    to.array(1).map(3).str("op").str("add").str("path").str("/k").str("value");
    write(to);
    return out.bytes;
  };
  CHECK(refused(with_value([](auto& to) { to.ext(5, "abcd"); })) ==
        "ops[0] must have no extension types but timestamps");
  CHECK(refused(with_value([](auto& to) { to.map(1).number(1).nil(); })) ==
        "ops[0] must have strings as the keys of its maps");
  CHECK(refused(with_value([](auto& to) { to.str("\xff"); })) == "ops[0] must have strings in UTF-8 only");
  CHECK(refused(with_value([](auto& to) { to.array(2).nil(); })) == "ops[0] must be MessagePack");
  CHECK(refused(with_value([](auto& to) { to.nil(); })) == "accepted");
  CHECK(refused(with_value([](auto& to) { to.nil().nil(); })) == "ops must end after the array");
  const auto whole = with_value([](auto& to) { to.array(1).str("x"); });
  for (std::size_t length = 0; length < whole.size(); ++length) CHECK(refused(whole.substr(0, length)) != "accepted");
  CHECK_THAT(refused("\xdd\xff\xff\xff\xff"), Catch::StartsWith("ops must have at most"));
}

TEST_CASE("ops with any bytes changed are read or refused, and what is read can be kept") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  const auto whole = packed(
      R"([{"op":"add","path":"/a~1","value":{"k":[1,2.5,"text"]}},{"op":"replace","path":"/n","value":null},{"op":"remove","path":"/m"}])");
  const auto state = packed(R"({"n":1,"m":2})");
  for (int round = 0; round < 20'000; ++round) {
    auto ops = whole;
    for (auto changes = random() % 3 + 1; changes > 0; --changes)
      ops[random() % ops.size()] = static_cast<char>(random());
    const auto read = read_state_ops(ops);
    if (!read) continue;
    const auto changed = patched(state, *read);
    if (changed) REQUIRE(checked_state(*changed));
  }
}

TEST_CASE("a state has texts for keys, each once, and values that may enter a heap") {
  pack::buffer twice;
  pack::writer(twice).map(3).str("a").number(1).str("b").number(2).str("a").number(3);
  CHECK(as_json(*checked_state(twice.bytes)) == R"({"a":3,"b":2})");
  CHECK(checked_state(packed("{}"))->empty());
  CHECK(checked_state("")->empty());
  const auto problem = [](std::string_view state) { return checked_state(state, "initial_state").problem().message; };
  CHECK(problem(packed("[]")) == "initial_state must be a map");
  pack::buffer numbers;
  pack::writer(numbers).map(1).number(1).nil();
  CHECK(problem(numbers.bytes) == "initial_state must have strings in UTF-8 as keys");
  CHECK(problem(packed("{}") + "\x01") == "initial_state must end after the map");
  CHECK(checked_state(nested(bounds::state_value_nesting)));
  CHECK(checked_state(nested(bounds::state_value_nesting + 1)).problem().code == error_code::too_large);
}

TEST_CASE("a state is bounded in bytes and in keys, also when it is changed") {
  pack::buffer many;
  pack::writer to(many);
  to.map(bounds::state_keys);
  for (std::size_t i = 0; i < bounds::state_keys; ++i) to.str(std::to_string(i)).number(1);
  const auto full = checked_state(many.bytes);
  REQUIRE(full);
  const auto changed = [&](std::string_view ops) { return patched(*full, *read_state_ops(ops)); };
  const auto add = packed(R"([{"op":"add","path":"/x","value":1}])");
  const auto exchange = packed(R"([{"op":"remove","path":"/7"},{"op":"add","path":"/x","value":1}])");
  CHECK(changed(add).problem().code == error_code::too_large);
  CHECK(changed(exchange));
  pack::buffer large;
  pack::writer(large).array(1).map(3).str("op").str("add").str("path").str("/x").str("value").bin(
      std::string(bounds::state_bytes, 'x'));
  CHECK(patched("", *read_state_ops(large.bytes)).problem().message ==
        "state must have at most " + std::to_string(bounds::state_bytes) + " bytes");
}

TEST_CASE("scripts read what was granted and nothing else of a state") {
  const auto state = packed(R"({"a":1,"users:1":2,"users:2":3,"b":4})");
  const auto seen = [&](std::string_view list) {
    const auto it = readable(state, *capabilities::decoded(packed(list)));
    return it.empty() ? "{}" : as_json(it);
  };
  CHECK(readable(state, {}) == state);
  CHECK(seen("[]") == "{}");
  CHECK(seen(R"(["state:read:users:*","state:read:b","state:write:a"])") == R"({"users:1":2,"users:2":3,"b":4})");
  CHECK(seen(R"(["state:read:*"])") == as_json(state));
}

TEST_CASE("the first change that was not granted is named") {
  const auto ops = packed(R"([{"op":"add","path":"/a","value":1},{"op":"remove","path":"/b"}])");
  const auto read = read_state_ops(ops);
  REQUIRE(read);
  CHECK(denied_write(*read, {}).empty());
  CHECK(denied_write(*read, *capabilities::decoded(packed(R"(["state:write:*"])"))).empty());
  CHECK(denied_write(*read, *capabilities::decoded(packed(R"(["state:write:a"])"))) == state_write_denied("b"));
}

TEST_CASE("any sequence of ops leaves what a model of it has") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  std::string state;
  std::map<std::string, int> model;
  for (int round = 0; round < 2'000; ++round) {
    pack::buffer out;
    pack::writer to(out);
    const auto count = random() % 4;
    auto next = model;
    bool fits = true;
    to.array(static_cast<std::uint32_t>(count));
    for (std::size_t i = 0; i < count; ++i) {
      const std::string name(1 + random() % 2, "ab/~"[random() % 4]);
      std::string path = "/";
      for (const char c : name) path += c == '/' ? "~1" : c == '~' ? "~0" : std::string(1, c);
      const auto what = random() % 3;
      const int value = static_cast<int>(random() % 100);
      to.map(what == 2 ? 2 : 3)
          .str("op")
          .str(what == 0   ? "add"
               : what == 1 ? "replace"
                           : "remove")
          .str("path")
          .str(path);
      if (what != 2) to.str("value").number(static_cast<std::uint64_t>(value));
      if (what != 0 && next.count(name) == 0) fits = false;
      if (what == 2)
        next.erase(name);
      else
        next[name] = value;
    }
    const auto read = read_state_ops(out.bytes);
    REQUIRE(read);
    const auto changed = patched(state, *read);
    REQUIRE(static_cast<bool>(changed) == fits);
    if (!fits) continue;
    state = *changed;
    model = next;
    std::map<std::string, int> seen;
    pack::reader in(state);
    std::uint32_t pairs = 0;
    if (!state.empty()) REQUIRE(in.map(pairs));
    for (; pairs > 0; --pairs) {
      std::string_view key;
      std::uint64_t value = 0;
      REQUIRE(in.str(key));
      REQUIRE(in.unsigned_int(value));
      seen[std::string(key)] = static_cast<int>(value);
    }
    REQUIRE(seen == model);
    REQUIRE(*checked_state(state) == state);
  }
}
