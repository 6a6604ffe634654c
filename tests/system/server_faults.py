"""What befalls the server itself: no descriptors, signals, a blocked log, a port in use, a clock set back."""

import os
import resource
import shutil
import signal
import socket
import subprocess
import time

from support import (binary, client, closed, code_of, descriptors, main, processor_seconds, refusal, sanitised,
                     system_test, wait_until, within)


class a_server(system_test):
    """Each test has a server of its own."""

    @classmethod
    def setUpClass(cls):
        cls.server = None

    def test_without_descriptors_pauses_and_recovers(self):
        own = self.a_server()
        good = self.connect(to=own)
        waiting = good.begin_run("return callTool('t')")
        call = good.wait_calls(1)[0]
        before = descriptors(own.pid)
        old = resource.prlimit(own.pid, resource.RLIMIT_NOFILE,
                               (before + 5, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        crowd = [socket.create_connection(("127.0.0.1", own.port)) for _ in range(50)]
        wait_until(lambda: descriptors(own.pid) >= before + 5, 5, "no free descriptor")
        self.assertEqual(good.value("return 1"), 1)
        for worker in own.workers():
            os.kill(worker, signal.SIGKILL)
        good.reply(call["msgid"], "still")
        resource.prlimit(own.pid, resource.RLIMIT_NOFILE, old)
        for one in crowd:
            one.close()
        self.assertEqual(good.answer(waiting)["result"], "still")
        self.assertEqual(self.connect(to=own).value("return 2"), 2)
        wait_until(lambda: descriptors(own.pid) <= before + 1, 10, "a return to the descriptors of before")
        own.stop()

    def test_without_descriptors_does_not_spin(self):
        own = self.a_server()
        before = descriptors(own.pid)
        resource.prlimit(own.pid, resource.RLIMIT_NOFILE, (before + 5, 20_000))
        crowd = [socket.create_connection(("127.0.0.1", own.port)) for _ in range(50)]
        wait_until(lambda: descriptors(own.pid) >= before + 5, 5, "no free descriptor")
        used, began = processor_seconds(own.pid), time.monotonic()
        wait_until(lambda: time.monotonic() - began > 1, 5)
        self.assertLess(processor_seconds(own.pid) - used, within(0.3))
        for one in crowd:
            one.close()

    def test_told_to_end_lets_a_running_script_finish(self):
        own = self.a_server()
        one, other = self.connect(to=own), self.connect(to=own)
        running = one.begin_run("var n = 0; for (var i = 0; i < 1e7; i++) n++; return n")
        own.busy_worker()
        own.signal(signal.SIGTERM)
        own.wait_log("drains")
        try:
            no = other.refused("run", {"code": "1"})
            self.assertEqual(no.code, "UNAVAILABLE")
        except closed:
            pass
        try:
            client(own).close()
            self.fail("a new connection was accepted while draining")
        except OSError:
            pass
        self.assertEqual(one.answer(running)["result"], 10_000_000)
        self.assertEqual(own.wait(), 0)
        wait_until(lambda: not own.everything(), 5, "the end of all processes")

    def test_told_to_end_lets_a_waiting_script_finish(self):
        own = self.a_server()
        one = self.connect(to=own)
        running = one.begin_run("return callTool('t').then(function (v) { return v + 1 })")
        call = one.wait_calls(1)[0]
        own.signal(signal.SIGTERM)
        own.wait_log("drains")
        one.reply(call["msgid"], 1)
        self.assertEqual(one.answer(running)["result"], 2)
        self.assertEqual(own.wait(), 0)

    def test_told_to_end_is_not_ready_any_more(self):
        own = self.a_server()
        one = self.connect(to=own)
        one.begin_run("return callTool('t')")
        one.wait_calls(1)
        own.signal(signal.SIGTERM)
        own.wait_log("drains")
        try:
            self.assertEqual(own.http("/ready")[0], 503)
        except OSError:
            pass  # it refuses connections
        own.signal(signal.SIGTERM)
        self.assertEqual(own.wait(5), 0)

    def test_told_twice_ends_at_once(self):
        own = self.a_server()
        one = self.connect(to=own)
        running = one.begin_run("while (1);")
        own.busy_worker()
        own.signal(signal.SIGTERM)
        own.wait_log("drains")
        began = time.monotonic()
        own.signal(signal.SIGTERM)
        self.assertIn(own.wait(), (0, 1))
        self.assertLess(time.monotonic() - began, within(3))
        wait_until(lambda: not own.everything(), 5, "the end of all processes")
        try:
            self.assertIn(code_of(one.answer(running)), ("CANCELLED", "WORKER_CRASHED"))
        except (closed, refusal):
            pass  # a run is answered or its connection closed

    def test_told_to_end_does_so_after_its_patience(self):
        own = self.a_server("--shutdown-timeout-ms=300")
        one = self.connect(to=own)
        one.begin_run("while (1);")
        own.busy_worker()
        own.signal(signal.SIGTERM)
        self.assertEqual(own.wait(5), 0)

    def test_ended_by_sigint_is_ended_like_by_sigterm(self):
        own = self.a_server()
        own.signal(signal.SIGINT)
        self.assertEqual(own.wait(5), 0)

    def test_that_is_killed_leaves_no_process_behind(self):
        own = self.a_server()
        one = self.connect(to=own)
        one.begin_run("while (1);")
        own.busy_worker()
        own.signal(signal.SIGKILL)
        wait_until(lambda: not own.everything(), 5, "the end of zygote and workers")

    def test_keeps_the_session_of_a_client_that_vanished_and_lets_go_of_its_connection(self):
        if os.geteuid() != 0:
            self.skipTest("only root can let a connection vanish without a packet")
        own = self.a_server()
        gone = self.connect(to=own)
        gone.request("session.open", {"session": "kept", "events": "all"})
        running = gone.begin_run("return callTool('t').then(function (v) { print(v); return v })", session="kept")
        call, before = gone.wait_calls(1)[0], descriptors(own.pid)
        wait_until(lambda: self.is_probed(own.port), 5, "a timer that probes an idle connection")
        seen = max(event["seq"] for event in gone.events)
        tcp_repair = 19
        gone.socket.setsockopt(socket.IPPROTO_TCP, tcp_repair, 1)
        gone.socket.close()  # without FIN or RST: for the server nothing has happened
        self.assertGreater(running, 0)
        back = self.connect(to=own)
        back.request("session.attach", {"session": "kept", "after": seen})
        again = back.wait_calls(1)[0]
        self.assertEqual(again["call"], call["call"])
        back.reply(again["msgid"], "late")  # what is printed then is the first packet that cannot be delivered
        back.wait_event("final")
        self.assertEqual([event["seq"] for event in back.events if "seq" in event][0], seen + 1)
        wait_until(lambda: descriptors(own.pid) <= before, 10, "the end of the connection that vanished")
        self.assertEqual(back.value("return 1", session="kept"), 1)
        own.stop()

    @staticmethod
    def is_probed(port):
        """Whether the kernel has a keep-alive timer for a connection of ours on that port."""
        with open("/proc/net/tcp", encoding="ascii") as file:
            rows = [line.split() for line in file][1:]
        established, keepalive = "01", "02"
        return any(row[1].endswith(f":{port:04X}") and row[3] == established and row[5].startswith(keepalive)
                   for row in rows)

    def test_asked_for_three_times_what_it_can_do_does_what_it_can(self):
        if sanitised():
            self.skipTest("how much a sanitised server can do says nothing")
        own = self.a_server("--queue-length=100", "--queue-timeout-ms=2000")
        code = "var n = 0; for (var i = 0; i < 150000; i++) n += i; return n"
        alone = self.flood(own, code, seconds=2, may_ask=lambda waiting, begun, elapsed: waiting < 8)
        memory = self.resident_bytes(own.pid)
        offered = 3 * alone["ok"] / 2
        flood = self.flood(own, code, seconds=5, may_ask=lambda waiting, begun, elapsed: begun < offered * elapsed)
        print(f"({alone['ok'] / 2:.0f}/s alone, {flood['ok'] / 5:.0f}/s and {flood['refused'] / 5:.0f} refusals/s at "
              f"three times that, health within {flood['health_ms']:.0f} ms) ", end="")
        self.assertGreater(flood["refused"], 0)
        self.assertGreater(flood["ok"] / 5, 0.7 * alone["ok"] / 2)  # others may use this machine as well
        self.assertLess(flood["health_ms"], within(1_000))
        self.assertLess(self.resident_bytes(own.pid), memory + (64 << 20))
        self.assertEqual(self.connect(to=own).value("return 1"), 1)
        own.stop()

    def flood(self, own, code, seconds, may_ask):
        """Asks for runs whenever it may, given how many wait, how many were begun, and the time since."""
        one, told = self.connect(to=own), {"ok": 0, "refused": 0, "health_ms": 0.0}
        began, asked, begun, probe = time.monotonic(), set(), 0, time.monotonic()
        while time.monotonic() - began < seconds:
            while may_ask(len(asked), begun, time.monotonic() - began):
                asked.add(one.begin_run(code))
                begun += 1
            one.pump(0.01)
            for msgid in [each for each in asked if each in one.answers]:
                asked.discard(msgid)
                error, _ = one.answers.pop(msgid)
                if error:
                    self.assertEqual(error["code"], "OVERLOADED")
                    self.assertGreater(error["retry_after_ms"], 0)
                told["refused" if error else "ok"] += 1
            if time.monotonic() - probe > 0.25:
                probe = time.monotonic()
                self.assertEqual(own.http("/health")[0], 200)
                told["health_ms"] = max(told["health_ms"], (time.monotonic() - probe) * 1000)
        one.close()
        good = self.connect(to=own)
        good.until(lambda: good.request("status")["executions"]["active"] == 0, 20)
        good.close()
        return told

    @staticmethod
    def resident_bytes(pid):
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")

    def test_whose_log_nobody_reads_goes_on(self):
        inner, outer = os.pipe()
        held = socket.socket()
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        held.close()
        own = self.a_server("--log-level=debug", stderr=outer, ready=False, port=port)
        os.close(outer)
        wait_until(lambda: _reaches(port), 10, "a port that listens")
        one = self.connect(to=port)
        for number in range(1_500):
            for _ in range(2):
                one.begin("session.open", {"session": f"s{number}"})
            one.begin("session.close", {"session": f"s{number}"})
        for worker in own.workers():
            os.kill(worker, signal.SIGKILL)
        began = time.monotonic()
        for _ in range(50):
            self.assertEqual(one.value("return 1", security="strict"), 1)
        self.assertLess(time.monotonic() - began, within(8))
        own.signal(signal.SIGTERM)
        self.assertEqual(own.wait(8), 0)
        os.close(inner)

    def test_whose_port_is_in_use_says_so_in_one_line(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            for option in ("--listen", "--http-listen"):
                options = {"--listen": "127.0.0.1:0", "--http-listen": "127.0.0.1:0", option: f"127.0.0.1:{port}"}
                done = subprocess.run([binary(), *(f"{key}={value}" for key, value in options.items()),
                                       f"--data-dir={self.a_folder()}"],
                                      capture_output=True, text=True, timeout=within(20))
                self.assertEqual(done.returncode, 1)
                errors = [line for line in done.stderr.splitlines() if "error" in line.lower()]
                self.assertEqual(len(errors), 1, done.stderr)
                self.assertIn(str(port), errors[0])
                self.assertEqual(done.stdout, "")

    def test_that_requires_a_sandbox_has_all_of_it_or_does_not_start(self):
        with self.a_server("--sandbox=best-effort") as free:
            layers = self.connect(to=free).request("status")["sandbox"]
            missing = [name for name, held in layers.items() if not held]
            told = [line for line in free.lines if "sandbox lacks" in line]
            self.assertEqual(bool(missing), bool(told))
        if missing:
            done = subprocess.run([binary(), "--sandbox=required", "--listen=127.0.0.1:0", "--http-listen=",
                                   f"--data-dir={self.a_folder()}"],
                                  capture_output=True, text=True, timeout=within(20))
            self.assertEqual(done.returncode, 1)
            self.assertIn(missing[0], done.stderr)
        else:
            with self.a_server("--sandbox=required") as strict:
                self.assertEqual(self.connect(to=strict).value("return 1"), 1)

    def test_whose_clock_is_set_back_keeps_its_timeouts(self):
        if sanitised():
            self.skipTest("a sanitizer wants to be loaded before what sets the clock")
        tool = shutil.which("faketime")
        if not tool:
            print("(skipped: faketime is not installed) ", end="")
            self.skipTest("faketime is not installed")
        stamp = os.path.join(self.a_folder(), "clock")
        with open(stamp, "w", encoding="ascii") as file:
            file.write("+0s")
        library = next(path for path in ("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
                                         "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1") if os.path.exists(path))
        variables = {"LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": stamp, "FAKETIME_NO_CACHE": "1",
                     "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        own = self.a_server(variables=variables)
        one = self.connect(to=own)
        running = one.begin_run("return callTool('t')", limits={"tool_timeout_ms": 1_000})
        one.wait_calls(1)
        with open(stamp, "w", encoding="ascii") as file:
            file.write("-3600s")
        began = time.monotonic()
        self.assertLess(one.request("ping")["time"], (time.time() - 3_000) * 1000, "the clock was set back")
        self.assertEqual(code_of(one.answer(running)), "TOOL_TIMEOUT")
        self.assertLess(time.monotonic() - began, within(3))
        self.assertEqual(one.ends("while (1);", limits={"timeout_ms": 100}), "TIMEOUT")
        self.assertEqual(one.value("return 1"), 1)


def _reaches(port):
    try:
        socket.create_connection(("127.0.0.1", port)).close()
        return True
    except OSError:
        return False


if __name__ == "__main__":
    main()
