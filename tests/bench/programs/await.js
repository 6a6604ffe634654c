// await: of values, of async functions, in loops, Promise.all, chains, errors.
async function leaf(n) { return n + 1; }
async function branch(n) { const a = await leaf(n), b = await leaf(a); return a + b; }
let sum = 0;
for (let i = 0; i < 3000; i++) sum += await branch(i);
for (let round = 0; round < 100; round++) {
  const all = await Promise.all(Array.from({ length: 20 }, (_, i) => leaf(i + round)));
  sum += all.reduce((a, b) => a + b, 0);
}
async function failing(n) { if (n % 3 === 0) throw new Error('no ' + n); return n; }
for (let i = 0; i < 1500; i++) {
  try { sum += await failing(i); } catch (error) { sum += error.message.length; }
}
let chain = Promise.resolve(0);
for (let i = 0; i < 2000; i++) chain = chain.then(x => x + i);
sum += await chain;
for (let i = 0; i < 3000; i++) sum += await i;
return sum;
