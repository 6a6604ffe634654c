"""What clients know of sessions and runs: every event by its number, every answer, and what must not be lost any more."""

import dataclasses

from ledger import violation


@dataclasses.dataclass
class run:
    id: str
    plan: dict
    key: str = None              # idempotency
    state: str = "new"           # new, sent, unsure (the connection was lost), done, refused, lost
    final: dict = None           # the answer
    finals: list = dataclasses.field(default_factory=list)  # each answer that came, of twins too
    execution: str = None
    sent_in: int = 0
    may_be_cancelled: bool = False
    twins: int = 0               # further requests with the same key that wait for an answer


class session:
    """One session, whoever follows it."""

    def __init__(self, tenant, name, durable, **what):
        self.tenant, self.name, self.durable = tenant, name, durable
        self.tool_mode = what.get("tool_mode", "call")
        self.watched = what.get("watched", True)       # events are subscribed to
        self.cancelling = what.get("cancelling", False)
        self.security = what.get("security")
        self.anonymous = what.get("anonymous", False)
        self.state = "new"       # new, opening, unsure, live, closing, closed, gone
        self.opened_in = 0
        self.events = {}         # by seq
        self.top = 0             # the last one seen
        self.told_top = 0        # the highest seq that any answer named
        self.runs = []
        self.by_id = {}          # runs
        self.executions = {}     # execution: run
        self.final_of = {}       # execution: event
        self.drawn = {}          # (execution, k): what the log shows
        self.begun_at = {}       # execution: seq of its first line
        self.patches = []        # events
        self.told_once = set()   # (type, call): what may be told of a call only once

    def add(self, one):
        self.runs.append(one)
        self.by_id[one.id] = one
        return one

    def open_runs(self):
        return [one for one in self.runs if one.state in ("sent", "unsure")]

    def take(self, event, whole):
        """An event from whichever connection. `whole`: they come without holes here."""
        seq = event["seq"]
        known = self.events.get(seq)
        if known is not None:
            if known != event:
                raise violation(f"event {seq} of {self.name} was {known} and is now {event}")
            return False
        if whole and seq != self.top + 1:
            raise violation(f"event {seq} of {self.name} came behind {self.top}")
        self.events[seq] = event
        self.top = max(self.top, seq)
        self._look_at(event)
        return True

    def _look_at(self, event):
        kind, payload, execution = event["type"], event["payload"], event["execution"]
        if kind == "log" and payload["message"] == "begin":
            self._begins(execution, payload["data"][0]["id"], event["seq"])
        elif kind == "log" and payload["message"] == "random":
            told = payload["data"][0]
            self.drawn[execution, told["k"]] = told["drawn"]
        elif kind == "final" and execution is None and self.state == "closing":
            pass  # of runs that had not begun
        elif kind == "final":
            if execution in self.final_of:
                raise violation(f"execution {execution} of {self.name} has two ends: {self.final_of[execution]} and {event}")
            self.final_of[execution] = event
        elif kind in ("tool_call", "tool_result_applied"):
            if (kind, payload["call"]) in self.told_once:
                raise violation(f"{self.name} tells {kind} of {payload['call']} twice")
            self.told_once.add((kind, payload["call"]))
        elif kind == "state_patch":
            revision = payload["revision"]
            before = self.patches[-1]["payload"]["revision"] if self.patches else revision - 1
            if revision != before + 1:
                raise violation(f"state of {self.name} went from revision {before} to {revision}")
            self.patches.append(event)
        if execution in self.final_of and kind != "final":
            raise violation(f"{self.name} told {kind} of {execution} after its end")

    def _begins(self, execution, run_id, seq):
        if execution in self.begun_at:
            raise violation(f"execution {execution} of {self.name} told its beginning twice")
        self._is(execution, run_id)
        self.begun_at[execution] = seq

    def _is(self, execution, run_id):
        """An execution shows which run it is."""
        one = self.by_id.get(run_id)
        if one is None:
            raise violation(f"session {self.name} of {self.tenant} runs {run_id}, which was never sent to it")
        if one.execution not in (None, execution):
            raise violation(f"run {run_id} began as execution {one.execution} and again as {execution}")
        if one.state == "refused":
            raise violation(f"run {run_id} was refused and began nevertheless")
        if one not in self.runs:
            self.runs.append(one)  # of an unnamed session, which is durable when the run is
            self.durable = one.key is not None
        one.execution = execution
        self.executions[execution] = one

    def asked(self, call):
        """One of its scripts asks for a tool."""
        self._is(call["execution"], call["args"]["id"])

    def answered(self, one, final):
        """The response of a `run`."""
        for before in one.finals:
            if before != final:
                raise violation(f"run {one.id} with key {one.key} was answered with {before} and then with {final}")
        one.finals.append(final)
        self._is(final["execution"], one.id)
        one.final, one.state = final, "done"

    def state_before(self, execution, fold):
        """What the state was when an execution began, by the patches before."""
        begun = self.begun_at.get(execution)
        if begun is None:
            return None
        held = {}
        for event in self.patches:
            if event["seq"] < begun:
                fold(held, event["payload"]["ops"])
        return held


def without_names(final):
    """The answer to `run` as its `final` event has it."""
    return {key: value for key, value in final.items() if key not in ("session", "execution")}
