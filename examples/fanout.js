// Fan-out: fifty tool calls leave together, and the script goes on when all have been answered. It holds no worker
// meanwhile.
//
// Run it from the project's root:
//   scripts/run run examples/fanout.js --tool price:get='sh examples/tools/price.sh'
//
// It prints:
//   {"items":50,"cheapest":5,"dearest":152,"sum":3925}
//
// It says on stderr:
//   asking for 50 prices

var items = [];
for (var item = 0; item < 50; item++) items.push(item);

print('asking for ' + items.length + ' prices\n');
var prices = await(Promise.all(items.map(function (item) {
  return callTool('price:get', { item: item });
})));

return {
  items: prices.length,
  cheapest: Math.min.apply(null, prices),
  dearest: Math.max.apply(null, prices),
  sum: prices.reduce(function (sum, price) { return sum + price; }, 0)
};
