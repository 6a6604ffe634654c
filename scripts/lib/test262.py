"""Runs ECMA's test suite against the engine, each test in a fresh heap, and counts by folder; scripts/test262 tells how.

Scripts are bodies of functions: a test and the harness files it asks for become one function, which stands for global code.
"""

import argparse
import collections
import json
import pathlib
import re
import sys
import time

from script_runner import Result, run_all
from test262_report import compare, print_table, write_document
from test262_scope import MEASURED, NEWER, reason_against

CPU_MS = 5000
ENDED = "Test262:Ended"
THREW = "Test262:Threw "

# What the suite expects of a host, as far as there is such a thing here.
HOST = (b"var $262 = { global: globalThis, gc: function () { throw new Error('no collector to call'); },"
        b" detachArrayBuffer: function (buffer) { if (!buffer.detached) buffer.transfer(); } };")
# The suite's own is dynamic code.
GLOBAL_OBJECT = b"function fnGlobalObject() { return globalThis; }\n"

# asyncHelpers.js looks for it on the global object, where a function of global code would be.
DONE = b"Object.defineProperty(globalThis, '$DONE', { value: $DONE, writable: true, configurable: true });\n"

BEFORE = b"try { (function () { 'use strict'; "
AFTER = (b"\n}).call(globalThis); print('" + ENDED.encode() + b"'); } catch (error) { print('" + THREW.encode() +
         b"' + (error && error.constructor && error.constructor.name) + ': ' + (error && error.message)); throw error; }")

FRONT_MATTER = re.compile(r"/\*---(.*?)---\*/", re.DOTALL)


def listed(text, key):
    """The words of a list in the front matter, written `key: [a, b]` or a line each."""
    inline = re.search(rf"^\s*{key}:\s*\[(.*?)\]", text, re.MULTILINE | re.DOTALL)
    if inline:
        return [word.strip() for word in inline[1].split(",") if word.strip()]
    block = re.search(rf"^\s*{key}:[ \t]*\n((?:[ \t]*-[^\n]*\n?)+)", text, re.MULTILINE)
    return [line.split("#")[0].strip(" \t-") for line in block[1].splitlines() if line.strip()] if block else []


class Test:
    def __init__(self, root, file):
        self.path = file.relative_to(root / "test").as_posix()
        self.source = file.read_bytes().decode("utf-8")
        front = FRONT_MATTER.search(self.source)
        text = front[1].replace("\r\n", "\n").replace("\r", "\n") if front else ""
        self.flags = listed(text, "flags")
        self.features = listed(text, "features")
        self.includes = listed(text, "includes")
        negative = re.search(r"^negative:(.*?)(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
        self.negative_phase = re.search(r"phase:\s*(\w+)", negative[1])[1] if negative else None
        self.negative_type = re.search(r"type:\s*(\w+)", negative[1])[1] if negative else None

    @property
    def is_async(self):
        return "async" in self.flags


class Suite:
    def __init__(self, root):
        self.root = root
        self.harness = {file.name: file.read_bytes() for file in (root / "harness").glob("*.js")}
        self.harness["fnGlobalObject.js"] = GLOBAL_OBJECT

    def tests(self, wanted):
        for part in MEASURED:
            for file in sorted((self.root / "test" / part).rglob("*.js")):
                name = file.relative_to(self.root / "test").as_posix()
                if "_FIXTURE" not in name and (not wanted or any(name.startswith(it) for it in wanted)):
                    yield Test(self.root, file)

    def code(self, test):
        """What is run, and on which of its lines the test begins."""
        source = test.source.encode("utf-8")
        if test.negative_phase == "parse" or "raw" in test.flags:
            return source, 0
        includes = ["assert.js", "sta.js", *(["doneprintHandle.js"] if test.is_async else []), *test.includes]
        before = BEFORE + HOST + b"\n" + b"\n".join(self.harness[it] for it in includes) + b"\n"
        if test.is_async:
            before += DONE
        return before + source + AFTER, before.count(b"\n")


def failure(test, result):
    """Why a test fails, or None."""
    if result.how in ("CRASHED", "HANGS", "TIMEOUT", "CPU_LIMIT", "MEMORY_LIMIT"):
        return f"{result.how}: {result.message}"
    lines = result.output.splitlines()
    if test.negative_phase == "parse":
        return None if result.how == "SYNTAX_ERROR" else f"{result.how} instead of a syntax error"
    if test.negative_phase is not None:
        threw = next((line[len(THREW):] for line in lines if line.startswith(THREW)), f"{result.how}: {result.message}")
        return None if threw.startswith(test.negative_type + ":") else f"{threw} instead of {test.negative_type}"
    if "raw" in test.flags:
        return None if result.how == "OK" else f"{result.how}: {result.message}"
    if test.is_async:
        if "Test262:AsyncTestComplete" in lines:
            return next((line for line in lines if line.startswith("Test262:AsyncTestFailure")), None)
    elif ENDED in lines:
        return None
    said = [line for line in lines if line.startswith(("Test262:AsyncTestFailure", THREW))]
    return said[0] if said else f"{result.how}: {result.message}" if result.how != "OK" else "it never said that it was done"


def run_one(suite, test, process):
    code, first_line = suite.code(test)
    form = "plain" if test.negative_phase == "parse" or "raw" in test.flags else "strict"
    result = process.run(code, CPU_MS, form)
    why = failure(test, result)
    if why is not None and result.line > first_line:
        why += f" (line {result.line - first_line})"
    return why


def arguments():
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("path", type=pathlib.Path)
    parser.add_argument("only", nargs="*")
    parser.add_argument("--failures", action="store_true")
    parser.add_argument("--compare", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build/test262.json"))
    parser.add_argument("--document", action="store_true")
    parser.add_argument("--newer", action="store_true")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    return parser.parse_args()


def main():
    options = arguments()
    only = [it.removeprefix("test/") for it in options.only]
    suite = Suite(options.path)
    left_out = collections.Counter()
    tests = []
    for test in suite.tests(only):
        reason = reason_against(test)
        if reason is None or (options.newer and reason == NEWER):
            tests.append(test)
        else:
            left_out[test.path.split("/")[0], reason] += 1
    if options.show:
        for test in tests[:1]:
            sys.stdout.buffer.write(suite.code(test)[0])
        return 0
    started = time.monotonic()

    def progress(done):
        if sys.stderr.isatty() and done % 100 == 0:
            print(f"\r{done} of {len(tests)}", end="", file=sys.stderr)

    results = {test.path: why for test, why in run_all(tests, lambda process, test: run_one(suite, test, process),
                                                       options.jobs, progress).items()}
    results = dict(sorted(results.items()))
    options.out.parent.mkdir(exist_ok=True)
    options.out.write_text(json.dumps(results, indent=0, ensure_ascii=False))
    if options.failures:
        for path, why in results.items():
            if why is not None:
                print(f"{path}: {why}")
    print_table(results, left_out)
    print(f"{time.monotonic() - started:.0f} s; all results are in {options.out}")
    if options.compare:
        compare(json.loads(options.compare.read_text()), results)
    if options.document:
        write_document(results, left_out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
