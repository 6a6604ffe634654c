"""What scripts/bench measures, each with the figures that are promised for it.

Servers are those of the system tests: on free ports, with a data directory of their own, gone without leftovers. The load
comes from `enclaved bench`; an answer that is not a result ends everything, as a rate of errors is worth nothing.
"""

import dataclasses
import json
import re
import shutil
import statistics
import subprocess
import sys
import time

from bench_memory import memory_bytes, resident_bytes
from support import binary, client, server

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30


@dataclasses.dataclass(frozen=True)
class effort:
    load_s: int   # how long each load lasts
    rounds: int   # of a measurement that takes seconds
    repeats: int  # of one that takes less
    parked: int   # scripts that wait at once


FULL = effort(load_s=5, rounds=3, repeats=5, parked=10_000)
QUICK = effort(load_s=1, rounds=1, repeats=1, parked=2_000)


@dataclasses.dataclass(frozen=True)
class row:
    key: str
    text: str
    unit: str
    better: str  # "more" or "less"
    target: float | None = None


class measurement:
    """A name, the rows it fills, and `take`, which answers a value for each key."""

    name = ""
    rows = ()

    def rounds(self, how):
        return how.rounds

    def take(self, how):
        raise NotImplementedError


def load(at, seconds, *options):
    """The report of `enclaved bench` about a server."""
    done = subprocess.run([binary(), "bench", f"--connect=127.0.0.1:{at.port}", "--json", f"--seconds={seconds}", *options],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"the load generator failed: {done.stderr.strip()}")
    seen = json.loads(done.stdout)
    if seen["errors"] or seen["unanswered"] or not seen["completed"]:
        sys.exit(f"not every request got its result: errors {seen['errors']}, unanswered {seen['unanswered']}")
    return seen


class throughput(measurement):
    name = "throughput"
    rows = (
        row("trivial_per_s", "trivial script, fresh heap, over TCP, 64 in flight", "/s", "more", 60_000),
        row("distinct_per_s", "the same, every script text different", "/s", "more", 25_000),
        row("tool_per_s", "script with one tool call, answered by the client", "/s", "more", 25_000),
    )

    def take(self, how):
        with server(workers=0) as one:
            return {f"{script}_per_s": load(one, how.load_s, "--in-flight=64", f"--script={script}")["per_second"]
                    for script in ("trivial", "distinct", "tool")}


class latency(measurement):
    name = "latency"
    rows = (
        row("one_p50_ms", "one at a time, p50", "ms", "less", 0.2),
        row("one_p99_ms", "one at a time, p99", "ms", "less", 1.0),
        row("offered_p50_ms", "10,000/s offered whether or not answers come, p50", "ms", "less"),
        row("offered_p99_ms", "the same, p99, from when each was due", "ms", "less"),
    )

    def take(self, how):
        with server(workers=0) as one:
            alone = load(one, how.load_s, "--in-flight=1")["latency_us"]
            offered = load(one, how.load_s, "--rate=10000", "--connections=8")["latency_us"]
        return {"one_p50_ms": alone["p50"] / 1e3, "one_p99_ms": alone["p99"] / 1e3,
                "offered_p50_ms": offered["p50"] / 1e3, "offered_p99_ms": offered["p99"] / 1e3}


class engine(measurement):
    """What the engine's own program says, which runs in one process and one thread."""

    name = "engine"
    rows = (
        row("fresh_heap_us", "fresh heap inside the worker, whole prelude", "us", "less", 20),
        row("park_us", "park a script at an await", "us", "less", 8),
        row("unpark_us", "unpark it", "us", "less", 13),
    )
    _texts = {"fresh_heap_us": "fresh heap after a trivial script", "park_us": "park", "unpark_us": "unpark"}

    def __init__(self, build):
        self._program = build / "tests" / "bench" / "engine_bench"

    def rounds(self, how):
        return how.repeats

    def take(self, how):
        said = subprocess.run([self._program], capture_output=True, text=True, check=True).stdout
        found = {text: float(value) for text, value in re.findall(r"^(\S.*?) {2,}([\d.]+) us", said, re.M)}
        return {key: found[text] for key, text in self._texts.items()}


class parked(measurement):
    """Scripts that wait for a tool at once, with two workers."""

    name = "parked"
    rows = (
        row("parked_kib", "script parked at a simple await, in the memory of all processes", "KiB", "less", 24),
        row("parked_per_gib", "parked scripts per GiB", "", "more", GIB / (24 * KIB)),
    )
    code = "return await(callTool('wait', {}))"

    def take(self, how):
        with server(workers=2) as one, client(one) as asks:
            ids = self._park(asks, 100)  # what is made once is made by now
            before = memory_bytes(one.everything())
            ids += self._park(asks, how.parked)
            each = (memory_bytes(one.everything()) - before) / how.parked
            for call in asks.calls:
                asks.reply(call["msgid"], 1)
                while asks.pump():
                    pass
            if any(asks.answer(one_id, 60)["result"] != 1 for one_id in ids):
                sys.exit("a parked script got a wrong answer")
        return {"parked_kib": each / KIB, "parked_per_gib": GIB / each}

    def _park(self, asks, count):
        """Answers the requests that wait from now on, besides those that wait already."""
        wanted = len(asks.calls) + count
        ids = [asks.begin_run(self.code, limits={"tool_timeout_ms": 300_000}) for _ in range(count)]
        asks.wait_calls(wanted, 120)
        asks.until(lambda: asks.request("status")["executions"]["waiting"] == wanted, 60, "the parking of all scripts")
        return ids


class strict(measurement):
    """A process per execution. With one worker the next script waits for the end of a process, its fork and its readiness."""

    name = "strict"
    rows = (
        row("strict_per_s", "strict: a fresh jailed process per execution, 16 in flight", "/s", "more", 800),
        row("strict_p50_ms", "strict, one at a time, p50", "ms", "less"),
        row("strict_one_worker_p50_ms", "strict, one at a time, one worker at all, p50", "ms", "less"),
        row("fork_to_ready_ms", "of that an old process' end, fork to ready of its heir", "ms", "less"),
    )

    def take(self, how):
        with server(workers=0) as one:
            rate = load(one, how.load_s, "--security=strict", "--in-flight=16")["per_second"]
            alone = load(one, how.load_s, "--security=strict", "--in-flight=1")["latency_us"]["p50"]
        with server(workers=1) as one:
            fresh = load(one, how.load_s, "--security=strict", "--in-flight=1")["latency_us"]["p50"]
        with server(workers=1) as one:
            reused = load(one, how.load_s, "--in-flight=1")["latency_us"]["p50"]
        return {"strict_per_s": rate, "strict_p50_ms": alone / 1e3, "strict_one_worker_p50_ms": fresh / 1e3,
                "fork_to_ready_ms": (fresh - reused) / 1e3}


class start(measurement):
    name = "start"
    rows = (
        row("start_ms", "server start to first script answered", "ms", "less", 150),
        row("idle_mib", "idle standalone, all processes, what they share once", "MiB", "less", 60),
        row("idle_resident_mib", "the same as ps adds it up, shared pages once a process", "MiB", "less"),
    )
    settle_s = 0.5

    def rounds(self, how):
        return how.repeats

    def take(self, how):
        began = time.monotonic()
        with server(workers=0, ready=False) as one:
            one.port = json.loads(one.wait_log('"server is ready"'))["port"]
            with client(one) as asks:
                if asks.run("return 1 + 1")["result"] != 2:
                    sys.exit("the first script got a wrong answer")
            took = time.monotonic() - began
        with server(workers=0) as one:
            time.sleep(self.settle_s)
            everything = one.everything()
            idle = memory_bytes(everything), resident_bytes(everything)
        return {"start_ms": took * 1e3, "idle_mib": idle[0] / MIB, "idle_resident_mib": idle[1] / MIB}


class echo(measurement):
    """The same requests answered without a script: what the network, the framing and the load cost."""

    name = "peer: echo"
    rows = (
        row("echo_per_s", "peer: an echo by this edge, no script, 64 in flight", "/s", "more"),
        row("echo_mean_ms", "peer: the same, one at a time, mean", "ms", "less"),
    )

    def __init__(self, build):
        self._program = build / "tests" / "bench" / "bench_edge"

    def _rate(self, seconds, in_flight):
        said = subprocess.run([self._program, str(seconds), str(in_flight)], capture_output=True, text=True, check=True).stdout
        return float(said.split()[0])

    def take(self, how):
        return {"echo_per_s": self._rate(how.load_s, 64), "echo_mean_ms": 1e3 / self._rate(how.load_s, 1)}


NODE_THREADS = """
const { Worker } = require('worker_threads');
const seconds = Number(process.argv[1]), until = Date.now() + seconds * 1000;
let answered = 0;
function next() {
  if (Date.now() >= until) return;
  new Worker("require('worker_threads').parentPort.postMessage(1 + 1)", { eval: true })
    .on('message', () => { answered += 1; }).on('exit', next);
}
next(); next();
process.on('exit', () => console.log(answered / seconds));
"""


class node(measurement):
    """What people do with Node for want of something better; nothing of it is a sandbox."""

    name = "peer: node"
    rows = (
        row("node_process_per_s", "peer: a Node process per script, one at a time", "/s", "more"),
        row("node_process_ms", "peer: the same, p50", "ms", "less"),
        row("node_thread_per_s", "peer: a Node worker thread per script, two at once", "/s", "more"),
    )

    def __init__(self, program):
        self._program = program

    def take(self, how):
        took = []
        until = time.monotonic() + how.load_s
        while time.monotonic() < until:
            began = time.monotonic()
            subprocess.run([self._program, "-e", "console.log(1 + 1)"], stdout=subprocess.DEVNULL, check=True)
            took.append(time.monotonic() - began)
        said = subprocess.run([self._program, "-e", NODE_THREADS, str(how.load_s)], capture_output=True, text=True, check=True)
        return {"node_process_per_s": len(took) / sum(took), "node_process_ms": statistics.median(took) * 1e3,
                "node_thread_per_s": float(said.stdout)}


def all_measures(build):
    """In the order of the table."""
    found = shutil.which("node") or shutil.which("nodejs")
    return [throughput(), latency(), engine(build), parked(), strict(), start(), echo(build), *([node(found)] if found else [])]
