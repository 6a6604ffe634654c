"""Tool calls: asked once, answered into the script once, in every mode, on time or late."""

import time

from support import client as any_client, within
from support import code_of, main, system_test, tool_failure, unanswered

CATCHES = ("return callTool('t', {a: 1}).then(function (v) { return ['ok', v] }, function (e) { return [e instanceof "
           "Error, e.message, e.code, e.details] })")


def failing(error):
    def answer(tool, args):
        raise tool_failure(error)
    return answer


class a_tool_call(system_test):
    def setUp(self):
        self.client = self.connect()

    def test_asks_with_everything_the_protocol_names(self):
        self.client.tools = lambda tool, args: [tool, args]
        final = self.client.run("return callTool('sum', {n: [1, 'x', null]})")
        self.assertEqual(final["result"], ["sum", {"n": [1, "x", None]}])
        call = dict(self.client.calls[0])
        call.pop("msgid")
        self.assertEqual(set(call), {"session", "execution", "call", "tool", "args", "deadline_ms"})
        self.assertEqual((call["session"], call["execution"]), (final["session"], final["execution"]))
        self.assertTrue(29_000 < call["deadline_ms"] <= 30_000, call)
        self.assertEqual(final["stats"]["tool_call_count"], 1)

    def test_is_one_of_many_at_once_each_with_its_own_result(self):
        running = self.client.begin_run("var all = []; for (var i = 0; i < 50; i++) all.push(callTool('t', i)); "
                                        "return Promise.all(all)")
        calls = self.client.wait_calls(50)
        self.assertEqual(len({call["call"] for call in calls}), 50)
        for call in reversed(calls):
            self.client.reply(call["msgid"], call["args"] * 10)
        self.assertEqual(self.client.answer(running)["result"], [number * 10 for number in range(50)])

    def test_that_fails_with_a_map_is_an_error_in_the_script(self):
        self.client.tools = failing({"message": "no such row", "code": "ROW", "details": {"id": 5}})
        self.assertEqual(self.client.value(CATCHES), [True, "no such row", "ROW", {"id": 5}])

    def test_that_fails_with_a_number_as_its_code_has_that_code(self):
        self.client.tools = failing({"message": "m", "code": 404})
        self.assertEqual(self.client.value("return callTool('t').then(null, function (e) { return [e.message, e.code] })"),
                         ["m", 404])

    def test_that_fails_with_a_text_is_an_error_with_that_message(self):
        self.client.tools = failing("broken")
        self.assertEqual(self.client.value(CATCHES)[:2], [True, "broken"])

    def test_that_fails_with_anything_else_still_is_an_error(self):
        for error in (5, [1, "x"], True, {"code": "ONLY"}, {"message": 5}, {"__proto__": 1, "constructor": 2}):
            with self.subTest(error=error):
                self.client.tools = failing(error)
                self.assertEqual(self.client.value(CATCHES)[0], True)

    def test_that_fails_uncaught_ends_the_run_with_tool_error(self):
        self.client.tools = failing({"message": "no such row", "code": "ROW"})
        final = self.client.run("return callTool('t')")
        self.assertEqual(final["error"]["code"], "TOOL_ERROR")
        self.assertIn("no such row", final["error"]["message"])

    def test_whose_arguments_do_not_fit_the_schema_is_not_asked(self):
        tools = [{"name": "t", "args_schema": {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}}]
        self.assertEqual(self.client.value(CATCHES, tools=tools)[1:3],
                         ["the arguments of tool \"t\" do not fit its args_schema: $.a must be of type \"string\"",
                          "INVALID_REQUEST"])
        self.assertEqual(self.client.ends("return callTool('t')", tools=tools), "TOOL_ERROR")
        self.assertEqual(self.client.calls, [])
        self.client.tools = lambda tool, args: args
        self.assertEqual(self.client.value("return callTool('t', {a: 'x', b: 1})", tools=tools), {"a": "x", "b": 1})

    def test_of_a_name_that_is_not_declared_is_not_asked(self):
        tools = [{"name": "known", "description": "d", "args_schema": {"type": "object"}}]
        final = self.client.run("return callTool('other', 1)", tools=tools)
        self.assertEqual(final["error"]["code"], "TOOL_NOT_FOUND")
        self.assertEqual(self.client.value("return callTool('other', 1).then(null, function (e) { return e.code })",
                                           tools=tools), "TOOL_NOT_FOUND")
        self.assertEqual(self.client.value("return callTool('__proto__', 1).then(null, function (e) { return e.code })",
                                           tools=[]), "TOOL_NOT_FOUND")
        self.assertEqual(self.client.calls, [])
        self.client.tools = lambda tool, args: tool
        self.assertEqual(self.client.value("return callTool('known')", tools=tools), "known")

    def test_that_nobody_answers_times_out(self):
        final = self.client.run("return callTool('t', 1)", limits={"tool_timeout_ms": 150})
        self.assertEqual(final["error"]["code"], "TOOL_TIMEOUT")
        self.assertIn("150", final["error"]["message"])
        self.assertLess(final["stats"]["duration_ms"], 150 + within(400))
        self.client.until(lambda: self.client.cancels)
        self.assertEqual(self.client.cancels[0]["call"], self.client.calls[0]["call"])
        self.assertTrue(self.client.cancels[0]["reason"])

    def test_that_nobody_answers_can_be_caught(self):
        code = "return callTool('t', 1).then(null, function (e) { return e.code })"
        self.assertEqual(self.client.value(code, limits={"tool_timeout_ms": 100}), "TOOL_TIMEOUT")
        self.assertEqual(self.client.value(code, tools=[{"name": "t", "timeout_ms": 100}]), "TOOL_TIMEOUT")

    def test_that_is_retryable_is_asked_again_when_it_fails(self):
        asked = []

        def answer(tool, args):
            asked.append(args)
            if len(asked) < 3:
                raise tool_failure("not yet")
            return "at last"

        self.client.tools = answer
        self.assertEqual(self.client.value("return callTool('t', 7)",
                                           tools=[{"name": "t", "retryable": True, "max_retries": 5}]), "at last")
        self.assertEqual(asked, [7, 7, 7])
        self.assertEqual(len({call["call"] for call in self.client.calls}), 1)

    def test_that_is_retryable_fails_after_its_last_retry(self):
        self.client.tools = failing("never")
        self.assertEqual(self.client.ends("return callTool('t', 7)",
                                          tools=[{"name": "t", "retryable": True, "max_retries": 2}]), "TOOL_ERROR")
        self.assertEqual(len(self.client.calls), 3)

    def test_that_lost_a_race_is_withdrawn_at_the_end(self):
        self.client.tools = lambda tool, args: 1 if tool == "fast" else unanswered
        self.assertEqual(self.client.value("return Promise.race([callTool('slow'), callTool('fast')])"), 1)
        self.client.until(lambda: self.client.cancels)
        slow = next(call for call in self.client.calls if call["tool"] == "slow")
        self.assertEqual(self.client.cancels[0]["call"], slow["call"])

    def test_past_the_deadline_of_the_run_ends_it(self):
        final = self.client.run("return callTool('t', 1)", limits={"deadline_ms": 200}, events=["deadline_exceeded"])
        self.assertEqual(final["error"]["code"], "DEADLINE_EXCEEDED")
        self.assertLess(final["stats"]["duration_ms"], 200 + within(150))
        self.assertEqual(self.client.wait_event("deadline_exceeded")[0]["payload"]["budget_ms"], 200)
        self.client.until(lambda: self.client.cancels)

    def test_does_not_count_as_running_time(self):
        running = self.client.begin_run("return callTool('t', 1)", limits={"timeout_ms": 100})
        call = self.client.wait_calls(1)[0]
        end = time.monotonic() + 0.4
        while time.monotonic() < end:
            self.client.pump(0.05)
        self.client.reply(call["msgid"], "fine")
        self.assertEqual(self.client.answer(running)["result"], "fine")

    def test_waits_for_a_client_that_comes_back(self):
        first = any_client(self.server)
        first.begin_run("return callTool('t', 1)", session="orphan")
        call = first.wait_calls(1)[0]
        first.close()
        self.client.request("session.attach", {"session": "orphan", "events": "all"})
        again = self.client.wait_calls(1)[0]
        self.assertEqual((again["call"], again["args"]), (call["call"], 1))
        self.client.reply(again["msgid"], "back")
        self.assertEqual(self.client.wait_event("final")[0]["payload"]["result"], "back")
        self.client.request("session.close", {"session": "orphan"})

    def test_is_answered_by_the_newest_client_that_wants_to(self):
        self.client.request("session.open", {"session": "two", "events": "all"})
        second, watcher = self.connect(), self.connect()
        second.request("session.attach", {"session": "two", "events": "all"})
        watcher.request("session.attach", {"session": "two", "events": "all", "tool_mode": "none"})
        running = self.client.begin_run("return callTool('t', 1)", session="two")
        call = second.wait_calls(1)[0]
        second.reply(call["msgid"], "second")
        self.assertEqual(self.client.answer(running)["result"], "second")
        self.assertEqual((self.client.calls, watcher.calls), ([], []))
        watcher.wait_event("final")
        second.close()
        running = self.client.begin_run("return callTool('t', 1)", session="two")
        self.client.wait_calls(1)
        self.client.reply(self.client.calls[0]["msgid"], "first")
        self.assertEqual(self.client.answer(running)["result"], "first")
        self.client.request("session.close", {"session": "two"})


class a_tool_call_by_event(system_test):
    def setUp(self):
        self.client = self.connect()

    def pending(self, name, limits=None, code="return callTool('t', 1)"):
        self.client.request("session.open", {"session": name, "events": "all", "tool_mode": "event"})
        running = self.client.begin_run(code, session=name, **({"limits": limits} if limits else {}))
        mine = lambda: [event for event in self.client.events
                        if event["type"] == "tool_call" and event["session"] == name]
        return running, self.client.until(mine)[0]["payload"]["call"]

    def result(self, session, call, **what):
        return self.client.request("tool.result", {"session": session, "call": call, **what})

    def test_is_answered_with_tool_result(self):
        running, call = self.pending("e1")
        self.assertEqual(self.client.calls, [])
        self.assertEqual(self.result("e1", call, result={"x": 1}), {})
        self.assertEqual(self.client.answer(running)["result"], {"x": 1})

    def test_is_answered_with_an_error(self):
        running, call = self.pending("e2", code=CATCHES)
        self.assertEqual(self.result("e2", call, error={"message": "m", "code": "C"}), {})
        self.assertEqual(self.client.answer(running)["result"][:3], [True, "m", "C"])

    def test_takes_a_repeated_result_and_refuses_a_different_one(self):
        running, call = self.pending("e3", code="return callTool('t', 1).then(function (v) { return callTool('u', v) "
                                                "})")
        self.result("e3", call, result=1)
        self.assertEqual(self.result("e3", call, result=1), {})
        self.assertEqual(self.client.refused("tool.result", {"session": "e3", "call": call, "result": 2}).code,
                         "CONFLICT")
        self.assertEqual(self.client.refused("tool.result", {"session": "e3", "call": call, "error": "x"}).code,
                         "CONFLICT")
        second = self.client.wait_event("tool_call", 2)[1]["payload"]
        self.assertEqual(second["args"], 1)
        self.result("e3", second["call"], result="done")
        self.assertEqual(self.client.answer(running)["result"], "done")

    def test_that_is_unknown_is_not_found(self):
        _, call = self.pending("e4")
        for wrong in ("x", "", call + "9", "x." + call, call.rpartition(".")[0] + ".0", call.rpartition(".")[0] + ".-1",
                      call.rpartition(".")[0] + ".4294967297"):
            self.assertEqual(self.client.refused("tool.result", {"session": "e4", "call": wrong, "result": 1}).code,
                             "NOT_FOUND", wrong)
        self.client.request("session.close", {"session": "e4"})

    def test_may_come_late_and_does_no_harm(self):
        running, call = self.pending("e5", {"tool_timeout_ms": 100}, "return callTool('t', 1).then(null, function (e) "
                                                                     "{ return callTool('u', e.code) })")
        second = self.client.wait_event("tool_call", 2)[1]["payload"]
        self.assertEqual(second["args"], "TOOL_TIMEOUT")
        self.assertEqual(self.result("e5", call, result="late"), {})
        self.result("e5", second["call"], result="done")
        self.assertEqual(self.client.answer(running)["result"], "done")
        self.assertEqual(self.result("e5", second["call"], result="done"), {})

    def test_of_another_session_is_not_found(self):
        _, call = self.pending("e6")
        self.client.request("session.open", {"session": "e7"})
        self.assertEqual(self.client.refused("tool.result", {"session": "e7", "call": call, "result": 1}).code,
                         "NOT_FOUND")
        self.client.request("session.close", {"session": "e6"})

    def test_of_who_only_watches_is_nobodys(self):
        final = self.client.run("return callTool('t', 1)", tool_mode="none", limits={"tool_timeout_ms": 100})
        self.assertEqual((code_of(final), self.client.calls), ("TOOL_TIMEOUT", []))


if __name__ == "__main__":
    main()
