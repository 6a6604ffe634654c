"""Durable sessions under torture: random scripts, clients that come back, and a server that is killed, stopped, starved of
disk and lied to about the time. After each round every promise of the protocol is checked against what the clients saw.

    torture.py build/enclaved [--seconds 60] [--seed N] [--round N]

A failure prints the seed, the command that tries the same round again, and a folder with the server's logs, what each client
saw, and the data directory.
"""

import argparse
import collections
import os
import pathlib
import shutil
import sys
import tempfile
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "system"))

from house import clock_library, enter_own_mounts, may_mount  # noqa: E402: after the line above
from ledger import violation  # noqa: E402
from support import client, server  # noqa: E402
from world import world  # noqa: E402
import checks  # noqa: E402

features = collections.namedtuple("features", "durable keys state survives")


def arguments():
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("binary")
    reader.add_argument("--seconds", type=float, default=60)
    reader.add_argument("--seed", type=int, default=None)
    reader.add_argument("--round", type=int, default=None, help="only this one")
    reader.add_argument("--round-seconds", type=float, default=None, help="of load; 4 to 10 by the seed")
    reader.add_argument("--no-faults", action="store_true")
    reader.add_argument("--no-disk", action="store_true", help="never fill a disk")
    reader.add_argument("--folder", default=None, help="where to work")
    reader.add_argument("--keep", default=None, help="where to keep what a failure leaves")
    return reader.parse_args()


def probe():
    """What the server under test has."""
    with server() as one, client(one) as asks:
        has = lambda **what: (asks.begin_run("return 1", **what), asks.answers.clear()) and \
            asks.until(lambda: asks.answers.get(asks._last))[0] is None
        found = features(has(durable=True, session="durable"), has(idempotency_key="k"),
                         asks.value("return typeof $state") == "object", True)
        return found if found.durable else found._replace(survives=False)


def one_round(seed, number, found, options):
    """Answers what happened; raises what must not."""
    here = world(seed, number, found, options)
    try:
        here.until(lambda: here.house.is_ready and all(one.greeted for one in here.clients), 30, "a server")
        seconds = options.round_seconds or here.random.uniform(4, 10)
        plan_faults(here, seconds, options)
        here.load.on = True
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            here.turn()
        here.settle()
        checks.check_round(here, found.survives)
        return summary(here, time.monotonic() - here.began_at)
    except BaseException as failure:
        if not isinstance(failure, KeyboardInterrupt):
            keep(here, seed, number, failure, options)
        raise
    finally:
        here.house.demolish()


def plan_faults(here, seconds, options):
    if options.no_faults:
        return
    at = 0.3
    while at < seconds:
        here.loop.after(at, here.faults.one)
        at += here.random.expovariate(1.2) + here.random.choice((0, 0.05, 0.3))


def summary(here, took):
    runs = [one for of in here.load.sessions for one in of.runs]
    states = collections.Counter(one.state for one in runs)
    return {"took": took, "runs": len(runs), **{f"runs {state}": count for state, count in states.items()},
            "calls": len(here.ledger.calls), "asked again": sum(each.asks > 1 for each in here.ledger.calls.values()),
            "events": sum(len(of.events) for of in here.load.sessions), "incarnations": here.house.incarnation,
            "faults": dict(here.faults.counts)}


def keep(here, seed, number, failure, options):
    folder = options.keep or tempfile.mkdtemp(prefix=f"torture-{seed}-{number}-")
    os.makedirs(folder, exist_ok=True)
    here.keep(folder)
    if here.house.server is not None:
        here.house.server.crash()
    shutil.copytree(here.house.data, os.path.join(folder, "data"), dirs_exist_ok=True, ignore=shutil.ignore_patterns("filler"))
    with open(os.path.join(folder, "failure.txt"), "w", encoding="utf-8") as file:
        traceback.print_exception(failure, file=file)
        file.write(f"\n{dict(here.faults.counts)}\n")
    print(f"\nFAILED in round {number} of seed {seed}: {failure}\n"
          f"again: {sys.argv[0]} {options.binary} --seed {seed} --round {number}\n"
          f"logs, traces and data: {folder}", flush=True)


def main():
    options = arguments()
    os.environ["ENCLAVED"] = options.binary
    enter_own_mounts()
    seed = options.seed if options.seed is not None else int.from_bytes(os.urandom(4), "big")
    found = probe()
    print(f"seed {seed}; {found}", flush=True)
    if not may_mount():
        print("no disk is filled: that needs the right to mount", flush=True)
    if clock_library() is None:
        print("no clock is set: faketime is not installed", flush=True)
    end, number, total = time.monotonic() + options.seconds, options.round or 0, collections.Counter()
    while True:
        try:
            told = one_round(seed, number, found, options)
        except Exception as failure:  # whatever it is, it has been told
            if not isinstance(failure, violation):
                traceback.print_exc()
            sys.exit(1)
        print(f"round {number}: {told}", flush=True)
        total.update({key: value for key, value in told.items() if isinstance(value, (int, float))})
        number += 1
        if options.round is not None or time.monotonic() > end:
            break
    print(f"{number} rounds: {dict(total)}")
    print("every promise held")


if __name__ == "__main__":
    main()
