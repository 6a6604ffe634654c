#!/usr/bin/python3
"""Prints a source list of Debian's own suites for source packages, derived from the machine's entries for binary ones.

Both forms of entries are read, `.sources` (deb822) and `.list` (one line each); entries of other archives are left out, and
mirrors and keys stay what the machine's administrator chose.
"""
import glob
import re
import sys

SUITE = re.compile(r"^(bookworm|stable)(-updates|-security|/updates)?$")
FALLBACK = """Types: deb-src
URIs: http://deb.debian.org/debian
Suites: bookworm
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
"""


def is_debian(uris):
    """Debian's archive or a mirror of it: by the path, as mirrors have names of their own."""
    return all(re.search(r"/debian(-security|-archive)?(/|$)", uri) for uri in uris)


def entry(uris, suites, signed_by):
    suites = [suite for suite in suites if SUITE.match(suite)]
    if not suites or not uris or not is_debian(uris):
        return None
    lines = ["Types: deb-src", "URIs: " + " ".join(uris), "Suites: " + " ".join(suites), "Components: main"]
    if signed_by:
        lines.append("Signed-By: " + signed_by)
    return "\n".join(lines) + "\n"


def from_deb822(text):
    for stanza in re.split(r"\n\s*\n", text):
        fields, name = {}, None
        for line in stanza.splitlines():
            if line.startswith("#"):
                continue
            if line[:1] in (" ", "\t") and name:
                fields[name] += "\n" + line
            elif ":" in line:
                name, value = line.split(":", 1)
                name = name.strip().lower()
                fields[name] = value.strip()
        if fields.get("enabled", "yes").lower() in ("no", "false", "0") or "deb" not in fields.get("types", "").split():
            continue
        yield entry(fields.get("uris", "").split(), fields.get("suites", "").split(), fields.get("signed-by", ""))


def from_one_line(text):
    for line in text.splitlines():
        found = re.match(r"^\s*deb\s+(\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s", line + " ")
        if found:
            signed = re.search(r"signed-by=([^\s\]]+)", found.group(1) or "")
            yield entry([found.group(2)], [found.group(3)], signed.group(1) if signed else "")


def main():
    entries = []
    for path in sorted(glob.glob("/etc/apt/sources.list.d/*.sources")):
        entries += from_deb822(open(path, encoding="utf-8").read())
    for path in ["/etc/apt/sources.list"] + sorted(glob.glob("/etc/apt/sources.list.d/*.list")):
        try:
            entries += from_one_line(open(path, encoding="utf-8").read())
        except FileNotFoundError:
            pass
    entries = list(dict.fromkeys(each for each in entries if each))
    sys.stdout.write("\n".join(entries or [FALLBACK]))


main()
