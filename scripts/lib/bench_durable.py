"""What scripts/bench measures of durable sessions. The log is really synced: what the device needs for that stands beside."""

import glob
import os
import statistics
import sys
import tempfile
import time

from bench_measures import GIB, KIB, load, measurement, row
from bench_memory import memory_bytes
from support import client, server, unanswered

WAITS_FOR_EVER = {"tool_timeout_ms": 0}
AT_ONCE = 2_000             # that begin, of the 10,000 that may stand in the queue
RUNS_A_CONNECTION = 10_000  # that wait for an answer at once, of the 16,384 that a connection may have


def disk_bytes(folder):
    """What the store has written: its logs and its tables."""
    return sum(os.path.getsize(path) for kind in ("log", "sst")
               for path in glob.glob(f"{folder}/**/*.{kind}", recursive=True))


class sync(measurement):
    """The device: one write of 4 KiB at the end of a file, synced."""

    name = "durable: sync"
    rows = (row("sync_us", "device: 4 KiB appended and synced, p50", "us", "less"),
            row("sync_p99_us", "device: the same, p99", "us", "less"))

    def take(self, how):
        took = []
        with tempfile.NamedTemporaryFile(prefix="enclaved-test-") as file:
            for _ in range(500):
                os.write(file.fileno(), bytes(4096))
                began = time.perf_counter()
                os.fdatasync(file.fileno())
                took.append(time.perf_counter() - began)
        took.sort()
        return {"sync_us": took[len(took) // 2] * 1e6, "sync_p99_us": took[len(took) * 99 // 100] * 1e6}


class throughput(measurement):
    name = "durable: throughput"
    rows = (row("durable_per_s", "durable trivial script, 64 in flight", "/s", "more", 15_000),
            row("durable_tool_per_s", "durable script with one tool call, answered by the client", "/s", "more", 6_000),
            row("durable_p50_ms", "durable trivial script, 7,500/s offered, p50", "ms", "less"),
            row("durable_p99_ms", "the same, p99, from when each was due", "ms", "less", 10),
            row("durable_tool_p99_ms", "durable script with one tool call, 3,000/s offered, p99", "ms", "less", 10))

    def take(self, how):
        found = {}
        for key, script, rate in (("durable", "trivial", 7_500), ("durable_tool", "tool", 3_000)):
            with server("--max-sessions=1000000", workers=0) as one:
                options = ("--durable", "--in-flight=64", f"--script={script}")
                found[f"{key}_per_s"] = load(one, how.load_s, *options)["per_second"]
            with server("--max-sessions=1000000", workers=0) as one:
                options = ("--durable", f"--rate={rate}", "--connections=8", f"--script={script}")
                try:
                    offered = load(one, how.load_s, *options)["latency_us"]
                except SystemExit as failed:  # more than this machine does now; the figure is left out
                    print(f"{rate}/s of {script} scripts: {failed}", file=sys.stderr)
                    continue
            found[f"{key}_p99_ms"] = offered["p99"] / 1e3
            if key == "durable":
                found["durable_p50_ms"] = offered["p50"] / 1e3
        return found


class journal(measurement):
    name = "durable: journal"
    rows = (row("journal_bytes", "journal of a durable trivial execution", "bytes", "less", KIB),
            row("journal_tool_bytes", "journal of one with a tool call", "bytes", "less"))
    runs = 10_000

    def take(self, how):
        found = {}
        for key, script in (("journal_bytes", "trivial"), ("journal_tool_bytes", "tool")):
            with server(workers=0) as one:
                before = disk_bytes(one.folder)
                load(one, 60, "--durable", f"--count={self.runs}", f"--script={script}")
                found[key] = (disk_bytes(one.folder) - before) / self.runs
        return found


class crowd:
    """Sessions of unnamed durable runs that wait for a tool, on as many connections as they need."""

    code = "return await callTool('wait', inputs)"

    def __init__(self, at, count):
        self.clients = [client(at) for _ in range(-(-count // RUNS_A_CONNECTION))]
        sent, end = 0, time.monotonic() + 300
        while (asked := sum(len(one.calls) for one in self.clients)) < count:
            for _ in range(min(AT_ONCE - (sent - asked), count - sent)):
                one = self.clients[sent % len(self.clients)]
                one.begin_run(self.code, durable=True, inputs=sent, limits=WAITS_FOR_EVER)
                sent += 1
            for one in self.clients:
                one.pump(0.001)
            if time.monotonic() > end:
                sys.exit(f"of {count} durable scripts {asked} came to their call")
        self.clients[0].until(lambda: self.clients[0].request("status")["executions"]["waiting"] == count, 60)
        self.sessions = [call["session"] for one in self.clients for call in one.calls]

    def close(self):
        for one in self.clients:
            one.close()


class recovery(measurement):
    name = "durable: recovery"
    rows = (row("recovery_first_s", "10,000 unfinished sessions: server start to the first answer", "s", "less", 10),
            row("recovery_all_s", "the same, to the last answer", "s", "less"))

    def rounds(self, how):
        return 1

    def take(self, how):
        count = how.parked
        with tempfile.TemporaryDirectory(prefix="enclaved-test-") as folder:
            with server(workers=2, folder=folder) as one:
                waiting = crowd(one, count)
                one.crash()
                waiting.close()
            began = time.monotonic()
            with server(workers=2, folder=folder) as one, client(one, lambda tool, args: args) as asks:
                first = self._answers(asks, waiting.sessions[:1]) - began
                last = self._answers(asks, waiting.sessions[1:]) - began
        return {"recovery_first_s": first, "recovery_all_s": last}

    @staticmethod
    def _answers(asks, sessions):
        """When all of them had their results."""
        wanted = len(asks.events) + len(sessions)
        for at, session in enumerate(sessions):
            asks.begin("session.attach", {"session": session, "events": ["final"]})
            if at % 50 == 49:
                asks.pump()
        asks.until(lambda: len(asks.events) >= wanted, 300, "the ends of all sessions")
        if not all(event["payload"]["ok"] for event in asks.events):
            sys.exit("a recovered session ended badly")
        return time.monotonic()


class replay(measurement):
    """A script that waited 10 ms for each of its tools is built again after the death of its server."""

    name = "durable: replay"
    rows = (row("replay_times", "replay of a script that waited for tools, times faster than it was", "x", "more", 50),
            row("replay_ms", "the same: 500 calls replayed", "ms", "less"))
    calls, tool_s = 500, 0.01
    code = "let n = 0; for (let i = 0; i < 500; i++) n += await callTool('t', i); return [n, await callTool('hold')]"

    def take(self, how):
        with tempfile.TemporaryDirectory(prefix="enclaved-test-") as folder:
            with server(workers=2, folder=folder) as one, client(one, self._slow) as asks:
                began = time.monotonic()
                asks.begin_run(self.code, session="s", durable=True, security="permissive", limits=WAITS_FOR_EVER)
                asks.until(lambda: asks.calls and asks.calls[-1]["tool"] == "hold", 60)
                took = time.monotonic() - began
                one.crash()
            with server(workers=2, folder=folder) as one, client(one) as asks:
                asks.request("session.attach", {"session": "s", "events": ["final"]})
                call = asks.wait_calls(1)[0]
                began = time.monotonic()
                asks.reply(call["msgid"], 0)
                if asks.wait_event("final", seconds=60)[0]["payload"]["result"] != [sum(range(self.calls)), 0]:
                    sys.exit("a replayed script got a wrong result")
                again = time.monotonic() - began
        return {"replay_times": took / again, "replay_ms": again * 1e3}

    def _slow(self, tool, args):
        if tool == "hold":
            return unanswered
        time.sleep(self.tool_s)
        return args


class waiting(measurement):
    """Very many sessions that wait for long: what they cost, and how quickly one goes on."""

    name = "durable: waiting"
    rows = (row("waiting_gib", "100,000 waiting durable sessions, all processes", "GiB", "less", 1.5),
            row("resume_p50_ms", "one of them resumed: answer to result, p50", "ms", "less"),
            row("resume_p99_ms", "the same, p99", "ms", "less", 20))
    settle_s = 5  # in which heaps may leave memory

    def rounds(self, how):
        return 1

    def take(self, how):
        count = 10 * how.parked
        with server("--max-sessions=1000000", workers=2) as one:
            before = memory_bytes(one.everything())
            sleepers = crowd(one, count)
            time.sleep(self.settle_s)
            used = memory_bytes(one.everything())
            took = []
            for number in range(500):
                asks = sleepers.clients[number % len(sleepers.clients)]
                call = asks.calls[-1 - number // len(sleepers.clients)]
                done, began = len(asks.answers), time.perf_counter()
                asks.reply(call["msgid"], number)
                asks.until(lambda asks=asks, done=done: len(asks.answers) > done, 30)
                took.append(time.perf_counter() - began)
            sleepers.close()
        took.sort()
        all_of_them = before + (used - before) * 100_000 / count
        return {"waiting_gib": all_of_them / GIB, "resume_p50_ms": statistics.median(took) * 1e3,
                "resume_p99_ms": took[len(took) * 99 // 100] * 1e3}


def all_measures():
    return [sync(), throughput(), journal(), recovery(), replay(), waiting()]
