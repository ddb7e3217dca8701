"""What went wrong, said in Swedish; and the names by which views ask for what a person sends."""

import logging
from collections.abc import Callable
from itertools import product
from typing import Any, ClassVar

import pytest
from flask import Flask
from flask.wrappers import Request
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import ImmutableMultiDict

from lcweb.domain.hint_words import HintList
from lcweb.services import threads
from lcweb.web.errors import TEXT_FIELDS
from tests import routes
from tests.clock import Clock
from tests.hidden import given_away
from tests.page import Browser
from tests.test_every_route import EXPECTED, GETS, PEOPLE, READERS
from tests.web.visits import IDENTITY, Visitor, Write, letter, writes
from tests.web.world import World, make_world

LARGE = "x" * 1_100_000


# The pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ask", "status", "heading"),
    [
        (lambda v: v.get("/inkorg?vy=%00"), 400, "Det gick inte att läsa det du skickade"),
        (lambda v: v.post("/arenden/1/ta", csrf=False), 400, "Det gick inte att läsa det du skickade"),
        (lambda v: v.get("/finns-inte"), 404, "Sidan finns inte"),
        (lambda v: v.post("/inkorg"), 405, "Sidan kan inte användas så"),
        (lambda v: v.post("/arenden/1/lamna-tillbaka"), 409, "Någon annan hann före"),
        (lambda v: v.post("/arenden/1/svara", body=LARGE), 413, "Det du skickade är för stort"),
        (lambda v: v.get("/inkorg", headers={"Sec-Purpose": "prefetch"}), 503, "Tjänsten går inte att använda just nu"),
    ],
)
def test_each_error_has_a_page_in_swedish_that_leads_home(
    karin: Visitor, write: Write, ask: Callable[[Visitor], Any], status: int, heading: str
) -> None:
    write()
    page = ask(karin)
    assert (page.status, page.heading) == (status, heading)
    assert page.links()["Till startsidan"] == "/"
    assert "Karin B. Byt person Logga ut" in page.text
    assert given_away((*IDENTITY, "Såromläggning"), page.body) == []


def test_a_405_says_what_is_allowed(karin: Visitor) -> None:
    assert set(karin.send("/inkorg").headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


UNKNOWN = (
    "/arenden/0", "/arenden/-1", "/arenden/99999999999999999999", "/arenden/2147483648", "/arenden/2147483647",
    "/arenden/1.5", "/arenden/x", "/arenden/%00", "/arenden/%ff", "/arenden/1/", "/arenden/1/x", "/arenden/",
    "/poll/arenden/0", "/poll", "/INKORG", "/inkorg/", "/static/../app.py", "/static/..%2fapp.py", "/static/x",
    "/static/", "/.env", "/admin", "/%0d%0aSet-Cookie:x", "/ä", "/{{7*7}}",
)  # fmt: skip


def test_an_unknown_address_is_404_with_a_page(karin: Visitor) -> None:
    pages = {url: karin.get(url) for url in UNKNOWN}
    assert {url: page.heading for url, page in pages.items()} == dict.fromkeys(UNKNOWN, "Sidan finns inte")
    assert [url for url, page in pages.items() if page.status != 404 or "7*7" in page.body] == []


@pytest.mark.parametrize("name", ["nurse", "nobody"])
def test_no_other_method_shows_or_writes_anything(world: World, name: str) -> None:
    """HEAD shows nothing, so it opens and reads nothing; OPTIONS tells as much of any thread as of one that is not."""
    visitor = Visitor(world.app, world.reader if name == "nurse" else None)
    thread_id = world.new_thread()
    with writes(world.app) as changed:
        for method, endpoint in product(("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "X"), GETS):
            answer = visitor.client.open(routes.address(world, endpoint, thread_id), method=method, buffered=True)
            assert answer.status_code in (200, 303, 401, 404, 405), (method, endpoint)
            assert "Såromläggning" not in answer.text
            strange = visitor.client.open(routes.address(world, endpoint, 999), method=method, buffered=True)
            assert strange.status_code == answer.status_code, (method, endpoint)
    assert changed == set()


# Text that would be lost ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["/arenden/ny", "/arenden/1/svara"])
def test_after_the_session_s_end_a_letter_is_given_back_to_copy(
    karin: Visitor, write: Write, clock: Clock, url: str
) -> None:
    write()
    karin.get("/arenden/ny")
    clock.forward(minutes=31)
    with writes(karin.app) as changed:
        page = karin.post(url, **letter(karin.unit_id, body="En lång text,\r\nså som den skrevs.\n\n<b>"))
    assert (page.status, page.heading) == (401, "Du har blivit utloggad")
    assert page.root.get_one(id="typed").children == ["\nEn lång text,\r\nså som den skrevs.\n\n<b>"]
    assert "readonly" in page.root.get_one(id="typed").attributes
    assert page.links()["Logga in"] == "/"
    assert changed == set()


def test_a_fragment_asked_for_after_the_end_sends_the_whole_page_to_the_sign_in(karin: Visitor, clock: Clock) -> None:
    karin.get("/arenden/ny")
    clock.forward(minutes=31)
    answer = karin.client.post(
        "/arenden/ny/mottagare", data={"csrf_token": karin.token}, headers={"HX-Request": "true"}
    )
    assert (answer.status_code, answer.headers["HX-Redirect"], answer.data) == (401, "/logga-in", b"")


@pytest.mark.parametrize("signed_in", [True, False])
def test_what_is_too_large_is_refused_and_never_breaks_the_page(karin: Visitor, signed_in: bool) -> None:
    visitor = karin if signed_in else Visitor(karin.app, None)
    urls = ("/arenden/ny", "/arenden/1/svara", "/arenden/1/ta", "/inkorg/genomgangen", "/inkorg", "/finns-inte",
            "/logga-in", "/logga-ut")  # fmt: skip
    got = {url: visitor.post(url, body=LARGE).status for url in urls}
    assert [url for url, status in got.items() if status not in (401, 404, 405, 413)] == []
    assert got["/logga-in"] == 413


@pytest.mark.parametrize(
    "body", ["1", "[[1]]", "[" * 20_000, '{"body": 1, "patient_id": ["2"], "csrf_token": {}}', "{"]
)
@pytest.mark.parametrize("content_type", ["application/json", "application/vnd.lcweb+json; charset=utf-16"])
def test_json_is_no_form(karin: Visitor, body: str, content_type: str) -> None:
    """Flask-WTF would take it for one: 500 for a number, and values of any type past the token that was checked."""
    with writes(karin.app) as changed:
        for url in ("/arenden/ny", "/arenden/ny/utkast", "/sok", "/logga-in", "/inkorg/genomgangen", "/logga-ut"):
            headers = {"X-CSRFToken": karin.token}
            answer = karin.client.post(url, data=body, content_type=content_type, headers=headers)
            assert (answer.status_code, "Det gick inte att läsa det du skickade" in answer.text) == (400, True), url
    assert changed == set()


# When the app itself fails --------------------------------------------------------------------------------------------


def boom(*_args: object, **_kwargs: object) -> None:
    raise RuntimeError("Tove Testsson 20000101-2384")


def unreachable(*_args: object, **_kwargs: object) -> None:
    raise OperationalError("SELECT 'Tove Testsson'", {"patient": "20000101-2384"}, Exception("Tove Testsson"))


@pytest.fixture
def outside(bare_app: Flask) -> Flask:
    """As in operation: what a view raises becomes a page instead of reaching the test."""
    bare_app.config["PROPAGATE_EXCEPTIONS"] = False
    return bare_app


def test_a_fault_has_a_page_and_one_line_in_the_log_without_what_was_typed(
    outside: Flask, karin: Visitor, write: Write, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Its kind and place are logged; its own words may be the patient's."""
    karin.get(f"/arenden/{write()}")
    monkeypatch.setattr(threads, "reply", boom)
    caplog.set_level(logging.DEBUG)
    page = karin.press("Skicka svar", body="Tove Testsson mår bättre")
    assert (page.status, page.heading) == (500, "Något gick fel hos oss")
    (line,) = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert line.startswith("RuntimeError at ")
    assert line.endswith(f"{__name__.replace('.', '/')}.py:{boom.__code__.co_firstlineno + 1}, endpoint threads.reply")
    assert given_away((*IDENTITY, "mår bättre"), f"{caplog.text} {page.body}") == []


@pytest.mark.parametrize("url", ["/inkorg", "/arenden/1", "/poll/inkorg", "/finns-inte", "/hjalp", "/"])
def test_without_a_database_the_page_still_comes(
    outside: Flask, karin: Visitor, url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Engine, "connect", unreachable)
    page = karin.get(url)
    assert (page.status, page.heading) == (503, "Tjänsten går inte att använda just nu")
    assert "Ring enheten om ärendet inte kan vänta." in page.text
    assert given_away(IDENTITY, caplog.text) == []


def test_without_a_database_the_sign_in_page_still_comes(
    outside: Flask, web: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Engine, "connect", unreachable)
    assert web.get("/logga-in").status == 200
    assert web.post("/logga-in", username="karin", password="x").status == 503


def test_without_a_database_what_was_typed_is_given_back(
    outside: Flask, karin: Visitor, write: Write, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """And nothing of it is logged."""
    karin.get(f"/arenden/{write()}")
    address, fields = karin.filled_in("Skicka svar", body="Tove Testsson mår bättre")
    monkeypatch.setattr(Engine, "connect", unreachable)
    answer = karin.client.post(address, data=fields)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "det blir aldrig två meddelanden" in answer.text
    assert "Tove Testsson mår bättre</textarea>" in answer.text
    assert "Tove" not in caplog.text


# What views ask for: tests/test_inputs.py sends nonsense by these names -----------------------------------------------

LETTER = (
    "municipality", "case_type", "recipient_unit", "patient_id", "reserve_number", "reserve_type", "patient_name",
    "protected_identity", "subject", "body", "expects_reply", "disclosure_basis", "disclosure_words", "not_acute",
    "new_thread", "hints", "phrase", "submission_id", "draft_page", "draft_after",
)  # fmt: skip
MOVE = ("version", "submission_id", "hints")
REPLY = (
    "body", "expects_reply", "callback_day", "version", "hints", "phrase", "submission_id", "draft_page", "draft_after",
)  # fmt: skip
PHRASE = ("phrase", "unit", "title", "body")
#: Every name that a view or its form asks for; a test below finds what is missing here.
NAMES: dict[tuple[str, str], tuple[str, ...]] = {
    ("GET", "inbox.show"): ("vy", "visa", "sida"),
    ("GET", "poll.inbox_list"): ("vy", "visa", "sida", "d"),
    ("GET", "poll.menu"): ("d",),
    ("GET", "poll.thread"): ("d",),
    ("GET", "compose.new"): ("municipality", "case_type", "recipient_unit", "utkast"),
    ("POST", "drafts.save_letter"): LETTER,
    ("POST", "drafts.save_reply"): REPLY,
    ("POST", "drafts.discard_letter"): ("draft", *TEXT_FIELDS),
    ("POST", "threads.mark_opened"): ("up_to",),
    ("POST", "settings.change_list"): ("list", *HintList),
    ("GET", "phrases.show"): ("fras",),
    ("POST", "phrases.add"): PHRASE,
    ("POST", "phrases.change"): PHRASE,
    ("POST", "phrases.end"): PHRASE,
    ("GET", "print.show"): ("anteckningar",),
    ("POST", "search.find"): ("words", "patient_id", "unit", "from_day", "to_day", "status", "page"),
    ("POST", "sign_in.sign_in"): ("username", "password"),
    ("POST", "sign_in.switch_unit"): ("unit",),
    ("POST", "compose.send"): (*LETTER, "show_recipients", "continue_in", "insert_phrase", "insert_outline"),
    ("POST", "compose.recipient"): LETTER,
    ("POST", "threads.reply"): (*REPLY, "close", "insert_phrase"),
    ("POST", "threads.acknowledge"): ("back",),
    ("POST", "threads.claim"): ("back", "take_over"),
    ("POST", "threads.reopen"): ("back",),
    ("POST", "threads.transfer"): ("back",),
    ("POST", "threads.note"): (*MOVE, "note", "back"),
    ("POST", "threads.forward"): (*MOVE, "recipient_unit", "reason", "words"),
    ("POST", "threads.give_back"): (*MOVE, "suggested_unit", "reason", "words"),
    ("POST", "threads.withdraw"): (*MOVE, "message", "back"),
    ("POST", "threads.void"): (*MOVE, "message", "reason"),
    ("POST", "threads.correct"): (*MOVE, "message", "correction"),
    ("POST", "threads.release"): ("back",),
    ("POST", "threads.close"): REPLY,
} | routes.gathered("NAMES")


def reader(world: World, endpoint: str) -> Visitor:
    """Who may see that page."""
    with world.app.app_context():
        return Visitor(world.app, PEOPLE[READERS[endpoint]](world) if endpoint in READERS else world.reader)


@pytest.fixture
def world(bare_app: Flask, clock: Clock) -> World:
    return make_world(bare_app, clock)


class Noting(ImmutableMultiDict):
    """Fields that remember what they were asked for."""

    asked: ClassVar[set[str]] = set()

    def get(self, key: Any, *rest: Any, **options: Any) -> Any:
        self.asked.add(key)
        return super().get(key, *rest, **options)

    def getlist(self, key: Any, *rest: Any, **options: Any) -> Any:
        self.asked.add(key)
        return super().getlist(key, *rest, **options)

    def __contains__(self, key: object) -> bool:
        self.asked.add(str(key))
        return super().__contains__(key)


class NotingRequest(Request):
    parameter_storage_class = Noting


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_table_of_names_is_whole(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world.app, "request_class", NotingRequest)
    missing = {}
    for route in EXPECTED:
        visitor, thread_id = reader(world, route[1]), world.thread_for(world.reader)
        visitor.get("/hjalp")
        monkeypatch.setattr(Noting, "asked", set())
        routes.ask(world, *route, visitor, thread_id)
        missing[route] = Noting.asked - {"csrf_token", *NAMES.get(route, ())}
    assert {route: names for route, names in missing.items() if names} == {}
