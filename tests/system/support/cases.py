"""The case that every system test is made of, and the runner: its last line is `N passed, N failed`."""

import os
import shutil
import sys
import tempfile
import unittest

from .client import client
from .server import server


class system_test(unittest.TestCase):
    """Tests of one server, started for the class with the options of `options`."""

    options = ()
    workers = 2
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.server = server(*cls.options, workers=cls.workers)
        cls.addClassCleanup(cls.server.stop)

    @classmethod
    def a_folder(cls):
        """A folder that is gone when the class has ended."""
        folder = tempfile.mkdtemp(prefix="enclaved-test-")
        cls.addClassCleanup(shutil.rmtree, folder, True)
        return folder

    @classmethod
    def a_tokens_file(cls, *lines):
        """A line a token, as --tokens-file reads them."""
        path = os.path.join(cls.a_folder(), "tokens")
        with open(path, "w", encoding="ascii") as file:
            file.write("".join(line + "\n" for line in lines))
        return path

    def connect(self, tools=None, token=None, to=None):
        """A client that is closed when the test has ended."""
        one = client(to or self.server, tools, token)
        self.addCleanup(one.close)
        return one

    def a_server(self, *options, **how):
        """A server of this test alone."""
        own = server(*options, **how)
        self.addCleanup(own.kill)
        self.own_server = own
        return own


class durable_test(system_test):
    """Each test has servers of its own, one after another on one data directory."""

    @classmethod
    def setUpClass(cls):
        cls.server = None

    def setUp(self):
        self.folder = self.a_folder()
        self.live()

    def live(self, *options, **how):
        """A server on the folder, which is `self.own` from now on."""
        self.own = self.a_server(*(options or self.options), folder=self.folder, **how)
        return self.own

    def die(self):
        """kill -9, and nothing of it is left."""
        self.own.crash()

    def die_and_live(self):
        self.die()
        return self.live()

    def join(self, tools=None, token=None):
        """A client of the server of now."""
        return self.connect(tools, token, to=self.own)

    def session(self, name="s", by=None, **options):
        """A client, and a durable session that it has opened and follows."""
        by = by or self.join()
        by.request("session.open", {"session": name, "durable": True, "events": "all", **options})
        return by

    def back(self, name="s", after=0, tool_mode="call", token=None, tools=None):
        """A client that has attached again."""
        one = self.join(tools, token)
        one.told = one.request("session.attach", {"session": name, "after": after, "events": "all", "tool_mode": tool_mode})
        return one

    def recorded(self, by, name="s"):
        """All events of a session, read in pages."""
        found, at = [], 1
        while at is not None:
            page = by.request("session.events", {"session": name, "from": at, "limit": 1000})
            found += page["events"]
            at = page.get("next")
        self.assertEqual([event["seq"] for event in found], list(range(1, len(found) + 1)))
        return found


class _result(unittest.TextTestResult):
    """Shows the end of the server's log beside a failure, as the server is gone when somebody reads it."""

    def _show_log(self, test):
        for one in {getattr(test, "own_server", None), getattr(test, "server", None)} - {None}:
            self.stream.writeln(f"-- log of the server of {test}\n{one.log_tail()}\n--")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._show_log(test)

    def addError(self, test, err):
        super().addError(test, err)
        self._show_log(test)


def main():
    """Runs the tests of the program; a name among the arguments picks some."""
    names = [argument for argument in sys.argv[1:] if not os.path.exists(argument)]
    program = sys.modules["__main__"]
    loader = unittest.TestLoader()
    if names:
        loader.testNamePatterns = [f"*{name}*" for name in names]
    suite = loader.loadTestsFromModule(program)
    result = unittest.TextTestRunner(sys.stdout, verbosity=2, resultclass=_result).run(suite)
    failed = len({getattr(test, "test_case", test).id() for test, _ in result.failures + result.errors})
    print(f"{max(0, result.testsRun - failed - len(result.skipped))} passed, {failed} failed", flush=True)
    sys.exit(1 if failed or not result.testsRun else 0)
