"""Nothing that a person can send makes the app fail: generated inputs for every form and query, on both databases."""

import logging
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from random import Random
from time import perf_counter
from traceback import extract_tb
from typing import Any

import click
import pytest
from flask import Flask, got_request_exception
from werkzeug.test import TestResponse

from lcweb.db import db
from lcweb.domain.errors import Conflict, NotAllowed, NotFound, Refused
from lcweb.services import search
from tests import routes
from tests.clock import Clock
from tests.nonsense import INJECTED, MARKUP, Nonsense, Request
from tests.test_every_route import EXPECTED, PEOPLE, SIGNED_OUT, reader_of
from tests.web.test_errors import NAMES
from tests.web.visits import Visitor
from tests.web.world import make_world

SEED = 20261117
#: Inputs after which everything begins anew: what got through has changed the world that the others are meant for.
TOGETHER = 250
#: What an answer may be.
TYPES = {
    "text/html", "text/css", "application/json", "text/csv", "text/plain", "",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
Route = tuple[str, str]
#: What says that the inputs before have left nothing to do something faultless with.
GONE = (LookupError, AssertionError, Conflict, NotAllowed, NotFound, Refused)


class Trial:
    """One world and the people at their browsers in it."""

    def __init__(self, app: Flask, clock: Clock, nonsense: Nonsense) -> None:
        self.world = make_world(app, clock)
        self.nonsense, self.random = nonsense, nonsense.random
        self.visitors: dict[str, Visitor] = {}
        self.threads: dict[Visitor, int] = {}
        self.valid: dict[str, dict[str, Any]] = {}

    def prepared(self, route: Route) -> tuple[Visitor, Request]:
        """A faultless request of a fitting person, spoilt. Raises what GONE names when this world has none left."""
        visitor = self._who(route[1])
        request = self._faultless(route, visitor)
        if route[0] == "POST":
            request.form.append((b"csrf_token", (visitor.token or "").encode()))
        self.nonsense.spoil(request, [*NAMES.get(route, ()), "csrf_token"])
        return visitor, request

    def send(self, visitor: Visitor, request: Request) -> TestResponse:
        answer = self._sent(visitor, request)
        if answer.status_code == 401 or answer.location == "/logga-in":
            self.visitors = {name: other for name, other in self.visitors.items() if other is not visitor}
        return answer

    def _who(self, endpoint: str) -> Visitor:
        """Mostly somebody who may; nobody signs in twice."""
        name = reader_of(endpoint) if self.random.random() < 0.85 else self.random.choice([*PEOPLE])
        name = "nobody" if endpoint.startswith(SIGNED_OUT) and self.random.random() < 0.8 else name
        if name not in self.visitors:
            with self.world.app.app_context():
                person = PEOPLE[name](self.world)
            self.visitors[name] = Visitor(self.world.app, person)
        return self.visitors[name]

    def _faultless(self, route: Route, visitor: Visitor) -> Request:
        method, endpoint = route
        thread_id = self._thread(visitor) if self.world.has_thread(endpoint) else 0
        request = Request(method, routes.address(self.world, endpoint, thread_id))
        for field, value in self._typed(endpoint, thread_id).items() if method == "POST" else ():
            if isinstance(value, tuple):
                request.file = (field, value[1], value[0].getvalue())
            else:
                request.form.append((field.encode(), str(value).encode()))
        self.nonsense.known |= dict.fromkeys(value for _, value in request.form if len(value) < 99)
        return request

    def _typed(self, endpoint: str, thread_id: int) -> dict[str, Any]:
        """As it was before, once nothing faultless is left to do there."""
        try:
            typed = routes.fields(self.world, endpoint, thread_id)
        except GONE:
            return self.valid.get(endpoint, {})
        return self.valid.setdefault(endpoint, {}) | typed

    def _thread(self, visitor: Visitor) -> int:
        """One that the person may handle, in one of its states; a new one now and then."""
        if visitor not in self.threads or self.random.random() < 0.15:
            fresh = self.random.random() < 0.3
            self.threads[visitor] = self.world.new_thread() if fresh else self.world.thread_for(visitor.person)
        return self.threads[visitor]

    def _sent(self, visitor: Visitor, request: Request) -> TestResponse:
        content, content_type = request.content() if request.method != "GET" else (b"", "")
        headers = request.headers + ([("Content-Type", content_type)] if content_type else [])
        client = visitor.client
        if self.random.random() < 0.02:
            client = self.world.app.test_client(use_cookies=False)
            headers.append(("Cookie", self._cookie(visitor)))
        return client.open(
            request.path, method=request.method, query_string=request.query_string, data=content, headers=headers,
            buffered=True,
        )  # fmt: skip

    def _cookie(self, visitor: Visitor) -> str:
        own = visitor.client.get_cookie("lcweb")
        value = own.value.encode() if own else b""
        typed = self.random.choice((b"lcweb=", b"lcweb=" + value + b"; lcweb=", b"x=1; lcweb=", b"", b"session="))
        return (typed + self.nonsense.value(value)[:4000]).replace(b"\r", b"").replace(b"\n", b"").decode("latin-1")


class Findings:
    """What was asked and answered, and what must not have been."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.drawn: Counter[Route] = Counter()
        self.answers: Counter[int] = Counter()
        self.slowest: list[tuple[float, str, str]] = []
        self.wrong: dict[str, str] = {}
        self.raised: list[str] = []
        got_request_exception.connect(self._note, app)

    def _note(self, _app: Flask, exception: BaseException, **_more: object) -> None:
        last = extract_tb(exception.__traceback__)
        ours = [frame for frame in last if "/lcweb/" in frame.filename and ".venv" not in frame.filename] or last
        self.raised.append(f"{type(exception).__name__} at {ours[-1].filename}:{ours[-1].lineno}: {exception}"[:400])

    def judge(self, route: Route, request: Request, answer: TestResponse, records: list[logging.LogRecord]) -> None:
        self.drawn[route] += 1
        self.answers[answer.status_code] += 1
        for fault in self._faults(answer, records):
            self.wrong.setdefault(f"{route[1]}: {fault}", str(request))

    def _faults(self, answer: TestResponse, records: list[logging.LogRecord]) -> Iterator[str]:
        yield from self.raised
        self.raised.clear()
        if answer.status_code >= 500:
            yield f"answers {answer.status_code}"
        yield from (f"logs {record.getMessage()}" for record in records if record.levelno >= logging.ERROR)
        yield from (f"logs a traceback of {record.exc_info[0]}" for record in records if record.exc_info)
        if answer.mimetype not in TYPES:
            yield f"answers {answer.mimetype}"
        if "default-src 'none'" not in answer.headers.get("Content-Security-Policy", ""):
            yield "has no policy"
        if answer.mimetype == "text/html" and MARKUP in answer.data:
            yield "shows typed text as markup"
        if any(INJECTED.decode() in value for _, value in answer.headers):
            yield "has a header of somebody else's"

    def timed(self, seconds: float, route: Route, request: Request) -> None:
        self.slowest = sorted([*self.slowest, (seconds, route[1], str(request)[:300])], reverse=True)[:5]

    def passed(self) -> float:
        """The share that was done, or refused for what it said: the others stayed outside."""
        return sum(self.answers[status] for status in (200, 303, 400, 409)) / self.drawn.total()

    def report(self) -> str:
        answers = ", ".join(f"{status}: {count}" for status, count in sorted(self.answers.items()))
        slowest = "".join(f"\n  {seconds:.2f} s {name} {sent[:120]!r}" for seconds, name, sent in self.slowest)
        return f"{self.drawn.total()} inputs, seed {SEED}; answers {answers}; the slowest: {slowest}"


@pytest.fixture
def renewed(bare_app: Flask, database_url: str, request: pytest.FixtureRequest) -> Callable[[], None]:
    """Empties the database."""

    def renew() -> None:
        if not database_url.startswith("sqlite"):
            request.getfixturevalue("postgresql").fresh()
            return
        with bare_app.app_context():
            db.engine.dispose()
        path = Path(database_url.removeprefix("sqlite:///"))
        for old in path.parent.glob(f"{path.name}*"):
            old.unlink()
        shutil.copy(request.getfixturevalue("sqlite_template"), path)

    return renew


@pytest.mark.prove
def test_nothing_a_person_can_send_makes_the_app_fail(
    bare_app: Flask,
    clock: Clock,
    renewed: Callable[[], None],
    caplog: pytest.LogCaptureFixture,
    scale: Callable[[int, int], int],
) -> None:
    """Each address in turn, forms twice as often. What fails is collected: one run finds all of it."""
    bare_app.config["PROPAGATE_EXCEPTIONS"] = False  # as in operation: what a view raises becomes a page
    rounds = [*EXPECTED, *(route for route in EXPECTED if route[0] == "POST")]
    count = scale(len(rounds), 50_000)
    nonsense, findings = Nonsense(Random(SEED)), Findings(bare_app)

    def begun() -> Trial:
        renewed()
        return Trial(bare_app, clock, nonsense)

    trial = begun()
    for place, route in enumerate(islice(cycle(rounds), count), start=1):
        trial = begun() if place % TOGETHER == 0 else trial
        if not one_input(trial, route, findings, caplog):
            trial = begun()
            assert one_input(trial, route, findings, caplog)
    click.echo(findings.report())  # shown by -rP
    assert findings.wrong == {}
    assert findings.drawn.keys() == EXPECTED.keys()
    assert min(findings.drawn.values()) >= count // len(rounds)
    assert findings.passed() > 0.5


def one_input(trial: Trial, route: Route, findings: Findings, caplog: pytest.LogCaptureFixture) -> bool:
    """False: nothing was sent, for want of anything to spoil."""
    try:
        visitor, request = trial.prepared(route)
    except GONE:
        return False
    caplog.clear()
    before = perf_counter()
    answer = trial.send(visitor, request)
    findings.timed(perf_counter() - before, route, request)
    findings.judge(route, request, answer, caplog.records)
    return True


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_fault_would_be_found(
    bare_app: Flask, clock: Clock, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare_app.config["PROPAGATE_EXCEPTIONS"] = False
    trial, findings = Trial(bare_app, clock, Nonsense(Random(SEED))), Findings(bare_app)
    monkeypatch.setattr(search, "search", lambda *_args, **_fields: 1 / 0)
    for _ in range(12):
        assert one_input(trial, ("POST", "search.find"), findings, caplog)
    told = " ".join(findings.wrong)
    assert "search.find: ZeroDivisionError at " in told
    assert "search.find: answers 500" in told
    assert "search.find: logs ZeroDivisionError at " in told
