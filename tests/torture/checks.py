"""What must hold when a round has come to rest."""

from book import run, without_names
from ledger import violation
from plans import CODE, judge

REST_S = 20


def check_round(world, survives):
    """Everything of a round that has settled. `survives`: durable sessions outlive the server."""
    _see_all_idle(world)
    _read_all(world)
    _find_ends(world)
    _show_states(world)
    _see_all_idle(world)
    _read_all(world)
    _judge_runs(world)
    if survives:
        world.house.kill()
        world.until(lambda: not world.house.is_ready, 5, "the end of the server")
        world.settle()
        _see_all_idle(world)
        _read_all(world)
        _ask_keys_again(world)
        _show_states(world)
        _see_all_idle(world)
        _read_all(world)
        _judge_runs(world)
    _close_all(world)
    _see_base(world)
    _end(world, survives)


def _live(world):
    return [of for of in world.load.sessions if of.state == "live"]


def _info(world, of):
    error, told = world.ask(of.tenant, "session.info", {"session": of.name})
    if error is not None:
        if of.durable or world.house.incarnation == of.opened_in and not of.anonymous:
            raise violation(f"session {of.name} of {of.tenant} cannot be asked for: {error}")
        world.forget(of)
        return {"status": "idle", "seq": of.top}
    return told


def _see_all_idle(world):
    for of in _live(world):
        world.until(lambda of=of: _info(world, of)["status"] == "idle", REST_S, f"the rest of session {of.name}")
        if of.state != "live":
            continue
        told = _info(world, of)
        if told["seq"] < max(of.top, of.told_top):
            raise violation(f"session {of.name} has {told['seq']} events and told {max(of.top, of.told_top)}")
        of.told_top = told["seq"]
        if of.watched:
            for who in world.clients:
                mine = who.follows.get(of.name)
                if mine and mine.attached and mine.of is of and not mine.passing:
                    world.until(lambda mine=mine, end=told["seq"]: mine.cursor >= end, REST_S,
                                lambda mine=mine: f"event {told['seq']} of {of.name}; {mine.cursor} was the last")


def _read_all(world):
    """Every event of every session once more, and nothing has changed."""
    for of in _live(world):
        seqs, at = [], 1
        while at is not None:
            error, page = world.ask(of.tenant, "session.events", {"session": of.name, "from": at, "limit": 1000})
            if error is not None:
                raise violation(f"events of {of.name} cannot be read: {error}")
            for event in page["events"]:
                of.take(event, whole=True)
                seqs.append(event["seq"])
            at = page.get("next")
        if seqs != list(range(1, max(of.top, of.told_top) + 1)):
            raise violation(f"session {of.name} has told {max(of.top, of.told_top)} events and has {len(seqs)}: "
                            f"{seqs[:3]}…{seqs[-3:]}")


def _find_ends(world):
    """Of runs that were not answered: what the journal says, as all sessions rest."""
    for of in _live(world):
        for one in of.open_runs():
            if one.execution in of.final_of:
                one.state = "done"
            elif one.execution and of.durable:
                raise violation(f"run {one.id} of {of.name} began as {one.execution}, and the session rests without its end")
            else:
                one.state = "lost"


def fold(held, ops):
    """Applies the ops of a state_patch: JSON Patch on the keys of the top level."""
    for op in ops:
        key = op["path"][1:].replace("~1", "/").replace("~0", "~")
        if op["op"] == "remove":
            if key not in held:
                raise violation(f"a patch removes {key}, which is not there")
            del held[key]
        else:
            if op["op"] == "replace" and key not in held:
                raise violation(f"a patch replaces {key}, which is not there")
            held[key] = op["value"]


def _judge_runs(world):
    for of in world.load.sessions:
        for one in of.runs:
            if one.state == "done":
                _judge(world, of, one)


def _judge(world, of, one):
    event = of.final_of.get(one.execution)
    if of.state == "live" and not of.anonymous and event is None:
        raise violation(f"run {one.id} of {of.name} was answered and has no final event")
    final = one.final or event["payload"]
    if one.final and event and without_names(one.final) != event["payload"]:
        raise violation(f"run {one.id} was answered {one.final} and recorded as {event['payload']}")
    bench = judge(one.id, lambda k: world.ledger.serial_of(of.tenant, one.id, k),
                  lambda k: of.drawn.get((one.execution, k)),
                  lambda k: _failures(world, of.tenant, one.id, k),
                  of.state_before(one.execution, fold) if of.state == "live" else None)
    wrong = _verdict(bench, one, of, final)
    if wrong:
        raise violation(f"run {one.id} of {of.name} ({of.tenant}), execution {one.execution}: {wrong}\n"
                        f"plan {one.plan}\nfinal {final}")


def _verdict(bench, one, of, final):
    if not final["ok"]:
        code, message = final["error"]["code"], final["error"].get("message", "")
        if code == "CANCELLED" and (one.may_be_cancelled or of.state in ("closing", "closed")):
            return None
        wanted = bench.error(one.plan)
        return None if code == "SCRIPT_ERROR" and wanted and wanted in message else f"it ended with {final['error']}"
    if bench.error(one.plan):
        return "it should have thrown"
    return bench.misfit(one.plan, final["result"])


def _failures(world, tenant, run, k):
    """With what a call that may be made once may have failed: its server died, or nobody can have got its answer."""
    call = world.ledger.calls.get(world.ledger.steps.get((tenant, run, k)))
    found = ["TOOL_INTERRUPTED"] if world.house.deaths_since(call.asked_in if call else 1) else []
    return found if call and call.acknowledged_at else [*found, "TOOL_TIMEOUT"]


def _ask_keys_again(world):
    """Runs that have their answer have it still."""
    keyed = [(of, one) for of in _live(world) if of.durable for one in of.runs if one.key and one.final]
    for of, one in world.random.sample(keyed, min(30, len(keyed))):
        what = {"session": of.name, "code": "return 'not this one'", "durable": True, "idempotency_key": one.key}
        error, final = world.ask(of.tenant, "run", what)
        if error is not None:
            raise violation(f"run {one.id} was answered, and its key {one.key} is refused now: {error}")
        of.answered(one, final)


def _show_states(world):
    """What a session's state is, by its patches and by a script."""
    for of in _live(world):
        if of.patches and of.events:
            plan = {"o": "show", "k": "k0"}
            one = of.add(run(f"show-{of.name}", plan))
            error, final = world.ask(of.tenant, "run", {"session": of.name, "code": CODE, "inputs": {"id": one.id, "plan": plan}})
            if error is not None:
                raise violation(f"the state of {of.name} cannot be seen: {error}")
            of.answered(one, final)


def _close_all(world):
    for of in _live(world):
        error, _ = world.ask(of.tenant, "session.close", {"session": of.name})
        if error is not None and error["code"] != "NOT_FOUND":
            raise violation(f"closing {of.name} was refused: {error}")
        of.state = "closed"


def _see_base(world):
    """Nothing is left of all the work: no executions, no sessions, as many processes as at the start."""
    tenant = world.clients[0].tenant

    def counts():
        error, told = world.ask(tenant, "status")
        if error is not None:
            raise violation(f"status was refused: {error}")
        if not told.get("store", {"ok": True})["ok"]:
            raise violation(f"the store is not well: {told['store']}")
        return (told["executions"]["active"], told["executions"]["waiting"], told["queue"]["depth"], told["workers"]["active"],
                told["sessions"]["total"])

    world.until(lambda: counts() == (0, 0, 0, 0, 0), REST_S, lambda: f"a rest of the server; it counts {counts()}")
    for name in {one.tenant for one in world.clients}:
        error, told = world.ask(name, "session.list")
        if error is not None or told["sessions"]:
            raise violation(f"sessions of {name} are left: {error or told['sessions']}")
    home = world.house
    world.until(lambda: len(home.server.workers()) == home.workers, REST_S,
                lambda: f"{home.workers} workers; there are {home.server.workers()}")


def _end(world, survives):
    """It ends in order, and a server on the same folder finds nothing of what was closed."""
    home = world.house
    open_now = world_descriptors(home)
    for once_more in (True, False) if survives else (False,):
        world.stays_down = True
        home.server.signal(15)
        world.until(lambda: home.server is None, 10, "the end of all of the server's processes")
        if home.past[-1].process.returncode != 0:
            raise violation(f"the server was told to end and did so with {home.past[-1].process.returncode}")
        if once_more:
            world.kill_next_after.clear()
            world.stays_down = False
            world.until(lambda: home.is_ready, 30, "a server once more")
            world.until(lambda: all(one.greeted for one in world.clients), 10, "all connections")
            _see_base(world)
            fresh = world_descriptors(home)
            # A fresh server with the same connections has as many descriptors open, but for what it opens at first need.
            if open_now > fresh + 12:
                raise violation(f"the server had {open_now} descriptors open, a fresh one has {fresh}")
    world.close_connections()


def world_descriptors(home):
    from support import descriptors
    return descriptors(home.server.pid)
