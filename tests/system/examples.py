#!/usr/bin/python3
"""Each example does what the comment on top of it says: the command there is run and compared with what it prints.

The comment has paragraphs that begin with "Run it", "It prints", "It says on stderr" and "It ends with the exit status
N"; what belongs to them is indented by two more blanks. `scripts/run` stands for the program under test.
"""
import os
import pathlib
import re
import subprocess
import sys

from support import binary, main, system_test, within

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
TIMEOUT_S = within(30)


def comment_on_top(path):
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("//"):
            break
        lines.append(line[2:])
    return lines


def block(lines, heading):
    """The indented lines below a heading, without their indentation; None when there is no such heading."""
    starts = [number for number, line in enumerate(lines) if line.strip().startswith(heading)]
    if not starts:
        return None
    found = []
    for line in lines[starts[0] + 1:]:
        if not line.startswith("   "):
            break
        found.append(line[3:])
    return "\n".join(found) + "\n"


def exit_status(lines):
    found = re.search(r"It ends with the exit status (\d+)", "\n".join(lines))
    return int(found[1]) if found else 0


class an_example(system_test):
    def check(self, name, more_arguments=""):
        lines = comment_on_top(EXAMPLES / name)
        command = block(lines, "Run it").rstrip() + more_arguments
        self.assertTrue(command.startswith("scripts/run "), command)
        command = command.replace("scripts/run", '"$ENCLAVED"', 1)
        done = subprocess.run(command, shell=True, cwd=ROOT, env={**os.environ, "ENCLAVED": binary()},
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIMEOUT_S)
        self.assertEqual(done.stdout, block(lines, "It prints") or "", done.stderr)
        self.assertEqual(done.stderr, block(lines, "It says on stderr") or "")
        self.assertEqual(done.returncode, exit_status(lines))

    def test_each_script_does_what_its_comment_says(self):
        names = sorted(path.name for path in EXAMPLES.glob("*.js"))
        self.assertIn("report.js", names)
        for name in names:
            with self.subTest(name):
                self.check(name)

    def test_a_script_does_the_same_on_a_server(self):
        for path in sorted(EXAMPLES.glob("*.js")):
            with self.subTest(path.name):
                self.check(path.name, f" --connect=127.0.0.1:{self.server.port}")

    def test_the_client_with_a_tool_handler_gets_its_result(self):
        path = EXAMPLES / "client_pynvim.py"
        command = [sys.executable, str(path), str(self.server.port)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("    " + done.stdout.strip(), path.read_text(encoding="utf-8"))
        self.assertEqual([line.split()[1] for line in done.stderr.splitlines()], ["tool_call", "log", "final"])


if __name__ == "__main__":
    main()
