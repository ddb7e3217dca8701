"""SQLite has one writer at a time: the next one waits for its turn, and not for ever."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from lcweb import db as lcweb_db
from lcweb.db import db

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@contextmanager
def somebody_writes(seconds: float) -> Iterator[None]:
    """Another connection, until the time is up."""
    engine, begun, done = db.engine, threading.Event(), threading.Event()

    def write() -> None:
        with engine.begin():
            begun.set()
            done.wait(seconds)

    other = threading.Thread(target=write)
    other.start()
    begun.wait()
    try:
        yield
    finally:
        done.set()
        other.join()


def patience() -> int:
    with db.engine.connect().execution_options(readonly=True) as connection:
        return connection.execute(text("PRAGMA busy_timeout")).scalar_one()


def test_who_comes_second_writes_when_the_first_is_done(app: Flask) -> None:
    with somebody_writes(0.05), db.engine.begin() as connection:
        connection.execute(text("UPDATE log_head SET last_id = last_id"))
    assert patience() == 10_000


def test_who_waits_too_long_is_told(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lcweb_db, "PATIENCE", 0.02)
    with somebody_writes(30), pytest.raises(OperationalError, match="locked"), db.engine.begin():
        pass
    assert patience() == 10_000


def test_who_only_reads_does_not_wait(app: Flask) -> None:
    with somebody_writes(30), db.engine.connect().execution_options(readonly=True) as connection:
        assert connection.execute(text("SELECT count(*) FROM log_head")).scalar_one() == 1
