"""Processes that are killed in the midst of their work, each by its own number."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from threading import Event

from lcweb.config import PREFIX
from tests.bench.servers import app_environ, free_port, serving, start_module, wait_until_it_answers

PROCESSES = 2
#: Seconds between two looks at what is waited for, and until it counts as stuck.
GLANCE, PATIENCE = 0.05, 300


class Stuck(AssertionError):
    """What had to come has not come."""


def wait_for(what: str, is_there: Callable[[], object], *, patience: float = PATIENCE) -> None:
    """Raises Stuck."""
    never = Event()
    for _ in range(int(patience / GLANCE)):
        if is_there():
            return
        never.wait(GLANCE)
    raise Stuck(what)


def environ_of(database_url: str, instance: Path, **more: str) -> dict[str, str]:
    return app_environ(database_url, instance) | {PREFIX + name: value for name, value in more.items()}


class App:
    """The app with several processes, as an operator runs it; started anew when it has ended, as a supervisor does."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        self.port, self.environ, self.path = free_port(), environ, folder / "app.log"
        self.main: subprocess.Popen[bytes] | None = None
        self.starts = 0

    def start(self) -> None:
        with self.path.open("ab") as log:
            words = serving("app:app", self.port, processes=PROCESSES)
            self.main = start_module(words, self.environ, log, of_its_own=True)
        self.starts += 1
        wait_until_it_answers(self.main, self.port, self.path)

    def keep_up(self) -> None:
        if self.main is None or self.main.poll() is not None:
            self.start()

    def workers(self) -> list[int]:
        """The processes that answer requests."""
        assert self.main
        return children(self.main.pid)

    def kill_one(self, random: Random) -> None:
        wait_for("no process is there to be killed", self.workers)
        os.kill(random.choice(self.workers()), signal.SIGKILL)

    def kill_all(self) -> None:
        """The whole tree at once, as when the machine stops."""
        if self.main is not None and self.main.poll() is None:
            os.killpg(self.main.pid, signal.SIGKILL)
        if self.main is not None:
            self.main.wait()
            wait_for("the killed processes are still there", lambda: not _group_lives(self.main.pid))


@contextmanager
def running(app: App) -> Iterator[App]:
    try:
        app.start()
        yield app
    finally:
        app.kill_all()


def children(pid: int) -> list[int]:
    """Those that `pid` has started and that are not only waiting to be buried."""
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [int(child) for child in found if _state(int(child)) not in ("", "Z")]


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return any(_state(pid) not in ("", "Z") for pid in _members(group))


def _members(group: int) -> list[int]:
    """Of this machine's processes those of that group."""
    found = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal())
    return [pid for pid in found if _group_of(pid) == group]


def _group_of(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None
