"""A small MessagePack-RPC client that shows everything it gets. Whoever waits pumps it, so it needs no thread."""

import select
import socket
import time

import msgpack

from .patience import within

unanswered = object()  # what a tool's function returns when the call shall stay open
_by_argument = object()


class refusal(Exception):
    """An error response; as a dictionary in `error`."""

    def __init__(self, error):
        super().__init__(str(error))
        self.error = error
        self.code = error.get("code") if isinstance(error, dict) else None
        self.message = error.get("message", "") if isinstance(error, dict) else str(error)


class tool_failure(Exception):
    """Raised by a tool's function: the error of the response, whatever it is."""


class closed(Exception):
    """The server closed the connection."""


def code_of(final):
    """OK, or the code a script ended with."""
    return "OK" if final["ok"] else final["error"]["code"]


class client:
    def __init__(self, port, tools=None, token=None, wrap=None):
        """`tools` answers calls: a function of (tool, args). `wrap` makes TLS of a socket."""
        self.port = getattr(port, "port", port)
        self.tools = tools or (lambda tool, args: unanswered)
        self.socket = socket.create_connection(("127.0.0.1", self.port), 10)
        if wrap:
            self.socket = wrap(self.socket)
        self.socket.settimeout(within(30))
        self.poll = select.poll()
        self.poll.register(self.socket, select.POLLIN)
        self.unpacker = msgpack.Unpacker(raw=False, strict_map_key=False, timestamp=0, unicode_errors="surrogateescape",
                                         max_buffer_size=128 << 20)
        self.answers = {}    # by message id: (error, result)
        self.events = []     # parameters of "event"
        self.calls = []      # parameters of "tool.call", each with its message id
        self.cancels = []    # parameters of "tool.cancel"
        self.errors = []     # parameters of "error"
        self.ended = False
        self._last = 0
        if token is not None:
            self.request("hello", {"token": token})

    # -- out

    def send(self, data):
        self.socket.sendall(data)

    def begin(self, method, argument=None, params=_by_argument):
        """Sends a request and answers its message id."""
        self._last += 1
        if params is _by_argument:
            params = [] if argument is None else [argument]
        self.send(msgpack.packb([0, self._last, method, params], use_bin_type=True))
        return self._last

    def notify(self, method, params):
        self.send(msgpack.packb([2, method, params]))

    def reply(self, msgid, result=None, error=None):
        self.send(msgpack.packb([1, msgid, error, result], use_bin_type=True))

    # -- in

    def pump(self, seconds=0.0):
        """Takes in what came within the time; True when something did."""
        pending = getattr(self.socket, "pending", lambda: 0)()
        if not pending and not self.poll.poll(max(0.0, seconds) * 1000):
            return False
        try:
            data = self.socket.recv(1 << 20)
        except ConnectionError:
            data = b""
        if not data:
            self.ended = True
            raise closed()
        self.unpacker.feed(data)
        for message in self.unpacker:
            self._take(message)
        return True

    def _take(self, message):
        if message[0] == 1:
            assert message[1] not in self.answers, f"request {message[1]} was answered twice"
            self.answers[message[1]] = (message[2], message[3])
        elif message[0] == 2:
            {"event": self.events, "tool.cancel": self.cancels, "error": self.errors}[message[1]].append(message[2][0])
        elif message[2] == "tool.call":
            call = dict(message[3][0], msgid=message[1])
            self.calls.append(call)
            self._answer_call(call)
        else:
            raise AssertionError(f"the server asks for {message[2]!r}")

    def _answer_call(self, call):
        try:
            result = self.tools(call["tool"], call["args"])
        except tool_failure as failure:
            return self.reply(call["msgid"], error=failure.args[0])
        if result is not unanswered:
            self.reply(call["msgid"], result)

    def until(self, holds, seconds=20, what="what was waited for"):
        """Pumps until the condition holds; answers its value."""
        seconds = within(seconds)
        end = time.monotonic() + seconds
        while not (value := holds()):
            left = end - time.monotonic()
            if left <= 0:
                raise AssertionError(f"{what} did not come within {seconds} s")
            self.pump(min(left, 0.25))
        return value

    def answer(self, msgid, seconds=15):
        error, result = self.until(lambda: self.answers.get(msgid), seconds, f"the answer of request {msgid}")
        if error is not None:
            raise refusal(error)
        return result

    def request(self, method, argument=None, seconds=15):
        return self.answer(self.begin(method, argument), seconds)

    def refused(self, method, argument=None, params=_by_argument, seconds=20):
        """The error a request is refused with."""
        try:
            result = self.answer(self.begin(method, argument, params), seconds)
        except refusal as no:
            return no
        raise AssertionError(f"{method} was not refused but answered {result!r}")

    # -- in one word

    def begin_run(self, code, **options):
        return self.begin("run", {"code": code, **options})

    def run(self, code, seconds=15, **options):
        """The `final` payload."""
        return self.answer(self.begin_run(code, **options), seconds)

    def value(self, code, **options):
        """The result of a script that must succeed."""
        final = self.run(code, **options)
        assert final["ok"], final["error"]
        return final["result"]

    def ends(self, code, **options):
        """OK, or the code a script ended with."""
        return code_of(self.run(code, **options))

    def wait_event(self, kind, count=1, seconds=20):
        """All events of a type, when there are that many."""
        found = lambda: [event for event in self.events if event["type"] == kind]
        return self.until(lambda: len(found()) >= count and found(), seconds, f"{count} events {kind}")

    def wait_calls(self, count=1, seconds=20):
        self.until(lambda: len(self.calls) >= count, seconds, f"{count} tool calls")
        return self.calls

    def wait_closed(self, seconds=20):
        """Until the server has closed the connection."""
        try:
            self.until(lambda: False, seconds, "the end of the connection")
        except closed:
            return self
        return self

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
