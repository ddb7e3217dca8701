"""Several people at the same moment."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from flask import Flask

T = TypeVar("T")


def race(app: Flask, calls: Sequence[Callable[[], T]]) -> list[T | Exception]:
    """Each call in a thread and an app context of its own, let loose together; what it returned or raised."""
    line = Barrier(len(calls))

    def run(call: Callable[[], T]) -> T | Exception:
        with app.app_context():
            line.wait()
            try:
                return call()
            except Exception as error:
                return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
