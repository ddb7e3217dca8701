"""A command that is killed in the middle: before one of the steps by which it changes what is there."""

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest

from lcweb.db import db

#: Each call of one of these is a step: whose it is, and its name.
Steps = tuple[tuple[Any, str], ...]
ON_DISK: Steps = ((os, "fsync"), (os, "replace"), (os, "link"), (os, "rename"))


def killed_at(step: int, act: Callable[[], object], steps: Steps = ON_DISK) -> bool:
    """Lets a process of its own do it, which kills itself before that step. False: it was done before."""
    db.engine.dispose()  # no connection is shared
    child = os.fork()
    if child == 0:
        _die_at(step, steps)
        code = 1
        try:
            act()
            code = 0
        finally:
            os._exit(code)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the command failed by itself"
    return os.WIFSIGNALED(status)


def _die_at(step: int, steps: Steps) -> None:
    left = [step]

    def counted(way: Callable[..., Any]) -> Callable[..., Any]:
        def act(*args: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return way(*args, **named)

        return act

    patch = pytest.MonkeyPatch()  # of the child, which never takes it back
    for place, name in steps:
        patch.setattr(place, name, counted(getattr(place, name)))
