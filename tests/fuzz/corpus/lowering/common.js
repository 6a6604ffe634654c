#!/usr/bin/env node
const a = 1, b = [1, 2, ...[3]], {c, d: {e = 5}, ...rest} = obj;
async function f(x, y = 2, ...z) { await x; for await (const q of z) { console.log(`hi ${q} there ${`nested ${x}`}`); } }
const g = async ({a, b}, [c]) => ({...a, b}), h = x => x ** 2, k = (a, b = a => a) => { return a?.b?.[c]?.(1) ?? d };
class A extends B { #p = 1; static s = 2; static { this.q = 3; } get x() { return this.#p } set x(v) { this.#p = v } constructor() { super(); } async *gen() { yield* this; } ['comp']() {} static async foo() {} has(o) { return #p in o } }
label: for (let i = 0, n = 10; i < n; i++) { if (i === 3) continue label; switch (i) { case 1: break; default: let z = 1; } }
try { throw new Error('x', {cause: e}) } catch ({message}) { } finally { }
const r = /ab[/]c\/d/giu.test(s), t = 1_000 + 0xff + .5e3 + 0b11;
let {x: y1 = 1, [`k`]: z1} = {}; [a1, b1] = [b1, a1]; ({a2, b2: [c2 = 3]} = q);
a ||= b; a &&= c; a ??= d; a **= 2; x >>>= 1
do x++; while (x < 5) y--
var fn = function* named() { const x = yield; yield x; };
if (a) b; else if (c) d; else { e }
new Foo; new Foo.Bar(1, ...x); new (foo())(); tag`a${1}b\u`; String.raw`\x`;
await Promise.all([1,2].map(async n => await n));
return a
