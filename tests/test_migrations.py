"""What a migration makes of the rows that are there, on both databases."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from lcweb.db import db, log_key, transaction
from lcweb.domain.access_log import Verdict, verify
from lcweb.domain.permissions import operator
from lcweb.domain.recipients import CaseType
from lcweb.models import (
    AccessLogRow,
    CalendarMark,
    FollowUpMonth,
    Membership,
    RecipientEdit,
    RecipientEntry,
    RecipientList,
    RecipientVersion,
    Thread,
    User,
)
from lcweb.queries import access_log as queries
from lcweb.services import calendar, follow_up, recipients, threads
from tests.at import at, day
from tests.databases import make_settings, opened
from tests.factories import LONG_AGO, RULES, pair, thread, unit, user
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


def test_0004_seals_the_rows_that_are_there_and_goes_on_after_them(empty_app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    for minute in range(5):
        threads.shown_by_poll(recipient, thread_id, now=at(f"Mon 2026-11-16 09:0{minute}"))
    sealed = rows(AccessLogRow)
    downgrade(revision="0003")
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM access_log WHERE id = 3"))  # a gap, as sequences leave them
        columns = "at, action, user_id, unit_id, thread_id, patient_number"
        connection.execute(text(f"INSERT INTO access_log ({columns}) SELECT {columns} FROM access_log WHERE id = 2"))
    upgrade()
    assert proved() == Verdict(6)
    assert [logged.id for logged in rows(AccessLogRow)] == [1, 2, 3, 4, 5, 6]
    assert [logged.at for logged in rows(AccessLogRow)] == [sealed[place].at for place in (0, 1, 3, 4, 5, 1)]
    assert rows(AccessLogRow)[:2] == sealed[:2]
    threads.shown_by_poll(recipient, thread_id, now=NOW)
    assert proved() == Verdict(7)
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(update(AccessLogRow).where(AccessLogRow.id == 3).values(user_id=1))


def test_0004_an_empty_log_begins_with_its_first_row(empty_app: Flask) -> None:
    downgrade(revision="0003")
    upgrade()
    sender, recipient = pair()
    thread(sender, recipient.unit_id, now=NOW)
    assert proved() == Verdict(1)


def test_0007_makes_the_sums_that_the_counting_would_make(empty_app: Flask) -> None:
    sender, recipient = pair()
    entry_id = add_row(recipient.unit_id, "Norr")
    for minute, found in enumerate(("19121212-1212", "18900101-9802", "18900102-9801")):
        thread(sender, recipient.unit_id, now=NOW + timedelta(minutes=minute), patient_id=found)
    with transaction() as session:
        session.execute(update(Thread).where(Thread.id > 1).values(recipient_entry_id=entry_id))
        session.execute(update(Thread).where(Thread.id == 3).values(case_type=CaseType.HOME_CARE_DISCHARGE))
    follow_up.rebuild(now=at("Tue 2026-12-15 12:00"), rules=RULES)
    counted = rows(FollowUpMonth)
    assert any(month.by_row != "{}" for month in counted)
    downgrade(revision="0006")
    upgrade()
    assert rows(FollowUpMonth) == counted


def proved() -> Verdict:
    with queries.whole() as log:
        return verify(log_key(), log.rows, head=log.head)
