"""Tool calls of durable sessions when the server is killed: asked again with the same id, or never again."""

import os
import signal
import time

from support import code_of, durable_test, main, refusal, tool_failure, unanswered, wait_until

TWO_CALLS = "const one = await callTool('first', 1); return [one, await callTool('second', 2)]"
NEVER_ENDS = {"tool_timeout_ms": 0}


def of_kind(kind, events):
    return [event for event in events if event["type"] == kind]


def first_only(tool, args):
    return "one" if tool == "first" else unanswered


class a_tool_call_when_the_server_is_killed(durable_test):
    def parked(self, code=TWO_CALLS, calls=2, tools=first_only, **options):
        """A script that has asked so many calls, and its last ones are open."""
        one = self.session()
        one.tools = tools
        one.begin_run(code, session="s", **options)
        one.wait_calls(calls)
        one.until(lambda: one.request("session.info", {"session": "s"})["status"] == "waiting")
        return one

    def test_is_asked_again_with_the_same_id_when_a_client_attaches_if_it_was_not_answered(self):
        before = self.parked().calls[1]
        self.die_and_live()
        after = self.back()
        call = after.wait_calls(1)[0]
        for key in ("session", "execution", "call", "tool", "args"):
            self.assertEqual(call[key], before[key])
        after.reply(call["msgid"], "two")
        self.assertEqual(after.wait_event("final")[0]["payload"]["result"], ["one", "two"])

    def test_is_not_asked_again_if_it_was_answered(self):
        first = self.parked().calls[0]
        for _ in range(3):
            self.die_and_live()
            after = self.back()
            self.assertEqual(after.wait_calls(1)[0]["tool"], "second")
        after.reply(after.calls[0]["msgid"], "two")
        after.wait_event("final")
        self.assertNotIn(first["call"], [call["call"] for call in after.calls])
        self.assertEqual(len(of_kind("tool_result_applied", self.recorded(after))), 2)

    def test_row_7_is_not_asked_again_if_its_result_was_recorded_and_the_script_had_not_seen_it(self):
        one = self.session(tool_mode="event")
        one.begin_run("return 'got ' + await callTool('t')", session="s")
        call = one.wait_event("tool_call")[0]["payload"]["call"]
        # The worker cannot run the script now, so the result is recorded and not delivered.
        for worker in self.own.workers():
            os.kill(worker, signal.SIGSTOP)
        self.assertEqual(one.request("tool.result", {"session": "s", "call": call, "result": 5}), {})
        self.die_and_live()
        after = self.back()
        self.assertEqual(after.wait_event("final")[0]["payload"]["result"], "got 5")
        self.assertEqual(after.calls, [])

    def test_row_7_needs_no_client_to_go_on_when_its_result_was_recorded(self):
        one = self.session(tool_mode="event")
        one.begin_run("const v = await callTool('t'); await sleep(300); return v", session="s")
        call = one.wait_event("tool_call")[0]["payload"]["call"]
        one.request("tool.result", {"session": "s", "call": call, "result": 5})
        self.die_and_live()
        after = self.join()
        after.until(lambda: after.request("session.info", {"session": "s"})["status"] == "idle")
        self.assertEqual(self.recorded(after)[-1]["payload"]["result"], 5)

    def test_row_8_is_asked_with_the_id_of_its_event_if_it_had_not_left(self):
        one = self.session(tool_mode="none")
        one.begin_run("return callTool('t', {n: 1})", session="s")
        told = one.wait_event("tool_call")[0]["payload"]
        self.die_and_live()
        after = self.back()
        call = after.wait_calls(1)[0]
        self.assertEqual({key: call[key] for key in ("call", "tool", "args")}, told)
        after.reply(call["msgid"], 7)
        self.assertEqual(after.wait_event("final")[0]["payload"]["result"], 7)

    def test_row_32_is_one_of_many_answered_out_of_order_each_with_its_own_result(self):
        one = self.parked("return Promise.all([1, 2, 3, 4, 5, 6].map(n => callTool('t', n)))", 6, lambda *_: unanswered)
        one.reply(one.calls[4]["msgid"], "e")
        one.wait_event("tool_result_applied")
        self.die_and_live()
        after = self.back()
        calls = after.wait_calls(5)
        self.assertEqual([call["args"] for call in calls], [1, 2, 3, 4, 6])
        for call in reversed(calls):
            after.reply(call["msgid"], "abcdef"[call["args"] - 1])
        self.assertEqual(after.wait_event("final")[0]["payload"]["result"], list("abcdef"))

    def test_row_33_times_out_by_the_wall_clock_while_no_server_is_there(self):
        one = self.session()
        one.begin_run("try { await callTool('t') } catch (e) { return e.code }", session="s", limits={"tool_timeout_ms": 1_500})
        one.wait_calls(1)
        began = time.monotonic()
        self.die()
        wait_until(lambda: time.monotonic() - began > 1.5, 5)
        self.live()
        after = self.back()
        self.assertEqual(after.wait_event("final", seconds=3)[0]["payload"]["result"], "TOOL_TIMEOUT")

    def test_row_33_that_is_never_answered_reaches_the_script_as_an_error_after_a_restart_too(self):
        one = self.session()
        one.begin_run("try { await callTool('t') } catch (e) { return e.code }", session="s", limits={"tool_timeout_ms": 1_500})
        one.wait_calls(1)
        began = time.monotonic()
        self.die_and_live()
        after = self.back()
        self.assertEqual(after.wait_event("final")[0]["payload"]["result"], "TOOL_TIMEOUT")
        self.assertTrue(1.4 < time.monotonic() - began < 4)

    def test_row_30_that_timed_out_may_be_answered_late_after_a_restart(self):
        one = self.session()
        one.begin_run("try { await callTool('t') } catch (e) {} return callTool('u')", session="s",
                      limits={"tool_timeout_ms": 200}, tools=[{"name": "t"}, {"name": "u", "timeout_ms": 0}])
        first = one.wait_calls(2)[0]["call"]
        self.die_and_live()
        after = self.back()
        after.wait_calls(1)
        self.assertEqual(after.request("tool.result", {"session": "s", "call": first, "result": "late"}), {})
        after.reply(after.calls[0]["msgid"], "in time")
        self.assertEqual(after.wait_event("final")[0]["payload"]["result"], "in time")
        self.assertEqual(after.request("tool.result", {"session": "s", "call": first, "result": "late"}), {})
        with self.assertRaises(refusal) as caught:
            after.request("tool.result", {"session": "s", "call": first, "result": "later"})
        self.assertEqual(caught.exception.code, "CONFLICT")

    def test_row_31_that_never_was_is_still_unknown(self):
        self.parked()
        self.die_and_live()
        after = self.back()
        call = after.wait_calls(1)[0]["call"]
        for wrong in (call + "9", call.rpartition(".")[0] + ".0", "x.1"):
            self.assertEqual(after.refused("tool.result", {"session": "s", "call": wrong, "result": 1}).code, "NOT_FOUND")

    def test_waits_as_long_as_its_session_lives_when_it_has_no_time_limit(self):
        self.parked(limits=NEVER_ENDS)
        for _ in range(3):
            self.die_and_live()
            after = self.join()
            info = after.request("session.info", {"session": "s"})
            self.assertIsNone(info["expires_at"])
            after.until(lambda after=after: after.request("session.info", {"session": "s"})["status"] == "waiting")
        after = self.back()
        self.assertIsNone(after.wait_calls(1)[0]["deadline_ms"])

    def test_is_retried_as_often_as_it_was_to_be(self):
        asked = []

        def fails(tool, args):
            asked.append(tool)
            raise tool_failure("not yet")
        one = self.session(tools=[{"name": "t", "retryable": True, "max_retries": 3}, {"name": "hold", "timeout_ms": 0}])
        one.tools = lambda tool, args: unanswered if tool == "hold" else fails(tool, args)
        one.begin_run("let seen = ''; try { await callTool('t') } catch (e) { seen = e.message } "
                      "await callTool('hold'); return seen", session="s")
        one.until(lambda: one.calls and one.calls[-1]["tool"] == "hold")
        self.assertEqual(len(asked), 4)
        self.die_and_live()
        after = self.back(tools=lambda tool, args: 1)
        self.assertEqual(after.wait_event("final")[0]["payload"]["result"], "not yet")
        self.assertEqual([call["tool"] for call in after.calls], ["hold"])

    def test_row_1_and_12_survives_the_deaths_of_worker_zygote_and_server_one_after_another(self):
        self.parked()
        for worker in self.own.workers():
            os.kill(worker, signal.SIGKILL)
        os.kill(wait_until(self.own.zygote), signal.SIGKILL)
        self.die_and_live()
        os.kill(wait_until(self.own.zygote), signal.SIGKILL)
        after = self.back()
        after.reply(after.wait_calls(1)[0]["msgid"], "two")
        self.assertEqual(after.wait_event("final")[0]["payload"]["result"], ["one", "two"])

    def test_row_2_is_not_asked_again_when_only_a_worker_dies(self):
        one = self.parked()
        for worker in self.own.workers():
            os.kill(worker, signal.SIGKILL)
        wait_until(lambda: len(self.own.workers()) == 2, 10, "new workers")
        one.reply(one.calls[1]["msgid"], "two")
        self.assertEqual(one.wait_event("final")[0]["payload"]["result"], ["one", "two"])
        self.assertEqual(len(one.calls), 2)


class a_call_that_may_be_made_once(durable_test):
    TOOLS = [{"name": "pay", "at_most_once": True}, {"name": "t"}]

    def test_fails_when_the_process_that_asked_for_it_is_dead(self):
        one = self.session(tools=self.TOOLS)
        one.begin_run("try { await callTool('pay', 100) } catch (e) { return [e instanceof Error, e.code] }", session="s")
        one.wait_calls(1)
        self.die_and_live()
        after = self.back()
        self.assertEqual(after.wait_event("final")[0]["payload"]["result"], [True, "TOOL_INTERRUPTED"])
        self.assertEqual(after.calls, [])

    def test_ends_a_run_that_does_not_catch_its_failure(self):
        one = self.session(tools=self.TOOLS)
        one.begin_run("return callTool('pay', 100)", session="s")
        one.wait_calls(1)
        self.die_and_live()
        self.assertEqual(code_of(self.back().wait_event("final")[0]["payload"]), "TOOL_INTERRUPTED")

    def test_is_asked_if_nobody_was_there_to_be_asked_before(self):
        one = self.session(tools=self.TOOLS, tool_mode="none")
        one.begin_run("return callTool('pay', 100)", session="s")
        one.wait_event("tool_call")
        self.die_and_live()
        after = self.back()
        after.reply(after.wait_calls(1)[0]["msgid"], "paid")
        self.assertEqual(after.wait_event("final")[0]["payload"]["result"], "paid")

    def test_is_asked_once_of_two_who_attach_at_once(self):
        one = self.session(tools=self.TOOLS, tool_mode="none")
        one.begin_run("return callTool('pay', 100)", session="s")
        one.wait_event("tool_call")
        self.die_and_live()
        pair = [self.join(), self.join()]
        for each in pair:
            each.begin("session.attach", {"session": "s"})
        wait_until(lambda: any(each.pump(0.01) and each.calls for each in pair))
        for each in pair:
            each.request("ping")
        self.assertEqual(len(pair[0].calls + pair[1].calls), 1)

    def test_has_its_result_if_that_came_before_the_death(self):
        one = self.session(tools=self.TOOLS)
        one.tools = lambda tool, args: "paid" if tool == "pay" else unanswered
        one.begin_run("return [await callTool('pay', 100), await callTool('t')]", session="s")
        one.wait_calls(2)
        self.die_and_live()
        after = self.back(tools=lambda tool, args: "t")
        self.assertEqual(after.wait_event("final")[0]["payload"]["result"], ["paid", "t"])
        self.assertEqual([call["tool"] for call in after.calls], ["t"])

    def test_loses_nothing_by_the_death_of_a_worker(self):
        one = self.session(tools=self.TOOLS)
        one.begin_run("return callTool('pay', 100)", session="s")
        call = one.wait_calls(1)[0]
        for worker in self.own.workers():
            os.kill(worker, signal.SIGKILL)
        os.kill(wait_until(self.own.zygote), signal.SIGKILL)
        one.reply(call["msgid"], "paid")
        self.assertEqual(one.wait_event("final")[0]["payload"]["result"], "paid")
        self.assertEqual(len(one.calls), 1)


if __name__ == "__main__":
    main()
