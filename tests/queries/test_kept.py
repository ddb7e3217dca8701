"""What a process keeps in mind goes when its edition does, and the edition when anything of it is written."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, text, update

from lcweb.config import ROOT
from lcweb.db import Base, db, reading, release_reading
from lcweb.domain.permissions import Role, operator
from lcweb.models import Edition
from lcweb.queries import calendars, kept, phrases, recipients, settings
from lcweb.services import calendar
from lcweb.services import phrases as verbs
from lcweb.services import settings as settings_verbs
from tests import factories
from tests.at import at, day
from tests.factories import RULES
from tests.rows import row
from tests.test_revisions import REVISIONS
from tests.web.visits import statements

NOW = at("Mon 2026-11-16 09:00")
#: The tables whose triggers move the edition.
TABLES = next(revision.module.TABLES for revision in REVISIONS if revision.revision == "0008")
ANSWERS = {
    "the rules": lambda unit_id: settings.rule_book(RULES),
    "a unit's calendar": lambda unit_id: calendars.of_unit(unit_id, RULES),
    "the common calendar": lambda unit_id: calendars.common(RULES),
    "its phrases": lambda unit_id: phrases.usable(unit_id),
    "all units": lambda unit_id: recipients.all_units(except_id=unit_id),
}


@pytest.fixture
def unit_id(app: Flask) -> int:
    unit_id = factories.unit("Hemsjukvård Norr")
    verbs.add(operator(), unit_id=unit_id, title="Hälsning", body="Hej!", now=NOW)
    calendar.close_day(operator(), day("Fri 2026-11-20"), calendar.Place(), now=NOW, rules=RULES)
    return unit_id


def edition() -> str:
    found: str = row(Edition).value
    return found


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_is_asked_for_once_in_an_edition(unit_id: int, answer: Callable[[int], object]) -> None:
    anew = answer(unit_id)
    kept.is_of(edition())
    assert answer(unit_id) == anew
    with statements() as asked:
        assert answer(unit_id) == anew
    assert asked == []


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_nothing_is_kept_of_a_table_that_moves_no_edition(unit_id: int, answer: Callable[[int], object]) -> None:
    """A new answer whose tables are not among them would stay as it was."""
    kept.is_of(edition())
    with statements() as asked:
        answer(unit_id)
    named = {name for statement in asked for name in re.findall(r'(?:FROM|JOIN) "?(\w+)', statement)}
    assert asked and named <= set(TABLES)


def test_the_answers_are_all_that_is_kept() -> None:
    sources = (path.read_text("utf-8") for path in Path(ROOT, "lcweb", "queries").rglob("*.py"))
    assert sum(len(re.findall(r"(?<!def )\bkept\(\S", source)) for source in sources) == len(ANSWERS)


def test_without_an_edition_nothing_is_kept(unit_id: int) -> None:
    assert len(recipients.all_units(except_id=None)) == 1
    factories.unit("Hemsjukvård Söder")
    release_reading()
    assert len(recipients.all_units(except_id=None)) == 2


def test_an_older_request_does_not_bring_back_what_has_gone(unit_id: int) -> None:
    before = edition()
    kept.is_of(before)
    assert len(recipients.all_units(except_id=None)) == 1
    factories.unit("Hemsjukvård Söder")
    release_reading()
    kept.is_of(edition())
    assert len(recipients.all_units(except_id=None)) == 2
    kept.is_of(before)
    assert len(recipients.all_units(except_id=None)) == 2


def test_a_process_keeps_so_many_answers_and_no_more(unit_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 3)
    kept.is_of(edition())
    found = [kept.kept(number, lambda number=number: number * 2) for number in (*range(10), *range(10))]
    assert found == [number * 2 for number in range(10)] * 2


@pytest.mark.parametrize("name", TABLES)
def test_whatever_is_written_moves_the_edition_even_by_an_operator_s_hand(unit_id: int, name: str) -> None:
    """A migration that makes one of the tables anew on SQLite must make its triggers anew, too."""
    settings_verbs.change_rule(
        factories.user(role=Role.SYSTEM_ADMIN), "answer_days", "5", day("Mon 2026-12-07"), base=RULES, seen=0, now=NOW
    )
    table = Base.metadata.tables[name]
    words = next(table.c[column] for column in ("name", "title", "made_by") if column in table.c)
    with db.engine.connect() as connection:
        known = dict(connection.execute(select(table).limit(1)).mappings().one())
    seen = [edition()]
    for statement in (
        insert(table).values(known | {"id": 1000, words.name: "Annat"}),
        update(table).where(table.c.id == 1000).values({words.name: "Tredje"}),
        delete(table).where(table.c.id == 1000),
    ):
        with db.engine.begin() as connection:
            connection.execute(statement)
        seen.append(edition())
    assert len(set(seen)) == 4


def test_what_is_taken_back_does_not_move_it(unit_id: int) -> None:
    before = edition()
    with db.engine.connect() as connection:
        connection.execute(text("UPDATE unit SET name = 'Annat'"))
        connection.rollback()
    assert edition() == before
    assert reading().execute(text("SELECT name FROM unit")).scalar_one() == "Hemsjukvård Norr"
