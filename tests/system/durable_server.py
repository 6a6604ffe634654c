"""A server that comes back: its sessions, their names and data, the order of their runs, and the folder it lives in."""

import os
import shutil
import signal
import subprocess
import time

from support import binary, closed, code_of, durable_test, main, refusal, system_test, wait_until

CLOCK_LIBRARIES = ("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")


class a_session_after_a_restart(durable_test):
    def test_row_11_is_there_with_all_that_was_acknowledged(self):
        one = self.session(metadata={"owner": "ada", "list": [1, None]})
        one.value("print('before'); return 1", session="s")
        one.wait_event("final")
        before = one.request("session.info", {"session": "s"})
        recorded = self.recorded(one)
        self.assertEqual(recorded, one.events)
        self.die_and_live()
        after = self.join()
        info = after.request("session.info", {"session": "s"})
        for key in ("session", "status", "seq", "created_at", "labels", "metadata"):
            self.assertEqual(info[key], before[key], key)
        self.assertEqual(info["stats"]["executions"], 1)
        self.assertLess(abs(info["expires_at"] - before["expires_at"]), 5_000)
        self.assertEqual(self.recorded(after), recorded)
        self.assertEqual(after.refused("session.open", {"session": "s"}).code, "ALREADY_EXISTS")

    def test_runs_what_was_queued_in_its_order(self):
        one = self.session(limits={"tool_timeout_ms": 0})
        one.begin_run("return callTool('t')", session="s")
        for number in range(10):
            one.begin_run(f"print('{number}'); return {number}", session="s")
        one.wait_calls(1)
        one.request("ping")
        # What has been read is accepted only when it is on disk; the session's answer comes behind that of the runs.
        one.request("session.info", {"session": "s"})
        wait_until(lambda: self.queued_on_disk(one), 5, "the journal of the queued runs")
        self.die_and_live()
        after = self.back()
        after.reply(after.wait_calls(1)[0]["msgid"], "first")
        finals = after.wait_event("final", 11)
        self.assertEqual([event["payload"]["result"] for event in finals], ["first", *range(10)])
        self.assertEqual([event["payload"]["chunk"] for event in after.events if event["type"] == "stdout"],
                         [str(number) for number in range(10)])

    @staticmethod
    def queued_on_disk(one):
        """A durable run of another session is answered behind all that was written before it."""
        return one.run("return 1", durable=True)["ok"]

    def test_takes_further_runs_behind_those_that_wait(self):
        one = self.session(limits={"tool_timeout_ms": 0})
        one.begin_run("return callTool('t')", session="s")
        one.wait_calls(1)
        self.die_and_live()
        after = self.back()
        second = after.begin_run("return 2", session="s")
        after.reply(after.wait_calls(1)[0]["msgid"], 1)
        self.assertEqual(after.answer(second)["result"], 2)
        self.assertEqual([event["payload"]["result"] for event in after.wait_event("final", 2)], [1, 2])

    def test_is_listed_with_its_label_and_status(self):
        options = ("--label=zone=a",)
        self.die()
        self.live(*options)
        one = self.join()
        for number in range(25):
            self.session(f"l{number:02}", by=one, labels={"zone": "a"} if number % 2 else {})
        one.begin_run("return callTool('t')", session="l03", limits={"tool_timeout_ms": 0})
        one.wait_calls(1)
        self.die()
        self.live(*options)
        after = self.join()
        names, cursor = [], None
        while True:
            page = after.request("session.list", {"limit": 10, **({"cursor": cursor} if cursor else {})})
            names += [each["session"] for each in page["sessions"]]
            cursor = page.get("cursor")
            if cursor is None:
                break
        self.assertEqual(names, [f"l{number:02}" for number in range(25)])
        self.assertEqual(len(after.request("session.list", {"label": "zone=a"})["sessions"]), 12)
        waiting = lambda: [each["session"] for each in after.request("session.list", {"status": "waiting"})["sessions"]]
        after.until(lambda: waiting() == ["l03"])
        self.assertEqual(len(after.request("session.list", {"status": "idle"})["sessions"]), 24)

    def test_counts_in_the_status_as_it_did_before(self):
        one = self.session(limits={"tool_timeout_ms": 0})
        self.session("idle", by=one)
        one.begin_run("return callTool('t')", session="s")
        one.wait_calls(1)
        counts = lambda by: (by.request("status")["sessions"]["total"], by.request("status")["executions"]["active"],
                             by.request("status")["executions"]["waiting"])
        one.until(lambda: counts(one) == (2, 1, 1))
        self.die_and_live()
        after = self.join()
        after.until(lambda: counts(after) == (2, 1, 1), what="the counts of before")

    def test_that_was_closed_is_gone_with_its_data(self):
        one = self.session()
        one.value("print('secret-text-of-a-closed-session'); return 1", session="s")
        self.assertEqual(one.request("session.close", {"session": "s"}), {})
        self.die_and_live()
        after = self.join()
        for method in ("session.info", "session.events", "session.attach", "session.close"):
            self.assertEqual(after.refused(method, {"session": "s"}).code, "NOT_FOUND", method)
        self.assertEqual(after.request("session.list")["sessions"], [])
        self.assertEqual(after.request("status")["sessions"]["total"], 0)
        self.session("s", by=after)
        self.assertEqual([event["type"] for event in self.recorded(after)], ["session_init"])

    def test_that_was_closed_while_it_waited_does_not_go_on(self):
        one = self.session()
        running = one.begin_run("return callTool('t')", session="s")
        one.wait_calls(1)
        one.request("session.close", {"session": "s"})
        self.assertEqual(code_of(one.answer(running)), "CANCELLED")
        self.die_and_live()
        after = self.join()
        self.assertEqual(after.request("session.list")["sessions"], [])
        self.assertEqual(after.request("status")["executions"]["active"], 0)

    def test_can_be_cancelled_and_closed(self):
        one = self.session(limits={"tool_timeout_ms": 0})
        one.begin_run("return callTool('t')", session="s")
        one.wait_calls(1)
        self.die_and_live()
        after = self.back()
        after.wait_calls(1)
        self.assertEqual(after.request("session.cancel", {"session": "s"}), {})
        self.assertEqual(code_of(after.wait_event("final")[0]["payload"]), "CANCELLED")
        self.assertEqual(after.value("return 2", session="s"), 2)
        self.assertEqual(after.request("session.close", {"session": "s"}), {})
        self.assertEqual(after.refused("session.info", {"session": "s"}).code, "NOT_FOUND")

    def test_that_was_not_durable_is_gone(self):
        one = self.join()
        one.request("session.open", {"session": "memory"})
        one.value("return 1", session="memory")
        self.session("disk", by=one)
        self.die_and_live()
        self.assertEqual([each["session"] for each in self.join().request("session.list")["sessions"]], ["disk"])

    def test_keeps_its_limits_tools_and_level(self):
        self.session(security="secure", limits={"timeout_ms": 1_000}, tools=[{"name": "known"}])
        self.die_and_live()
        after = self.back()
        self.assertIn("1000", after.refused("run", {"code": "1", "session": "s", "limits": {"timeout_ms": 2_000}}).message)
        self.assertEqual(after.refused("run", {"code": "1", "session": "s", "security": "standard"}).code, "INVALID_REQUEST")
        self.assertEqual(after.ends("return callTool('other')", session="s"), "TOOL_NOT_FOUND")
        self.assertEqual(after.ends("while (1);", session="s"), "ITERATION_LIMIT")

    def test_of_a_durable_run_by_name_lives_on(self):
        self.assertEqual(self.join().value("return 1", session="s", durable=True), 1)
        self.die_and_live()
        after = self.join()
        self.assertEqual(after.request("session.info", {"session": "s"})["status"], "idle")
        self.assertEqual(self.recorded(after)[-1]["payload"]["result"], 1)

    def test_row_68_has_exactly_one_end_for_each_run_that_was_cancelled_as_it_ended(self):
        one = self.session()
        answers = {}
        for _ in range(100):
            running = one.begin_run("return 1", session="s")
            one.answer(one.begin("session.cancel", {"session": "s"}))
            answers[running] = one.answer(running)
            self.assertIn(code_of(answers[running]), ("OK", "CANCELLED"))
        one.begin_run("return 1", session="s")
        one.begin("session.cancel", {"session": "s"})
        one.request("ping")
        self.die_and_live()
        after = self.join()
        after.until(lambda: after.request("session.info", {"session": "s"})["status"] == "idle")
        ends = [event for event in self.recorded(after) if event["type"] == "final"]
        self.assertEqual(len({end["execution"] for end in ends}), len(ends))
        by_execution = {end["execution"]: end["payload"] for end in ends}
        for final in answers.values():
            self.assertEqual(code_of(by_execution[final["execution"]]), code_of(final))

    def test_keeps_what_was_told_just_before_the_server_died(self):
        """kill -9 with the answer in hand, again and again in one session."""
        known = []
        one = self.session()
        for number in range(15):
            one.value(f"print('{number}'); return {number}", session="s")
            one.wait_event("final")
            known += one.events
            self.die_and_live()
            one = self.back(after=known[-1]["seq"])
        self.assertEqual(self.recorded(one), known)


class expiry(durable_test):
    options = ("--session-timeout-ms=2000",)

    def test_happens_without_a_server(self):
        one = self.session("idle")
        self.session("busy", by=one, limits={"tool_timeout_ms": 0}).begin_run("return callTool('t')", session="busy")
        one.wait_calls(1)
        began = time.monotonic()
        self.die()
        wait_until(lambda: time.monotonic() - began > 2.2, 5)
        self.live()
        after = self.join()
        names = lambda: [each["session"] for each in after.request("session.list")["sessions"]]
        after.until(lambda: names() == ["busy"], 5, "the end of what was idle")
        self.assertEqual(after.refused("session.info", {"session": "idle"}).code, "NOT_FOUND")

    def test_happens_after_a_restart(self):
        self.session("idle")
        self.die_and_live()
        after = self.join()
        self.assertEqual(after.request("session.info", {"session": "idle"})["status"], "idle")
        after.until(lambda: after.request("status")["sessions"]["total"] == 0, 5, "the end of what was idle")
        self.die_and_live()
        self.assertEqual(self.join().request("session.list")["sessions"], [])


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

    def test_tolerates_the_torn_tail_of_its_log(self):
        """Row 42: a record was begun and its rest never came."""
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

    def test_answers_many_who_come_back_at_once(self):
        """Row 63, small: 200 waiting sessions, each with a client of its own."""
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
