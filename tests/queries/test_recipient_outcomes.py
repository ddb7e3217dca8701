"""What became of what was sent by the rows of a recipient list."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from lcweb.db import release_reading
from lcweb.domain.permissions import Actor, operator
from lcweb.domain.recipients import CaseType
from lcweb.models import Message
from lcweb.queries.recipient_outcomes import Outcome, outcomes
from lcweb.services import recipients, threads
from lcweb.services.recipients import NewEntry
from tests.at import at, day
from tests.factories import LONG_AGO, RULES, pair, thread, unit, user, version_of
from tests.rows import row
from tests.web.visits import statements

MONDAY = at("Mon 2026-11-16 09:00")
TUESDAY = at("Tue 2026-11-17 09:00")


def entry(unit_id: int, area: str, **changes: Any) -> int:
    values = {"municipality": "Halmstad", "case_type": CaseType.GENERAL, "position": 1}
    values["valid_from"] = day("Mon 2026-01-05")
    return recipients.add_entry(operator(), NewEntry(unit_id=unit_id, area=area, **(values | changes)), now=LONG_AGO)


@dataclass
class Scene:
    """A clinic, a home care unit that stands in two rows, and a third unit."""

    sender: Actor
    recipient: Actor
    third: Actor
    norr: int
    aled: int
    sent: int = field(default=0)

    def send(self, row_id: int, *moves: str, now: datetime = MONDAY) -> int:
        thread_id = thread(
            self.sender, self.recipient.require_unit(), now=now, municipality="Halmstad", recipient_entry_id=row_id
        )
        for move in moves:
            self.move(thread_id, move)
        return thread_id

    def move(self, thread_id: int, move: str) -> None:
        actors = {"sender": self.sender, "recipient": self.recipient, "third": self.third}
        who, does, *more = move.split()
        known = {"words": "Bor på annat håll.", "version": version_of(thread_id), "now": TUESDAY, "rules": RULES}
        if does == "returns":
            threads.give_back(actors[who], thread_id, suggested_unit_id=None, reason=more[0], **known)
        else:
            to = actors[more[0]].unit_id
            threads.forward(actors[who], thread_id, unit_id=to, reason="other_area", **known)


@pytest.fixture
def scene(app: Flask) -> Scene:
    sender, recipient = pair()
    third = user("Cecilia Dahl", unit_id=unit("Hemsjukvård Söder"))
    norr, aled = (entry(recipient.require_unit(), area) for area in ("Norr", "Åled"))
    return Scene(sender, recipient, third, norr, aled)


def told(case_type: CaseType = CaseType.GENERAL, municipality: str = "Halmstad") -> dict[int, Outcome]:
    release_reading()
    return outcomes(municipality, case_type, since=MONDAY)


def test_each_row_has_what_was_sent_by_it(scene: Scene) -> None:
    scene.send(scene.norr)
    for _ in range(2):
        scene.send(scene.aled)
    thread(scene.sender, scene.recipient.require_unit(), now=MONDAY)
    assert told() == {scene.norr: Outcome(1, 0, 0), scene.aled: Outcome(2, 0, 0)}
    assert told(CaseType.SINGLE_HOME_VISIT) == told(municipality="Hylte") == {}


@pytest.mark.parametrize(
    ("moves", "wrong", "forwarded"),
    [
        ("recipient returns wrong_recipient", 1, 0),
        ("recipient returns other", 0, 0),
        ("recipient forwards third", 0, 1),
        ("recipient returns wrong_recipient, sender forwards third", 1, 0),
        ("recipient returns other, sender forwards third, third forwards recipient", 0, 1),
        ("recipient forwards third, third returns wrong_recipient", 1, 1),
        ("recipient forwards third, third forwards recipient", 0, 1),
        ("recipient returns wrong_recipient, sender forwards recipient, recipient returns wrong_recipient", 1, 0),
    ],
)
def test_threads_are_counted_and_not_their_moves(scene: Scene, moves: str, wrong: int, forwarded: int) -> None:
    """What the sender sends on after a return is no forward."""
    scene.send(scene.aled, *moves.split(", "))
    scene.send(scene.norr)
    assert told() == {scene.aled: Outcome(1, wrong, forwarded), scene.norr: Outcome(1, 0, 0)}


def test_since_then_and_no_voided_ones(scene: Scene) -> None:
    scene.send(scene.norr, now=at("Fri 2026-11-13 09:00"))
    voided = scene.send(scene.norr, "recipient returns wrong_recipient")
    message = row(Message, thread_id=voided).id
    threads.void(scene.sender, voided, message, reason="wrong_patient", now=TUESDAY)
    assert told() == {}


def test_two_statements_whatever_has_happened(scene: Scene) -> None:
    for _ in range(3):
        scene.send(scene.norr, "recipient forwards third")
    with statements() as asked:
        assert told() == {scene.norr: Outcome(3, 0, 3)}
    assert len(asked) == 2
