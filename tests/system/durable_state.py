"""A durable session's state: committed before a script waits, dropped when it fails, the same after the server was killed."""

from support import code_of, durable_test, main


def of_kind(kind, events):
    return [event for event in events if event["type"] == kind]


def folded(events, start=None):
    """The state that the patches of a session make, whose revisions have no holes."""
    held, patches = dict(start or {}), of_kind("state_patch", events)
    revisions = [event["payload"]["revision"] for event in patches]
    assert revisions == list(range(revisions[0], revisions[0] + len(revisions))) if revisions else True, revisions
    for event in patches:
        for op in event["payload"]["ops"]:
            key = op["path"][1:].replace("~1", "/").replace("~0", "~")
            if op["op"] == "remove":
                del held[key]
            else:
                held[key] = op["value"]
    return held


class a_state(durable_test):
    SHOW = "return Object.fromEntries($state.keys().map(key => [key, $state.get(key)]))"

    def shown(self, by):
        return by.value(self.SHOW, session="s")

    def test_is_there_for_the_next_run_after_a_restart(self):
        one = self.session()
        one.value("$state.visits = ($state.visits ?? 0) + 1; $state.set('a/b~c', {list: [1, 'two', null, true]})", session="s")
        for visits in (2, 3, 4):
            self.die_and_live()
            after = self.back()
            self.assertEqual(after.value("return $state.visits = $state.visits + 1", session="s"), visits)
        self.assertEqual(self.shown(after), {"visits": 4, "a/b~c": {"list": [1, "two", None, True]}})
        self.assertEqual(folded(self.recorded(after)), self.shown(after))

    def test_begins_as_it_was_given_and_stays_so(self):
        start = {"n": 1, "cart": {"items": []}}
        self.session(initial_state=start)
        self.die_and_live()
        after = self.back()
        self.assertEqual(self.shown(after), start)
        after.value("$state.cart.items.push('tea'); $state.delete('n')", session="s")
        self.die_and_live()
        self.assertEqual(self.shown(self.back()), {"cart": {"items": ["tea"]}})

    def test_that_was_changed_before_a_call_is_told_before_it_and_is_there_after_a_restart(self):
        one = self.session(limits={"tool_timeout_ms": 0})
        one.begin_run("$state.step = 'asked'; const v = await callTool('t'); return [$state.step, v]", session="s")
        one.wait_calls(1)
        kinds = [event["type"] for event in one.events]
        self.assertLess(kinds.index("state_patch"), kinds.index("tool_call"))
        self.die_and_live()
        after = self.back(tools=lambda tool, args: "v")
        self.assertEqual(after.wait_event("final")[0]["payload"]["result"], ["asked", "v"])
        self.assertEqual(self.shown(after), {"step": "asked"})
        self.assertEqual(len(of_kind("state_patch", self.recorded(after))), 1)

    def test_keeps_nothing_of_what_a_failed_run_had_not_committed(self):
        one = self.session()
        one.tools = lambda tool, args: 1
        final = one.run("$state.kept = 1; await callTool('t'); $state.lost = 2; throw new Error('no')", session="s")
        self.assertEqual(code_of(final), "SCRIPT_ERROR")
        self.assertEqual(self.shown(one), {"kept": 1})
        self.die_and_live()
        self.assertEqual(self.shown(self.back()), {"kept": 1})

    def test_counts_each_step_once_when_the_server_dies_again_and_again(self):
        one = self.session(limits={"tool_timeout_ms": 0}, security="permissive")
        one.tools = lambda tool, args: args
        one.begin_run("$state.n = 0; for (let i = 1; i <= 150; i++) { $state.update('n', n => n + 1); await callTool('t', i) } "
                      "return $state.n", session="s")
        one.wait_calls(1)
        last = 0
        for _ in range(10):
            one.pump(0.03)
            last = max([last, *(event.get("seq", 0) for event in one.events)])
            self.die_and_live()
            one = self.back(after=last, tools=lambda tool, args: args)
        one.until(lambda: one.request("session.info", {"session": "s"})["status"] == "idle", 60)
        recorded = self.recorded(one)
        self.assertEqual(recorded[-1]["payload"].get("result"), 150, recorded[-1])
        self.assertEqual(folded(recorded), {"n": 150})
        self.assertEqual(self.shown(one), {"n": 150})

    def test_of_another_session_is_another_one(self):
        one = self.session("s")
        self.session("other", by=one)
        one.value("$state.mine = 1", session="s")
        self.die_and_live()
        after = self.join()
        self.assertEqual(after.value(self.SHOW, session="other"), {})
        self.assertEqual(self.shown(after), {"mine": 1})

    def test_is_gone_with_its_session(self):
        one = self.session()
        one.value("$state.mine = 1", session="s")
        one.request("session.close", {"session": "s"})
        self.die_and_live()
        self.assertEqual(self.shown(self.session()), {})


if __name__ == "__main__":
    main()
