// -- closures in loops take each iteration's binding
const fs = []; for (let i = 0; i < 3; i++) fs.push(() => i++); console.log(fs.map(f => f()).join(), fs.map(f => f()).join());
var vs = []; for (var v = 0; v < 3; v++) vs.push(() => v); console.log(vs.map(f => f()).join());
const gs = []; for (let i = 0, inc = () => i++; i < 3; inc()) { gs.push(() => i); if (gs.length >= 3) break; } console.log(gs.map(f => f()).join());
const hs = []; for (const x of [1, 2, 3]) hs.push(() => x * 10); for (const k in { a: 1, b: 2 }) hs.push(() => k); console.log(hs.map(f => f()).join());
const ws = []; let w = 0; while (w < 3) { const c = w++; let d = c * 2; ws.push(() => [c, d++].join(':')); } console.log(ws.map(f => f()).join(), ws.map(f => f()).join());
// -- closures captured in the parts of a for head
const cap = []; for (let i = (cap.push(() => i), 0); cap.push(() => i), i < 2; cap.push(() => i), i++) { cap.push(() => i); } console.log(cap.map(f => f()).join());
// -- loops with closures and jumps
const js = []; outer: for (let i = 0; i < 4; i++) { for (let j = 0; j < 4; j++) { js.push(() => `${i}${j}`); if (j === 1) continue outer; if (i === 2) break outer; } } console.log(js.map(f => f()).join());
const ret = (() => { for (let i = 0; ; i++) { const f = () => i; if (i > 2) return f; } })(); console.log(ret());
// -- the temporal dead zone
const tz = {}; try { tz.a = a1; } catch (e) { tz.a = e.name; } let a1 = 1; try { typeof b1; } catch (e) { tz.b = e.name; } let b1; const f1 = () => c1; try { f1(); } catch (e) { tz.c = e.name; } const c1 = 3; tz.d = f1(); { try { c1; } catch (e) { tz.e = e.name; } let c1; } try { x1 = 5; } catch (e) { tz.f = e.name; } let x1; try { (() => { y1++; let y1; })(); } catch (e) { tz.g = e.name; } tz.h = typeof neverDeclared; try { for (const q of [q]); } catch (e) { tz.i = e.name; } switch (1) { case 0: let s; case 1: try { s; } catch (e) { tz.j = e.name; } } console.log(JSON.stringify(tz));
// -- const cannot be assigned, in every way
const k1 = 1; for (const t of [() => { k1 = 2; }, () => { k1++; }, () => { k1 += 1; }, () => { [k1] = [2]; }, () => { ({ k1 } = { k1: 3 }); }, () => { for (k1 of [1]); }, () => { k1 &&= 2; }]) try { t(); console.log('fine'); } catch (e) { console.log(e.name); } k1 ||= 5; console.log(k1);
// -- blocks shadow
let s = 'outer'; { let s = 'inner'; { const s = 'deep'; console.log(s); } console.log(s); } console.log(s); if (true) { let s = 1; var leaks = s; } console.log(leaks); for (let s = 0; s < 1; s++) { let s = 'body'; console.log(s); } try { throw 1; } catch (s) { var inCatch = s; { let s = 2; } } console.log(inCatch, s);
// -- functions hoist; in blocks they are of the block
console.log(hoisted(), typeof notYet); function hoisted() { return 'up'; } var notYet = 1; { console.log(blocky()); function blocky() { return 'block'; } } console.log(typeof blocky); if (1) { function blocky() { return 'if'; } console.log(blocky()); }
const first = typeof dup; function dup() { return 1; } function dup() { return 2; } console.log(first, dup());
// -- named function expressions see themselves
const fact = function me(n) { return n < 2 ? 1 : n * me(n - 1); }; console.log(fact(10), typeof me); const ro = function me2() { try { me2 = 1; return 'no'; } catch (e) { return e.name; } }; console.log(ro());
// -- switch has one scope
const sw = v => { switch (v) { case 1: let a = 'one'; return a; case 2: a = 'two'; return a; default: const f = () => 'f'; return f(); } }; console.log(sw(1), (() => { try { return sw(2); } catch (e) { return e.name; } })(), sw(3)); const sc = []; for (let i = 0; i < 3; i++) switch (i) { case 1: let z = i; sc.push(() => z); break; default: sc.push(() => i); } console.log(sc.map(f => f()).join());
// -- counters, memoize, once, compose, curry, debounce-like
const counter = (n = 0) => ({ inc: () => ++n, dec: () => --n, get value() { return n; } }); const c = counter(5); c.inc(); c.inc(); c.dec(); console.log(c.value);
const memo = f => { const m = new Map(); return n => m.has(n) ? m.get(n) : (m.set(n, f(n)), m.get(n)); }; const fib = memo(n => n < 2 ? n : fib(n - 1) + fib(n - 2)); console.log(fib(70)); const once = f => { let done, r; return (...a) => done ? r : (done = true, r = f(...a)); }; const o1 = once(x => x * 2); console.log(o1(2), o1(50)); const curry = (f, ...a) => a.length >= f.length ? f(...a) : (...b) => curry(f, ...a, ...b); console.log(curry((a, b, c) => a + b + c)(1)(2, 3)); console.log([x => x + 1, x => x * 2].reduce((f, g) => x => g(f(x)))(5));
// -- arguments objects
(function (a, b = 2) { arguments[0] = 'changed'; console.log(a, arguments.length, typeof arguments, [...arguments].join()); })(1); (function () { const arrow = () => arguments[0]; console.log(arrow('inner')); })('outer'); (function (...r) { console.log(r.length, arguments.length, Array.isArray(arguments), Object.prototype.toString.call(arguments)); })(1, 2); try { (function () { return arguments.callee; })(); } catch (e) { console.log(e.name); }
// -- this in its ways
const th = { n: 1, reg() { return this?.n; }, arrow: () => typeof this, nested() { return [1].map(() => this.n)[0]; }, inner() { return (function () { return this; })(); } }; const { reg } = th; console.log(th.reg(), String(reg()), th.arrow(), th.nested(), String(th.inner()), (th.reg)(), String((0, th.reg)()), reg.call({ n: 7 }), reg.bind({ n: 8 }).call({ n: 9 }), (function () { return typeof this; }).call(5));
// -- immediately invoked, comma, void, and the like
console.log((() => 1)(), (function () { return 2; })(), +function () { return 3; }(), (1, 2, 3), String(void 0), !function () { }(), typeof typeof 1, [] + [], [] == '', null == undefined, null == 0, NaN != NaN);
// -- deep closure chains and shared state
const make = () => { let shared = 0; return Array.from({ length: 3 }, (_, i) => ({ add: () => { let local = ++shared; return () => `${i}:${local}:${shared}`; } })); }; const [m0, m1, m2] = make(); const r = [m0.add(), m1.add(), m2.add(), m0.add()]; console.log(r.map(f => f()).join(' '));
// -- names like those a lowering might use
const _a = 1, $0 = 2, __proto = 3, temp = 4, self = 5, that = 6, arguments_ = 7, _this = 8, $iterator = 9, undefined_ = 10, of = 11, async = 12, get = 13, set = 14, from = 15, let_ = 16, as = 17, target = 18; console.log(_a + $0 + __proto + temp + self + that + arguments_ + _this + $iterator + undefined_ + of + async + get + set + from + let_ + as + target); const о = 'cyrillic', ünï = 'umlaut', \u0061bc = 'escaped', $𝒳 = 'math'; console.log(о, ünï, abc, $𝒳);
// -- loops that nest functions, classes and generators
const kept = []; for (let i = 0; i < 2; i++) { class K { static s = i; m() { return i + K.s; } } function decl() { return i; } function* gen() { yield i; yield* [i + 1].map(x => x + i); } kept.push(() => [new K().m(), decl(), ...gen()].join('/')); } console.log(kept.map(f => f()).join(' '));
// -- assignment to captured parameters and defaults
const par = (a, get = () => a, put = x => { a = x; }) => { put('put'); const before = get(); a = 'body'; return [before, get(), a].join(); }; console.log(par('start')); const par2 = (a, get = () => a) => { var a = 'var'; return [get(), a].join(); }; console.log(par2('start')); const par3 = (a, get = () => a) => { var a; return [get(), a].join(); }; console.log(par3('kept'));
// -- functions in loops see the variables of their iteration, also those declared below them
for (let i = 0; i < 2; i++) { console.log(String(up())); function up() { return typeof late; } const d = i * 10; function f() { return d; } async function g() { return d + 1; } function* h() { yield d + 2; } var late = 1; console.log([f(), await g(), ...h()].join()); }
const all = []; for (const x of [1, 2]) { all.push(show); function show() { return `${x}${y}`; } const y = x * 2; if (x === 2) { const z = y + 1; function inner() { return z; } all.push(inner); } } console.log(all.map(f => f()).join());
