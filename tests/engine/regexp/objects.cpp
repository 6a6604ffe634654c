// RegExp objects and the methods of strings that use them, as scripts see them.
#include "../support.hpp"

#include <catch2/catch.hpp>

using namespace enclaved::engine::test;

TEST_CASE("exec answers an array with index, input, groups and, when asked, indices") {
  CHECK(result_of("var m = /(\\d+)-(\\w)?/.exec('ab 12-'); return [m, m.index, m.input, m.groups === undefined, "
                  "m.length, Object.keys(m).join()]") ==
        R"([["12-","12",null],3,"ab 12-",true,3,"0,1,2,index,input,groups"])");
  CHECK(result_of("var m = /(?<year>\\d{4})-(?<month>\\d\\d)/.exec('2024-05'); return [m.groups, "
                  "Object.getPrototypeOf(m.groups) === null]") == R"([{"year":"2024","month":"05"},true])");
  CHECK(result_of("var m = /a(?<z>b)?/d.exec('xa'); return [m.indices, 'z' in m.indices.groups, m.indices.groups.z]") ==
        "[[[1,2],null],true,null]");
}

TEST_CASE("lastIndex moves with g and y, is kept without, and starts again after a failure") {
  CHECK(result_of("var r = /a/g, out = []; for (var m; (m = r.exec('xaxa')); ) out.push(m.index, r.lastIndex); return "
                  "out.concat(r.lastIndex)") == "[1,2,3,4,0]");
  CHECK(result_of("var r = /a/y; r.lastIndex = 1; return [r.test('xa'), r.lastIndex, r.test('xa'), r.lastIndex]") ==
        "[true,2,false,0]");
  CHECK(result_of("var r = /a/; r.lastIndex = 7; return [r.test('a'), r.lastIndex]") == "[true,7]");
  CHECK(result_of("var r = Object.freeze(/a/g); try { r.test('b') } catch (e) { return e.name }") == R"("TypeError")");
  CHECK(result_of("var r = /\\udf06/u; r.lastIndex = 1; return r.exec('\\ud834\\udf06')") == "null");
}

TEST_CASE("flags and source are those of the literal") {
  CHECK(result_of("var r = /a\\/b/dgimsuy; return [r.flags, r.source, String(r), r.global, r.dotAll, r.unicodeSets]") ==
        R"(["dgimsuy","a\/b","/a\/b/dgimsuy",true,true,false])");
  CHECK(result_of("return [new RegExp('/').source, new RegExp('').source, new RegExp('\\n').source, new "
                  "RegExp('[/]').source]") == R"x(["\/","(?:)","\n","[/]"])x");
  CHECK(result_of("return [RegExp.prototype.flags, RegExp.prototype.source, RegExp.prototype.global === undefined]") ==
        R"x(["","(?:)",true])x");
  CHECK(result_of("var r = /a/g; return [RegExp(r) === r, new RegExp(r) === r, new RegExp(r, 'i').flags]") ==
        R"([true,false,"i"])");
  CHECK(result_of("return Object.prototype.toString.call(/a/)") == R"("[object RegExp]")");
}

TEST_CASE("what is wrong with a pattern is said as other engines do") {
  CHECK(result_of("new RegExp('(')") ==
        "SCRIPT_ERROR: SyntaxError: Invalid regular expression: /(/: Unterminated group");
  CHECK(result_of("new RegExp('a', 'gg')") ==
        "SCRIPT_ERROR: SyntaxError: Invalid flags supplied to RegExp constructor 'gg'");
  CHECK(result_of("new RegExp('a**')") ==
        "SCRIPT_ERROR: SyntaxError: Invalid regular expression: /a**/: Nothing to repeat");
}

TEST_CASE("replace fills templates and calls functions") {
  CHECK(result_of("return '2024-05-06'.replace(/(?<y>\\d+)-(?<m>\\d+)-(?<d>\\d+)/, '$<d>.$<m>.$1 $& $$ $9 $<x>|')") ==
        R"("06.05.2024 2024-05-06 $ $9 |")");
  CHECK(result_of("return 'abc'.replace(/b/, \"[$`$']\")") == R"("a[ac]c")");
  CHECK(result_of("return 'a1b22'.replace(/([a-z])(\\d+)/g, function (all, l, n, at) { return n + l + at })") ==
        R"("1a022b2")");
  CHECK(result_of("return 'x'.replace(/(?<n>x)/, function () { return arguments[arguments.length - 1].n + '!' })") ==
        R"("x!")");
  CHECK(result_of("return ['aaa'.replace(/x*/g, '-'), 'aaa'.replaceAll('', '.'), 'a.b.c'.replaceAll('.', '$&$&')]") ==
        R"(["-a-a-a-",".a.a.a.","a..b..c"])");
  CHECK(result_of("try { 'a'.replaceAll(/a/, 'b') } catch (e) { return e.name + ': ' + e.message }") ==
        R"("TypeError: replaceAll must be called with a global RegExp")");
  CHECK(result_of("return 'héé'.replace(/é/g, function (c, i) { return i })") == R"("h12")");
}

TEST_CASE("split, match, matchAll and search") {
  CHECK(result_of("return 'a1b2c'.split(/\\d/)") == R"(["a","b","c"])");
  CHECK(result_of("return 'a1b2c'.split(/(\\d)/, 4)") == R"(["a","1","b","2"])");
  CHECK(result_of("return ['abc'.split(''), ''.split(''), ''.split('x'), 'a,b,'.split(','), 'ab'.split(/(?:)/u)]") ==
        R"([["a","b","c"],[],[""],["a","b",""],["a","b"]])");
  CHECK(result_of("return 'a<b>c</b>'.split(/<(\\/)?([^<>]+)>/)") == R"(["a",null,"b","c","/","b",""])");
  CHECK(result_of("return ['a1b2'.match(/\\d/g), 'ab'.match(/\\d/g), 'a1'.match(/\\d/).index, 'a1'.search(/\\d/), "
                  "'a+b'.match('+b') ]") ==
        "SCRIPT_ERROR: SyntaxError: Invalid regular expression: /+b/: Nothing to repeat");
  CHECK(result_of("return ['a1b2'.match(/\\d/g), 'ab'.match(/\\d/g), 'a1'.match(/\\d/).index, 'a1'.search(/\\d/)]") ==
        R"([["1","2"],null,1,1])");
  CHECK(result_of("var out = [], it = 'a1b2'.matchAll(/([a-z])(\\d)/g), step; while (!(step = it.next()).done) "
                  "out.push(step.value[1] + step.value.index); return out") == R"(["a0","b2"])");
  CHECK(result_of("try { 'a'.matchAll(/a/) } catch (e) { return e.message }") ==
        R"("String.prototype.matchAll must be called with a global RegExp")");
}

TEST_CASE("a script's own exec, flags and symbols are asked") {
  CHECK(result_of("var r = /a/; r.exec = function () { return null }; return [r.test('a'), 'a'.replace(r, 'b')]") ==
        R"([false,"a"])");
  CHECK(result_of("var old = RegExp.prototype.exec, n = 0; RegExp.prototype.exec = function (s) { n++; return "
                  "old.call(this, s) }; var out = 'aXa'.replace(/a/g, 'b'); return [out, n]") == R"(["bXb",3])");
  CHECK(result_of("var p = {}; p[Symbol.replace] = function (s, r) { return s + r }; return 'a'.replace(p, 'b')") ==
        R"("ab")");
  CHECK(result_of("var p = {}; p[Symbol.split] = function (s) { return [s] }; return 'a b'.split(p)") == R"(["a b"])");
}

TEST_CASE("patterns of exponential size and matches of exponential time end") {
  script_run slow("return /^(a+)+$/.test(new Array(40).join('a') + 'b')");
  slow.limits.timeout_ms = 30;
  CHECK(slow.go().how == enclaved::outcome::timeout);
  CHECK(result_of("try { new RegExp(new Array(2000).join('(?:')) } catch (e) { return e.name }") == R"("SyntaxError")");
  CHECK(result_of(
            "var s = new Array(3e6).join('ab'); try { return /^(?:(a)|(b))*$/.test(s) } catch (e) { return e.name }") ==
        R"("RangeError")");
  CHECK(result_of("return /(?:\\w+\\s?)+$/.test(new Array(1000).join('word ') )") == "true");
}

TEST_CASE("a text that is not ASCII is read once for a loop of matches") {
  script_run run("var s = new Array(20001).join('é1 '), r = /\\d/g, n = 0; while (r.exec(s)) n++; return n");
  run.limits.timeout_ms = run.limits.cpu_ms = 2'000;
  CHECK(run.go().result == "20000");
}

TEST_CASE("a regular expression in a log line is written as in a script, and leaves a heap as an empty object") {
  script_run run("console.log(/a+\\//gi, [/x/]); return [/a/g]");
  CHECK(run.go().result == "[{}]");
  CHECK(run.sink.output.find("/a+\\//gi [ /x/ ]") != std::string::npos);
}

TEST_CASE("RegExp.escape makes any text match itself") {
  CHECK(
      result_of(
          "var s = '1.5 (a|b)\\n-\\u2028', r = RegExp.escape(s); return [r, new RegExp('^' + r + '$', 'u').test(s)]") ==
      R"(["\x31\.5\x20\(a\|b\)\n\x2d\u2028",true])");
}
