// -- labelled jumps of every kind
const log = []; a: for (const i of [0, 1, 2, 3]) { b: for (let j = 0; ; j++) { c: { if (i === j) break c; if (j > i + 1) continue a; if (i === 3) break a; if (j === 2) break b; log.push(`${i}${j}`); continue b; } log.push('=' + i); } log.push('b' + i); } console.log(log.join());
blk: { console.log('in'); if (log.length) break blk; console.log('never'); } x: y: z: for (; ;) { break y; }
let n = 0; w: while (true) { do { if (++n > 5) break w; if (n % 2) continue w; } while (n < 3); n += 2; } console.log(n);
// -- switch on anything, strictly
let n = 7;
const t = v => { switch (v) { case '1': return 'string'; case 1: return 'number'; case NaN: return 'nan'; case null: return 'null'; case undefined: return 'undefined'; case true: return 'true'; default: return 'default'; } }; console.log([1, '1', NaN, null, undefined, true, {}, -0].map(t).join());
switch (3) { case 0: default: console.log('d'); case 1: console.log('one'); break; case 2: console.log('two'); } switch (0) { } switch (n) { default: { switch (n) { default: break; } console.log('after inner'); } } const k = (x) => { switch (true) { case x < 0: return 'neg'; case x < 10: return 'small'; default: return 'big'; } }; console.log(k(-1), k(5), k(50)); const ev = []; switch ((ev.push('d'), 2)) { case (ev.push('c1'), 1): case (ev.push('c2'), 2): case (ev.push('c3'), 3): } console.log(ev.join());
// -- for in: order, inherited, deleted, added
const o = Object.create({ inh: 1, b: 'shadowed' }); Object.assign(o, { b: 1, 10: 1, a: 1, 2: 1, '-1': 1, 1.5: 1 }); Object.defineProperty(o, 'hid', { value: 1 }); o[Symbol('s')] = 1; const ks = []; for (const k in o) ks.push(k); console.log(ks.join()); const del = { a: 1, b: 2, c: 3 }; const seen = []; for (const k in del) { seen.push(k); delete del.b; del.z = 1; } console.log(seen.join()); for (const k in null) console.log('no'); for (const k in undefined); for (const k in 'ab') console.log(typeof k + k); for (const i in [7, , 8]) console.log(i); for (var q in { last: 1 }); console.log(q);
// -- for of over everything
let n = 0;
for (const c of 'a\u{1F600}') console.log(String(c.length)); for (const [k, v] of new Map([[1, 2]])) console.log(k + v); for (const x of new Set(['s'])) console.log(x); for (const x of (function* () { yield 'g'; })()) console.log(x); (function () { for (const x of arguments) console.log(x); })('arg'); for (const x of [, 'hole']) console.log(String(x)); try { for (const x of {}) { } } catch (e) { console.log(e.name); } for (let [i, s] of ['x'].entries()) { i += 5; console.log(i + s); } let lst = [1, 2, 3]; for (const x of lst) { lst = []; n += x; } console.log(n); for (const x of new Uint8Array([1, 300])) console.log(String(x));
// -- loops with empty parts
let i = 0; for (; ;) { if (i++ > 3) break; } for (; i < 8;) i++; for (; i < 9; i++); do i++; while (i < 12) console.log(i); while (i-- > 10); console.log(i); for (let a = 0, b = 10; a < b; a += 3, b--) if (a === 3) console.log(a, b);
// -- operators and their order
const ord = []; const f = x => (ord.push(x), x); f(1) + f(2) * f(3) ** f(4); f({})[f('k')] = f(5); f(6) && f(0) || f(7); f(null) ?? f(8); console.log(ord.map(x => typeof x === 'object' ? 'o' : x).join()); console.log(2 ** 3 ** 2, (-2) ** 2, 7 % -3, -7 % 3, 5 / 2 | 0, -5 >> 1, -5 >>> 28, 1 << 31, 1 << 32, ~~3.7, ~-1, 3 & 5 | 2 ^ 7, '5' * '2', '5' + 2, 5 - '2', +'', +' 1 ', +[], +{}, [2] * [3], null + 1, undefined + 1, true + true, 1 < 2 < 3, 3 > 2 > 1);
let z = 5; console.log(z++ + ++z, z-- - --z, z);
// -- logical assignment and short circuits
const la = { a: null, b: 0, c: 'x', get g() { console.log('read g'); return 1; }, set g(v) { console.log('set g'); } }; la.a ??= 'A'; la.b ||= 'B'; la.c &&= 'C'; la.g ||= 2; la.g &&= 3; la.g ??= 4; la.d ??= la.e ||= 5; console.log(JSON.stringify(la)); let side = 0; const inc = () => ++side; true || inc(); false && inc(); null ?? inc(); 0 ?? inc(); undefined?.[inc()]; null?.x(inc()); console.log(side);
// -- optional chaining
const oc = { a: { b: [1, { c: () => 'called' }], f() { return this.b.length; } }, n: null, z: 0 }; console.log(oc?.a?.b?.[1]?.c?.(), String(oc.x?.y.z.w), String(oc.n?.[0][1]), String(oc.a.nope?.()), oc.a?.f(), oc.a.f?.(), (oc?.a).b.length, delete oc?.a?.b, String(delete oc?.no?.x), String(oc?.['a']?.b), oc.z?.toFixed(1), typeof oc?.nope);
// -- comma and conditional chains
const ord = [];
const grade = s => s >= 90 ? 'A' : s >= 80 ? 'B' : s >= 70 ? 'C' : 'F'; console.log([95, 85, 75, 5].map(grade).join('')); const cm = (ord.length = 0, ord.push('c'), ord.length); console.log(cm);
// -- automatic semicolons
let asi = 1
let bsi = asi
++asi
const csi = () => {
  return
  'unreachable'
}
console.log(asi, bsi, String(csi()))
var dsi = 'a'
;[1, 2].forEach(x => dsi += x)
;(() => { dsi += '!' })()
console.log(dsi)
const esi = [1, 2, 3]
  .map(x => x * 2)
  .filter(x => x > 2)
console.log(esi.join())
if (asi) ; else console.log('no')
do asi--; while (asi > 0) console.log(asi)
// -- property order and enumeration
const po = { z: 1, 1: 'b', a: 2, 0: 'a', [Symbol.iterator]: 0, '01': 'c', '-0': 'd', 4294967295: 'e', 4294967294: 'f' }; delete po.z; po.z = 3; console.log(Object.keys(po).join(), JSON.stringify(po), Reflect.ownKeys(po).length);
// -- numeric literals
console.log([0b1010, 0o17, 0xFF, 1_000_000, .5, 5., 1e3, 1E-3, 0.1e2, 0xdeadBEEF, 1_0.0_1e1_0, 2e308, 5e-324, 0.1 + 0.2, 123456789012345680000, 1e21, 1e-7, -0, 0 === -0, 4.35 * 100, 1.1 + 2.2, 9007199254740993].join());
// -- comments and odd spacing
console /* c1 */ . /* c2
*/ log ( /**/ 'spaced' // end
) ; var /*x*/ odd /*y*/ = /*z*/ 1 /* / */ / 2 /* // */; console.log(odd);
// -- getters on the fly and delete
const gd = { get now() { delete this.now; return this.now = 'cached'; }, ['x']: 1, x: 2 }; console.log(gd.now, gd.now, gd.x, delete gd.x, 'x' in gd, delete gd.nothing); const arr = [1, 2, 3]; delete arr[1]; console.log(arr.length, 1 in arr);
// -- fizzbuzz, collatz, gcd, sieve, roman
console.log(Array.from({ length: 15 }, (_, i) => (++i % 3 ? '' : 'Fizz') + (i % 5 ? '' : 'Buzz') || i).join(' ')); let cz = 27, steps = 0; while (cz !== 1) { cz = cz % 2 ? 3 * cz + 1 : cz / 2; steps++; } console.log(steps); const gcd = (a, b) => b ? gcd(b, a % b) : a; console.log(gcd(1071, 462)); const sieve = Array(50).fill(true); for (let i = 2; i * i < 50; i++) if (sieve[i]) for (let j = i * i; j < 50; j += i) sieve[j] = false; console.log(sieve.flatMap((p, i) => i > 1 && p ? i : []).join()); const roman = n => [[1000, 'M'], [900, 'CM'], [500, 'D'], [400, 'CD'], [100, 'C'], [90, 'XC'], [50, 'L'], [40, 'XL'], [10, 'X'], [9, 'IX'], [5, 'V'], [4, 'IV'], [1, 'I']].reduce((s, [v, r]) => { while (n >= v) { s += r; n -= v; } return s; }, ''); console.log([4, 9, 14, 1994, 2024].map(roman).join());
// -- left operands are taken before the right ones run
let x = 1; const f = () => { x = 10; return 1; };
console.log(String(x + f()));
let y = 1; console.log(String(y + (y = 5)));
let z = 1; console.log(String(z + [z, ++z][0])); 
let w = 1; console.log(`${w}-${w++}-${w}`);
let a = 1; console.log([a, a++, a].join());
let b = 1; ((...r) => console.log(r.join()))(b, b++, b = 7, b);
let c = { v: 1 }; const g = (o, k) => o.v + k; console.log(String(g(c, (c = { v: 5 }, 2))));
let d = 2; d += (d = 10); console.log(String(d));
let e = [1, 2], i = 0; e[i] = i = 1; console.log(e.join());
let k = 'p'; const o = {}; o[k] = (k = 'q'); console.log(JSON.stringify(o));
let m = 1; console.log(String(m < (m = 0)), String(m === (m = 3)));
let q = 1; console.log(String((q, q + (q += 1)) * q));
let t = 5; console.log(String(t-- - --t), String(t++ + t));
const h = async () => { let v = 1; const r = v + (await (async () => { v = 5; return 2; })()); console.log(String(r)); }; await h();
function* gen() { let v = 1; const r = v + (yield (v = 9)); console.log(String(r)); } const it = gen(); it.next(); it.next(3);
let s1 = 'a'; console.log(s1 + (s1 += 'b') + s1);
let arr = [1]; console.log(String(arr.length + arr.push(5)));
let u; console.log(String((u ??= 3) + (u = 4) + u));
// -- signs beside signs
const i = 1, x = 2; console.log([i + (+x * 3), i - (-x * 3), i + (+(0 < 7)) * 2, i + +x, i - -x, - -x, + +x, - +x, i + ++[5][0], i-(--[5][0] * 2)].join());
