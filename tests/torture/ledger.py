"""Side effects, by the id of the call that asked for them: what a careful client keeps on its own disk.

A call that is asked again is answered from here. What the server has acknowledged must not be asked again at all, and no two
ids may ask for the same step of the same run.
"""

import dataclasses
import itertools

from plans import answer_value


class violation(Exception):
    """Something that the protocol promises does not hold."""


@dataclasses.dataclass
class entry:
    call: str
    tool: str
    run: str
    step: tuple
    asked_in: int                 # the server's incarnation when it was asked first
    answer: object = None         # of the tool: a result, or
    error: object = None          # a failure
    asks: int = 0
    attempts: int = 0             # of a flaky tool
    sent: bool = False            # the answer has left at least once
    acknowledged_at: int = 0      # 0: not yet
    acknowledged_on: set = dataclasses.field(default_factory=set)  # connections that have seen it

    def response(self):
        return {"error": self.error} if self.error is not None else {"result": self.answer}


class ledger:
    def __init__(self):
        self.calls = {}   # by id
        self.steps = {}   # (tenant, run, k): id
        self._serials = itertools.count(1)

    def asked(self, tenant, what, connection, attached_at, incarnation, by_request=True):
        """Takes in that a call is asked, by request or by event; answers its entry. The side effect happens now, or has
        happened."""
        args, call = what["args"], what["call"]
        one = self.calls.get(call)
        if one is None:
            step = (tenant, args["id"], args["k"])
            if step in self.steps:
                raise violation(f"step {step} was asked as call {self.steps[step]} and again as {call}")
            one = self.calls[call] = entry(call, what["tool"], args["id"], step, incarnation)
            self.steps[step] = call
            self._perform(one, args)
        one.asks += 1 if by_request else 0
        if (one.tool, one.step) != (what["tool"], (tenant, args["id"], args["k"])):
            raise violation(f"call {call} was for {one.tool} {one.step} and is now for {what['tool']} {args}")
        if connection in one.acknowledged_on or 0 < one.acknowledged_at < attached_at:
            raise violation(f"call {call} was asked again though its answer was acknowledged")
        if one.tool == "once" and one.asks > 1:
            raise violation(f"call {call} of a tool with at_most_once was asked {one.asks} times")
        return one

    def _perform(self, one, args):
        k, n = args["k"], args["n"]
        if one.tool == "effect":
            one.answer = {"serial": next(self._serials)}
        elif one.tool == "fail":
            one.error = {"message": f"no {k}", "code": f"E{n}", "details": {"k": k}}
        else:
            one.answer = {"v": answer_value(one.run, k, n)}

    def acknowledged(self, call, connection, now):
        one = self.calls.get(call)
        if one is None:
            return  # answered by the server itself
        one.acknowledged_on.add(connection)
        one.acknowledged_at = one.acknowledged_at or now

    def serial_of(self, tenant, run, k):
        call = self.calls.get(self.steps.get((tenant, run, k)))
        return call.answer["serial"] if call else None
