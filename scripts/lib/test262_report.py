"""What test262 gave, by folder: a table, what changed since another run, and docs/TEST262.md."""

import collections
import pathlib

from test262_scope import FEATURES, FLAGS, FOLDERS, MEASURED

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "docs/TEST262.md"


def folder_of(path):
    """The folder that a test is counted in: a built-in, or a chapter of the language and its construct."""
    parts = path.split("/")[:-1]
    deep = 3 if parts[0] == "language" and len(parts) > 1 and parts[1] in ("expressions", "statements") else 2
    return "/".join(parts[:deep])


def counted(results):
    """{folder: [passed, total]}, sorted."""
    folders = collections.defaultdict(lambda: [0, 0])
    for path, why in results.items():
        count = folders[folder_of(path)]
        count[0] += why is None
        count[1] += 1
    return dict(sorted(folders.items()))


def total(folders, part):
    chosen = [count for folder, count in folders.items() if folder.split("/")[0] == part]
    return sum(it[0] for it in chosen), sum(it[1] for it in chosen)


def percent(passed, of):
    return f"{100 * passed / of:.1f}%" if of else "none"


def print_table(results, left_out):
    folders = counted(results)
    for folder, (passed, of) in folders.items():
        print(f"{folder:60} {passed:6} of {of:6} {percent(passed, of):>7}")
    for part in MEASURED:
        passed, of = total(folders, part)
        out = sum(count for (where, _), count in left_out.items() if where == part)
        if of or out:
            print(f"{part + ', together':60} {passed:6} of {of:6} {percent(passed, of):>7}; {out} left out")


def compare(old, new):
    worse = [path for path, why in new.items() if why is not None and path in old and old[path] is None]
    better = [path for path, why in new.items() if why is None and path in old and old[path] is not None]
    for path in worse:
        print(f"passes no more: {path}: {new[path]}")
    print(f"{len(better)} pass now, {len(worse)} pass no more")


def by_reason(table):
    reasons = collections.defaultdict(list)
    for name, reason in table.items():
        reasons[reason].append(name)
    return reasons


def write_document(results, left_out):
    folders = counted(results)
    lines = ["# test262", "",
             "Written by `scripts/test262 PATH --document`; not to be edited. Each test runs in a fresh heap, as strict code, together",
             "with the suite's harness in one function.", "",
             "| part | pass | of | | left out |", "| --- | ---: | ---: | ---: | ---: |"]
    for part in MEASURED:
        passed, of = total(folders, part)
        out = sum(count for (where, _), count in left_out.items() if where == part)
        lines.append(f"| {part} | {passed} | {of} | {percent(passed, of)} | {out} |")
    lines += ["", "## What is left out", "", "| reason | language | built-ins |", "| --- | ---: | ---: |"]
    for reason in sorted({reason for _, reason in left_out}):
        lines.append(f"| {reason} | {left_out['language', reason]} | {left_out['built-ins', reason]} |")
    lines += ["", "A test is left out by its folder, by a feature or a flag that it declares, or by what its source does (dynamic code,",
              "other realms, BigInt).", ""]
    for title, table in (("Folders", FOLDERS), ("Features", FEATURES), ("Flags", FLAGS)):
        lines += [f"{title}:", ""]
        lines += [f"- {reason}: {', '.join(f'`{name}`' for name in names)}" for reason, names in sorted(by_reason(table).items())]
        lines.append("")
    lines += ["## By folder", "", "| folder | pass | of | |", "| --- | ---: | ---: | ---: |"]
    lines += [f"| {folder} | {passed} | {of} | {percent(passed, of)} |" for folder, (passed, of) in folders.items()]
    DOCUMENT.write_text("\n".join(lines) + "\n", encoding="utf-8")
