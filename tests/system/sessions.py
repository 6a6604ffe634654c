"""Sessions: names, order, events without holes, attaching again, lists, cancelling, closing."""

import time

from support import code_of, main, system_test, within


def seqs(events):
    return [event["seq"] for event in events]


# Long, though none of its loops goes round often.
SPIN = "for (let a = 0; a < 9000; a++) for (let b = 0; b < 9000; b++);"


class a_session(system_test):
    def setUp(self):
        self.client = self.connect()

    def open(self, name, **options):
        self.client.request("session.open", {"session": name, **options})
        self.addCleanup(lambda: self.connect().begin("session.close", {"session": name}))
        return name

    def test_runs_one_script_after_another_in_the_order_they_came(self):
        self.open("order", events=["stdout"])
        ids = [self.client.begin_run(f"print('{number}'); return {number}", session="order") for number in range(30)]
        self.assertEqual([self.client.answer(one)["result"] for one in ids], list(range(30)))
        self.assertEqual([event["payload"]["chunk"] for event in self.client.wait_event("stdout", 30)],
                         [str(n) for n in range(30)])

    def test_lets_the_next_run_wait_while_one_waits_for_its_tool(self):
        self.open("queue")
        first = self.client.begin_run("return callTool('t', 1)", session="queue")
        second = self.client.begin_run("return 2", session="queue")
        self.client.wait_calls(1)
        self.client.until(lambda: self.client.request("session.info", {"session": "queue"})["status"] == "waiting")
        self.assertNotIn(second, self.client.answers)
        self.client.reply(self.client.calls[0]["msgid"], 1)
        self.assertEqual([self.client.answer(first)["result"], self.client.answer(second)["result"]], [1, 2])

    def test_bounds_the_runs_that_wait_in_it(self):
        self.open("bounded")
        self.client.begin_run("return callTool('t', 1)", session="bounded")
        self.client.wait_calls(1)
        ids = [self.client.begin_run("return 1", session="bounded") for _ in range(100)]
        self.client.request("session.info", {"session": "bounded"})
        refused = [self.client.answers[one][0] for one in ids if one in self.client.answers]
        self.assertTrue(refused)
        self.assertEqual({error["code"] for error in refused}, {"OVERLOADED"})
        self.assertGreater(refused[0]["retry_after_ms"], 0)
        self.client.request("session.close", {"session": "bounded"})
        self.client.until(lambda: all(one in self.client.answers for one in ids))

    def test_that_a_run_created_without_a_name_ends_with_its_final(self):
        final = self.client.run("return 1")
        self.assertEqual(self.client.refused("session.info", {"session": final["session"]}).code, "NOT_FOUND")

    def test_that_a_run_created_by_name_lives_on(self):
        self.client.run("return 1", session="lives")
        self.assertEqual(self.client.request("session.info", {"session": "lives"})["status"], "idle")
        self.client.request("session.close", {"session": "lives"})

    def test_expires_when_nothing_runs_in_it(self):
        own = self.a_server("--session-timeout-ms=1000")
        client = self.connect(to=own)
        client.request("session.open", {"session": "short"})
        waiting = client.begin_run("return callTool('t', 1)", session="busy")
        client.wait_calls(1)
        names = lambda: [one["session"] for one in client.request("session.list")["sessions"]]
        client.until(lambda: names() == ["busy"], 5)
        client.reply(client.calls[0]["msgid"], "still here")
        self.assertEqual(client.answer(waiting)["result"], "still here")
        own.stop()

    def test_has_events_from_the_first_on_without_holes(self):
        self.client.tools = lambda tool, args: 5
        final = self.client.run("print('a'); console.log('b', {c: 1}); console.error('d'); "
                                "return callTool('t', {x: 1}).then(function () { print('e'); return 1 })", events="all")
        kinds = [event["type"] for event in self.client.events]
        self.assertEqual(kinds,
                         ["session_init", "stdout", "log", "log", "tool_call", "tool_result_applied", "stdout",
                          "final"])
        self.assertEqual(seqs(self.client.events), list(range(1, 9)))
        by_kind = {event["type"]: event for event in self.client.events}
        self.assertEqual(set(by_kind["session_init"]["payload"]), {"expires_at", "limits"})
        self.assertEqual(self.client.events[2]["payload"]["level"], "info")
        self.assertEqual(self.client.events[3]["payload"]["level"], "error")
        self.assertEqual({key: by_kind["tool_call"]["payload"][key] for key in ("tool", "args")},
                         {"tool": "t", "args": {"x": 1}})
        self.assertEqual(by_kind["tool_result_applied"]["payload"]["ok"], True)
        self.assertEqual(by_kind["final"]["payload"]["result"], 1)
        self.assertEqual({event["session"] for event in self.client.events}, {final["session"]})
        self.assertEqual(set(by_kind["final"]), {"session", "seq", "type", "time", "execution", "payload"})

    def test_tells_only_the_events_that_were_asked_for(self):
        self.client.run("print('a'); console.log('b'); return 1", events=["stdout", "final"])
        self.assertEqual([event["type"] for event in self.client.events], ["stdout", "final"])
        self.client.run("print('a')", events="none")
        self.client.run("print('a')")
        self.assertEqual(len(self.client.events), 2)

    def test_keeps_its_subscription_when_a_run_names_no_events(self):
        self.open("kept", events=["final"])
        self.client.run("1", session="kept")
        self.assertEqual(len(self.client.wait_event("final", 1)), 1)
        self.client.run("1", session="kept", events="none")
        self.client.request("ping")
        self.assertEqual(len(self.client.events), 1)

    def test_tells_a_returning_client_what_it_missed_and_nothing_twice(self):
        first = self.connect()
        first.request("session.open", {"session": "return", "events": "all"})
        running = first.begin_run("for (var i = 0; i < 200; i++) print('line ' + i); "
                                  "return callTool('t', 1).then(function () { for (var i = 0; i < 200; "
                                  "i++) print('more ' + i) })", session="return")
        first.wait_event("tool_call")
        last = first.events[-1]["seq"]
        first.close()
        self.assertTrue(running)
        told = self.client.request("session.attach", {"session": "return", "after": last, "events": "all"})
        self.assertEqual(set(told), {"session", "status", "seq"})
        self.client.wait_calls(1)
        self.assertEqual(self.client.calls[0]["call"], first.events[-1]["payload"]["call"])
        self.client.reply(self.client.calls[0]["msgid"], 1)
        self.client.wait_event("final")
        self.assertEqual(seqs(self.client.events), list(range(last + 1, last + len(self.client.events) + 1)))
        recorded = self.client.request("session.events", {"session": "return", "limit": 1000})["events"]
        self.assertEqual(recorded[last:], self.client.events)
        self.assertEqual(recorded[:last], first.events)
        self.client.request("session.close", {"session": "return"})

    def test_tells_everything_to_who_attaches_in_the_middle_of_a_flood(self):
        self.open("flood")
        running = self.client.begin_run("for (var i = 0; i < 20; i++) { for (var k = 0; k < 20000; k++); "
                                        "for (var j = 0; j < 10; j++) print('x' + i) }", session="flood")
        watchers = [self.connect() for _ in range(5)]
        for number, one in enumerate(watchers):
            one.begin("session.attach", {"session": "flood", "after": 0, "events": "all", "tool_mode": "none"})
            time.sleep(0.003 * number)
        self.assertTrue(self.client.answer(running)["ok"])
        for one in watchers:
            one.wait_event("final")
            self.assertEqual(seqs(one.events), list(range(1, len(one.events) + 1)))

    def test_lists_its_recorded_events_in_pages(self):
        self.open("pages")
        self.client.run("for (var i = 0; i < 25; i++) console.log(i)", session="pages")
        found, at = [], None
        while True:
            page = self.client.request("session.events",
                                       {"session": "pages", "limit": 10, **({"from": at} if at else {})})
            self.assertLessEqual(len(page["events"]), 10)
            found += page["events"]
            at = page.get("next")
            if at is None:
                break
        self.assertEqual(seqs(found), list(range(1, 28)))
        self.assertEqual(self.client.request("session.events", {"session": "pages", "from": 1_000})["events"], [])
        self.assertEqual(self.client.events, [])

    def test_after_what_has_not_happened_yet_is_refused(self):
        self.open("future")
        self.assertEqual(self.client.refused("session.attach", {"session": "future", "after": 1_000}).code,
                         "INVALID_REQUEST")

    def test_is_found_in_lists_by_page_status_and_label(self):
        own = self.a_server("--label=zone=a", "--label=kind=x")
        client = self.connect(to=own)
        for number in range(25):
            client.request("session.open", {"session": f"l{number:02}", "labels": {"zone": "a"} if number % 2 else {}})
        names, cursor = [], None
        while True:
            page = client.request("session.list", {"limit": 10, **({"cursor": cursor} if cursor else {})})
            names += [one["session"] for one in page["sessions"]]
            cursor = page.get("cursor")
            if cursor is None:
                break
        self.assertEqual(names, [f"l{number:02}" for number in range(25)])
        self.assertEqual(len(client.request("session.list", {"label": "zone=a"})["sessions"]), 12)
        self.assertEqual(client.request("session.list", {"label": "zone=b"})["sessions"], [])
        client.begin_run("return callTool('t', 1)", session="l03")
        client.wait_calls(1)
        client.until(lambda: client.request("session.list", {"status": "waiting"})["sessions"])
        self.assertEqual([one["session"] for one in client.request("session.list", {"status": "waiting"})["sessions"]],
                         ["l03"])
        self.assertEqual(len(client.request("session.list", {"status": "idle"})["sessions"]), 24)
        self.assertEqual(client.request("session.list", {"status": "running"})["sessions"], [])
        own.stop()

    def test_refuses_a_run_with_labels_that_no_runtime_carries_even_when_it_exists(self):
        self.open("labelled")
        self.assertEqual(self.client.refused("run",
                                             {"code": "1", "session": "labelled", "labels": {"gpu": "yes"}}).code,
                                             "UNAVAILABLE")

    def test_sends_nothing_more_to_who_detached(self):
        self.open("detached", events="all")
        self.assertEqual(self.client.request("session.detach", {"session": "detached"}), {})
        seen = len(self.client.events)
        other = self.connect()
        other.run("print('x')", session="detached", events="all")
        self.client.request("ping")
        self.assertEqual(len(self.client.events), seen)
        other.wait_event("final")

    def test_bounds_a_run_that_is_stricter_than_itself_and_refuses_a_looser_one(self):
        self.open("tight", security="secure", limits={"timeout_ms": 1_000})
        self.assertIn("1000",
                      self.client.refused("run",
                                          {"code": "1", "session": "tight", "limits": {"timeout_ms": 2_000}}).message)
        self.assertEqual(self.client.refused("run", {"code": "1", "session": "tight", "security": "standard"}).code,
                         "INVALID_REQUEST")
        self.assertEqual(self.client.ends(SPIN, session="tight", limits={"timeout_ms": 100}), "TIMEOUT")
        self.assertEqual(self.client.ends("while (1);", session="tight"), "ITERATION_LIMIT")
        self.assertEqual(self.client.ends("return 1", session="tight", security="strict"), "OK")


class cancelling(system_test):
    def setUp(self):
        self.client = self.connect()

    def test_ends_a_running_script(self):
        self.client.request("session.open", {"session": "c1", "events": ["final"]})
        running = self.client.begin_run("while (1);", session="c1")
        self.client.until(lambda: self.client.request("session.info", {"session": "c1"})["status"] == "running")
        began = time.monotonic()
        self.assertEqual(self.client.request("session.cancel", {"session": "c1", "reason": "enough"}), {})
        self.assertEqual(code_of(self.client.answer(running)), "CANCELLED")
        self.assertLess(time.monotonic() - began, within(1))
        self.assertEqual(len(self.client.wait_event("final")), 1)
        self.assertEqual(self.client.value("return 1", session="c1"), 1)

    def test_ends_a_waiting_script_and_withdraws_its_call(self):
        self.client.request("session.open", {"session": "c2"})
        waiting = self.client.begin_run("return callTool('t', 1)", session="c2")
        call = self.client.wait_calls(1)[0]
        self.client.request("session.cancel", {"session": "c2"})
        self.assertEqual(code_of(self.client.answer(waiting)), "CANCELLED")
        self.client.until(lambda: self.client.cancels)
        self.assertEqual((self.client.cancels[0]["call"], self.client.cancels[0]["session"]), (call["call"], "c2"))
        self.client.reply(call["msgid"], "too late")
        self.assertEqual(self.client.value("return 1", session="c2"), 1)

    def test_takes_what_runs_and_lets_the_next_go_on(self):
        self.client.request("session.open", {"session": "c3"})
        first = self.client.begin_run("while (1);", session="c3")
        second = self.client.begin_run("return 2", session="c3")
        self.client.request("session.cancel", {"session": "c3"})
        self.assertEqual(code_of(self.client.answer(first)), "CANCELLED")
        self.assertEqual(self.client.answer(second)["result"], 2)

    def test_ends_a_script_that_waits_for_a_worker(self):
        own = self.a_server("--queue-length=100", workers=1)
        client = self.connect(to=own)
        client.request("session.open", {"session": "spins"})
        client.request("session.open", {"session": "waits"})
        client.begin_run("while (1);", session="spins")
        client.until(lambda: client.request("status")["workers"]["active"] == 1)
        runs = [client.begin_run("while (1);") for _ in range(20)]
        queued = client.begin_run("return 1", session="waits")
        client.request("session.cancel", {"session": "waits"})
        self.assertEqual(code_of(client.answer(queued, 3)), "CANCELLED")
        self.assertTrue(runs)
        own.kill()

    def test_of_an_idle_session_changes_nothing(self):
        self.client.request("session.open", {"session": "c4"})
        self.assertEqual(self.client.request("session.cancel", {"session": "c4"}), {})
        self.assertEqual(self.client.value("return 1", session="c4"), 1)

    def test_that_races_with_the_end_leaves_exactly_one_end(self):
        self.client.request("session.open", {"session": "race", "events": ["final"]})
        ids = []
        for _ in range(300):
            ids.append(self.client.begin_run("return 1", session="race"))
            self.client.answer(self.client.begin("session.cancel", {"session": "race"}))
            self.assertIn(code_of(self.client.answer(ids[-1])), ("OK", "CANCELLED"))
        self.assertEqual(len(self.client.wait_event("final", 300)), 300)

    def test_by_closing_ends_everything_of_the_session(self):
        self.client.request("session.open", {"session": "c5"})
        ids = [self.client.begin_run("while (1);", session="c5"), self.client.begin_run("return 1", session="c5")]
        self.assertEqual(self.client.request("session.close", {"session": "c5"}), {})
        self.assertEqual([code_of(self.client.answer(one)) for one in ids], ["CANCELLED"] * 2)
        for method in ("session.info", "session.events", "session.attach", "session.close"):
            self.assertEqual(self.client.refused(method, {"session": "c5"}).code, "NOT_FOUND")


if __name__ == "__main__":
    main()
