// Fan-out: fifty tool calls leave together, and the script goes on when all have been answered. It holds no worker
// meanwhile. `parallel(items, function, {concurrency: 10})` would have ten of them open at a time.
//
// Run it from the project's root:
//   scripts/run run examples/fanout.js --tool price:get='sh examples/tools/price.sh'
//
// It prints:
//   {"items":50,"cheapest":5,"dearest":152,"sum":3925}
//
// It says on stderr:
//   asking for 50 prices

const items = Array.from({ length: 50 }, (_, item) => item);

print(`asking for ${items.length} prices\n`);
const prices = await Promise.all(items.map((item) => callTool('price:get', { item })));

return {
  items: prices.length,
  cheapest: Math.min(...prices),
  dearest: Math.max(...prices),
  sum: prices.reduce((sum, price) => sum + price, 0),
};
