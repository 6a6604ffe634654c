// iteration
// Spread, rest, array patterns and for…of over arrays, Maps, Sets, strings and entries; iterators of one's own; forEach and reduce.
const numbers = Array.from({ length: 60 }, (_, i) => i), map = new Map(numbers.map(n => ['k' + n, n])), set = new Set(numbers);
const record = { id: 1, name: 'one', tags: ['a', 'b'], size: 3 };
let out = 0;
function total(...values) { let sum = 0; for (const value of values) sum += value; return sum; }
function swapped([a, b, ...rest]) { return [b, a, ...rest]; }
class Countdown {
  constructor(from) { this.from = from; }
  [Symbol.iterator]() { let n = this.from; return { next: () => n > 0 ? { value: n--, done: false } : { value: undefined, done: true } }; }
}
for (let round = 0; round < 150; round++) {
  out += [...numbers, round].length + [...set].length + [...map.values()].length + [...'some text'].length;
  out += Math.max(...numbers) + total(...numbers, ...set) + swapped([round, 1, 2, 3])[1];
  for (const [key, value] of map) out += key.length + value;
  for (const [i, n] of numbers.entries()) out += i * n;
  for (const key of map.keys()) out += key.length;
  for (const value of set) out += value;
  for (const letter of 'a longer text to walk over') out += letter === 't' ? 1 : 0;
  for (const [key, value] of Object.entries(record)) out += key.length + String(value).length;
  for (const n of new Countdown(20)) out += n;
  const copy = { ...record, round, tags: [...record.tags, 'c'] }, { id, ...others } = copy;
  out += id + Object.keys(others).length;
  let [first, second = 5, , fourth] = numbers;
  [first, second] = [second, first];
  out += first + second + fourth;
  numbers.forEach((n, i) => { out += n + i; });
  map.forEach((value, key) => { out += value + key.length; });
  out += numbers.reduce((sum, n) => sum + n, 0) + numbers.filter(n => n % 3 === 0).map(n => n * 2).length;
  out += numbers.some(n => n > 50) + numbers.findIndex(n => n === 30) + Array.from(set, n => n + 1).length;
}
return out;
