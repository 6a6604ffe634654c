// -- try, catch, finally: who wins
const f = k => { try { if (k === 't') throw 'thrown'; if (k === 'r') return 'returned'; return 'end'; } catch (e) { if (k === 't') return 'caught ' + e; } finally { if (k === 'f') return 'finally'; if (k === 'x') throw 'from finally'; } };
console.log(f('t'), f('r'), f('f'), f(''));
try { f('x'); } catch (e) { console.log(e); }
// -- finally with break, continue and return in loops
const g = () => { const log = []; for (let i = 0; i < 5; i++) { try { if (i === 1) continue; if (i === 3) break; log.push(i); } finally { log.push('f' + i); } } return log.join(); };
const h = () => { for (;;) { try { return 'lost'; } finally { break; } } return 'kept'; };
const i = () => { l: try { return 'lost'; } finally { break l; } return 'after label'; };
const j = () => { let n = 0; while (n < 3) { try { throw n; } catch { n++; continue; } finally { n += 10; } } return n; };
console.log(g(), h(), i(), String(j()));
// -- the value returned is taken before finally runs
let n = 1; const k = () => { try { return n; } finally { n = 2; } }; console.log(k(), n);
const o = { v: 1 }; const l = () => { try { return o; } finally { o.v = 2; } }; console.log(l().v);
// -- cause and aggregate
const low = new Error('disk'), high = new Error('save failed', { cause: low });
console.log(high.cause === low, 'cause' in new Error('x'), Object.hasOwn(new Error('x', { cause: undefined }), 'cause'), Object.keys(high).length);
let e = new Error('3', { cause: new TypeError('2', { cause: 'root' }) }); const chain = []; while (e instanceof Error) { chain.push(e.name + ':' + e.message); e = e.cause; } console.log(chain.join(' < '), e);
const agg = new AggregateError([1, new Error('x')], 'many', { cause: 0 }); console.log(agg.name, agg.message, agg.errors.length, agg.cause, agg instanceof Error, Object.getOwnPropertyNames(agg).filter(n => n !== 'stack').sort().join());
// -- toString of errors
console.log(String(new Error('m')), String(new RangeError()), String(Object.assign(new Error('m'), { name: 'N' })), String(Object.assign(new Error(''), { name: '' })) === '', Error.prototype.toString.call({ name: 'A', message: 'B' }), Error.prototype.toString.call({}), Error('no new') instanceof Error);
// -- what built-ins throw
const tries = { nullProp: () => null.x, undefCall: () => undefined(), notFn: () => ({}).x(), notCtor: () => new (() => { })(), constAssign: () => { const c = 1; c = 2; }, tdz: () => { x; let x; }, undeclared: () => nope, badLen: () => new Array(-1), fixed: () => (1).toFixed(101), radix: () => (1).toString(1), json: () => JSON.parse('{'), circ: () => { const a = {}; a.a = a; JSON.stringify(a); }, sym: () => Symbol() + '', inst: () => ({}) instanceof 5, inOp: () => 'a' in 'b', frozen: () => { Object.freeze([1])[0] = 2; }, noSetter: () => { ({ get a() { return 1; } }).a = 2; }, nonExt: () => { Object.preventExtensions({}).z = 1; }, del: () => { delete Object.freeze({ q: 1 }).q; }, proto: () => Object.setPrototypeOf(Object.preventExtensions({}), {}), uri: () => decodeURIComponent('%'), repeat: () => 'a'.repeat(-1), iter: () => { const [a] = 5; }, destr: () => { const { a } = null; }, spread: () => [...5], date: () => new Date(NaN).toISOString(), norm: () => 'a'.normalize('X'), cp: () => String.fromCodePoint(-1), define: () => Object.defineProperty({}, 'a', { get() { }, value: 1 }), superf: () => new (class extends Object { constructor() { } })(), gen: () => { const g = (function* () { g.next(); })(); g.next(); }, priv: () => { class A { #x; static t(o) { return o.#x; } } A.t({}); }, map: () => Map(), wm: () => new WeakMap().set(1, 1), prim: () => ({ [Symbol.toPrimitive]: () => ({}) }) + 1, reflect: () => Reflect.ownKeys(1), prox: () => new Proxy({}, null), regexp: () => new RegExp('('), bind: () => Function.prototype.bind.call(1), apply: () => Math.max.apply(null, 1), writeStr: () => { 'abc'[0] = 'x'; }, prop: () => { (5).x = 1; } };
for (const [name, t] of Object.entries(tries)) { try { t(); console.log(name, 'nothing'); } catch (e) { console.log(name, e.constructor.name, e instanceof Error); } }
// -- throwing anything
for (const v of [1, 'text', null, undefined, { code: 7 }, [1, 2], Symbol('s')]) try { throw v; } catch (c) { console.log(typeof c, c === v || Object.is(c, v)); }
// -- catch parameters: none, patterns, shadows
const err = 'outer'; try { throw { code: 1, nested: { list: [1, 2] } }; } catch ({ code, nested: { list: [, second] }, missing = 'def' }) { console.log(code, second, missing); } try { throw 0; } catch { console.log(err); } try { throw 'inner'; } catch (err) { console.log(err); } console.log(err);
// -- rethrow and wrap
const wrap = fn => { try { return fn(); } catch (e) { throw new Error(`wrapped: ${e.message}`, { cause: e }); } }; try { wrap(() => wrap(() => JSON.parse('nope'))); } catch (e) { console.log(e.message.startsWith('wrapped: wrapped: '), e.cause.cause.name); }
// -- nested finally blocks run outwards
const out = []; const deep = () => { try { try { try { throw new Error('d'); } finally { out.push(1); } } finally { out.push(2); } } catch (e) { out.push(e.message); } finally { out.push(3); } }; deep(); console.log(out.join());
// -- errors in getters, setters, toString, iterators
const evil = { get g() { throw new Error('get'); }, set s(v) { throw new Error('set ' + v); }, toString() { throw new Error('str'); } };
for (const t of [() => evil.g, () => { evil.s = 1; }, () => `${evil}`, () => ({ ...evil }), () => { const { g } = evil; }, () => Object.assign({}, evil), () => JSON.stringify(evil)]) try { t(); } catch (e) { console.log(e.message); }
// -- result objects instead of exceptions
const attempt = f => { try { return { ok: true, value: f() }; } catch ({ name, message }) { return { ok: false, error: `${name}: ${message}` }; } }; console.log(JSON.stringify([attempt(() => 42), attempt(() => { throw new RangeError('big'); })]));
// -- async errors: rejections become exceptions, finally waits
const seq = []; const w = async () => { try { await Promise.reject(new Error('no')); } catch (e) { seq.push(e.message); throw new Error('again', { cause: e }); } finally { await null; seq.push('fin'); } }; try { await w(); } catch (e) { seq.push(e.message, e.cause.message); } console.log(seq.join());
// -- a switch with throw, break and default in the middle
const sw = x => { const o = []; switch (x) { case 1: o.push(1); default: o.push('d'); case 2: o.push(2); break; case 3: { let x = 'scoped'; o.push(x); } } return o.join(); }; console.log([1, 2, 3, 4].map(sw).join('|'));
// -- stack overflow is an error that can be caught
const rec = n => 1 + rec(n + 1); try { rec(0); } catch (e) { console.log(e.name); } const mutual = { a() { return this.b(); }, b() { return this.a(); } }; try { mutual.a(); } catch (e) { console.log(e instanceof RangeError); }
// -- Error properties
const er = new Error('x'); console.log(Object.getOwnPropertyDescriptor(er, 'message').enumerable, Object.prototype.hasOwnProperty.call(er, 'name'), 'message' in Object.create(Error.prototype), Object.hasOwn(new Error(), 'message'), Object.hasOwn(new Error(undefined), 'message'), new Error(null).message, typeof er.stack, Object.prototype.toString.call(er), Error.prototype.name, TypeError.prototype instanceof Error, Object.getPrototypeOf(TypeError) === Error, Error.length, AggregateError.length);
// -- validation that collects
class ValidationError extends Error { constructor(issues) { super(issues.map(i => i.text).join(', ')); this.issues = issues; } get name() { return 'ValidationError'; } } try { throw new ValidationError([{ text: 'a' }, { text: 'b' }]); } catch (e) { if (!(e instanceof ValidationError)) throw e; console.log(`${e}`, e.issues.length); }
// -- what a finally block throws is not caught by the catch beside it
function a() { for (var i of [1, 2]) { try { continue; } catch (e) { console.log('wrong ' + e); } finally { throw 'own'; } } }
try { a(); } catch (e) { console.log('outer ' + e); }
function b() { for (var i = 0; i < 2; i++) { try { continue; } catch (e) { console.log('wrong ' + e); } finally { throw 'own'; } } }
try { b(); } catch (e) { console.log('outer ' + e); }
function c() { try { return 1; } catch (e) { console.log('wrong ' + e); } finally { throw 'own'; } }
try { c(); } catch (e) { console.log('outer ' + e); }
function d() { for (var i = 0; i < 2; i++) { try { break; } catch (e) { console.log('wrong ' + e); } finally { throw 'own'; } } }
try { d(); } catch (e) { console.log('outer ' + e); }
function f() { try { } finally { for (var i = 0; i < 2; i++) { try { continue; } catch (e) { console.log('wrong ' + e); } finally { throw 'own'; } } } }
try { f(); } catch (e) { console.log('outer ' + e); }
function g() { try { } finally { for (var i = 0; i < 2; i++) { try { if (i == 0) continue; } catch (e) { console.log('wrong ' + e); } finally { throw 'own'; } } } }
try { g(); } catch (e) { console.log('outer ' + e); }
// -- long lists of operands
const nulls = new Array(200).fill('null').map((_, i) => i); console.log(null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? null ?? 0 ?? nulls);
