"""Timers are real waiting: measured from outside, over the death of a worker, and against the limits."""

import os
import signal
import time

from support import main, system_test, within


class a_timer(system_test):
    def setUp(self):
        self.client = self.connect()

    def test_waits_as_long_as_it_says(self):
        begin = time.monotonic()
        final = self.client.run("var t0 = Date.now(); await(sleep(300)); return Date.now() - t0")
        self.assertTrue(0.3 <= time.monotonic() - begin < within(0.6))
        self.assertTrue(300 <= final["result"] < within(500), final)
        self.assertEqual(final["stats"]["tool_call_count"], 0)

    def test_does_not_count_as_running_time(self):
        self.assertEqual(self.client.value("await(sleep(400)); return 'fine'", limits={"timeout_ms": 100}), "fine")

    def test_is_covered_by_the_deadline(self):
        self.assertEqual(self.client.ends("return sleep(5000)", limits={"deadline_ms": 200}), "DEADLINE_EXCEEDED")

    def test_fires_in_order_among_others(self):
        code = ("var s = []; [30, 10, 20, 0].forEach(function (ms) { setTimeout(function () { s.push(ms) }, ms) }); "
                "await(sleep(80)); return s")
        self.assertEqual(self.client.value(code), [0, 10, 20, 30])

    def test_races_with_a_tool(self):
        self.client.tools = lambda tool, args: "tool"
        code = "return Promise.race([callTool('t'), sleep(2000).then(function () { return 'timer' })])"
        self.assertEqual(self.client.value(code), "tool")

    def test_survives_the_death_of_its_worker(self):
        running = self.client.begin_run("var s = [], t0 = Date.now(); for (var i = 0; i < 8; i++) { await(sleep(100)); "
                                        "s.push(i) } return [s, Date.now() - t0]")
        time.sleep(0.25)
        for worker in self.server.workers():
            os.kill(worker, signal.SIGKILL)
        result = self.client.answer(running)["result"]
        self.assertEqual(result[0], list(range(8)))
        self.assertTrue(800 <= result[1] < 2000, result)

    def test_ends_with_its_run(self):
        self.assertEqual(self.client.value("setTimeout(print, 60000); return 1"), 1)


class a_partial_result(system_test):
    def test_is_told_before_the_final(self):
        client = self.connect()
        final = client.run("progress({done: 1}); await(sleep(20)); partialResult(['rows', 0], 5, {hasNext: false}); "
                           "return 2", events="all")
        self.assertEqual(final["result"], 2)
        parts = client.wait_event("partial_result", 2)
        self.assertEqual([part["payload"] for part in parts],
                         [{"path": "progress", "data": {"done": 1}, "has_next": True},
                          {"path": ["rows", 0], "data": 5, "has_next": False}])


if __name__ == "__main__":
    main()
