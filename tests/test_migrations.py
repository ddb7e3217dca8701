"""What a migration makes of the rows that are there, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text, update

from lcweb.db import db, transaction
from lcweb.domain.permissions import operator
from lcweb.domain.recipients import CaseType
from lcweb.models import CalendarMark, Membership, RecipientEdit, RecipientEntry, RecipientList, RecipientVersion, User
from lcweb.services import calendar, recipients
from tests.at import at, day
from tests.databases import make_settings, opened
from tests.factories import LONG_AGO, RULES, unit, user
from tests.rows import row, rows

NOW = at("Mon 2026-11-16 09:00")


@pytest.fixture
def empty_app(empty_database_url: str, tmp_path: Path) -> Iterator[Flask]:
    with opened(make_settings(empty_database_url, tmp_path)) as app, app.app_context():
        upgrade()
        yield app


def add_row(unit_id: int, area: str, municipality: str = "Halmstad", position: int = 10) -> int:
    new = recipients.NewEntry(
        municipality=municipality, case_type=CaseType.GENERAL, area=area, unit_id=unit_id, position=position,
        valid_from=day("Tue 2026-09-01"), note="Ring först",
    )  # fmt: skip
    return recipients.add_entry(operator(), new, now=LONG_AGO)


def test_0003_begins_each_lists_history_with_the_rows_that_are_there(empty_app: Flask) -> None:
    somewhere = unit()
    ids = [add_row(somewhere, "Norr"), add_row(somewhere, "Söder", position=20), add_row(somewhere, "Alla", "Varberg")]
    downgrade(revision="0002")
    upgrade()
    edits = rows(RecipientEdit)
    assert [(edit.municipality, edit.kind, edit.made_at) for edit in edits] == [
        ("Halmstad", "begun", at("Tue 2026-09-01 02:00")),  # midnight in UTC, before anybody could have met the row
        ("Varberg", "begun", at("Tue 2026-09-01 02:00")),
    ]
    assert [(known.municipality, known.edit_id) for known in rows(RecipientList)] == [
        ("Halmstad", edits[0].id),
        ("Varberg", edits[1].id),
    ]
    states = [(state.entry_id, state.edit_id, state.area, state.removed) for state in rows(RecipientVersion)]
    assert states == [
        (ids[0], edits[0].id, "Norr", False),
        (ids[1], edits[0].id, "Söder", False),
        (ids[2], edits[1].id, "Alla", False),
    ]


def test_0003_down_brings_nothing_back_to_life_that_had_ended(empty_app: Flask) -> None:
    """The older version knows of no ends: what it cannot say it must not show."""
    person, gone = user("Anna Lind"), user("Bo Ek")
    entry_id = add_row(person.require_unit(), "Norr")
    tomorrow = day("Tue 2026-11-17")
    calendar.close_day(operator(), tomorrow, calendar.Place(), now=NOW, rules=RULES)
    with transaction() as session:
        session.execute(update(Membership).where(Membership.user_id == person.user_id).values(ended_at=NOW))
        session.execute(update(User).where(User.id == gone.user_id).values(ended_at=NOW))
        session.execute(update(CalendarMark).values(ended_at=NOW, ended_by="Siv Admin"))
        session.execute(update(RecipientEntry).where(RecipientEntry.id == entry_id).values(removed=True))
    downgrade(revision="0002")
    with db.engine.connect() as connection:
        roles = dict(tuple(found) for found in connection.execute(text("SELECT user_id, role FROM membership")))
        hashes = dict(tuple(found) for found in connection.execute(text("SELECT id, password_hash FROM user_account")))
        kind = connection.execute(text("SELECT kind FROM calendar_mark")).scalar_one()
        last_day = connection.execute(text("SELECT valid_to FROM recipient_entry")).scalar_one()
    assert roles == {person.user_id: "log_reviewer", gone.user_id: "nurse"}
    assert hashes[gone.user_id] == "" and hashes[person.user_id] != ""
    assert (kind, str(last_day)) == ("ended", "1900-01-01")
    upgrade()
    assert row(RecipientEntry).note == ""
