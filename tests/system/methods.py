"""What each method answers when all is well, as the protocol's table has it."""

import json
import time

from support import main, system_test


class a_method(system_test):
    def setUp(self):
        self.client = self.connect()

    def test_hello_tells_who_answers(self):
        told = self.client.request("hello", {"client": {"name": "tests", "version": "1"}, "protocol": 1})
        self.assertEqual(set(told), {"server", "version", "protocol", "node", "role", "limits"})
        self.assertEqual((told["server"], told["protocol"], told["role"]), ("enclaved", 1, "standalone"))

    def test_hello_tells_limits_that_hold(self):
        told = self.client.request("hello")["limits"]
        self.assertIsInstance(told, dict)
        self.assertTrue(told)

    def test_ping_tells_the_time(self):
        self.assertLess(abs(self.client.request("ping")["time"] - time.time() * 1000), 10_000)
        self.assertLess(abs(self.client.request("ping", {})["time"] - time.time() * 1000), 10_000)

    def test_a_method_may_be_named_in_binary(self):
        self.assertIn("time", self.client.request(b"ping"))

    def test_run_answers_the_final_payload_with_session_and_execution(self):
        final = self.client.run("print('abc'); return {a: 1}")
        self.assertEqual(set(final), {"ok", "result", "stats", "session", "execution"})
        self.assertRegex(final["session"], r"^s_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
        self.assertEqual(final["result"], {"a": 1})
        stats = final["stats"]
        self.assertEqual(set(stats),
                         {"duration_ms", "cpu_ms", "queue_ms", "tool_call_count", "stdout_bytes", "memory_peak_bytes",
                          "cache_hit"})
        self.assertEqual((stats["stdout_bytes"], stats["tool_call_count"]), (3, 0))
        self.assertGreater(stats["memory_peak_bytes"], 1_000)

    def test_run_of_a_script_that_throws_says_where(self):
        final = self.client.run("var a = 1;\nnull.x;")
        self.assertFalse(final["ok"])
        self.assertNotIn("result", final)
        self.assertEqual((final["error"]["code"], final["error"]["line"]), ("SCRIPT_ERROR", 2))
        self.assertEqual(self.client.run("var a = ;")["error"]["code"], "SYNTAX_ERROR")
        self.assertEqual(self.client.run("\n\nvar a = ;")["error"]["line"], 3)

    def test_a_script_may_throw_anything(self):
        for thrown, text in (("'text'", "text"), ("5", "5"), ("null", "null"), ("undefined", "undefined"), ("{}", ""),
                             ("new TypeError('t')", "t")):
            with self.subTest(thrown=thrown):
                final = self.client.run(f"throw {thrown}")
                self.assertEqual(final["error"]["code"], "SCRIPT_ERROR")
                self.assertIn(text, final["error"]["message"])

    def test_open_tells_session_status_seq_and_expiry(self):
        told = self.client.request("session.open", {"session": "named:one.two-3_4"})
        self.assertEqual(set(told), {"session", "status", "seq", "expires_at"})
        self.assertEqual((told["session"], told["status"]), ("named:one.two-3_4", "idle"))
        self.assertLess(abs(told["expires_at"] - time.time() * 1000 - 300_000), 10_000)
        self.assertEqual(self.client.request("session.close", {"session": "named:one.two-3_4"}), {})

    def test_open_under_a_name_in_use_is_refused(self):
        self.client.request("session.open", {"session": "taken"})
        self.assertEqual(self.client.refused("session.open", {"session": "taken"}).code, "ALREADY_EXISTS")
        self.client.request("session.close", {"session": "taken"})
        self.assertEqual(self.client.request("session.open", {"session": "taken"})["seq"], 1)
        self.client.request("session.close", {"session": "taken"})

    def test_a_name_is_free_when_its_session_is_closed_or_was_not_opened(self):
        for _ in range(300):
            self.client.refused("session.open", {"session": "again", "limits": {"timeout_ms": 10_000_000}})
            self.client.request("session.open", {"session": "again"})
            self.client.request("session.close", {"session": "again"})
        self.assertEqual(self.client.request("status")["sessions"]["total"], 0)

    def test_info_tells_all_of_a_session(self):
        self.client.request("session.open", {"session": "i", "metadata": {"a": [1, None]}})
        self.client.run("1", session="i")
        info = self.client.request("session.info", {"session": "i"})
        self.assertEqual(set(info),
                         {"session", "status", "seq", "created_at", "expires_at", "labels", "stats", "metadata"})
        self.assertEqual((info["status"], info["metadata"], info["labels"]), ("idle", {"a": [1, None]}, {}))
        self.assertGreaterEqual(info["seq"], 2)
        self.client.request("session.close", {"session": "i"})

    def test_status_has_every_key_of_the_protocol(self):
        told = self.client.request("status")
        self.assertEqual(set(told),
                         {"node", "role", "version", "uptime_ms", "sandbox", "executions", "sessions", "queue",
                          "workers", "store", "runtimes"})
        self.assertEqual(set(told["executions"]), {"active", "waiting", "total", "failed"})
        self.assertEqual(set(told["workers"]), {"total", "active", "idle"})
        self.assertEqual((set(told["sessions"]), set(told["queue"])), ({"total"}, {"depth"}))
        self.assertEqual(set(told["runtimes"][0]), {"id", "address", "labels", "status", "active", "workers"})
        self.assertTrue(all(isinstance(held, bool) for held in told["sandbox"].values()), told["sandbox"])

    def test_status_counts_running_and_waiting_executions(self):
        before = self.client.request("status")["executions"]
        self.client.ends("throw 1")
        waiting = self.client.begin_run("return callTool('wait', 1)")
        self.client.wait_calls(1)
        self.client.until(lambda: self.client.request("status")["executions"]["waiting"] == 1)
        now = self.client.request("status")
        self.assertEqual((now["executions"]["active"], now["sessions"]["total"]), (1, 1))
        self.client.reply(self.client.calls[0]["msgid"], "done")
        self.assertEqual(self.client.answer(waiting)["result"], "done")
        after = self.client.request("status")["executions"]
        self.client.until(lambda: self.client.request("status")["workers"]["active"] == 0, 5)
        self.assertEqual((after["total"] - before["total"], after["failed"] - before["failed"], after["active"]),
                         (2, 1, 0))

    def test_admin_runtimes_lists_this_one(self):
        told = self.client.request("admin.runtimes")
        self.assertEqual(told["runtimes"][0]["status"], "ready")

    def test_pipelined_requests_are_each_answered_once(self):
        ids = [self.client.begin_run(f"return {number}") for number in range(2_000)]
        results = [self.client.answer(one)["result"] for one in ids]
        self.assertEqual(results, list(range(2_000)))


class check(system_test):
    def test_parses_and_runs_nothing(self):
        client = self.connect()
        self.assertEqual(client.request("check", {"code": "while (1) {}"}),
                         {"ok": True, "diagnostics": [], "capabilities": [], "score": 0})
        told = client.request("check", {"code": "var a;\nvar = 5"})
        self.assertFalse(told["ok"])
        self.assertEqual(set(told["diagnostics"][0]), {"code", "severity", "message", "line", "column"})
        self.assertEqual((told["diagnostics"][0]["line"], told["diagnostics"][0]["severity"]), (2, "error"))
        self.assertTrue(client.request("check", {"code": "return 1", "security": "strict"})["ok"])

    def test_leaves_the_server_as_it_was(self):
        client = self.connect()
        for _ in range(20):
            client.request("check", {"code": "1"})
        self.assertEqual(client.value("return 1"), 1)
        self.assertEqual(client.request("status")["executions"]["active"], 0)


class http_answers(system_test):
    def test_health_and_ready_say_yes(self):
        for path, key in (("/health", "alive"), ("/ready", "ready")):
            status, body = self.server.http(path)
            self.assertEqual((status, json.loads(body)[key]), (200, True))

    def test_status_is_what_the_method_answers(self):
        status, body = self.server.http("/status")
        self.assertEqual(status, 200)
        self.assertEqual(set(json.loads(body)), set(self.connect().request("status")))

    def test_other_paths_and_methods_are_refused(self):
        self.assertEqual(self.server.http("/")[0], 404)
        self.assertEqual(self.server.http("/status/../etc/passwd")[0], 404)
        self.assertEqual(self.server.http("/health", method="POST", data=b"x")[0], 405)
        self.assertEqual(self.server.http("/status?verbose")[0], 200)

    def test_a_request_that_is_too_large_is_refused(self):
        self.assertEqual(self.server.http("/health", headers={"X-Long": "x" * 100_000})[0], 413)


if __name__ == "__main__":
    main()
