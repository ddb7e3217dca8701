"""What is asked through the driver itself comes out as SQLAlchemy would tell it, and fails as it would."""

from datetime import time

import pytest
from flask import Flask
from sqlalchemy import bindparam, delete, func, insert, literal_column, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from lcweb.db import Trouble, db, reading, release_reading, transaction, trouble_of
from lcweb.models import InboxVersion, ThreadParty, Unit, User
from lcweb.prepared import ask, do, prepare
from tests import factories
from tests.factories import LONG_AGO

UNITS = (
    select(Unit.id, Unit.name, Unit.opens, Unit.receptionists_may_write, User.created_at, func.count(), Unit.closed_at)
    .join(User, User.name == bindparam("of_person"))
    .where(Unit.name == bindparam("named"), Unit.id > 0)
    .group_by(Unit.id, Unit.name, Unit.opens, Unit.receptionists_may_write, User.created_at, Unit.closed_at)
)
FAILS = select(Unit.id).where(literal_column("nothing", Unit.name.type) == bindparam("named"))


def test_values_and_rows_are_as_sqlalchemy_tells_them(app: Flask) -> None:
    person = factories.user("Tove Testsson", unit_id=factories.unit("Hemsjukvård Söder"))
    values = {"named": "Hemsjukvård Söder", "of_person": person.name}
    (found,) = ask(UNITS, **values)
    assert found == tuple(reading().execute(UNITS, values).one())
    assert (found.id, found.name, found.opens) == (person.unit_id, "Hemsjukvård Söder", time(8))
    assert (found.created_at, found.receptionists_may_write, found.closed_at) == (LONG_AGO, False, None)
    assert ask(UNITS, **values | {"named": "Hemsjukvård' OR '1'='1"}) == []


def test_what_the_statement_says_itself_is_in_its_text_whatever_its_letters(app: Flask) -> None:
    """Only so does a database see that a value is the one that a partial index is about."""
    name = "Hemsjukvård 100 % 'Norr' \\ %(named)s ?"
    unit_id = factories.unit(name)
    asked = select(Unit.id).where(Unit.name == name, Unit.id == bindparam("unit_id"), Unit.closed_at.is_(None)).limit(7)
    written = prepare(asked, db.engine.dialect).text
    assert "LIMIT 7" in written
    assert "Norr" in written
    if db.engine.dialect.name == "postgresql":  # which shall make one plan whatever the unit is
        assert "unit.id = (SELECT %(unit_id)s::INTEGER)" in written
    assert [row.id for row in ask(asked, unit_id=unit_id)] == [unit_id]
    assert ask(asked, unit_id=unit_id + 1) == []


def test_what_is_read_in_one_request_is_of_one_moment_until_something_is_written(app: Flask) -> None:
    name = factories.organization("Halmstads kommun")
    unit_id = factories.unit("Hemsjukvård Norr", organization_id=name)
    names = select(Unit.name).where(Unit.id == bindparam("unit_id"))
    assert [row.name for row in ask(names, unit_id=unit_id)] == ["Hemsjukvård Norr"]
    with transaction() as session:
        session.get_one(Unit, unit_id).name = "Hemsjukvård Öst"
    assert [row.name for row in ask(names, unit_id=unit_id)] == ["Hemsjukvård Öst"]


def test_a_list_among_the_values_is_refused(app: Flask) -> None:
    with pytest.raises(TypeError):
        ask(select(Unit.id).where(Unit.id.in_(bindparam("ids", expanding=True))), ids=[1])


def test_an_error_is_told_without_what_was_asked(app: Flask) -> None:
    with pytest.raises(DBAPIError) as failed:
        ask(FAILS, named="Tove Testsson")
    assert "Tove" not in str(failed.value)
    release_reading()
    assert ask(select(func.count()).select_from(Unit))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_lost_connection_is_a_database_out_of_reach_and_the_next_one_is_new(app: Flask) -> None:
    everything = select(func.count()).select_from(Unit)
    ask(everything)
    driver = reading().connection.driver_connection
    with db.engine.connect() as other:
        other.exec_driver_sql(f"SELECT pg_terminate_backend({driver.info.backend_pid})")
    with pytest.raises(DBAPIError) as failed:
        ask(everything)
    assert trouble_of(failed.value) is Trouble.UNREACHABLE
    release_reading()
    assert ask(everything)


# Within a verb ------------------------------------------------------------------------------------------------------

NAMED = select(Unit.name).where(Unit.id == bindparam("unit_id"))
RENAME = update(Unit.__table__).where(Unit.id == bindparam("of_unit")).values(name=bindparam("named"))
ADD = insert(InboxVersion.__table__).values(unit_id=bindparam("unit_id"), version=1).returning(InboxVersion.unit_id)


def test_a_verb_asks_and_writes_within_its_transaction(app: Flask) -> None:
    unit_id = factories.unit("Hemsjukvård Norr")
    with pytest.raises(ZeroDivisionError), transaction() as session:
        assert do(session, RENAME, of_unit=unit_id, named="Hemsjukvård Öst") == []
        assert [row.name for row in do(session, NAMED, unit_id=unit_id)] == ["Hemsjukvård Öst"]
        raise ZeroDivisionError
    with transaction() as session:
        assert [row.name for row in do(session, NAMED, unit_id=unit_id)] == ["Hemsjukvård Norr"]


def test_what_a_verb_has_changed_in_its_objects_is_written_before(app: Flask) -> None:
    unit_id = factories.unit("Hemsjukvård Norr")
    with transaction() as session:
        session.get_one(Unit, unit_id).name = "Hemsjukvård Öst"
        assert [row.name for row in do(session, NAMED, unit_id=unit_id)] == ["Hemsjukvård Öst"]


def test_what_the_database_refuses_is_told_as_such(app: Flask) -> None:
    """The verbs that take it for a second submission catch this very exception."""
    unit_id = factories.unit()
    with pytest.raises(IntegrityError), transaction() as session:
        do(session, ADD, unit_id=unit_id)
    with transaction() as session:
        session.execute(delete(InboxVersion).where(InboxVersion.unit_id == unit_id))
        assert [row.unit_id for row in do(session, ADD, unit_id=unit_id)] == [unit_id]


def test_a_default_that_only_sqlalchemy_knows_is_refused(app: Flask) -> None:
    ids = {name: bindparam(name) for name in ("thread_id", "unit_id")}
    with pytest.raises(TypeError, match="revision"), transaction() as session:
        do(session, insert(ThreadParty.__table__).values(ids), thread_id=1, unit_id=1)
