"""Scripts at random: a plan for interpreter.js, and whether a result is the one that the plan must have.

A plan is a tree of steps; `o` names what a step does, `k` is unique in its run. Results follow from the answers of tools
alone, so a run that was killed ten times must have the same one as a run that nothing happened to.
"""

import pathlib
import zlib

CODE = (pathlib.Path(__file__).parent / "interpreter.js").read_text(encoding="utf-8")
COUNTERS = ("a", "counter", "ключ")  # what `bump` counts in a session's state
PLACES = ("b", "deep.key")            # where `put` leaves an object
TOOLS = [{"name": name} for name in ("echo", "effect", "fail", "slow", "late")] + [
    {"name": "once", "at_most_once": True, "timeout_ms": 8_000},  # asked of a connection that was just lost, it waits in vain
    {"name": "never", "timeout_ms": 150},
    {"name": "flaky", "retryable": True, "max_retries": 100},
]


def answer_value(run, k, n):
    """What `echo` and its like answer: another number for each step of each run."""
    return zlib.crc32(f"{run}/{k}/{n}".encode())


class planner:
    """Makes plans with one random source."""

    def __init__(self, random, state=False):
        self.random = random
        self.state = state
        self._last = 0

    def _name(self):
        self._last += 1
        return f"k{self._last}"

    def plan(self):
        """Of many sizes: most are small, some have hundreds of calls."""
        self._last = 0
        size = self.random.random()
        if size < 0.12:
            return {"o": "print", "text": "nothing but this", "k": self._name()}
        steps = 1 + int(3 * size) if size < 0.7 else self.random.randint(3, 10) if size < 0.97 else self.random.randint(10, 30)
        most = 6 if size < 0.7 else 25 if size < 0.97 else 60
        of = [self._step(most, 0) for _ in range(steps)]
        if self.random.random() < 0.04:
            of.append({"o": "throw", "k": self._name()})
        return {"o": "seq", "of": of}

    def _step(self, most, depth):
        kinds = ["call", "call", "effect", "effect", "slow", "flaky", "once", "fail", "loop", "fan", "race", "nest", "sleep",
                 "timers", "random", "print", "partial", "spin"]
        if depth == 0:
            kinds += ["never"] + (["bump", "bump", "put", "drop"] if self.state else [])
        if depth < 2:
            kinds += ["all", "all", "seq"]
        kind = self.random.choice(kinds)
        step = {"o": kind, "k": self._name()}
        if kind in ("all", "seq"):
            step["of"] = [self._step(max(2, most // 4), depth + 1) for _ in range(self.random.randint(2, 4))]
        elif kind in ("loop", "fan"):
            step["n"] = self.random.randint(1, most)
        elif kind == "nest":
            step["n"] = self.random.randint(1, 12)
        elif kind == "sleep":
            step["n"] = self.random.choice((0, 1, 5, 20, 60, 200))
        elif kind == "timers":
            step["n"] = self.random.sample((5, 15, 30, 45, 70), 3)
        elif kind == "spin":
            step["n"] = self.random.choice((1_000, 9_000))
        elif kind == "print":
            step["text"] = self.random.choice(("x", "line\n", "ünïcode ☂ 🎈 ")) * self.random.choice((1, 3, 40))
        elif kind in ("bump", "put", "drop"):
            step["key"] = self.random.choice({"bump": COUNTERS, "put": PLACES, "drop": COUNTERS + PLACES}[kind])
        else:
            step["n"] = self.random.randint(0, 99)
        return step


def calls_of(step):
    """How many tool calls a plan makes at least."""
    kind = step["o"]
    if kind in ("all", "seq"):
        return sum(calls_of(each) for each in step["of"])
    if kind in ("loop", "fan"):
        return step["n"]
    return {"race": 3}.get(kind, 1 if kind in ("call", "effect", "slow", "flaky", "once", "never", "fail", "nest", "random",
                                               "put") else 0)


def kinds_of(step):
    return {step["o"]}.union(*(kinds_of(each) for each in step.get("of", ())))


class judge:
    """Compares a result with its plan. `serial_of(k)` is what a side effect answered, `drawn(k)` the random number that the
    log shows (or None), `failures(k)` the codes with which a call that may be made once may have failed, `state` what the
    session's state was when the run began (or None: not known)."""

    def __init__(self, run, serial_of, drawn, failures, state):
        self.run, self.serial_of, self.drawn, self.failures, self.state = run, serial_of, drawn, failures, state

    def error(self, plan):
        """The message that the run must end with, or None when it must succeed."""
        last = plan.get("of", [{}])[-1] if plan["o"] == "seq" else {}
        return f"thrown by {last['k']}" if last.get("o") == "throw" else None

    def misfit(self, step, got):
        """Nothing, or what is wrong with the result of a step."""
        kind = step["o"]
        if kind in ("all", "seq"):
            if not isinstance(got, list) or len(got) != len(step["of"]):
                return f"{kind} gave {got!r}"
            return next(filter(None, map(self.misfit, step["of"], got)), None)
        wanted = getattr(self, "_" + kind, self._echo)(step, got)
        return None if wanted is True or (wanted is not False and wanted == got) else f"{step} gave {got!r} instead of {wanted!r}"

    def _value(self, k, n=0):
        return answer_value(self.run, k, n)

    def _echo(self, step, _):
        return self._value(step["k"])  # slow, flaky

    def _call(self, step, _):
        return self._value(step["k"], step["n"])

    def _effect(self, step, _):
        return self.serial_of(step["k"])

    def _once(self, step, got):
        return got if got in self.failures(step["k"]) else self._value(step["k"])

    def _never(self, *_):
        return "TOOL_TIMEOUT"

    def _fail(self, step, _):
        return [True, f"no {step['k']}", f"E{step['n']}", {"k": step["k"]}]

    def _loop(self, step, _):
        return sum(self._value(f"{step['k']}.{i}", i) for i in range(step["n"]))

    def _fan(self, step, _):
        return [self._value(f"{step['k']}.{i}", i) for i in range(step["n"])]

    def _race(self, step, got):
        return [[i, self._value(f"{step['k']}.{i}", i)] for i in range(3)].count(got) == 1

    def _nest(self, step, _):
        return step["n"] + self._value(step["k"])

    def _sleep(self, step, _):
        return step["n"]

    def _timers(self, step, _):
        return sorted(step["n"])

    def _random(self, step, got):
        drawn = self.drawn(step["k"])
        return [got[0] if drawn is None else drawn, True]

    def _print(self, step, _):
        return len(step["text"].encode("utf-16-le")) // 2

    def _partial(self, step, _):
        return step["n"]

    def _spin(self, step, _):
        return sum(i & 7 for i in range(step["n"] % 8)) + 28 * (step["n"] // 8)

    def _bump(self, step, got):
        if self.state is None:
            return isinstance(got, int)
        self.state[step["key"]] = self.state.get(step["key"], 0) + 1
        return self.state[step["key"]]

    def _put(self, step, _):
        if self.state is not None:
            self.state[step["key"]] = {"by": self.run, "k": step["k"], "list": [1, "two", None, True]}
        return [True, step["k"]]

    def _show(self, _, got):
        return isinstance(got, dict) if self.state is None else self.state

    def _drop(self, step, got):
        if self.state is not None:
            self.state.pop(step["key"], None)
        return got is False
