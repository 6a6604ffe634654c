// -- infinite sequences and take
function* naturals(n = 0) { while (true) yield n++; }
function* take(it, n) { if (n <= 0) return; for (const x of it) { yield x; if (--n <= 0) return; } }
function* map(it, f) { for (const x of it) yield f(x); }
function* filter(it, p) { for (const x of it) if (p(x)) yield x; }
console.log([...take(filter(map(naturals(), x => x * x), x => x % 3 === 1), 5)].join());
// -- values in and out
function* talk() { const a = yield 'name?'; const b = yield `hi ${a}, age?`; return `${a}/${b}`; }
const t = talk(); console.log(JSON.stringify([t.next('ignored'), t.next('ann'), t.next(5), t.next()]));
// -- throw and return from outside, finally runs
const log = [];
function* guarded() { try { yield 1; yield 2; } catch (e) { log.push('caught ' + e); yield 'recovered'; } finally { log.push('finally'); yield 'cleanup'; } return 'end'; }
let g = guarded(); g.next(); console.log(JSON.stringify([g.throw('boom'), g.next(), g.next(), g.next()]), log.join());
g = guarded(); g.next(); console.log(JSON.stringify([g.return('early'), g.next(), g.next()]));
g = guarded(); console.log(JSON.stringify(g.return('unstarted')), JSON.stringify(g.next()));
g = guarded(); try { g.throw(new Error('unstarted')); } catch (e) { console.log(e.message); }
// -- yield star with return values and delegation of throw
function* inner() { try { const x = yield 'i1'; return 'got ' + x; } catch (e) { return 'inner caught ' + e; } }
function* outer() { const r = yield* inner(); yield r; yield* [10, 20]; yield* 'ab'; return 'done'; }
const o = outer(); console.log(JSON.stringify([o.next(), o.next('X'), o.next(), o.next(), o.next(), o.next(), o.next()]));
const p = outer(); p.next(); console.log(JSON.stringify(p.throw('E')));
// -- break closes the iterator
function* resource() { try { yield 'a'; yield 'b'; } finally { console.log('closed'); } }
for (const x of resource()) { console.log(x); break; }
const [first] = resource(); console.log(first);
outer2: for (const i of [1, 2]) for (const x of resource()) { if (i === 1) continue outer2; console.log('in', x); break outer2; }
try { for (const x of resource()) throw new Error('body'); } catch (e) { console.log(e.message); }
(() => { for (const x of resource()) return; })();
// -- a custom iterator and its protocol calls
const calls = [];
const it = { [Symbol.iterator]() { calls.push('iter'); let n = 0; return { next() { calls.push('next'); return { value: n++, done: n > 3 }; }, return(v) { calls.push('return'); return {}; } }; } };
const [x, y] = it; console.log(x, y, calls.join()); calls.length = 0;
const [...all] = it; console.log(all.join(), calls.join()); calls.length = 0;
for (const v of it) if (v === 1) break; console.log(calls.join()); calls.length = 0;
console.log(Math.max(...it), new Set(it).size, Array.from(it, v => v * 2).join(), calls.filter(c => c === 'return').length);
// -- recursion: tree walk, hanoi, permutations
function* walk(t) { if (!t) return; yield* walk(t.l); yield t.v; yield* walk(t.r); }
console.log([...walk({ v: 4, l: { v: 2, l: { v: 1 }, r: { v: 3 } }, r: { v: 6 } })].join());
function* hanoi(n, a, b, c) { if (n) { yield* hanoi(n - 1, a, c, b); yield a + c; yield* hanoi(n - 1, b, a, c); } }
console.log([...hanoi(3, 'A', 'B', 'C')].join(' '));
function* perms(l, n = l.length) { if (n <= 1) yield l.join(''); else for (let i = 0; i < n; i++) { yield* perms(l, n - 1); const j = n % 2 ? 0 : i; [l[n - 1], l[j]] = [l[j], l[n - 1]]; } }
console.log([...perms(['a', 'b', 'c'])].join());
// -- yield in every kind of place
function* places(c) { const a = [yield 1, yield 2]; const { b = yield 3 } = {}; const o = { [yield 4]: yield 5 }; const s = `${yield 6}-${yield 7}`; if ((yield 8) && (yield 9)) return [a, b, o, s]; const f = (yield 10) ? yield 11 : yield 12; switch (yield 13) { case yield 14: return 'case'; default: return JSON.stringify([a, b, o, s, f, yield, yield* []]); } }
const pl = places(); let r = pl.next(), n = 0; const got = []; while (!r.done) { got.push(r.value); r = pl.next(n++); } console.log(got.join(), String(r.value));
const p2 = places(); r = p2.next(); while (!r.done) r = p2.next('T'); console.log(JSON.stringify(r.value));
// -- generator objects and their prototypes
function* gf() {} const go = gf();
console.log(Object.prototype.toString.call(go), go[Symbol.iterator]() === go, go instanceof gf, Object.getPrototypeOf(gf.prototype) === Object.getPrototypeOf(function* () {}.prototype), typeof go.next, gf.constructor.name);
try { new gf(); } catch (e) { console.log(e.name); }
function* running() { try { it2.next(); } catch (e) { yield e.name; } } const it2 = running(); console.log(it2.next().value);
// -- arguments, this, defaults in generators
function* args() { yield arguments.length; yield this?.k; for (const a of arguments) yield a; }
console.log([...args.call({ k: 'K' }, 1, 2)].join());
function* def(a = (() => 7)(), ...rest) { yield a; yield rest.length; } console.log([...def(undefined, 1, 2)].join());
try { (function* (a = (() => { throw new Error('at call'); })()) { })(); } catch (e) { console.log(e.message); }
// -- try finally with nested yields and overrides
function* ff() { try { try { yield 1; } finally { yield 2; return 'from finally'; } } finally { yield 3; } }
console.log([...ff()].join(), JSON.stringify((() => { const g = ff(); g.next(); return [g.return('x'), g.next(), g.next()]; })()));
function* loop() { for (let i = 0; i < 3; i++) { try { if (i === 1) continue; yield i; } finally { yield 'f' + i; } } } console.log([...loop()].join());
// -- co-routines scheduled round robin
const tasks = ['a', 'b', 'c'].map((n, i) => (function* () { for (let k = 0; k <= i; k++) yield n + k; })()); const out = [];
while (tasks.length) { const task = tasks.shift(); const { value, done } = task.next(); if (!done) { out.push(value); tasks.push(task); } } console.log(out.join());
// -- lazy primes and fibonacci by destructuring
function* take(it, n) { for (const x of it) { if (n-- <= 0) return; yield x; } }
function* fib() { let [a, b] = [0, 1]; for (;;) { yield a; [a, b] = [b, a + b]; } }
const [f0, f1, f2, , f4, ...[]] = take(fib(), 6); console.log(f0, f1, f2, f4);
function* primes() { const found = []; for (let n = 2; ; n++) if (found.every(p => n % p)) { found.push(n); yield n; } } console.log([...take(primes(), 10)].join());
// -- async generators and for await
async function* ticks(n) { try { for (let i = 0; i < n; i++) { await null; yield i; } return 'r'; } finally { console.log('ag closed'); } }
for await (const x of ticks(5)) { if (x === 2) break; console.log(x); }
const ag = ticks(1); console.log(JSON.stringify([await ag.next(), await ag.next(), await ag.next()]));
for await (const x of [Promise.resolve('p'), 'plain', (async () => 'af')()]) console.log(x);
try { for await (const x of [Promise.reject(new Error('rej'))]) console.log('never'); } catch (e) { console.log(e.message); }
async function* del() { const r = yield* ticks(2); yield r; yield Promise.resolve('awaited'); } const dl = []; for await (const x of del()) dl.push(x); console.log(dl.join());
// -- queued requests to an async generator
async function* q() { const a = yield 1; const b = yield a; try { yield b; } catch (e) { yield 'c ' + e; } } const qi = q(); console.log(JSON.stringify(await Promise.all([qi.next(), qi.next('A'), qi.next('B'), qi.throw('T'), qi.next(), qi.return('R')])));
const q3 = q(); console.log(JSON.stringify([await q3.next(), await q3.return(Promise.resolve('rv')), await q3.next()]));
// -- destructuring from generators with errors
const bad = { [Symbol.iterator]: () => ({ next: () => { throw new Error('next fails'); }, return() { console.log('not called'); return {}; } }) };
try { const [z] = bad; } catch (e) { console.log(e.message); }
const bad2 = { [Symbol.iterator]: () => ({ next: () => ({ value: 1, done: false }), return() { console.log('return called'); return {}; } }) };
try { const [z = (() => { throw new Error('d'); })(), { w }] = bad2; } catch (e) { console.log(e.name); }
try { for (const z of { [Symbol.iterator]: () => ({ next: () => 5 }) }) { } } catch (e) { console.log(e.name); }
