#include "base/pack.hpp"
#include "support.hpp"

#include <catch2/catch.hpp>

using namespace enclaved;
using namespace enclaved::engine::test;
using enclaved::engine::delivery;

namespace {

/// Inputs as the script sees them and returns them.
std::string through(const std::string& encoded, const char* code = "return inputs") {
  script_run run(code);
  run.inputs = encoded;
  const auto end = run.go();
  return end.how == outcome::ok ? end.result : std::string(row(end.how).name) + ": " + end.message;
}

template <class F>
std::string made(F&& fill) {
  pack::buffer out;
  pack::writer writer(out);
  fill(writer);
  return out.bytes;
}

} // namespace

TEST_CASE("values leave a heap as the protocol's table says") {
  CHECK(result_of("return undefined") == "null");
  CHECK(result_of("return function () {}") == "null");
  CHECK(result_of("return Symbol('x')") == "null");
  CHECK(result_of("return [undefined, function () {}, Symbol(), null]") == "[null,null,null,null]");
  CHECK(result_of("return {a: undefined, b: function () {}, c: Symbol(), d: null}") == R"({"d":null})");
  CHECK(result_of("return [true, false, 0, 1, -1, 127, 128, -32, -33, 65536, 4294967296]") ==
        "[true,false,0,1,-1,127,128,-32,-33,65536,4294967296]");
  CHECK(result_of("return [9007199254740992, -9007199254740992]") == "[9007199254740992,-9007199254740992]");
  CHECK(result_of("return [1.5, NaN, Infinity, -Infinity, 1e300]")
            .starts_with("[1.5f,NaN,Infinity,-Infinity,1.0000000000000001e+300"));
  CHECK(result_of("return -0") == "0");
  CHECK(result_of("return [1e17, -1e17]") == "[1e+17f,-1e+17f]");
  CHECK(result_of("return 'h\\u00e9\\ud83d\\ude00'") == "\"h\xc3\xa9\xf0\x9f\x98\x80\"");
  CHECK(result_of("return 'a\\ud83d' + 'b\\ude00c'") == "\"a\xef\xbf\xbd"
                                                        "b\xef\xbf\xbd"
                                                        "c\"");
  CHECK(result_of("return '\\u0000'").size() == 3);
  CHECK(result_of("return new Uint8Array([1, 2, 255])") == "<0102ff>");
  CHECK(result_of("return new Uint8Array([1, 2, 3, 4]).subarray(1, 3)") == "<0203>");
  CHECK(result_of("return new Uint8Array([9, 8]).buffer") == "<0908>");
  CHECK(result_of("return new Date(1500)") == "@-1:773594"
                                              "0000000001");
  CHECK(result_of("return new Date(0)") == "@-1:00000000");
  CHECK(result_of("return new Date(-1)") == "@-1:3b8b87c0ffffffffffffffff");
  CHECK(result_of("return new Date(NaN)") == "null");
  CHECK(result_of("var e = new TypeError('no'); e.code = 'X'; return [e, new Error('plain')]") ==
        R"([{"name":"TypeError","message":"no","code":"X"},{"name":"Error","message":"plain"}])");
  CHECK(result_of("return {toJSON: function (key) { return [key, 1] }}") == R"(["",1])");
  CHECK(result_of("return [new Number(5), new String('x'), new Boolean(false)]") == R"([5,"x",false])");
  CHECK(result_of("return /x/") == "{}");
  CHECK(result_of("return {b: 1, a: 2, 10: 3, 9: 4}") == R"({"9":4,"10":3,"b":1,"a":2})");
  CHECK(result_of("return Object.create({inherited: 1})") == "{}");
  CHECK(result_of("var a = [1, , 3]; a.x = 5; return a") == "[1,null,3]");
  CHECK(result_of("return Promise.resolve({a: Promise.resolve(1)})") == R"({"a":{}})");
  CHECK(result_of("var o = {}; for (var i = 0; i < 40; i++) o['k' + i] = i; return Object.keys(o).length") == "40");
  CHECK(result_of("var o = {}; for (var i = 0; i < 70000; i++) o['k' + i] = 1; return o").size() > 700'000);
  CHECK(result_of("var s = new Array(201).join('\\ud83d\\ude00'); return s").size() == 802);
}

TEST_CASE("a getter, a Proxy and a toJSON are asked once") {
  CHECK(result_of("var n = 0; await(callTool('x', {get a() { return ++n }})); return n") == "1");
  CHECK(result_of("var n = 0; await(callTool('x', {toJSON: function () { return ++n }})); return n") == "1");
  CHECK(result_of(
            "var n = 0; return [new Proxy({a: 1}, {get: function (t, k) { if (k === 'a') n++; return t[k] }}), 5]") ==
        R"([{"a":1},5])");
  CHECK(result_of("var n = 0, p = new Proxy({a: 1}, {get: function (t, k) { if (k === 'a') n++; return t[k] }});"
                  "await(callTool('x', p)); return n") == "1");
}

TEST_CASE("a value that cannot leave ends the run with RESULT_LIMIT") {
  CHECK(result_of("var o = {}; o.o = o; return o") == "RESULT_LIMIT: the result is cyclic");
  CHECK(result_of("var a = []; a.push([a]); return a") == "RESULT_LIMIT: the result is cyclic");
  CHECK(result_of("var a = [], b = {x: a, y: a}; return b") == R"({"x":[],"y":[]})");
  CHECK(result_of("var a = []; for (var i = 0; i < 100000; i++) a = [a]; return a")
            .starts_with("RESULT_LIMIT: the result is nested deeper than value_depth = 64"));
  CHECK(result_of("var a = []; a.length = 300000; return a")
            .starts_with("RESULT_LIMIT: the result has more entries than value_properties = 200000"));
  CHECK(result_of("var a = []; a.length = 4294967295; return [a]").starts_with("RESULT_LIMIT"));
  CHECK(result_of("var s = 'x'; while (s.length < 9e6) s += s; return s")
            .starts_with("RESULT_LIMIT: the result takes more bytes than result_bytes = 8388608"));
  CHECK(result_of("return new Uint8Array(9000000)").starts_with("RESULT_LIMIT"));
  CHECK(result_of("try { callTool('x', new Uint8Array(9000000)) } catch (e) { return 'caught' }")
            .starts_with("RESULT_LIMIT"));
  CHECK(result_of("throw {get message() { throw 1 }, toString: function () { throw 2 }}").starts_with("SCRIPT_ERROR"));
  CHECK(result_of("return {get x() { throw new Error('in a getter') }}") == "SCRIPT_ERROR: in a getter");
}

TEST_CASE("values enter a heap as plain data whatever their keys are") {
  const auto odd = made([](pack::writer& out) {
    out.map(4).str("__proto__").map(1).str("polluted").number(1);
    out.str("constructor").number(2).str("toString").nil().str("hasOwnProperty").boolean(true);
  });
  CHECK(through(odd) == R"({"__proto__":{"polluted":1},"constructor":2,"toString":null,"hasOwnProperty":true})");
  CHECK(through(odd, "return [typeof {}.polluted, Object.getPrototypeOf(inputs) === Object.prototype, "
                     "Object.keys(inputs).length]") == R"(["undefined",true,4])");
  const auto duplicate =
      made([](pack::writer& out) { out.map(3).str("a").number(1).str("b").number(2).str("a").number(3); });
  CHECK(through(duplicate) == R"({"a":3,"b":2})");
  const auto numbers = made([](pack::writer& out) { out.map(2).str("1").number(5).str("0").number(6); });
  CHECK(through(numbers, "return [inputs[0], inputs[1]]") == "[6,5]");
  const auto large = made([](pack::writer& out) {
    out.array(3).number(UINT64_MAX).integer(INT64_MIN).raw(std::string_view("\xcb\x80\0\0\0\0\0\0\0", 9));
  });
  CHECK(through(large,
                "return [inputs[0] === 18446744073709552000, inputs[1] === -9223372036854775808, 1 / inputs[2]]") ==
        "[true,true,-Infinity]");
  CHECK(through(made([](pack::writer& out) { out.bin("\x01\x02"); }),
                "return [inputs instanceof Uint8Array, inputs.length]") == "[true,2]");
  CHECK(through(made([](pack::writer& out) { out.ext(-1, std::string_view("\0\0\0\5", 4)); }),
                "return [inputs instanceof Date, inputs.getTime()]") == "[true,5000]");
  CHECK(through(made([](pack::writer& out) { out.str("\xf0\x9f\x98\x80!"); }),
                "return [inputs.length, inputs.charCodeAt(0), inputs]") == "[3,55357,\"\xf0\x9f\x98\x80!\"]");
}

TEST_CASE("values that are no values are refused at the border") {
  const auto refused = [](const std::string& encoded) { return through(encoded).starts_with("RESULT_LIMIT: inputs"); };
  CHECK(refused("\xc1"));
  CHECK(refused("\x92\x01"));
  CHECK(refused("\x01\x02"));
  CHECK(refused(made([](pack::writer& out) { out.map(1).number(1).number(1); })));
  CHECK(refused(made([](pack::writer& out) { out.ext(5, "x"); })));
  CHECK(refused(made([](pack::writer& out) {
    out.str("\xff"
            "Value");
  })));
  CHECK(refused(made([](pack::writer& out) {
    out.str("\x82"
            "Value");
  })));
  CHECK(refused(made([](pack::writer& out) { out.str("\xc0\x80"); })));
  CHECK(refused(made([](pack::writer& out) { out.str("\xed\xa0\x80"); })));
  CHECK(refused(made([](pack::writer& out) {
    for (int i = 0; i < 70; ++i) out.array(1);
    out.nil();
  })));
  CHECK(refused(made([](pack::writer& out) { out.array(UINT32_MAX); })));
  std::string many = "\xdd";
  many += std::string("\x00\x04\x00\x00", 4) + std::string(0x40000, '\xc0');
  CHECK(refused(many));
}

TEST_CASE("a tool's result over the bounds fails its call, not the engine") {
  const auto answered = [](std::string value) {
    script_run run("try { return await(callTool('x')) } catch (e) { return [e.code, e.message] }");
    run.limits.tool_result_bytes = 1'000;
    run.limits.value_depth = 4;
    run.tool = [value = std::move(value)](const recorder::call&, delivery&, std::string& out) { out = value; };
    return run.go().result;
  };
  CHECK(answered("\x05") == "5");
  CHECK(answered(made([](pack::writer& out) { out.str(std::string(2'000, 'x')); })) ==
        R"(["TOO_LARGE","the tool's result takes more bytes than tool_result_bytes"])");
  CHECK(answered("\x91\x91\x91\x91\x91\xc0").starts_with(R"(["TOO_LARGE")"));
  CHECK(answered("\xc1").starts_with(R"(["INVALID_REQUEST")"));
  CHECK(answered("").starts_with(R"(["INVALID_REQUEST")"));
}
