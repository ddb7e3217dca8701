"""What is written about a patient stands in the thread's own pages alone: in no mail, log, figure, address or title.

Every field about a patient is filled with a word found nowhere else. Every answer of the whole story, of every address
for every role and of every error page is then looked through, and so are the mails and all that is logged.
"""

import base64
import html
import logging
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from email import message_from_bytes, policy
from itertools import product
from typing import Any, NamedTuple
from urllib.parse import unquote

import pytest
from flask import Flask, Response, request, request_finished
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import RequestEntityTooLarge

from lcweb import worker
from lcweb.config import Settings
from lcweb.domain.calendar import Place
from lcweb.domain.permissions import Role
from lcweb.domain.reminders import Kind
from lcweb.models import Message, Thread, Unit
from lcweb.services import report_wishes, threads
from tests import routes
from tests.clock import Clock
from tests.factories import user
from tests.rows import row, rows
from tests.test_every_route import EXPECTED, PEOPLE
from tests.web.visits import Visitor, letter
from tests.web.world import make_world

#: Field → what stands in it and nowhere else. Lists may have a number's year and a name's initials (P2).
TOKENS = {
    "patient_id": "9001019802",
    "patient_name": "Planteria",
    "subject": "Plantamne",
    "body": "Plantkropp",
    "disclosure_words": "Plantgrund",
    "answer": "Plantsvar",
    "correction": "Plantrattelse",
    "note": "Plantnotering",
    "returned": "Plantretur",
    "forwarded": "Plantvidare",
    "reply draft": "Plantutkast",
    "letter draft": "Plantbrev",
    "draft number": "0001012384",
    "draft name": "Plantdraftnamn",
    "draft subject": "Plantdraftamne",
    "search words": "Plantsokord",
    "refused body": "Plantnekad",
}  # fmt: skip
PATIENT, DRAFT_PATIENT = "18900101-9802", "20000101-2384"
NUMBERS = {"patient_id", "draft number"}
#: Typed and given back at most to whoever typed it.
NEVER_SHOWN = {"search words", "refused body"}
#: Nobody does anything on them. The last step of the ladder comes within them, and a month's first working day.
DAYS = (
    "Wed 2026-11-18", "Thu 2026-11-19", "Fri 2026-11-20", "Mon 2026-11-23", "Tue 2026-11-24", "Wed 2026-11-25",
    "Thu 2026-11-26", "Tue 2026-12-01",
)  # fmt: skip
WORDS = {token: name for name, token in TOKENS.items()}
#: The pages that hand out what is written about a patient. Each leaves its row in the access log (L1), which
#: tests/web/test_access_log.py shows, but the lists of own drafts, of which nobody but the writer sees any.
PATIENT_PAGES = {
    "threads.show", "poll.thread", "print.show", "archive.show", "compose.new", "threads.reply", "threads.note",
    "threads.forward", "threads.give_back", "threads.correct", "threads.void", "threads.withdraw", "drafts.save_reply",
    "compose.send",
}  # fmt: skip
#: Pages in which a reviewer sees whom the rows of the log are about, each look logged before (L3).
LOG_PAGES = {"access_log.find", "access_log.export", "log_extracts.make", "log_reviews.export", "log_reviews.judge",
             "log_reviews.review"}  # fmt: skip
#: Lists of threads by subject, which carries no identity (S5 says so to whoever writes one).
LISTS = {"inbox.show", "morning.show", "poll.inbox_list", "search.find"}
#: What the table of routes says of those who get nothing at an address.
NOTHING = ("401", "404", "in", "unit")
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
#: Attributes that hold an address or a page's own settings.
ATTRIBUTE = re.compile(r'\s(href|action|formaction|src|hx-[a-z]+|data-poll|content)="([^"]*)"')


def found(text: str) -> set[str]:
    """The fields whose token stands there, however a number is written."""
    bare = re.sub(r"(?<=\d)[-–+ ](?=\d)", "", text)
    return {name for token, name in WORDS.items() if token in bare or token in text}


class Answer(NamedTuple):
    """`typed`: the fields whose token the request itself brought."""

    method: str
    endpoint: str
    status: int
    address: str
    headers: list[tuple[str, str]]
    mimetype: str
    body: str
    typed: set[str]

    @property
    def where(self) -> str:
        return f"{self.method} {self.endpoint} {self.status}"

    def outside(self) -> Iterator[tuple[str, str]]:
        """Where nothing may stand in any answer: (what it is, its text)."""
        yield "the address", self.address
        for name, value in self.headers:
            yield name, unquote(value)
            if name == "Set-Cookie":
                yield "the cookie's text", opened(value)
        yield from (("the title", html.unescape(text)) for text in TITLE.findall(self.body))
        yield from ((name, unquote(html.unescape(text))) for name, text in ATTRIBUTE.findall(self.body))


class Answers:
    """All that the app answers while its signal is listened to."""

    def __init__(self) -> None:
        self.all: list[Answer] = []

    def note(self, _app: Flask, response: Response) -> None:
        typed = set()
        with suppress(RequestEntityTooLarge):
            typed = found(" ".join(value for values in request.form.listvalues() for value in values))
        body = "" if request.endpoint == "static" else response.get_data(as_text=True)
        told = (request.method, request.endpoint or "none", response.status_code, unquote(request.full_path))
        self.all.append(Answer(*told, [*response.headers], response.mimetype or "", body, typed))

    def faults(self) -> Iterator[str]:
        for answer in self.all:
            for part, text in answer.outside():
                yield from (f"{answer.where}: {name} in {part}" for name in found(text))
            for name in found(answer.body) - answer.typed:
                if answer.status >= 500 or not _may_show(answer.endpoint, name):
                    yield f"{answer.where}: {name}"

    def asked(self) -> set[tuple[str, str]]:
        return {(answer.method, answer.endpoint) for answer in self.all}

    def shown(self) -> set[str]:
        """Fields that were somewhere handed out to somebody who had not just typed them."""
        return {name for answer in self.all for name in found(answer.body) - answer.typed}


def _may_show(endpoint: str, name: str) -> bool:
    if endpoint in PATIENT_PAGES:
        return True
    return (endpoint in LISTS and name == "subject") or (endpoint in LOG_PAGES and name in NUMBERS)


def opened(cookie: str) -> str:
    """What a session cookie says: it is signed and not secret."""
    payload = cookie.partition("=")[2].lstrip(".").partition(".")[0]
    raw = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    return (zlib.decompress(raw) if cookie.partition("=")[2].startswith(".") else raw).decode("utf-8", "replace")


class Logged(logging.Handler):
    """Every line of every logger, with its traceback."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextmanager
def all_logged() -> Iterator[list[str]]:
    """What is our own to the last detail, the libraries' and the database's as far as INFO."""
    handler, root = Logged(), logging.getLogger()
    loggers = [logging.getLogger(name) for name in logging.root.manager.loggerDict] + [root]
    before = {logger: logger.level for logger in loggers}
    root.addHandler(handler)
    for logger in loggers:
        logger.setLevel(logging.DEBUG if logger.name.startswith("lcweb") else logging.INFO)
    try:
        yield handler.lines
    finally:
        root.removeHandler(handler)
        for logger, level in before.items():
            logger.setLevel(level)


class Story:
    """A clinic asks home care about a patient, in three threads, and every field that there is gets its word."""

    def __init__(self, app: Flask, clock: Clock) -> None:
        self.world, self.clock = make_world(app, clock), clock
        self.anna, self.karin = Visitor(app, self.world.clinic), Visitor(app, self.world.reader)
        with app.app_context():
            unit_id = self.world.unit_id
            self.desk = user(role=Role.RECEPTIONIST, unit_id=unit_id)
            self.manager = user(role=Role.UNIT_MANAGER, licensed=True, unit_id=unit_id)
        self.answered = self.asked()

    def asked(self) -> int:
        """One more thread."""
        typed = letter(
            self.karin.unit_id, new_thread="ja", patient_id=PATIENT, patient_name=f"{TOKENS['patient_name']} Testsson",
            subject=TOKENS["subject"], body=f"{TOKENS['body']} ska badas.", disclosure_basis="other",
            disclosure_words=TOKENS["disclosure_words"],
        )  # fmt: skip
        self.done(self.anna, "/arenden/ny", **typed)
        with self.anna.context():
            return rows(Thread)[-1].id

    def done(self, person: Visitor, url: str, **fields: Any) -> str:
        """Where the answer leads."""
        answer = person.send(url, **fields)
        assert answer.status_code == 303, (url, answer.status_code)
        return answer.location

    def move(self, thread_id: int, move: str, **fields: Any) -> None:
        version = self.world.version(thread_id)
        self.done(self.karin, f"/arenden/{thread_id}/{move}", version=version, **fields)

    def tell(self) -> None:
        first = self.answered
        assert self.karin.fetch(f"/arenden/{first}").status_code == 200
        self.move(first, "svara", body=f"{TOKENS['answer']}, vi kommer.")
        assert self.anna.fetch(f"/arenden/{first}").status_code == 200
        with self.karin.context():
            own = rows(Message, thread_id=first)[-1].id
        self.move(first, "ratta", message=own, correction=TOKENS["correction"])
        self.move(first, "anteckning", note=TOKENS["note"])
        self.move(first, "utkast", body=TOKENS["reply draft"])
        returned = self.asked()
        self.move(returned, "atersand", reason="wrong_recipient", words=TOKENS["returned"])
        assert self.anna.fetch(f"/arenden/{returned}").status_code == 200
        self.forwarded = self.asked()
        self.move(self.forwarded, "vidarebefordra", recipient_unit=self.world.elsewhere, reason="other_area",
                  words=TOKENS["forwarded"])  # fmt: skip
        self.asked()
        draft = letter(
            self.anna.unit_id, patient_id=DRAFT_PATIENT, patient_name=TOKENS["draft name"],
            subject=TOKENS["draft subject"], body=TOKENS["letter draft"],
        )  # fmt: skip
        self.letter = self.done(self.karin, "/arenden/ny/utkast", **draft)
        for asked in ({"words": TOKENS["search words"]}, {"words": "plantkropp"}, {"patient_id": PATIENT}):
            assert self.karin.send("/sok", **asked).status_code == 200

    def ask_everything(self) -> None:
        """Every address, by each who gets something there; those of a thread, and what nobody gets, by all."""
        people = {"nurse": self.karin, "writer": self.anna}
        with self.world.app.app_context():
            actors = {
                name: PEOPLE[name](self.world) for name in ("nobody", "manager", "lists", "admin", "log", "third")
            }
        people |= {name: Visitor(self.world.app, actor) for name, actor in actors.items()}
        for (method, endpoint), expected in EXPECTED.items():
            getting = [name for name in people if expected[name] not in NOTHING]
            for name in people if self.world.has_thread(endpoint) or not getting else getting:
                if method == "GET":
                    people[name].fetch(routes.address(self.world, endpoint, self.answered))
        for address in ("/inkorg?vy=vantar", "/inkorg?vy=avslutade", "/poll/inkorg?vy=vantar&d=x", "/poll/meny?d=x",
                        f"/poll/arenden/{self.answered}?d=x", f"/arenden/{self.answered}/utskrift?anteckningar=ja",
                        self.letter, f"/arenden/{self.forwarded}"):  # fmt: skip
            for person in (self.karin, self.anna):
                person.fetch(address)

    def review(self) -> None:
        """Who reviews the log sees numbers, and that has its row. Somebody asks for the month's report."""
        with self.world.app.app_context():
            organization_id = row(Unit, id=self.world.unit_id).organization_id
            reviewer = user(role=Role.LOG_REVIEWER, organization_id=organization_id)
            manager = user(role=Role.UNIT_MANAGER, unit_id=self.world.unit_id, email="chef@lcweb.test")
            report_wishes.ask(manager, Place(unit_id=self.world.unit_id), now=self.world.clock.now)
        visitor = Visitor(self.world.app, reviewer)
        assert PATIENT in visitor.send("/logg", unit=str(self.world.unit_id)).text


def provoke(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every error page, each after something about the patient was typed or was at hand."""
    karin, address = story.karin, f"/arenden/{story.answered}"
    typed = {"body": f"{TOKENS['refused body']} {PATIENT}", "version": story.world.version(story.answered)}
    karin.fetch("/inkorg?vy=%00")
    karin.send(f"{address}/ta", csrf_token=None, **typed)
    Visitor(karin.app, story.desk).send(f"{address}/svara", **typed)
    with karin.context():
        third = user("Cecilia Dahl")
    Visitor(karin.app, third).send(f"{address}/svara", **typed)
    karin.send("/inkorg", **typed)
    karin.send(f"{address}/svara", **typed | {"version": "0"})
    Visitor(karin.app, story.manager).send(f"{address}/lamna-tillbaka", **typed)
    karin.send(f"{address}/svara", **typed | {"note": "x" * 1_100_000})
    karin.client.post(f"{address}/svara", data=typed, content_type="multipart/form-data")
    karin.fetch(address, **{"Sec-Purpose": "prefetch"})
    for _ in range(12):
        Visitor(karin.app, None).send("/logga-in", username=PATIENT, password=TOKENS["refused body"])
    said = " ".join(TOKENS.values())
    with monkeypatch.context() as broken:
        broken.setattr(threads, "reply", failing(RuntimeError(said)))
        karin.send(f"{address}/svara", **typed)
    with monkeypatch.context() as broken:
        broken.setattr(Engine, "connect", failing(OperationalError(said, {"body": said}, Exception(said))))
        karin.fetch(address)
        karin.fetch("/halsa")
    story.clock.forward(minutes=31)
    karin.send(f"{address}/svara", **typed)


def failing(error: Exception) -> Callable[..., None]:
    def fail(*_args: object, **_fields: object) -> None:
        raise error

    return fail


def mails(settings: Settings, app: Flask, clock: Clock) -> Iterator[tuple[str, str]]:
    """(kind, all of the mail), from the worker's rounds of days on which nobody does anything."""
    for day, clock_time in product(DAYS, ("08:05", "08:35", "11:05", "15:05")):
        clock.set(f"{day} {clock_time}")
        with app.app_context():
            worker.one_round(settings, now=clock.now, holder="one")
    for path in settings.mail_folder.glob("*.eml"):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        headers = " ".join(f"{name}: {value}" for name, value in mail.items())
        yield next(kind for kind in Kind if f"-{kind}-" in path.name), f"{path.name} {headers} {mail.get_content()}"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Of which every kind of mail arises within the days."""
    return replace(settings, admin_email="admin@lcweb.test", rules=replace(settings.rules, review_days=1))


def test_what_is_planted_about_a_patient_stands_in_the_threads_own_pages_alone(
    bare_app: Flask,
    settings: Settings,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    bare_app.config["PROPAGATE_EXCEPTIONS"] = False  # as in operation: what a view raises becomes a page
    story, answers = Story(bare_app, clock), Answers()
    with request_finished.connected_to(answers.note, bare_app), all_logged() as lines:
        story.tell()
        story.ask_everything()
        story.review()
        provoke(story, monkeypatch)
        sent = [*mails(settings, bare_app, clock)]
    assert {*answers.faults()} == set()
    assert {kind for kind, _ in sent} == {*Kind}
    assert [kind for kind, mail in sent if found(mail)] == []
    assert len(lines) > 1000, "nothing logged proves nothing"
    assert [line for line in lines if found(line)] == []
    assert found("".join(capfd.readouterr())) == set()
    assert answers.shown() == {*TOKENS} - NEVER_SHOWN
    assert {route for route in EXPECTED if route[0] == "GET"} <= answers.asked()
    assert {400, 401, 403, 404, 405, 409, 413, 415, 429, 500, 503} <= {answer.status for answer in answers.all}


def test_the_proof_would_find_a_word_anywhere(bare_app: Flask, clock: Clock) -> None:
    answers = Answers()
    with bare_app.test_request_context(f"/x?q={PATIENT}"):
        body = f'<title>Plantamne</title><a href="/?n=1890010198-02">x</a><p>{TOKENS["note"]}</p>'
        answers.note(bare_app, Response(body, 404, mimetype="text/html", headers={"Location": "/Plantsvar"}))
    places = {finding.partition(": ")[2] for finding in answers.faults()}
    assert places == {
        "patient_id in the address", "subject in the title", "patient_id in href", "answer in Location", "note",
        "subject", "patient_id",
    }  # fmt: skip
