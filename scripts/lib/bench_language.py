#!/usr/bin/env python3
"""How fast scripts run: every program of tests/bench/programs by our engine and by `node --jitless`, one after the other in
each round, so that what else the machine does meets both. Prints medians, the ratio, and its geometric mean.

bench_language.py [--rounds N] [--cpu] [--build FOLDER] [PROGRAM…]; --cpu compares processor time, for a machine that does other
things too. A program that answers something else than under Node fails it.
"""

import argparse
import math
import pathlib
import shutil
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BENCH = ROOT / "tests" / "bench"
RUNS_A_ROUND = "5"
TARGET_RATIO = 2.5


def taken(command, file, column):
    """Milliseconds (None: it fails) and the answer."""
    run = subprocess.run([*command, RUNS_A_ROUND, str(file)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                         timeout=300, check=False)
    fields = run.stdout.rstrip("\n").split("\t", 3)
    if len(fields) != 4:
        return None, f"no answer, exit status {run.returncode}"
    return (None if fields[column] == "fails" else float(fields[column])), fields[3]


def compared(program, ours, node, rounds, column):
    """Medians of both sides and their answers."""
    times = ([], [])
    answers = [None, None]
    for _ in range(rounds):
        for side, command in enumerate((ours, node)):
            ms, answers[side] = taken(command, program, column)
            if ms is None:
                return None, answers
            times[side].append(ms)
    return tuple(statistics.median(values) for values in times), answers


def arguments():
    reader = argparse.ArgumentParser(description="Runs programs here and under node --jitless.")
    reader.add_argument("--rounds", type=int, default=5)
    reader.add_argument("--cpu", action="store_true")
    reader.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    reader.add_argument("programs", nargs="*")
    return reader.parse_args()


def main():
    given = arguments()
    if shutil.which("node") is None:
        print("node is not installed here: nothing to compare with")
        return 0
    ours = [str(given.build / "tests" / "bench" / "language_bench")]
    node = ["node", "--jitless", str(BENCH / "language.js")]
    programs = [file for file in sorted((BENCH / "programs").glob("*.js")) if not given.programs or file.stem in given.programs]
    ratios, wrong = [], 0
    print(f"{'program':<12} {'ours ms':>9} {'node ms':>9} {'ratio':>7}")
    for file in programs:
        times, answers = compared(file, ours, node, given.rounds, 2 if given.cpu else 1)
        if times is None:
            print(f"{file.stem:<12} does not run: {answers[0]}")
            wrong += 1
            continue
        ratios.append(times[0] / times[1])
        differs = "" if answers[0] == answers[1] else f"   WRONG: {answers[0]} and {answers[1]}"
        wrong += differs != ""
        print(f"{file.stem:<12} {times[0]:>9.2f} {times[1]:>9.2f} {ratios[-1]:>7.2f}{differs}", flush=True)
    if ratios:
        mean = math.exp(statistics.fmean(math.log(one) for one in ratios))
        print(f"{'mean':<12} {'':>9} {'':>9} {mean:>7.2f}  (geometric; promised: {TARGET_RATIO} or less)")
    return 1 if wrong else 0


sys.exit(main())
