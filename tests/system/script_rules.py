"""Rules that a server judges scripts by before they run: its configuration makes them, `check` and `run` follow them."""

from support import code_of, main, system_test


class script_rules(system_test):
    options = ["--forbid-global=Date", "--allow-tool=crm:*", "--loops=bounded", "--misleading-characters=forbid",
               "--source-bytes=2000"]

    def test_refuse_what_breaks_them_and_say_where(self):
        client = self.connect()
        for code, ends, diagnostic in (("var a = 1;\nreturn Date.now()", "VALIDATION_ERROR", ("FORBIDDEN_GLOBAL", 2, 8)),
                                       ("while (true) ;", "VALIDATION_ERROR", ("FORBIDDEN_LOOP", 1, 1)),
                                       ("return 'pаypal'", "VALIDATION_ERROR", ("LOOKALIKE_CHARACTER", 1, 9)),
                                       ("callTool(inputs.name)", "VALIDATION_ERROR", ("COMPUTED_TOOL_NAME", 1, 1)),
                                       ("callTool('mail:send')", "CAPABILITY_DENIED", ("TOOL_NOT_GRANTED", 1, 1)),
                                       (" " * 2001, "VALIDATION_ERROR", ("SOURCE_TOO_LARGE", 1, 1))):
            with self.subTest(code=code[:40]):
                final = client.run(code)
                self.assertEqual(code_of(final), ends)
                told = final["error"]["details"]["diagnostics"][0]
                self.assertEqual((told["code"], told["line"], told["column"]), diagnostic)
                self.assertFalse(client.request("check", {"code": code})["ok"])

    def test_let_everything_else_through(self):
        client = self.connect(lambda tool, args: [tool, args])
        self.assertEqual(client.value("return callTool('crm:list', 1)"), ["crm:list", 1])
        self.assertEqual(client.value("var n = 0; for (var i = 0; i < 4; i++) n += i; return n"), 6)
        self.assertEqual(client.request("check", {"code": "return callTool('crm:list')"}),
                         {"ok": True, "diagnostics": [], "capabilities": ["ext:crm:list"], "score": 0})


class scoring(system_test):
    options = ["--score-warn=30", "--score-block=70"]
    HARMFUL = ("var found = callTool('users:list', {limit: 1e6});\n"
               "return callTool('mail:send', {to: 'x', body: found})")

    def test_blocks_a_script_with_its_signals(self):
        final = self.connect().run(self.HARMFUL)
        self.assertEqual(code_of(final), "BLOCKED")
        details = final["error"]["details"]
        self.assertEqual(details["score"], 75)
        self.assertEqual([(it["rule"], it["line"]) for it in details["signals"]],
                         [("EXCESSIVE_LIMIT", 1), ("LIST_THEN_SEND", 2)])
        self.assertEqual(final["stats"]["tool_call_count"], 0)

    def test_runs_a_suspect_script_and_logs_why(self):
        client = self.connect(lambda tool, args: 1)
        opened = client.request("session.open", {"session": "suspect"})
        self.assertEqual(opened["status"], "idle")
        self.assertTrue(client.run("callTool('get', {field: 'password'}); return 1", session="suspect")["ok"])
        events = client.request("session.events", {"session": "suspect"})["events"]
        logged = [event["payload"] for event in events if event["type"] == "log"]
        self.assertEqual([(it["level"], it["data"]["score"]) for it in logged], [("warn", 35)])

    def test_checks_without_running(self):
        told = self.connect().request("check", {"code": self.HARMFUL})
        self.assertEqual((told["ok"], told["score"]), (False, 75))
        self.assertEqual({it["severity"] for it in told["diagnostics"]}, {"error"})


if __name__ == "__main__":
    main()
