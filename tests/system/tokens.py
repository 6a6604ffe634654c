"""Who may connect: tokens, what they permit, what they see, how they are read again, and TLS around all of it."""

import json
import os
import signal
import ssl
import subprocess

from support import client as any_client, within
from support import binary, closed, main, refusal, system_test

LINES = [
    "# token tenant permissions",
    "root-token ops run,read,admin",
    "a-token a run,read",
    "a-second a run,read",
    "b-token b run,read",
    "reader a read",
    "runner b run",
    "tight c run,read security-max=secure max-sessions=2",
]


class tokens(system_test):
    @classmethod
    def setUpClass(cls):
        cls.options = (f"--tokens-file={cls.a_tokens_file(*LINES)}",)
        super().setUpClass()

    def test_are_asked_for_before_anything_else(self):
        for method, argument in (("run", {"code": "1"}), ("ping", {}), ("status", {}), ("nothing", {}), ("hello", {}),
                                 ("hello", {"token": ""})):
            with self.subTest(method=method):
                one = self.connect()
                self.assertEqual(one.refused(method, argument).code, "UNAUTHORIZED")
                one.wait_closed(5)

    def test_that_are_wrong_close_the_connection(self):
        for token in ("x", "a-toke", "a-tokenn", "A-TOKEN", "a-token\0", "a-token ", "#", "x" * 500):
            with self.subTest(token=token[:10]), self.assertRaises((refusal, closed)) as caught:
                self.connect(token=token)
            self.assertEqual(getattr(caught.exception, "code", "UNAUTHORIZED"), "UNAUTHORIZED")

    def test_may_come_after_notifications(self):
        one = self.connect()
        one.notify("nvim_set_client_info", [{}])
        self.assertEqual(one.request("hello", {"token": "a-token"})["protocol"], 1)
        self.assertEqual(one.value("return 1"), 1)

    def test_permit_only_what_they_name(self):
        reader, runner = self.connect(token="reader"), self.connect(token="runner")
        for method, argument in (("run", {"code": "1"}), ("session.open", {}), ("session.cancel", {"session": "s"}),
                                 ("session.close", {"session": "s"}), ("check", {"code": "1"}),
                                 ("tool.result", {"session": "s", "call": "c"}), ("admin.drain", {}),
                                 ("admin.runtimes", {})):
            self.assertEqual(reader.refused(method, argument).code, "FORBIDDEN", method)
        for method in ("status", "session.list", "admin.runtimes", "admin.events"):
            self.assertEqual(runner.refused(method, {}).code, "FORBIDDEN", method)
        self.assertIn("uptime_ms", reader.request("status"))
        self.assertEqual(runner.value("return 1"), 1)
        self.assertIn("runtimes", self.connect(token="root-token").request("admin.runtimes"))

    def test_of_a_reader_watch_and_never_answer_tools(self):
        owner, reader = self.connect(token="a-token"), self.connect(token="reader")
        owner.request("session.open", {"session": "watched"})
        self.assertEqual(reader.refused("session.attach", {"session": "watched"}).code, "FORBIDDEN")
        reader.request("session.attach", {"session": "watched", "tool_mode": "none", "events": "all"})
        owner.run("print('x')", session="watched")
        reader.wait_event("final")
        owner.request("session.close", {"session": "watched"})

    def test_of_another_tenant_see_nothing(self):
        mine, same, other = self.connect(token="a-token"), self.connect(token="a-second"), self.connect(token="b-token")
        mine.request("session.open", {"session": "secret"})
        for method in ("info", "attach", "events", "cancel", "close", "detach"):
            theirs = other.refused(f"session.{method}", {"session": "secret"})
            nothing = other.refused(f"session.{method}", {"session": "nothing"})
            self.assertEqual((theirs.code, theirs.message.replace("secret", "nothing")), ("NOT_FOUND", nothing.message),
                             "the answer tells nothing")
        self.assertEqual(other.request("session.list")["sessions"], [])
        self.assertEqual(same.request("session.info", {"session": "secret"})["session"], "secret")
        other.request("session.open", {"session": "secret", "metadata": {"of": "b"}})
        self.assertEqual(mine.request("session.info", {"session": "secret"})["metadata"], None)
        self.assertEqual(other.value("return 1", session="secret"), 1)
        self.assertEqual(mine.request("session.info", {"session": "secret"})["seq"], 1)
        mine.request("session.close", {"session": "secret"})
        self.assertEqual(other.request("session.info", {"session": "secret"})["metadata"], {"of": "b"})
        other.request("session.close", {"session": "secret"})

    def test_of_another_tenant_cannot_answer_its_tools(self):
        mine, other = self.connect(token="a-token"), self.connect(token="b-token")
        running = mine.begin_run("return callTool('t')", session="asks")
        call = mine.wait_calls(1)[0]
        other.send(b"\x94\x01\x01\xc0\xa5wrong")
        self.assertEqual(other.refused("tool.result",
                                       {"session": "asks", "call": call["call"], "result": "wrong"}).code, "NOT_FOUND")
        mine.reply(call["msgid"], "right")
        self.assertEqual(mine.answer(running)["result"], "right")
        mine.request("session.close", {"session": "asks"})

    def test_bound_level_and_number_of_sessions(self):
        tight = self.connect(token="tight")
        self.assertEqual(tight.refused("run", {"code": "1", "security": "standard"}).code, "INVALID_REQUEST")
        self.assertEqual(tight.value("return 1"), 1)
        for name in "xy":
            tight.request("session.open", {"session": name})
        no = tight.refused("session.open", {"session": "z"})
        self.assertIn(no.code, ("OVERLOADED", "RATE_LIMITED"))
        self.assertEqual(self.connect(token="a-token").value("return 1"), 1)
        for name in "xy":
            tight.request("session.close", {"session": name})
        self.assertEqual(tight.value("return 1"), 1)

    def test_are_asked_for_by_http_where_something_is_told(self):
        self.assertEqual(self.server.http("/health")[0], 200)
        self.assertEqual(self.server.http("/ready")[0], 200)
        self.assertEqual(self.server.http("/status")[0], 401)
        self.assertEqual(self.server.http("/status", {"Authorization": "Bearer x"})[0], 401)
        self.assertEqual(self.server.http("/status", {"Authorization": "Bearer runner"})[0], 403)
        self.assertEqual(self.server.http("/status", {"Authorization": "Bearer reader"})[0], 200)

    def test_stand_in_no_log_line(self):
        log = "\n".join(self.server.lines)
        for line in LINES[1:]:
            self.assertNotIn(line.split()[0] + '"', log)


class tokens_that_change(system_test):
    def setUp(self):
        self.file = self.a_tokens_file("old a run,read")
        self.own = self.a_server(f"--tokens-file={self.file}")

    def write(self, text):
        with open(self.file, "w", encoding="latin-1") as file:
            file.write(text)

    def reload(self, tells):
        start = len(self.own.lines)
        self.own.signal(signal.SIGHUP)
        self.own.wait_log(tells, start=start)

    def test_are_read_again_on_sighup_without_a_drop(self):
        old = self.connect(token="old", to=self.own)
        running = old.begin_run("return callTool('t')")
        call = old.wait_calls(1)[0]
        self.write("old a run,read\nnew b run\n")
        self.reload("read tokens")
        self.assertEqual(self.connect(token="new", to=self.own).value("return 1"), 1)
        old.reply(call["msgid"], 5)
        self.assertEqual(old.answer(running)["result"], 5)

    def test_that_are_broken_leave_the_old_ones_in_force(self):
        for text in ("old\n", "x y z\n", "a a run\na b run\n", "\xff"):
            self.write(text)
            self.reload("keeps its tokens")
            self.assertEqual(self.connect(token="old", to=self.own).value("return 1"), 1)

    def test_that_are_removed_let_nobody_in(self):
        self.write("new a run,read\n")
        self.reload("read tokens")
        with self.assertRaises((refusal, closed)):
            self.connect(token="old", to=self.own)


class an_admin(system_test):
    def setUp(self):
        file = self.a_tokens_file("root a run,read,admin", "user a run,read")
        self.own = self.a_server(f"--tokens-file={file}")
        self.root, self.user = self.connect(token="root", to=self.own), self.connect(token="user", to=self.own)

    def test_drains_the_node_and_what_waits_may_finish(self):
        running = self.user.begin_run("return callTool('t')")
        call = self.user.wait_calls(1)[0]
        self.assertEqual(self.user.refused("admin.drain").code, "FORBIDDEN")
        self.assertEqual(self.root.request("admin.drain"), {})
        self.assertEqual(self.user.refused("run", {"code": "1"}).code, "UNAVAILABLE")
        self.assertEqual(self.user.refused("session.open").code, "UNAVAILABLE")
        self.assertEqual((self.own.http("/ready")[0], self.own.http("/health")[0]), (503, 200))
        self.user.reply(call["msgid"], "finished")
        self.assertEqual(self.user.answer(running)["result"], "finished")
        self.own.stop()

    def test_lists_runtimes(self):
        self.assertEqual(len(self.root.request("admin.runtimes")["runtimes"]), 1)

    def test_subscribes_to_operational_events(self):
        self.assertEqual(self.root.request("admin.events"), {})


class a_connection(system_test):
    @classmethod
    def setUpClass(cls):
        file = cls.a_tokens_file("one a run,read", "other b run,read")
        cls.options = (f"--tokens-file={file}", "--max-connections-per-tenant=5")
        super().setUpClass()

    def test_keeps_the_tenant_it_began_with(self):
        one = self.connect(token="one")
        one.request("session.open", {"session": "mine"})
        self.assertEqual(one.refused("hello", {"token": "other"}).code, "UNAUTHORIZED")
        again = self.connect(token="one")
        self.assertEqual(again.request("session.info", {"session": "mine"})["session"], "mine")
        again.request("session.close", {"session": "mine"})

    def test_sends_hello_and_requests_in_one_packet(self):
        one = self.connect()
        ids = [one.begin("hello", {"token": "one"}), one.begin_run("return 7")]
        self.assertEqual(one.answer(ids[1])["result"], 7)

    def test_with_a_wrong_hello_has_none_of_its_further_requests_served(self):
        one = self.connect()
        ids = [one.begin("hello", {"token": "wrong"}), one.begin_run("return 7")]
        one.wait_closed(5)
        self.assertEqual((one.answers[ids[0]][0]["code"], ids[1] in one.answers), ("UNAUTHORIZED", False))

    def test_over_the_bound_of_its_tenant_is_refused_and_others_are_not(self):
        crowd = [self.connect(token="one") for _ in range(5)]
        with self.assertRaises(refusal) as caught:
            self.connect(token="one")
        self.assertEqual(caught.exception.code, "OVERLOADED")
        self.assertEqual(self.connect(token="other").value("return 1"), 1)
        self.assertEqual(crowd[0].value("return 1"), 1)


class tls(system_test):
    @classmethod
    def setUpClass(cls):
        cls.folder = cls.a_folder()
        cls.certificate("server")
        cls.options = (f"--tls-cert={cls.folder}/server.pem", f"--tls-key={cls.folder}/server.key")
        super().setUpClass()

    @classmethod
    def certificate(cls, name):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
                        "-keyout", f"{cls.folder}/{name}.key", "-out", f"{cls.folder}/{name}.pem"], check=True,
                        capture_output=True)

    def wrap(self, authority="server", **how):
        context = ssl.create_default_context(cafile=f"{self.folder}/{authority}.pem")
        if "most" in how:
            context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, how["most"]
            context.set_ciphers("ALL:@SECLEVEL=0")
        return lambda plain: context.wrap_socket(plain, server_hostname="127.0.0.1")

    def test_carries_scripts_and_tool_calls(self):
        one = any_client(self.server, lambda tool, args: args * 2, wrap=self.wrap())
        self.assertEqual(one.value("return callTool('t', 21)"), 42)
        self.assertEqual(len(one.value("return new Array(3000001).join('x')")), 3_000_000)
        one.close()

    def test_refuses_old_versions(self):
        with self.assertRaises((ssl.SSLError, OSError)):
            any_client(self.server, wrap=self.wrap(most=ssl.TLSVersion.TLSv1_1))

    def test_refuses_plain_clients_and_goes_on(self):
        plain = self.connect()
        plain.begin("ping")
        try:
            plain.wait_closed(8)
        except Exception as noise:  # what the server says in TLS is no MessagePack-RPC
            self.assertNotIsInstance(noise, AssertionError)
        one = any_client(self.server, wrap=self.wrap())
        self.assertEqual(one.value("return 1"), 1)
        one.close()

    def test_carries_a_command(self):
        where = f"--connect=127.0.0.1:{self.server.port}"
        done = self.command("run", "-", where, f"--ca={self.folder}/server.pem", "--tool=t=cat",
                            stdin="return callTool('t', {a: 1})")
        self.assertEqual((done.returncode, json.loads(done.stdout)), (0, {"a": 1}), done.stderr)
        done = self.command("run", "-", where, "--tls", stdin="return 1")  # nobody we know signed it
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        self.assertIn("certificate", done.stderr)
        done = self.command("status", where.replace("127.0.0.1", "localhost"), f"--ca={self.folder}/server.pem")
        self.assertEqual(done.returncode, 3)  # it is the address that the certificate names
        self.assertEqual(self.command("status", where, "--connect-timeout-ms=3000").returncode, 3)

    @staticmethod
    def command(*arguments, stdin=""):
        return subprocess.run([binary(), *arguments], input=stdin, capture_output=True, text=True, timeout=within(30))

    def test_of_clients_is_asked_for_when_they_must_show_a_certificate(self):
        self.certificate("authority")
        self.certificate("stranger")
        own = self.a_server(*self.options, f"--tls-client-ca={self.folder}/authority.pem")

        def shows(name):
            context = ssl.create_default_context(cafile=f"{self.folder}/server.pem")
            if name:
                context.load_cert_chain(f"{self.folder}/{name}.pem", f"{self.folder}/{name}.key")
            return lambda plain: context.wrap_socket(plain, server_hostname="127.0.0.1")

        known = any_client(own, wrap=shows("authority"))
        self.assertEqual(known.value("return 1"), 1)
        for nobody in (None, "stranger"):
            with self.subTest(shown=nobody), self.assertRaises((ssl.SSLError, OSError, closed)):
                any_client(own, wrap=shows(nobody)).request("ping")
        self.assertEqual(known.value("return 2"), 2)
        known.close()
        where = (f"--connect=127.0.0.1:{own.port}", f"--ca={self.folder}/server.pem", "--connect-timeout-ms=3000")
        mine = (f"--cert={self.folder}/authority.pem", f"--key={self.folder}/authority.key")
        self.assertEqual(self.command("status", *where, *mine).returncode, 0)
        self.assertEqual(self.command("status", *where).returncode, 3)
        self.assertEqual(self.command("status", *where, mine[0]).returncode, 2)
        own.stop()

    def test_takes_a_new_certificate_on_sighup_without_a_drop(self):
        old = any_client(self.server, wrap=self.wrap())
        self.certificate("next")
        for kind in ("pem", "key"):
            os.rename(f"{self.folder}/next.{kind}", f"{self.folder}/server.{kind}")
        start = len(self.server.lines)
        self.server.signal(signal.SIGHUP)
        self.server.wait_log("certificate again", start=start)
        new = any_client(self.server, wrap=self.wrap())
        self.assertEqual((old.value("return 1"), new.value("return 2")), (1, 2))
        old.close()
        new.close()


if __name__ == "__main__":
    main()
