// The same as language.cpp, for Node: node --jitless language.js ROUNDS FILE…
'use strict';
const { readFileSync } = require('fs');
const AsyncFunction = (async () => {}).constructor;
(async () => {
  const [rounds, ...files] = process.argv.slice(2);
  for (const file of files) {
    const program = AsyncFunction("'use strict';" + readFileSync(file, 'utf8'));
    let best = Infinity, bestCpu = Infinity, result;
    for (let i = 0; i < rounds; i++) {
      const begin = performance.now(), cpu = process.cpuUsage();
      result = await program();
      best = Math.min(best, performance.now() - begin);
      const used = process.cpuUsage(cpu); // of all its threads: collecting garbage has some
      bestCpu = Math.min(bestCpu, (used.user + used.system) / 1000);
    }
    console.log(`${file}\t${best.toFixed(3)}\t${bestCpu.toFixed(3)}\t${JSON.stringify(result)}`);
  }
})();
