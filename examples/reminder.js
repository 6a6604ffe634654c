// Real waiting: `sleep` and `setTimeout` park the script, which then is a few kilobytes in memory and no process. The
// class and the generator are there to show that the language is whole.
//
// Run it from the project's root:
//   scripts/run run examples/reminder.js --tool door:ring='echo "\"ding at $(cat)\""'
//
// It prints:
//   ["ding at 20","ding at 40","ding at 80"]

class Backoff {
  #wait_ms;
  constructor(first_ms) {
    this.#wait_ms = first_ms;
  }
  *[Symbol.iterator]() {
    for (;; this.#wait_ms *= 2) yield this.#wait_ms;
  }
}

const heard = [];
for (const wait_ms of new Backoff(20)) {
  await sleep(wait_ms);
  heard.push(await tools['door:ring'](wait_ms));
  if (heard.length === 3) break;
}
heard;
