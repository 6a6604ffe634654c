"""A server of our own: started on free ports, ready before a test goes on, and gone without leftovers afterwards."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

from . import processes
from .patience import within


def binary():
    """The executable under test: the first argument of the test program, else the variable ENCLAVED."""
    for argument in sys.argv[1:]:
        if os.path.isfile(argument) and os.access(argument, os.X_OK):
            return os.path.abspath(argument)
    if "ENCLAVED" in os.environ:
        return os.path.abspath(os.environ["ENCLAVED"])
    sys.exit("which executable? name it as the first argument or in the variable ENCLAVED")


def all_descriptors():
    """Tests that open thousands of connections need what the system permits at most, and so does their server."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


class server:
    """One server process and everything it starts, in a session of its own."""

    def __init__(self, *options, variables=None, command=(), ready=True, stderr=None, workers=2, port=0, folder=None):
        """`folder`: a data directory that is there before and stays afterwards."""
        all_descriptors()
        self.keeps_folder = folder is not None
        self.folder = folder or tempfile.mkdtemp(prefix="enclaved-test-")
        self.lines = []
        self.port = self.http_port = 0
        self.wanted_workers = workers or 1
        self._changed = threading.Condition()
        self._ended = False
        clean = {key: value for key, value in os.environ.items() if not key.startswith("ENCLAVED_")}
        arguments = [binary(), f"--listen=127.0.0.1:{port}", "--http-listen=127.0.0.1:0", f"--data-dir={self.folder}",
                     "--log-format=json"]
        if workers:
            arguments += [f"--workers={workers}", f"--workers-min={workers}"]
        self.started_at = time.monotonic()
        self.process = subprocess.Popen([*command, *arguments, *options], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE if stderr is None else stderr,
                                        env={**clean, **(variables or {})}, start_new_session=True)
        self.pid = self.process.pid
        if stderr is None:
            threading.Thread(target=self._read_log, daemon=True).start()
            if ready:
                self.wait_ready()

    def _read_log(self):
        for line in self.process.stderr:
            with self._changed:
                self.lines.append(line.decode("utf-8", "replace").rstrip("\n"))
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    # -- the log

    def wait_log(self, text, seconds=15, start=0):
        """The first line of the log, from line `start` on, that holds `text`."""
        found = lambda: next((line for line in self.lines[start:] if text in line), None)
        with self._changed:
            self._changed.wait_for(lambda: found() or self._ended, within(seconds))
            line = found()
        if line is None:
            raise AssertionError(f"the log does not say {text!r}:\n" + self.log_tail())
        return line

    def log_tail(self, lines=30):
        return "\n".join(self.lines[-lines:])

    def learn_ports(self, line):
        """Of the line that says it is ready."""
        told = json.loads(line)
        self.port, self.http_port = told["port"], told["http_port"]

    def wait_ready(self):
        self.learn_ports(self.wait_log('"server is ready"'))
        processes.wait_until(lambda: len(self.workers()) >= self.wanted_workers, 10, "the birth of all workers")

    # -- its processes

    def everything(self):
        return processes.members(self.pid)

    def zygote(self):
        """The one child of the server that has, or will have, workers."""
        children = [pid for pid in self.everything() if processes.parent(pid) == self.pid]
        return children[-1] if children else 0

    def workers(self):
        zygote = self.zygote()
        return [pid for pid in self.everything() if pid not in (self.pid, zygote)]

    def busy_worker(self, besides=()):
        """The worker that uses the processor now, other than those named."""
        before = {pid: processes.processor_seconds(pid) for pid in self.workers() if pid not in besides}
        grown = lambda: [pid for pid in self.workers() if pid not in besides and processes.processor_seconds(pid) > before.get(pid, 0) + 0.02]
        return processes.wait_until(grown, 10, "a worker that runs a script")[0]

    # -- HTTP

    def http(self, path, headers=None, method="GET", data=None):
        """Status and body."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.http_port}{path}", data, headers or {}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=within(10)) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    # -- its end

    def signal(self, number):
        os.kill(self.pid, number)

    def wait(self, seconds=15):
        return self.process.wait(within(seconds))

    def stop(self):
        """Ends it in the orderly way, and by force what is left; complains about what was left."""
        problem = None
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
            self.signal(signal.SIGCONT)
            try:
                if self.wait(5) != 0:
                    problem = f"the server ended with {self.process.returncode}"
            except subprocess.TimeoutExpired:
                self.signal(signal.SIGTERM)
                try:
                    self.wait(10)
                except subprocess.TimeoutExpired:
                    problem = "the server does not stop"
        try:
            if problem is None:
                processes.wait_until(lambda: not self.everything(), 5, "the end of all processes of the server")
        except AssertionError as left:
            problem = str(left)
        self.kill()
        if problem:
            raise AssertionError(problem)

    def crash(self):
        """The server alone is killed; everything it started ends by itself."""
        os.kill(self.pid, signal.SIGKILL)
        self.process.wait(10)
        processes.wait_until(lambda: not self.everything(), 10, "the end of what a dead server has started")

    def kill(self):
        for pid in self.everything():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait(10)
        if not self.keeps_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            self.stop()
        else:
            self.kill()
