"""A client that nobody here wrote, pynvim's, speaks to the server as it would to an editor."""

import time

from pynvim.msgpack_rpc import ErrorResponse, tcp_session

from support import main, system_test


def textual(value):
    """pynvim leaves texts as bytes."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, dict):
        return {textual(key): textual(item) for key, item in value.items()}
    return [textual(item) for item in value] if isinstance(value, (list, tuple)) else value


class refused(Exception):
    """What pynvim shall raise for an error response; its editor's class would look for a list."""


class a_client_nobody_here_wrote(system_test):
    def session(self):
        one = tcp_session("127.0.0.1", self.server.port)
        one.error_wrapper = refused
        self.addCleanup(one.close)
        return one

    def test_it_runs_a_script(self):
        final = textual(self.session().request("run",
                                               {"code": "return [1 + 1, inputs.name]", "inputs": {"name": "ada"}}))
        self.assertTrue(final["ok"])
        self.assertEqual(final["result"], [2, "ada"])

    def test_what_it_notifies_at_connect_is_ignored(self):
        session = self.session()
        session.request("nvim_set_client_info", "tester", {}, "remote", {}, {}, async_=True)
        session.request("nvim_ui_attach", 80, 24, {}, async_=True)
        self.assertLess(abs(textual(session.request("ping"))["time"] - time.time() * 1000), 60_000)

    def test_an_error_response_reaches_it_as_an_error(self):
        with self.assertRaises(refused) as caught:
            self.session().request("no.such.method")
        self.assertEqual(textual(caught.exception.args[0])["code"], "UNKNOWN_METHOD")

    def test_its_request_handler_answers_tool_calls_and_its_notification_handler_sees_events(self):
        session = self.session()
        finals, asked, seen = [], [], []

        def on_request(method, arguments):
            call = textual(arguments[0])
            asked.append((textual(method), call["tool"], call["args"]))
            if call["tool"] == "fail":
                raise ErrorResponse("it did not work")
            return {"sum": sum(call["args"]["numbers"])}

        def on_notification(method, arguments):
            seen.append((textual(method), textual(arguments[0])["type"]))

        code = """print('hi');
            return callTool('sum', {numbers: [1, 2, 3]}).then(function (got) {
              return callTool('fail', {}).then(null, function (error) { return [got.sum, error.message]; });
            });"""

        def on_setup():
            finals.append(textual(session.request("run", {"code": code, "events": "all"})))
            session.stop()

        session.run(on_request, on_notification, on_setup)
        self.assertEqual([name for _, name, _ in asked], ["sum", "fail"])
        self.assertEqual({method for method, _, _ in asked}, {"tool.call"})
        self.assertEqual([kind for _, kind in seen],
                         ["session_init", "stdout", "tool_call", "tool_result_applied", "tool_call",
                          "tool_result_applied", "final"])
        self.assertTrue(finals[0]["ok"], finals)
        self.assertEqual(finals[0]["result"][0], 6)
        self.assertIn("it did not work", finals[0]["result"][1])

    def test_several_of_them_are_served_in_turns(self):
        sessions = [self.session() for _ in range(4)]
        results = [textual(one.request("run", {"code": f"return {number} * 2"}))["result"] for number,
                   one in enumerate(sessions)]
        self.assertEqual(results, [0, 2, 4, 6])


if __name__ == "__main__":
    main()
