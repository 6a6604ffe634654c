#!/usr/bin/python3
"""Turns the prelude's files into one C++ source: a table of name and text, in the order given.

Usage: embed.py OUTPUT FILE...
"""
import os
import sys


def literal(text):
    """A string literal per line: compilers bound the length of one, not of their concatenation."""
    lines = []
    for line in text.splitlines(keepends=True):
        escaped = line.encode("utf-8").decode("latin-1")
        escaped = escaped.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        lines.append('    "' + "".join(c if c < "\x7f" else "\\%03o" % ord(c) for c in escaped) + '"')
    return "\n".join(lines)


with open(sys.argv[1], "w", encoding="utf-8") as out:
    out.write('// Generated from engine/prelude.\n#include "engine/prelude.hpp"\n\nnamespace enclaved::engine {\n\n')
    out.write("static constexpr prelude_file files[] = {\n")
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as source:
            out.write('    {"%s",\n%s},\n' % (os.path.basename(path), literal(source.read())))
    out.write("};\nconst std::span<const prelude_file> prelude(files);\n\n} // namespace enclaved::engine\n")
