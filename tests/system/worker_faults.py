"""Workers and the zygote that die or stop: scripts go on, tools are not asked twice, nothing leaks."""

import os
import signal
import time

from support import code_of, descriptors, is_alive, main, system_test, unanswered, wait_until, within

SPIN = "var n = 0; for (var i = 0; i < %d; i++) n += i & 7; return n"
SPINS = 12_000_000


class a_fault(system_test):
    def setUp(self):
        self.client = self.connect()
        self.client.tools = lambda tool, args: args
        self.client.request("status")
        wait_until(lambda: len(self.server.workers()) == 2, 10, "two workers")
        self.before = descriptors(self.server.pid)

    def tearDown(self):
        """After every fault: new work, the same number of processes, no descriptors left."""
        other = self.connect()
        self.assertEqual(other.value("return 1"), 1)
        self.doCleanups()
        wait_until(lambda: len(self.server.workers()) == 2, 10, "two workers again")
        wait_until(lambda: descriptors(self.server.pid) <= self.before, 5, f"a return to {self.before} descriptors")
        fresh = self.connect()
        counts = lambda told: (told["executions"]["active"], told["sessions"]["total"])
        fresh.until(lambda: counts(fresh.request("status")) == (0, 0), 5)

    def spin(self, **options):
        running = self.client.begin_run(SPIN % SPINS, **options)
        return running, self.server.busy_worker()

    def parked(self, count=1, **options):
        """Scripts that have had one call answered and wait for another."""
        seen = len(self.client.calls)
        self.client.tools = lambda tool, args: args if tool == "first" else unanswered
        code = ("var kept = {n: 40}; return callTool('first', inputs).then(function (one) { kept.one = one; "
                "return callTool('second', one) }).then(function (two) { return [kept.n, kept.one, two] })")
        ids = [self.client.begin_run(code, inputs=number, **options) for number in range(count)]
        second = lambda: [call for call in self.client.calls[seen:] if call["tool"] == "second"]
        calls = self.client.until(lambda: len(second()) == count and second())
        self.client.until(lambda: self.client.request("status")["executions"]["waiting"] == count)
        return ids, calls


class a_worker_that_is_killed(a_fault):
    def test_in_the_middle_of_a_script_is_replaced_and_the_result_is_the_same(self):
        expected = self.client.value(SPIN % SPINS)
        running, worker = self.spin(events="all")
        os.kill(worker, signal.SIGKILL)
        final = self.client.answer(running)
        self.assertEqual(final["result"], expected)
        kinds = [event["type"] for event in self.client.events]
        self.assertEqual(kinds, ["session_init", "execution_restarted", "final"])
        self.assertEqual([event["seq"] for event in self.client.events], [1, 2, 3])
        self.assertEqual(self.client.events[1]["payload"]["replayed_calls"], 0)
        self.assertFalse(is_alive(worker))

    def test_after_a_tool_call_does_not_make_it_be_asked_again(self):
        spin = (SPIN % SPINS).replace("return n", "return [one, n]")
        running = self.client.begin_run("print('once'); return callTool('first', 7).then(function (one) { %s })" % spin,
                                        events="all")
        self.client.wait_event("tool_result_applied")
        os.kill(self.server.busy_worker(), signal.SIGKILL)
        final = self.client.answer(running)
        self.assertEqual(final["result"][0], 7)
        self.assertEqual(len(self.client.calls), 1)
        kinds = [event["type"] for event in self.client.wait_event("final") and self.client.events]
        self.assertEqual(kinds,
                         ["session_init", "stdout", "tool_call", "tool_result_applied", "execution_restarted", "final"])
        self.assertEqual(self.client.events[4]["payload"]["replayed_calls"], 1)

    def test_while_a_tool_call_is_open_does_not_make_it_be_asked_again(self):
        ids, calls = self.parked(5, events="all")
        for worker in self.server.workers():
            os.kill(worker, signal.SIGKILL)
        wait_until(lambda: len(self.server.workers()) == 2, 10, "new workers")
        for call in calls:
            self.client.reply(call["msgid"], "two")
        self.assertEqual([self.client.answer(one)["result"] for one in ids],
                         [[40, number, "two"] for number in range(5)])
        self.assertEqual(len(self.client.calls), 10)
        applied = [event["payload"]["call"] for event in self.client.wait_event("tool_result_applied", 10)]
        self.assertEqual(len(set(applied)), len(applied))

    def test_just_before_a_strict_script_comes_does_not_lose_it(self):
        for _ in range(25):
            for worker in self.server.workers():
                os.kill(worker, signal.SIGKILL)
            self.assertEqual(self.client.ends("return 1", security="strict"), "OK")
            wait_until(lambda: len(self.server.workers()) == 2, 10, "two workers again")

    def test_is_replaced_within_a_second(self):
        for worker in self.server.workers():
            os.kill(worker, signal.SIGKILL)
        wait_until(lambda: len([one for one in self.server.workers() if is_alive(one)]) == 2, 1.5, "two new workers")

    def test_again_and_again_never_makes_the_script_suspect(self):
        running, worker = self.spin()
        for _ in range(5):
            os.kill(worker, signal.SIGKILL)
            worker = self.server.busy_worker()
        self.assertEqual(code_of(self.client.answer(running)), "OK")
        self.assertEqual(self.client.ends(SPIN % 10), "OK")

    def test_beside_others_leaves_them_unharmed(self):
        running, worker = self.spin()
        others = [self.connect().begin_run(SPIN % 1000) for _ in range(3)]
        os.kill(worker, signal.SIGKILL)
        self.assertEqual([self.client.ends("return 1") for _ in range(20)], ["OK"] * 20)
        self.assertEqual(code_of(self.client.answer(running)), "OK")
        self.assertTrue(others)

    def test_leaves_strict_and_secure_scripts_unharmed_too(self):
        for level in ("strict", "secure"):
            with self.subTest(level):
                running = self.client.begin_run("var n = 0; for (var i = 0; i < 9000; i++) for (var j = 0; j < 900; "
                                                "j++) n += j; return n", security=level)
                os.kill(self.server.busy_worker(), signal.SIGKILL)
                self.assertEqual(code_of(self.client.answer(running)), "OK")


class a_worker_that_is_stopped(a_fault):
    def test_in_the_middle_of_a_script_is_killed_at_its_deadline(self):
        running, worker = self.spin(limits={"timeout_ms": 2_000})
        os.kill(worker, signal.SIGSTOP)
        final = self.client.answer(running)
        self.assertEqual(code_of(final), "TIMEOUT")
        self.assertLess(final["stats"]["duration_ms"], 2_000 + within(600))
        wait_until(lambda: not is_alive(worker), 5, "the end of the stopped worker")

    def test_while_it_holds_parked_scripts_does_not_keep_them(self):
        ids, calls = self.parked(10)
        stopped = self.server.workers()
        for worker in stopped:
            os.kill(worker, signal.SIGSTOP)
        for call in calls:
            self.client.reply(call["msgid"], "two")
        results = [self.client.answer(one, 45)["result"] for one in ids]
        self.assertEqual(results, [[40, number, "two"] for number in range(10)])

    def test_while_idle_delays_the_next_script_and_loses_none(self):
        for worker in self.server.workers():
            os.kill(worker, signal.SIGSTOP)
        ids = [self.client.begin_run("return 5", limits={"timeout_ms": 1_000}) for _ in range(4)]
        ends = [code_of(self.client.answer(one)) for one in ids]
        self.assertTrue(set(ends) <= {"OK", "TIMEOUT"}, ends)
        self.assertLessEqual(ends.count("TIMEOUT"), 2)


class a_zygote(a_fault):
    def test_that_is_killed_is_replaced(self):
        zygote = self.server.zygote()
        os.kill(zygote, signal.SIGKILL)
        wait_until(lambda: self.server.zygote() not in (0, zygote), 5, "a new zygote")
        self.assertEqual(self.client.value("return 3"), 3)

    def test_that_is_killed_beside_running_and_parked_scripts_harms_neither(self):
        ids, calls = self.parked(3)
        running = self.connect()
        spin = running.begin_run(SPIN % SPINS)
        self.server.busy_worker()
        os.kill(self.server.zygote(), signal.SIGKILL)
        self.assertEqual(code_of(running.answer(spin)), "OK")
        for call in calls:
            self.client.reply(call["msgid"], "two")
        self.assertEqual([self.client.answer(one)["result"] for one in ids],
                         [[40, number, "two"] for number in range(3)])
        running.close()

    def test_that_is_stopped_is_replaced(self):
        zygote = self.server.zygote()
        os.kill(zygote, signal.SIGSTOP)
        wait_until(lambda: not is_alive(zygote), 8, "the end of the stopped zygote")
        began = time.monotonic()
        self.assertEqual(self.client.value("return 4"), 4)
        self.assertLess(time.monotonic() - began, within(5))


if __name__ == "__main__":
    main()
