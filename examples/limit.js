// A limit being hit: the script runs for ever, and no catch or finally of it is asked when its time is up.
//
// Run it from the project's root:
//   scripts/run run examples/limit.js --limit timeout_ms=200
//
// It says on stderr:
//   TIMEOUT: ran longer than timeout_ms = 200; raise limits.timeout_ms
//
// It ends with the exit status 1.

for (;;) {
  try {
    while (true) {
      // nop
    }
  } catch (error) {
    // nop: this is not reached
  } finally {
    continue; // nor is this
  }
}
