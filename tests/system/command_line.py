"""What a person types: the commands, their exit codes, and stdout with the result and nothing else."""

import json
import os
import re
import signal
import socket
import subprocess
import time

from support import binary, main, system_test, within


class command_line(system_test):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = cls.a_folder()

    def file(self, text, name="script.js"):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def enclaved(self, *arguments, stdin="", variables=None):
        clean = {key: value for key, value in os.environ.items() if not key.startswith("ENCLAVED_")}
        return subprocess.run([binary(), *arguments], input=stdin, capture_output=True, text=True, timeout=within(30),
                              env={**clean, **(variables or {})})

    def here(self):
        return f"--connect=127.0.0.1:{self.server.port}"

    def both(self, *arguments, **how):
        """The same command with an embedded server and with the one that runs."""
        for more in ((), (self.here(),)):
            with self.subTest(connect=bool(more)):
                yield self.enclaved(*arguments, *more, **how)


class run(command_line):
    def test_prints_the_result_as_one_json_document_and_nothing_else(self):
        for done in self.both("run", self.file("print('to stderr'); console.log('too'); return {a: [1, null, 'ä']}")):
            self.assertEqual((done.returncode, json.loads(done.stdout)), (0, {"a": [1, None, "ä"]}))
            self.assertIn("to stderr", done.stderr)
            self.assertIn("too", done.stderr)
            self.assertNotIn("\x1b", done.stdout + done.stderr)

    def test_reads_a_script_from_stdin(self):
        for done in self.both("run", "-", stdin="return 6 * 7"):
            self.assertEqual((done.returncode, done.stdout.strip()), (0, "42"))

    def test_of_a_script_without_a_result_prints_null(self):
        for done in self.both("run", "-", stdin="var a = 1"):
            self.assertEqual((done.returncode, json.loads(done.stdout)), (0, None))

    def test_of_a_script_that_fails_exits_with_1_and_says_where(self):
        for script, code, line in (("var a;\nthrow new Error('x')", "SCRIPT_ERROR", "2 | throw"),
                                   ("var a;\nvar b = ;", "SYNTAX_ERROR", "line 2, column 9")):
            for done in self.both("run", self.file(script)):
                self.assertEqual((done.returncode, done.stdout), (1, ""))
                self.assertIn(code, done.stderr)
                self.assertIn(line, done.stderr)

    def test_gives_inputs_to_the_script(self):
        for done in self.both("run", self.file("return inputs.n + 1"), "--inputs", '{"n": 41}'):
            self.assertEqual(done.stdout.strip(), "42")
        given = self.file('{"n": 1}', "inputs.json")
        for done in self.both("run", self.file("return inputs.n + 1"), f"--inputs=@{given}"):
            self.assertEqual(done.stdout.strip(), "2")

    def test_answers_tools_with_commands(self):
        script = self.file("return callTool('double', {n: 4}).then(function (v) { "
                           "return callTool('fail', v).then(null, function (e) { return [v, e.message] }) })")
        double = "double=/usr/bin/python3 -c 'import json,sys; print(json.load(sys.stdin)[\"n\"] * 2)'"
        for done in self.both("run", script, "--tool", double, "--tool", "fail=echo bad luck >&2; exit 3"):
            self.assertEqual((done.returncode, json.loads(done.stdout)), (0, [8, "bad luck"]), done.stderr)

    def test_does_not_give_names_and_arguments_of_tools_to_a_shell(self):
        mark = os.path.join(self.folder, "mark")
        for done in self.both("run", "-", "--tool", "echo=cat",
                              stdin=f"return callTool('echo', '$(touch {mark}); `touch {mark}`')"):
            self.assertEqual(done.returncode, 0)
        for done in self.both("run", "-", "--tool", "echo=cat", stdin=f"return callTool('echo; touch {mark}', 1)"):
            self.assertEqual(done.returncode, 1)
            self.assertIn("TOOL_NOT_FOUND", done.stderr)
        self.assertFalse(os.path.exists(mark))

    def test_shows_events_as_lines_of_json_on_stderr(self):
        for done in self.both("run", "-", "--events", stdin="print('x'); return 1"):
            events = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{") and '"seq"' in line]
            self.assertEqual([event["type"] for event in events], ["session_init", "stdout", "final"])
            self.assertEqual(done.stdout.strip(), "1")

    def test_ends_at_a_limit_that_was_given(self):
        for done in self.both("run", "-", "--limit", "timeout_ms=100", stdin="while (1);"):
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertIn("TIMEOUT", done.stderr)

    def test_shows_escapes_of_a_script_escaped(self):
        for done in self.both("run", "-", stdin="print('\\x1b[31mred'); throw new Error('\\x1b]0;title\\x07')"):
            self.assertNotIn("\x1b", done.stderr)

    def test_with_a_wrong_word_exits_with_2(self):
        for arguments in (("run",), ("run", "a", "b"), ("run", "-", "--nonsense"), ("run", "/nonexistent/script.js"),
                          ("run", "-", "--inputs", "{"), ("run", "-", "--tool", "x"), ("run", "-", "--limit", "a=b"),
                          ("run", "-", "--security", "none"), ("nonsense",), ("check",), ("events",),
                          ("status", "--connect=nonsense")):
            with self.subTest(arguments=arguments):
                done = self.enclaved(*arguments)
                self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
                self.assertTrue(done.stderr)

    def test_that_is_interrupted_ends_its_script_and_exits_with_130(self):
        for code in ("while (1);", "return callTool('t')"):
            with self.subTest(code=code):
                one = self.connect()
                path = self.file(code)
                running = subprocess.Popen([binary(), "run", path, self.here(), "--tool=t=sleep 20"],
                                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                one.until(lambda: one.request("status")["executions"]["active"] == 1)
                time.sleep(0.2)
                running.send_signal(signal.SIGINT)
                out, _ = running.communicate(timeout=within(10))
                self.assertEqual((running.returncode, out), (130, b""))
                one.until(lambda: one.request("status")["executions"]["active"] == 0, 5)
        embedded = subprocess.Popen([binary(), "run", self.file("print('begun'); return callTool('t')"), "--tool=t=sleep 20"],
                                    stdout=subprocess.PIPE,
                                    stderr=subprocess.PIPE)
        self.assertEqual(embedded.stderr.read(5), b"begun")
        embedded.send_signal(signal.SIGINT)
        embedded.communicate(timeout=within(10))
        self.assertEqual(embedded.returncode, 130)

    def test_waits_for_a_server_that_is_about_to_start(self):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        early = subprocess.Popen([binary(), "run", self.file("return 5"), f"--connect=127.0.0.1:{port}",
                                  "--connect-timeout-ms=20000"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(0.5)
        self.assertIsNone(early.poll())
        own = self.a_server(port=port)
        out, err = early.communicate(timeout=within(20))
        self.assertEqual((early.returncode, out.strip()), (0, b"5"), err)
        own.stop()

    def test_whose_reader_is_gone_ends(self):
        one = self.connect()
        one.request("session.open", {"session": "followed"})
        following = subprocess.Popen([binary(), "events", "followed", "--follow", self.here()],
                                     stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        following.stdout.readline()
        following.stdout.close()
        following.wait(5)
        one.request("session.close", {"session": "followed"})

    def test_without_a_server_exits_with_3(self):
        for arguments in (("run", "-", "--connect=127.0.0.1:1"), ("status", "--connect=127.0.0.1:1"),
                          ("sessions", "--connect=127.0.0.1:1"), ("bench", "--connect=127.0.0.1:1")):
            with self.subTest(arguments=arguments):
                self.assertEqual(self.enclaved(*arguments, "--connect-timeout-ms=300").returncode, 3)


class other_commands(command_line):
    def test_check_says_what_is_wrong_without_running_it(self):
        for done in self.both("check", self.file("while (1) {}")):
            self.assertEqual(done.returncode, 0, done.stderr)
        for done in self.both("check", self.file("var a;\nvar = 1")):
            self.assertEqual(done.returncode, 1)
            self.assertIn("2", done.stdout + done.stderr)
        for done in self.both("check", "-", "--json", stdin="var = 1"):
            self.assertFalse(json.loads(done.stdout)["ok"])

    def test_status_prints_for_people_and_for_programs(self):
        self.assertEqual(json.loads(self.enclaved("status", self.here(), "--json").stdout)["role"], "standalone")
        told = self.enclaved("status", self.here())
        self.assertEqual(told.returncode, 0)
        self.assertIn("workers", told.stdout)

    def test_sessions_lists_them(self):
        one = self.connect()
        one.request("session.open", {"session": "shown"})
        self.assertIn("shown", self.enclaved("sessions", self.here()).stdout)
        told = json.loads(self.enclaved("sessions", self.here(), "--json").stdout)
        self.assertIn("shown", json.dumps(told))
        one.request("session.close", {"session": "shown"})

    def test_events_prints_what_a_session_recorded(self):
        one = self.connect()
        one.run("print('x'); return 1", session="told")
        done = self.enclaved("events", "told", self.here())
        self.assertEqual([json.loads(line)["type"] for line in done.stdout.splitlines()],
                         ["session_init", "stdout", "final"])
        done = self.enclaved("events", "told", "--after=2", self.here())
        self.assertEqual([json.loads(line)["seq"] for line in done.stdout.splitlines()], [3])
        self.assertNotEqual(self.enclaved("events", "nothing", self.here()).returncode, 0)
        one.request("session.close", {"session": "told"})

    def test_events_follows_until_the_session_is_gone(self):
        one = self.connect()
        one.request("session.open", {"session": "followed"})
        follower = subprocess.Popen([binary(), "events", "followed", "--follow", self.here()], stdout=subprocess.PIPE,
                                    text=True)
        self.assertEqual(json.loads(follower.stdout.readline())["type"], "session_init")
        one.run("print('live')", session="followed")
        self.assertEqual(json.loads(follower.stdout.readline())["payload"]["chunk"], "live")
        follower.terminate()
        follower.wait(10)
        follower.stdout.close()
        one.request("session.close", {"session": "followed"})

    def test_version_names_it(self):
        for arguments in (("version",), ("--version",)):
            done = self.enclaved(*arguments)
            self.assertEqual(done.returncode, 0)
            self.assertRegex(done.stdout, r"^enclaved \d+\.\d+\.\d+\n$")

    def test_help_names_every_command(self):
        self.assertEqual(self.enclaved("--help").returncode, 0)
        told = self.enclaved("help").stdout
        for name in ("run", "check", "status", "sessions", "events", "bench", "version"):
            self.assertIn(name, told)
            self.assertEqual(self.enclaved(name, "--help").returncode, 0)

    def test_bench_measures(self):
        done = self.enclaved("bench", self.here(), "--count=500", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIsInstance(json.loads(done.stdout), dict)
        self.assertEqual(self.enclaved("bench", self.here(), "--count=100", "--script=tool").returncode, 0)


class configuration(command_line):
    def shown(self, *arguments, **how):
        done = self.enclaved(*arguments, "--print-config", **how)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def value(self, text, name):
        found = re.search(rf"^\s*{name}\s*=\s*(\S*)", text, re.M)
        return found[1] if found else None

    def test_comes_from_defaults_file_environment_and_command_line_in_this_order(self):
        file = self.file("timeout-ms = 1000\nworkers = 3\nlog-level = warn\n", "enclaved.conf")
        told = self.shown()
        self.assertEqual(self.value(told, "listen"), "127.0.0.1:3002")
        told = self.shown(f"--config={file}")
        self.assertEqual((self.value(told, "workers"), self.value(told, "log-level")), ("3", "warn"))
        told = self.shown(f"--config={file}", variables={"ENCLAVED_WORKERS": "4", "ENCLAVED_TIMEOUT_MS": "2000"})
        self.assertEqual((self.value(told, "workers"), self.value(told, "timeout-ms")), ("4", "2000"))
        told = self.shown(f"--config={file}", "--workers=5", variables={"ENCLAVED_WORKERS": "4"})
        self.assertEqual(self.value(told, "workers"), "5")

    def test_holds_for_a_server_that_reads_it_from_a_file(self):
        file = self.file("timeout-ms = 150\nsecurity-max = secure\nsecurity = strict\n", "serve.conf")
        own = self.a_server(f"--config={file}")
        one = self.connect(to=own)
        self.assertEqual(one.ends("for (let a = 0; a < 9000; a++) for (let b = 0; b < 9000; b++);"), "TIMEOUT")
        self.assertEqual(one.ends("while (1);"), "ITERATION_LIMIT")
        self.assertEqual(one.refused("run", {"code": "1", "security": "standard"}).code, "INVALID_REQUEST")
        own.stop()

    def test_that_is_wrong_lists_every_violation(self):
        done = self.enclaved("--workers=many", "--security=loose", "--listen=nonsense", "--nonsense=1",
                             "--timeout-ms=-1")
        self.assertEqual(done.returncode, 2)
        for part in ("workers", "security", "listen", "nonsense", "timeout-ms"):
            self.assertIn(part, done.stderr)
        file = self.file("workers = many\nno-such-option = 1\nsecurity = loose\n", "wrong.conf")
        done = self.enclaved(f"--config={file}", variables={"ENCLAVED_NO_SUCH": "1", "ENCLAVED_LOG_LEVEL": "loud"})
        self.assertEqual(done.returncode, 2)
        for part in ("workers", "no-such-option", "security", "ENCLAVED_LOG_LEVEL"):
            self.assertIn(part, done.stderr)
        self.assertEqual(done.stdout, "")

    def test_that_contradicts_itself_is_refused(self):
        for arguments in (("--security=permissive", "--security-max=strict"), ("--tls-cert=/x",),
                          ("--tokens-file=/nonexistent",), ("--config=/nonexistent",), ("--role=cook",)):
            with self.subTest(arguments=arguments):
                self.assertIn(self.enclaved(*arguments, "--listen=127.0.0.1:0", "--http-listen=",
                                            f"--data-dir={self.folder}/d").returncode, (1, 2))

    def test_sample_is_accepted(self):
        sample = self.enclaved("--sample-config")
        self.assertEqual(sample.returncode, 0)
        self.assertEqual(self.enclaved(f"--config={self.file(sample.stdout, 'sample.conf')}",
                                       "--print-config").returncode, 0)


if __name__ == "__main__":
    main()
