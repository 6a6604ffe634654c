"""Scripts that mean harm, through the server: each ends with its code, in time, and the next one runs clean."""

import time

from attacks_table import EXCESSIVE_TOOL_NAMES, MEMORY, NO_TEXT, ODD_TOOL_NAMES, OUTPUT, REACH, SOURCES, STACK, TIME
from support import code_of, main, proportional_bytes, sanitised, system_test, tool_failure, wait_until, within

# Its loops are short, whose rounds strict and secure limit.
ENDLESS = "function f() { for (var i = 0; i < 9000; i++) for (var j = 0; j < 9000; j++); f() } f()"

CLEAN = ("return [typeof leaked, [1, 'a'].concat(Object.keys({b: 2})).length, JSON.stringify({a: [1]}), "
         "/a+/.test('aaa'), [3, 1, 2].sort().join()]")
IS_CLEAN = ["undefined", 3, '{"a":[1]}', True, "1,2,3"]
GRACE_MS = within(150)


class an_attack(system_test):
    def setUp(self):
        self.client = self.connect(lambda tool, args: self.answer(tool))
        self.workers = sorted(wait_until(lambda: len(self.server.workers()) == 2 and self.server.workers()))

    def answer(self, tool):
        if tool == "fail":
            raise tool_failure({"message": "m", "details": {"__proto__": {"x": 1}, "constructor": 5}})
        return {"__proto__": {"polluted": 1}, "constructor": 1}

    def attack(self, code, **options):
        final = self.client.run(code, **options)
        self.assertEqual(self.client.value(CLEAN), IS_CLEAN)
        return final

    def kept_workers(self):
        self.assertEqual(sorted(self.server.workers()), self.workers, "a worker was lost")

    def test_on_time_ends_by_itself_soon_after_the_deadline(self):
        latest = 0
        for code in TIME:
            with self.subTest(code=code[:100]):
                final = self.attack(code, limits={"timeout_ms": 100, "cpu_ms": 100})
                self.assertIn(code_of(final), ("TIMEOUT", "CPU_LIMIT"), final)
                latest = max(latest, final["stats"]["duration_ms"] - 100)
                self.assertLessEqual(final["stats"]["duration_ms"], 100 + GRACE_MS)
        print(f"({len(TIME)} attacks, at most {latest:.0f} ms late) ", end="")
        self.kept_workers()

    def test_on_memory_ends_with_memory_limit_below_the_cap(self):
        for code in MEMORY:
            with self.subTest(code=code[:100]):
                final = self.attack(code, limits={"memory_bytes": 16 << 20, "timeout_ms": 10_000})
                self.assertEqual(code_of(final), "MEMORY_LIMIT", final)
                self.assertLessEqual(final["stats"]["memory_peak_bytes"], 16 << 20)
        self.kept_workers()
        if not sanitised():
            self.assertLess(proportional_bytes(self.workers), 400 << 20)

    def test_on_the_stack_does_not_end_its_worker(self):
        for code, codes in STACK:
            with self.subTest(code=code[:100]):
                self.assertIn(code_of(self.attack(code, limits={"timeout_ms": 3_000})), codes)
        self.kept_workers()

    def test_reaches_nothing(self):
        for code, expected in REACH:
            with self.subTest(code=code[:100]):
                final = self.attack(code, inputs={})
                if expected == NO_TEXT:
                    self.assertIn(NO_TEXT, final["error"]["message"])
                else:
                    self.assertTrue(final["ok"], final)
                    self.assertEqual(final["result"], expected)
        self.kept_workers()

    def test_by_output_and_results_is_refused_with_a_clear_code(self):
        for code, limits, expected in OUTPUT:
            with self.subTest(code=code[:100]):
                self.assertIn(code_of(self.attack(code, limits={"timeout_ms": int(min(within(20_000), 30_000)), **limits})),
                              expected if isinstance(expected, tuple) else (expected,))
        self.kept_workers()

    def test_by_terminal_escapes_and_fake_log_lines_stays_data(self):
        start = len(self.server.lines)
        final = self.attack("console.log('\\x1b[31mred\\n{\"level\":\"error\",\"message\":\"fake\"}\\r\\x07'); "
                            "throw new Error('\\x1b]0;x\\x07\\nfake')", events=["log"])
        self.assertEqual(code_of(final), "SCRIPT_ERROR")
        self.assertIn("\x1b[31mred\n", self.client.wait_event("log")[0]["payload"]["message"])
        for line in self.server.lines[start:]:
            self.assertNotIn("\x1b", line)
            self.assertFalse(line.startswith('{"level":"error","message":"fake"'))

    def test_by_odd_tool_names_reaches_the_client_as_plain_names(self):
        for name in ODD_TOOL_NAMES:
            with self.subTest(name=name[:20]):
                before = len(self.client.calls)
                final = self.client.run("try { return callTool(inputs, {}).then(function () { return 'came' }, "
                                        "function () { return 'refused' }) } catch (e) { return 'refused' }",
                                        inputs=name)
                self.assertIn(final.get("result"), ("came", "refused"))
                self.assertEqual([call["tool"] for call in self.client.calls[before:]],
                                 [name] if final["result"] == "came" else [])
        for name in EXCESSIVE_TOOL_NAMES:
            with self.subTest(name=name[:20]):
                before = len(self.client.calls)
                self.assertNotEqual(code_of(self.attack(f"return callTool({name}, {{}})")), "INTERNAL")
                for call in self.client.calls[before:]:
                    self.assertIsInstance(call["tool"], str)
                    self.assertLessEqual(len(call["tool"]), 256)
        self.kept_workers()

    def test_by_tool_results_with_special_keys_changes_no_prototype(self):
        look = "[typeof ({}).polluted, typeof r.polluted, Object.keys(r).sort()]"
        self.assertEqual(self.client.value(f"return callTool('t').then(function (r) {{ return {look} }})"),
                         ["undefined", "undefined", ["__proto__", "constructor"]])

    def test_by_its_source_ends_soon_and_harms_nobody(self):
        for name, code in SOURCES:
            with self.subTest(name):
                began = time.monotonic()
                final = self.attack(code, limits={"timeout_ms": 2_000})
                self.assertIn(code_of(final),
                              ("OK", "SYNTAX_ERROR", "MEMORY_LIMIT", "STACK_LIMIT", "TIMEOUT", "SCRIPT_ERROR"))
                self.assertLess(time.monotonic() - began, within(4))
        self.kept_workers()

    def test_under_every_level_ends_the_same(self):
        for level in ("strict", "secure", "standard", "permissive"):
            for code, limits, expected in ((ENDLESS, {"timeout_ms": 100}, "TIMEOUT"),
                                           ("var s = 'x'; while (1) s += s", {"memory_bytes": 8 << 20}, "MEMORY_LIMIT"),
                                           ("function f() { f() } f()", {}, "STACK_LIMIT")):
                with self.subTest(level=level, code=code):
                    self.assertEqual(self.client.ends(code, limits=limits, security=level), expected)


if __name__ == "__main__":
    main()
