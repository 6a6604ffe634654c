// -- fields, statics, private names, accessors
class Account {
  static #count = 0;
  static get count() { return Account.#count; }
  #balance = 0;
  owner;
  history = [];
  constructor(owner) { this.owner = owner; Account.#count++; }
  deposit(n) { this.#balance += n; this.history.push(['in', n]); return this; }
  get balance() { return this.#balance; }
  set balance(v) { throw new Error('read only: ' + v); }
  static has(o) { return #balance in o; }
  #secret() { return `${this.owner}:${this.#balance}`; }
  reveal() { return this.#secret(); }
}
const a = new Account('ann').deposit(5).deposit(7);
console.log(a.balance, a.reveal(), Account.count, Account.has(a), Account.has({}), JSON.stringify(a), Object.keys(a).join());
try { a.balance = 1; } catch (e) { console.log(e.message); }
// -- inheritance and super
class Shape { constructor(n) { this.n = n; } area() { return 0; } describe() { return `${this.n}: ${this.area().toFixed(2)}`; } static make(...args) { return new this(...args); } get kind() { return 'shape'; } }
class Circle extends Shape { constructor(r) { super('circle'); this.r = r; } area() { return Math.PI * this.r ** 2; } get kind() { return super.kind + '/circle'; } }
class Ring extends Circle { constructor(r, w) { super(r); this.w = w; } area() { return super.area() - Math.PI * (this.r - this.w) ** 2; } describe() { return `[${super.describe()}]`; } }
console.log(Circle.make(2).describe(), Ring.make(3, 1).describe(), new Ring(1, 1).kind, Ring.make(1, 1) instanceof Shape, Object.getPrototypeOf(Ring) === Circle, Ring.name, Ring.length);
// -- order of field initialisers and constructors
const log = [];
const note = x => (log.push(x), x);
class P { [note('computed p')] = note('field p'); constructor() { note('ctor p'); this.hook(); } hook() { note('hook p'); } static s = note('static p'); static { note('block p'); } }
class C extends P { y = note('field c'); constructor() { note('before super'); super(); note('after super'); } hook() { note('hook c ' + this.y); } static t = note('static c'); }
new C();
console.log(log.join('; '));
// -- this before super
class D extends Object { constructor(f) { if (f) super(); try { this.x = 1; } catch (e) { console.log(e.name); } if (!f) super(); } }
new D(true); new D(false);
try { new (class extends Object { constructor() {} })(); } catch (e) { console.log(e.name); }
try { class E extends Object { constructor() { super(); super(); } } new E(); } catch (e) { console.log(e.name); }
// -- extending null, functions, expressions
function Old(x) { this.x = x; }
Old.prototype.get = function () { return this.x; };
class New extends Old { get() { return super.get() * 2; } }
console.log(new New(4).get(), Object.getPrototypeOf(class extends null {}.prototype) === null, (() => { try { class X extends 5 {} } catch (e) { return e.name; } })());
const mixin = Base => class extends Base { hi() { return 'hi ' + (super.hi?.() ?? 'nobody'); } };
console.log(new (mixin(mixin(class { hi() { return 'base'; } })))().hi(), new (mixin(Object))().hi());
// -- new.target and abstract classes
class Abstract { constructor() { if (new.target === Abstract) throw new TypeError('abstract'); this.made = new.target.name; } }
class Concrete extends Abstract {}
try { new Abstract(); } catch (e) { console.log(e.message); }
console.log(new Concrete().made);
function F() { return new.target === undefined ? 'called' : Object(new.target === F); }
console.log(F(), String(new F()), Reflect.construct(Abstract, [], Concrete).made);
try { Concrete(); } catch (e) { console.log(e.name); }
// -- methods are not enumerable nor constructors, class bodies are strict
class M { m() {} static s() {} get g() { return 1; } *gen() {} async as() {} }
console.log(Object.keys(M.prototype).length, Object.getOwnPropertyNames(M.prototype).join(), Object.getOwnPropertyNames(M).join(), 'prototype' in M.prototype.m, typeof M.prototype.gen.prototype);
try { new (new M().m)(); } catch (e) { console.log(e.name); }
const { m } = { m() { return this; } }; console.log(String(m()));
// -- computed names, symbols, generators as methods
const key = 'dyn';
class K { [key + 1]() { return 'd1'; } get [key]() { return 'got'; } static [Symbol.hasInstance](x) { return x === 42; } *[Symbol.iterator]() { yield* [1, 2, 3]; } 'quoted name'() { return 'q'; } 123() { return 'n'; } async *stream() { yield 'a'; yield 'b'; } }
const k = new K();
console.log(k.dyn1(), k.dyn, 42 instanceof K, [...k].join(), k['quoted name'](), k[123](), K.prototype['dyn1'].name);
for await (const v of k.stream()) console.log(v);
// -- getters and setters inherited apart
class G { get v() { return 'G'; } set v(x) { console.log('set ' + x); } }
class H extends G { get v() { return 'H' + super.v; } }
const h = new H(); console.log(h.v); try { h.v = 1; console.log('no error'); } catch (e) { console.log(e.name); }
class I extends G { set v(x) { super.v = x + '!'; } } const i = new I(); i.v = 3; console.log(String(i.v));
// -- private methods, accessors, statics; brand checks
class B { #x = 1; static #s() { return 's'; } get #g() { return this.#x * 10; } set #g(v) { this.#x = v; } static call() { return B.#s(); } bump() { this.#g = this.#g + 1; this.#x++; this.#x ||= 5; this.#x &&= this.#x + 1; return this.#x; } static read(o) { return o.#x; } eq(o) { return this.#x === o?.#x; } }
const b = new B(); console.log(b.bump(), B.call(), B.read(b), b.eq(b), b.eq(undefined));
try { B.read({}); } catch (e) { console.log(e.name); }
// -- bound methods and arrow fields
class Button { label = 'ok'; onClick = () => this.label; handler() { return this?.label; } constructor() { this.bound = this.handler.bind(this); } }
const btn = new Button(); const { onClick, handler, bound } = btn; console.log(onClick(), String(handler()), bound(), bound.name);
// -- toString, toJSON, valueOf, toPrimitive
class Money { constructor(n, c) { Object.assign(this, { n, c }); } toString() { return `${this.n} ${this.c}`; } toJSON() { return { amount: String(this.n), c: this.c }; } [Symbol.toPrimitive](hint) { return hint === 'number' ? this.n : hint === 'string' ? this.toString() : `d${this.n}`; } get [Symbol.toStringTag]() { return 'Money'; } }
const eur = new Money(5, 'EUR'); console.log(`${eur}`, eur + '', +eur, eur * 2, JSON.stringify([eur]), Object.prototype.toString.call(eur), eur > 4);
// -- class expressions and names
const Anon = class {}; const Named = class Inner { static self() { return Inner === Named; } }; const o = { K: class {}, ['x' + 1]: class {} };
console.log(Anon.name, Named.name, Named.self(), o.K.name, o.x1.name, (class {}).name === '', new (class { z = 1 })().z, typeof Inner);
// -- static inheritance and this in static blocks
class S1 { static list = []; static add(x) { this.list.push(x); return this; } static { this.ready = true; } }
class S2 extends S1 { static list = ['own']; }
S2.add(1); S1.add(2); console.log(S1.list.join(), S2.list.join(), S2.ready, Object.hasOwn(S2, 'ready'));
// -- classes have a temporal dead zone
try { new Late(); } catch (e) { console.log(e.name); } class Late {} console.log(typeof new Late());
try { class Self extends Self {} } catch (e) { console.log(e.name); }
let T = class T { who() { return T.name; } }; const t = new T(); T = null; console.log(t.who());
// -- an event emitter
class Emitter { #handlers = new Map(); on(e, f) { (this.#handlers.get(e) ?? this.#handlers.set(e, new Set()).get(e)).add(f); return () => this.#handlers.get(e).delete(f); } once(e, f) { const off = this.on(e, (...a) => { off(); f(...a); }); return off; } emit(e, ...a) { const hs = [...(this.#handlers.get(e) ?? [])]; hs.forEach(h => h(...a)); return hs.length; } }
const em = new Emitter(); const off = em.on('x', v => console.log('on', String(v))); em.once('x', v => console.log('once', String(v)));
console.log(String(em.emit('x', 1))); console.log(String(em.emit('x', 2))); off(); console.log(String(em.emit('x', 3)));
// -- linked list that iterates
class Node2 { constructor(value, next = null) { this.value = value; this.next = next; } }
class Linked { #head = null; size = 0; push(v) { const n = new Node2(v); if (!this.#head) this.#head = n; else { let c = this.#head; while (c.next) c = c.next; c.next = n; } this.size++; return this; } reverse() { let p = null, c = this.#head; while (c) [c.next, p, c] = [p, c, c.next]; this.#head = p; return this; } *[Symbol.iterator]() { for (let c = this.#head; c; c = c.next) yield c.value; } }
console.log([...new Linked().push(1).push(2).push(3).reverse()].join('>'));
// -- lru cache
class Lru extends Map { constructor(max) { super(); this.max = max; } get(k) { if (!this.has(k)) return undefined; const v = super.get(k); this.delete(k); super.set(k, v); return v; } set(k, v) { this.delete(k); super.set(k, v); if (this.size > this.max) this.delete(this.keys().next().value); return this; } }
const lru = new Lru(2); lru.set('a', 1).set('b', 2); lru.get('a'); lru.set('c', 3); console.log([...lru.keys()].join(), lru instanceof Map, lru.size);
// -- extending Error
class HttpError extends Error { constructor(status, message, options) { super(message, options); this.name = 'HttpError'; this.status = status; } get retry() { return this.status >= 500; } }
class NotFound extends HttpError { constructor(what) { super(404, `${what} not found`); this.name = new.target.name; } }
try { throw new NotFound('page'); } catch (e) { console.log(e.name, e.message, e.status, e.retry, e instanceof HttpError, e instanceof Error, String(e), Object.keys(e).join()); }
// -- instanceof with changed prototypes
class Q {} const q = new Q(); Object.setPrototypeOf(q, Array.prototype); console.log(q instanceof Q, q instanceof Array, Array.isArray(q));
// -- object literals with super and accessors
const base = { hi() { return 'base'; } }; const derived = { __proto__: base, hi() { return super.hi() + '+derived'; }, get x() { return this._x ?? 'unset'; }, set x(v) { this._x = v; }, ['c' + 1]: 1, async am() {}, *gm() {} };
derived.x = 9; console.log(derived.hi(), derived.x, derived.c1, Object.getPrototypeOf(derived) === base, derived.am.name, Object.getOwnPropertyDescriptor(derived, 'x').get.name);
// -- private names in the keys of their own class
class Box { #v = 1; static #made = 0; [(Box => Box)('plain')]() { return this.#v; } static peek(o) { return #v in o; } [(o => { try { return o.#v; } catch (e) { return e.name; } })({})]() { return 'by the error'; } }
console.log(new Box().plain(), new Box().TypeError(), Box.peek(new Box()), Box.peek({}));
const readers = []; for (const n of [1, 2]) { class Own { #n = n; [readers.push(o => o.#n) && 'm']() { return this.#n; } } console.log(new Own().m(), readers.at(-1)(new Own())); }
class Outer { #x = 'outer'; m() { return class { #x = 'inner'; [(o => #x in o)(this) + '']() { return this.#x; } read(o) { try { return o.#x; } catch { return 'not mine'; } } }; } }
const Inner = new Outer().m(); console.log(new Inner().false(), new Inner().read(new Outer()));
