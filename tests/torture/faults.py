"""What befalls the server, at random times: a fault begins, and mends itself after a while."""

import signal

from house import processes


class faults:
    """Each method is one kind of fault and answers what was done, for the trace; `None`: it was not possible now."""

    def __init__(self, world):
        self.world, self.random = world, world.random
        self.stopped = set()     # processes that a SIGCONT waits for
        self.disk_is_full = False
        self.counts = {}
        self.kill_at = None      # the kind of message behind which the server is killed
        self.kinds = ["kill_server"] * 3 + ["kill_server_at_a_message"] * 4 + ["kill_server_as_it_starts"] * 2 + ["kill_zygote", "kill_worker", "kill_worker",
                      "kill_workers", "stop_worker", "stop_workers", "stop_zygote", "stop_server", "end_server", "end_server",
                      "drop_client", "drop_client", "drop_clients"]
        if world.house.small_disk:
            self.kinds += ["fill_disk"] * 8
        if world.house.stamp:
            self.kinds += ["jump_clock"] * 8
        if not world.load.features.survives:
            self.kinds = [kind for kind in self.kinds if "_server" not in kind or kind == "stop_server"]

    def one(self):
        kind = self.random.choice(self.kinds)
        if not self.world.house.is_ready:
            return
        done = getattr(self, kind)()
        if done is not None:
            self.counts[kind] = self.counts.get(kind, 0) + 1
            self.world.note(None, None, "fault", f"{kind}: {done}")

    # -- the server

    def kill_server(self):
        self.world.house.kill()
        return f"incarnation {self.world.house.incarnation}"

    def kill_server_at_a_message(self):
        """The moment in which somebody has just been told something, and it must not be lost any more."""
        self.kill_at = self.random.choice(("answer", "tool.call", "final", "tool_call", "tool_result_applied", "session_init",
                                           "execution_restarted", "stdout", "state_patch"))
        return self.kill_at

    def sees(self, message):
        """What a client takes in."""
        if self.kill_at is None or not self.world.house.is_ready:
            return
        kind = "answer" if message[0] == 1 else message[2] if message[0] == 0 else message[2][0].get("type")
        if kind == self.kill_at:
            self.kill_at = None
            self.world.note(None, None, "fault", f"killed at {kind}")
            self.world.house.kill()

    def kill_server_as_it_starts(self):
        self.world.kill_next_after.append(self.random.choice((0.005, 0.03, 0.06, 0.1, 0.15, 0.3, 0.5)))
        return self.kill_server()

    def end_server(self):
        """In the orderly way; what waits for long is cut short by a second signal."""
        house = self.world.house
        pid = house.server.pid
        house.deaths.append((0, house.incarnation))
        house.signal(pid, signal.SIGTERM)
        self.world.loop.after(self.random.choice((0.2, 1.0, 3.0)), self._end_again, house.server)
        return f"pid {pid}"

    def _end_again(self, server):
        if server is self.world.house.server and not self.world.house.has_ended():
            self.world.house.signal(server.pid, signal.SIGTERM)

    def stop_server(self):
        return self._stop([self.world.house.server.pid], (0.01, 0.1, 0.5, 1.5))

    # -- what it started

    def kill_zygote(self):
        return self._kill([self.world.house.server.zygote()])

    def kill_worker(self):
        workers = self.world.house.server.workers()
        return self._kill(self.random.sample(workers, 1)) if workers else None

    def kill_workers(self):
        return self._kill(self.world.house.server.workers())

    def stop_worker(self):
        workers = self.world.house.server.workers()
        return self._stop(self.random.sample(workers, 1), (0.05, 0.3, 1, 2.5)) if workers else None

    def stop_workers(self):
        return self._stop(self.world.house.server.workers(), (0.05, 0.3, 1))

    def stop_zygote(self):
        return self._stop([self.world.house.server.zygote()], (0.05, 0.3, 1.3, 2))

    def _kill(self, pids):
        for pid in pids:
            if pid > 1:
                self.world.house.signal(pid, signal.SIGKILL)
        return pids

    def _stop(self, pids, seconds):
        for pid in pids:
            if pid > 1:
                self.world.house.signal(pid, signal.SIGSTOP)
                self.stopped.add(pid)
        self.world.loop.after(self.random.choice(seconds), self._go_on, pids)
        return pids

    def _go_on(self, pids):
        for pid in pids:
            if pid in self.stopped:
                self.stopped.discard(pid)
                if processes.state(pid) == "T":
                    self.world.house.signal(pid, signal.SIGCONT)

    # -- connections

    def drop_client(self):
        return self._drop(self.random.sample(self.world.clients, 1))

    def drop_clients(self):
        return self._drop(self.world.clients)

    def _drop(self, whom):
        for one in whom:
            if one.link is not None:
                one.link.abort(self.random.choice((b"", b"\x94\x00", b"\x94\x00\xce\x00\x01\x00\x00\xa3run\x91\x81")))
        return [one.name for one in whom]

    # -- the disk and the clock

    def fill_disk(self):
        if self.disk_is_full:
            return None
        self.disk_is_full = self.world.house.fill_disk()
        self.world.loop.after(self.random.choice((0.2, 1, 2)), self._free_disk)
        return "full"

    def _free_disk(self):
        self.world.house.free_disk()
        self.disk_is_full = False
        self.world.note(None, None, "fault", "the disk has room again")

    def jump_clock(self):
        seconds = self.random.choice((-3600, -60, -2, 0, 2, 60, 3600))
        self.world.house.set_clock(seconds)
        return f"{seconds} s"

    def heal(self):
        self.kill_at = None
        self._go_on(list(self.stopped))
        if self.disk_is_full:
            self._free_disk()
