"""What is asked of the server: sessions of all kinds, scripts in them, cancellations and ends at bad moments."""

import book
from clients import CODE, LATER, LOST, NO_LIMITS, TOOLS, follow
from ledger import violation
from plans import calls_of, planner

CALLS_OF_LEVEL = {"strict": 9, "secure": 49, "permissive": 990}  # a little less than each permits


class load:
    def __init__(self, world, features):
        self.world, self.random = world, world.random
        self.features = features
        self.on = False
        self.sessions = []
        self.unnamed_runs = {}   # tenant: {id: run}
        self.open_unnamed = {}   # client: {id: run}
        self.in_flight = 12      # of a client
        self._counts = {}

    def _name(self, letter, tenant):
        """The same names in every tenant, as nobody shall see another's."""
        self._counts[tenant] = self._counts.get(tenant, 0) + 1
        return f"{letter}{self._counts[tenant]}"

    # -- what is begun

    def fill(self):
        """Every client has as much in flight as it should."""
        if not self.on:
            return
        for one in self.world.clients:
            if one.greeted:
                for _ in range(self.in_flight - self._open_runs(one)):
                    self._begin_one(one)

    def _mine(self, who):
        return [each.of for each in who.follows.values() if each.main and not each.of.anonymous
                and each.of.state in ("live", "opening", "unsure", "new")]

    def _open_runs(self, who):
        return len(self.open_unnamed.get(who, ())) + sum(len(of.open_runs()) for of in self._mine(who))

    def _begin_one(self, who):
        if self.random.random() < 0.1:
            return self._begin_unnamed(who)
        mine = self._mine(who)
        if len(mine) < 5 or self.random.random() < 0.02:
            return self._open_session(who)
        live = [of for of in mine if of.state == "live" and len(of.open_runs()) < 6 and who.follows[of.name].attached]
        if not live:
            return None
        of = self.random.choice(live)
        chance = self.random.random()
        if chance < 0.01 and len(mine) > 4 and not any(one.key for one in of.open_runs()):
            return who.close(of)
        plan = self._plan(of)
        one = of.add(book.run(self._name("r", who.tenant), plan))
        if of.durable and self.features.keys and self.random.random() < 0.4:
            one.key = "key-" + one.id
        self.send(who, of, one)
        if of.cancelling and self.random.random() < 0.5:
            self.world.loop.after(self.random.choice((0, 0.001, 0.01, 0.1)), self.cancel, who, of)
        return None

    def _plan(self, of):
        maker = planner(self.random, self.features.state and not of.cancelling)
        plan = maker.plan()
        while calls_of(plan) > CALLS_OF_LEVEL[of.security]:
            plan = maker.plan()
        return plan

    def _open_session(self, who):
        durable = self.features.durable and self.random.random() < 0.8
        mode = "event" if self.random.random() < 0.15 else "call"
        watched = mode == "event" or self.random.random() < 0.85
        of = book.session(who.tenant, self._name("s", who.tenant), durable, tool_mode=mode, watched=watched,
                          cancelling=self.random.random() < 0.12,
                          security=self.random.choice(["permissive"] * 12 + ["secure", "strict"]))
        self.sessions.append(of)
        who.open(of)
        if mode == "call" and watched and self.random.random() < 0.3:
            self.world.loop.after(self.random.uniform(0.05, 1), self._join, of)

    def _join(self, of):
        """Another client of the tenant attaches, too."""
        others = [one for one in self.world.clients if one.tenant == of.tenant and of.name not in one.follows]
        if others and of.state == "live":
            other = self.random.choice(others)
            other.follows[of.name] = follow(of, self.random.choice(("call", "none")), False)
            other.resume(other.follows[of.name])

    def _begin_unnamed(self, who):
        durable = self.features.durable and self.features.keys and self.random.random() < 0.7
        maker = planner(self.random)
        one = book.run(self._name("u", who.tenant), maker.plan())
        if durable:
            one.key = "key-" + one.id
        self.unnamed_runs.setdefault(who.tenant, {})[one.id] = one
        self.open_unnamed.setdefault(who, {})[one.id] = one
        self.send_unnamed(who, one)

    # -- runs

    def send(self, who, of, one):
        one.state, one.sent_in = "sent", one.sent_in or self.world.house.incarnation
        what = {"session": of.name, "code": CODE, "inputs": {"id": one.id, "plan": one.plan}}
        if of.durable:
            what["durable"] = True
        if one.key:
            what["idempotency_key"] = one.key
        who.request("run", what, lambda error, final: self._answered(who, of, one, error, final))
        if one.key and self.random.random() < 0.25:
            self._send_twin(of, one, what)

    def _send_twin(self, of, one, what):
        """The same request from another connection, at about the same time."""
        others = [each for each in self.world.clients if each.tenant == of.tenant and each.greeted]
        other = self.random.choice(others)
        one.twins += 1

        def came(error, final):
            one.twins -= 1
            if error is None:
                of.answered(one, final)
            elif error is not LOST and error["code"] not in LATER and of.state == "live":
                raise violation(f"the twin of run {one.id} was refused: {error}")
        def ask():
            if of.state == "live" and other.greeted:
                other.request("run", what, came)
            else:
                one.twins -= 1
        self.world.loop.after(self.random.choice((0, 0, 0.002, 0.2)), ask)

    def _answered(self, who, of, one, error, final):
        if error is None:
            if final["session"] != of.name:
                raise violation(f"run {one.id} in {of.name} was answered by {final['session']}")
            of.answered(one, final)
        elif one.state == "done":
            pass
        elif error is LOST:
            one.state = "unsure"
        elif error["code"] in LATER:
            self._later(who, of, one)
        elif of.state != "live":
            one.state = "lost"
        else:
            raise violation(f"run {one.id} in {of.name} was refused: {error}")

    def _later(self, who, of, one):
        if not one.key:
            one.state = "refused"
            return
        one.state = "unsure"
        mine = who.follows[of.name]
        again = lambda: one.state == "unsure" and mine.attached and of.state == "live" and self.send(who, of, one)
        self.world.loop.after(0.1, again)

    def send_unnamed(self, who, one):
        one.state = "sent"
        what = {"code": CODE, "inputs": {"id": one.id, "plan": one.plan}, "tools": TOOLS, "limits": NO_LIMITS,
                "security": "permissive", "events": "all"}
        if one.key:
            what.update(durable=True, idempotency_key=one.key)
        who.request("run", what, lambda error, final: self._unnamed_answered(who, one, error, final))

    def _unnamed_answered(self, who, one, error, final):
        if error is None:
            of = who.follows[final["session"]].of if final["session"] in who.follows else self.unnamed(who, final).of
            of.answered(one, final)
            if of.durable:
                # Its last event may be on its way.
                self.world.loop.after(0.05, who.close, of)
            else:
                self.world.forget(of)
        elif error is LOST:
            one.state = "unsure" if one.key else "lost"
        elif error["code"] in LATER:
            one.state = "unsure" if one.key else "refused"
            if one.key:
                self.world.loop.after(0.1, self._unnamed_again, who, one)
        else:
            raise violation(f"unnamed run {one.id} was refused: {error}")
        if one.state not in ("sent", "unsure"):
            self.open_unnamed[who].pop(one.id, None)

    def _unnamed_again(self, who, one):
        if one.state == "unsure" and who.greeted:
            self.send_unnamed(who, one)

    def again(self, who):
        """A client is back: unnamed runs that were not answered are asked for again."""
        for one in list(self.open_unnamed.get(who, {}).values()):
            self._unnamed_again(who, one)

    def unnamed(self, who, what):
        """The first sign of a session that a run without a name has made."""
        known = self.unnamed_runs.get(who.tenant, {})
        name = what["session"]
        found = next((of for of in self.sessions if of.tenant == who.tenant and of.name == name), None)
        if found is None:
            if not name.startswith("s_"):
                raise violation(f"{who.name} of {who.tenant} was told of {name}, which it does not follow: {what}")
            found = book.session(who.tenant, name, False, anonymous=True)
            found.by_id, found.state, found.opened_in = known, "live", self.world.house.incarnation
            self.sessions.append(found)
        mine = who.follows[name] = follow(found, "call", found.anonymous, attached=True, attached_at=self.world.step(),
                                          passing=not found.anonymous)
        if "seq" in what and "type" in what:
            mine.cursor = max(found.top, what["seq"] - 1) if found.top else what["seq"] - 1
            found.top = max(found.top, mine.cursor)
        return mine

    # -- ends

    def cancel(self, who, of):
        if of.state != "live" or not who.follows[of.name].attached:
            return
        for one in of.open_runs():
            one.may_be_cancelled = True
        who.request("session.cancel", {"session": of.name, "reason": "torture"}, lambda error, _: None)

    def contradict(self, who, of, entry):
        """An answer that was taken is given once more, and once differently."""
        if self.random.random() > 0.1 or of.state != "live":
            return
        same = self.random.random() < 0.5
        what = {"session": of.name, "call": entry.call, **(entry.response() if same else {"result": "another one"})}

        def came(error, _):
            if error is LOST or (error and error["code"] in LATER) or of.state != "live":
                return
            if same and error is not None or error is not None and error["code"] != "CONFLICT":
                raise violation(f"an answer of {entry.call} given twice ({'same' if same else 'another'}) got {error}")
        who.request("tool.result", what, came)

    def ended(self, of, event):
        """The journal shows the end of a run whose answer may be lost."""
        one = of.executions.get(event["execution"])
        if one is not None and one.state == "unsure" and not one.key:
            one.state = "done"
        if of.anonymous and not of.durable and one is not None and one.state == "lost":
            self.world.forget(of)
