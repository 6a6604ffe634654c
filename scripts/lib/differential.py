"""Runs the programs of tests/differential and generated ones here and under Node; what they print must be the same, but
for the programs that tests/differential/known.txt lists, each with the reason.

    differential.py [--generated N] [--seed N] [--show NAME] [NAME…]

A program whose name holds one of the given texts is run; a generated one is called seed-N.
"""

import argparse
import json
import os
import pathlib
import random
import re
import subprocess
import sys

from program_generator import program
from script_runner import ROOT, Process

PROGRAMS = ROOT / "tests/differential/programs"
KNOWN = ROOT / "tests/differential/known.txt"
CPU_MS = 10_000
# Loose ends of both sides may print what they caught; a program that throws is known by the error's name.
LONE_SURROGATE = re.compile("[\ud800-\udfff]")
UNCAUGHT = re.compile(r"^(Own|[A-Z]\w*Error)\b")


def written():
    """{name: source} of the programs in the folder; each begins with a line `// -- title`."""
    programs = {}
    for file in sorted(PROGRAMS.glob("*.js")):
        for part in re.split(r"^// -- ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            title, _, source = part.partition("\n")
            programs[f"{file.stem}: {title.strip()}"] = source
    return programs


def known_differences():
    """{name: reason}: a line with the name of a program, and under it, indented, why it differs."""
    known, name = {}, None
    for line in KNOWN.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line[0] != " ":
            name = line
            known[name] = ""
        else:
            known[name] += line.strip() + " "
    without = [name for name, reason in known.items() if not reason]
    if without:
        sys.exit(f"{KNOWN.name} gives no reason for {', '.join(without)}")
    return known


class Node:
    """Node, in the time zone that scripts live in."""

    def __init__(self):
        self.process = subprocess.Popen(["node", str(ROOT / "scripts/lib/node_runner.js")], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, env={**os.environ, "TZ": "UTC"}, text=True)

    def run(self, source):
        self.process.stdin.write(json.dumps(source) + "\n")
        self.process.stdin.flush()
        lines = json.loads(self.process.stdout.readline())
        return [LONE_SURROGATE.sub("\ufffd", line) for line in lines]

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def run_here(process, source, form="async"):
    result = process.run(source.encode("utf-8"), CPU_MS, form)
    lines = result.output.split("\n")[:-1]
    if result.how == "SCRIPT_ERROR":
        name = UNCAUGHT.match(result.message)
        lines.append(f"threw {name[1] if name else 'Error'}")
    elif result.how != "OK":
        lines.append(f"{result.how} {result.message} (line {result.line})")
    return lines


def first_difference(here, node):
    for number, (ours, theirs) in enumerate(zip(here + [None], node + [None])):
        if ours != theirs:
            return number, ours, theirs
    return min(len(here), len(node)), None, None


def tell(name, ours, whose, theirs):
    number, our_line, their_line = first_difference(ours, theirs)
    print(f"{name}: line {number + 1} of the output differs\n  here: {our_line}\n  {whose}: {their_line}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("only", nargs="*")
    parser.add_argument("--generated", type=int, default=2000)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--show", action="store_true", help="prints the programs that differ")
    parser.add_argument("--forms", default="async", help="how the front-end takes programs, with commas; no-index, no-values, no-omitting and unoptimised switch optimisations off")
    return parser.parse_args()


def main():
    options = arguments()
    wanted = {name: source for name, source in written().items() if not options.only or any(it in name for it in options.only)}
    seed = options.seed if options.seed is not None else random.randrange(1 << 31)
    if not options.only:
        print(f"{options.generated} generated programs, seed {seed}", file=sys.stderr)
        wanted.update({f"seed-{it}": program(it) for it in range(seed, seed + options.generated)})
    for name in options.only:
        if re.fullmatch(r"seed-\d+", name):
            wanted[name] = program(int(name[5:]))
    node, here, different = Node(), Process(), []
    forms = options.forms.split(",")
    for name, source in wanted.items():
        theirs = node.run(source)
        first = run_here(here, source, forms[0])
        if first != theirs:
            different.append(name)
            tell(name, first, "node", theirs)
            if options.show:
                print(source)
        for form in forms[1:]:
            if (ours := run_here(here, source, form)) != first:
                different.append(name)
                tell(name, first, form, ours)
    here.end()
    node.end()
    known = known_differences()
    different = set(different)
    unknown = different - set(known)
    equal = [name for name in known if name in wanted and name not in different]
    for name in equal:
        print(f"{name}: is listed in {KNOWN.name} and does not differ")
    print(f"{len(wanted)} programs, {len(different)} differ, {len(different - unknown)} of them known", file=sys.stderr)
    return 1 if unknown or equal else 0


if __name__ == "__main__":
    sys.exit(main())
