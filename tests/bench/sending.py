"""Messages sent, beside the same rows written without care: one writer by turns, then four processes at once."""

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
from typing import NamedTuple
from uuid import uuid4

import click
from flask import Flask
from sqlalchemy import select

from lcweb.config import ROOT
from lcweb.db import db
from lcweb.domain.compose import Confirmation
from lcweb.domain.permissions import Actor, Role
from lcweb.domain.rules import Rules
from lcweb.models import Unit
from lcweb.services import threads
from tests.bench import letters
from tests.bench.client import WrongAnswer
from tests.bench.places import Size
from tests.bench.rows import BareRows, PlacedRows, make_bare, rows_of_a_send
from tests.databases import make_settings, opened
from tests.factories import new_thread

ROUNDS = 3
WRITERS = 4
SEND, AT_ONCE = "send", f"{WRITERS} writers"
NAMES = (SEND, AT_ONCE)
WHAT = ("send", "bare")


class Line(NamedTuple):
    """One writer: rates in the middle round, and the CPU seconds of a send. `slowest`: p99 seconds of either.

    `share_of_placed`: of the rows in their own tables, by the driver alone.
    """

    per_second: float
    bare: float
    share: float
    share_of_placed: float
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
            f"{SEND}  {line.per_second:,.0f}/s  {line.share:5.3f} of the same rows bare ({line.bare:,.0f}/s), "
            f"{line.share_of_placed:.3f} of them in their own tables  "
            f"{line.work * 1000:.2f} ms CPU  p99 {line.slowest[0] * 1000:.1f} ms, bare {line.slowest[1] * 1000:.1f} ms"
        ).replace(",", " ")
    found = _at_once(url, folder, size, seconds * ROUNDS)
    alone = line.slowest[1]
    yield (
        f"{AT_ONCE}  p99 {found.sends[0] * 1000:.1f} ms, {found.sends[0] / alone:.1f} × one bare writer's  "
        f"{found.sends[1]:.0f}/s  bare rows: p99 {found.bare[0] * 1000:.1f} ms, {found.bare[0] / alone:.1f} ×  "
        f"{found.bare[1]:.0f}/s"
    )


#: Seconds of each send, of the bare rows and of those in their own tables.
Took = tuple[list[float], list[float], list[float]]


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


def _by_turns(size: Size, seconds: float) -> Line:
    """They take turns, so that whatever else the machine does meets both alike."""
    writer = Writer(size)
    writer.send()
    rows = rows_of_a_send(writer.send)
    make_bare(rows)
    bare, placed = BareRows(rows), PlacedRows(rows)
    rounds, worked = [], 0.0
    for _ in range(ROUNDS):
        took: Took = ([], [], [])
        until = perf_counter() + seconds
        while perf_counter() < until or len(took[0]) < 2:
            before = process_time()
            took[0].append(timed(writer.send))
            worked += process_time() - before
            took[1].append(timed(bare.write))
            took[2].append(timed(placed.write))
        rounds.append(took)
    rates = [[len(times) / sum(times) for times in took] for took in rounds]
    sends, others, _ = ([taken for times in of_rounds for taken in times] for of_rounds in zip(*rounds, strict=True))
    return Line(
        median(own for own, _, _ in rates), median(other for _, other, _ in rates),
        median(own / other for own, other, _ in rates), median(own / placed for own, _, placed in rates),
        worked / len(sends), (p99(sends), p99(others)),
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
        acts = {"send": writer.send, "bare": BareRows(rows_of_a_send(writer.send)).write}
        click.echo("[]")
        for what in sys.stdin:
            until, times = perf_counter() + seconds, []
            while perf_counter() < until or len(times) < 2:
                times.append(timed(acts[what.strip()]))
            click.echo(json.dumps(times))


if __name__ == "__main__":
    write()
