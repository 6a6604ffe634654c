"""Adds up the test cases of one `meson test` run and prints "N passed, N failed" as the last line.

Catch2 and unittest say how many cases they ran; a test program that says nothing of the kind counts as one case, and one that
ended badly counts at least one failure. The exit status is 1 when anything failed or nothing ran.
"""

import json
import re
import sys

CATCH_ALL_PASSED = re.compile(r"^All tests passed \(.* in (\d+) test cases?\)", re.M)
CATCH_SOME_FAILED = re.compile(r"^test cases: *(\d+) *\|(.*)$", re.M)
UNITTEST_RAN = re.compile(r"^Ran (\d+) tests? in ", re.M)
UNITTEST_BAD = re.compile(r"(failures|errors|unexpected successes)=(\d+)")
UNITTEST_SKIPPED = re.compile(r"skipped=(\d+)")


def catch_counts(text):
    """Passed and failed cases as Catch2 tells them, or None."""
    if found := CATCH_ALL_PASSED.search(text):
        return int(found[1]), 0
    if found := CATCH_SOME_FAILED.search(text):
        failed = re.search(r"(\d+) failed(?! as)", found[2])
        bad = int(failed[1]) if failed else 0
        return int(found[1]) - bad, bad
    return None


def unittest_counts(text):
    """Likewise for Python's unittest; a skipped case counts neither way."""
    found = UNITTEST_RAN.search(text)
    if not found:
        return None
    rest = text[found.end():]
    bad = sum(int(count) for _, count in UNITTEST_BAD.findall(rest))
    skipped = UNITTEST_SKIPPED.search(rest)
    return int(found[1]) - bad - (int(skipped[1]) if skipped else 0), bad


def counts_of(test):
    """Passed and failed cases of one test program."""
    result = test["result"]
    if result in ("SKIP", "IGNORED"):
        return 0, 0
    good = result in ("OK", "EXPECTEDFAIL")
    text = test.get("stdout", "") + "\n" + test.get("stderr", "")
    passed, failed = catch_counts(text) or unittest_counts(text) or ((1, 0) if good else (0, 1))
    return passed, failed if good else max(failed, 1)


def main(path):
    passed = failed = 0
    with open(path, encoding="utf-8") as log:
        for line in log:
            some_passed, some_failed = counts_of(json.loads(line))
            passed += some_passed
            failed += some_failed
    print(f"{passed} passed, {failed} failed")
    return 0 if failed == 0 and passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
