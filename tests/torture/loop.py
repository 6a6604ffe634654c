"""One thread, many connections: a poll, a clock of things to do, and connections that speak MessagePack-RPC."""

import heapq
import itertools
import select
import socket
import struct
import time

import msgpack


class loop:
    def __init__(self):
        self.poll = select.epoll()
        self.links = {}    # by descriptor
        self._due = []
        self._count = itertools.count()

    def after(self, seconds, what, *arguments):
        heapq.heappush(self._due, (time.monotonic() + seconds, next(self._count), what, arguments))

    def turn(self, most=0.05):
        """Waits at most so long, takes in what came and does what is due."""
        now = time.monotonic()
        wait = max(0.0, min(most, self._due[0][0] - now)) if self._due else most
        for descriptor, ready in self.poll.poll(wait):
            one = self.links.get(descriptor)
            if one is not None:
                one.on_ready(ready)
        now = time.monotonic()
        while self._due and self._due[0][0] <= now:
            _, _, what, arguments = heapq.heappop(self._due)
            what(*arguments)

    def until(self, holds, seconds):
        """True when it held within the time."""
        end = time.monotonic() + seconds
        while not holds():
            left = end - time.monotonic()
            if left <= 0:
                return False
            self.turn(min(left, 0.02))
        return True


class link:
    """A connection. `owner.take(link, message)` is called for each message, `owner.lost(link)` once at its end."""

    numbers = itertools.count(1)

    def __init__(self, where, port, owner):
        self.loop, self.owner = where, owner
        self.number = next(self.numbers)
        self.socket = socket.create_connection(("127.0.0.1", port), 2)
        self.socket.setblocking(False)
        self.unpacker = msgpack.Unpacker(raw=False, strict_map_key=False, timestamp=0, max_buffer_size=64 << 20)
        self.out = bytearray()
        self.closed = False
        self.descriptor = self.socket.fileno()
        where.links[self.descriptor] = self
        where.poll.register(self.descriptor, select.EPOLLIN)

    def send(self, message):
        if self.closed:
            return
        was_empty = not self.out
        self.out += msgpack.packb(message, use_bin_type=True)
        if was_empty:
            self.loop.after(0, self._flush)

    def _flush(self):
        if self.closed or not self.out:
            return
        try:
            del self.out[:self.socket.send(self.out)]
        except BlockingIOError:
            pass
        except OSError:
            return self.close()
        self.loop.poll.modify(self.descriptor, select.EPOLLIN | (select.EPOLLOUT if self.out else 0))

    def on_ready(self, ready):
        if ready & select.EPOLLOUT:
            self._flush()
        if self.closed or not ready & ~select.EPOLLOUT:
            return
        try:
            data = self.socket.recv(1 << 18)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            return self.close()
        self.unpacker.feed(data)
        for message in self.unpacker:
            self.owner.take(self, message)
            if self.closed:
                return

    def abort(self, rest=b""):
        """Ends it in the middle of a message, with a reset."""
        if self.closed:
            return
        try:
            if rest:
                self.socket.send(rest)
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except OSError:
            pass
        self.close()

    def close(self):
        if self.closed:
            return
        self.closed = True
        self.loop.poll.unregister(self.descriptor)
        del self.loop.links[self.descriptor]
        self.socket.close()
        self.owner.lost(self)
