// Programs and what they give: lowered code does what the language says. Each expected value is what Node gives.
#include "../support.hpp"
#include "engine/translate.hpp"

#include <catch2/catch.hpp>

using namespace enclaved;
using namespace enclaved::engine;
using namespace enclaved::engine::test;

namespace {

struct row_of {
  const char* source;
  const char* gives;
};

constexpr row_of scopes_and_patterns[] = {
    {R"js(let x = 1; { let x = 2; x++; } return x)js", R"js(1)js"},
    {R"js(const f = () => x; let r; try { f() } catch (e) { r = e.name } let x = 1; return [r, f()])js",
     R"js(["ReferenceError",1])js"},
    {R"js(let r = []; try { x; } catch (e) { r.push(e.name) } let x = 1; return r)js", R"js(["ReferenceError"])js"},
    {R"js(try { y = 1 } catch (e) { return e.name })js", R"js("ReferenceError")js"},
    {R"js(const c = 1; try { c = 2 } catch (e) { return [e.name, c] })js", R"js(["TypeError",1])js"},
    {R"js(const c = 1; try { c += 2 } catch (e) { return [e.name, c] })js", R"js(["TypeError",1])js"},
    {R"js(let a = []; for (let i = 0; i < 3; i++) a.push(() => i); return a.map(f => f()))js", R"js([0,1,2])js"},
    {R"js(let a = []; for (let i = 0; i < 3; i++) a.push(() => i++); return a.map(f => [f(), f()]))js",
     R"js([[0,1],[1,2],[2,3]])js"},
    {R"js(let a = []; for (let i = 0; i < 3; i++) { a.push(() => i); i++ } return a.map(f => f()))js", R"js([1,3])js"},
    {R"js(let a = []; for (let i = 0, j = 5; i < 2; i++, j--) a.push(() => [i, j]); return a.map(f => f()))js",
     R"js([[0,5],[1,4]])js"},
    {R"js(let a = []; for (const k in { x: 1, y: 2 }) a.push(() => k); return a.map(f => f()))js", R"js(["x","y"])js"},
    {R"js(let a = []; for (const { v, w = 9 } of [{ v: 1 }, { v: 2, w: 3 }]) a.push(() => v + w); return a.map(f => f()))js",
     R"js([10,5])js"},
    {R"js(let a = []; for (var i = 0; i < 3; i++) a.push(() => i); return a.map(f => f()))js", R"js([3,3,3])js"},
    {R"js(let a = []; for (let i = 0; i < 2; i++) { let q = i * 2; const p = q + 1; a.push(() => [q++, p]) } return [a[0](), a[0](), a[1]()])js",
     R"js([[0,1],[1,1],[2,3]])js"},
    {R"js(let a = []; let n = 0; while (n < 3) { let m = n++; a.push(() => m) } return a.map(f => f()))js",
     R"js([0,1,2])js"},
    {R"js(let a = []; let n = 0; do { let m; if (n === 0) m = 5; a.push(() => m); n++ } while (n < 2); return a.map(f => f()))js",
     R"js([5,null])js"},
    {R"js(let a = []; for (let i = 0; i < 3; i++) { let u; a.push(u); u = i } return a)js", R"js([null,null,null])js"},
    {R"js(let a = []; for (let i = 0; i < 3; i++) { function g() { return i } a.push(g) } return a.map(f => f()).concat(a[0] === a[1]))js",
     R"js([0,1,2,false])js"},
    {R"js(let a = []; for (let i = 0; i < 3; i++) { if (i === 1) continue; a.push(() => i) } return a.map(f => f()))js",
     R"js([0,2])js"},
    {R"js(let a = []; outer: for (let i = 0; i < 3; i++) { for (let j = 0; j < 3; j++) { if (j === 1) continue outer; if (i === 2) break outer; a.push(() => [i, j]) } } return a.map(f => f()))js",
     R"js([[0,0],[1,0]])js"},
    {R"js(let a = []; for (const x of [1, 2]) for (const y of [3, 4]) a.push(() => x * y); return a.map(f => f()))js",
     R"js([3,4,6,8])js"},
    {R"js(let a = []; for (const x of 'añ😀') a.push(x); return a)js", R"js(["a","ñ","😀"])js"},
    {R"js(let a = []; for (const x of new Set([1, 2, 2])) a.push(x); for (const [k, v] of new Map([['x', 1]])) a.push(k, v); return a)js",
     R"js([1,2,"x",1])js"},
    {R"js(let log = []; const it = { [Symbol.iterator]() { let n = 0; return { next() { return { value: n++, done: false } }, return() { log.push('closed'); return {} } } } }; for (const x of it) { if (x === 2) break } return log)js",
     R"js(["closed"])js"},
    {R"js(let log = []; const it = { [Symbol.iterator]() { let n = 0; return { next() { return { value: n++, done: false } }, return() { log.push('closed'); return {} } } } }; try { for (const x of it) { throw new Error('e') } } catch (e) { log.push(e.message) } return log)js",
     R"js(["closed","e"])js"},
    {R"js(let log = []; const it = { [Symbol.iterator]() { return { next() { return { value: 1, done: false } }, return() { log.push('closed'); return {} } } } }; const f = () => { for (const x of it) return x }; log.push(f()); return log)js",
     R"js(["closed",1])js"},
    {R"js(let log = []; const it = { [Symbol.iterator]() { return { next() { return { value: 1, done: false } }, return() { log.push('closed'); return {} } } } }; a: for (const z of [1, 2]) { for (const x of it) continue a } return log)js",
     R"js(["closed","closed"])js"},
    {R"js(let log = []; const it = { [Symbol.iterator]() { let n = 0; return { next() { log.push('next'); return { value: n++, done: n > 5 } }, return() { log.push('closed'); return {} } } } }; const [p, q] = it; log.push(p, q); return log)js",
     R"js(["next","next","closed",0,1])js"},
    {R"js(let log = []; const it = { [Symbol.iterator]() { let n = 0; return { next() { return { value: n++, done: n > 3 } } } } }; const [p, ...q] = it; return [p, q])js",
     R"js([0,[1,2]])js"},
    {R"js(const a = [1, 2, 3]; let s = 0; for (const x of a) { s += x; if (s < 10) a.push(x) } return s)js",
     R"js(15)js"},
    {R"js(const { a, b: { c = 5, ...d } = {}, ...e } = { a: 1, b: { x: 1 }, f: 2, g: 3 }; return [a, c, d, e])js",
     R"js([1,5,{"x":1},{"f":2,"g":3}])js"},
    {R"js(let a = 1, b = 2; [a, b] = [b, a]; return [a, b])js", R"js([2,1])js"},
    {R"js(const o = {}; [o.x, o['y'], ...o.z] = [1, 2, 3, 4]; return o)js", R"js({"x":1,"y":2,"z":[3,4]})js"},
    {R"js(const o = {}; ({ a: o.p, b: o.q = 7 } = { a: 1 }); return o)js", R"js({"p":1,"q":7})js"},
    {R"js(const f = ({ a, b = a } = { a: 3 }, [c, d = 4] = [1], ...r) => [a, b, c, d, r]; return [f(), f({ a: 1 }, [2, 3], 4, 5), f.length])js",
     R"js([[3,3,1,4,[]],[1,1,2,3,[4,5]],0])js"},
    {R"js(function f(a, b = 2, c) { return [a, b, c, arguments.length] } return [f(1), f(1, undefined, 3), f.length, f.name])js",
     R"js([[1,2,null,1],[1,2,3,3],1,"f"])js"},
    {R"js(function f(...r) { return r.length } return [f(), f(1, 2, 3), f.length])js", R"js([0,3,0])js"},
    {R"js(function f(a, ...r) { return [a, r] } return [f(), f(1), f(1, 2, 3)])js",
     R"js([[null,[]],[1,[]],[1,[2,3]]])js"},
    {R"js(let x = 1; function f(a = x, b = () => a) { var x = 5; a = 2; return [a, b(), x] } return f())js",
     R"js([2,2,5])js"},
    {R"js(function f(a = 1) { arguments[0] = 9; return a } return f(2))js", R"js(2)js"},
    {R"js(try { (function (a = b, b) {})() } catch (e) { return e.name })js", R"js("ReferenceError")js"},
    {R"js(const key = 'k'; const { [key]: v = 3, [key + 1]: w } = { k1: 2 }; return [v, w])js", R"js([3,2])js"},
    {R"js(const { length } = 'abc'; return length)js", R"js(3)js"},
    {R"js(try { const { a } = null } catch (e) { return e.name })js", R"js("TypeError")js"},
    {R"js(try { const [a] = {} } catch (e) { return e.name })js", R"js("TypeError")js"},
    {R"js(try { const {} = undefined } catch (e) { return e.name })js", R"js("TypeError")js"},
    {R"js(let i = 0; const t = () => i++; const { [t()]: a = t(), [t()]: b = t() } = {}; return [a, b, i])js",
     R"js([1,3,4])js"},
    {R"js(const x = 5; return `a${x}b${x + 1}c${[1, 2]}d${{ toString() { return 'T' }, valueOf() { return 'V' } }}`)js",
     R"js("a5b6c1,2dT")js"},
    {R"js(const t = s => s; const f = () => t`x`; return [f() === f(), t`x` === t`x`])js", R"js([true,false])js"},
    {R"js(const o = { n: 3, t(s, v) { return this.n + s[0] + v } }; return o.t`a${1}`)js", R"js("3a1")js"},
    {R"js(try { `${Symbol()}` } catch (e) { return e.name })js", R"js("TypeError")js"},
    {R"js(const o = { f() { return () => this.v }, v: 4 }; return o.f()())js", R"js(4)js"},
    {R"js(function F() { this.v = 1; const g = () => new.target === F; return { r: g() } } return new F())js",
     R"js({"r":true})js"},
    {R"js(function f() { return (() => arguments.length)(1) } return f(1, 2, 3))js", R"js(3)js"},
    {R"js(const f = async () => await 1; return f())js", R"js(1)js"},
    {R"js(const o = { async m() { return this.v }, v: 3, *g() { yield this.v }, async *h() { yield this.v } }; return [await o.m(), [...o.g()], (await o.h().next()).value])js",
     R"js([3,[3],3])js"},
    {R"js(async function f() { try { await Promise.reject(new Error('x')) } catch (e) { return e.message } finally { await null } } return f())js",
     R"js("x")js"},
    {R"js(async function f() { try { return await 1 } finally { await 2 } } return f())js", R"js(1)js"},
    {R"js(let log = []; async function f(n) { log.push('s' + n); await null; log.push('e' + n) } const p = [f(1), f(2)]; log.push('m'); await Promise.all(p); return log)js",
     R"js(["s1","s2","m","e1","e2"])js"},
    {R"js(async function f() { throw new TypeError('q') } try { await f() } catch (e) { return [e.name, e.message] })js",
     R"js(["TypeError","q"])js"},
};

constexpr row_of functions_that_wait[] = {
    {R"js(return (await Promise.allSettled([Promise.resolve(1), Promise.reject(2), 3])).map(r => r.status + (r.value ?? r.reason)))js",
     R"js(["fulfilled1","rejected2","fulfilled3"])js"},
    {R"js(const sleep = async n => { for (let i = 0; i < n; i++) await null; return n }; return Promise.race([sleep(5), sleep(1)]))js",
     R"js(1)js"},
    {R"js(let r = []; for await (const x of [Promise.resolve(1), 2]) r.push(x); return r)js", R"js([1,2])js"},
    {R"js(async function* g() { yield 1; const x = yield Promise.resolve(2); yield x } const it = g(); return [await it.next(), await it.next(), await it.next('s'), await it.next()])js",
     R"js([{"value":1,"done":false},{"value":2,"done":false},{"value":"s","done":false},{"done":true}])js"},
    {R"js(async function* g() { try { yield 1; yield 2 } finally { log.push('f') } } const log = []; for await (const x of g()) { log.push(x); break } return log)js",
     R"js([1,"f"])js"},
    {R"js(async function* g() { yield* [1, Promise.resolve(2)]; yield* (async function* () { yield 3 })() } const r = []; for await (const x of g()) r.push(x); return r)js",
     R"js([1,2,3])js"},
    {R"js(function* g() { const r = yield 1; try { yield r } finally { yield 'f' } } const i = g(); return [i.next(), i.next('a'), i.return('b'), i.next(), i.next()])js",
     R"js([{"value":1,"done":false},{"value":"a","done":false},{"value":"f","done":false},{"value":"b","done":true},{"done":true}])js"},
    {R"js(function* g() { try { yield 1 } catch (e) { yield e + '!' } } const i = g(); return [i.next(), i.throw('x'), i.next()])js",
     R"js([{"value":1,"done":false},{"value":"x!","done":false},{"done":true}])js"},
    {R"js(function* g() { yield* [1, 2]; return yield* h() } function* h() { yield 3; return 4 } const r = []; const i = g(); for (let s; !(s = i.next()).done;) r.push(s.value); return r)js",
     R"js([1,2,3])js"},
    {R"js(function* g() { while (true) { try { yield 1 } catch (e) { return 'c' + e } } } const i = g(); i.next(); return i.throw(5))js",
     R"js({"value":"c5","done":true})js"},
    {R"js(function* fib() { let [a, b] = [0, 1]; for (;;) { yield a; [a, b] = [b, a + b] } } const r = []; for (const x of fib()) { if (x > 50) break; r.push(x) } return r)js",
     R"js([0,1,1,2,3,5,8,13,21,34])js"},
    {R"js(const g = function* () { return this }; return Object.prototype.toString.call(g.call(1)))js",
     R"js("[object Generator]")js"},
    {R"js(function* g(a, b = a) { yield [a, b]; } return [...g(1)])js", R"js([[1,1]])js"},
    {R"js(function* g() {} return [g().next(), typeof g.prototype, g() instanceof g, Object.getPrototypeOf(g).constructor.name])js",
     R"js([{"done":true},"object",true,"GeneratorFunction"])js"},
    {R"js(const i = (function* () { try { yield 1 } finally { return 9 } })(); i.next(); return i.return(3))js",
     R"js({"value":9,"done":true})js"},
    {R"js(const i = (function* () { yield 1 })(); return [i.return(4), i.next()])js",
     R"js([{"value":4,"done":true},{"done":true}])js"},
    {R"js(try { const i = (function* () { i.next() })(); i.next() } catch (e) { return e.name })js",
     R"js("TypeError")js"},
    {R"js(const log = []; function* g() { log.push('start'); yield 1 } g(); return log)js", R"js([])js"},
    {R"js(class A { constructor(x) { this.x = x } get d() { return this.x * 2 } set d(v) { this.x = v } static s(a) { return a + 1 } m() { return 'm' + this.x } } const a = new A(2); a.d = 5; return [a.d, A.s(1), a.m(), Object.keys(a), A.name, typeof A, Object.keys(A.prototype)])js",
     R"js([10,2,"m5",["x"],"A","function",[]])js"},
    {R"js(class A { m() { return 'A' } static s() { return 'sA' } get g() { return this.v } } class B extends A { v = 7; m() { return 'B' + super.m() } static s() { return 'B' + super.s() } get g() { return super.g + 1 } } const b = new B(); return [b.m(), B.s(), b.g, b instanceof A])js",
     R"js(["BA","BsA",8,true])js"},
    {R"js(class A { constructor() { this.n = new.target.name } } class B extends A {} return [new A().n, new B().n])js",
     R"js(["A","B"])js"},
    {R"js(class A { constructor() { return { z: 1 } } } class B extends A { y = 2 } return new B())js",
     R"js({"z":1,"y":2})js"},
    {R"js(class A { #p = 1; static #q = 2; #m() { return this.#p } get #g() { return this.#m() + 1 } set #g(v) { this.#p = v } t() { this.#g = 5; this.#p++; return [this.#g, A.#q, #p in this, #p in {}] } } return new A().t())js",
     R"js([7,2,true,false])js"},
    {R"js(class A { #p; static t(o) { return o.#p } } try { A.t({}) } catch (e) { return e.name })js",
     R"js("TypeError")js"},
    {R"js(class A { #p = 1; inc() { this.#p += 2; this.#p ||= 5; return this.#p++ + this.#p } } return new A().inc())js",
     R"js(7)js"},
    {R"js(class A { static x = 1; static { this.y = this.x + 1 } static z = A.y + 1 } return [A.x, A.y, A.z])js",
     R"js([1,2,3])js"},
    {R"js(class A { ['a' + 1] = 1; static ['b']() { return 2 } get ['c']() { return 3 } 'd e' = 4; 5 = 6 } const a = new A(); return [a.a1, A.b(), a.c, a['d e'], a[5]])js",
     R"js([1,2,3,4,6])js"},
    {R"js(class A { f = () => this; g = function () { return this } } const a = new A(); const { f, g } = a; return [f() === a, g() === undefined, f.name, g.name])js",
     R"js([true,true,"f","g"])js"},
    {R"js(try { class A {} A() } catch (e) { return e.name })js", R"js("TypeError")js"},
    {R"js(try { class A extends null { constructor() { super() } } new A() } catch (e) { return e.name })js",
     R"js("TypeError")js"},
    {R"js(try { class A { constructor() {} } class B extends A { constructor() { this.x = 1; super() } } new B() } catch (e) { return e.name })js",
     R"js("ReferenceError")js"},
    {R"js(try { class A {} class B extends A { constructor() {} } new B() } catch (e) { return e.name })js",
     R"js("ReferenceError")js"},
    {R"js(class A extends Array { sum() { return this.reduce((a, b) => a + b, 0) } } const a = new A(); a.push(1, 2); return [a.sum(), a.length, a instanceof A, Array.isArray(a)])js",
     R"js([3,2,true,true])js"},
    {R"js(class E extends Error { constructor(m) { super(m); this.name = 'E'; this.code = 5 } } try { throw new E('hi') } catch (e) { return [e instanceof E, e instanceof Error, e.message, e.name, e.code, String(e)] })js",
     R"js([true,true,"hi","E",5,"E: hi"])js"},
    {R"js(class M extends Map { get(k) { return super.get(k) ?? 'none' } } const m = new M([['a', 1]]); return [m.get('a'), m.get('b'), m.size, m instanceof M])js",
     R"js([1,"none",1,true])js"},
    {R"js(const C = class { static n = 1 }; const D = class Q { q() { return Q.name } }; return [C.name, D.name, new D().q()])js",
     R"js(["C","Q","Q"])js"},
    {R"js(const o = { __proto__: { p: 1 }, a: 1, ['b' + 1]: 2, get c() { return 3 }, set c(v) {}, 'd-e': 4, 5: 5, f() { return this.a } }; return [o.p, o.b1, o.c, o['d-e'], o[5], o.f(), Object.keys(o)])js",
     R"js([1,2,3,4,5,1,["5","a","b1","c","d-e","f"]])js"},
    {R"js(const a = { x: 1 }, o = { ...a, y: 2, ...{ x: 3 }, ...null, ...'hi' }; return o)js",
     R"js({"0":"h","1":"i","x":3,"y":2})js"},
    {R"js(const o = { a: 1, m() { return super.toString === Object.prototype.toString } }; return o.m())js",
     R"js(true)js"},
    {R"js(const p = { hi() { return 'p' + this.n } }; const o = { __proto__: p, n: 1, hi() { return 'o' + super.hi() } }; return o.hi())js",
     R"js("op1")js"},
    {R"js(const f = function () {}, g = () => {}, o = { h() {}, i: () => {}, j: function () {}, ['k']: () => {} }; let l; l = () => {}; return [f.name, g.name, o.h.name, o.i.name, o.j.name, o.k.name, l.name, (() => {}).name])js",
     R"js(["f","g","h","i","j","k","l",""])js"},
    {R"js(const f = function fact(n) { return n <= 1 ? 1 : n * fact(n - 1) }; return f(5))js", R"js(120)js"},
    {R"js(const f = function g() { try { g = 1 } catch (e) { return e.name } }; return f())js", R"js("TypeError")js"},
    {R"js(const o = { a: { b: null, f() { return this.x }, x: 3 } }; return [o?.a?.b?.c, o.z?.y.w.q, o.a.f?.(), o.a.g?.(), o?.['a']?.x, o.a?.b?.c.d.e, delete o?.a?.x, o.a.x])js",
     R"js([null,null,3,null,3,null,true,null])js"},
    {R"js(const n = null; return [n?.a, n?.[1], n?.(), n ?? 1, 0 ?? 1, 0 || 1, '' ?? 'x'])js",
     R"js([null,null,null,1,0,1,""])js"},
    {R"js(let a = null, b = 0, c = 1; a ??= 5; b ||= 6; c &&= 7; const o = { x: null }; o.x ??= 1; o.y ||= 2; o.x &&= 3; return [a, b, c, o])js",
     R"js([5,6,7,{"x":3,"y":2}])js"},
    {R"js(let n = 0; const o = { get x() { n++; return 1 }, set x(v) { n += 10 } }; o.x ||= 2; o.x ??= 3; o.x &&= 4; return n)js",
     R"js(13)js"},
    {R"js(return [2 ** 10, (-2) ** 2, 2 ** 3 ** 2, 2 ** -1, 1_000_000, 0b101, 0o17, 0xff, .5, 1e3, 1.5e-7, 1e21])js",
     R"js([1024,4,512,0.5f,1000000,5,15,255,0.5f,1000,1.4999999999999999e-07f,1e+21f])js"},
    {R"js(let x = 2; x **= 3; return x)js", R"js(8)js"},
    {R"js(a: { b: { break a } return 1 } return 2)js", R"js(2)js"},
};

constexpr row_of classes_and_the_rest[] = {
    {R"js(a: for (;;) { try { break a } finally { } } return 1)js", R"js(1)js"},
    {R"js(const f = () => { for (const x of [1, 2]) { try { continue } finally { if (x === 2) return 'f' } } }; return f())js",
     R"js("f")js"},
    {R"js(const f = () => { try { return 1 } finally { return 2 } }; return f())js", R"js(2)js"},
    {R"js(const f = () => { a: try { return 1 } finally { break a } return 3 }; return f())js", R"js(3)js"},
    {R"js(let r = []; for (const x of [1, 2, 3]) { switch (x) { case 1: continue; case 2: { let x = 9; r.push(x); break } default: r.push('d') } } return r)js",
     R"js([9,"d"])js"},
    {R"js(switch (3) { case 1: let x = 1; break; case 3: try { x } catch (e) { return e.name } })js",
     R"js("ReferenceError")js"},
    {R"js(const f = x => { switch (x) { case 1: return 'a'; default: return 'z'; case 2: return 'b' } }; return [f(1), f(2), f(3)])js",
     R"js(["a","b","z"])js"},
    {R"js(try { throw { a: 1, b: [2] } } catch ({ a, b: [c] }) { return [a, c] })js", R"js([1,2])js"},
    {R"js(try { throw 1 } catch { return 'c' } finally { })js", R"js("c")js"},
    {R"js(let e = 1; try { throw 2 } catch (e) { e = 3 } return e)js", R"js(1)js"},
    {R"js(return [typeof undeclared, typeof (() => 1), typeof class {}, typeof null, void 0 === undefined])js",
     R"js(["undefined","function","function","object",true])js"},
    {R"js(return [f(), typeof g]; function f() { return 1 } var g)js", R"js([1,"undefined"])js"},
    {R"js({ function f() { return 1 } } return typeof f)js", R"js("undefined")js"},
    {R"js(if (true) { function h() { return 1 } var r = h() } return r)js", R"js(1)js"},
    {R"js(let r; { r = f(); function f() { return 1 } } return r)js", R"js(1)js"},
    {R"js(const r = [..."ab", ...[1, 2], ...new Set([3])]; return [r, Math.max(...[1, 5, 3]), [...[, 1]]])js",
     R"js([["a","b",1,2,3],5,[null,1]])js"},
    {R"js(const o = { f(...a) { return [this === o, ...a] } }; return [o.f(...[1, 2], 3), new Date(...[2020, 0]).getFullYear()])js",
     R"js([[true,1,2,3],2020])js"},
    {R"js(const f = (a, b) => a + b; return [f(...[1, 2]), f.call(null, 1, 2), f.apply(null, [3, 4])])js",
     R"js([3,3,7])js"},
    {R"js(let a = 1; const r = [a++, ++a, a--, --a]; const o = { n: 1 }; o.n++; --o['n']; return [r, a, o])js",
     R"js([[1,3,3,1],1,{"n":1}])js"},
    {R"js(let s = ''; for (const k in [7, 8]) s += k; for (const c of 'ab') s += c; return s)js", R"js("01ab")js"},
    {R"js(const x = 0; return x ? 'a' : x === 0 ? 'b' : 'c')js", R"js("b")js"},
    {R"js(var a = 1; var a; function a() {} return typeof a)js", R"js("number")js"},
    {R"js(const fns = []; for (const x of [1, 2, 3]) { const y = x * 2; fns.push(async () => { await null; return x + y }) } return Promise.all(fns.map(f => f())))js",
     R"js([3,6,9])js"},
    {R"js(const r = []; await Promise.all([3, 1, 2].map(async n => { for (let i = 0; i < n; i++) await null; r.push(n) })); return r)js",
     R"js([1,2,3])js"},
    {R"js(const memo = new Map(); const fib = n => n < 2 ? n : memo.get(n) ?? (memo.set(n, fib(n - 1) + fib(n - 2)), memo.get(n)); return fib(50))js",
     R"js(12586269025)js"},
    {R"js(const compose = (...fs) => x => fs.reduceRight((v, f) => f(v), x); return compose(x => x + 1, x => x * 2)(5))js",
     R"js(11)js"},
    {R"js(const curry = f => a => b => f(a, b); return curry((a, b) => a - b)(5)(3))js", R"js(2)js"},
    {R"js(class Node { constructor(v, next = null) { this.v = v; this.next = next } *[Symbol.iterator]() { let n = this; while (n) { yield n.v; n = n.next } } } return [...new Node(1, new Node(2))])js",
     R"js([1,2])js"},
    {R"js(class P { static #count = 0; static create() { P.#count++; return new P() } static get count() { return P.#count } } P.create(); P.create(); return P.count)js",
     R"js(2)js"},
    {R"js(class A { static async s() { return 1 } async *g() { yield 1 } async m() { return await A.s() } } const a = new A(); return [await a.m(), (await a.g().next()).value])js",
     R"js([1,1])js"},
    {R"js(class Stack { #items = []; push(x) { this.#items.push(x); return this } get size() { return this.#items.length } } return new Stack().push(1).push(2).size)js",
     R"js(2)js"},
    {R"js(const mix = B => class extends B { hi() { return 'mix' + super.hi() } }; class A { hi() { return 'A' } } return new (mix(A))().hi())js",
     R"js("mixA")js"},
    {R"js(let r = []; for (let [i, j] = [0, 3]; i < j; i++, j--) r.push([i, j]); return r)js", R"js([[0,3],[1,2]])js"},
    {R"js(let r = []; for (let i = 0, n = 2; i < n; i++) { const f = () => i; r.push(f()) } return r)js",
     R"js([0,1])js"},
    {R"js(const { x = (() => 5)() } = {}; return x)js", R"js(5)js"},
    {R"js(var x = 1; { var x = 2 } return x)js", R"js(2)js"},
    {R"js(let f; { let y = 1; f = () => y++ } return [f(), f()])js", R"js([1,2])js"},
    {R"js(function outer() { let c = 0; return { inc: () => ++c, get: () => c } } const o = outer(); o.inc(); o.inc(); return [o.get(), outer().get()])js",
     R"js([2,0])js"},
    {R"js(const a = [3, 1, 2]; const [min, ...rest] = [...a].sort(); return [min, rest, a])js",
     R"js([1,[2,3],[3,1,2]])js"},
    {R"js(try { null.x } catch (e) { return e instanceof TypeError })js", R"js(true)js"},
    {R"js(try { undefinedFunction() } catch (e) { return e.name })js", R"js("ReferenceError")js"},
    {R"js(return await new Promise(r => r(5)))js", R"js(5)js"},
    {R"js(return (function () { return this })())js", R"js(null)js"},
    {R"js(return [].concat(...[[1], [2]]))js", R"js([1,2])js"},
    {R"js(label: for (const a of [1]) { for (const b of [1]) { if (b) continue label } } return 'ok')js",
     R"js("ok")js"},
    {R"js(const o = { get a() { return 1 }, set a(v) { this._a = v } }; o.a = 5; return [o.a, o._a])js",
     R"js([1,5])js"},
    {R"js(return ((a, b = a + 1, { c = b * 2 } = {}) => [a, b, c])(1))js", R"js([1,2,4])js"},
    {R"js(let x = 'outer'; const f = (a = x) => { let x = 'inner'; return a + x }; return f())js",
     R"js("outerinner")js"},
    {R"js(return [new (class { x = 1 })().x, new class { constructor(a) { this.a = a } }(3).a])js", R"js([1,3])js"},
    {R"js(const arr = [1, 2, 3]; for (const i of arr.keys()) arr[i] *= 2; return arr)js", R"js([2,4,6])js"},
    {R"js(const a = async x => { if (x > 3) return x; return a(x + 1) }; return a(0))js", R"js(4)js"},
    {R"js(const wm = new WeakMap(); const k = {}; wm.set(k, 1); return wm.get(k))js", R"js(1)js"},
    {R"js(let t = 0; for (let i = 0; i < 10; i++) { if (i % 2) continue; t += i } return t)js", R"js(20)js"},
};

/// What a program gives must not depend on what lowering leaves out because it costs.
template <std::size_t count>
void check_all(const row_of (&rows)[count]) {
  constexpr bool lang::lower_options::*optimisations[] = {
      &lang::lower_options::loops_by_index, &lang::lower_options::captures_values, &lang::lower_options::omits_checks};
  for (const auto& it : rows) {
    INFO(it.source);
    CHECK(result_of(it.source) == it.gives);
    for (const auto optimisation : optimisations) {
      the_lower_options().*optimisation = false;
      script_run without(it.source);
      without.scope = "without"; // compiled anew
      for (const auto other : optimisations) without.scope += the_lower_options().*other ? '1' : '0';
      const auto end = without.go();
      the_lower_options().*optimisation = true;
      INFO("without an optimisation: " << end.message);
      CHECK(end.result == it.gives);
    }
  }
}

} // namespace

TEST_CASE("variables, loops and patterns are those of the language") { check_all(scopes_and_patterns); }

TEST_CASE("templates, arrows, async functions and generators are those of the language") {
  check_all(functions_that_wait);
}

TEST_CASE("classes, objects and operators are those of the language") { check_all(classes_and_the_rest); }

TEST_CASE("the value of a last expression statement is the script's, when it returns nothing") {
  CHECK(result_of("1 + 1") == "2");
  CHECK(result_of("const a = 2; a * 3;") == "6");
  CHECK(result_of("if (true) { 5 } else { 6 }") == "5");
  CHECK(result_of("try { await 7 } finally { 8 }") == "7");
  CHECK(result_of("return 1; 2") == "1");
  CHECK(result_of("({ a: 1 })") == R"({"a":1})");
  CHECK(result_of("for (const x of [1]) x") == "null");
  CHECK(result_of("5; function f() {}") == "5");
}

TEST_CASE("errors, stacks and uncaught rejections name the user's lines and functions") {
  const auto end = script_run("const f = async (x) => {\n  await null;\n  return x.y.z;\n};\n\nawait f({});\n").go();
  CHECK(end.message == "TypeError: cannot read property 'z' of undefined");
  CHECK(end.line == 3);
  CHECK(end.stack.starts_with("TypeError: cannot read property 'z' of undefined\n    at f (script:3)"));
  CHECK(script_run("class A {\n  x = 1;\n  y = null.q;\n  constructor() {\n  }\n}\nnew A()").go().line == 3);
  CHECK(script_run("class A {\n  m() {\n    throw new Error('x');\n  }\n}\nfor (const a of [1]) {\n  new A().m();\n}")
            .go()
            .stack == "Error: x\n    at m (script:3)\n    at <anonymous> (script:7)");
  CHECK(script_run("const a = [1,\n  2,\n  null.x];").go().line == 3);
  CHECK(script_run("const { a,\n  b = null.x } = {};").go().line == 2);
  CHECK(script_run("[1]\n  .map(x => x)\n  .forEach(x => {\n    x.y.z;\n  });").go().line == 4);
  CHECK(script_run("async function f() {\n  throw new Error('q');\n}\nf();\nawait null;").go().line == 2);
}

TEST_CASE("a call over several lines is where its name or parenthesis stands, not where it ends") {
  constexpr auto f = "const f = () => { throw new Error('x') };\n";
  const auto frames = [f](std::string_view code) {
    const auto end = script_run(f + std::string(code)).go();
    return end.stack.substr(end.stack.find("(script:1)") + 10);
  };
  CHECK(frames("f(\n  1,\n  2,\n);") == "\n    at <anonymous> (script:2)");
  CHECK(frames("const o = { f };\no\n  .f(\n    1\n  );") == "\n    at <anonymous> (script:4)");
  CHECK(frames("const g = () => f;\ng()(\n  1\n);") == "\n    at <anonymous> (script:3)");
  CHECK(frames("f(\n  ...[1,\n  2],\n);") == "\n    at <anonymous> (script:2)");
  CHECK(script_run("const e = new Error(\n  'a' +\n  'b'\n);\nthrow e;").go().line == 1);
  CHECK(script_run("const o = {};\no\n  .a\n  .b\n  .c;").go().line == 4);
  CHECK(script_run("const o = {};\n\no.none();").go().line == 3);
  CHECK(script_run("const o = {};\no\n  .none(\n    1\n  );").go().line == 3);
  CHECK(script_run("let none;\nnone(\n  1,\n  2\n);").go().line == 2);
  CHECK(script_run("const a = 1 +\n  none +\n  2;").go().line == 2);
}

TEST_CASE("a variable at the end of a list is read before what stands right of the list") {
  CHECK(result_of("let b = 5; const a = (0, b) - b++; let c = 1; return [a, b, (1, 2, c) + (c = 7)]") == "[0,6,8]");
}

TEST_CASE("long lists of operands and expressions are no nests") {
  const auto list = [](std::string_view each, std::string_view between, int count) {
    std::string text(each);
    for (int i = 1; i < count; ++i) text.append(between).append(each);
    return text;
  };
  CHECK(result_of(list("null", " ?? ", 900) + " ?? 7") == "7");
  CHECK(result_of(list("0", " || ", 900) + " || 7") == "7");
  CHECK(result_of(list("1", " && ", 900) + " && 7") == "7");
  CHECK(result_of("let n = 0; const k = () => (n++, null); const v = " + list("k()", " ?? ", 300) +
                  " ?? 5; return [n, v]") == "[300,5]");
  CHECK(result_of("let n = 0; (" + list("n++", ", ", 5000) + "); return n") == "5000");
}

TEST_CASE("a pattern that fails closes the iterators that it opened, from the inside out") {
  constexpr auto it =
      "const log = []; const it = (name, n = 1) => ({ [Symbol.iterator]() { let i = 0; return { next: () "
      "=> ({ value: i, done: i++ >= n }), return() { log.push(name); return {}; } }; } }); const boom = "
      "() => { throw new Error('boom') }; ";
  const auto logged = [it](std::string_view code) {
    return result_of(it + std::string("try { ") + std::string(code) +
                     " } catch (e) { log.push(e.message); } return log");
  };
  CHECK(logged("const [a, b = boom()] = it('x', 1)") == R"(["boom"])"); // it has ended by then
  CHECK(logged("const [a = 1, ...[b = boom()]] = it('x', 3); const [c, d = boom()] = it('y', 5)") == R"(["y"])");
  CHECK(logged("const [{ q: { z } }, b] = it('x', 3)") != "[]");
  CHECK(logged("const o = { set x(v) { boom(); } }; [o.x] = it('x', 3)") == R"(["x","boom"])");
  CHECK(
      logged("const of = { [Symbol.iterator]() { let i = 0; return { next: () => ({ value: it('in', 3), done: false "
             "}), return() { log.push('out'); return {}; } }; } }; const o = { set x(v) { boom(); } }; [[o.x]] = of") ==
      R"(["in","out","boom"])");
  CHECK(logged("function* g() { const [a = yield 1] = it('x', 0); const [c, { d } = yield 2] = [1]; } const r = g(); "
               "r.next(); r.return()") == R"([])");
  CHECK(logged("const o = {}; function* g() { [o[yield 1]] = it('x', 3); } const r = g(); r.next(); r.return()") ==
        R"(["x"])");
}

TEST_CASE("private names are there in the computed keys of their class") {
  CHECK(
      result_of("class A { #x = 1; static [(o => #x in o)({}) + '']() { return 2; } [(o => { try { o.#x } catch (e) { "
                "return e.name } })({})]() { return this.#x; } } return [A.false(), new A().TypeError()]") == "[2,1]");
  CHECK(
      result_of("const reads = [], all = []; for (const n of [1, 2]) { class A { #x = n; [reads.push(o => o.#x)]() {} "
                "} all.push(new A()); } return reads[1](all[1])") == "2");
}

TEST_CASE("a loop that goes round more often than iterations ends the run; loops have a count each") {
  const auto with = [](const char* code) {
    script_run run(code);
    run.limits.iterations = 100;
    return run.go();
  };
  for (const auto* code :
       {"for (;;) ;", "while (true) {}", "let i = 0; do i++; while (i < 101)", "for (const x of Array(101)) ;",
        "try { while (1) ; } catch (e) {}", "const o = {}; for (let i = 0; i < 101; i++) ;",
        "function* g() { for (;;) yield 1 } for (const x of g()) ;"}) {
    const auto end = with(code);
    INFO(code << ": " << end.message);
    CHECK(row(end.how).name == row(outcome::iteration_limit).name);
    CHECK(end.message.find("iterations = 100") != std::string::npos);
  }
  CHECK(with("let n = 0; for (let i = 0; i < 100; i++) for (let j = 0; j < 100; j++) n++; n").result == "10000");
}

TEST_CASE("signs stay apart, sequences stay together, keys and places are looked at in their order") {
  CHECK(result_of("const a = 1, b = 5; return [a + +b % 3, a - -b * 2, a + ++[1][0], a - --[1][0], - -a, +-a]") ==
        "[3,11,3,1,1,-1]");
  CHECK(result_of("return `${(1, 2)}${(3, 4)}`") == R"("24")");
  CHECK(result_of("return [9007199254740993 === 9007199254740992, 0xffffffffffff, 1e400]") ==
        "[true,281474976710655,Infinity]");
  CHECK(result_of("const log = [], t = k => (log.push(k), k), o = {}; ({ [t('a')]: o[t('x')] = t('d') } = {}); return "
                  "[log, o]") == R"([["a","x","d"],{"x":"d"}])");
  CHECK(result_of("const o = { ['k']: class { constructor() {} }, ['l']: class {} }; return [o.k.name, o.l.name, "
                  "(class {}).name]") == R"(["k","l",""])");
}

TEST_CASE("text is not compiled, and the error says so") {
  for (const auto* code :
       {"eval('1')", "(0, eval)('1')", "new Function('return 1')", "(function () {}).constructor('')",
        "(async () => {}).constructor('')", "(function* () {}).constructor('')"})
    CHECK(result_of(code).starts_with("SCRIPT_ERROR: EvalError"));
  CHECK(result_of("return eval(5)") == "5");
}
