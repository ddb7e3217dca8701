"""People at their browsers, what they type there, and what that leaves in the tables."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine
from werkzeug.test import TestResponse

from lcweb.db import reading
from lcweb.domain.permissions import Actor
from lcweb.models import User
from lcweb.prepared import Prepared
from tests.factories import PASSWORD, PATIENT
from tests.page import Browser, Page
from tests.rows import everything, row

#: The fixture that starts a thread; its id.
Write = Callable[..., int]
#: What the patient of a `letter` or a factory's thread must not be found by in lists and polls (P2).
IDENTITY = ("Tove", "Testsson", "20000101", "2384", "000101")


#: Buttons of every page for who acts from a unit: two in its top row, one that waits for the session's end.
FRAME = {"Byt person", "Fortsätt arbeta", "Logga ut"}


class Visitor(Browser):
    """A browser and who sits at it; None signs in nobody. No page is on screen yet, and the inbox is not read."""

    def __init__(self, app: Flask, actor: Actor | None) -> None:
        super().__init__(app)
        self.person = actor
        if actor:
            self.get("/logga-in")
            answer = self.send("/logga-in", username=self.username, password=PASSWORD)
            assert answer.status_code == 303
            self.page = None

    @property
    def actor(self) -> Actor:
        assert self.person
        return self.person

    @property
    def unit_id(self) -> int:
        return self.actor.require_unit()

    @property
    def username(self) -> str:
        with self.context():
            return row(User, id=self.actor.user_id).username

    @property
    def token(self) -> str | None:
        """The form token of the page on screen; without one a page is fetched that everybody may see."""
        return (self.page or self.get("/hjalp")).csrf_token

    def fetch(self, url: str, **headers: str) -> TestResponse:
        """The bare answer, no redirect followed; what is on screen stays."""
        return self.client.get(url, headers=headers, buffered=True)

    def send(self, url: str, **fields: Any) -> TestResponse:
        """The bare answer to a POST, no redirect followed; what is on screen stays."""
        data = {name: value for name, value in {"csrf_token": self.token, **fields}.items() if value is not None}
        return self.client.post(url, data=data)

    def post(self, url: str, *, csrf: bool = True, **options: Any) -> Page:
        token = self.token if csrf else None
        return super().post(url, csrf=False, **{"csrf_token": token} | options)

    def press(self, words: str, /, **typed: Any) -> Page:
        """Fills in the form on screen that the button belongs to, and sends it as a browser does."""
        address, fields = self.filled_in(words, **typed)
        return self.post(address, **fields)

    def filled_in(self, words: str, /, **typed: Any) -> tuple[str, dict[str, str]]:
        """Where that form goes and what it holds, not sent."""
        assert self.page
        button = next(
            button for button in self.page.root.find_all("button") if words in (button.text, button.get("id"))
        )
        form = self.page.root.get_one(id=button["form"]) if button.get("form") else button.within("form")
        assert form
        fields = replace(self.page, root=form).values() | typed
        if button.get("name"):
            fields[button["name"]] = button.get("value")
        return button.get("formaction") or form["action"], fields


def letter(unit_id: int, **changes: Any) -> dict[str, Any]:
    """The compose page's fields, filled in without a fault; None leaves one out, as an unticked box does."""
    filled = {
        "submission_id": str(uuid4()),
        "municipality": "",
        "case_type": "general",
        "recipient_unit": str(unit_id),
        "patient_id": PATIENT,
        "patient_name": "Tove Testsson",
        "subject": "Såromläggning",
        "body": "Kan ni lägga om såret på måndag?",
        "expects_reply": "ja",
        "disclosure_basis": "consent",
        "disclosure_words": "",
        "not_acute": "ja",
    }
    return filled | changes


def refused(page: Page, status: int = 400) -> dict[str, str]:
    """The compose page's error summary, field → sentence; checked to say so and to lead somewhere."""
    assert (page.status, page.heading) == (status, "Nytt meddelande")
    summary = page.root.get_one(id="error-summary")
    assert summary.get_one("h2").text.startswith("Meddelandet är inte skickat")
    assert ("autofocus" in summary.attributes, summary["role"]) == (True, "alert")
    links = {link["href"].removeprefix("#"): link.text for link in summary.find_all("a")}
    assert [anchor for anchor in links if not page.root.find(id=anchor)] == []
    return {anchor.partition("-")[0]: sentence for anchor, sentence in links.items()}


@contextmanager
def writes(app: Flask) -> Iterator[set[str]]:
    """Afterwards: the tables whose rows are not what they were."""
    changed: set[str] = set()
    with app.app_context():
        before = everything()
    yield changed
    with app.app_context():
        after = everything()
    changed.update(name for name, rows in after.items() if rows != before[name])


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is asked of the database, without the bounds of transactions."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.split()[0] not in ("BEGIN", "COMMIT", "ROLLBACK"):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    glanced = Prepared.bound
    try:
        with patch.object(Prepared, "bound", lambda one, values: seen.append(one.text) or glanced(one, values)):
            yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def steps_of(asked: list[str]) -> list[str]:
    """By which SQLite answers these statements."""
    return [
        step.detail
        for statement in asked
        for step in reading().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", (None,) * statement.count("?"))
    ]
