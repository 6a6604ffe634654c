"""What runs beside something else is neither slowed nor changed nor seen by it."""

import time

from support import main, system_test, wait_until, within

POLLUTE = """
    var global = globalThis;
    global.left = 'behind'; global.leaked = 1;
    Object.prototype.polluted = 'yes'; Array.prototype.push = function () { return 'stolen' };
    Object.defineProperty(Object.prototype, 'trap', {get: function () { return 'trapped' }, configurable: true});
    Promise.prototype.then = function () { throw new Error('stolen') };
    JSON.stringify = Math.random = Date.now = function () { return 'stolen' };
    console.log = print = function () {};
    Error.prepareStackTrace = function () { return 'stolen' };
    try { callTool = function () { return 'stolen' } } catch (e) {}
    return 1"""

CLEAN = """
    var global = globalThis;
    return [typeof global.left, typeof leaked, ({}).polluted === undefined, ({}).trap === undefined, [].push(1) === 1,
            JSON.stringify({a: 1}), typeof Math.random(), typeof Date.now(), typeof Error.prepareStackTrace]"""

IS_CLEAN = ["undefined", "undefined", True, True, True, '{"a":1}', "number", "number", "undefined"]


class a_script(system_test):
    def test_leaves_nothing_to_the_next_one(self):
        one = self.connect(lambda tool, args: "honest")
        for level in ("standard", "permissive", "secure", "strict"):
            for _ in range(6):
                self.assertEqual(one.value(POLLUTE, security=level), 1)
                self.assertEqual(one.value(CLEAN, security=level), IS_CLEAN)
                self.assertEqual(one.value("return callTool('t')", security=level), "honest")

    def test_leaves_nothing_to_the_next_one_of_its_session(self):
        one = self.connect()
        one.request("session.open", {"session": "same"})
        self.assertEqual(one.value(POLLUTE, session="same"), 1)
        self.assertEqual(one.value(CLEAN, session="same"), IS_CLEAN)
        one.request("session.close", {"session": "same"})

    def test_that_is_parked_keeps_its_own_world(self):
        one = self.connect()
        code = ("globalThis.mine = inputs; Object.prototype.mark = inputs; "
                "return callTool('t').then(function () { return [mine, ({}).mark] })")
        ids = [one.begin_run(code, inputs=number) for number in range(20)]
        calls = one.wait_calls(20)
        self.assertEqual(one.value(CLEAN), IS_CLEAN)
        for call in reversed(calls):
            one.reply(call["msgid"], 1)
        self.assertEqual([one.answer(each)["result"] for each in ids], [[number, number] for number in range(20)])

    def test_cannot_tell_whether_another_tenants_script_was_compiled(self):
        one = self.connect()
        code = "return 'compiled by ' + 1 // " + "x" * 50
        self.assertIs(one.run(code)["stats"]["cache_hit"], False)

    def test_sees_a_clock_that_stands_still_while_it_runs(self):
        self.assertEqual(self.connect().value("var a = Date.now(); for (var i = 0; i < 3e6; i++); "
                                              "return Date.now() - a"), 0)

    def test_draws_other_random_numbers_than_the_next(self):
        one = self.connect()
        self.assertEqual(len({one.value("return Math.random()") for _ in range(50)}), 50)


class tenants(system_test):
    workers = 4

    @classmethod
    def setUpClass(cls):
        file = cls.a_tokens_file("a a run,read", "b b run,read", "c c run,read")
        cls.options = (f"--tokens-file={file}",)
        super().setUpClass()

    def held_by(self, one, besides=(), **options):
        """The worker process that runs a script of a client right now."""
        spins = "function f(n) { if (n > 0) { f(n - 1); f(n - 1) } } f(60)"  # without a loop, whose rounds are limited
        running = one.begin_run(spins, limits={"timeout_ms": 1_500}, **options)
        worker = self.server.busy_worker(besides)
        return running, worker

    def beside_spinners(self, on, count=50, seconds=5):
        """The times that short scripts of one tenant take while another spins, in milliseconds and in order."""
        spinner, good = self.connect(token="a", to=on), self.connect(token="b", to=on)
        good.value("return 1")
        for number in range(count):
            spinner.begin_run("while (1);", session=f"spin{number}")
        times, stop = [], time.monotonic() + seconds
        try:
            while time.monotonic() < stop:
                began = time.monotonic()
                self.assertEqual(good.value("return 1"), 1)
                times.append((time.monotonic() - began) * 1000)
        finally:
            for number in range(count):
                spinner.request("session.close", {"session": f"spin{number}"})
            spinner.until(lambda: spinner.request("status")["workers"]["active"] == 0, 5, what="the end of all activity")
        times.sort()
        p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
        print(f"({len(times)} scripts beside {count} that spin: p50 {p50:.1f} ms, p99 {p99:.1f} "
              f"ms, most {times[-1]:.1f} ms) ", end="")
        return p99

    def test_that_spin_leave_room_for_short_scripts_of_others(self):
        self.assertLess(self.beside_spinners(self.server), within(250))

    def test_that_spin_leave_room_in_a_pool_that_grows(self):
        own = self.a_server(*self.options, workers=None)
        self.assertLess(self.beside_spinners(own), within(250))
        own.stop()

    def test_whose_sessions_are_closed_leave_nothing_that_runs(self):
        one = self.connect(token="a")
        for wave in range(8):
            for number in range(50):
                one.begin_run("while (1);", session=f"wave{wave}.{number}")
            pause = time.monotonic() + 0.04 * wave  # some run, some wait behind them, some are on their way
            while time.monotonic() < pause:
                one.pump(0.01)
            for number in range(50):
                one.request("session.close", {"session": f"wave{wave}.{number}"})
            one.until(lambda: one.request("status")["workers"]["active"] == 0, 5, what="the end of all activity")

    def test_under_secure_that_have_all_processes_leave_one_to_the_others(self):
        own = self.a_server(*self.options, workers=2)
        clients = {name: self.connect(token=name, to=own) for name in "abc"}
        for name in "ab":
            clients[name].value("return 1", security="secure")
        for level in ("standard", "secure", "strict", "permissive"):
            self.assertEqual(clients["c"].value("return 1", security=level), 1)
        own.stop()

    def test_under_strict_have_a_process_for_each_script(self):
        one = self.connect(token="c")
        seen = set()
        for _ in range(3):
            running, worker = self.held_by(one, security="strict")
            self.assertNotIn(worker, seen)
            seen.add(worker)
            one.answer(running)
            wait_until(lambda worker=worker: worker not in self.server.workers(), 5, "the end of a strict worker")

    def test_under_secure_share_no_process(self):
        first, second = self.connect(token="a"), self.connect(token="b")
        _, one = self.held_by(first, security="secure")
        _, other = self.held_by(second, besides={one}, security="secure")
        first.answer(2)
        second.answer(2)
        self.assertNotEqual(one, other)
        for _ in range(3):  # the other tenant's worker is free as well, and never taken
            _, again = self.held_by(second, security="secure")
            self.assertNotEqual(again, one)
            second.answer(second._last)


if __name__ == "__main__":
    main()
