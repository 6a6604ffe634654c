// Runs programs as the bodies of strict async functions, one after another: each line of the input is a program as a JSON
// string, each line of the output the lines it printed and what it threw.
'use strict';

const AsyncFunction = (async () => {}).constructor;

process.on('unhandledRejection', () => {});

async function run(source) {
  const lines = [];
  const print = (...texts) => lines.push(...texts.map(String).join(' ').split('\n'));
  const log = { log: print, info: print, warn: print, error: print, debug: print };
  try {
    await new AsyncFunction('console', 'print', `'use strict';${source}\n`)(log, print);
  } catch (error) {
    lines.push(`threw ${error?.name ?? error}`);
  }
  await new Promise(setImmediate); // what is left in the queue of microtasks belongs to the program
  return lines;
}

async function main() {
  for await (const line of require('readline').createInterface({ input: process.stdin }))
    process.stdout.write(JSON.stringify(await run(JSON.parse(line))) + '\n');
}

main();
