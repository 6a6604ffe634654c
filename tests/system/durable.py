"""Durable sessions: the server is killed at every kind of moment, and the scripts go on as if nothing had happened."""

import os
import signal
import time

from support import code_of, durable_test, main, tool_failure, unanswered, wait_until

TWO_CALLS = "const one = await callTool('first', 1); return [one, await callTool('second', 2)]"
NEVER_ENDS = {"tool_timeout_ms": 0}


def kinds(events):
    return [event["type"] for event in events]


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
        self.assertEqual(after.request("tool.result", {"session": "s", "call": first, "result": "later"}), {})

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


class what_goes_on_by_the_wall_clock(durable_test):
    def test_a_timer_fires_when_it_is_due_after_a_restart(self):
        one = self.session()
        one.begin_run("await sleep(2000); return 'woken'", session="s")
        one.until(lambda: one.request("session.info", {"session": "s"})["status"] == "waiting")
        began = time.monotonic()
        self.die_and_live()
        after = self.back()
        self.assertEqual(after.wait_event("final")[0]["payload"]["result"], "woken")
        self.assertTrue(1.8 < time.monotonic() - began < 3.5, time.monotonic() - began)

    def test_a_timer_that_became_due_without_a_server_fires_at_once(self):
        one = self.session()
        one.begin_run("const began = Date.now(); await sleep(500); return Date.now() - began", session="s")
        one.until(lambda: one.request("session.info", {"session": "s"})["status"] == "waiting")
        began = time.monotonic()
        self.die()
        wait_until(lambda: time.monotonic() - began > 1, 5)
        self.live()
        after = self.back()
        waited = after.wait_event("final", seconds=3)[0]["payload"]["result"]
        self.assertTrue(1_000 <= waited < 5_000, waited)

    def test_timers_fire_in_their_order_even_when_all_are_late(self):
        one = self.session()
        one.begin_run("const s = []; await Promise.all([300, 100, 200].map(ms => sleep(ms).then(() => s.push(ms)))); "
                      "return s", session="s")
        one.until(lambda: one.request("session.info", {"session": "s"})["status"] == "waiting")
        self.die()
        time.sleep(0.4)  # the time in which they become due
        self.live()
        self.assertEqual(self.back().wait_event("final")[0]["payload"]["result"], [100, 200, 300])

    def test_an_interval_goes_on(self):
        one = self.session()
        one.begin_run("let n = 0; await new Promise(done => { const i = setInterval(() => { print(`${++n} `); "
                      "if (n === 6) { clearInterval(i); done() } }, 100) }); return n", session="s")
        one.wait_event("stdout", 2)
        self.die_and_live()
        after = self.back()
        self.assertEqual(after.wait_event("final")[0]["payload"]["result"], 6)
        said = "".join(event["payload"]["chunk"] for event in of_kind("stdout", self.recorded(after)))
        self.assertEqual(said, "1 2 3 4 5 6 ")

    def test_a_deadline_passes_without_a_server(self):
        one = self.session()
        one.begin_run("return callTool('t')", session="s", limits={"deadline_ms": 1_000, "tool_timeout_ms": 0})
        one.wait_calls(1)
        began = time.monotonic()
        self.die()
        wait_until(lambda: time.monotonic() - began > 1, 5)
        self.live()
        after = self.back()
        self.assertEqual(code_of(after.wait_event("final", seconds=3)[0]["payload"]), "DEADLINE_EXCEEDED")

    def test_running_time_is_not_counted_twice_by_a_replay(self):
        spin = "for (let i = 0; i < 3e6; i++); "
        one = self.session()
        one.tools = first_only
        one.begin_run(spin + "await callTool('first'); " + spin + "return callTool('second')", session="s",
                      limits={"timeout_ms": 1_500})
        one.wait_calls(2)
        for _ in range(4):
            self.die_and_live()
            after = self.back()
            after.wait_calls(1)
        after.reply(after.calls[0]["msgid"], "fine")
        self.assertEqual(after.wait_event("final")[0]["payload"]["result"], "fine")


class a_script_that_is_rebuilt(durable_test):
    def test_tells_nothing_twice_and_says_that_it_was_restarted(self):
        one = self.session()
        one.tools = first_only
        one.begin_run("print('a'); console.log('b', {c: 1}); progress(1); const x = await callTool('first'); print('d' + x); "
                      "await callTool('second'); print('e'); return 1", session="s")
        one.wait_calls(2)
        one.until(lambda: one.request("session.info", {"session": "s"})["status"] == "waiting")
        seen = list(one.events)
        self.die_and_live()
        after = self.back(after=seen[-1]["seq"], tools=lambda tool, args: 2)
        after.wait_event("final")
        recorded = self.recorded(after)
        self.assertEqual(recorded[:len(seen)], seen)
        self.assertEqual(recorded[len(seen):], after.events)
        told = [kind for kind in kinds(recorded) if kind != "tool_progress"]
        self.assertEqual(told, ["session_init", "stdout", "log", "partial_result", "tool_call", "tool_result_applied", "stdout",
                                "tool_call", "execution_restarted", "tool_result_applied", "stdout", "final"])
        self.assertEqual(of_kind("execution_restarted", recorded)[0]["payload"]["replayed_calls"], 1)

    def test_draws_the_same_random_numbers_and_sees_the_same_times(self):
        one = self.session()
        one.tools = first_only
        one.begin_run("const seen = [Math.random(), Date.now()]; await callTool('first'); seen.push(Math.random(), Date.now()); "
                      "console.log('seen', seen); await callTool('second'); return seen", session="s")
        one.wait_calls(2)
        told = one.wait_event("log")[0]["payload"]["data"][0]
        self.die_and_live()
        after = self.back(tools=lambda tool, args: 2)
        self.assertEqual(after.wait_event("final")[0]["payload"]["result"], told)

    def test_in_the_middle_of_running_is_run_again(self):
        one = self.session()
        running = one.begin_run("let n = 0; for (let i = 0; i < 2e7; i++) n += i & 7; return n", session="s")
        self.own.busy_worker()
        self.assertNotIn(running, one.answers)
        self.die_and_live()
        after = self.back()
        self.assertEqual(after.wait_event("final", seconds=40)[0]["payload"]["result"], 70_000_000)

    def test_has_all_its_results_when_the_server_dies_again_and_again(self):
        """kill -9 at 25 moments, wherever the script is."""
        one = self.session(limits=NEVER_ENDS, security="permissive")
        answers = {}

        def effect(tool, args):
            answers[args] = answers.get(args, 0) + 1
            return args * 10
        one.tools = effect
        one.begin_run("let sum = 0; for (let i = 1; i <= 500; i++) { sum += await callTool('t', i); await sleep(1) } return sum",
                      session="s")
        last = 0
        for number in range(25):
            pause = time.monotonic() + 0.01 * (number % 5)
            while time.monotonic() < pause:
                one.pump(0.005)
            last = one.events[-1]["seq"] if one.events else last
            self.die_and_live()
            one = self.back(after=last, tools=effect)
        one.until(lambda: one.request("session.info", {"session": "s"})["status"] == "idle", 60)
        recorded = self.recorded(one)
        self.assertEqual(recorded[-1]["payload"]["result"], 1_252_500)
        applied = [event["payload"]["call"] for event in of_kind("tool_result_applied", recorded)]
        self.assertEqual((len(applied), len(set(applied))), (500, 500))

    def test_whose_journal_is_long_goes_on_from_where_it_stood(self):
        """Row 67."""
        one = self.session(limits=NEVER_ENDS, security="permissive")
        one.tools = lambda tool, args: args if args < 900 else unanswered
        one.begin_run("let sum = 0; for (let i = 0; i <= 900; i++) sum += await callTool('t', i); return sum", session="s")
        one.until(lambda: len(one.calls) == 901, 60)
        self.die_and_live()
        began = time.monotonic()
        after = self.back(after=one.events[-1]["seq"])
        call = after.wait_calls(1)[0]
        self.assertEqual((call["args"], call["call"]), (900, one.calls[900]["call"]))
        after.reply(call["msgid"], 900)
        self.assertEqual(after.wait_event("final")[0]["payload"]["result"], 900 * 901 // 2)
        print(f"({time.monotonic() - began:.2f} s to replay 900 calls) ", end="")
        self.assertEqual(after.wait_event("execution_restarted")[0]["payload"]["replayed_calls"], 900)


if __name__ == "__main__":
    main()
