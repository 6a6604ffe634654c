"""A server with durable sessions: how it ends and comes back, its folder, its disk and its clock."""

import os
import shutil
import signal
import subprocess
import time

from support import binary, closed, code_of, durable_test, main, refusal, system_test, wait_until

CLOCK_LIBRARIES = ("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")


class a_server_with_durable_sessions(durable_test):
    def test_told_to_end_leaves_a_waiting_script_to_its_successor(self):
        self.die()
        self.live("--shutdown-timeout-ms=1000")
        one = self.session(limits={"tool_timeout_ms": 0})
        running = one.begin_run("return [await callTool('t'), await callTool('u')]", session="s")
        one.wait_calls(1)
        began = time.monotonic()
        self.own.signal(signal.SIGTERM)
        self.assertEqual(self.own.wait(), 0)
        self.assertLess(time.monotonic() - began, 3)
        wait_until(lambda: not self.own.everything(), 5, "the end of all processes")
        try:
            while True:
                one.pump(1)
        except closed:
            pass
        self.assertNotIn(running, one.answers)
        self.live()
        after = self.back(tools=lambda tool, args: tool)
        self.assertEqual(after.wait_event("final")[0]["payload"]["result"], ["t", "u"])
        self.own.stop()

    def test_takes_an_answer_while_it_drains(self):
        one = self.session(tool_mode="event")
        one.begin_run("return callTool('t')", session="s")
        call = one.wait_event("tool_call")[0]["payload"]["call"]
        self.own.signal(signal.SIGTERM)
        self.own.wait_log("drains")
        try:
            self.assertEqual(one.request("tool.result", {"session": "s", "call": call, "result": 1}), {})
        except (closed, refusal):
            pass  # it may have ended meanwhile
        self.own.wait()
        self.live()
        after = self.back(tool_mode="event")
        if not [event for event in after.events if event["type"] == "final"]:
            after.begin("tool.result", {"session": "s", "call": call, "result": 1})
        self.assertEqual(after.wait_event("final")[0]["payload"]["result"], 1)

    def test_row_46_lets_no_second_one_into_its_folder(self):
        one = self.session()
        began = time.monotonic()
        done = subprocess.run([binary(), "--listen=127.0.0.1:0", "--http-listen=", f"--data-dir={self.folder}"],
                              capture_output=True, text=True, timeout=20, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertLess(time.monotonic() - began, 3)
        errors = [line for line in done.stderr.splitlines() if '"error"' in line or "error" in line.lower()]
        self.assertEqual(len(errors), 1, done.stderr)
        self.assertIn(self.folder, errors[0])
        self.assertEqual(one.value("return 1", session="s"), 1)

    def test_leaves_its_folder_to_the_next_one_at_once(self):
        for number in range(5):
            self.session(f"s{number}").value("return 1", session=f"s{number}")
            began = time.monotonic()
            self.die_and_live()
            self.assertLess(time.monotonic() - began, 3)

    def test_that_was_killed_while_it_started_is_none_the_worse(self):
        one = self.session(limits={"tool_timeout_ms": 0})
        one.begin_run("return callTool('t')", session="s")
        one.wait_calls(1)
        self.die()
        for number in range(12):
            self.live(ready=False)
            time.sleep(0.02 * number)  # a moment of the start that no event announces
            self.die()
        self.live()
        after = self.back()
        after.reply(after.wait_calls(1)[0]["msgid"], "still")
        self.assertEqual(after.wait_event("final")[0]["payload"]["result"], "still")

    def test_row_42_tolerates_the_torn_tail_of_its_log(self):
        """A record was begun and its rest never came."""
        one = self.session()
        one.value("print('whole'); return 1", session="s")
        one.wait_event("final")
        for torn in (b"\x01", b"\xaa\xbb\xcc\xdd\x40\x01\x01torn in the middle", bytes(40)):
            self.die()
            logs = [os.path.join(at, name) for at, _, names in os.walk(self.folder) for name in names if name.endswith(".log")]
            newest = max(logs, key=os.path.getmtime)
            with open(newest, "ab") as file:
                file.write(torn)
            self.live()
            self.assertEqual(self.recorded(self.join())[:len(one.events)], one.events)

    def test_row_63_answers_many_who_come_back_at_once(self):
        """A small crowd: 200 waiting sessions, each with a client of its own."""
        one = self.join()
        for number in range(200):
            self.session(f"s{number}", by=one, limits={"tool_timeout_ms": 0})
            one.begin_run("return callTool('t', inputs)", session=f"s{number}", inputs=number)
        one.wait_calls(200)
        self.die_and_live()
        crowd = [self.join(lambda tool, args: args) for _ in range(200)]
        for number, each in enumerate(crowd):
            each.begin("session.attach", {"session": f"s{number}", "events": ["final"]})
        for number, each in enumerate(crowd):
            self.assertEqual(each.wait_event("final")[0]["payload"]["result"], number)

    def test_row_66_with_a_session_of_very_many_events_serves_the_others(self):
        one = self.session(security="permissive")
        other = self.join()
        slowest, ended = 0.0, 0
        flood = "for (let i = 0; i < 9900; i++) print('x')"
        codes = []
        while len(codes) < 14 and set(codes) <= {"OK"}:
            running = one.begin_run(flood, session="s")
            while running not in one.answers:
                one.pump(0.001)
                one.events.clear()
                began = time.monotonic()
                self.assertEqual(other.value("return 1"), 1)
                slowest = max(slowest, time.monotonic() - began)
                ended += 1
            error, final = one.answers[running]
            codes.append(error["code"] if error else code_of(final))
        print(f"({ended} scripts of others, the slowest took {slowest * 1000:.0f} ms; the flood ended with {codes[-1]}) ", end="")
        self.assertLess(slowest, 1)
        self.die_and_live()
        after = self.join()
        info = after.request("session.info", {"session": "s"})
        last = after.request("session.events", {"session": "s", "from": info["seq"] - 5})["events"]
        self.assertEqual(last[-1]["seq"], info["seq"])
        self.assertEqual(self.join().value("return 1"), 1)


class without_a_disk(system_test):
    options = ("--store=memory",)

    def test_durable_work_is_refused_and_other_work_is_done(self):
        one = self.connect()
        for method, what in (("run", {"code": "return 1"}), ("session.open", {"session": "s"})):
            self.assertIn(one.refused(method, {**what, "durable": True}).code, ("INVALID_REQUEST", "UNAVAILABLE"))
        self.assertEqual(one.value("return 1"), 1)
        one.request("session.open", {"session": "s"})


class a_clock_that_jumps(durable_test):
    """Row 53. What waits goes on as if nothing had been, though the wall clock says something else."""

    def setUp(self):
        library = next((path for path in CLOCK_LIBRARIES if os.path.exists(path)), None)
        if not shutil.which("faketime") or library is None:
            self.skipTest("faketime is not installed")
        self.folder = self.a_folder()
        self.stamp = os.path.join(self.a_folder(), "clock")
        self.set_clock(0)
        self.variables = {"LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": self.stamp, "FAKETIME_NO_CACHE": "1",
                          "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        self.live()

    def live(self, *options, **how):
        return super().live(*options, variables=self.variables, **how)

    def set_clock(self, seconds):
        with open(self.stamp + ".new", "w", encoding="ascii") as file:
            file.write(f"{seconds:+d}s")
        os.rename(self.stamp + ".new", self.stamp)

    def test_row_53_neither_hurries_nor_delays_what_waits(self):
        one = self.session()
        for jump in (-3600, 3600, 0):
            with self.subTest(jump=jump):
                begin = time.monotonic()
                timer = one.begin_run("await sleep(700); return 'timer'", session="s")
                one.until(lambda: one.request("session.info", {"session": "s"})["status"] == "waiting")
                self.set_clock(jump)
                self.assertEqual(one.answer(timer)["result"], "timer")
                self.assertTrue(0.7 <= time.monotonic() - begin < 2.5, time.monotonic() - begin)
                begin, calls = time.monotonic(), len(one.calls)
                tool = one.begin_run("return callTool('t')", session="s", limits={"tool_timeout_ms": 700})
                one.wait_calls(calls + 1)
                self.set_clock(-jump)
                self.assertEqual(code_of(one.answer(tool)), "TOOL_TIMEOUT")
                self.assertTrue(0.7 <= time.monotonic() - begin < 2.5, time.monotonic() - begin)

    def test_row_53_is_no_reason_to_wait_longer_than_was_asked_for_after_a_restart(self):
        """Set back by an hour while no server was there: no timer waits longer than its whole delay."""
        one = self.session()
        one.begin_run("await sleep(1000); return 'timer'", session="s")
        one.until(lambda: one.request("session.info", {"session": "s"})["status"] == "waiting")
        self.die()
        self.set_clock(-3600)
        self.live()
        after = self.back()
        self.assertEqual(after.wait_event("final", seconds=5)[0]["payload"]["result"], "timer")

    def test_row_53_set_ahead_ends_no_session_that_waits(self):
        one = self.session(limits={"tool_timeout_ms": 0})
        one.begin_run("return callTool('t')", session="s")
        one.wait_calls(1)
        self.die()
        self.set_clock(86_400)
        self.live()
        after = self.back()
        after.reply(after.wait_calls(1)[0]["msgid"], "still")
        self.assertEqual(after.wait_event("final")[0]["payload"]["result"], "still")


if __name__ == "__main__":
    main()
