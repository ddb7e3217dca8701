"""Driftläge: what runs, and where nobody seems to be at home."""

import pytest
from flask import Flask

from lcweb.db import transaction
from lcweb.domain.permissions import Role
from lcweb.models import Lease
from lcweb.services import follow_up, readings
from tests.at import at
from tests.clock import Clock
from tests.factories import RULES, unit, user
from tests.web.visits import Visitor


@pytest.fixture
def admin(bare_app: Flask, clock: Clock) -> Visitor:
    with bare_app.app_context():
        return Visitor(bare_app, user("Ada Min", role=Role.SYSTEM_ADMIN))


def beat(moment: str) -> None:
    with transaction() as session:
        session.add(Lease(name="worker", holder="a", beat_at=at(moment), expires_at=at(moment)))


def test_a_worker_that_never_started_is_said_first(admin: Visitor) -> None:
    page = admin.get("/admin/drift")
    assert page.heading == "Driftläge" and "Har aldrig startat Starta den: inga påminnelser skickas." in page.text
    assert "Inga väntar" in page.text and "Inte ännu" in page.text


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("Tue 2026-11-17 09:59", "Igång Senaste varv för 1 minut sedan."),
        ("Tue 2026-11-17 09:30", "Står still Senaste varv för 30 minuter sedan."),
    ],
)
def test_a_worker_by_its_last_round(admin: Visitor, moment: str, words: str) -> None:
    with admin.context():
        beat(moment)
    assert words in admin.get("/admin/drift").text


def test_units_where_nobody_has_been(admin: Visitor, clock: Clock) -> None:
    with admin.context():
        unit("Tyst")
        for name, day in (("Läst", "Mon 2026-11-09 09:00"), ("Länge sen", "Mon 2026-10-19 09:00")):
            readings.record(user(unit_id=unit(name)), readings.How.PAGE, now=at(day), rules=RULES)
        follow_up.tick(now=clock.now, rules=RULES)
    page = admin.get("/admin/drift")
    silent = page.root.get_one("section", aria_labelledby="silent")
    assert [link.text for link in silent.find_all("a")] == ["Länge sen", "Tyst"]
    assert "mån 19 okt 09.00" in silent.text and "Aldrig" in silent.text
