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
