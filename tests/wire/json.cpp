#include "packed.hpp"

#include "base/pack.hpp"

#include <cmath>

using namespace enclaved;
using enclaved::tests::as_json;
using enclaved::tests::packed;

TEST_CASE("JSON becomes MessagePack and comes back the same, in its order") {
  for (const auto* text : {"null", "true", "-5", "18446744073709551615", "1.5", "\"é\\n\\u0000\"", "[]", "{}",
                           R"([1,[2,{"b":[]}],{"z":1,"a":null}])"})
    CHECK(as_json(packed(text)) == text);
}

TEST_CASE("what JSON cannot say has a stated form") {
  const auto shown = [](auto write) {
    pack::buffer out;
    pack::writer to{out};
    write(to);
    return as_json(out.bytes);
  };
  CHECK(shown([](auto& to) { to.bin(""); }) == R"("")");
  CHECK(shown([](auto& to) { to.bin("f"); }) == R"("Zg==")");
  CHECK(shown([](auto& to) { to.bin("fo"); }) == R"("Zm8=")");
  CHECK(shown([](auto& to) { to.bin("foobar"); }) == R"("Zm9vYmFy")");
  CHECK(shown([](auto& to) { to.float64(std::nan("")); }) == "null");
  CHECK(shown([](auto& to) { to.float64(INFINITY); }) == "null");
  CHECK(shown([](auto& to) { to.ext(-1, std::string(4, '\0')); }) == R"("1970-01-01T00:00:00.000Z")");
  CHECK(shown([](auto& to) { to.ext(-1, std::string("\x07\x5b\xca\x00\x65\x53\xf1\x00", 8)); }) ==
        R"("2023-11-14T22:13:20.030Z")");
  CHECK(shown([](auto& to) { to.ext(-1, std::string(4, '\0') + std::string(8, '\xff')); }) ==
        R"("1969-12-31T23:59:59.000Z")");
  CHECK(shown([](auto& to) { to.ext(-1, std::string(4, '\0') + '\x7f' + std::string(7, '\xff')); }) == "null");
  CHECK(shown([](auto& to) { to.ext(9, "x"); }) == "null");
  CHECK(shown([](auto& to) { to.map(1).number(5).str("five"); }) == R"({"5":"five"})");
  CHECK(shown([](auto& to) { to.str("\xff"); }) == "\"\xef\xbf\xbd\"");
}

TEST_CASE("an indented document has a line for each element") {
  CHECK(*wire::to_json(packed(R"({"a":[1,2],"b":{},"c":[]})"), wire::json_layout::indented) ==
        "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {},\n  \"c\": []\n}");
}

TEST_CASE("what is not one JSON document is refused with the place") {
  for (const auto* text : {"", "{", "[1,]", "1 2", "nul", "\"\xff\"", "{\"a\":1,}", "NaN"}) {
    const auto value = wire::from_json(text);
    CAPTURE(text);
    REQUIRE_FALSE(value);
    CHECK_THAT(value.problem().message, Catch::StartsWith("not JSON: "));
  }
}

TEST_CASE("nesting is bounded in both directions") {
  const auto brackets = [](std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); };
  CHECK(as_json(packed(brackets(bounds::nesting))) == brackets(bounds::nesting));
  CHECK_FALSE(wire::from_json(brackets(bounds::nesting + 1)));
  CHECK_FALSE(wire::from_json(brackets(1'000'000)));
  CHECK_FALSE(wire::to_json(std::string(bounds::nesting + 1, '\x91') + '\xc0'));
}

TEST_CASE("what is not MessagePack has no JSON") {
  CHECK_FALSE(wire::to_json(""));
  CHECK_FALSE(wire::to_json("\xc1"));
  CHECK_FALSE(wire::to_json("\x01\x02"));
  CHECK_FALSE(wire::to_json("\x92\x01"));
}
