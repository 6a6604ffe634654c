"""Clients that come back: after every loss they connect again, attach with the last event they saw, answer calls from the
ledger, and ask again with the same idempotency key for what was not answered."""

import dataclasses

import book
from ledger import violation
from loop import link
from plans import CODE, TOOLS

LOST = {"code": "LOST", "message": "the connection was lost"}
LATER = ("UNAVAILABLE", "OVERLOADED", "RATE_LIMITED")
NO_LIMITS = {"tool_timeout_ms": 0}


@dataclasses.dataclass
class follow:
    """What one client follows of one session."""
    of: book.session
    mode: str
    main: bool                   # it opened the session
    cursor: int = 0              # the last event it saw
    attached_at: int = 0         # the world's step when it asked to be attached
    attached: bool = False       # on the connection of now
    passing: bool = False        # it is asked because it ran something there; it sees no events


class client:
    def __init__(self, world, name, tenant):
        self.world, self.name, self.tenant = world, name, tenant
        self.link = None
        self.greeted = False
        self.follows = {}        # by the session's name
        self.pending = {}        # msgid: (method, then)
        self.unsent = {}         # call: session, answers that a connection took with it
        self._last = 0
        self._wait = 0.0

    # -- the connection

    def connect(self):
        house = self.world.house
        if self.link is not None or not house.is_ready:
            return
        try:
            self.link = link(self.world.loop, house.server.port, self)
        except OSError:
            self.link = None
            return self.connect_later()
        self.request("hello", {"token": self.tenant}, self._hello)

    def connect_later(self):
        self._wait = min(0.2, 0.01 + 2 * self._wait)
        self.world.loop.after(self._wait * self.world.random.random(), self.connect)

    def _hello(self, error, _):
        if error is not None:
            return None if error is LOST else self.link.abort()
        self.greeted, self._wait = True, 0.0
        for one in list(self.follows.values()):
            self.resume(one)
        self.world.load.again(self)
        return None

    def lost(self, which):
        self.world.note(self, which, "lost", None)
        if which is not self.link:
            return
        self.link, self.greeted = None, False
        self.follows = {name: one for name, one in self.follows.items() if not one.passing}
        for one in self.follows.values():
            one.attached = False
        pending, self.pending = self.pending, {}
        for _, then in pending.values():
            then(LOST, None)
        self.connect_later()

    def request(self, method, argument, then):
        """`then(error, result)` comes once; the error is LOST when the connection is."""
        if self.link is None:
            return self.world.loop.after(0, then, LOST, None)
        self._last += 1
        self.pending[self._last] = (method, then)
        self._send([0, self._last, method, [argument]])
        return None

    def _send(self, message):
        self.world.note(self, self.link, ">", message)
        self.link.send(message)

    def take(self, on, message):
        self.world.note(self, on, "<", message)
        self.world.faults.sees(message)
        if message[0] == 1:
            if message[1] not in self.pending:
                raise violation(f"{self.name} got an answer to nothing: {message}")
            _, then = self.pending.pop(message[1])
            then(message[2], message[3])
        elif message[0] == 2:
            if message[1] == "event":
                self._event(message[2][0])
        elif message[2] == "tool.call":
            self._asked(message[1], message[3][0])

    # -- sessions

    def open(self, of):
        """Opens a session, or finds out what became of it."""
        mine = self.follows.setdefault(of.name, follow(of, of.tool_mode, True))
        of.state = "opening"
        of.opened_in = of.opened_in or self.world.house.incarnation
        what = {"session": of.name, "tool_mode": of.tool_mode, "tools": TOOLS, "limits": NO_LIMITS,
                "security": of.security, "events": "all" if of.watched else "none"}
        if of.durable:
            what["durable"] = True
        mine.attached_at = self.world.step()
        self.request("session.open", what, lambda error, told: self._opened(mine, error, told))

    def _opened(self, mine, error, told):
        of = mine.of
        if error is None:
            if of.top and of.durable:
                raise violation(f"session {of.name} was opened anew though it had gone on: {told}")
            of.state, of.opened_in = "live", self.world.house.incarnation
            of.told_top = max(of.told_top, told["seq"])
            mine.attached = True
        elif error is LOST:
            of.state = "unsure"
        elif error["code"] == "ALREADY_EXISTS" and of.opened_in:
            of.state = "live"
            self.resume(mine)
        elif error["code"] in LATER:
            of.state = "unsure"
            self.world.loop.after(0.1, self.resume, mine)
        else:
            raise violation(f"opening {of.name} was refused: {error}")

    def resume(self, mine):
        of = mine.of
        if not self.greeted or of.state in ("closed", "gone", "opening") or mine.attached:
            return
        if of.state in ("new", "unsure"):
            if not of.durable and of.opened_in and self.world.house.incarnation > of.opened_in:
                self.world.forget(of)
            elif mine.main:
                self.open(of)
            return
        if of.state == "closing":
            return self.close(of) if mine.main else None
        mine.attached_at = self.world.step()
        after = mine.cursor if of.watched else of.told_top
        least = max(of.top, of.told_top)
        self.request("session.attach", {"session": of.name, "after": after, "tool_mode": mine.mode,
                                        "events": "all" if of.watched else "none"},
                     lambda error, told: self._attached(mine, least, error, told))

    def _attached(self, mine, least, error, told):
        of = mine.of
        if error is None:
            mine.attached = True
            if told["seq"] < least:
                raise violation(f"session {of.name} was at {least} and came back at {told['seq']}")
            of.told_top = max(of.told_top, told["seq"])
            if mine.main and of.state == "live":
                self._pick_up(mine)
        elif error is LOST:
            pass
        elif error["code"] == "NOT_FOUND" and (of.state in ("closing", "closed", "gone") or self._may_be_gone(of)):
            self.world.forget(of)
        elif error["code"] in LATER:
            self.world.loop.after(0.1, self.resume, mine)
        else:
            raise violation(f"attaching to {of.name} after {mine.cursor} was refused: {error}")

    def _may_be_gone(self, of):
        """What was only in a server's memory ends with it, and an unnamed session with its run."""
        return (not of.durable and (self.world.house.incarnation > of.opened_in or of.anonymous)) or (
            of.anonymous and not of.top)

    def _pick_up(self, mine):
        """What the loss of the connection left open."""
        of = mine.of
        for one in of.runs:
            if one.state == "unsure" and one.key:
                self.world.load.send(self, of, one)
        for call, name in list(self.unsent.items()):
            if name == of.name:
                self.tool_result(of, self.world.ledger.calls[call])

    def close(self, of):
        of.state = "closing"
        self.request("session.close", {"session": of.name}, lambda error, _: self._closed(of, error))

    def _closed(self, of, error):
        if error is None or error["code"] == "NOT_FOUND":
            self.world.forget(of, "closed")
        elif error is not LOST and error["code"] in LATER:
            self.world.loop.after(0.1, self.close, of)
        elif error is not LOST:
            raise violation(f"closing {of.name} was refused: {error}")

    # -- what comes unasked

    def _event(self, event):
        if "seq" not in event:
            return
        mine = self.follows.get(event["session"]) or self.world.load.unnamed(self, event)
        of = mine.of
        if of.state in ("closed", "gone"):
            return
        if event["seq"] != mine.cursor + 1:
            raise violation(f"{self.name} saw event {event['seq']} of {of.name} behind {mine.cursor}")
        mine.cursor = event["seq"]
        is_new = of.take(event, whole=True)
        kind = event["type"]
        if kind == "tool_result_applied":
            self.world.ledger.acknowledged(event["payload"]["call"], self.link.number, self.world.step())
            self.unsent.pop(event["payload"]["call"], None)
        elif kind == "tool_call" and mine.mode == "event" and is_new:
            entry = self.world.ledger.asked(self.tenant, event["payload"], self.link.number, mine.attached_at,
                                            self.world.house.incarnation, by_request=False)
            if self.world.tools.answers(entry):
                self.unsent[entry.call] = of.name
                self.world.loop.after(self.world.tools.delay(entry), self.tool_result, of, entry)
        elif kind == "final" and is_new:
            self.world.load.ended(of, event)

    def _asked(self, msgid, what):
        mine = self.follows.get(what["session"]) or self.world.load.unnamed(self, what)
        entry = self.world.ledger.asked(self.tenant, what, self.link.number, mine.attached_at, self.world.house.incarnation)
        mine.of.asked(what)
        if self.world.tools.answers(entry):
            self.world.loop.after(self.world.tools.delay(entry), self._answer, self.link, msgid, entry, mine.of)

    def _answer(self, on, msgid, entry, of):
        entry.sent = True
        if on is self.link:
            error, result = self.world.tools.attempt(entry)
            self._send([1, msgid, error, result])
        if entry.tool == "once" and not entry.acknowledged_at and entry.call not in self.unsent:
            self.unsent[entry.call] = of.name  # nobody will ask again, so it is told by its id
            if on is not self.link:
                self.tool_result(of, entry)

    def tool_result(self, of, entry):
        mine = self.follows[of.name]
        if not mine.attached or entry.acknowledged_at or of.state != "live":
            return
        what = {"session": of.name, "call": entry.call, **entry.response()}
        self.request("tool.result", what, lambda error, _: self._told(of, entry, error))

    def _told(self, of, entry, error):
        if error is None:
            self.unsent.pop(entry.call, None)
            if of.tool_mode == "event":
                self.world.ledger.acknowledged(entry.call, self.link.number, self.world.step())
                self.world.load.contradict(self, of, entry)
        elif error is not LOST and error["code"] in LATER:
            self.world.loop.after(0.05, self.tool_result, of, entry)
        elif error is not LOST and of.state == "live":
            raise violation(f"the answer of call {entry.call} was refused: {error}")
