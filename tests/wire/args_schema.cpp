#include "wire/args_schema.hpp"

#include "base/pack.hpp"
#include "packed.hpp"

using namespace enclaved;
using namespace enclaved::tests;

namespace {

std::string judged(std::string_view schema, std::string_view args) {
  return wire::misfit(packed(schema), packed(args));
}

} // namespace

TEST_CASE("arguments that fit their schema fit, and others are told where they do not") {
  constexpr auto weather = R"({"type":"object","required":["city"],"additionalProperties":false,"properties":{
    "city":{"type":"string","minLength":2},"days":{"type":"integer","minimum":1,"maximum":14},
    "unit":{"enum":["C","F"]},"tags":{"type":"array","maxItems":2,"items":{"type":["string","null"]}}}})";
  CHECK(judged(weather, R"({"city":"Ghent"})").empty());
  CHECK(judged(weather, R"({"city":"Ghent","days":3,"unit":"C","tags":["a",null]})").empty());
  CHECK(judged(weather, R"({"city":"Ghent","days":3.0})").empty());
  CHECK(judged(weather, R"({})") == "$.city is missing");
  CHECK(judged(weather, R"([1])") == R"($ must be of type "object")");
  CHECK(judged(weather, R"({"city":5})") == R"($.city must be of type "string")");
  CHECK(judged(weather, R"({"city":"G"})") == "$.city must have at least 2 characters");
  CHECK(judged(weather, R"({"city":"Ghent","days":0})") == "$.days must be at least 1");
  CHECK(judged(weather, R"({"city":"Ghent","days":1.5})") == R"($.days must be of type "integer")");
  CHECK(judged(weather, R"({"city":"Ghent","unit":"K"})") == R"($.unit must be one of ["C","F"])");
  CHECK(judged(weather, R"({"city":"Ghent","tags":["a",2]})") == R"($.tags[1] must be of type ["string","null"])");
  CHECK(judged(weather, R"({"city":"Ghent","tags":["a","b","c"]})") == "$.tags must have at most 2 elements");
  CHECK(judged(weather, R"({"city":"Ghent","state":1})") == "$.state must not be there");
}

TEST_CASE("characters are counted, not bytes, and numbers are compared, not how they are written") {
  CHECK(judged(R"({"maxLength":3})", R"("äöü")").empty());
  CHECK(judged(R"({"const":1})", "1.0").empty());
  CHECK(judged(R"({"exclusiveMaximum":1})", "1") == "$ must be less than 1");
  CHECK(judged(R"({"minimum":0})", R"("text")").empty());
}

TEST_CASE("schemas are combined") {
  constexpr auto either = R"({"anyOf":[{"type":"string"},{"type":"object","required":["id"]}]})";
  CHECK(judged(either, R"("a")").empty());
  CHECK(judged(either, R"({"id":1})").empty());
  CHECK(judged(either, R"({})") == "$ fits none of the schemas of anyOf");
  CHECK(judged(R"({"oneOf":[{"type":"number"},{"type":"integer"}]})", "1") ==
        "$ must fit one of the schemas of oneOf, and fits 2");
  CHECK(judged(R"({"allOf":[{"minimum":1},{"maximum":3}]})", "4") == "$ must be at most 3");
}

TEST_CASE("keywords that are not known, and schemas that are none, hold nobody back") {
  CHECK(judged(R"({"format":"email","pattern":"^a","$ref":"#/nowhere","type":5,"required":{}})", R"("b")").empty());
  CHECK(judged("{}", "null").empty());
  CHECK(judged(R"({"properties":{"a":false}})", R"({"b":1})").empty());
  CHECK(judged(R"({"properties":{"a":false}})", R"({"a":1})") == "$.a must not be there");
}

TEST_CASE("nobody makes the check long: what takes too many steps does not fit") {
  std::string properties;
  std::string args;
  for (int i = 0; i < 2'000; ++i) {
    const auto name = "\"k" + std::to_string(i) + "\"";
    properties += (i == 0 ? "" : ",") + name + ":{}";
    args += (i == 0 ? "" : ",") + name + ":0";
  }
  const auto wrong = judged(R"({"properties":{)" + properties + "}}", "{" + args + "}");
  CHECK(wrong == "$ has too much in it to be checked against its schema");
  std::string deep = "{}";
  std::string value = "1";
  for (int i = 0; i < 40; ++i) {
    deep = R"({"items":)" + deep + "}";
    value = "[" + value + "]";
  }
  CHECK_FALSE(judged(deep, value).empty());
}
