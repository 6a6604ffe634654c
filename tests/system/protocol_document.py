#!/usr/bin/python3
"""Plays the examples of docs/PROTOCOL.md against a server: what the document shows is what happens.

A block ```rpc is one connection: a line `> …` is sent, a line `< …` is what comes next, and a line that is indented goes
on with the one before. Messages are JSON. In one that comes, the string "…" is anything, and `"…": "…"` in a map is any
further keys. "$name" is anything the first time and the same again afterwards, also in what is sent. A block ```hex is
bytes: they must be the first message of the block that follows.
"""
import json
import pathlib
import re
import socket

import msgpack

from support import main, system_test, within

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "docs" / "PROTOCOL.md"
BLOCK = re.compile(r"^```(rpc|hex)\n(.*?)^```$", re.M | re.S)
ANYTHING = "…"
ANSWER_S = within(10)


def blocks(kind):
    """Where each block of a kind begins, and its text."""
    text = DOCUMENT.read_text(encoding="utf-8")
    return [(found.start(), found[2]) for found in BLOCK.finditer(text) if found[1] == kind]


def steps(text):
    """The lines of an rpc block as pairs of direction and message."""
    joined = re.sub(r"\n\s+", " ", text)
    return [(line[0], json.loads(line[1:])) for line in joined.splitlines() if line]


def is_name(pattern):
    return isinstance(pattern, str) and pattern.startswith("$")


def filled_in(pattern, known):
    """A message to send, with names replaced by what they stand for."""
    if isinstance(pattern, list):
        return [filled_in(one, known) for one in pattern]
    if isinstance(pattern, dict):
        return {key: filled_in(value, known) for key, value in pattern.items()}
    return known[pattern] if is_name(pattern) else pattern


def fits(pattern, value, known):
    """Whether a message is what the document shows; learns what names stand for."""
    if pattern == ANYTHING:
        return True
    if is_name(pattern):
        return known.setdefault(pattern, value) == value
    if isinstance(pattern, list):
        if not isinstance(value, list) or len(pattern) != len(value):
            return False
        return all(fits(one, other, known) for one, other in zip(pattern, value))
    if isinstance(pattern, dict):
        named = {key: one for key, one in pattern.items() if key != ANYTHING}
        if not isinstance(value, dict) or not named.keys() <= value.keys():
            return False
        complete = ANYTHING in pattern or named.keys() == value.keys()
        return complete and all(fits(one, value[key], known) for key, one in named.items())
    return type(pattern) is type(value) and pattern == value


class connection:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=ANSWER_S)
        self.unpacker = msgpack.Unpacker(raw=False)

    def send(self, message):
        self.socket.sendall(msgpack.packb(message))

    def receive(self):
        while True:
            for message in self.unpacker:
                return message
            received = self.socket.recv(65536)
            if not received:
                raise AssertionError("the connection was closed")
            self.unpacker.feed(received)


class the_protocol_document(system_test):
    def play(self, text):
        known = {}
        client = connection(self.server.port)
        with client.socket:
            for direction, message in steps(text):
                if direction == ">":
                    client.send(filled_in(message, known))
                    continue
                came = client.receive()
                self.assertTrue(fits(message, came, known), f"the document shows {message}, but {came} came")

    def test_every_example_happens_as_it_is_shown(self):
        found = blocks("rpc")
        self.assertGreater(len(found), 3)
        for _, text in found:
            with self.subTest(text.splitlines()[0]):
                self.play(text)

    def test_bytes_are_the_encoding_of_the_message_that_follows(self):
        for place, text in blocks("hex"):
            following = next(block for other, block in blocks("rpc") if other > place)
            self.assertEqual(bytes.fromhex(text), msgpack.packb(steps(following)[0][1]))


if __name__ == "__main__":
    main()
