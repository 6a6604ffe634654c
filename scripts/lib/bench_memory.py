"""What processes cost in memory, read from /proc as root or as their owner."""

import os

from support import proportional_bytes


def resident_bytes(pids):
    """As `ps` adds it up: what processes share counts once for each."""
    pages = 0
    for pid in pids:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:
            pages += int(file.read().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _rollup(pids, field):
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            total += sum(int(line.split()[1]) for line in file if line.startswith(field + ":"))
    return total * 1024


def _memory_file_bytes(pids):
    """All pages of the memory files that processes hold, mapped or not, each file once."""
    files = {}
    for pid in pids:
        folder = f"/proc/{pid}/fd"
        for name in os.listdir(folder):
            try:
                if os.readlink(f"{folder}/{name}").startswith("/memfd:"):
                    told = os.stat(f"{folder}/{name}")
                    files[told.st_dev, told.st_ino] = told.st_blocks * 512
            except FileNotFoundError:
                pass  # closed meanwhile
    return sum(files.values())


def memory_bytes(pids):
    """All memory that exists because of these processes: their shares of what is mapped, and memory files beyond that."""
    return proportional_bytes(pids) + max(0, _memory_file_bytes(pids) - _rollup(pids, "Pss_Shmem"))
