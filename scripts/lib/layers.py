"""Checks that includes point one way and that each third-party library is used in its home only.

The rules stand in the two tables below; ARCHITECTURE says why. Prints a line for each violation, as compilers do.
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# A layer may include itself and these. `main` is the executable: it wires all of them.
MAY_INCLUDE = {
    "base": set(),
    "wire": {"base"},
    "store": {"base"},
    "engine": {"base"},
    "edge": {"wire", "base"},
    "actors": {"wire", "store", "engine", "base"},
    "config": {"base"},
    "cli": {"config", "wire", "base"},
    "main": {"cli", "config", "actors", "edge", "store", "engine", "wire", "base"},
}

# The folder of each layer; the longest that fits a path decides.
FOLDERS = {
    "src/base": "base",
    "src/wire": "wire",
    "src/store": "store",
    "src/edge": "edge",
    "src/cli": "cli",
    "src": "main",
    "engine": "engine",
    "actors": "actors",
    "config": "config",
}

# How a library's headers begin, and the layer that is its home; the longest beginning that fits decides.
HOMES = {
    "msgpack": "base",
    "spdlog/": "base",
    "fmt/": "base",
    "nlohmann/": "wire",
    "boost/program_options": "config",
    "boost/": "edge",
    "openssl/": "edge",
    "caf/": "actors",
    "duk": "engine",
    "seccomp.h": "engine",
    "rocksdb/": "store",
    "hiredis/": "store",
    "prometheus/": "main",
    "systemd/": "main",
}

# Folders of the C library and the kernel, which are nobody's.
SYSTEM = ("sys/", "netinet/", "arpa/", "linux/", "net/", "asm/", "bits/")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def longest(table, text, fits):
    """The value of the longest key that fits, or None."""
    keys = [key for key in table if fits(text, key)]
    return table[max(keys, key=len)] if keys else None


def layer_of(path):
    return longest(FOLDERS, path.as_posix(), lambda text, folder: text.startswith(folder + "/"))


def layer_included(path, header):
    """The layer of a file of ours that a quoted include names, or None: from its own folder, the root or src/."""
    for folder in (path.parent, pathlib.PurePosixPath(), pathlib.PurePosixPath("src")):
        if (ROOT / folder / header).is_file():
            return layer_of(folder / header)
    return None


def violation(path, layer, bracket, header):
    """What is wrong with one include, or None."""
    target = layer_included(path, header) if bracket == '"' else None
    if target is not None:
        allowed = target == layer or target in MAY_INCLUDE[layer]
        return None if allowed else f"{layer} must not include {target}"
    home = longest(HOMES, header, str.startswith)
    if home is not None:
        return None if home == layer else f"{header} is at home in {home}, not in {layer}"
    if "/" in header and not header.startswith(SYSTEM):
        return f"{header} has no home; give its library one in scripts/lib/layers.py"
    return None


def sources():
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True,
                            text=True).stdout.split("\n")
    for name in listed:
        path = pathlib.PurePosixPath(name)
        if path.suffix in (".hpp", ".cpp", ".h", ".c") and layer_of(path) and (ROOT / path).is_file():
            yield path


def main():
    found = files = 0
    for path in sources():
        files += 1
        layer = layer_of(path)
        for number, line in enumerate((ROOT / path).read_text(encoding="utf-8").splitlines(), start=1):
            include = INCLUDE.match(line)
            wrong = include and violation(path, layer, include[1], include[2])
            if wrong:
                found += 1
                print(f"{path}:{number}: {wrong}")
    print(f"{files} files, {found} includes against the rules", file=sys.stderr)
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main())
