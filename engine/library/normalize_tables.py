#!/usr/bin/python3
"""Writes library/normalize_tables.inc from Python's Unicode data: what characters decompose into, and how marks are ordered.

The bytes are base64 of numbers in groups of seven bits, the last one without the upper bit:
  decompositions  count, then for each: distance from the last character, length * 4 + compatibility * 2 + composes, and
                  each character of the mapping as twice its distance from the one before (+ 1 when that is negative)
  classes         count, then for each run: distance from the end of the last run, length, class

Usage: normalize_tables.py > normalize_tables.inc
"""
import base64
import sys
import unicodedata

out = bytearray()


def number(value):
    while value >= 128:
        out.append(128 | value & 127)
        value >>= 7
    out.append(value)


def decompositions():
    rows = []
    for point in range(sys.maxunicode + 1):
        text = unicodedata.decomposition(chr(point))
        if not text or 0xd800 <= point < 0xe000:
            continue
        compatible = text.startswith("<")
        mapping = [int(part, 16) for part in text.split() if not part.startswith("<")]
        composes = not compatible and len(mapping) == 2 and unicodedata.normalize("NFC", chr(point)) == chr(point)
        rows.append((point, compatible, composes, mapping))
    number(len(rows))
    last = before = 0
    for point, compatible, composes, mapping in rows:
        number(point - last)
        number(len(mapping) * 4 + compatible * 2 + composes)
        for part in mapping:
            number((part - before) * 2 if part >= before else (before - part) * 2 + 1)
            before = part
        last = point


def classes():
    runs = []
    for point in range(sys.maxunicode + 1):
        kind = unicodedata.combining(chr(point))
        if kind == 0:
            continue
        if runs and runs[-1][2] == kind and runs[-1][0] + runs[-1][1] == point:
            runs[-1][1] += 1
        else:
            runs.append([point, 1, kind])
    number(len(runs))
    last = 0
    for begin, length, kind in runs:
        number(begin - last)
        number(length)
        number(kind)
        last = begin + length


decompositions()
classes()
text = base64.b64encode(bytes(out)).decode("ascii").rstrip("=")
print("// Made by normalize_tables.py from Unicode %s: %d bytes." % (unicodedata.unidata_version, len(out)))
for at in range(0, len(text), 116):
    print('"%s"' % text[at:at + 116])
