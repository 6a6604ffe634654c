// generators
// Generators: lazy sequences, pipelines of them, delegation, early ends, values that are sent in, many short ones.
function* range(from, to) { for (let i = from; i < to; i++) yield i; }
function* mapped(items, f) { for (const item of items) yield f(item); }
function* kept(items, f) { for (const item of items) if (f(item)) yield item; }
function* first(items, n) { if (n > 0) for (const item of items) { yield item; if (--n === 0) return; } }
function* naturals() { for (let n = 0; ; n++) yield n; }
let sum = 0;
for (const n of range(0, 8000)) sum += n;
for (const n of first(kept(mapped(naturals(), n => n * 3), n => n % 2 === 0), 1500)) sum += n;
sum += [...range(0, 2000)].length + Math.max(...range(0, 100));
function* leaves(tree) {
  if (Array.isArray(tree)) for (const part of tree) yield* leaves(part);
  else yield tree;
}
function grown(depth) { return depth === 0 ? [1, 2] : [grown(depth - 1), depth, grown(depth - 1)]; }
for (const leaf of leaves(grown(7))) sum += leaf;
function* average() { let total = 0, count = 0; for (;;) { total += yield count === 0 ? 0 : total / count; count++; } }
const running = average();
running.next();
for (let i = 0; i < 3000; i++) sum += Math.round(running.next(i % 10).value);
function* pages(count) { try { for (let page = 0; page < count; page++) yield { page, items: [page, page + 1] }; } finally { sum++; } }
for (let i = 0; i < 1000; i++)
  for (const { page, items: [a, b] } of pages(5)) { sum += a + b; if (page === 2) break; }
class Bag { constructor(items) { this.items = items; } *[Symbol.iterator]() { for (const item of this.items) yield item; } }
const bag = new Bag([3, 1, 4, 1, 5]);
for (let i = 0; i < 600; i++) { const [a, , c] = bag; sum += a + c + new Set(bag).size; }
return sum;
