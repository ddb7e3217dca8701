"""Messages sent, beside the same rows written without care: one writer by turns, then four processes at once.

A send inserts eight rows (thread, two parties, message, duty, two search documents, access log) and changes three (the
two units' inbox versions, the log's head). So do the bare rows, each by a statement of its own.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any, NamedTuple
from uuid import uuid4

import click
from flask import Flask
from sqlalchemy import Connection, func, select, text

from lcweb.config import ROOT
from lcweb.db import Base, db
from lcweb.domain.compose import Confirmation
from lcweb.domain.permissions import Actor, Role
from lcweb.domain.rules import Rules
from lcweb.models import Unit
from lcweb.services import threads
from tests.bench import letters
from tests.bench.client import WrongAnswer
from tests.bench.places import Size
from tests.databases import make_settings, opened
from tests.factories import new_thread
from tests.web.visits import statements

ROUNDS = 3
WRITERS = 4
SEND, AT_ONCE = "send", f"{WRITERS} writers"
NAMES = (SEND, AT_ONCE)
WHAT = ("send", "bare")
PREFIX = "bench_bare_"


class Line(NamedTuple):
    """One writer: rates in the middle round, and the CPU seconds of a send. `slowest`: p99 seconds of either."""

    per_second: float
    bare: float
    share: float
    work: float
    slowest: tuple[float, float]


class AtOnce(NamedTuple):
    """p99 seconds, and messages in a second of all together."""

    sends: tuple[float, float]
    bare: tuple[float, float]


def measure(app: Flask, size: Size, url: str, folder: Path, seconds: float) -> Iterator[str]:
    """Raises WrongAnswer when something was not sent."""
    with app.app_context():
        line = _by_turns(size, seconds)
        yield (
            f"{SEND}  {line.per_second:,.0f}/s  {line.share:5.3f} of the same rows bare ({line.bare:,.0f}/s)  "
            f"{line.work * 1000:.2f} ms CPU  p99 {line.slowest[0] * 1000:.1f} ms, bare {line.slowest[1] * 1000:.1f} ms"
        ).replace(",", " ")
    found = _at_once(url, folder, size, seconds * ROUNDS)
    alone = line.slowest[1]
    yield (
        f"{AT_ONCE}  p99 {found.sends[0] * 1000:.1f} ms, {found.sends[0] / alone:.1f} × one bare writer's  "
        f"{found.sends[1]:.0f}/s  bare rows: p99 {found.bare[0] * 1000:.1f} ms, {found.bare[0] / alone:.1f} ×  "
        f"{found.bare[1]:.0f}/s"
    )


class Writer:
    """Sends from one unit to the others in turn, each time about a patient that nobody has written about."""

    def __init__(self, size: Size, number: int = 0) -> None:
        unit_id = size.measured + 2 + number
        name = db.session.scalar(select(Unit.name).where(Unit.id == unit_id)) or ""
        db.session.rollback()
        self._actor = Actor(
            user_id=size.person(unit_id), name="Anna Lind", title="Sjuksköterska", licensed=True, phone="035-10 10 10",
            roles=frozenset({Role.NURSE}), unit_id=unit_id, unit_name=name,
        )  # fmt: skip
        self._units = range(size.measured + 2 + WRITERS, size.units + 1)
        self._numbers = count(size.threads + 50_000 + 40_000 * number)

    def send(self) -> None:
        number = next(self._numbers)
        new = new_thread(
            self._units[number % len(self._units)], patient_id=letters.patient(number), body=letters.BODY,
            confirmed=frozenset({Confirmation.NEW_THREAD}),
        )  # fmt: skip
        sent = threads.start(self._actor, new, submission_id=str(uuid4()), now=datetime.now(UTC), rules=Rules())
        if sent.again:
            raise WrongAnswer(f"{SEND}: it had been sent before")


class BareRows:
    """The rows that a send inserts and changes, in tables with nothing but columns."""

    def __init__(self, rows: list[tuple[str, dict[str, Any]]]) -> None:
        changes = _changes(dict(rows))
        self._statements = [*(_insert(name, list(values)) for name, values in rows), *changes]
        self._values = [*(values for _, values in rows), *({} for _ in changes)]

    def write(self) -> None:
        connection: Any = db.engine.raw_connection()
        cursor = connection.cursor()
        if db.engine.dialect.name == "sqlite":
            cursor.execute("BEGIN IMMEDIATE")
        for statement, values in zip(self._statements, self._values, strict=True):
            cursor.execute(statement, values)
        connection.commit()
        connection.close()


def _insert(table: str, columns: list[str]) -> str:
    spelled = ":{}" if db.engine.dialect.name == "sqlite" else "%({})s"
    values = ", ".join(spelled.format(column) for column in columns)
    return f"INSERT INTO {PREFIX}{table} ({', '.join(columns)}) VALUES ({values})"


def _changes(rows: dict[str, dict[str, Any]]) -> list[str]:
    """In one order, so that two never wait for each other."""
    units = sorted((rows["thread"]["sender_unit_id"], rows["thread"]["recipient_unit_id"]))
    raised = [f"UPDATE {PREFIX}inbox_version SET version = version + 1 WHERE unit_id = {unit_id}" for unit_id in units]
    return [*raised, f"UPDATE {PREFIX}log_head SET last_id = last_id + 1, seal = '{rows['access_log']['seal']}'"]


def rows_of_a_send(writer: Writer) -> list[tuple[str, dict[str, Any]]]:
    """Table and values, as the driver takes them."""
    with db.engine.connect().execution_options(readonly=True) as connection:
        before = _highest(connection)
    with statements() as seen:
        writer.send()
    names = dict.fromkeys(statement.split()[2] for statement in seen if statement.startswith("INSERT INTO "))
    with db.engine.connect().execution_options(readonly=True) as connection:
        return [row for name in names for row in _newer(connection, name, before)]


def _key(name: str) -> Any:
    table = Base.metadata.tables[name]
    return table.c.id if "id" in table.c else table.c.thread_id


def _highest(connection: Connection) -> dict[str, int]:
    names = [name for name, table in Base.metadata.tables.items() if "id" in table.c or "thread_id" in table.c]
    return {name: connection.scalar(select(func.max(_key(name)))) or 0 for name in names}


def _newer(connection: Connection, name: str, before: dict[str, int]) -> list[tuple[str, dict[str, Any]]]:
    raw = text(f"SELECT * FROM {name} WHERE {_key(name).name} > :last")  # values as the driver gives and takes them
    return [(name, dict(row._mapping)) for row in connection.execute(raw, {"last": before[name]})]


def make_bare(rows: list[tuple[str, dict[str, Any]]]) -> None:
    with db.engine.begin() as connection:
        for name in dict.fromkeys(name for name, _ in rows):
            connection.execute(text(f"CREATE TABLE {PREFIX}{name} AS SELECT * FROM {name} WHERE 1 = 0"))
        for name in ("inbox_version", "log_head"):
            connection.execute(text(f"CREATE TABLE {PREFIX}{name} AS SELECT * FROM {name}"))
        connection.execute(text(f"CREATE UNIQUE INDEX {PREFIX}unit ON {PREFIX}inbox_version (unit_id)"))


def _by_turns(size: Size, seconds: float) -> Line:
    """They take turns, so that whatever else the machine does meets both alike."""
    writer = Writer(size)
    writer.send()
    rows = rows_of_a_send(writer)
    make_bare(rows)
    bare = BareRows(rows)
    rounds, worked = [], 0.0
    for _ in range(ROUNDS):
        own, others = [], []
        until = perf_counter() + seconds
        while perf_counter() < until or len(own) < 2:
            before = process_time()
            own.append(timed(writer.send))
            worked += process_time() - before
            others.append(timed(bare.write))
        rounds.append((own, others))
    rates = [(len(own) / sum(own), len(others) / sum(others)) for own, others in rounds]
    sends = [taken for own, _ in rounds for taken in own]
    return Line(
        median(own for own, _ in rates), median(other for _, other in rates), median(a / b for a, b in rates),
        worked / len(sends), (p99(sends), p99([taken for _, others in rounds for taken in others])),
    )  # fmt: skip


def timed(act: Callable[[], None]) -> float:
    began = perf_counter()
    act()
    return perf_counter() - began


def p99(times: list[float]) -> float:
    return quantiles(times, n=100, method="inclusive")[98]


def _at_once(url: str, folder: Path, size: Size, seconds: float) -> AtOnce:
    with ExitStack() as stack:
        order = [url, str(folder), str(size.threads), str(size.measured), str(seconds)]
        writers = []
        for number in range(WRITERS):  # one after the other: what a send inserts is not mixed with another's
            writers.append(stack.enter_context(_process([*order, str(number)])))
            _told(writers[-1])
        sends, bare = (_together(writers, what) for what in WHAT)
        return AtOnce(*((p99(times), len(times) / seconds) for times in (sends, bare)))


def _together(writers: list[subprocess.Popen[str]], what: str) -> list[float]:
    """The seconds that each message took, of all writers."""
    for writer in writers:
        assert writer.stdin
        writer.stdin.write(f"{what}\n")
        writer.stdin.flush()
    return [taken for writer in writers for taken in _told(writer)]


def _told(writer: subprocess.Popen[str]) -> list[float]:
    assert writer.stdout
    line = writer.stdout.readline()
    if not line:
        raise WrongAnswer(f"{AT_ONCE}: a writer has failed")
    found: list[float] = json.loads(line)
    return found


@contextmanager
def _process(order: list[str]) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.bench.sending", *order]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()


@click.command()
@click.argument("url")
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("size", type=int, nargs=2)
@click.argument("seconds", type=float)
@click.argument("number", type=int)
def write(url: str, folder: Path, size: tuple[int, int], seconds: float, number: int) -> None:
    """One of the writers: a list when it is ready; then for each line of WHAT how long each message took."""
    with opened(make_settings(url, folder)) as app, app.app_context():
        writer = Writer(Size(*size), number)
        acts = {"send": writer.send, "bare": BareRows(rows_of_a_send(writer)).write}
        click.echo("[]")
        for what in sys.stdin:
            until, times = perf_counter() + seconds, []
            while perf_counter() < until or len(times) < 2:
                times.append(timed(acts[what.strip()]))
            click.echo(json.dumps(times))


if __name__ == "__main__":
    write()
