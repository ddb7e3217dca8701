"""Many people at once: two thousand open inboxes that poll while others write, served by two processes as in operation.

There nginx keeps the browsers' connections and asks the app by one of its own each time; `direct` does without it.
Everything is on this machine, and bounded in number and time.
"""

import resource
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter

import click
from flask import Flask

from lcweb.db import transaction
from lcweb.models import User
from lcweb.services import sessions
from tests.bench import work
from tests.bench.cases import BARE, BARE_204, letter_fields
from tests.bench.client import Answer, Connection, Person, WrongAnswer, get, post
from tests.bench.crowd import Crowd, Moment, Seat
from tests.bench.places import Size, username
from tests.bench.sending import p99
from tests.bench.servers import app_environ, served
from tests.fleet import nginx, proxy

EVERY = 15.0  # seconds between the polls of one page
MESSAGES = 5  # written in a second
WRITERS = 20  # people who take turns in it, each of another unit
PROCESSES = 2
BARE_ANSWERS = 2000
_FIRST_POLL = "/poll/inkorg?vy=att-besvara&visa=alla&sida=1&d="
_NEXT_POLL = rb'hx-get="(/poll/inkorg[^"]+)"'


@dataclass
class Told:
    """Seconds of each answer, by kind; MiB of each process, whenever it was looked at."""

    unchanged: list[float] = field(default_factory=list)
    news: list[float] = field(default_factory=list)
    sends: list[float] = field(default_factory=list)
    memory: list[list[float]] = field(default_factory=list)


@dataclass
class Page:
    """An open inbox."""

    cookie: str
    told: Told
    address: str = _FIRST_POLL

    def request(self) -> bytes:
        return get(self.address, self.cookie, htmx=True)

    def took(self, answer: Answer, seconds: float) -> bool:
        if answer.status == 200:
            self.address = answer.find(_NEXT_POLL)
        (self.told.news if answer.status == 200 else self.told.unchanged).append(seconds)
        return answer.status in (200, 204)


@dataclass
class Desk:
    """Somebody who writes to one unit after the other."""

    person: Person
    told: Told
    size: Size
    numbers: Iterator[int]

    def request(self) -> bytes:
        number = next(self.numbers)
        first = self.size.measured + 2 + WRITERS
        recipient = first + number % (self.size.units + 1 - first)
        fields = letter_fields(self.person, recipient, self.size.threads + 30_000 + number)
        return post("/arenden/ny", fields, self.person.cookie)

    def took(self, answer: Answer, seconds: float) -> bool:
        self.told.sends.append(seconds)
        return answer.status == 303


def measure(
    app: Flask, size: Size, url: str, folder: Path, people: int, seconds: float, *, direct: bool
) -> Iterator[str]:
    """Raises WrongAnswer when it cannot even begin. `people`: how many of them have an inbox open."""
    with served("tests.bench.bare:app", folder) as server, Connection(server.port) as connection:
        idle = _bare(connection)
    _allow_connections(people + 200)
    told = Told()
    with (
        served("app:app", folder, app_environ(url, folder), processes=PROCESSES) as server,
        _door(server.port, folder, None if direct else nginx()) as port,
    ):
        seats = _seats(app, size, people, port, told)
        crowd = Crowd(seats)

        def look() -> None:
            told.memory.append([work.memory(pid) for pid in work.children(server.pid)] if work.KNOWN else [])

        worked = work.seconds([server.pid])
        crowd.run(seconds, [Moment(seconds * part / 4, look) for part in range(5)])
        worked = work.seconds([server.pid]) - worked
    yield f"through {'nginx' if port != server.port else 'nothing: the browsers are connected to the app itself'}"
    yield from _lines(told, crowd.errors, idle=idle, seconds=seconds, worked=worked)


@contextmanager
def _door(port: int, folder: Path, binary: str | None) -> Iterator[int]:
    """The port that people come to."""
    if binary is None:
        yield port
        return
    with proxy(binary, folder, port) as door:
        yield door


def _bare(connection: Connection) -> float:
    """The middle of its answers' seconds, one after the other on the idle machine."""
    case, times = BARE[BARE_204], []
    requests = case.requests(None)
    for _ in range(BARE_ANSWERS):
        began = perf_counter()
        case.check(connection.ask(next(requests)))
        times.append(perf_counter() - began)
    return median(times)


def _allow_connections(number: int) -> None:
    """For this process, and the servers that it starts."""
    given, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if given < number:
        resource.setrlimit(resource.RLIMIT_NOFILE, (number, most))


def _seats(app: Flask, size: Size, people: int, port: int, told: Told) -> list[Seat]:
    """Everybody has seen the inbox once before it begins."""
    pages = [Page(cookie, told) for cookie in _signed_in(app, people)]
    with Connection(port) as connection:
        with click.progressbar(pages, label=f"{len(pages)} people open their inbox") as bar:
            for page in bar:
                if not page.took(connection.ask(page.request()), 0.0):
                    raise WrongAnswer("load: an inbox did not open")
        writers = [Person(connection, username(size.person(size.measured + 2 + number))) for number in range(WRITERS)]
    told.news.clear()
    told.unchanged.clear()
    desks = [Desk(person, told, size, count(number, WRITERS)) for number, person in enumerate(writers)]
    polling = [Seat(port, EVERY, page.request, page.took) for page in pages]
    return polling + [Seat(port, WRITERS / MESSAGES, desk.request, desk.took) for desk in desks]


def _signed_in(app: Flask, people: int) -> list[str]:
    """Cookies of everybody, without their passwords, which are slow to verify on purpose."""
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    now = datetime.now(UTC)
    with app.app_context(), transaction() as session:
        tokens = [
            sessions.enter(session, session.get_one(User, user_id), how="password", lifetime=timedelta(hours=12),
                           now=now).token
            for user_id in range(1, people + 1)
        ]  # fmt: skip
    return [f"lcweb={signer.dumps({'token': token, 'csrf_token': secrets.token_hex(20)})}" for token in tokens]


def _lines(told: Told, errors: int, *, idle: float, seconds: float, worked: float) -> Iterator[str]:
    polls = told.unchanged + told.news
    yield f"load: {len(polls) / seconds:.0f} polls/s, {len(told.sends) / seconds:.1f} messages/s, {seconds:.0f} s"
    for name, times in (("polls", polls), ("unchanged", told.unchanged), ("news", told.news), ("sends", told.sends)):
        yield f"{name:9}  {len(times):>7}  {_times(times, idle)}" if len(times) > 1 else f"{name:9}  {len(times):>7}"
    yield f"errors  {errors}"
    yield f"a bare answer on the idle machine: {idle * 1000:.2f} ms"
    yield f"the app's processes worked {worked / seconds:.2f} s/s"
    for when, found in zip(("start", "1/4", "middle", "3/4", "end"), told.memory, strict=True):
        yield f"memory {when:6}  {sum(found):6.1f} MiB PSS  ({' + '.join(f'{one:.1f}' for one in found)})"


def _times(times: list[float], idle: float) -> str:
    slowest = p99(times)
    return (
        f"median {median(times) * 1000:7.1f} ms  p99 {slowest * 1000:7.1f} ms ({slowest / idle:.0f} × bare)  "
        f"max {max(times) * 1000:7.1f} ms"
    )
