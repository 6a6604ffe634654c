"""What the system tests share: a server as a fixture, a client, a look at processes, and the runner."""

from .cases import durable_test, main, system_test
from .client import client, closed, code_of, refusal, tool_failure, unanswered
from .patience import sanitised, within
from .processes import descriptors, is_alive, members, processor_seconds, proportional_bytes, state, wait_until
from .server import binary, server

__all__ = ["binary", "client", "closed", "code_of", "descriptors", "durable_test", "is_alive", "main", "members",
           "processor_seconds", "proportional_bytes", "refusal", "sanitised", "server", "state", "system_test",
           "tool_failure", "unanswered", "wait_until", "within"]
