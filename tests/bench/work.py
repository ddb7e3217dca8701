"""How long processes have worked, which is the same on a busy machine as on a quiet one."""

from collections.abc import Iterable, Iterator
from pathlib import Path

PROC = Path("/proc")
KNOWN = (PROC / "self" / "schedstat").exists()


def seconds(pids: Iterable[int]) -> float:
    """CPU seconds of the living threads of these processes and of all that they have started. 0 unless KNOWN."""
    return sum(map(_thread, _threads(pids))) if KNOWN else 0.0


def children(pid: int) -> list[int]:
    """Of all its threads; [] where that is not KNOWN."""
    tasks = (PROC / str(pid) / "task").iterdir() if KNOWN else ()
    return [int(child) for thread in tasks for child in (thread / "children").read_text().split()]


def memory(pid: int) -> float:
    """MiB: what is its own, and its fair share of what others have in common with it (PSS)."""
    lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))


def _threads(pids: Iterable[int]) -> Iterator[Path]:
    for pid in pids:
        for thread in (PROC / str(pid) / "task").iterdir():
            yield thread
            yield from _threads(map(int, (thread / "children").read_text().split()))


def _thread(thread: Path) -> float:
    try:
        return int((thread / "schedstat").read_text().split()[0]) / 1e9
    except OSError:  # it has just ended
        return 0.0
