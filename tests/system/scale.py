"""Ten thousand scripts that wait for a tool at once, with two workers, and what one of them costs."""

import os
import signal
import time

from support import main, proportional_bytes, sanitised, system_test, wait_until

COUNT = 10_000
AT_MOST_BYTES = 100 * 1024  # of one script, seen from all processes; the aim of 24 KiB is the benchmark's matter
CODE = "var kept = {n: inputs}; return callTool('wait', inputs).then(function (v) { return [kept.n, v] })"


class many_scripts(system_test):
    def test_wait_at_once_and_are_all_answered(self):
        one = self.connect()
        one.run(CODE.replace("callTool('wait', inputs)", "Promise.resolve(1)"), inputs=0)
        before = proportional_bytes(self.server.everything())
        began = time.monotonic()
        ids = [one.begin_run(CODE, inputs=number, limits={"tool_timeout_ms": 120_000}) for number in range(COUNT)]
        calls = one.wait_calls(COUNT, 90)
        one.until(lambda: one.request("status")["executions"]["waiting"] == COUNT, 20)
        parked = time.monotonic() - began
        each = (proportional_bytes(self.server.everything()) - before) / COUNT
        self.assertEqual(len({call["call"] for call in calls}), COUNT)
        self.assertEqual(len(self.server.workers()), 2)
        self.assertEqual(self.connect().value("return 'between'"), "between")
        began = time.monotonic()
        for call in reversed(calls):
            one.reply(call["msgid"], call["args"] * 2)
            while one.pump(0):
                pass
        results = [one.answer(each_id, 60)["result"] for each_id in ids]
        answered = time.monotonic() - began
        self.assertEqual(results, [[number, number * 2] for number in range(COUNT)])
        print(f"({COUNT} parked in {parked:.1f} s, answered in {answered:.1f} s, {each / 1024:.1f} KiB each) ", end="")
        if not sanitised():
            self.assertLess(each, AT_MOST_BYTES)
        wait_until(lambda: one.request("status")["sessions"]["total"] == 0, 10, "the end of all sessions")

    def test_survive_that_their_workers_are_killed(self):
        one = self.connect()
        ids = [one.begin_run(CODE, inputs=number) for number in range(500)]
        calls = one.wait_calls(500)
        one.until(lambda: one.request("status")["executions"]["waiting"] == 500)
        for worker in self.server.workers():
            os.kill(worker, signal.SIGKILL)
        for call in calls:
            one.reply(call["msgid"], "x")
        self.assertEqual([one.answer(each)["result"] for each in ids], [[number, "x"] for number in range(500)])
        self.assertEqual(len(one.calls), 500)


if __name__ == "__main__":
    main()
