// The same as language.cpp, for Node: node --jitless language.js ROUNDS FILE…
'use strict';
const { readFileSync } = require('fs');
const AsyncFunction = (async () => {}).constructor;
(async () => {
  const [rounds, ...files] = process.argv.slice(2);
  for (const file of files) {
    const program = AsyncFunction("'use strict';" + readFileSync(file, 'utf8'));
    let best = Infinity, result;
    for (let i = 0; i < rounds; i++) {
      const begin = performance.now();
      result = await program();
      best = Math.min(best, performance.now() - begin);
    }
    console.log(`${file}\t${best.toFixed(3)}\t${JSON.stringify(result)}`);
  }
})();
