"""The tables and their migrations on both databases, and what every connection promises."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pysqlite3
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, insert, inspect, select, text, update
from sqlalchemy.exc import DatabaseError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from lcweb import create_app
from lcweb import db as lcweb_db
from lcweb.config import ROOT, Settings
from lcweb.db import Base, UnsoundDatabase, db, known_to_models, reading, transaction
from lcweb.domain.errors import Refused
from lcweb.domain.follow_up import kept_month
from lcweb.domain.permissions import Actor, Role, operator
from lcweb.domain.recipients import CaseType
from lcweb.models import (
    Commission,
    Disposal,
    DisposalPolicy,
    Draft,
    Escalation,
    FollowUpMonth,
    FollowUpState,
    HintWords,
    ImportJob,
    ImportLine,
    InboxVersion,
    Invitation,
    Lease,
    LogFinding,
    LogReview,
    LogReviewRow,
    Membership,
    Obligation,
    Organization,
    OutboxMail,
    Phrase,
    RecipientSuggestion,
    RecoveryCode,
    ReportWish,
    SecondFactor,
    SettingChange,
    SignInStep,
    Thread,
    Unit,
    User,
)
from lcweb.services import calendar, readings, recipients, sessions, threads
from tests.at import at, day
from tests.databases import make_settings, opened
from tests.factories import LONG_AGO, PASSWORD, RULES, organization, pair, submission_id, thread, unit, user
from tests.race import race
from tests.rows import count, row, rows

NOW = at("Mon 2026-11-16 09:00")
Scale = Callable[[int, int], int]
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
only_empty_sqlite = pytest.mark.parametrize("empty_database_url", ["sqlite"], indirect=True)


@pytest.fixture
def empty_app(empty_database_url: str, tmp_path: Path) -> Iterator[Flask]:
    with opened(make_settings(empty_database_url, tmp_path)) as app, app.app_context():
        yield app


def tables() -> set[str]:
    with db.engine.connect() as connection:
        names = inspect(connection).get_table_names()
    return {name for name in names if name != "alembic_version" and known_to_models(name, "table", None)}


def differences() -> list[Any]:
    with db.engine.connect() as connection:
        opts = {"compare_type": True, "compare_server_default": True, "include_name": known_to_models}
        context = MigrationContext.configure(connection, opts=opts)
        return compare_metadata(context, Base.metadata)


def _fill_what_trust_needs(session: Session, person: Actor) -> None:
    """The reviewers' tables and those of signing in by other ways."""
    organization_id = session.scalars(select(Organization.id)).first()
    someone = session.scalars(select(User.id)).first()
    review = LogReview(organization_id=organization_id, kind="sample", from_day=NOW.date(), to_day=NOW.date(), wanted=1,
                       among=1, made_by_id=someone, made_at=NOW)  # fmt: skip
    session.add(review)
    session.flush()
    row = LogReviewRow(review_id=review.id, log_row_id=1, why="sample")
    session.add(row)
    session.flush()
    session.add_all(
        [
            LogFinding(review_row_id=row.id, verdict="in_order", words="", found_by_id=someone, found_at=NOW),
            OutboxMail(kind="log_review", organization_id=organization_id, day=NOW.date(), slot="1", status="sent",
                       message_id="<2@lcweb.test>", attempts=1, created_at=NOW, next_try_at=NOW),
            SecondFactor(user_id=someone, secret="sealed", made_at=NOW, last_step=0),
            RecoveryCode(user_id=someone, code_hash="h", made_at=NOW),
            SignInStep(token_hash="t", user_id=someone, made_at=NOW, expires_at=NOW),
            Commission(hsa_id="TSTNMT2321000115-U001", unit_id=person.unit_id, made_at=NOW),
        ]
    )  # fmt: skip


def _fill_what_follow_up_needs(session: Session, person: Actor) -> None:
    organization_id = session.scalars(select(Organization.id)).first()
    someone = session.scalars(select(User.id)).first()
    disposal = Disposal(organization_id=organization_id, closed_before=NOW.date(), threads=0, made_by="", made_at=NOW)
    session.add_all(
        [
            FollowUpMonth(
                unit_id=person.unit_id, month=NOW.date().replace(day=1), counted_at=NOW, **kept_month({})._asdict()
            ),
            FollowUpState(id=1, log_row_id=0, reading_id=0, change_id=0, counted_to=NOW, stamp=""),
            ReportWish(user_id=someone, unit_id=person.unit_id, made_at=NOW),
            DisposalPolicy(organization_id=organization_id, keep_days=365, automatic=False, decided_by_id=someone,
                           decided_by="", decided_at=NOW),
            disposal,
            Escalation(obligation_id=session.scalars(select(Obligation.id)).first(), step="manager", at=NOW),
        ]
    )  # fmt: skip
    session.flush()
    session.execute(update(Thread).values(disposal_id=disposal.id))


def fill_every_table() -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    threads.open_thread(recipient, thread_id, now=NOW)
    calendar.close_day(operator(), day("Wed 2026-11-18"), calendar.Place(), now=NOW, rules=RULES)
    readings.record(recipient, readings.How.PAGE, now=NOW, rules=RULES)
    entry = recipients.NewEntry(
        municipality="Halmstad", case_type=CaseType.GENERAL, area="Norr", unit_id=recipient.unit_id, position=1,
        valid_from=NOW.date(),
    )  # fmt: skip
    recipients.add_entry(operator(), entry, now=LONG_AGO)
    user(username="anna")
    enter = partial(sessions.sign_in, "anna", address="", lifetime=timedelta(hours=1), now=NOW, demo=False)
    enter(PASSWORD)
    with pytest.raises(Refused):
        enter("fel lösenord")
    with transaction() as session:
        session.add(Lease(name="worker", holder="a", beat_at=NOW, expires_at=NOW))
        session.add(
            OutboxMail(kind="due_today", unit_id=recipient.unit_id, day=NOW.date(), slot="opening", status="queued",
                       message_id="<1@lcweb.test>", attempts=0, created_at=NOW, next_try_at=NOW)
        )  # fmt: skip
        _fill_what_trust_needs(session, recipient)
        _fill_what_follow_up_needs(session, recipient)
        job = ImportJob(noun="recipients", file_name="lista.csv", options="{}", state="read", lines=1, checked=0,
                        made_by="", made_at=NOW)  # fmt: skip
        session.add(job)
        session.flush()
        session.add(ImportLine(job_id=job.id, line=2, cells="[]"))
        session.add(SettingChange(name="answer_days", value="4", applies_from=NOW.date(), made_by="", made_at=NOW))
        session.add(Invitation(token_hash=uuid4().hex, user_id=sender.user_id, made_by="", made_at=NOW, expires_at=NOW))
        session.add(
            RecipientSuggestion(municipality="Halmstad", case_type="general", words="Fel nummer",
                                made_by_id=sender.user_id, made_by="", made_in="", made_at=NOW)
        )  # fmt: skip
        session.add(HintWords(list_name="acute", words="akut*", changed_by="", changed_at=NOW))
        session.add(Phrase(title="Hälsning", body="Hej", made_by="", made_at=NOW))
        session.add(Draft(user_id=sender.user_id, unit_id=sender.unit_id, fields="{}", begun_at=NOW, saved_at=NOW))
    threads.note(recipient, thread_id, "Ring", submission_id=submission_id(), now=NOW)


# Migrations ---------------------------------------------------------------------------------------------------------


def test_the_newest_migration_and_the_models_agree(app: Flask) -> None:
    assert differences() == []
    assert tables() == set(Base.metadata.tables)


def test_migrations_go_up_down_and_up_again_with_rows_in_every_table(empty_app: Flask) -> None:
    upgrade()
    fill_every_table()
    assert [table for table in tables() if not rows_of(table)] == []
    for _ in ScriptDirectory(str(ROOT / "lcweb" / "migrations")).walk_revisions():
        downgrade(revision="-1")
    assert tables() == set()
    upgrade()
    assert differences() == []
    fill_every_table()


def rows_of(table: str) -> int:
    with db.engine.connect() as connection:
        return connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one()


def test_upgrading_again_keeps_every_row(empty_app: Flask) -> None:
    upgrade()
    fill_every_table()
    before = {table: rows_of(table) for table in tables()}
    upgrade()
    assert {table: rows_of(table) for table in tables()} == before


def test_a_migration_that_fails_leaves_nothing_behind_and_foreign_keys_on(empty_app: Flask) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE unit (id INTEGER)"))
    with pytest.raises(DatabaseError, match="already exists"):
        upgrade()
    assert tables() == {"unit"}
    with db.engine.connect() as connection:
        assert connection.dialect.name != "sqlite" or pragma(connection, "foreign_keys") == 1


@only_empty_sqlite
def test_a_migration_tells_of_references_that_lead_nowhere(empty_app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    upgrade()
    with db.engine.connect() as connection:
        connection.connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute(insert(InboxVersion).values(unit_id=987_654, version=1))
        connection.commit()
        connection.connection.execute("PRAGMA foreign_keys=ON")
    with pytest.raises(SystemExit):
        upgrade()
    assert "1 broken references" in caplog.text
    with db.engine.connect() as connection:
        assert pragma(connection, "foreign_keys") == 1


# Constraints --------------------------------------------------------------------------------------------------------


def test_every_constraint_and_index_has_a_name(app: Flask) -> None:
    """Without a name no migration can ever change it on SQLite."""
    found = [*(c for table in Base.metadata.tables.values() for c in (*table.constraints, *table.indexes))]
    assert [str(constraint) for constraint in found if not constraint.name] == []
    with db.engine.connect() as connection:
        inspector = inspect(connection)
        stored = [
            (table, constraint)
            for table in Base.metadata.tables
            for constraint in (
                inspector.get_pk_constraint(table),
                *inspector.get_foreign_keys(table),
                *inspector.get_unique_constraints(table),
                *inspector.get_check_constraints(table),
            )
        ]
    assert [(table, constraint) for table, constraint in stored if not constraint["name"]] == []


def test_nothing_is_deleted_along_with_something_else() -> None:
    """Deleting a unit or a thread must fail, never take messages with it."""
    cascades = [key for table in Base.metadata.tables.values() for key in table.foreign_keys if key.ondelete]
    assert cascades == []


def refused_by_the_database(statement: Any) -> None:
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(statement)


def test_s1_the_database_refuses_a_thread_within_one_unit(app: Flask) -> None:
    sender, recipient = pair()
    thread(sender, recipient.unit_id, now=NOW)
    refused_by_the_database(Thread.__table__.update().values(recipient_unit_id=sender.unit_id))


def test_b1_the_database_refuses_a_second_open_duty(app: Flask) -> None:
    sender, recipient = pair()
    thread(sender, recipient.unit_id, now=NOW)
    again = "INSERT INTO obligation ({0}) SELECT {0} FROM obligation".format(
        "thread_id, message_id, unit_id, owed_to_unit_id, kind, received_at, answer_days, due_at"
    )
    refused_by_the_database(text(again))


def test_the_database_refuses_a_role_in_two_places(app: Flask) -> None:
    person, somewhere, ours = user(), unit(), organization()
    values = {"user_id": person.user_id, "role": Role.NURSE, "unit_id": somewhere, "organization_id": ours}
    refused_by_the_database(insert(Membership).values(values))


def test_the_database_refuses_references_that_lead_nowhere(app: Flask) -> None:
    refused_by_the_database(insert(InboxVersion).values(unit_id=987_654, version=1))


# Connections --------------------------------------------------------------------------------------------------------


def pragma(connection: Connection, name: str) -> object:
    return connection.execute(text(f"PRAGMA {name}")).scalar_one()


@only_sqlite
def test_a_sqlite_connection_is_durable_waits_and_keeps_foreign_keys(settings: Settings) -> None:
    """Of an app as it is in operation: the tests' own does not wait for the disk."""
    with opened(settings) as app, app.app_context(), db.engine.connect() as connection:
        assert pragma(connection, "journal_mode") == "wal"
        assert pragma(connection, "synchronous") == 2, "FULL"
        assert pragma(connection, "foreign_keys") == 1
        assert pragma(connection, "busy_timeout") == 10_000


@only_sqlite
def test_an_affected_sqlite_is_refused(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert pysqlite3.sqlite_version_info >= lcweb_db.SOUND_SQLITE
    for version in ((3, 40, 1), (3, 51, 2)):
        monkeypatch.setattr(pysqlite3, "sqlite_version_info", version)
        with pytest.raises(UnsoundDatabase):
            create_app(make_settings(database_url, tmp_path))


@pytest.mark.prove
def test_no_update_is_lost_when_four_write_at_once(app: Flask, scale: Scale) -> None:
    """sqlite3's own transactions lost 180 of 240."""
    unit_id, times = unit(), scale(60, 1000)

    def increase() -> None:
        for _ in range(times):
            with transaction() as session:
                counter = session.scalars(select(InboxVersion).with_for_update()).one()
                counter.version += 1

    assert race(app, [increase] * 4) == [None] * 4
    assert row(InboxVersion, unit_id=unit_id).version == 1 + 4 * times


def test_a_verb_that_fails_writes_nothing(app: Flask) -> None:
    with pytest.raises(KeyboardInterrupt), transaction() as session:
        session.add(Organization(name="Halv"))
        session.flush()
        raise KeyboardInterrupt
    assert count(Organization) == 0


def test_a_verb_within_a_verb_is_refused(app: Flask) -> None:
    with transaction() as session:
        session.add(Organization(name="Hel"))
        session.flush()
        with pytest.raises(RuntimeError, match="a verb within a verb"):
            organization()
    assert row(Organization).name == "Hel"


def test_a_query_after_a_verb_sees_what_it_wrote(app: Flask) -> None:
    def names() -> list[str]:
        return list(reading().scalars(select(Organization.name)))

    assert names() == []
    organization("Region Halland")
    assert names() == ["Region Halland"]


@only_sqlite
def test_queries_neither_wait_for_a_writer_nor_see_half_of_it(app: Flask) -> None:
    def names() -> list[str]:
        with app.app_context():
            return list(reading().scalars(select(Organization.name)))

    with transaction() as session:
        session.add(Organization(name="Region Halland"))
        session.flush()
        assert names() == []
    assert names() == ["Region Halland"]


def test_moments_are_aware_utc_in_and_out(app: Flask) -> None:
    unit()
    assert row(Unit).created_at == at("Tue 2025-01-07 08:00")
    assert row(Unit).created_at.utcoffset() == timedelta(0)
    with pytest.raises(StatementError, match="without a time zone"), transaction() as session:
        session.add(Lease(name="x", holder="y", beat_at=datetime(2026, 1, 1), expires_at=NOW))
    assert rows(Lease) == []
