"""Every method refuses what is wrong with the code and the words that say what: unknown keys, wrong types, bounds."""

from support import main, system_test

NAME = "x" * 129

# method, argument, code, what the message names
REFUSALS = [
    ("nothing", {}, "UNKNOWN_METHOD", "nothing"),
    ("", {}, "UNKNOWN_METHOD", ""),
    ("RUN", {"code": "1"}, "UNKNOWN_METHOD", "RUN"),
    ("hello", {"tokn": "x"}, "INVALID_REQUEST", "tokn"),
    ("hello", {"protocol": 2}, "INVALID_REQUEST", "protocol"),
    ("hello", {"client": "me"}, "INVALID_REQUEST", "client"),
    ("hello", {"token": 5}, "INVALID_REQUEST", "token"),
    ("ping", {"x": 1}, "INVALID_REQUEST", "x"),
    ("status", {"verbose": True}, "INVALID_REQUEST", "verbose"),
    ("run", {}, "INVALID_REQUEST", "code"),
    ("run", {"code": 5}, "INVALID_REQUEST", "code"),
    ("run", {"code": None}, "INVALID_REQUEST", "code"),
    ("run", {"code": ["1"]}, "INVALID_REQUEST", "code"),
    ("run", {"code": "1", "sesion": "a"}, "INVALID_REQUEST", "sesion"),
    ("run", {"code": "1", "session": ""}, "INVALID_REQUEST", "session"),
    ("run", {"code": "1", "session": NAME}, "INVALID_REQUEST", "session"),
    ("run", {"code": "1", "session": "a b"}, "INVALID_REQUEST", "session"),
    ("run", {"code": "1", "session": "../x"}, "INVALID_REQUEST", "session"),
    ("run", {"code": "1", "session": "a\0b"}, "INVALID_REQUEST", "session"),
    ("run", {"code": "1", "session": 7}, "INVALID_REQUEST", "session"),
    ("run", {"code": "1", "security": "none"}, "INVALID_REQUEST", "security"),
    ("run", {"code": "1", "security": 1}, "INVALID_REQUEST", "security"),
    ("run", {"code": "1", "limits": []}, "INVALID_REQUEST", "limits"),
    ("run", {"code": "1", "limits": {"time": 5}}, "INVALID_REQUEST", "time"),
    ("run", {"code": "1", "limits": {"timeout_ms": "5"}}, "INVALID_REQUEST", "timeout_ms"),
    ("run", {"code": "1", "limits": {"timeout_ms": -5}}, "INVALID_REQUEST", "timeout_ms"),
    ("run", {"code": "1", "limits": {"timeout_ms": 0}}, "INVALID_REQUEST", "timeout_ms"),
    ("run", {"code": "1", "limits": {"timeout_ms": 1.5}}, "INVALID_REQUEST", "timeout_ms"),
    ("run", {"code": "1", "limits": {"timeout_ms": 30_001}}, "INVALID_REQUEST", "30000"),
    ("run", {"code": "1", "limits": {"cpu_ms": 30_001}}, "INVALID_REQUEST", "30000"),
    ("run", {"code": "1", "limits": {"memory_bytes": 268_435_457}}, "INVALID_REQUEST", "268435456"),
    ("run", {"code": "1", "limits": {"tool_calls": 101}}, "INVALID_REQUEST", "100"),
    ("run", {"code": "1", "limits": {"output_bytes": 2 ** 40}}, "INVALID_REQUEST", "1048576"),
    ("run", {"code": "1", "limits": {"output_calls": 1_001}}, "INVALID_REQUEST", "1000"),
    ("run", {"code": "1", "limits": {"result_bytes": 2 ** 40}}, "INVALID_REQUEST", "8388608"),
    ("run", {"code": "1", "limits": {"tool_result_bytes": 2 ** 40}}, "INVALID_REQUEST", "8388608"),
    ("run", {"code": "1", "limits": {"value_depth": 65}}, "INVALID_REQUEST", "64"),
    ("run", {"code": "1", "limits": {"value_properties": 200_001}}, "INVALID_REQUEST", "200000"),
    ("run", {"code": "1", "limits": {"stack_bytes": 2 ** 40}}, "INVALID_REQUEST", "1048576"),
    ("run", {"code": "1", "security": "strict", "limits": {"timeout_ms": 5_001}}, "INVALID_REQUEST", "5000"),
    ("run", {"code": "1", "tools": {}}, "INVALID_REQUEST", "tools"),
    ("run", {"code": "1", "tools": [{}]}, "INVALID_REQUEST", "name"),
    ("run", {"code": "1", "tools": [{"name": "a"}, {"name": "a"}]}, "INVALID_REQUEST", "a"),
    ("run", {"code": "1", "tools": [{"name": "a", "retrable": True}]}, "INVALID_REQUEST", "retrable"),
    ("run", {"code": "1", "tools": [{"name": "a", "retryable": 1}]}, "INVALID_REQUEST", "retryable"),
    ("run", {"code": "1", "tools": [{"name": "a", "timeout_ms": -1}]}, "INVALID_REQUEST", "timeout_ms"),
    ("run", {"code": "1", "tools": [{"name": ""}]}, "INVALID_REQUEST", "name"),
    ("run", {"code": "1", "labels": ["a"]}, "INVALID_REQUEST", "labels"),
    ("run", {"code": "1", "labels": {"a": 1}}, "INVALID_REQUEST", "labels"),
    ("run", {"code": "1", "labels": {"gpu": "yes"}}, "UNAVAILABLE", "gpu"),
    ("run", {"code": "1", "events": "some"}, "INVALID_REQUEST", "events"),
    ("run", {"code": "1", "events": ["stdout", "nothing"]}, "INVALID_REQUEST", "events"),
    ("run", {"code": "1", "tool_mode": "calls"}, "INVALID_REQUEST", "tool_mode"),
    ("run", {"code": "1", "idempotency_key": ""}, "INVALID_REQUEST", "not be empty"),
    ("run", {"code": "1", "metadata": {}}, "INVALID_REQUEST", "metadata"),
    ("session.open", {"initial_state": []}, "INVALID_REQUEST", "initial_state"),
    ("session.open", {"initial_state": {"x": "y" * 1_100_000}}, "TOO_LARGE", "initial_state"),
    ("session.open", {"capabilities": ["anything"]}, "INVALID_REQUEST", "capabilities[0]"),
    ("session.open", {"code": "1"}, "INVALID_REQUEST", "code"),
    ("session.open", {"metadata": "x"}, "INVALID_REQUEST", "metadata"),
    ("session.open", {"metadata": {"x": "y" * 70_000}}, "TOO_LARGE", "metadata"),
    ("session.open", {"limits": {"timeout_ms": 2 ** 63}}, "INVALID_REQUEST", "timeout_ms"),
    ("session.open", {"labels": {"gpu": "yes"}}, "UNAVAILABLE", "gpu"),
    ("session.attach", {}, "INVALID_REQUEST", "session"),
    ("session.attach", {"session": "unknown"}, "NOT_FOUND", "unknown"),
    ("session.attach", {"session": "unknown", "after": -1}, "INVALID_REQUEST", "after"),
    ("session.attach", {"session": "unknown", "after": "1"}, "INVALID_REQUEST", "after"),
    ("session.events", {}, "INVALID_REQUEST", "session"),
    ("session.events", {"session": "unknown"}, "NOT_FOUND", "unknown"),
    ("session.events", {"session": "unknown", "limit": 0}, "INVALID_REQUEST", "limit"),
    ("session.events", {"session": "unknown", "limit": 10 ** 6}, "INVALID_REQUEST", "limit"),
    ("session.detach", {}, "INVALID_REQUEST", "session"),
    ("session.detach", {"session": "unknown"}, "NOT_FOUND", "unknown"),
    ("session.cancel", {"session": "unknown"}, "NOT_FOUND", "unknown"),
    ("session.cancel", {"session": "unknown", "reason": 5}, "INVALID_REQUEST", "reason"),
    ("session.close", {"session": "unknown"}, "NOT_FOUND", "unknown"),
    ("session.info", {"session": "unknown"}, "NOT_FOUND", "unknown"),
    ("session.list", {"status": "sleeping"}, "INVALID_REQUEST", "status"),
    ("session.list", {"limit": -1}, "INVALID_REQUEST", "limit"),
    ("session.list", {"cursor": 5}, "INVALID_REQUEST", "cursor"),
    ("tool.result", {"session": "unknown", "call": "c", "result": 1}, "NOT_FOUND", "unknown"),
    ("tool.result", {"session": "unknown", "result": 1}, "INVALID_REQUEST", "call"),
    ("tool.result", {"call": "c", "result": 1}, "INVALID_REQUEST", "session"),
    ("tool.result", {"session": "u", "call": "c", "result": 1, "error": "e"}, "INVALID_REQUEST", "result"),
    ("check", {}, "INVALID_REQUEST", "code"),
    ("check", {"code": "1", "security": "loose"}, "INVALID_REQUEST", "security"),
    ("admin.backup", {}, "INVALID_REQUEST", "path"),
    ("admin.drain", {"runtime": "no-such-runtime"}, "NOT_FOUND", "no-such-runtime"),
]

# What stands in the place of `params`.
SHAPES = [{}, None, "x", 5, [[]], [None], [{}, {}], [5], ["code"], [{5: 6}], [{b"a": 1, None: 2}]]


class a_wrong_request(system_test):
    def test_is_refused_with_its_code_and_names_the_part(self):
        with self.connect() as client:
            for method, argument, code, part in REFUSALS:
                with self.subTest(method=method, argument=str(argument)[:80]):
                    no = client.refused(method, argument)
                    self.assertEqual(no.code, code, no)
                    self.assertIn(part, no.message)
            self.assertEqual(client.value("return 1"), 1, "the connection goes on")

    def test_has_params_that_are_not_an_array_with_one_map(self):
        with self.connect() as client:
            for params in SHAPES:
                with self.subTest(params=params):
                    self.assertEqual(client.refused("ping", params=params).code, "INVALID_REQUEST")
            self.assertEqual(client.value("return 1"), 1)

    def test_leaves_no_session_behind(self):
        with self.connect() as client:
            for argument in ({"code": "1", "session": "never", "limits": {"timeout_ms": 10 ** 6}},
                             {"code": 5, "session": "never"}):
                client.refused("run", argument)
            client.refused("session.open",
                           {"session": "never", "security": "permissive", "limits": {"timeout_ms": 10 ** 6}})
            self.assertEqual(client.refused("session.info", {"session": "never"}).code, "NOT_FOUND")
            self.assertEqual(client.request("status")["sessions"]["total"], 0)
            self.assertEqual(client.request("session.open", {"session": "never"})["session"], "never")
            client.request("session.close", {"session": "never"})

    def test_with_an_error_has_a_message_for_people(self):
        with self.connect() as client:
            for method, argument, _, _ in REFUSALS:
                error = client.refused(method, argument).error
                self.assertLessEqual(set(error), {"code", "message", "retry_after_ms", "details"})
                self.assertGreater(len(error["message"]), 10, error)


class a_source_over_its_bound(system_test):
    def test_is_refused_as_too_large(self):
        with self.connect() as client:
            self.assertEqual(client.refused("run", {"code": "1;" * (3 << 20)}).code, "TOO_LARGE")
            self.assertEqual(client.value("return 1"), 1)

    def test_which_quotes_a_ceiling_of_a_level_above_the_allowed_one_is_refused(self):
        own = self.a_server("--security-max=secure", "--security=strict")
        with self.connect(to=own) as client:
            no = client.refused("run", {"code": "1", "security": "standard"})
            self.assertEqual(no.code, "INVALID_REQUEST")
            self.assertIn("secure", no.message)
            self.assertEqual(client.value("return 1", security="secure"), 1)
            no = client.refused("session.open", {"security": "permissive"})
            self.assertEqual(no.code, "INVALID_REQUEST")
        own.stop()


if __name__ == "__main__":
    main()
