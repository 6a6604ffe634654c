#include "support.hpp"

#include <catch2/catch.hpp>

using namespace enclaved;
using namespace enclaved::engine::test;

namespace {

// Everything that the short ways of engine/duktape/fast_*.inc.c must leave to the general ones, or do as they do.
constexpr auto unusual = R"js(
// semantic checks: returns list of failures
var bad = [];
function eq(a, b, what) { if (!(a === b || (a !== a && b !== b))) bad.push(what + ': ' + String(a) + ' not ' + String(b)); }
// accessors, inherited setters, readonly, frozen, non extensible
var o = { get a() { return 7; }, set a(v) { this.b = v; } }; eq(o.a, 7, 'getter'); o.a = 3; eq(o.b, 3, 'setter');
var c = Object.create(o); c.a = 9; eq(c.b, 9, 'inherited setter'); eq(c.hasOwnProperty('a'), false, 'no own');
var ro = Object.create(Object.defineProperty({}, 'x', { value: 1 })); try { ro.x = 5; } catch (e) {} eq(ro.x, 1, 'inherited readonly');
(function () { 'use strict'; var t = 0; try { ro.x = 5; } catch (e) { t = 1; } eq(t, 1, 'strict readonly throws');
  t = 0; var f = Object.freeze({ q: 1 }); try { f.q = 2; } catch (e) { t++; } try { f.z = 2; } catch (e) { t++; } eq(t, 2, 'frozen');
  t = 0; try { undefined.x; } catch (e) { t = e.message; } eq(/x/.test(t), true, 'message');
  eq((function () { return this; })(), undefined, 'strict this'); })();
eq((function () { return typeof this; }).call(5), 'number', 'strict this');
// arrays
var a = [1, 2, 3]; a[5] = 6; eq(a.length, 6, 'length grows'); eq(a[4], undefined, 'hole'); a.length = 2; eq(a[2], undefined, 'cut'); eq(a.join(), '1,2', 'join');
Array.prototype[3] = 'p'; eq([1, , 3, ,][3], 'p', 'inherited element'); delete Array.prototype[3];
a.foo = 1; eq(a.foo, 1, 'array prop'); eq(Object.keys(a).join(), '0,1,foo', 'keys');
var big = []; for (var i = 0; i < 3000; i++) big[i] = i; eq(big[2999], 2999, 'big'); eq(big.length, 3000, 'big length');
var sparse = []; sparse[1e6] = 1; eq(sparse.length, 1000001, 'sparse'); eq(sparse[1e6], 1, 'sparse get'); sparse[5] = 2; eq(sparse[5], 2, 'sparse put');
var fz = Object.freeze([1]); try { fz[0] = 2; } catch (e) {} eq(fz[0], 1, 'frozen array'); try { fz[1] = 2; } catch (e) {} eq(fz.length, 1, 'frozen length');
var lro = [1]; Object.defineProperty(lro, 'length', { writable: false }); try { lro[1] = 1; } catch (e) {} eq(lro.length, 1, 'length ro'); eq(lro[1], undefined, 'no elem');
// numeric names and symbols
var n = {}; n[1] = 'a'; n['1'] += 'b'; eq(n[1], 'ab', 'index key'); n['01'] = 2; eq(n['01'], 2, '01'); n[-1] = 3; eq(n['-1'], 3, 'neg'); n[1.5] = 4; eq(n['1.5'], 4, 'frac');
// strings
eq('abc'.length, 3, 'str length'); eq('abc'[1], 'b', 'str idx'); eq('abc'[3], undefined, 'str idx out'); eq('h\u00e9llo'[1], '\u00e9', 'nonascii'); eq('abc'['1'], 'b', 'str idx name'); eq('abc'[-1], undefined, 'neg');
String.prototype.mine = 5; eq('x'.mine, 5, 'proto of string'); delete String.prototype.mine; eq('x'.mine, undefined, 'gone');
Number.prototype.mine = 6; eq((5).mine, 6, 'proto of number'); eq((5.5).mine, 6, 'proto of double'); delete Number.prototype.mine;
var so = new String('xyz'); eq(so.length, 3, 'so'); eq(so[2], 'z', 'so idx'); try { so.length = 9; } catch (e) {} eq(so.length, 3, 'so ro'); so.k = 1; eq(so.k, 1, 'so k');
// many, deleted, remade
var m = {}; for (var j = 0; j < 100; j++) m['k' + j] = j; for (j = 0; j < 100; j += 2) delete m['k' + j]; for (j = 0; j < 100; j++) eq(m['k' + j], j % 2 ? j : undefined, 'del ' + j);
for (j = 0; j < 100; j++) m['k' + j] = -j; eq(Object.keys(m).length, 100, 'remade'); eq(Object.keys(m)[0], 'k1', 'order');
// prototype changes seen
function F() {} F.prototype.v = 1; var f = new F(); function gv(x) { return x.v; } eq(gv(f), 1, 'p1'); F.prototype.v = 2; eq(gv(f), 2, 'p2'); f.v = 3; eq(gv(f), 3, 'own'); delete f.v; eq(gv(f), 2, 'p3'); delete F.prototype.v; eq(gv(f), undefined, 'p4');
Object.prototype.v = 8; eq(gv(f), 8, 'op'); delete Object.prototype.v; Object.defineProperty(F.prototype, 'v', { get: function () { return this === f; }, configurable: true }); eq(gv(f), true, 'get on proto');
// __proto__ and null proto
var np = Object.create(null); np.a = 1; eq(np.a, 1, 'null proto'); eq(np.toString, undefined, 'null proto 2'); var lit = { __proto__: F.prototype, z: 1 }; eq(lit.z, 1, 'lit'); 
eq({ a: 1, a: 2 }.a, 2, 'dup'); var kk = 'cc'; var comp = {}; comp[kk] = 1; eq(comp.cc, 1, 'computed');
// functions
function args() { return arguments.length + ':' + arguments[0]; } eq(args(1, 2, 3), '3:1', 'arguments'); function few(a, b, c) { return [a, b, c].join(); } eq(few(1), '1,,', 'few'); eq(few(1, 2, 3, 4, 5), '1,2,3', 'many');
function opt(a) { a = a || 5; var x = arguments.length; return a + x; } eq(opt(), 5, 'opt'); eq(few.call(null, 1, 2), '1,2,', 'call'); eq(few.apply(null, [1, 2]), '1,2,', 'apply'); eq(few.bind(null, 9)(8), '9,8,', 'bind');
function thrower(d) { if (d === 0) throw new Error('deep'); return thrower(d - 1) + 1; } try { thrower(50); } catch (e) { eq(e.message, 'deep', 'throw'); }
function fin() { try { return 1; } finally { a.push(1); } } eq(fin(), 1, 'finally'); function fin2() { for (var i = 0; i < 3; i++) { try { if (i === 1) return i; } finally { if (i === 1) continue; } } return 9; } eq(fin2(), 9, 'finally continue');
function rec(d) { try { return rec(d + 1); } catch (e) { return e instanceof RangeError; } } eq(rec(0), true, 'recursion'); eq(rec(0), true, 'recursion again');
function Ctor(x) { this.x = x; } eq(new Ctor(4).x, 4, 'new'); function Ret() { return { y: 1 }; } eq(new Ret().y, 1, 'new ret'); eq(typeof Ctor.prototype.constructor, 'function', 'ctor');
eq(Ctor.name, 'Ctor', 'name'); eq(Ctor.length, 1, 'len'); eq(Ctor.prototype.constructor === Ctor, true, 'c.p.c');
eq((function g(n) { return n ? n + g(n - 1) : 0; })(4), 10, 'named expr');
// closures
var fs = []; for (var q = 0; q < 3; q++) (function (q) { fs.push(function () { return q++; }); })(q); eq(fs[1]() + fs[1]() + fs[2](), 5, 'closures');
function outer() { var x = 1; function set(v) { x = v; } function get() { return x; } set(5); var before = get(); x = 7; return [before, get(), set, get]; } var oo = outer(); eq(oo[0] + oo[1], 12, 'open env'); oo[2](9); eq(oo[3](), 9, 'closed env');
function sh(x) { return function () { return function (y) { var x2 = x; x = y; return x2; }; }; } var s1 = sh(1)(); eq(s1(2) + s1(3), 3, 'nested');
function cat() { var e = 'o'; try { throw 'c'; } catch (e) { var r = (function () { return e; })(); } return r + e; } eq(cat(), 'co', 'catch scope');
eq(typeof undefinedName, 'undefined', 'typeof'); var rt = 0; try { undefinedName; } catch (e) { rt = e instanceof ReferenceError; } eq(rt, true, 'reference error');
var glob = globalThis; glob.gx = 1; function ggx() { return gx; } eq(ggx(), 1, 'global'); glob.gx = 2; eq(ggx(), 2, 'global 2'); delete glob.gx; rt = 0; try { ggx(); } catch (e) { rt = 1; } eq(rt, 1, 'global gone');
Object.defineProperty(glob, 'gx', { get: function () { return 'got'; }, configurable: true }); eq(ggx(), 'got', 'global getter'); delete glob.gx;
// delete, in, enumeration
var en = []; for (var kx in Object.create({ inh: 1 }, { own: { value: 1, enumerable: true }, hid: { value: 1 } })) en.push(kx); eq(en.join(), 'own,inh', 'for in');
eq(1 / -0, -Infinity, 'neg zero'); var z = -0; var zo = { z: z }; eq(1 / zo.z, -Infinity, 'neg zero prop'); function retz() { return -0; } eq(1 / retz(), -Infinity, 'neg zero return');
// inc dec
var id = { n: 1, s: '5', big: 9007199254740991 }; eq(id.n++, 1, 'post'); eq(++id.n, 3, 'pre'); eq(id.s++, 5, 'string'); eq(id.s, 6, 'string2'); eq(id.undef++, NaN, 'undef'); id.arr = [1]; id.arr[0]++; eq(id.arr[0], 2, 'elem'); id.n += 1.5; eq(id.n, 4.5, 'frac'); id.n--; eq(id.n, 3.5, 'dec');
return bad.join('\n') || 'fine';
)js";

// Properties whose names are numbers.
constexpr auto numbered = R"js(
var bad = []; function eq(a, b, what) { if (!(a === b || (a !== a && b !== b))) bad.push(what + ': ' + String(a) + ' not ' + String(b)); }
var o = {}; for (var i = 0; i < 200; i++) { o[i * 3] = i; } eq(o[6], 2, 'a'); eq(o['6'], 2, 'b'); eq(o[7], undefined, 'c'); eq(6 in o, true, 'd'); eq(7 in o, false, 'e'); eq('6' in o, true, 'f'); o[6] = 'x'; eq(o['6'], 'x', 'g'); o['9'] = 'y'; eq(o[9], 'y', 'h');
eq(Object.keys(o).slice(0, 3).join(), '0,3,6', 'keys'); delete o[6]; eq(o[6], undefined, 'del'); eq(6 in o, false, 'del in'); o[6]++; eq(o[6], NaN, 'inc');
var a = [1, , 3]; eq(a[1], undefined, 'hole'); eq(1 in a, false, 'hole in'); eq(2 in a, true, 'in'); eq(a[99], undefined, 'out'); eq(a['2'], 3, 'str idx'); eq('length' in a, true, 'length in'); eq(99 in a, false, 'out in');
Object.prototype[5] = 'inherited'; eq(a[5], 'inherited', 'inh'); eq(o[5], 'inherited', 'inh2'); eq(5 in o, true, 'inh in'); o[5] = 1; eq(o[5], 1, 'shadow'); delete Object.prototype[5]; eq(a[5], undefined, 'gone');
Object.defineProperty(Object.prototype, 7, { set: function (v) { this.seven = v; }, get: function () { return 's'; }, configurable: true }); var p = {}; p[7] = 1; eq(p.seven, 1, 'setter'); eq(p[7], 's', 'getter'); eq(p.hasOwnProperty('7'), false, 'own'); delete Object.prototype[7];
var f = Object.freeze({ 1: 1 }); try { f[1] = 2; } catch (e) { } eq(f[1], 1, 'frozen'); try { f[2] = 2; } catch (e) { } eq(f[2], undefined, 'frozen add');
var so = new String('ab'); eq(so[1], 'b', 'so'); eq(1 in so, true, 'so in'); eq(2 in so, false, 'so not in'); so[5] = 'q'; eq(so[5], 'q', 'so add');
function args(x) { arguments[0] = 9; return [x, arguments[0], arguments[1], 1 in arguments, arguments.length].join(); } eq(args(1, 2), typeof (function () { return this; })() === 'undefined' ? '1,9,2,true,2' : '9,9,2,true,2', 'arguments');
var u = new Uint8Array(3); u[1] = 300; eq(u[1], 44, 'u8'); eq(u[3], undefined, 'u8 out'); eq(1 in u, true, 'u8 in');
var big = {}; big[4294967294] = 'a'; big[4294967295] = 'b'; big[4294967296] = 'c'; big[-1] = 'd'; big[1e21] = 'e'; eq(big[4294967294] + big[4294967295] + big[4294967296] + big[-1] + big['1e+21'], 'abcde', 'big'); eq(4294967295 in big, true, 'big in');
var px = new Proxy({}, { has: function (t, k) { return k === '3'; }, get: function (t, k) { return typeof k + k; } }); eq(3 in px, true, 'proxy in'); eq(4 in px, false, 'proxy in 2');
var threw = 0; try { 'a' in 'b'; } catch (e) { threw = e instanceof TypeError; } eq(threw, true, 'in throws');
var h = []; h[0] = 1; h.length = 0; h[0] = 2; eq(h.length, 1, 'relen'); h[3] = 1; eq(h.length, 4, 'len4'); eq(2 in h, false, 'gap');
for (var k in { 2: 'b', 1: 'a', x: 'c' }) eq(typeof k, 'string', 'for in'); eq(Object.keys({ 2: 'b', 1: 'a', x: 'c' }).join(), '1,2,x', 'order');
return bad.join('\n') || 'fine';
)js";

} // namespace

TEST_CASE("the short ways to properties, variables and functions do what the general ones do") {
  CHECK(result_of(unusual) == R"("fine")");
  CHECK(result_of(numbered) == R"("fine")");
  CHECK(result_of("'use strict';" + std::string(numbered)) == R"("fine")");
}

TEST_CASE("a function has its prototype when somebody looks, and the same one ever after") {
  CHECK(result_of("function F() {} return Object.getOwnPropertyNames(F).join() + (F.prototype === F.prototype) + "
                  "(F.prototype.constructor === F) + (new F() instanceof F) + Object.keys(F.prototype).length") ==
        R"("length,name,prototypetruetruetrue0")");
  CHECK(result_of("function F() {} F.prototype = {a: 1}; return new F().a") == "1");
  CHECK(result_of("function F() {} Object.freeze(F); F.prototype.a = 1; return new F().a") == "1");
  CHECK(result_of("function F() {} var d = Object.getOwnPropertyDescriptor(F, 'prototype'); return d.writable + ' ' + "
                  "d.enumerable + ' ' + d.configurable + ' ' + (d.value === F.prototype)") ==
        R"("true false false true")");
  CHECK(result_of("function F() {} Reflect.deleteProperty(F, 'prototype'); F.x = 1; return "
                  "F.hasOwnProperty('prototype') + F.x") == "2");
}

TEST_CASE("a script that is parked finds its variables again") {
  for (const auto how : {between_turns::stay, between_turns::park}) {
    script_run run("var n = 0; function up(by) { n += by; return n } function twice() { up(1); return up(1) }\n"
                   "for (var i = 0; i < 10; i++) { twice(); await(callTool('t', {})); twice() } return n + i");
    run.how = how;
    CHECK(run.go().result == "50");
  }
}

TEST_CASE("constructors, natives and callbacks give what they give the long way") {
  CHECK(
      result_of("'use strict'; function P(x) { this.x = x } P.prototype.get = function () { return this.x };\n"
                "function R() { return {y: 1} } function N() { return 5 } function E() { this.message = 'm' }\n"
                "E.prototype = Object.create(Error.prototype); function F() {} F.prototype = 7; var bad = 0;\n"
                "try { new (function () { throw new Error('x') })() } catch (e) { bad += e.message === 'x' }\n"
                "try { new (Math.max)() } catch (e) { bad += e instanceof TypeError }\n"
                "try { [1].forEach(function () { throw new Error('y') }) } catch (e) { bad += e.message === 'y' }\n"
                "return [new P(4).get(), new R().y, new N() instanceof N, new E() instanceof Error, typeof new "
                "E().stack === typeof Reflect.construct(E, []).stack,\n"
                "  Object.getPrototypeOf(new F()) === Object.prototype, bad, [3, 1, 2].map(function (x) { return x * 2 "
                "}).join('-'),\n"
                "  new (P.bind(null, 8))().x, [1, 2].reduce(function (a, b) { return a + b }),\n"
                "  'abc'.replace(/b/, function () { return arguments.length })].join()") ==
      R"("4,1,true,true,true,true,3,6-2-4,8,3,a3c")");
  CHECK(result_of("'use strict'; var log = []; function outer() { var n = 0; [1, 2, 3].forEach(function (x) { n += x;\n"
                  "  log.push(function () { return n }) }); return n } var r = outer();\n"
                  "return r + log.map(function (f) { return f() }).join()") == R"("66,6,6")");
  CHECK(result_of("'use strict'; function deep(n) { return n === 0 ? 0 : [n].map(function (x) { return deep(x - 1) "
                  "})[0] + 1 }\n"
                  "var caught = 0; try { deep(100000) } catch (e) { caught = e instanceof RangeError } return caught + "
                  "deep(50)") == "51");
  CHECK(
      result_of("var a = [1, , 'x', 0.5], b = [[], [1]], c = 'n' + 1.5 + -0 + null + true + undefined + {} + [1, 2];\n"
                "return [a.length, 1 in a, b[1][0], c, 1 + '2', '3' + 4, 'x' + NaN, '' + 1e21].join(';')") ==
      R"("4;false;1;n1.50nulltrueundefined[object Object]1,2;12;34;xNaN;1e+21")");
  CHECK(result_of("var t = 0; try { 'x' + Symbol('s') } catch (e) { t = e instanceof TypeError } return t") == "true");
}

TEST_CASE("helpers of lowered code that the executor answers for answer what they would") {
  CHECK(result_of(
            "const n = 3, o = { toString() { return 't' }, valueOf() { return 'v' } };\n"
            "let thrown = 0; try { `${Symbol('x')}` } catch (e) { thrown = e instanceof TypeError }\n"
            "return [`${n}${0.5}${-0}${NaN}${null}${undefined}${true}${'s'}${o}${[1, 2]}${1e21}`, thrown].join()") ==
        R"("30.50NaNnullundefinedtruest1,21e+21,true")");
  CHECK(result_of("class A { constructor(x) { this.x = x; this.t = new.target.name } } class B extends A { y = 2; "
                  "constructor(x) { super(x) } }\n"
                  "class C extends B { constructor() { super(5); let bad = 0; try { super(6) } catch (e) { bad = e "
                  "instanceof ReferenceError } this.bad = bad } }\n"
                  "class D extends A { constructor() { } } class E extends A { constructor() { return { z: 1 } } } "
                  "class F extends A { constructor() { super(1); return 5 } }\n"
                  "class G extends Array { } class H extends Error { } class I extends (class { static s = 1 }) { }\n"
                  "const kinds = []; for (const K of [D, F]) { try { new K(); kinds.push('none') } catch (e) { "
                  "kinds.push(e.name) } }\n"
                  "const c = new C(), g = new G(); g.push(1, 2); return [c.x, c.y, c.t, c.bad, c instanceof A, "
                  "kinds.join(), new E().z, g.length, g instanceof G,\n"
                  "  new H('m').message, new H() instanceof Error, typeof new H().stack, I.s, Object.keys(new "
                  "B(1)).join()].join(';')") ==
        R"("5;2;C;true;true;ReferenceError,TypeError;1;2;true;m;true;string;1;x,t,y")");
  CHECK(
      result_of("const f = Object.freeze({}); const p = { a: 0 }; const o = { ...p, a: 1, ['b']: 2, 3: 4, ['a']: 5 };\n"
                "class S { static ['k'] = 1; m = 1; ['m'] = 2; 0 = 'z' } return JSON.stringify([o, S.k, new S()])") ==
      R"("[{"3":4,"a":5,"b":2},1,{"0":"z","m":2}]")");
}

TEST_CASE("super() makes what the outermost class asks for, whatever stands between") {
  CHECK(
      result_of("class A { constructor(...all) { this.all = all.join('-'); this.of = new.target.name } }\n"
                "class B extends A { constructor(a, b = 7, ...rest) { super(a, b, ...rest) } } class C extends B { }\n"
                "class D extends B { constructor() { const s = () => super(1, 2, 3); s() } } function F(x) { this.x = "
                "x; return x === 3 ? {other: 1} : 0 }\n"
                "class G extends F { constructor(x) { super(x); this.g = 1 } } class M extends Map { constructor() { "
                "super([[1, 2]]) } }\n"
                "const made = []; for (let i = 0; i < 200; i++) made.push(new C(i, i + 1, i + 2));\n"
                "return [new B(1).all, new C(1, 2, 3).all, new C().of, new D().all, new D() instanceof D, new G(1).x, "
                "new G(3).other, new G(3).g,\n"
                "  new G(3) instanceof G, new M().get(1), made[199].all, Reflect.construct(A, [5], C).of, "
                "Reflect.construct(B, [], Array) instanceof Array].join()") ==
      R"("1-7,1-2-3,C,1-2-3,true,1,1,1,false,2,199-200-201,C,true")");
}
