"""How slow the program under test may be. A sanitised one takes several times as long as a release; whoever runs the
tests of one says so in TESTS_SLOWER, and here alone it becomes an allowance."""

import os

SLOWER = float(os.environ.get("TESTS_SLOWER", "1"))


def within(time):
    """What takes a release so long at most, in whatever unit."""
    return time * SLOWER


def sanitised():
    """Whether the program carries a sanitizer, whose own memory says nothing about ours."""
    return SLOWER > 1
