"""Clients of durable sessions that come back, ask twice, watch from the side, or belong to somebody else."""

from support import code_of, durable_test, main, wait_until


class attaching_again(durable_test):
    def test_with_the_last_seq_seen_misses_nothing_and_repeats_nothing(self):
        one = self.session()
        for number in range(5):
            one.value(f"print('{number}'); console.log({number}); return {number}", session="s")
        seen = one.events[:9]
        self.die_and_live()
        after = self.back(after=9)
        self.assertEqual(after.told["seq"], 16)
        after.value("return 5", session="s")
        after.wait_event("final", 3)
        recorded = self.recorded(after)
        self.assertEqual(recorded[:9], seen)
        self.assertEqual(recorded[9:], after.events)

    def test_is_refused_after_what_never_happened(self):
        self.session()
        self.die_and_live()
        self.assertEqual(self.join().refused("session.attach", {"session": "s", "after": 1_000}).code, "INVALID_REQUEST")

    def test_two_at_once_see_the_same_and_the_most_recent_one_is_asked(self):
        self.session().begin_run("return callTool('t')", session="s", limits={"tool_timeout_ms": 0})
        wait_until(lambda: self.join().request("session.info", {"session": "s"})["status"] == "waiting")
        self.die_and_live()
        first = self.back()
        first.wait_calls(1)
        second = self.back()
        call = second.wait_calls(1)[0]
        self.assertEqual(call["call"], first.calls[0]["call"])
        second.reply(call["msgid"], "second")
        self.assertEqual(second.wait_event("final")[0]["payload"]["result"], "second")
        first.wait_event("final")
        self.assertEqual(first.events, second.events)
        # Both answer: the first answer held, and the other one is late.
        first.reply(first.calls[0]["msgid"], "first")
        first.begin_run("return callTool('u')", session="s")
        self.assertEqual(second.wait_calls(2)[1]["tool"], "u")
        self.assertEqual(len(first.calls), 1)

    def test_row_27_never_asks_who_only_watches(self):
        self.session().begin_run("return callTool('t')", session="s")
        wait_until(lambda: self.join().request("session.info", {"session": "s"})["status"] == "waiting")
        self.die_and_live()
        watcher = self.back(tool_mode="none")
        other = self.back()
        self.back(tool_mode="none")
        other.reply(other.wait_calls(1)[0]["msgid"], 1)
        watcher.wait_event("final")
        self.assertEqual(watcher.calls, [])

    def test_row_26_asks_who_comes_back_while_a_tool_is_open(self):
        one = self.session()
        one.begin_run("return callTool('t')", session="s")
        asked = one.wait_calls(1)[0]["call"]
        one.close()
        after = self.back()
        self.assertEqual(after.wait_calls(1)[0]["call"], asked)
        after.close()
        self.die_and_live()
        again = self.back()
        self.assertEqual(again.wait_calls(1)[0]["call"], asked)
        again.reply(again.calls[0]["msgid"], "back")
        self.assertEqual(again.wait_event("final")[0]["payload"]["result"], "back")

    def test_row_24_cuts_a_slow_reader_and_loses_nothing_for_it(self):
        """Two sessions tell more than 100 MiB, and somebody who follows both takes in nothing."""
        one, slow = self.join(), self.join()
        for name in ("s", "z"):
            self.session(name, by=one, security="permissive")
            slow.begin("session.attach", {"session": name, "events": "all", "tool_mode": "none"})
        for _ in range(6):
            for name in ("s", "z"):
                one.value("for (let i = 0; i < 90; i++) print('x'.repeat(100000))", session=name, seconds=30)
        one.value("return 1", session="s")
        told = {event["seq"]: event for event in one.wait_event("final", 13) if event["session"] == "s"}
        slow.wait_closed()
        self.assertEqual([error["code"] for error in slow.errors], ["SLOW_CONSUMER"])
        last = max(told)
        after = self.back(after=last - 1)
        self.assertEqual(after.wait_event("final"), [told[last]])


class answers_by_tool_result(durable_test):
    CODE = "const v = await callTool('t'); return [v, await callTool('u')]"

    def pending(self):
        one = self.session(tool_mode="event")
        one.begin_run(self.CODE, session="s", limits={"tool_timeout_ms": 0})
        return one, one.wait_event("tool_call")[0]["payload"]["call"]

    def test_row_28_and_29_a_repeated_one_is_ignored_and_a_different_one_is_a_conflict_after_a_restart_too(self):
        one, call = self.pending()
        what = {"session": "s", "call": call}
        self.assertEqual(one.request("tool.result", {**what, "result": {"a": 1}}), {})
        for after in (one, None):
            after = after or (self.die_and_live() and self.back(tool_mode="event"))
            self.assertEqual(after.request("tool.result", {**what, "result": {"a": 1}}), {})
            self.assertEqual(after.refused("tool.result", {**what, "result": {"a": 2}}).code, "CONFLICT")
            self.assertEqual(after.refused("tool.result", {**what, "error": "no"}).code, "CONFLICT")
        second = after.wait_event("tool_call", 2)[1]["payload"]["call"]
        after.request("tool.result", {"session": "s", "call": second, "result": 2})
        self.assertEqual(after.wait_event("final")[0]["payload"]["result"], [{"a": 1}, 2])

    def test_holds_when_the_server_dies_right_behind_its_acknowledgement(self):
        for number in range(8):
            name = f"s{number}"
            one = self.session(name, tool_mode="event")
            one.begin_run("return callTool('t')", session=name)
            call = one.wait_event("tool_call")[0]["payload"]["call"]
            one.request("tool.result", {"session": name, "call": call, "result": number})
            self.die_and_live()
            after = self.back(name)
            self.assertEqual(after.wait_event("final")[0]["payload"]["result"], number)
            self.assertEqual(after.calls, [])

    def test_that_was_never_acknowledged_may_be_sent_again(self):
        one, call = self.pending()
        one.begin("tool.result", {"session": "s", "call": call, "result": 1})
        self.die_and_live()
        after = self.back(tool_mode="event")
        self.assertEqual(after.request("tool.result", {"session": "s", "call": call, "result": 1}), {})
        second = after.wait_event("tool_call", 2)[1]["payload"]["call"]
        after.request("tool.result", {"session": "s", "call": second, "result": 2})
        self.assertEqual(after.wait_event("final")[0]["payload"]["result"], [1, 2])


class an_idempotency_key(durable_test):
    WAITS = {"code": "return [await callTool('t'), Math.random()]", "durable": True, "idempotency_key": "k", "session": "s"}

    def test_gives_the_first_answer_again_and_runs_nothing(self):
        one = self.join(lambda tool, args: 1)
        first = one.run("await callTool('t'); return Math.random()", durable=True, idempotency_key="k")
        again = one.run("await callTool('t'); return Math.random()", durable=True, idempotency_key="k")
        self.assertEqual(again, first)
        self.assertEqual(len(one.calls), 1)
        self.assertEqual(self.join().run("return 'another script'", durable=True, idempotency_key="k"), first)

    def test_gives_the_first_answer_after_a_crash(self):
        code, what = "await callTool('t'); return Math.random()", {"durable": True, "idempotency_key": "k"}
        first = self.join(lambda tool, args: 1).run(code, **what)
        for _ in range(2):
            self.die_and_live()
            again = self.join(lambda tool, args: 1)
            self.assertEqual(again.run(code, **what), first)
            self.assertEqual(again.calls, [])

    def test_gives_a_failure_again_too(self):
        first = self.join().run("throw new Error(String(Math.random()))", durable=True, idempotency_key="k")
        self.assertEqual(code_of(first), "SCRIPT_ERROR")
        self.die_and_live()
        self.assertEqual(self.join().run("return 1", durable=True, idempotency_key="k"), first)

    def test_of_a_run_that_goes_on_waits_for_its_answer(self):
        one, other = self.join(), self.join()
        first = one.begin("run", self.WAITS)
        one.wait_calls(1)
        twins = [one.begin("run", self.WAITS), other.begin("run", self.WAITS)]
        one.request("ping")
        other.request("ping")
        asked = one.calls + other.calls
        self.assertEqual(len({call["call"] for call in asked}), 1)
        (one if one.calls[-1:] == asked[-1:] else other).reply(asked[-1]["msgid"], "t")
        final = one.answer(first)
        self.assertEqual([one.answer(twins[0]), other.answer(twins[1])], [final, final])
        self.assertEqual(final["result"][0], "t")

    def test_sent_from_many_connections_at_once_runs_once(self):
        many = [self.join(lambda tool, args: "t") for _ in range(10)]
        ids = [one.begin("run", self.WAITS) for one in many]
        finals = [one.answer(each) for one, each in zip(many, ids)]
        self.assertEqual([final for final in finals if final != finals[0]], [])
        self.assertEqual(len({call["call"] for one in many for call in one.calls}), 1)

    def test_of_a_run_that_was_going_on_when_the_server_died_has_one_answer(self):
        one = self.join()
        one.begin("run", self.WAITS)
        asked = one.wait_calls(1)[0]["call"]
        self.die_and_live()
        after, other = self.join(), self.join()
        ids = [after.begin("run", self.WAITS), other.begin("run", self.WAITS)]
        after.request("session.attach", {"session": "s"})
        call = after.wait_calls(1)[-1]
        self.assertEqual(call["call"], asked)
        after.reply(call["msgid"], "t")
        finals = [after.answer(ids[0]), other.answer(ids[1])]
        self.assertEqual(finals[0], finals[1])
        self.assertEqual(len([event for event in self.recorded(after) if event["type"] == "final"]), 1)

    def test_of_an_unnamed_run_finds_it_again_after_the_death_of_the_server(self):
        what = {"code": "return callTool('t')", "durable": True, "idempotency_key": "unnamed"}
        one = self.join()
        one.begin("run", what)
        asked = one.wait_calls(1)[0]
        self.die_and_live()
        after = self.join()
        running = after.begin("run", what)
        after.request("session.attach", {"session": asked["session"]})
        self.assertEqual(after.wait_calls(1)[-1]["call"], asked["call"])
        after.reply(after.calls[-1]["msgid"], "t")
        final = after.answer(running)
        self.assertEqual((final["result"], final["session"], final["execution"]), ("t", asked["session"], asked["execution"]))

    def test_of_an_unnamed_run_is_enough_to_be_asked_for_its_tools_again(self):
        """Who was never told the session's name can do nothing but ask with the key."""
        what = {"code": "return callTool('t')", "durable": True, "idempotency_key": "unnamed"}
        one = self.join()
        one.begin("run", what)
        asked = one.wait_calls(1)[0]
        self.die_and_live()
        after = self.join(lambda tool, args: "t")
        self.assertEqual(after.answer(after.begin("run", what))["result"], "t")
        self.assertEqual([call["call"] for call in after.calls], [asked["call"]])

    def test_that_was_refused_is_free(self):
        one = self.join()
        self.assertEqual(one.refused("run", {"code": "return 1", "durable": True, "idempotency_key": "k",
                                             "limits": {"timeout_ms": 10_000_000}}).code, "INVALID_REQUEST")
        self.assertEqual(one.value("return 2", durable=True, idempotency_key="k"), 2)

    def test_holds_for_runs_that_are_not_durable_while_the_server_lives(self):
        one = self.join()
        first = one.run("return Math.random()", idempotency_key="k")
        self.assertEqual(one.run("return Math.random()", idempotency_key="k"), first)

    def test_kills_at_random_leave_one_answer(self):
        """The answer may have been recorded, sent, or neither."""
        for number in range(12):
            what = {"code": "print('x'); return Math.random()", "session": f"s{number}", "durable": True,
                    "idempotency_key": f"k{number}"}
            one = self.join()
            sent = one.begin("run", what)
            wait_until(lambda one=one, sent=sent, number=number: one.pump(0.0005 * number) or sent in one.answers or True)
            self.die_and_live()
            after = self.join()
            final = after.answer(after.begin("run", what))
            if sent in one.answers:
                self.assertEqual(final, one.answers[sent][1])
            ends = [event for event in self.recorded(after, f"s{number}") if event["type"] == "final"]
            self.assertEqual([end["execution"] for end in ends], [final["execution"]])


class tenants(durable_test):
    def setUp(self):
        self.options = (f"--tokens-file={self.a_tokens_file('a a run,read', 'b b run,read')}",)
        super().setUp()

    def test_see_nothing_of_each_other_after_a_restart(self):
        self.session("mine", by=self.join(token="a")).begin_run("return callTool('t')", session="mine")
        wait_until(lambda: self.join(token="a").request("session.info", {"session": "mine"})["status"] == "waiting")
        self.die_and_live()
        other = self.join(token="b")
        for method in ("session.info", "session.attach", "session.events", "session.cancel", "session.close"):
            self.assertEqual(other.refused(method, {"session": "mine"}).code, "NOT_FOUND", method)
        self.assertEqual(other.request("session.list")["sessions"], [])
        self.session("mine", by=other)  # the name is free for them
        self.assertEqual(other.value("return 'b'", session="mine"), "b")
        self.die_and_live()
        owner = self.back("mine", token="a")
        owner.reply(owner.wait_calls(1)[0]["msgid"], "a")
        self.assertEqual(owner.wait_event("final")[0]["payload"]["result"], "a")
        self.assertEqual([one["session"] for one in owner.request("session.list")["sessions"]], ["mine"])

    def test_have_idempotency_keys_of_their_own(self):
        what = {"durable": True, "idempotency_key": "k"}
        first = self.join(token="a").run("return 'a'", **what)
        self.assertEqual(self.join(token="b").run("return 'b'", **what)["result"], "b")
        self.die_and_live()
        self.assertEqual(self.join(token="a").run("return 'c'", **what), first)

    def test_cannot_answer_calls_of_each_other_after_a_restart(self):
        one = self.session("mine", by=self.join(token="a"))
        one.begin_run("return callTool('t')", session="mine")
        call = one.wait_calls(1)[0]["call"]
        self.die_and_live()
        other = self.join(token="b")
        self.assertEqual(other.refused("tool.result", {"session": "mine", "call": call, "result": 1}).code, "NOT_FOUND")


if __name__ == "__main__":
    main()
