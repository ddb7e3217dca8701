"""What is measured: the requests of each case, and what its answers must be."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count, cycle
from typing import Any
from uuid import uuid4

from flask import Flask

from lcweb.domain.periods import trend_months
from tests.bench import letters
from tests.bench.client import Answer, Connection, Person, WrongAnswer, expect, get, post
from tests.bench.places import Size, username

BARE_204, BARE_TEXT = "bare Flask, 204", "bare Flask, short text"
_ROW = b'<tr id="row-'
_MESSAGE = b'id="message-'
_FOUND = b'<td class="due" data-label="Senast">'
_INBOX_POLL = rb'hx-get="(/poll/inkorg[^"]+)"'
_THREAD_POLL = rb'hx-get="(/poll/arenden/[^"]+)"'


@dataclass
class Site:
    """A served database. `pids`: who works for it. `people`: one of each measured unit; `writer` is of another."""

    app: Flask
    size: Size
    connection: Connection
    pids: tuple[int, ...]
    numbers: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.people = [self._person(unit_id) for unit_id in range(1, self.size.measured + 1)]
        self.writer = self._person(self.size.measured + 1)
        self.admin = Person(self.connection, username(self.size.admin), first="/uppfoljning")

    def threads(self) -> list[int]:
        """For each of `people` one with five messages."""
        return [letters.thread_with_five(unit_id, self.size) for unit_id in range(1, self.size.measured + 1)]

    def recipient(self, number: int) -> int:
        first = self.size.measured + 2
        return first + number % (self.size.units + 1 - first)

    def _person(self, unit_id: int) -> Person:
        return Person(self.connection, username(self.size.person(unit_id)))


@dataclass(frozen=True)
class Case:
    """`beside`: the bare answer it is a share of. `requests` of a site. Each answer holds `holds` so many `times`.

    `of_bare`: the bare app answers it, too, and no site: what a share cannot be more than.
    """

    name: str
    beside: str
    status: int
    requests: Callable[[Any], Iterator[bytes]]
    holds: bytes = b""
    times: int = 0
    of_bare: bool = False

    def check(self, answer: Answer) -> None:
        """Raises WrongAnswer."""
        expect(self.status, self.name, answer)
        found = answer.body.count(self.holds) if self.holds else 0
        if found != self.times:
            raise WrongAnswer(f"{self.name}: {found} × {self.holds.decode()}, not {self.times}")


def _bare(path: str) -> Callable[[object], Iterator[bytes]]:
    return lambda _site: cycle([get(path)])


def _unchanged_inbox(site: Site) -> Iterator[bytes]:
    polls = [(person, person.look("/inkorg").find(_INBOX_POLL)) for person in site.people]
    return cycle([get(path, person.cookie, htmx=True) for person, path in polls])


def _unchanged_thread(site: Site) -> Iterator[bytes]:
    pages = zip(site.people, site.threads(), strict=True)
    polls = [(person, person.look(f"/arenden/{thread_id}").find(_THREAD_POLL)) for person, thread_id in pages]
    return cycle([get(path, person.cookie, htmx=True) for person, path in polls])


def _page(path: str, *, htmx: bool = False) -> Callable[[Site], Iterator[bytes]]:
    return lambda site: cycle([get(path, person.cookie, htmx=htmx) for person in site.people])


def _follow_up(place: str, months: int) -> Callable[[Site], Iterator[bytes]]:
    """The whole months that are over, so many; the unit is each person's own."""
    last = datetime.now(UTC).date().replace(day=1) - timedelta(days=1)
    first = trend_months(last)[-months]
    asked = f"&period=egna&fran={first}&till={last}"

    def requests(site: Site) -> Iterator[bytes]:
        if place == "enhet":
            return _page(f"/uppfoljning?plats={asked}")(site)
        return cycle([get(f"/uppfoljning?plats={place}{asked}", site.admin.cookie)])

    return requests


def _thread_pages(site: Site) -> Iterator[bytes]:
    pages = zip(site.people, site.threads(), strict=True)
    return cycle([get(f"/arenden/{thread_id}", person.cookie) for person, thread_id in pages])


def _sends(site: Site) -> Iterator[bytes]:
    """Each to another unit, about a patient that nobody has written about."""
    for number in site.numbers:
        fields = letter_fields(site.writer, site.recipient(number), site.size.threads + 1 + number)
        yield post("/arenden/ny", fields, site.writer.cookie)


def _searches(**fields: str) -> Callable[[Site], Iterator[bytes]]:
    return lambda site: cycle([_search(person, **fields) for person in site.people])


def _searches_by_number(site: Site) -> Iterator[bytes]:
    pages = zip(site.people, site.threads(), strict=True)
    return cycle([_search(person, patient_id=letters.patient(thread_id)) for person, thread_id in pages])


def _search(person: Person, **fields: str) -> bytes:
    return post("/sok", {"csrf_token": person.token} | fields, person.cookie)


def letter_fields(writer: Person, recipient: int, patient: int) -> dict[str, str]:
    """The compose page, filled in. `recipient`: the unit's id; `patient`: which one of letters.patient."""
    return {
        "csrf_token": writer.token,
        "submission_id": str(uuid4()),
        "municipality": "Halmstad",
        "case_type": "general",
        "recipient_unit": str(recipient),
        "patient_id": letters.patient(patient),
        "patient_name": "Tove Testsson",
        "subject": "Såromläggning",
        "body": letters.BODY,
        "expects_reply": "ja",
        "disclosure_basis": "consent",
        "not_acute": "ja",
    }


BARE = {
    BARE_204: Case(BARE_204, BARE_204, 204, _bare("/204")),
    BARE_TEXT: Case(BARE_TEXT, BARE_TEXT, 200, _bare("/")),
}
CASES = (
    Case("bare Flask, a row kept first", BARE_TEXT, 200, _bare("/row"), of_bare=True),
    Case("signed in, one line shown", BARE_TEXT, 200, _page("/poll/session"), b'"seconds"', 1),
    Case("inbox poll, unchanged", BARE_204, 204, _unchanged_inbox),
    Case("thread poll, unchanged", BARE_204, 204, _unchanged_thread),
    Case("inbox, 50 rows, with its reading", BARE_TEXT, 200, _page("/inkorg"), _ROW, 50),
    Case("inbox, 50 rows, HX-Request", BARE_TEXT, 200, _page("/inkorg", htmx=True), _ROW, 50),
    Case("inbox, closed threads, HX-Request", BARE_TEXT, 200, _page("/inkorg?vy=avslutade", htmx=True)),
    Case("thread, five messages", BARE_TEXT, 200, _thread_pages, _MESSAGE, 5),
    Case("compose page", BARE_TEXT, 200, _page("/arenden/ny")),
    Case("search by number", BARE_TEXT, 200, _searches_by_number, _FOUND, 1),
    Case("search by a word, 60 found", BARE_TEXT, 200, _searches(words=letters.SEARCHED), _FOUND, 50),
    Case("one send", BARE_TEXT, 303, _sends),
    *(
        Case(f"follow-up, {name}, {months} months", BARE_TEXT, 200, _follow_up(place, months), b'class="chart"', 3)
        for name, place in (("one unit", "enhet"), ("a municipality", "kommun-Halmstad"), ("all units", "alla"))
        for months in (3, 13)
    ),
    Case("follow-up, definitions", BARE_TEXT, 200, _page("/uppfoljning/definitioner")),
)
