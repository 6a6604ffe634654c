"""Where the server lives: its incarnations on one data directory, its disk, its clock."""

import os
import random as randoms
import shutil
import subprocess
import sys
import time

from support import processes, server

CLOCK_LIBRARIES = ("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")
SMALL_DISK_MIB = 32  # less than a log that is given its room beforehand, so that a full disk is met by the next write


def clock_library():
    return next((path for path in CLOCK_LIBRARIES if os.path.exists(path)), None)


def enter_own_mounts():
    """Starts this program anew where what it mounts is gone with it; goes on as it is where that is not permitted."""
    if os.environ.get("TORTURE_MOUNTS") or os.geteuid() != 0:
        return
    tool = shutil.which("unshare")
    if tool and subprocess.run([tool, "--mount", "true"], capture_output=True, check=False).returncode == 0:
        os.environ["TORTURE_MOUNTS"] = "own"
        os.execv(tool, [tool, "--mount", "--propagation=private", sys.executable, *sys.argv])


def may_mount():
    return os.environ.get("TORTURE_MOUNTS") == "own"


class house:
    """At most one living server; `incarnation` counts them."""

    def __init__(self, folder, options, workers, small_disk=False, clock=False):
        self.folder = folder
        self.data = os.path.join(folder, "data")
        os.makedirs(self.data)
        self.options, self.workers = options, workers
        self.small_disk = small_disk
        if small_disk:
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK_MIB}m", "tmpfs", self.data], check=True)
        self.stamp = os.path.join(folder, "clock") if clock else None
        if clock:
            self.set_clock(0)
        self.server = None
        self.past = []          # servers that have ended
        self.incarnation = 0
        self.deaths = []        # (time, incarnation) of each that did not end in order
        self.is_ready = False
        self.is_dying = False
        self.started_at = 0.0

    # -- the process

    def start(self):
        """Begins to start one; `poll` tells when it is ready."""
        self.incarnation += 1
        self.is_ready = self.is_dying = False
        self.started_at = time.monotonic()
        variables = {}
        if self.stamp:
            variables = {"LD_PRELOAD": clock_library(), "FAKETIME_TIMESTAMP_FILE": self.stamp, "FAKETIME_NO_CACHE": "1",
                         "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        self.server = server(*self.options, ready=False, workers=self.workers, folder=self.data, variables=variables)

    def poll(self):
        """True once the server serves; an error when it has given up."""
        if self.server is None or self.is_ready or self.is_dying:
            return self.is_ready
        ready = next((line for line in self.server.lines if '"server is ready"' in line), None)
        if ready:
            self.server.learn_ports(ready)
            self.is_ready = True
        return self.is_ready

    def has_ended(self):
        return self.server is not None and self.server.process.poll() is not None

    def ended(self):
        """Forgets the server that has ended; False while something of it lives."""
        if self.server.everything():
            return False
        self.past = [*self.past[-30:], self.server]
        self.server, self.is_ready = None, False
        return True

    def kill(self):
        self.deaths.append((time.monotonic(), self.incarnation))
        self.is_ready, self.is_dying = False, True
        self.signal(self.server.pid, 9)

    @staticmethod
    def signal(pid, number):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass

    def deaths_since(self, incarnation):
        return any(number >= incarnation for _, number in self.deaths)

    # -- the disk

    def tear_tail(self, random):
        """What an unfinished write leaves at the end of the newest log: the beginning of a record whose rest never came.
        What was acknowledged is before it and stays whole."""
        logs = sorted((os.path.join(at, name) for at, _, names in os.walk(self.data) for name in names if name.endswith(".log")),
                      key=lambda path: int(os.path.basename(path)[:-4]) if os.path.basename(path)[:-4].isdigit() else -1)
        if not logs:
            return None
        left = 32_768 - os.path.getsize(logs[-1]) % 32_768
        if left < 64:
            return None  # at the end of a block nothing begins
        length = random.randint(20, left - 7)
        record = random.randbytes(4) + length.to_bytes(2, "little") + b"\x01" + random.randbytes(length)
        try:
            with open(logs[-1], "ab") as file:
                file.write(record[:random.randint(1, len(record) - 1)])
        except OSError:
            return None  # the disk is full
        return os.path.basename(logs[-1])

    def fill_disk(self):
        try:
            with open(os.path.join(self.data, "filler"), "ab") as file:
                while True:
                    file.write(b"\0" * (1 << 16))
                    file.flush()
        except OSError:
            return True

    def free_disk(self):
        try:
            os.unlink(os.path.join(self.data, "filler"))
        except FileNotFoundError:
            pass

    def set_clock(self, seconds):
        with open(self.stamp + ".new", "w", encoding="ascii") as file:
            file.write(f"{seconds:+d}s")
        os.rename(self.stamp + ".new", self.stamp)

    # -- the end

    def keep_logs(self, folder):
        for number, one in enumerate([*self.past, *([self.server] if self.server else [])]):
            with open(os.path.join(folder, f"server-{number:03}-{one.pid}.log"), "w", encoding="utf-8") as file:
                file.write("\n".join(one.lines) + "\n")

    def demolish(self):
        if self.server is not None:
            self.server.kill()
        if self.small_disk:
            subprocess.run(["umount", "-l", self.data], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)


def seeded(*parts):
    return randoms.Random("/".join(map(str, parts)))


__all__ = ["clock_library", "enter_own_mounts", "house", "may_mount", "processes", "seeded"]
