// -- nested with defaults, renames and rest
const { a, b: { c = 5, d: [e, , f = 'F', ...g] = [] } = {}, ...others } = { a: 1, b: { d: [1, 2, undefined, 4, 5] }, x: 9, y: 8 };
console.log(a, c, e, f, g.join(), JSON.stringify(others));
// -- defaults only for undefined
const { p = 1, q = 2, r = 3, s = 4, t = 5 } = { p: null, q: undefined, r: 0, s: '', t: NaN }; console.log(String(p), q, r, JSON.stringify(s), t);
// -- swapping, rotating, ignoring
let x = 1, y = 2, z = 3; [x, y] = [y, x];[x, y, z] = [z, x, y]; console.log(x, y, z);
const arr = [1, 2, 3];[arr[0], arr[2]] = [arr[2], arr[0]]; console.log(arr.join()); const [, , third = 'none', fourth = third + '!'] = arr; console.log(third, fourth);
// -- assignment to members and its order
const log = []; const o = {}; const t2 = n => (log.push(n), o);
({ [(log.push('k1'), 'a')]: t2('t1').x = (log.push('d1'), 'dx'), b: t2('t2').y } = { get a() { log.push('get a'); return undefined; }, get b() { log.push('get b'); return 2; } }); console.log(JSON.stringify(o), log.join());
// -- parameters
const fn = ({ name = 'anon', tags: [first = 'none', ...rest] = [] } = {}, [m, n = m * 2] = [7], ...{ length }) => `${name} ${first} ${rest.length} ${m} ${n} ${length}`; console.log(fn()); console.log(fn({ name: 'x', tags: ['p', 'q', 'r'] }, [1], 8, 9)); console.log(fn.length);
// -- defaults see earlier parameters and not later ones
const dflt = (a, b = a + 1, c = () => a + b) => { a = 100; return [a, b, c()].join(); }; console.log(dflt(1), dflt(1, 5)); try { ((a = b, b) => a)(); } catch (e) { console.log(e.name); } const shadow = 'outer'; const sh = (f = () => shadow) => { const shadow = 'inner'; return f(); }; console.log(sh());
// -- computed keys and symbols
const key = 'dyn', sym = Symbol('s'); const { [key]: v1, [sym]: v2 = 'no', ['a' + 'b']: v3, 'quoted-key': v4, 0: v5 } = { dyn: 1, [sym]: 2, ab: 3, 'quoted-key': 4, 0: 5 }; console.log(v1, v2, v3, v4, v5);
// -- rest excludes what was taken, keeps symbols and own enumerables
const sym = Symbol('s');
const src = Object.create({ inherited: 1 }, { hidden: { value: 2 }, shown: { value: 3, enumerable: true } }); src[sym] = 4; src.k = 5; const { k, ...left } = src; console.log(Object.keys(left).join(), left[sym], 'hidden' in left, 'inherited' in left); const { ...copy } = 'hi'; console.log(JSON.stringify(copy)); const { length, ...chars } = 'abc'; console.log(length, Object.keys(chars).join());
// -- of strings, maps, sets, arguments, primitives
const [c1, ...cs] = 'h\u{1F600}i'; console.log(c1, cs.length); for (const [kk, { n: nn }] of new Map([['a', { n: 1 }], ['b', { n: 2 }]])) console.log(kk, nn); const { length: l1 } = 'four', { toFixed } = 5, { constructor: { name: cn } } = true; console.log(l1, typeof toFixed, cn); (function () { const [a, b = 'B'] = arguments; console.log(a, b); })(1);
// -- function names from defaults
const { fa = () => { }, fb: fc = function () { }, cd = class { } } = {}; const [ff = () => { }] = []; console.log(fa.name, fc.name, cd.name, ff.name);
// -- the empty patterns
const { } = 5, [] = ''; try { const { } = null; } catch (e) { console.log(e.name); } try { (({ }) => { })(); } catch (e) { console.log(e.name); } let cnt = 0;[] = { [Symbol.iterator]: () => ({ next() { cnt++; return { done: true }; }, return() { cnt += 10; return {}; } }) }; console.log(cnt);
// -- assignment expressions have the right side as value
let u, w; const whole = ([u, { w }] = [1, { w: 2 }]); console.log(JSON.stringify(whole), u, w); let chain1, chain2;[chain1] = { x: chain2 } = [[9]]; console.log(String(chain1), String(chain2)); ({ x: u, y: [w = u] } = { x: 3, y: [] }); console.log(u, w);
// -- in for loops
for (const { id, tags: [t0 = '-'] = [] } of [{ id: 1, tags: ['a'] }, { id: 2 }]) console.log(id, t0); for (const [i, [a, b]] of Object.entries([[1, 2], [3, 4]])) console.log(i, a + b); for (let [i, j] = [0, 10]; i < j; i += 4, j -= 2) console.log(i, j); for (const [c] in { xy: 1, zw: 2 }) console.log(c); let t3, t4; for ([t3, t4 = 'D'] of [[1], [2, 3]]) console.log(t3, t4); const obj = {}; for (obj.prop of [1, 2]); console.log(obj.prop); for (obj['k' + obj.prop] in { last: 0 }); console.log(JSON.stringify(obj));
// -- spread in calls, arrays and objects, with getters run once
let gets = 0; const so = { get g() { return ++gets; } }; const s1 = { ...so, ...null, ...undefined, ...5, ...'ab', ...[7] }; console.log(JSON.stringify(s1), gets); console.log(Math.max(1, ...[5, 2], ...new Set([9]), 3), [...[, 1]].length, ((...args) => args.length)(...'abc', ...[]), new Date(...[2020, 1, 2]).getMonth(), Object.getPrototypeOf({ ...Object.create({ z: 1 }) }) === Object.prototype); const ov = { a: 1, ...{ a: 2, b: 3 }, b: 4, __proto__: null, ['__proto__']: 'own' }; console.log(JSON.stringify(ov), Object.getPrototypeOf(ov) === null);
// -- options with layers of defaults
const defaults = { retries: 3, headers: { accept: 'json' }, on: { error() { return 'def'; } } }; const make = ({ retries, headers: { accept, ...h } = {}, on: { error = defaults.on.error } = {}, ...rest } = {}) => JSON.stringify({ retries: retries ?? defaults.retries, headers: { accept: accept ?? defaults.headers.accept, ...h }, err: error(), rest }); console.log(make()); console.log(make({ retries: 0, headers: { auth: 'x' }, on: { error: () => 'mine' }, extra: [1] }));
// -- temporal dead zone in patterns
try { const { tz1 = tz2, tz2 } = {}; } catch (e) { console.log(e.name); } try { let [tz3 = tz3] = []; } catch (e) { console.log(e.name); } const { td1 = 1, td2 = td1 + 1 } = {}; console.log(td2);
// -- iterators are closed when a pattern is done early
const it = () => { let n = 0; return { [Symbol.iterator]() { return this; }, next() { return { value: n++, done: false }; }, return() { console.log('closed at', String(n)); return {}; } }; }; const [i1, i2] = it(); const [[] = [], ...{ length: ln }] = [[], 1, 2]; console.log(i1 + i2, ln); let i3;[i3, ...[]] = [1]; console.log(i3);
// -- iterators of patterns that fail are closed
const it = (name, n) => ({ [Symbol.iterator]() { let i = 0; return { next: () => ({ value: i, done: i++ >= n }), return() { console.log('closes', name); return {}; } }; } });
const boom = () => { throw new Error('boom'); };
const tries = { default: () => { const [a, b = boom()] = it('d', 1); return a + b; }, target: () => { const o = { set x(v) { boom(); } }; [o.x, o.y] = it('t', 3); },
  inner: () => { const [[a = boom()], b] = [it('i', 0), it('j', 2)]; }, nested: () => { const [{ x }, ...r] = it('n', 2); [[{ y: { z: a } }]] = it('outer', 2); },
  parameter: () => (([a, b = boom()]) => a)(it('p', 1)), loop: () => { for (const [k, v = boom()] of [it('l', 1), it('m', 2)]) console.log(k, v); },
  caught: () => { try { throw it('c', 3); } catch ([x, y = x, ...{ length }]) { console.log(x, y, length); } }, fine: () => { const [a, , b = 5] = it('f', 9); console.log(a, b); } };
for (const [name, f] of Object.entries(tries)) try { f(); console.log(name, 'ok'); } catch (e) { console.log(name, e.name, e.message === 'boom'); }
function* g() { const [a, b = yield 'inside'] = it('g', 1); console.log('never', a, b); } const run = g(); console.log(run.next().value, JSON.stringify(run.return(4)));
let left; [left = 1, ...[left]] = it('s', 3); console.log(left); const later = async () => { const [a, b = await boom()] = it('a', 1); }; await later().catch(e => console.log(e.message));
