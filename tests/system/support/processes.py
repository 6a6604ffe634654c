"""What /proc tells about the processes of a server."""

import os
import time

from .patience import within


def wait_until(holds, seconds=10, what="the condition"):
    """Asks again and again for what no event announces; answers what it got at last."""
    seconds = within(seconds)
    until = time.monotonic() + seconds
    while True:
        value = holds()
        if value:
            return value
        if time.monotonic() > until:
            raise AssertionError(f"{what} did not come true within {seconds} s")
        time.sleep(0.01)


def _stat(pid):
    """The fields after the name, which may hold blanks; None when the process is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return None


def state(pid):
    """R, S, T, Z and so on; an empty text when the process is gone."""
    fields = _stat(pid)
    return fields[0] if fields else ""


def is_alive(pid):
    return state(pid) not in ("", "Z")


def parent(pid):
    fields = _stat(pid)
    return int(fields[1]) if fields else 0


def members(session):
    """All living processes of a session, which is how everything that a server started is found, orphans too."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            fields = _stat(name)
            if fields and int(fields[3]) == session and fields[0] != "Z":
                found.append(int(name))
    return sorted(found)


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def processor_seconds(pid):
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if fields else 0.0


def proportional_bytes(pids):
    """Memory of processes together, what they share counted once where the system tells (only root may see that of a jailed
    process; for others it is counted in each, which bounds it from above)."""
    return sum(_proportional(pid) for pid in pids)


def _proportional(pid):
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            return sum(int(line.split()[1]) for line in file if line.startswith("Pss:")) * 1024
    except PermissionError:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")
