// What a model writes: records through filter, map and reduce, destructuring, spread, templates, for…of, optional chaining.
const orders = Array.from({ length: 400 }, (_, id) => ({
  id, customer: { name: `customer ${id % 37}`, vip: id % 5 === 0 }, lines: Array.from({ length: 1 + id % 4 }, (_, n) => ({ sku: `s${n}`, qty: n + 1, price: 2.5 * n })),
  note: id % 3 ? undefined : { text: 'gift' },
}));
let out = 0;
for (let round = 0; round < 15; round++) {
  const totals = {};
  for (const { customer: { name, vip }, lines, note } of orders) {
    const total = lines.map(({ qty, price }) => qty * price).reduce((a, b) => a + b, 0) * (vip ? 0.9 : 1);
    totals[name] = (totals[name] ?? 0) + total;
    out += note?.text?.length ?? 0;
  }
  const top = Object.entries(totals).filter(([, total]) => total > 10).sort(([, a], [, b]) => b - a).slice(0, 10);
  const report = top.map(([name, total], i) => `${i + 1}. ${name}: ${total.toFixed(2)}`).join('\n');
  const copies = orders.map(order => ({ ...order, round, lines: [...order.lines, { sku: 'extra', qty: 1, price: 1 }] }));
  out += report.length + copies.reduce((n, { lines }) => n + lines.length, 0);
  const text = copies.filter(o => o.customer.vip).map(o => `${o.id}:${o.customer.name}`).join();
  out += text.length;
}
return out;
