#include "../support.hpp"

#include <catch2/catch.hpp>

using namespace enclaved::engine::test;

namespace {

std::string parse_error(std::string_view text) {
  return result_of("try { JSON.parse('" + std::string(text) +
                   "'); return 'parsed' } catch (e) { return e.name + ': ' + e.message }");
}

} // namespace

TEST_CASE("JSON is parsed into plain values, the last of equal keys being kept") {
  CHECK(
      result_of(
          R"(return JSON.parse(' {"a":[1,-2.5,1e3,0.1,12345678901234567890], "b":{"x":null,"y":true}, "a2":"\\u00e9\\n\\ud83d\\ude00"} '))") ==
      "{\"a\":[1,-2.5f,1000,0.10000000000000001f,1.2345678901234567e+19f],\"b\":{\"x\":null,\"y\":true},\"a2\":"
      "\"é\n😀\"}");
  CHECK(
      result_of(
          R"(var o = JSON.parse('{"a":1,"__proto__":2,"a":{"b":3}}'); return [Object.keys(o), o.a, o instanceof Object])") ==
      R"([["a","__proto__"],{"b":3},true])");
  CHECK(
      result_of(
          R"(var o = {}; for (var i = 0; i < 700; i++) o['k' + i % 650] = [i]; var t = JSON.stringify(o); return [JSON.stringify(JSON.parse(t)) === t, JSON.parse(t).k649[0], 1 / JSON.parse('-0')])") ==
      "[true,649,-Infinity]");
  CHECK(
      result_of(
          R"(return JSON.parse('{"a":1,"b":[2,{"c":3}]}', function (k, v) { return k === 'a' ? undefined : typeof v === 'number' ? v * 10 : v }))") ==
      R"({"b":[20,{"c":30}]})");
}

TEST_CASE("an error of JSON.parse says what was expected and where") {
  CHECK(parse_error("{a:1}") == R"("SyntaxError: Expected property name or '}' in JSON at position 1")");
  CHECK(parse_error("[1,") == R"("SyntaxError: Unexpected end of JSON input")");
  CHECK(parse_error("é x") == R"("SyntaxError: Unexpected token 'é', "é x" is not valid JSON")");
  CHECK(parse_error(R"({"name": "John", "age": })") ==
        R"("SyntaxError: Unexpected token '}', ..."", "age": }" is not valid JSON")");
  CHECK(parse_error("[1 2]") == R"("SyntaxError: Expected ',' or ']' after array element in JSON at position 3")");
  CHECK(parse_error(R"({"a":1,"b" 2})") == R"("SyntaxError: Unexpected number in JSON at position 11")");
  CHECK(parse_error("undefined") == R"("SyntaxError: "undefined" is not valid JSON")");
  CHECK(result_of("JSON.parse('['.repeat(100000))").find("nested too deeply") != std::string::npos);
}

TEST_CASE("values become JSON with toJSON, replacers and indentation") {
  CHECK(
      result_of(
          R"(return JSON.stringify({a: [1, 'x"\n\u2028', null, undefined, function () {}], b: undefined, d: new Date(0), n: NaN, 2: 1, 1: 0}))") ==
      "\"{\"1\":0,\"2\":1,\"a\":[1,\"x\\\"\\n\u2028\",null,null,null],\"d\":\"1970-01-01T00:00:00.000Z\",\"n\":null}"
      "\"");
  CHECK(
      result_of(
          R"(return JSON.stringify({a: {toJSON: function (k) { return k + 1 }}, get b() { return 2 }, c: new Number(3)}))") ==
      R"("{"a":"a1","b":2,"c":3}")");
  CHECK(result_of(R"(return JSON.stringify({a: 1, b: {a: 2, c: 3}}, ['b', 'a']))") == R"("{"b":{"a":2},"a":1}")");
  CHECK(result_of(R"(return JSON.stringify({a: [1], e: [], o: {}}, null, 2))") ==
        "\"{\n  \"a\": [\n    1\n  ],\n  \"e\": [],\n  \"o\": {}\n}\"");
  CHECK(result_of(R"(return JSON.stringify('\ud83d x \ud83d\ude00 \udc00'))") == R"(""\ud83d x 😀 \udc00"")");
  CHECK(result_of("return [JSON.stringify(undefined), JSON.stringify(function () {}), JSON.stringify(-0)]") ==
        R"([null,null,"0"])");
  CHECK(result_of("var c = {}; c.c = [c]; JSON.stringify(c)")
            .starts_with("SCRIPT_ERROR: TypeError: Converting circular"));
  CHECK(result_of("var c = {toJSON: function () { return d }}, d = {c: c}; JSON.stringify(c)")
            .find("Converting circular") != std::string::npos);
}

TEST_CASE("what a script changes while its value becomes JSON is what it gets") {
  CHECK(
      result_of(
          R"(var o = {a: {toJSON: function () { delete o.b; o.c = 1; return 0 }}, b: 1}; return JSON.stringify(o))") ==
      R"("{"a":0}")");
  CHECK(result_of(R"(var a = [{toJSON: function () { a.length = 1; return 0 }}, 1, 2]; return JSON.stringify(a))") ==
        R"("[0,null,null]")");
  CHECK(result_of(R"(var o = {a: {toJSON: function () { return JSON.stringify([1]) }}}; return JSON.stringify(o))") ==
        R"("{"a":"[1]"}")");
}
