#include "../support.hpp"

#include <catch2/catch.hpp>

using namespace enclaved::engine::test;

TEST_CASE("objects are taken apart, put together and grouped") {
  CHECK(result_of(
            "return [Object.entries({b: 1, 2: 'x', a: [3]}), Object.values('ab'), Object.fromEntries([['x', 1]]), "
            "Object.fromEntries(new Map([['k', 2]])), Object.hasOwn({a: 1}, 'a'), Object.hasOwn({}, 'toString')]") ==
        R"([[["2","x"],["b",1],["a",[3]]],["a","b"],{"x":1},{"k":2},true,false])");
  CHECK(result_of("return [Object.groupBy([1, 2, 3], function (x) { return x % 2 ? 'odd' : 'even' }), "
                  "Map.groupBy([1, 2, 3], function (x) { return x % 2 }).get(1)]") ==
        R"([{"odd":[1,3],"even":[2]},[1,3]])");
  CHECK(result_of(
            "var d = Object.getOwnPropertyDescriptors({get a() { return 1 }, b: 2}); return [typeof d.a.get, d.b]") ==
        R"(["function",{"value":2,"writable":true,"enumerable":true,"configurable":true}])");
  CHECK(result_of("var o = {a: 1, get b() { delete this.c; return 2 }, c: 3}; return Object.values(o)") == "[1,2]");
}

TEST_CASE("errors have causes, and several errors are one AggregateError") {
  CHECK(
      result_of(
          "var e = new TypeError('x', {cause: 5}); return [e.cause, Object.keys(e), 'cause' in new Error('y', {})]") ==
      "[5,[],false]");
  CHECK(result_of("var e = AggregateError(new Set([1, 2]), 'm', {cause: 3}); return [e.errors, e.message, e.cause, e "
                  "instanceof Error, String(e)]") == R"([[1,2],"m",3,true,"AggregateError: m"])");
}

TEST_CASE("promises are combined from any iterable and made by any class") {
  CHECK(result_of("return Promise.all(new Set([1, Promise.resolve(2)]))") == "[1,2]");
  CHECK(result_of("return Promise.allSettled(new Map([[1, 2]]).values())") == R"([{"status":"fulfilled","value":2}])");
  CHECK(result_of("var w = Promise.withResolvers(); w.resolve(7); return w.promise") == "7");
  CHECK(result_of("return Promise.any([Promise.reject(1)]).catch(function (e) { return [e.constructor === "
                  "AggregateError, e.errors] })") == "[true,[1]]");
  CHECK(
      result_of("function Mine(executor) { var p = new Promise(executor); Object.setPrototypeOf(p, Mine.prototype); "
                "return p } Mine.prototype = Object.create(Promise.prototype, {constructor: {value: Mine}}); "
                "Object.setPrototypeOf(Mine, Promise); var made = Mine.resolve(5).then(function (x) { return x + 1 });"
                "return [made instanceof Mine, await(made), Mine.all([1]) instanceof Mine]") == "[true,6,true]");
  CHECK(result_of(
            "var closed = 0, it = {next: function () { return {value: 1, done: false} }, return: function () { "
            "closed++; return {} }}; it[Symbol.iterator] = function () { return it }; var old = Promise.resolve;"
            "Promise.resolve = function () { throw new Error('no') }; var p = Promise.all(it); Promise.resolve = old;"
            "return p.catch(function (e) { return [e.message, closed] })") == R"(["no",1])");
}

TEST_CASE("proxies have every trap, may stand behind one another, and can be revoked") {
  CHECK(result_of(
            "var p = new Proxy({a: 1}, {getPrototypeOf() { return Array.prototype }, getOwnPropertyDescriptor(t, k) { "
            "return {value: 7, configurable: true, enumerable: true} }, ownKeys() { return ['x', 'y'] }});"
            "return [Object.getPrototypeOf(p) === Array.prototype, Object.keys(p), Object.hasOwn(p, 'q')]") ==
        R"([true,["x","y"],true])");
  CHECK(result_of(
            "var q = new Proxy(new Proxy({a: 1}, {}), {}); q.b = 2; return [q.a, q.b, 'b' in q, delete q.b, q.b]") ==
        "[1,2,true,true,null]");
  CHECK(result_of("var r = Proxy.revocable({}, {}); r.revoke(); try { r.proxy.x } catch (e) { return e.message }") ==
        R"("the proxy has been revoked")");
  CHECK(result_of("var o = {get x() { return this.y }}; return [Reflect.get(o, 'x', {y: 5}), "
                  "new Proxy(o, {has() { return true }}).x === undefined]") == "[5,true]");
  CHECK(result_of("try { Object.isExtensible(new Proxy({}, {isExtensible() { return false }})) } catch (e) { return "
                  "e.name }") == R"("TypeError")");
}

TEST_CASE("Object.assign takes symbols along and does not pass over what refuses") {
  CHECK(result_of("const s = Symbol('s'); return Object.assign({}, { [s]: 1 })[s]") == "1");
  CHECK(result_of("Object.assign(Object.freeze({ a: 1 }), { a: 2 })").starts_with("SCRIPT_ERROR: TypeError"));
}

TEST_CASE("a Proxy in a chain of prototypes is asked for what stands before it does not have") {
  CHECK(result_of("const p = new Proxy({}, { get: (t, k) => 'no ' + String(k), has: (t, k) => k === 'x' }); const o = "
                  "Object.create(p, { own: { value: 1 } }); return [o.own, o.other, o[3], 'x' in o, 'y' in o]") ==
        R"([1,"no other","no 3",true,false])");
  CHECK(result_of("const seen = []; const o = Object.create(new Proxy({}, { set(t, k, v, r) { seen.push(k, r === o); "
                  "return true; } })); o.a = 1; return [seen, Object.keys(o)]") == R"([["a",true],[]])");
}

TEST_CASE("a trap is given a name, never a number") {
  CHECK(
      result_of("const kinds = []; const p = new Proxy([], { get: (t, k) => { kinds.push(typeof k); return 1; }, set: "
                "(t, k) => { kinds.push(typeof k); return true; } }); p[-1]; p[1] = 2; return kinds") ==
      R"(["string","string"])");
}
