"""Runs scripts by the thousand through tests/test262/script_runner, in several processes, starting one anew when it crashes."""

import collections
import os
import pathlib
import queue
import select
import subprocess
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
RUNNER = os.environ.get("SCRIPT_RUNNER", str(ROOT / "build/tests/test262/script_runner"))

# `how` is an outcome's name, WAITING (for nothing that comes), CRASHED or HANGS.
Result = collections.namedtuple("Result", "how line cpu_us message output")


class Process:
    """One runner. A script that takes much longer than it may is answered HANGS and its process is ended."""

    def __init__(self, path=RUNNER):
        self.path = path
        self.process = None

    def start(self):
        self.process = subprocess.Popen([self.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def end(self):
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def run(self, code, cpu_ms, form="async"):
        """What came out of one script, given as bytes. `form`: as the runner names them."""
        if self.process is None:
            self.start()
        try:
            self.process.stdin.write(b"1 %d %d %s\n" % (len(code), cpu_ms, form.encode()))
            self.process.stdin.write(code)
            self.process.stdin.flush()
            if not select.select([self.process.stdout], [], [], 4 * cpu_ms / 1000 + 20)[0]:
                self.end()
                return Result("HANGS", 0, 0, "no answer", "")
            head = self.process.stdout.readline().split()
            message = self.process.stdout.read(int(head[4]))
            output = self.process.stdout.read(int(head[5]))
            return Result(head[1].decode(), int(head[2]), int(head[3]), message.decode("utf-8", "replace"),
                          output.decode("utf-8", "replace"))
        except (BrokenPipeError, IndexError):
            status = self.process.wait()
            self.end()
            return Result("CRASHED", 0, 0, f"ended with status {status}", "")


def run_all(items, run_one, processes, progress=None):
    """{item: run_one(process, item)} for all items, spread over so many processes."""
    waiting = queue.SimpleQueue()
    for item in items:
        waiting.put(item)
    results = {}

    def work():
        process = Process()
        while True:
            try:
                item = waiting.get_nowait()
            except queue.Empty:
                process.end()
                return
            results[item] = run_one(process, item)
            if progress is not None:
                progress(len(results))

    threads = [threading.Thread(target=work) for _ in range(processes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
