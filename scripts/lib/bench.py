"""Runs every measurement of bench_measures.py and bench_durable.py for some rounds and shows medians beside the figures that are promised.

A round takes each measurement once, so that what else the machine does meanwhile meets all of them, peers too.
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
os.environ["ENCLAVED"] = str(BUILD / "enclaved")  # where the fixture of the system tests looks
sys.path.insert(0, str(ROOT / "tests" / "system"))  # where that fixture is

import bench_durable  # noqa: E402: after the line above
import bench_measures  # noqa: E402


def progress(text):
    """On a terminal one line that is written over."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
    elif text:
        print(text, file=sys.stderr, flush=True)


def take(measures, effort, samples):
    """Every value of every measurement, by the key of its row."""
    for number in range(1, max(measure.rounds(effort) for measure in measures) + 1):
        for measure in measures:
            if number > measure.rounds(effort):
                continue
            progress(f"round {number}: {measure.name}")
            try:
                taken = measure.take(effort)
            except PermissionError as refused:  # processes that are not dumpable show their memory to root only
                progress(f"{measure.name} needs root: {refused}\n")
                continue
            for key, value in taken.items():
                samples.setdefault(key, []).append(value)
    progress("")


def is_met(row, value):
    """None where nothing is promised."""
    if row.target is None:
        return None
    return value >= row.target if row.better == "more" else value <= row.target


def number(value):
    return f"{value:,.0f}" if value >= 1000 else f"{value:.4g}"


def verdict(row, value):
    """By how much a figure is missed, as people would say it."""
    met = is_met(row, value)
    if met is None:
        return ""
    if met:
        return "pass"
    return f"MISS by {abs(value - row.target) / row.target:.0%}"


def table(rows, samples):
    lines = [("what", "promised", "median", "")]
    for row in rows:
        if row.key not in samples:
            continue
        value = statistics.median(samples[row.key])
        sign = "≥" if row.better == "more" else "≤"
        promised = f"{sign} {number(row.target)} {row.unit}" if row.target is not None else ""
        lines.append((row.text, promised, f"{number(value)} {row.unit}", verdict(row, value)))
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    return "\n".join(f"{what:<{widths[0]}}  {promised:>{widths[1]}}  {value:>{widths[2]}}  {judged}".rstrip()
                     for what, promised, value, judged in lines)


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.partition(":")[2].strip() for line in file if line.startswith("model name")), platform.machine())
    return {"processor": model, "cores": len(os.sched_getaffinity(0)), "kernel": platform.release(),
            "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"), "load_before": os.getloadavg()[0]}


def report(rows, samples, facts):
    """What build/bench.json holds: each row with all its values, oldest first."""
    shown = []
    for row in rows:
        if row.key in samples:
            value = statistics.median(samples[row.key])
            shown.append({"key": row.key, "what": row.text, "unit": row.unit, "better": row.better, "promised": row.target,
                          "median": value, "met": is_met(row, value), "values": samples[row.key]})
    return {**facts, "rows": shown}


def arguments():
    reader = argparse.ArgumentParser(prog="scripts/bench", description="Measures speed and memory.")
    reader.add_argument("--quick", action="store_true", help="one short round; the figures are rough")
    reader.add_argument("--only", metavar="TEXT", default="", help="only the measurements whose name holds the text")
    return reader.parse_args()


def main():
    given = arguments()
    there_are = bench_measures.all_measures(BUILD) + bench_durable.all_measures()
    measures = [measure for measure in there_are if given.only in measure.name]
    if not measures:
        sys.exit("no measurement is named so; there are: " + ", ".join(one.name for one in there_are))
    effort = bench_measures.QUICK if given.quick else bench_measures.FULL
    facts = {"taken_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "quick": given.quick, "machine": machine()}
    samples = {}
    take(measures, effort, samples)
    rows = [row for measure in measures for row in measure.rows]
    print(f"{facts['machine']['processor']}, {facts['machine']['cores']} cores, shared by server, load and whatever else runs; "
          f"the load was {facts['machine']['load_before']:.1f} before\n")
    print(table(rows, samples))
    target = BUILD / "bench.json"
    target.write_text(json.dumps(report(rows, samples, facts), indent=1) + "\n", encoding="utf-8")
    print(f"\nall values: {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
