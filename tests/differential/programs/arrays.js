// -- map filter reduce and holes
const holes = [1, , 3];
console.log(holes.length, 1 in holes, JSON.stringify(holes.map(x => x * 2)), holes.filter(() => true).length, holes.reduce((a, b) => a + b), [...holes].includes(undefined), holes.indexOf(undefined), holes.findIndex(x => x === undefined), Object.keys(holes).join());
holes.forEach((v, i) => console.log(`${i}:${v}`));
// -- flat and flatMap
console.log(JSON.stringify([[1, [2, [3, [4]]]], [1, [2, [3]]].flat(), [1, [2, [3]]].flat(Infinity), [1, , 2].flat(), ['a b', 'c'].flatMap(s => s.split(' ')), [1, 2].flatMap(x => [[x]]), [[], [[]]].flat()]));
// -- from and of
console.log(JSON.stringify([Array.from('abc'), Array.from({ length: 3 }, (_, i) => i * i), Array.from(new Set([1, 1, 2])), Array.from(new Map([['a', 1]])), Array.of(7), Array.from([1, 2], function (x) { return x + this.k; }, { k: 10 }), Array(3).length, [...Array(2).keys()], Array.from({ length: 2, 0: 'x' })]));
// -- splice in all its ways
const a = [1, 2, 3, 4, 5];
console.log(a.splice(1, 2).join(), a.join(), a.splice(-1).join(), a.join(), a.splice(1, 0, 'x', 'y').join(), a.join(), a.splice().length, a.splice(undefined).join(), a.length);
// -- copyWithin, fill, reverse
console.log([1, 2, 3, 4, 5].copyWithin(0, 3).join(), [1, 2, 3].fill(0, 1, -1).join(), [1, 2, 3].reverse().join(), new Array(3).fill().map((_, i) => i).join(), [1, 2, 3, 4].copyWithin(1, 0, 2).join());
// -- the copying methods of 2023
const b = [3, 1, 2];
console.log(b.toSorted().join(), b.toReversed().join(), b.with(-1, 9).join(), b.toSpliced(1, 1, 'a', 'b').join(), b.join(), b.findLast(x => x > 1), b.findLastIndex(x => x > 9));
try { b.with(5, 0); } catch (e) { console.log(e.name); }
// -- at, includes, indexOf with NaN and negative
console.log([1, 2, 3].at(-1), String([].at(0)), [NaN].includes(NaN), [NaN].indexOf(NaN), [1, 2, 1].lastIndexOf(1, -2), [1, 2, 3].includes(1, 1), [0].includes(-0));
// -- some, every, find on the empty and the sparse
console.log([].every(() => false), [].some(() => true), String([].find(() => true)), [, 1].find(() => true) === undefined, [, 1].some(x => x === undefined), [1, 2, 3].every((x, i, all) => all[i] === x));
// -- reduceRight and errors
console.log([1, 2, 3].reduceRight((acc, x) => acc + '-' + x), [[1, 2], [3]].reduceRight((a, b) => a.concat(b)).join());
try { [].reduce((a, b) => a); } catch (e) { console.log(e.name); }
// -- concat and spreadable
const like = { length: 2, 0: 'p', 1: 'q', [Symbol.isConcatSpreadable]: true };
console.log(JSON.stringify([1].concat(2, [3, [4]], like)), [].concat(null, undefined).length, [, 1].concat([, 2]).length);
// -- join and toString of nested and empty
console.log([1, [2, [3, null]], undefined, 'x'].join(';'), String([[], [[]]]), [null].toString() === '', [1, 2].toString(), Array(3).join('-'));
const cyc = [1]; cyc.push(cyc); console.log(cyc.join());
// -- length tricks
const l = [1, 2, 3]; l.length = 1; l[4] = 5; console.log(l.length, JSON.stringify(l)); l.length = 0; console.log(l.length);
try { l.length = -1; } catch (e) { console.log(e.name); }
try { new Array(1.5); } catch (e) { console.log(e.name); }
// -- destructive iteration
const q = [1, 2, 3]; const seen = []; for (const x of q) { seen.push(x); if (x < 3 && q.length < 6) q.push(x + 10); } console.log(seen.join());
const r = [1, 2, 3, 4]; r.forEach((x, i) => { if (x === 2) r.splice(i, 1); }); console.log(r.join());
console.log([1, 2, 3].map((x, i, all) => { all.push(9); return x; }).length);
// -- entries, keys, values
for (const [i, v] of ['a', 'b'].entries()) console.log(i + v);
console.log([...[, 'x'].keys()].join(), [...[, 'x'].values()].map(String).join(), [][Symbol.iterator] === [].values, Object.prototype.toString.call([].keys()));
// -- sort stability and comparators
const people = [['a', 3], ['b', 1], ['c', 3], ['d', 1], ['e', 2]];
console.log(people.sort((x, y) => x[1] - y[1]).map(p => p[0]).join(''), [10, 9, 1, undefined, 2, , 3].sort().map(String).join(), [3, 1, 2].sort(() => 0).join(), ['B', 'a', 'C'].sort().join(), [true, false, null].sort().join());
try { [1, 2].sort('x'); } catch (e) { console.log(e.name); }
const many = Array.from({ length: 200 }, (_, i) => ({ k: (i * 7919) % 13, i }));
many.sort((x, y) => x.k - y.k); console.log(many.every((m, i) => i === 0 || many[i - 1].k < m.k || (many[i - 1].k === m.k && many[i - 1].i < m.i)));
// -- multi key sort
const rows = [{ a: 2, b: 'x' }, { a: 1, b: 'z' }, { a: 2, b: 'w' }, { a: 1, b: 'y' }];
const by = (...keys) => (p, q) => keys.reduce((r, k) => r || (p[k] > q[k]) - (p[k] < q[k]), 0);
console.log(JSON.stringify(rows.sort(by('a', 'b'))));
// -- array likes through generics
console.log(Array.prototype.map.call('abc', c => c + c).join(), Array.prototype.slice.call({ length: 2, 0: 1, 1: 2 }).join(), Array.prototype.push.call({ length: 1 }, 'x'), Array.prototype.join.call({ length: 3, 1: 'm' }, '+'));
// -- isArray and subclassing
class Stack extends Array { peek() { return this.at(-1); } static get [Symbol.species]() { return Array; } }
const s = Stack.from([1, 2, 3]);
console.log(s instanceof Stack, s.peek(), s.length, Array.isArray(s), s.map(x => x) instanceof Stack, s.constructor.name, JSON.stringify(s));
class List extends Array {} const ll = new List(1, 2, 3).filter(x => x > 1); console.log(ll instanceof List, ll.length, new List(3).length);
// -- spread of everything
console.log([...'ab', ...[1, 2], ...new Set([3]), ...new Map([[4, 5]]), ...(function* () { yield 6; })(), ...[]].join());
try { [...{}]; } catch (e) { console.log(e.name); }
try { Math.max(...undefined); } catch (e) { console.log(e.name); }
// -- matrix multiplication and rotation
const mul = (A, B) => A.map(row => B[0].map((_, j) => row.reduce((s, x, k) => s + x * B[k][j], 0)));
const rotate = m => m[0].map((_, i) => m.map(r => r[i]).reverse());
console.log(JSON.stringify(mul([[1, 2], [3, 4]], [[5, 6], [7, 8]])), JSON.stringify(rotate([[1, 2, 3], [4, 5, 6]])));
// -- set algebra on arrays
const A = [1, 2, 3, 4], B = [3, 4, 5];
console.log(A.filter(x => B.includes(x)).join(), A.filter(x => !B.includes(x)).join(), [...new Set([...A, ...B])].join());
// -- permutations, combinations, cartesian product, powerset
const perms = l => l.length < 2 ? [l] : l.flatMap((x, i) => perms([...l.slice(0, i), ...l.slice(i + 1)]).map(p => [x, ...p]));
const comb = (l, k) => k === 0 ? [[]] : l.flatMap((x, i) => comb(l.slice(i + 1), k - 1).map(c => [x, ...c]));
const cart = (...ls) => ls.reduce((acc, l) => acc.flatMap(a => l.map(x => [...a, x])), [[]]);
console.log(perms('abc'.split('')).map(p => p.join('')).join(), comb([1, 2, 3, 4], 2).map(c => c.join('')).join(), cart([1, 2], ['x', 'y']).map(c => c.join('')).join(), [1, 2, 3].reduce((s, x) => s.concat(s.map(t => [...t, x])), [[]]).length);
// -- binary search and insertion
const bs = (l, x) => { let lo = 0, hi = l.length; while (lo < hi) { const mid = (lo + hi) >>> 1; if (l[mid] < x) lo = mid + 1; else hi = mid; } return lo; };
const list = []; for (const x of [5, 2, 8, 1, 9, 3]) list.splice(bs(list, x), 0, x); console.log(list.join());
