"""Clients that lie, flood, stop reading or never finish a sentence; beside each, a good client is served as ever."""

import json
import os
import select
import socket
import struct
import time

import msgpack

from support import client as any_client, sanitised, within
from support import closed, descriptors, main, proportional_bytes, system_test, wait_until

BROKEN = [
    ("garbage", os.urandom(64).replace(b"\x94", b"\xc1").replace(b"\x93", b"\xc1") + b"\xc1"),
    ("a byte that is never used", b"\xc1"),
    ("a number", b"\x05"),
    ("a map", b"\x81\xa1a\x01"),
    ("an empty array", b"\x90"),
    ("an array of five", b"\x95\x00\x01\xa4ping\x90\xc0"),
    ("a fourth form", b"\x94\x03\x01\xa4ping\x90"),
    ("a negative message id", b"\x94\x00\xff\xa4ping\x90"),
    ("a message id over 32 bits", b"\x94\x00\xcf" + b"\xff" * 8 + b"\xa4ping\x90"),
    ("a method that is a number", b"\x94\x00\x01\x05\x90"),
    ("a text of 4 GiB", b"\x94\x00\x01\xdb\xff\xff\xff\xff"),
    ("binary of 4 GiB", b"\x94\x00\x01\xa3run\x91\x81\xa4code\xc6\xff\xff\xff\xff"),
    ("an array of 4 billion", b"\x94\x00\x01\xa4ping\xdd\xff\xff\xff\xff"),
    ("a map of 4 billion", b"\x94\x00\x01\xa4ping\x91\xdf\xff\xff\xff\xff"),
    ("an extension of 4 GiB", b"\x94\x00\x01\xa4ping\x91\xc9\xff\xff\xff\xff\x05"),
    ("an outer array of 4 billion", b"\xdd\xff\xff\xff\xff"),
    ("10,000 nested arrays", b"\x94\x00\x01\xa4ping" + b"\x91" * 10_000),
    ("10,000 nested maps", b"\x94\x00\x01\xa4ping\x91" + b"\x81\xa1a" * 10_000),
    ("HTTP", b"GET /status HTTP/1.1\r\nHost: x\r\n\r\n"),
    ("TLS", bytes.fromhex("16030100c8010000c40303") + b"\x11" * 200),
    ("SSH", b"SSH-2.0-OpenSSH_9.2\r\n"),
    ("a message over its bound", b"\x94\x00\x01\xa3run\x91\x81\xa4code\xdb\x00\x90\x00\x00" + b"x" * 1000),
]


class a_hostile_client(system_test):
    def setUp(self):
        self.good = self.connect()
        self.assertEqual(self.good.value("return 1"), 1)
        self.workers = sorted(self.server.workers())
        self.before = descriptors(self.server.pid)

    def tearDown(self):
        self.assertEqual(self.good.value("return 2"), 2)
        self.assertLessEqual(set(self.workers), set(self.server.workers()), "a worker was lost")
        self.doCleanups()
        wait_until(lambda: descriptors(self.server.pid) <= self.before, 10, f"a return to {self.before} descriptors")

    def test_that_sends_what_is_no_message_hears_so_and_is_gone(self):
        for name, data in BROKEN:
            with self.subTest(name):
                bad = self.connect()
                bad.send(data)
                bad.wait_closed(5)
                self.assertEqual(len(bad.errors), 1)
                self.assertEqual(set(bad.errors[0]), {"code", "message"})
                self.assertIn(bad.errors[0]["code"], ("PROTOCOL_ERROR", "TOO_LARGE"))
                self.assertEqual(self.good.value("return 1"), 1)

    def test_that_answers_what_nobody_asked_is_ignored_or_gone(self):
        bad = self.connect()
        bad.reply(77, "what?")
        self.assertIn("time", bad.request("ping"))

    def test_that_sends_byte_by_byte_is_served(self):
        slow = self.connect()
        for byte in msgpack.packb([0, 1, "run", [{"code": "return 'slow'"}]]):
            slow.send(bytes([byte]))
        self.assertEqual(slow.answer(1)["result"], "slow")

    def test_that_resets_in_the_middle_of_a_message_leaves_its_session_alive(self):
        bad = any_client(self.server)
        bad.request("session.open", {"session": "reset"})
        bad.send(b"\x94\x00\x05\xa3run\x91\x82\xa4code\xd9\xff")
        bad.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        bad.close()
        self.assertEqual(self.good.value("return 1", session="reset"), 1)
        self.good.request("session.close", {"session": "reset"})

    def test_that_closes_after_its_request_does_not_disturb_the_run(self):
        bad = any_client(self.server)
        bad.begin_run("var n = 0; for (var i = 0; i < 3e6; i++) n++; return n", session="left")
        self.good.until(lambda: any(one["session"] == "left" for one in self.good.request("session.list")["sessions"]))
        bad.close()
        self.good.until(lambda: self.good.request("session.info", {"session": "left"})["status"] == "idle")
        final = self.good.request("session.events", {"session": "left"})["events"][-1]
        self.assertEqual(final["payload"]["result"], 3_000_000)
        self.good.request("session.close", {"session": "left"})

    def test_that_half_closes_still_gets_its_answer(self):
        half = self.connect()
        half.begin_run("return 'answered'")
        half.socket.shutdown(socket.SHUT_WR)
        try:
            self.assertEqual(half.answer(1)["result"], "answered")
        except closed:
            self.skipTest("a client that half-closes is taken for gone")

    def test_that_never_reads_is_disconnected_and_its_session_lives(self):
        own = self.a_server("--max-connection-output-bytes=33554432")
        bad, good = self.connect(to=own), self.connect(to=own)
        bad.request("session.open", {"session": "flood", "events": "all", "security": "permissive"})
        before = proportional_bytes([own.pid])
        for _ in range(6):
            bad.begin_run("var s = new Array(100001).join('x'); for (var i = 0; i < 90; i++) print(s)", session="flood")
        flood = lambda: good.request("session.info", {"session": "flood"})["stats"]["executions"]
        good.until(lambda: good.value("return 1") == 1 and flood() == 6, 30)
        if not sanitised():
            self.assertLess(proportional_bytes([own.pid]) - before, 200 << 20)
        bad.wait_closed(20)
        self.assertTrue(bad.ended)
        last = bad.events[-1]["seq"] if bad.events else 0
        good.request("session.attach", {"session": "flood", "after": last, "events": ["final"], "tool_mode": "none"})
        self.assertGreaterEqual(len(good.wait_event("final", 1)), 1)
        own.stop()

    def test_whose_script_floods_tool_arguments_does_not_fill_the_servers_memory(self):
        own = self.a_server()
        bad, good = self.connect(to=own), self.connect(to=own)
        before = proportional_bytes([own.pid])
        bad.begin_run("var s = new Array(7000001).join('x'); for (var i = 0; i < 100; i++) callTool('t', s); "
                      "return callTool('u')", session="flood")
        good.until(lambda: good.request("session.info", {"session": "flood"})["status"] in ("idle", "waiting"), 30)
        self.assertEqual(good.value("return 1"), 1)
        if not sanitised():
            self.assertLess(proportional_bytes([own.pid]) - before, 400 << 20)
        own.kill()

    def test_that_asks_more_than_is_allowed_at_once_is_told_to_wait(self):
        own = self.a_server("--max-requests-in-flight=100")
        bad = self.connect(to=own)
        ids = [bad.begin_run("return callTool('t')", limits={"tool_timeout_ms": 1000}) for _ in range(150)]
        bad.until(lambda: sum(1 for one in ids if one in bad.answers) >= 50, 5)
        refused = [error["code"] for error, _ in bad.answers.values() if error]
        self.assertEqual(refused, ["OVERLOADED"] * 50)
        bad.until(lambda: all(one in bad.answers for one in ids), 10)
        self.assertEqual(bad.value("return 1"), 1)
        own.stop()

    def test_in_a_crowd_of_5000_is_served_like_the_others(self):
        crowd = []
        for _ in range(5_000):
            crowd.append(any_client(self.server))
        self.assertEqual(self.good.value("return 1"), 1)
        for one in crowd[::50]:
            self.assertEqual(one.value("return 7"), 7)
        began = time.monotonic()
        self.assertEqual(self.server.http("/health")[0], 200)
        self.assertLess(time.monotonic() - began, within(1))
        for one in crowd:
            one.close()

    def test_among_5000_that_come_back_at_once_is_served_soon(self):
        began = time.monotonic()
        crowd = [any_client(self.server) for _ in range(5_000)]
        for one in crowd:
            one.begin_run("return 1")
        for one in crowd:
            self.assertEqual(one.answer(1, 30)["result"], 1)
            one.close()
        self.assertLess(time.monotonic() - began, within(30))

    def test_from_a_second_connection_shares_the_session(self):
        second = self.connect()
        self.good.request("session.open", {"session": "shared"})
        ids = [(one, one.begin_run(f"return {number}",
                                   session="shared")) for number in range(10) for one in (self.good, second)]
        self.assertEqual([one.answer(each)["result"] for one, each in ids],
                         [number for number in range(10) for _ in range(2)])
        second.request("session.close", {"session": "shared"})
        self.assertEqual(self.good.refused("run", {"code": "1", "session": "other", "limits": {"timeout_ms": 0}}).code,
                         "INVALID_REQUEST")


class before_a_token(system_test):
    @classmethod
    def setUpClass(cls):
        cls.options = (f"--tokens-file={cls.a_tokens_file('good a run,read')}", "--max-connections=300")
        super().setUpClass()

    def test_a_large_message_is_refused(self):
        bad = self.connect()
        bad.begin("hello", {"token": "x" * 400, "client": {"name": "y" * 5_000}})
        bad.wait_closed(5)
        self.assertTrue(bad.errors or bad.answers)

    def test_a_silent_client_is_gone_after_five_seconds(self):
        silent, half = self.connect(), self.connect()
        half.send(b"\x94\x00\x01\xa5hel")
        began = time.monotonic()
        silent.wait_closed(8)
        half.wait_closed(8)
        self.assertTrue(4 < time.monotonic() - began < within(7))

    def test_a_client_that_dribbles_is_gone_as_well(self):
        bad, began = self.connect(), time.monotonic()
        try:
            while time.monotonic() - began < 9:
                bad.send(msgpack.packb([2, "noise", []]))
                bad.pump(0.2)
        except (closed, OSError):
            pass
        self.assertLess(time.monotonic() - began, within(8))

    def test_connections_over_the_bound_do_not_keep_those_with_a_token_out_for_long(self):
        crowd = [socket.create_connection(("127.0.0.1", self.server.port)) for _ in range(400)]

        def served():
            try:
                return self.connect(token="good").value("return 1") == 1
            except (closed, OSError):
                return False

        wait_until(served, 15, "service for who has a token")
        for one in crowd:
            one.close()

    def test_the_http_port_reaps_who_says_nothing(self):
        sockets = [socket.create_connection(("127.0.0.1", self.server.http_port)) for _ in range(50)]
        sockets[0].sendall(b"GET /health HTT")
        sockets[1].sendall(b"\x00\xff" * 100)
        self.assertEqual(json.loads(self.server.http("/health")[1])["alive"], True)
        for one in sockets:
            self.assertTrue(select.select([one], [], [], 13)[0], "an HTTP connection that says nothing stays open")
            one.close()


if __name__ == "__main__":
    main()
