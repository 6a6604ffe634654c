#include "../support.hpp"

#include <catch2/catch.hpp>

using namespace enclaved::engine::test;

TEST_CASE("strings have the methods of ES2023") {
  CHECK(result_of("return ['abc'.at(-1), 'abc'.at(5), 'x'.padStart(5, 'ab'), 'x'.padEnd(4), 'é'.padEnd(3, 'ü')]") ==
        R"(["c",null,"ababx","x   ","éüü"])");
  CHECK(result_of("return ['\\u00a0 x \\n'.trimStart(), ' x \\ufeff'.trimEnd(), 'ab'.repeat(3), 'ab'.repeat(0)]") ==
        "[\"x \n\",\" x\",\"ababab\",\"\"]");
  CHECK(result_of("return ['a\\ud83d'.isWellFormed(), 'a\\ud83d\\ude00'.isWellFormed(), 'a\\ud83d'.toWellFormed()]") ==
        R"([false,true,"a�"])");
  CHECK(result_of("return ['abc'.includes('bc'), 'abc'.includes('a', 1), 'abc'.startsWith('b', 1), "
                  "'abc'.endsWith('b', 2), 'äbc'.startsWith('b', 1)]") == "[true,false,true,true,true]");
  CHECK(result_of("return [String.fromCodePoint(0x1f600, 65), String.raw({raw: ['a', 'b', 'c']}, 1, 2, 3)]") ==
        R"(["😀A","a1b2c"])");
  CHECK(result_of("'x'.includes(/x/)").starts_with("SCRIPT_ERROR: TypeError"));
  CHECK(result_of("String.prototype.at.call(null)").starts_with("SCRIPT_ERROR: TypeError"));
}

TEST_CASE("a string that would be too long is refused before memory is taken") {
  for (const char* code : {"'x'.repeat(Math.pow(2, 30))", "'x'.padEnd(1e15)", "'x'.padStart(1e9, 'abcdef')"})
    CHECK(result_of(code) == "SCRIPT_ERROR: RangeError: Invalid string length");
  CHECK(result_of("'x'.repeat(Infinity)").starts_with("SCRIPT_ERROR: RangeError"));
}

TEST_CASE("texts are ordered as people expect: letters, then accents, then case") {
  CHECK(result_of("return ['b', 'é', 'A', 'a', 'B', 'e', 'z', '10', '9', '_'].sort(function (a, b) { return "
                  "a.localeCompare(b) })") == R"(["_","10","9","a","A","b","B","e","é","z"])");
  CHECK(result_of("return ['10', '9', 'a10', 'a9'].sort(function (a, b) { return a.localeCompare(b, undefined, "
                  "{numeric: true}) })") == R"(["9","10","a9","a10"])");
  CHECK(result_of("return ['a'.localeCompare('Á', 'en', {sensitivity: 'base'}), 'a'.localeCompare('á', 'en', "
                  "{sensitivity: 'accent'}), 'a'.localeCompare('A', 'en', {sensitivity: 'accent'})]") == "[0,-1,0]");
}

TEST_CASE("built-in methods have name and length, and are no constructors") {
  CHECK(result_of("var d = Object.getOwnPropertyDescriptor(String.prototype, 'padStart'), f = d.value; return [f.name, "
                  "f.length, d.enumerable, d.writable, Object.getOwnPropertyNames(f)]") ==
        R"(["padStart",1,false,true,["length","name"]])");
  CHECK(result_of("new (String.prototype.at)()").starts_with("SCRIPT_ERROR: TypeError"));
}

TEST_CASE("texts have the four normal forms of Unicode") {
  CHECK(result_of("return ['e\\u0301', '\\u00e9', '\\ufb01', '\\uac01', 'q\\u0307\\u0323'].map(function (t) { return "
                  "['NFC', 'NFD', 'NFKC', 'NFKD'].map(function (f) { return t.normalize(f).length }) })") ==
        "[[1,2,1,2],[1,2,1,2],[1,1,2,2],[1,3,1,3],[3,3,3,3]]");
  CHECK(result_of("return ['\\u1100\\u1161\\u11a8'.normalize() === '\\uac01', 'abc'.normalize('NFD')]") ==
        R"([true,"abc"])");
  CHECK(result_of("'x'.normalize('nfc')").starts_with("SCRIPT_ERROR: RangeError"));
}
