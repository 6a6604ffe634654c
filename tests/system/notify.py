"""What systemd is told: ready, stopping, and that the server lives."""

import os
import signal
import socket
import time

from support import main, system_test


class systemd(system_test):
    @classmethod
    def setUpClass(cls):
        cls.server = None

    def listen(self, name):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(name)
        self.socket.settimeout(10)
        self.addCleanup(self.socket.close)

    def started(self, watchdog_us=None, name=None):
        name = name or os.path.join(self.a_folder(), "notify")
        self.listen(name)
        variables = {"NOTIFY_SOCKET": name.replace("\0", "@")}
        if watchdog_us:
            variables["WATCHDOG_USEC"] = str(watchdog_us)
        return self.a_server(variables=variables)

    def told(self, text, within=10):
        until = time.monotonic() + within
        while time.monotonic() < until:
            message = self.socket.recv(4096).decode()
            if text in message.split("\n"):
                return message
        raise AssertionError(f"systemd was not told {text}")

    def test_is_told_ready_and_stopping(self):
        own = self.started()
        self.told("READY=1")
        self.assertEqual(self.connect(to=own).value("return 1"), 1)
        own.signal(signal.SIGTERM)
        self.told("STOPPING=1")
        self.assertEqual(own.wait(), 0)

    def test_is_told_by_an_abstract_socket_too(self):
        own = self.started(name=f"\0enclaved-test-{os.getpid()}")
        self.told("READY=1")
        own.stop()

    def test_is_told_that_the_server_lives_as_often_as_it_wants(self):
        own = self.started(watchdog_us=400_000)
        self.told("READY=1")
        began = time.monotonic()
        for _ in range(5):
            self.told("WATCHDOG=1", 1)
        self.assertLess(time.monotonic() - began, 5 * 0.4)
        own.stop()

    def test_is_told_of_a_reload(self):
        own = self.started()
        self.told("READY=1")
        own.signal(signal.SIGHUP)
        self.told("RELOADING=1")
        self.told("READY=1")
        own.stop()

    def test_is_told_nothing_by_a_server_that_does_not_start(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            name = os.path.join(self.a_folder(), "notify")
            self.listen(name)
            own = self.a_server(variables={"NOTIFY_SOCKET": name}, ready=False, port=taken.getsockname()[1])
            self.assertEqual(own.wait(), 1)
            self.socket.setblocking(False)
            with self.assertRaises(BlockingIOError):
                self.socket.recv(4096)

    def test_missing_harms_nothing(self):
        own = self.a_server(variables={"NOTIFY_SOCKET": "/nonexistent/notify", "WATCHDOG_USEC": "nonsense"})
        self.assertEqual(self.connect(to=own).value("return 1"), 1)
        own.stop()


if __name__ == "__main__":
    main()
