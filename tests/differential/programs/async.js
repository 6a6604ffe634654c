// -- all, allSettled, race, any
const after = (v, n) => { let p = Promise.resolve(v); for (let i = 0; i < n; i++) p = p.then(x => x); return p; };
const fail = (m, n) => after(0, n).then(() => { throw new Error(m); });
console.log((await Promise.all([1, after(2, 3), { then: f => f(3) }])).join());
console.log(JSON.stringify((await Promise.allSettled([after('a', 2), fail('x', 1), 7])).map(({ status, value, reason }) => [status, value ?? reason.message])));
console.log(await Promise.race([after('slow', 5), after('fast', 1)]), await Promise.any([fail('1', 0), after('ok', 4)]));
try { await Promise.any([fail('a', 2), fail('b', 1)]); } catch (e) { console.log(e.name, e.errors.map(x => x.message).join(), e instanceof AggregateError); }
try { await Promise.all([after(1, 9), fail('first', 1), fail('second', 2)]); } catch (e) { console.log(e.message); }
// -- the order of microtasks
const log = [];
const p = Promise.resolve();
p.then(() => log.push('then1')).then(() => log.push('then2'));
queueMicrotask(() => log.push('micro'));
(async () => { log.push('async start'); await null; log.push('after await'); await undefined; log.push('after 2nd'); })();
log.push('sync');
await p; log.push('main');
for (let i = 0; i < 5; i++) await null;
console.log(log.join(', '));
// -- the order with returned promises
const order = [];
const step = n => order.push(n);
Promise.resolve().then(() => { step(0); return Promise.resolve(4); }).then(step);
Promise.resolve().then(() => step(1)).then(() => step(2)).then(() => step(3)).then(() => step(5)).then(() => step(6));
(async () => { await (async () => { await 0; step('a'); return Promise.resolve('r'); })(); step('b'); })();
await new Promise(r => setTimeout(r, 5)); console.log(order.join());
// -- errors through awaits and finally
const trace = [];
const risky = async n => { try { trace.push('try' + n); if (n === 1) throw new Error('one'); if (n === 2) return 'two'; await null; } catch (e) { trace.push('catch ' + e.message); return 'handled'; } finally { trace.push('finally' + n); await null; trace.push('after' + n); } return 'end'; };
console.log((await Promise.all([0, 1, 2].map(risky))).join(), trace.join());
// -- fan out with a concurrency limit
const pool = async (items, limit, work) => { const results = new Array(items.length); let next = 0, active = 0, peak = 0; await Promise.all(Array.from({ length: limit }, async () => { while (next < items.length) { const i = next++; peak = Math.max(peak, ++active); results[i] = await work(items[i], i); active--; } })); return { results, peak }; };
const { results, peak } = await pool([5, 1, 4, 2, 3], 2, async (n, i) => { for (let k = 0; k < n; k++) await null; return n * 10 + i; });
console.log(results.join(), peak);
// -- retry with backoff
let tries = 0;
const flaky = async () => { if (++tries < 3) throw new Error('try ' + tries); return 'after ' + tries; };
const retry = async (f, n, delay = 1) => { for (let i = 0; ; i++) try { return await f(); } catch (e) { console.log(e.message); if (i >= n) throw e; await new Promise(r => setTimeout(r, delay * 2 ** i)); } };
console.log(await retry(flaky, 5));
tries = -9; try { await retry(flaky, 1); } catch (e) { console.log('gave up', e.message); }
// -- timeouts by race
const timeout = (p, ms) => { let t; return Promise.race([p, new Promise((_, no) => { t = setTimeout(() => no(new Error('timed out')), ms); })]).finally(() => clearTimeout(t)); };
console.log(await timeout(Promise.resolve('quick'), 50)); try { await timeout(new Promise(() => { }), 5); } catch (e) { console.log(e.message); }
// -- thenables and their traps
const thenable = { get then() { console.log('got then'); return (ok, no) => { ok('v'); no('ignored'); throw new Error('ignored'); }; } };
console.log(await thenable, await Promise.resolve(thenable), await { then: 5 }.then, await ({ then(_, no) { no('bad'); } }).then.length);
try { await { then(_, no) { no('rejected'); } }; } catch (e) { console.log(e); }
try { await { get then() { throw 'getter'; } }; } catch (e) { console.log(e); }
// -- chaining rules
console.log(await Promise.reject(1).catch(x => x + 1).then(x => { throw x; }).then(() => 'no', x => x * 10).finally(() => 'ignored').then(x => `v${x}`));
console.log(await Promise.resolve(5).then(null).then(undefined, 7), await Promise.reject(new Error('f')).finally(() => { throw new Error('replaced'); }).catch(e => e.message));
const self = new Promise(r => setTimeout(() => r(self), 1)); try { await self; } catch (e) { console.log(e.name); }
// -- executor rules
console.log(await new Promise((ok, no) => { ok(1); ok(2); no(3); throw 4; }), await new Promise((_, no) => { throw new Error('t'); }).catch(e => e.message));
try { new Promise(5); } catch (e) { console.log(e.name); } try { Promise(() => { }); } catch (e) { console.log(e.name); }
// -- await in every kind of place
const v = async x => x; const f = async (a, b = 2) => a + b;
const o = { [await v('k')]: await v(1), ...await v({ s: 2 }), m: [await v(3), ...await v([4, 5])] };
console.log(JSON.stringify(o), `${await v('t')}-${await v('u')}`, await f(await v(1)), (await v({ a: { b: 7 } }))?.a?.b, await (await v(v))('deep'), await v(true) ? await v('yes') : await v('no'), !await v(0), typeof await v('s'), (-(await v(3))) ** 2);
for (let i = await v(0); i < await v(2); i += await v(1)) console.log(`i${i}`);
for (const x of await v(['p', 'q'])) console.log(await v(x)); let c = 0; while (await v(c++ < 2)) { if (await v(c === 2)) continue; console.log('w' + c); } do { c--; } while (await v(c > 0)); console.log(String(c));
switch (await v(2)) { case await v(1): console.log('one'); break; case await v(2): console.log('two'); case 3: console.log('fall'); break; default: console.log('no'); }
const { d = await v('def'), ...rest } = await v({ e: 1, g: 2 }); console.log(d, JSON.stringify(rest)); let z; z ??= await v('nn'); z += await v('+'); console.log(z); o.x = o.y = await v(9); console.log(o.x + o.y);
// -- labels and await
outer: for (const i of [0, 1, 2]) { for (const j of [0, 1, 2]) { await null; if (j === 1) continue outer; if (i === 2) break outer; console.log(`${i}${j}`); } }
// -- closures in async loops
const fs = []; for (let i = 0; i < 3; i++) { await null; fs.push(async () => { await null; return i++; }); } console.log((await Promise.all(fs.map(f => f()))).join(), (await Promise.all(fs.map(f => f()))).join());
// -- async arrow this, arguments, methods
const obj = { n: 5, async m() { const inner = async () => { await null; return this.n + arguments.length; }; return inner(); }, get p() { return (async () => this.n)(); } }; console.log(await obj.m(1, 2), await obj.p);
// -- sequential reduce and pipelines
console.log(await ['a', 'b', 'c'].reduce(async (acc, x) => [...await acc, await (async () => x.toUpperCase())()].slice(), Promise.resolve([])).then(l => l.join('')));
const pipe = (...fs) => x => fs.reduce((p, f) => p.then(f), Promise.resolve(x)); console.log(await pipe(x => x + 1, async x => x * 2, x => ({ then: ok => ok(x - 1) }))(3));
// -- a mutex and a queue
class Mutex { #tail = Promise.resolve(); run(f) { const r = this.#tail.then(f); this.#tail = r.catch(() => { }); return r; } }
const m = new Mutex(), seq = []; await Promise.allSettled([3, 1, 2].map(n => m.run(async () => { seq.push('s' + n); for (let i = 0; i < n; i++) await null; if (n === 1) throw 0; seq.push('e' + n); }))); console.log(seq.join());
// -- promise subclass and species
class My extends Promise { static get [Symbol.toStringTag]() { return 'x'; } tag() { return 'my'; } } const mp = My.resolve(1); console.log(mp instanceof My, mp.then(x => x) instanceof My, mp.tag(), My.all([]).tag(), (await mp) + 1, (async () => { })() instanceof My, Object.prototype.toString.call(mp));
// -- unhandled then handled later is fine
const late = Promise.reject(new Error('late')); late.catch(() => { }); await null; await null; try { await late; } catch (e) { console.log(e.message); }
// -- an async iterator by hand with buffering
const channel = () => { const buf = [], waiting = []; return { send(v) { waiting.length ? waiting.shift()({ value: v, done: false }) : buf.push(v); }, [Symbol.asyncIterator]() { return { next: () => buf.length ? Promise.resolve({ value: buf.shift(), done: false }) : new Promise(r => waiting.push(r)), return: async () => (console.log('stop'), { done: true }) }; } }; };
const ch = channel(); ch.send(1); setTimeout(() => { ch.send(2); ch.send(3); }, 1); for await (const x of ch) { console.log(String(x)); if (x === 3) break; }
// -- timers run in order of time
const fired = []; setTimeout(() => fired.push('c'), 30); setTimeout(() => fired.push('a'), 1); setTimeout((x, y) => fired.push(x + y), 15, 'b', '!'); const never = setTimeout(() => fired.push('never'), 5); clearTimeout(never); clearTimeout(undefined); await new Promise(r => setTimeout(r, 60)); console.log(fired.join());
// -- Promise.all of an iterator and of nothing
console.log((await Promise.all(new Set([1, Promise.resolve(2)]))).join(), (await Promise.all([])).length, (await Promise.allSettled([])).length, await Promise.all('ab').then(l => l.join('+'))); try { await Promise.all(5); } catch (e) { console.log(e.name); }
// -- turns of async generators
const log = []; let turn = 0; const say = x => log.push(`${turn}:${x}`); (async () => { for (let i = 0; i < 12; i++) { await null; turn++; } })();
async function* two() { try { say('start'); yield 1; say('between'); yield Promise.resolve(2); return 3; } finally { say('end'); } }
(async () => { for await (const x of two()) say(x); say('done'); })();
(async () => { for await (const x of two()) { say('only ' + x); break; } say('left'); })();
(async () => { const it = two(); say(JSON.stringify(await Promise.allSettled([it.next(), it.return(7), it.next()]))); })();
(async () => { const it = two(); await it.next(); try { await it.throw(new Error('x')); } catch (e) { say(e.message); } say((await it.next()).done); })();
for (let i = 0; i < 30; i++) await null; console.log(log.join('\n'));
// -- turns of for await over what is not async
const log = []; let turn = 0; const say = x => log.push(`${turn}:${x}`); (async () => { for (let i = 0; i < 12; i++) { await null; turn++; } })();
function* one() { try { yield 1; yield 2; } finally { say('closed'); } }
(async () => { for await (const x of [1, Promise.resolve(2)]) say(x); say('array'); })();
(async () => { for await (const x of one()) { say('g' + x); break; } say('generator'); })();
(async () => { try { for await (const x of [1, Promise.reject(new Error('no'))]) say('r' + x); } catch (e) { say(e.message); } })();
async function* through() { say('ret ' + (yield* one())); yield* [3, 4]; }
(async () => { for await (const x of through()) say('t' + x); say('through'); })();
for (let i = 0; i < 40; i++) await null; console.log(log.join('\n'));
