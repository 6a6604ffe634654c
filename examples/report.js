// A report from three tools that are asked at the same time. The value of the last expression is the result.
//
// Run it from the project's root:
//   scripts/run run examples/report.js --inputs '{"customer": 7}' \
//     --tool users:get='sh examples/tools/user.sh' \
//     --tool orders:list='sh examples/tools/orders.sh' \
//     --tool rates:get='sh examples/tools/rates.sh'
//
// It prints:
//   {"customer":"Ada Example","orders":3,"open":1,"total_eur":150,"total_usd":165}

const [user, orders, rate] = await Promise.all([
  callTool('users:get', { id: inputs.customer }),
  callTool('orders:list', { user: inputs.customer }),
  callTool('rates:get', { from: 'EUR', to: 'USD' }),
]);

const total = orders.reduce((sum, { eur }) => sum + eur, 0);

({
  customer: user.name,
  orders: orders.length,
  open: orders.filter(({ state }) => state === 'open').length,
  total_eur: total,
  total_usd: Math.round(total * rate * 100) / 100,
});
