#include "../support.hpp"

#include <catch2/catch.hpp>

using namespace enclaved::engine::test;

TEST_CASE("typed arrays are made from lengths, buffers, arrays and whatever can be iterated over") {
  CHECK(
      result_of("return [new Uint8Array(2), new Int16Array([1, -2.7]), new Uint8ClampedArray([-1, 1.5, 2.5, 300]), new "
                "Float32Array(new Set([0.5]))].map(function (a) { return Array.prototype.slice.call(a) })") ==
      "[[0,0],[1,-2],[0,2,2,255],[0.5f]]");
  CHECK(result_of("var b = new ArrayBuffer(8), v = new Uint16Array(b, 2, 2); v[0] = 258; return [b, v.byteOffset, "
                  "v.buffer === b, Uint8Array.from([1, 2], function (x) { return x * 2 }), Uint8Array.of(3)]") ==
        "[<0000020100000000>,2,true,<0204>,<03>]");
  for (const char* code : {"new Uint8Array(-1)", "new Uint16Array(new ArrayBuffer(3))", "new Uint8Array(1e15)",
                           "new Float64Array(new ArrayBuffer(16), 4)", "new ArrayBuffer(1e10)", "new ArrayBuffer(-1)"})
    CHECK(result_of(code).starts_with("SCRIPT_ERROR: RangeError"));
  CHECK(result_of("Uint8Array(1)").starts_with("SCRIPT_ERROR: TypeError"));
  CHECK(result_of("new (Object.getPrototypeOf(Uint8Array))()").starts_with("SCRIPT_ERROR: TypeError"));
}

TEST_CASE("typed arrays have the methods of ES2023") {
  CHECK(result_of("var a = new Uint8Array([5, 1, 4]); return [a.map(function (x) { return x * 2 }), a.toSorted(), "
                  "a.with(0, 9), a.slice(1), a.subarray(1, 2), a.at(-1), a.join('-'), a.indexOf(4), a.includes(7), "
                  "a.reduce(function (x, y) { return x + y }), a.findLast(function (x) { return x > 4 })]") ==
        R"([<0a0208>,<010405>,<090104>,<0104>,<01>,4,"5-1-4",2,false,10,5])");
  CHECK(result_of(
            "var a = new Float64Array([3, NaN, -0, 0, -1]); a.sort(); return [a[0], 1 / a[1], 1 / a[2], a[3], a[4]]") ==
        "[-1,-Infinity,Infinity,3,NaN]");
  CHECK(result_of("var a = new Uint8Array([1, 2, 3, 4]); a.set(a.subarray(0, 3), 1); a.copyWithin(0, 2); return a") ==
        "<02030203>");
  CHECK(result_of("var a = new Int8Array([2, 1]); a.sort(function (x, y) { a.fill(9); return x - y }); return "
                  "Array.prototype.slice.call(a)") == "[1,2]");
}

TEST_CASE("the length of a typed array is its prototype's to tell") {
  CHECK(
      result_of(
          "var a = new Uint8Array(3); return [a.length, a.hasOwnProperty('length'), Object.getOwnPropertyNames(a)]") ==
      R"([3,false,["0","1","2"]])");
  CHECK(result_of("var a = new Uint8Array(3); Object.defineProperty(a, 'length', {value: 7}); return [a.length, "
                  "a.subarray(1).length]") == "[7,2]");
}

TEST_CASE("a DataView reads and writes numbers of either byte order") {
  CHECK(result_of("var d = new DataView(new ArrayBuffer(8), 2); d.setUint16(0, 258); d.setInt32(2, -2, true); return "
                  "[d.buffer, d.getUint16(0), d.getUint16(0, true), d.getInt32(2, true), d.byteLength]") ==
        "[<00000102feffffff>,258,513,-2,6]");
  CHECK(result_of("new DataView(new ArrayBuffer(2)).getInt32(0)").starts_with("SCRIPT_ERROR: RangeError"));
}

TEST_CASE("an array buffer that gave its bytes away has none, and neither have its views") {
  CHECK(result_of("const a = new Uint8Array([1, 2, 3]).buffer, v = new Uint8Array(a); const b = a.transfer(5); return "
                  "[b, a.detached, b.detached, a.byteLength, v.length, v.byteOffset, 0 in v, v[0] === undefined]") ==
        "[<0102030000>,true,false,0,0,0,false,true]");
  CHECK(result_of("return new Uint8Array([1, 2, 3]).buffer.transferToFixedLength(2)") == "<0102>");
  for (const char* code : {"v.at(0)", "v.fill(0)", "new DataView(a)", "new Uint8Array(a)", "a.slice()", "a.transfer()",
                           "[...v]", "v.subarray(0, 1)", "d.getInt8(0)", "d.byteLength"})
    CHECK(result_of("const a = new ArrayBuffer(4), v = new Uint8Array(a), d = new DataView(a); a.transfer(); " +
                    std::string(code))
              .starts_with("SCRIPT_ERROR: TypeError"));
  CHECK(result_of("const a = new ArrayBuffer(2), v = new Uint8Array(a); v.set([1, 2]); return v.map((x, i) => { if (i "
                  "== 0) a.transfer(); return x === undefined ? 9 : x; })") == "<0109>");
}

TEST_CASE("names that are numbers mean elements of a typed array and nothing else") {
  CHECK(
      result_of("const a = new Uint8Array(2); a[5] = a['-0'] = a['1.5'] = 1; return [Object.keys(a), 5 in a, a[5] === "
                "undefined, Reflect.set(a, 7, 1), Reflect.has(a, '-0')]") == R"([["0","1"],false,true,true,false])");
  CHECK(result_of("Object.freeze(new Uint8Array(1))").starts_with("SCRIPT_ERROR: TypeError"));
}
