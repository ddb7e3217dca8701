"""The access log's own figures (L2): rows verified and rows appended, each as a share of the least it could cost."""

import hmac
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from statistics import median
from time import perf_counter, process_time
from typing import NamedTuple

from flask import Flask
from sqlalchemy import text

from lcweb.db import db, log_key, transaction
from lcweb.domain.access_log import LogAction, verify
from lcweb.domain.permissions import Actor, Role
from lcweb.queries import access_log as queries
from lcweb.services import access_log
from tests.bench.client import WrongAnswer

ROUNDS = 3
VERIFY, APPEND = "log verify", "log append"
BARE_HMAC, BARE_INSERT = "bare HMAC loop", "bare insert"
NAMES = (VERIFY, APPEND)
#: What a row is sealed over has about so many bytes.
SEALED = b"x" * 190
BARE_TABLE = "bench_bare_log"


class Line(NamedTuple):
    """`per_second` of the case and of what it is a share of, in the middle round. `cpu`: by this process's own work."""

    name: str
    beside: str
    per_second: float
    cpu: float
    bare: float
    share: float
    of: str


def measure(app: Flask, seconds: float) -> Iterator[Line]:
    """Whole verifications of the log that is there, and one row for each transaction. Raises WrongAnswer."""
    with app.app_context():
        yield _verified()
        yield _appended(seconds)


def told(lines: Iterator[Line]) -> Iterator[str]:
    for line in lines:
        rates = f"{line.per_second:>9,.0f} rows/s  {line.share:5.3f} of a {line.beside} ({line.bare:,.0f}/s)"
        yield f"{line.name}  {rates}  {line.cpu:,.0f} rows for each CPU second  {line.of}".replace(",", " ")


def _verified() -> Line:
    rounds = [(_verify_once(), _hmac_once()) for _ in range(ROUNDS)]
    rate = median(rate for (_, rate, _), _ in rounds)
    cpu = median(cpu for (_, _, cpu), _ in rounds)
    share = median(own / bare for (_, own, _), bare in rounds)
    return Line(VERIFY, BARE_HMAC, rate, cpu, median(bare for _, bare in rounds), share, f"of {rounds[0][0][0]} rows")


def _verify_once() -> tuple[int, float, float]:
    """How many rows, and how many in a second and in a CPU second."""
    began, worked = perf_counter(), process_time()
    with queries.whole() as log:
        verdict = verify(log_key(), log.rows, head=log.head)
    worked, taken = process_time() - worked, perf_counter() - began
    if verdict.fault or not verdict.whole:
        raise WrongAnswer(f"{VERIFY}: row {verdict.broken} {verdict.fault}")
    return verdict.whole, verdict.whole / taken, verdict.whole / worked


def _hmac_once(times: int = 100_000) -> float:
    key, began = log_key(), perf_counter()
    for _ in range(times):
        hmac.digest(key, SEALED, "sha256").hex()
    return times / (perf_counter() - began)


def _appended(seconds: float) -> Line:
    """They take turns, so that whatever else the machine does meets both alike."""
    actor, now = _somebody(), datetime.now(UTC)
    _make_bare_table()
    rounds, worked, done = [], 0.0, 0
    for _ in range(ROUNDS):
        own, bare = [], []
        until = perf_counter() + seconds
        while perf_counter() < until or not own:
            before = process_time()
            own.append(_timed(lambda: _append(actor, now)))
            worked, done = worked + process_time() - before, done + 1
            bare.append(_timed(_insert_bare))
        rounds.append((len(own) / sum(own), len(bare) / sum(bare)))
    rate, bare_rate = median(own for own, _ in rounds), median(bare for _, bare in rounds)
    return Line(APPEND, BARE_INSERT, rate, done / worked, bare_rate, median(o / b for o, b in rounds), "one by one")


def _timed(act: Callable[[], None]) -> float:
    began = perf_counter()
    act()
    return perf_counter() - began


def _append(actor: Actor, now: datetime) -> None:
    with transaction() as session:
        access_log.write(session, LogAction.SEARCH, actor=actor, now=now, patient_number="200001012384")


def _insert_bare() -> None:
    """The same row, without a seal, a head or a trigger."""
    with db.engine.begin() as connection:
        connection.execute(_BARE, {"action": "search", "user_id": 1, "unit_id": 1, "number": "200001012384"})


_BARE = text(
    f"INSERT INTO {BARE_TABLE} (action, user_id, unit_id, patient_number, seal) "
    "VALUES (:action, :user_id, :unit_id, :number, :number)"
)


def _make_bare_table() -> None:
    with db.engine.begin() as connection:
        own = {"sqlite": "INTEGER PRIMARY KEY", "postgresql": "bigserial PRIMARY KEY"}[connection.dialect.name]
        columns = "action text, user_id integer, unit_id integer, patient_number text, seal text"
        connection.execute(text(f"CREATE TABLE {BARE_TABLE} (id {own}, {columns})"))


def _somebody() -> Actor:
    """Of the first unit."""
    return Actor(
        user_id=1, name="Anna Lind", title="Sjuksköterska", licensed=True, phone="", roles=frozenset({Role.NURSE}),
        unit_id=1,
    )  # fmt: skip
