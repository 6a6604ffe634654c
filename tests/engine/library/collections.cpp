#include "../support.hpp"

#include <catch2/catch.hpp>

using namespace enclaved::engine::test;

TEST_CASE("a Map finds what SameValueZero calls the same, in the order of insertion") {
  CHECK(
      result_of("var m = new Map([[1, 'a'], ['x', 2]]); m.set(NaN, 3).set(-0, 4); m.set(1, 'b'); var o = {}; "
                "m.set(o, 5); var keys = []; m.forEach(function (v, k) { keys.push(v) });"
                "return [m.size, m.get(NaN), m.get(0), m.get(o), m.get({}), m.has('1'), 1 / m.keys().next().value > 0, "
                "keys]") == R"([5,3,4,5,null,false,true,["b",2,3,4,5]])");
  CHECK(result_of("var m = new Map([[-0, 1]]); return 1 / m.keys().next().value > 0") == "true");
  CHECK(result_of("return [new Set('hello').size, new Set([1, 1, '1']).size, new Map().size]") == "[4,2,0]");
  CHECK(result_of("try { Map() } catch (e) { return e.message }") == R"("Map needs new")");
  CHECK(result_of("try { new Set(5) } catch (e) { return e.message }") == R"("5 is not iterable")");
  CHECK(result_of("try { Map.prototype.get.call(new Set(), 1) } catch (e) { return e.message }") ==
        R"("this is not a Map")");
}

TEST_CASE("a collection may change while it is walked") {
  CHECK(result_of("var s = new Set([1, 2, 3]), seen = []; s.forEach(function (x) { seen.push(x); if (x === 1) { "
                  "s.delete(2); s.add(4); s.delete(1); s.add(2) } }); return seen") == "[1,3,4,2]");
  CHECK(result_of("var m = new Map(), i; for (i = 0; i < 1000; i++) m.set(i, i); var walk = m.values(), sum = 0;"
                  "for (i = 0; i < 10; i++) sum += walk.next().value;"
                  "for (i = 0; i < 990; i++) m.delete(i);" // packed under the walk, more than once
                  "for (i = 0; i < 5000; i++) { m.set('n' + i, 0); m.delete('n' + i) }"
                  "return [sum, walk.next().value, m.size]") == "[45,990,10]");
  CHECK(result_of("var s = new Set([1, 2]), walk = s.values(); walk.next(); s.clear(); s.add(7);"
                  "return [walk.next().value, walk.next().done, walk.next().done]") == "[7,true,true]");
  CHECK(result_of("var s = new Set([1]), walk = s.values(); walk.next(); walk.next(); s.add(2); return "
                  "walk.next().done") == "true");
}

TEST_CASE("many entries come and go, and all are found") {
  CHECK(result_of("var m = new Map(), i, wrong = 0; for (i = 0; i < 20000; i++) m.set('k' + i, i);"
                  "for (i = 0; i < 20000; i += 2) m.delete('k' + i);"
                  "for (i = 0; i < 20000; i++) if (m.get('k' + i) !== (i % 2 ? i : undefined)) wrong++;"
                  "for (i = 0; i < 5000; i++) m.set(i, i); for (i = 0; i < 5000; i++) m.set(i / 7, i);"
                  "for (i = 0; i < 5000; i++) if (!m.has(i)) wrong++; return [wrong, m.size]") == "[0,19285]");
}

TEST_CASE("an iterable that fails half way is closed") {
  CHECK(result_of("var closed = 0, it = {next: function () { return {value: 5, done: false} }, return: function () { "
                  "closed++; return {} }}; it[Symbol.iterator] = function () { return it };"
                  "try { new Map(it) } catch (e) { return [e.name, closed] }") == R"(["TypeError",1])");
  CHECK(result_of("var it = {next: function () { throw 7 }, return: function () { throw 8 }}; it[Symbol.iterator] = "
                  "function () { return it }; try { new Set(it) } catch (e) { return e }") == "7");
}

TEST_CASE("weak collections hold frozen objects and symbols, and keep them") {
  CHECK(result_of("var w = new WeakMap(), k = Object.freeze({}), s = Symbol('s'); w.set(k, 1).set(s, 2);"
                  "return [w.get(k), w.get(s), w.has({}), w.delete(k), w.has(k), new WeakRef(k).deref() === k]") ==
        "[1,2,false,true,false,true]");
  CHECK(
      result_of("var names = []; [1, 'x', null, Symbol.for('x')].forEach(function (key) { try { new WeakSet().add(key) "
                "} catch (e) { names.push(e.name) } }); return names.length") == "4");
  CHECK(result_of("var r = new FinalizationRegistry(function () {}), t = {}; r.register({}, 1, t); return "
                  "[r.unregister(t), r.unregister(t)]") == "[true,false]");
}

TEST_CASE("arrays, strings and collections have iterators") {
  CHECK(result_of("var it = [7, , 9][Symbol.iterator](), all = [], r; while (!(r = it.next()).done) "
                  "all.push(r.value === undefined ? 'hole' : r.value); return all") == R"([7,"hole",9])");
  CHECK(result_of("var it = 'a\\ud83d\\ude00\\ud83d'[Symbol.iterator](), all = [], r; while (!(r = it.next()).done) "
                  "all.push(r.value.length); return all") == "[1,2,1]");
  CHECK(result_of("var it = new Map([[1, 2]]).entries(); return [it.next().value, it.toString(), it[Symbol.iterator]() "
                  "=== it]") == R"([[1,2],"[object Map Iterator]",true])");
}

TEST_CASE("a Map leaves as a map or as pairs, a Set as an array") {
  CHECK(result_of(
            "return {m: new Map([['a', 1], ['b', undefined]]), p: new Map([[1, 'x'], ['y', [2]]]), s: new Set([1, 'z', "
            "new Set()]), e: new Map(), w: new WeakMap()}") ==
        R"({"m":{"a":1},"p":[[1,"x"],["y",[2]]],"s":[1,"z",[]],"e":{},"w":{}})");
  CHECK(result_of("var m = new Map(); m.set('self', m); return m").starts_with("RESULT_LIMIT"));
  CHECK(result_of("class P { x = 1; #y = 2; get z() { return 3 } } return new P()") == R"({"x":1})");
  CHECK(result_of("var s = new Set(); s.add({get x() { s.add(s.size < 5 ? {} : 1); return 1 }}); return s") ==
        R"([{"x":1},{}])");
}

TEST_CASE("console shows values as Node does, on one line") {
  script_run run("class Foo { constructor() { this.x = 1 } }\n"
                 "console.log(new Map([['a', {b: 1}], [2, new Set(['z'])]]), new Foo(), [1, , \"it's\"], Symbol('q'), "
                 "function f() {}, {a: {b: {c: {d: 1}}}}, Object.create(null), {'a-b': null})");
  run.go();
  CHECK(run.sink.output.substr(0, run.sink.output.find(" [["))
            .starts_with("log1:Map(2) { 'a' => { b: 1 }, 2 => Set(1) { 'z' } } Foo { x: 1 } [ 1, <1 empty item>, "
                         "\"it's\" ] Symbol(q) "
                         "[Function: f] { a: { b: { c: [Object] } } } [Object: null prototype] {} { 'a-b': null }"));
}

TEST_CASE("Sets are joined, cut and compared with one another and with what is like a Set") {
  CHECK(result_of("const a = new Set([1, 2, 3]), b = new Set([3, 4]); return [a.union(b), a.intersection(b), "
                  "a.difference(b), a.symmetricDifference(b)].map(s => [...s])") == "[[1,2,3,4],[3],[1,2],[1,2,4]]");
  CHECK(result_of("const a = new Set([1, 2]); return [a.isSubsetOf(new Set([1, 2, 3])), a.isSupersetOf(new Set([2])), "
                  "a.isDisjointFrom(new Set([3])), a.isSubsetOf(new Map([[1, 0], [2, 0]]))]") ==
        "[true,true,true,true]");
  CHECK(result_of("const like = { size: 1, has: x => x == 2, keys: () => [2][Symbol.iterator]() }; return [...new "
                  "Set([1, 2]).difference(like)]") == "[1]");
  for (const char* other : {"[1]", "{ size: NaN, has() {}, keys() {} }", "{ size: 1, keys() {} }", "5"})
    CHECK(result_of("new Set().union(" + std::string(other) + ")").starts_with("SCRIPT_ERROR: TypeError"));
}

TEST_CASE("iterators have helpers that take no more than they are asked for") {
  CHECK(result_of("const log = []; function* n() { for (let i = 0;; i++) { log.push(i); yield i; } } const all = "
                  "n().filter(x => x % 2).map(x => x * x).drop(1).take(2).toArray(); return [all, log.length]") ==
        "[[9,25],6]");
  CHECK(result_of("return [[1, 2, 3].values().reduce((a, b) => a + b), [1, 2].values().some(x => x > 1), [1, "
                  "2].values().every(x => x > 1), [1, 2].values().find(x => x > 1), [...[1, 2].values().flatMap(x => "
                  "[x, x])]]") == "[6,true,false,2,[1,1,2,2]]");
  CHECK(
      result_of("let closed = 0; const it = { __proto__: Iterator.prototype, next: () => ({ value: 1, done: false }), "
                "return: () => (closed++, {}) }; try { it.map(() => { throw 1; }).next(); } catch {} "
                "it.take(1).return(); try { it.take(-1); } catch {} return closed") == "3");
  CHECK(result_of("let i = 0; const it = Iterator.from({ next: () => ({ value: i, done: i++ > 2 }) }); return [it "
                  "instanceof Iterator, [...it], Iterator.from('ab').toArray()]") == R"([true,[0,1,2],["a","b"]])");
  CHECK(result_of("new Iterator()").starts_with("SCRIPT_ERROR: TypeError"));
  CHECK(result_of("class Mine extends Iterator { next() { return { done: true }; } } return new Mine().toArray()") ==
        "[]");
}

TEST_CASE("arrays are made of what arrives one after the other") {
  CHECK(result_of("async function* g() { yield 1; yield 2; } return [await Array.fromAsync(g(), x => x * 2), await "
                  "Array.fromAsync([Promise.resolve(3), 4]), await Array.fromAsync({ length: 1, 0: 5 })]") ==
        "[[2,4],[3,4],[5]]");
  CHECK(result_of("return await Array.fromAsync([1], () => { throw new Error('no'); }).catch(e => e.message)") ==
        R"("no")");
}

TEST_CASE("the console tells classes and kinds of functions apart") {
  script_run it(
      "class A {} class B extends A {} console.log(A, B, class {}, async () => {}, function* g() {}, x => x)");
  it.go();
  CHECK(it.sink.output.find("[class A] [class B extends A] [class (anonymous)] [AsyncFunction (anonymous)] "
                            "[GeneratorFunction: g] [Function (anonymous)]") != std::string::npos);
}
