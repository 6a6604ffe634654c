#include "../support.hpp"

#include <catch2/catch.hpp>

using namespace enclaved::engine::test;

TEST_CASE("array methods skip holes where the specification does, and see what prototypes have") {
  CHECK(result_of("var n = 0; [1, , 3].forEach(function () { n++ }); return [n, [1, , 3].map(function (x) { return x "
                  "}).length, "
                  "1 in [1, , 3].map(function (x) { return x }), [, 1].includes(undefined), [, 1].indexOf(undefined), "
                  "[1, , 3].findIndex(function (x) { return x === undefined })]") == "[2,3,false,true,-1,1]");
  CHECK(result_of("Array.prototype[1] = 'p'; var a = [1, , 3]; return [a.slice(), a.concat([4]), "
                  "a.map(function (x) { return x })]") == R"([[1,"p",3],[1,"p",3,4],[1,"p",3]])");
  CHECK(result_of("return [].concat([1, , 3]).length + ',' + (1 in [].concat([1, , 3]))") == R"("3,false")");
}

TEST_CASE("array methods survive callbacks that change the array") {
  CHECK(
      result_of("var a = [1, 2, 3, 4], seen = []; a.forEach(function (x) { seen.push(x); if (x === 2) a.length = 3 }); "
                "return seen") == "[1,2,3]");
  CHECK(result_of("var a = [1, 2, 3]; return [a.map(function (x) { a.push(x); return x * 2 }), a.length]") ==
        "[[2,4,6],6]");
  CHECK(result_of("var a = [1, 2, 3, 4]; return a.filter(function (x, i) { a[i + 1] = 0; return true })") ==
        "[1,0,0,0]");
  CHECK(result_of("var a = [5, 1, 2]; a.sort(function (x, y) { a.length = 0; return x - y }); return a") == "[1,2,5]");
}

TEST_CASE("comparators that only subtract order as any other comparator does") {
  CHECK(result_of("const at = list => list.map(x => x.at); const of = () => [3, 1, 3, 2].map((k, at) => ({ k, at }));"
                  "return [at(of().sort((a, b) => a.k - b.k)), at(of().sort((a, b) => b.k - a.k)), [2, 10, 1].sort((a, "
                  "b) => b - a), "
                  "[2, 10, 1].sort((b, a) => b - a)]") == "[[1,3,0,2],[0,2,3,1],[10,2,1],[1,2,10]]");
  CHECK(result_of("let asked = 0; const list = [{ k: 2 }, { get k() { asked++; return 1; } }];"
                  "return [list.sort((a, b) => a.k - b.k)[1].k, asked]") == "[2,1]");
  CHECK(result_of("return String([NaN, 3, Infinity, -Infinity, 1].sort((a, b) => a - b))") ==
        result_of("return String([NaN, 3, Infinity, -Infinity, 1].sort((a, b) => { let d = a - b; return d; }))"));
  CHECK(result_of("return [['10', '9', 'x'].sort((a, b) => a - b), [[2], [1]].sort((a, b) => a - b), "
                  "[2, 1].sort((a, b) => a.k - b.k)]") == R"([["9","10","x"],[[1],[2]],[2,1]])");
}

TEST_CASE("texts are ordered by their units, whatever their length") {
  CHECK(
      result_of(
          R"(return ['abcdefghi', 'abcdefgh', '', 'abcdefg', 'a', '\u{1F600}', '\uffff', 'abcdefgh\u0001'].sort())") ==
      result_of(
          R"(return ['abcdefghi', 'abcdefgh', '', 'abcdefg', 'a', '\u{1F600}', '\uffff', 'abcdefgh\u0001'].sort((a, b) => a < b ? -1 : a > b ? 1 : 0))"));
}

TEST_CASE("the remainder of large whole numbers is exact") {
  CHECK(result_of("return [2 ** 61 % 1000003, (2 ** 61 + 2 ** 20) % 12345, -7 % 3, 7 % -3, Object.is(-8 % 8, -0), "
                  "9007199254740993 % 10, 1e300 % 7]") == "[418837,5628,-1,1,true,2,1]");
}

TEST_CASE("arrays are cut, joined and searched") {
  CHECK(result_of("var a = [1, 2, 3, 4, 5]; return [a.splice(1, 2, 'x', 'y', 'z'), a, a.splice(-1), a.splice(), a]") ==
        R"([[2,3],[1,"x","y","z",4],[5],[],[1,"x","y","z",4]])");
  CHECK(result_of("var a = [1]; return [a.unshift(7, 8), a.shift(), a.push(9, 10), a.pop(), a, a.reverse()]") ==
        "[3,7,4,10,[9,1,8],[9,1,8]]");
  CHECK(result_of("return [[1, [2, [3, [4]]]].flat(), [1, [2, [3, [4]]]].flat(Infinity), "
                  "[1, 2].flatMap(function (x) { return [x, [x]] })]") == "[[1,2,[3,[4]]],[1,2,3,4],[1,[1],2,[2]]]");
  CHECK(result_of("return [[1, 2, 3].at(-1), [1, 2, 3].with(1, 9), [3, 1].toReversed(), [1, 2, 3].toSpliced(1, 1), "
                  "[1, 2, 3, 4, 5].copyWithin(0, 3), [1, 2, 3].fill(0, 1), [NaN].includes(NaN), [NaN].indexOf(NaN)]") ==
        "[3,[1,9,3],[1,3],[1,3],[4,5,3,4,5],[1,0,0],true,-1]");
  CHECK(result_of("return [Array.from('ab'), Array.from({length: 2}, function (v, i) { return i }), Array.of(7), "
                  "Array.from(new Map([[1, 2]])), Array.from(new Set([3]))]") ==
        R"([["a","b"],[0,1],[7],[[1,2]],[3]])");
}

TEST_CASE("frozen arrays and long lists end in errors, not in work") {
  CHECK(result_of(
            "var names = [], a = Object.freeze([1, 2]); ['push', 'pop', 'shift', 'unshift', 'reverse', 'sort'].forEach("
            "function (m) { try { a[m](1) } catch (e) { names.push(e.name) } }); return [names.length, a]") ==
        "[6,[1,2]]");
  CHECK(result_of("try { Array.prototype.push.call({length: 9007199254740991}, 1) } catch (e) { return e.name }") ==
        R"("TypeError")");
  CHECK(
      result_of("var o = {length: 4294967296}; Array.prototype.push.call(o, 'x'); return [o.length, o[4294967296]]") ==
      R"([4294967297,"x"])");
  script_run endless("new Array(4294967295).fill(0)");
  endless.limits.cpu_ms = 50;
  CHECK(endless.go().how != enclaved::outcome::ok);
}

TEST_CASE("arrays are sorted into copies, too") {
  CHECK(result_of(
            "var a = [3, undefined, , 1]; return [a.toSorted(), a.length, a.toSorted(function (x, y) { return y - x "
            "})]") == "[[1,3,null,null],4,[3,1,null,null]]");
  CHECK(result_of("try { [].toSorted(5) } catch (e) { return e.name }") == R"("TypeError")");
}

TEST_CASE("an array that holds itself is joined, and one that is frozen refuses") {
  CHECK(result_of("const a = [1]; a.push(a, [a, 2]); return [String(a), a.toLocaleString()]") ==
        R"(["1,,,2","1,,,2"])");
  for (const char* call : {"push(1)", "push()", "pop()", "shift()", "unshift(1)"})
    CHECK(result_of("Object.freeze([])." + std::string(call)).starts_with("SCRIPT_ERROR: TypeError"));
}
