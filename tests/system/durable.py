"""Durable sessions: the server is killed at every kind of moment, and the scripts go on as if nothing had happened."""

import time

from support import code_of, durable_test, main, unanswered, wait_until

NEVER_ENDS = {"tool_timeout_ms": 0}


def kinds(events):
    return [event["type"] for event in events]


def of_kind(kind, events):
    return [event for event in events if event["type"] == kind]


def first_only(tool, args):
    return "one" if tool == "first" else unanswered


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
        told = [kind for kind in kinds(recorded) if kind not in ("tool_progress", "execution_restarted")]
        self.assertEqual(told, ["session_init", "stdout", "log", "partial_result", "tool_call", "tool_result_applied", "stdout",
                                "tool_call", "tool_result_applied", "stdout", "final"])
        # It is built again when it goes on, with the answer that came meanwhile.
        restarts = of_kind("execution_restarted", recorded[len(seen):])
        self.assertEqual(len(restarts), 1)
        self.assertIn(restarts[0]["payload"]["replayed_calls"], (1, 2))

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
        one.wait_calls(1)
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
        self.assertEqual(recorded[-1]["payload"].get("result"), 1_252_500, recorded[-1])
        applied = [event["payload"]["call"] for event in of_kind("tool_result_applied", recorded)]
        self.assertEqual((len(applied), len(set(applied))), (500, 500))

    def test_row_67_whose_journal_is_long_goes_on_from_where_it_stood(self):
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
        self.assertIn(after.wait_event("execution_restarted")[0]["payload"]["replayed_calls"], (900, 901))


if __name__ == "__main__":
    main()
