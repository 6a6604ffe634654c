"""One round: a server on a data directory, clients, a load, faults; then quiet, and every promise is checked."""

import collections
import os
import tempfile
import time

import msgpack

from clients import client
from faults import faults
from house import clock_library, house, may_mount, processes, seeded
from ledger import ledger, violation
from load import load
from loop import loop
from plans import CODE
from tools import toolbox

TENANTS = ("ada", "bob")
CLIENTS = 3                # of a tenant
WORKERS = 2
START_S = 30               # until a server that recovers is ready
REST_S = 40                # until everything has ended when all faults are mended
TRACE_LINES = 400_000


class world:
    def __init__(self, seed, number, features, options):
        self.seed, self.number = seed, number
        self.random = seeded(seed, number)
        self.trace = collections.deque(maxlen=TRACE_LINES)
        self.began_at = time.monotonic()
        self._step = 0
        self.folder = tempfile.mkdtemp(prefix="enclaved-torture-", dir=options.folder)
        small_disk = may_mount() and not options.no_disk and number % 4 == 2
        clock = clock_library() is not None and number % 4 == 3
        tokens = os.path.join(self.folder, "tokens")
        with open(tokens, "w", encoding="ascii") as file:
            file.write("".join(f"{name} {name} run,read,admin\n" for name in TENANTS))
        settings = [f"--tokens-file={tokens}", "--session-timeout-ms=86400000", "--shutdown-timeout-ms=2000"]
        self.house = house(self.folder, settings, WORKERS, small_disk, clock)
        self.loop = loop()
        self.ledger = ledger()
        self.tools = toolbox(self.random)
        self.load = load(self, features)
        self.faults = faults(self)
        self.clients = [client(self, f"{tenant}{number}", tenant) for tenant in TENANTS for number in range(CLIENTS)]
        self.kill_next_after = []
        self.stays_down = False
        self._next_fill = 0.0

    def step(self):
        self._step += 1
        return self._step

    def note(self, who, on, way, what):
        self.trace.append((time.monotonic(), who.name if who else "-", on.number if on else 0, way, what))

    def forget(self, of, state="gone"):
        of.state = state
        for one in of.open_runs():
            one.state = "lost"

    # -- the server comes and goes

    def turn(self, most=0.02):
        self.loop.turn(most)
        self._keep_house()
        now = time.monotonic()
        if now >= self._next_fill:
            self.load.fill()
            self._next_fill = now + 0.003

    def _keep_house(self):
        home = self.house
        if home.server is None:
            if not self.stays_down:
                self._start()
        elif home.has_ended():
            if home.server.process.returncode not in (0, -9) and not self.stays_down:
                raise violation(f"the server ended by itself with {home.server.process.returncode}")
            if not home.is_ready and home.server.process.returncode == 0 and not home.deaths_since(home.incarnation):
                raise violation("the server ended though nobody told it to")
            home.ended()
        elif not home.is_ready:
            if home.poll():
                self.note(None, None, "server", f"incarnation {home.incarnation} is ready")
                for one in self.clients:
                    one.connect()
            elif time.monotonic() - home.started_at > START_S:
                raise violation(f"the server was not ready within {START_S} s")

    def _start(self):
        if self.random.random() < 0.4 and self.house.incarnation > 0:
            self.note(None, None, "fault", f"the tail of {self.house.tear_tail(self.random)} is torn")
        if self.house.stamp and self.house.incarnation and self.random.random() < 0.3:
            self.faults.jump_clock()
        self.house.start()
        self.note(None, None, "server", f"incarnation {self.house.incarnation} starts as {self.house.server.pid}")
        if self.kill_next_after:
            self.loop.after(self.kill_next_after.pop(), self._kill_this, self.house.server)

    def _kill_this(self, server):
        if server is self.house.server and not self.house.has_ended():
            self.note(None, None, "fault", "killed as it starts")
            self.house.kill()

    def until(self, holds, seconds, what):
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                text = what() if callable(what) else what
                raise violation(f"not within {seconds} s: {text}")
            self.turn()

    # -- the round

    def settle(self):
        """Faults are mended and nothing new begins: everything comes to its end."""
        self.load.on = False
        self.faults.heal()
        self.until(lambda: not self._restless(), REST_S, lambda: "an end of " + "; ".join(self._restless()[:20]))

    def _restless(self):
        """What still goes on."""
        found = []
        if not self.house.is_ready:
            return ["the server is not ready"]
        for who in self.clients:
            if not who.greeted:
                found.append(f"{who.name} has no connection")
            found += [f"unnamed run {one.id} of {who.name} is {one.state} (execution {one.execution})"
                      for one in self.load.open_unnamed.get(who, {}).values()]
            for mine in who.follows.values():
                of = mine.of
                if of.state in ("closed", "gone"):
                    continue
                if of.anonymous and of.durable and mine.main:
                    found.append(f"{of.name} is not closed")
                if not mine.attached or of.state != "live":
                    found.append(f"{of.name} is {of.state}, {who.name} is {'' if mine.attached else 'not '}attached")
                elif mine.main:
                    found += [f"run {one.id} in {of.name} is {one.state} (execution {one.execution})"
                              for one in of.open_runs() if one.state == "sent" or one.key or (one.execution and of.watched)]
        return found

    def ask(self, tenant, method, argument=None):
        """A request of whoever is there of a tenant; the error or the result."""
        who = next(one for one in self.clients if one.tenant == tenant)
        for _ in range(50):
            came = []
            self.until(lambda: who.greeted, START_S, "a connection")
            who.request(method, argument or {}, lambda *answer: came.append(answer))
            self.until(lambda: came, REST_S, f"an answer to {method} {argument}")
            error, result = came[0]
            if error is None or error["code"] not in ("LOST", "UNAVAILABLE", "OVERLOADED"):
                return error, result
            self.until(self._wait_a_bit(), 1, "time goes on")
        raise violation(f"{method} {argument} is not answered: {error}")

    @staticmethod
    def _wait_a_bit():
        end = time.monotonic() + 0.1
        return lambda: time.monotonic() > end

    def close_connections(self):
        """For good."""
        for one in self.clients:
            one.connect = one.connect_later = lambda: None
            if one.link is not None:
                one.link.close()

    # -- what is kept of a failure

    def keep(self, folder):
        self.house.keep_logs(folder)
        with open(os.path.join(folder, "trace.txt"), "w", encoding="utf-8") as file:
            for at, who, on, way, what in self.trace:
                file.write(f"{at - self.began_at:9.4f} {who:5} {on:5} {way:6} {_short(what)}\n")


def _short(what):
    text = repr(what).replace(repr(CODE), "…")
    return text if len(text) < 1_500 else text[:1_400] + f"… ({len(text)} characters)"


__all__ = ["msgpack", "processes", "world"]
