"""Each limit of a run ends it in its own code, in time, and says which setting raises it."""

import time

from support import code_of, main, system_test, within

# limits, script, code, what the message names
ENDS = [
    ({"timeout_ms": 100}, "while (1);", "TIMEOUT", "timeout_ms"),
    ({"timeout_ms": 100, "cpu_ms": 100}, "for (;;) { try { while (1); } catch (e) {} }", ("TIMEOUT", "CPU_LIMIT"),
     "_ms"),
    ({"cpu_ms": 50}, "while (1);", "CPU_LIMIT", "cpu_ms"),
    ({"deadline_ms": 150}, "while (1);", "DEADLINE_EXCEEDED", "deadline_ms"),
    ({"deadline_ms": 150}, "return callTool('t')", "DEADLINE_EXCEEDED", "deadline_ms"),
    ({"memory_bytes": 4 << 20}, "var a = []; while (1) a.push({x: 1})", "MEMORY_LIMIT", "memory_bytes"),
    ({"memory_bytes": 4 << 20}, "var s = 'x'; while (1) s += s", "MEMORY_LIMIT", "memory_bytes"),
    ({"stack_bytes": 100_000}, "function f() { return f() + 1 } return f()", "STACK_LIMIT", "stack_bytes"),
    ({}, "function f() { return f() + 1 } return f()", "STACK_LIMIT", "stack_bytes"),
    ({"tool_calls": 3}, "for (var i = 0; i < 5; i++) callTool('t', i); return 1", "TOOL_CALL_LIMIT", "tool_calls"),
    ({}, "for (var i = 0; i < 101; i++) callTool('t', i)", "TOOL_CALL_LIMIT", "tool_calls"),
    ({"tool_timeout_ms": 100}, "return callTool('t')", "TOOL_TIMEOUT", "tool_timeout_ms"),
    ({"output_bytes": 1_000}, "for (var i = 0; i < 1000; i++) print('0123456789')", "OUTPUT_LIMIT", "output_bytes"),
    ({"output_bytes": 1_000}, "print(new Array(2000).join('x'))", "OUTPUT_LIMIT", "output_bytes"),
    ({"output_bytes": 1_000}, "console.log({a: new Array(2000).join('x')})", "OUTPUT_LIMIT", "output_bytes"),
    ({"output_calls": 5}, "for (var i = 0; i < 6; i++) console.log(1)", "OUTPUT_LIMIT", "output_calls"),
    ({"output_calls": 5}, "for (var i = 0; i < 6; i++) try { print('') } catch (e) {}", "OUTPUT_LIMIT", "output_calls"),
    ({"result_bytes": 100}, "return new Array(200).join('x')", "RESULT_LIMIT", "result_bytes"),
    ({"value_depth": 3}, "return [[[[1]]]]", "RESULT_LIMIT", "value_depth"),
    ({"value_properties": 10}, "return [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]", "RESULT_LIMIT", "value_properties"),
]

LEVELS = {  # timeout, tool calls, output bytes, output calls, depth
    "strict": (5_000, 10, 65_536, 100, 16),
    "secure": (15_000, 50, 262_144, 500, 32),
    "standard": (30_000, 100, 1_048_576, 1_000, 64),
    "permissive": (60_000, 1_000, 10_485_760, 10_000, 64),
}


class a_limit(system_test):
    def setUp(self):
        self.client = self.connect()

    def test_ends_a_run_in_its_own_code(self):
        for limits, code, expected, names in ENDS:
            with self.subTest(limits=limits, code=code[:50]):
                final = self.client.run(code, limits=limits)
                self.assertIn(code_of(final), expected if isinstance(expected, tuple) else (expected,), final)
                self.assertIn(names, final["error"]["message"])
                self.assertEqual(self.client.value("return 1"), 1)

    def test_that_is_just_reached_ends_nothing(self):
        for limits, code in (({"tool_calls": 3}, "for (var i = 0; i < 3; i++) callTool('t', i); return 1"),
                             ({"output_calls": 5}, "for (var i = 0; i < 5; i++) print('')"),
                             ({"output_bytes": 10}, "print('0123456789')"), ({"value_depth": 3}, "return [[[1]]]"),
                             ({"value_properties": 10}, "return [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]")):
            with self.subTest(limits=limits):
                self.assertEqual(self.client.ends(code, limits=limits), "OK")

    def test_cannot_be_caught_by_the_script(self):
        for limits, code in (({"timeout_ms": 100}, "try { while (1); } catch (e) { return 1 } finally { for (;;); }"),
                             ({"tool_calls": 1}, "try { callTool('a'); callTool('b') } catch (e) { return 'caught' }"),
                             ({"output_calls": 1}, "try { print('a'); print('b') } catch (e) { return 'caught' }")):
            with self.subTest(code=code):
                self.assertNotEqual(self.client.ends(code, limits=limits), "OK")

    def test_that_ends_a_run_tells_so_before_the_final_event(self):
        self.client.run("while (1);", limits={"timeout_ms": 100}, events="all")
        self.client.wait_event("final")
        self.assertEqual([event["type"] for event in self.client.events],
                         ["session_init", "deadline_exceeded", "final"])
        self.assertEqual(self.client.events[1]["payload"]["budget_ms"], 100)

    def test_comes_from_the_level(self):
        for level, (timeout, calls, output, output_calls, depth) in LEVELS.items():
            with self.subTest(level):
                self.client.events.clear()
                self.client.run("1", security=level, events=["session_init"])
                told = self.client.wait_event("session_init")[0]["payload"]["limits"]
                self.assertEqual((told["timeout_ms"], told["tool_calls"], told["output_bytes"], told["output_calls"],
                                  told["value_depth"]), (timeout, calls, output, output_calls, depth))
                self.assertIn(str(timeout),
                              self.client.refused("run",
                                                  {"code": "1", "security": level,
                                                   "limits": {"timeout_ms": timeout + 1}}).message)
                self.assertEqual(self.client.ends(f"for (var i = 0; i <= {calls}; i++) callTool('t')", security=level),
                                 "TOOL_CALL_LIMIT")

    def test_of_the_configuration_is_a_ceiling_and_a_default(self):
        own = self.a_server("--timeout-ms=200", "--tool-calls=2", "--deadline-ms=1000")
        client = self.connect(to=own)
        self.assertEqual(client.ends("while (1);"), "TIMEOUT")
        self.assertIn("200", client.refused("run", {"code": "1", "limits": {"timeout_ms": 201}}).message)
        self.assertIn("1000", client.refused("run", {"code": "1", "limits": {"deadline_ms": 1001}}).message)
        self.assertEqual(client.refused("run", {"code": "1", "limits": {"deadline_ms": 0}}).code, "INVALID_REQUEST")
        self.assertEqual(client.ends("callTool('a'); callTool('b'); callTool('c')"), "TOOL_CALL_LIMIT")
        own.stop()

    def test_of_memory_is_exact_in_what_the_stats_say(self):
        final = self.client.run("var a = []; while (1) a.push([1, 2, 3])", limits={"memory_bytes": 8 << 20})
        self.assertEqual(code_of(final), "MEMORY_LIMIT")
        self.assertLessEqual(final["stats"]["memory_peak_bytes"], 8 << 20)
        self.assertGreater(final["stats"]["memory_peak_bytes"], 6 << 20)

    def test_of_messages_a_second_slows_a_script_and_never_ends_it(self):
        self.client.tools = lambda tool, args: args
        began = time.monotonic()
        code = ("function step(i) { return i < 4 ? callTool('t', i).then(function () { for (var k = 0; k < 24; "
                "k++) print('.'); return step(i + 1) }) : 'done' } return step(0)")
        self.assertEqual(self.client.value(code, security="strict"), "done")
        self.assertLess(time.monotonic() - began, within(6))

    def test_of_stack_traces_is_a_matter_of_the_level(self):
        code = "function inner() { throw new Error('x') }\nfunction outer() { inner() }\nouter()"
        full = self.client.run(code, security="standard")["error"]
        self.assertIn("outer", full.get("stack", ""))
        self.assertNotIn("/", full["stack"])
        self.assertNotIn("0x", full["stack"])


if __name__ == "__main__":
    main()
