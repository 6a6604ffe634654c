"""Sessions after a restart: their names and data, the order of their runs, what they keep, and when they are gone."""

import time

from support import code_of, durable_test, main, wait_until


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
        while len(names) < 100:
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
        counts = lambda by: (len(by.request("session.list")["sessions"]), by.request("status")["executions"]["active"],
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


if __name__ == "__main__":
    main()
