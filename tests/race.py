"""Several people at the same moment."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import text

from lcweb.db import db

T = TypeVar("T")
_WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


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


def until_it_waits(call: Future[Any]) -> None:
    """Until `call` waits for a lock in PostgreSQL, which it must before it is done."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as looking:
        while not looking.execute(_WAITING).scalar_one():
            assert not call.done()
            Event().wait(0.01)
