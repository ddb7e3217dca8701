"""L2: the rows are a chain, the database refuses to change it, and whatever is done to it behind its back is found."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from random import Random

import pytest
from flask import Flask
from sqlalchemy import Connection, insert, table, text, update
from sqlalchemy.exc import IntegrityError, NotSupportedError

from lcweb.db import db, log_key, transaction
from lcweb.domain.access_log import Anchor, Entry, Fault, Head, LogAction, Verdict, sealed, verify
from lcweb.domain.permissions import Actor
from lcweb.models import AccessLogRow, LogHead, Thread
from lcweb.queries import access_log as queries
from lcweb.services import access_log, threads
from lcweb.services.access_log import NotLogged
from tests.at import at
from tests.factories import RULES, new_thread, pair, submission_id, thread
from tests.race import race
from tests.rows import count, nothing_written, row, rows
from tests.web.visits import statements

NOW = at("Mon 2026-11-16 09:00")
ACTIONS = [*LogAction]


def proved() -> Verdict:
    with queries.whole() as log:
        return verify(log_key(), log.rows, head=log.head)


def log_of(length: int) -> tuple[Actor, Actor, int]:
    """Rows of two people and units about two patients and none, made by the app."""
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    with transaction() as session:
        found = session.get_one(Thread, thread_id)
        for number in range(length - 1):
            moment = NOW + timedelta(minutes=number // 3, microseconds=number % 3)
            about = {"thread": found} if number % 4 else {"patient_number": "189001019802" if number % 8 else ""}
            actor = sender if number % 5 else recipient
            access_log.write(session, ACTIONS[number % len(ACTIONS)], actor=actor, now=moment, **about)
    return sender, recipient, thread_id


# Appending ----------------------------------------------------------------------------------------------------------


def test_every_row_follows_the_one_before(app: Flask) -> None:
    log_of(20)
    assert [logged.id for logged in rows(AccessLogRow)] == [*range(1, 21)]
    assert len({logged.seal for logged in rows(AccessLogRow)}) == 20
    assert (row(LogHead).last_id, row(LogHead).seal) == (20, rows(AccessLogRow)[-1].seal)
    assert proved() == Verdict(20)


def test_a_verb_that_fails_leaves_no_gap(app: Flask) -> None:
    sender, recipient, thread_id = log_of(2)
    with pytest.raises(ZeroDivisionError), transaction() as session:
        access_log.write(session, LogAction.SEARCH, actor=sender, now=NOW)
        session.connection()
        raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError), transaction() as session:  # before anything was asked of the database
        access_log.write(session, LogAction.SEARCH, actor=sender, now=NOW)
        raise ZeroDivisionError
    assert threads.shown_by_poll(recipient, thread_id, now=NOW)
    assert proved() == Verdict(3)


def test_a_row_is_two_statements_and_the_verbs_last(app: Flask) -> None:
    """Whoever holds the head lets everybody wait: nothing else comes after it."""
    sender, recipient = pair()
    with statements() as seen:
        thread(sender, recipient.unit_id, now=NOW)
    touched = [statement.split()[0] for statement in seen if "access_log" in statement or "log_head" in statement]
    assert touched == ["SELECT", "INSERT"]
    assert "log_head" in seen[-2] and "access_log" in seen[-1]


def test_l1_what_the_database_will_not_log_does_not_happen(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is it taken for a double click, which the database refuses in the same way."""
    sender, recipient, thread_id = log_of(2)
    monkeypatch.setattr(access_log, "_APPEND", insert(table("gone")))
    with nothing_written(), pytest.raises(NotLogged):
        threads.shown_by_poll(recipient, thread_id, now=NOW)
    new = new_thread(recipient.unit_id, confirmed=frozenset({"new_thread"}))
    with nothing_written(), pytest.raises(NotLogged):
        threads.start(sender, new, submission_id=submission_id(), now=NOW, rules=RULES)


def test_without_a_head_nothing_is_logged_and_nothing_happens(app: Flask) -> None:
    _, recipient, thread_id = log_of(2)
    with db.engine.begin() as connection:
        allow_everything(connection)
        head = connection.execute(text("SELECT last_id, seal FROM log_head")).one()
        connection.execute(text("DELETE FROM log_head"))
    try:
        with nothing_written(), pytest.raises(NotLogged):
            threads.shown_by_poll(recipient, thread_id, now=NOW)
        assert proved() == Verdict(2, Fault.HEAD_GONE)
    finally:
        with db.engine.begin() as connection:
            connection.execute(insert(LogHead).values(id=1, last_id=head.last_id, seal=head.seal))


@pytest.mark.prove
def test_rows_of_four_at_once_are_one_chain(app: Flask, scale: Callable[[int, int], int]) -> None:
    """Without waiting for each other 685 of 800 links broke. Nor may two verbs wait for each other for good."""
    sender, recipient = pair()
    told = thread(sender, recipient.unit_id, now=NOW)
    times = scale(12, 250)

    def poll() -> None:
        for _ in range(times):
            threads.shown_by_poll(recipient, told, now=NOW)

    def handle() -> None:
        for _ in range(times // 2):
            threads.claim(recipient, told, now=NOW)
            threads.release(recipient, told, now=NOW)

    def send(writer: Actor, unit_id: int) -> None:
        for _ in range(times):
            thread(writer, unit_id, now=NOW)

    both = [partial(send, sender, recipient.unit_id), partial(send, recipient, sender.unit_id)]
    assert race(app, [poll, handle, *both]) == [None] * 4
    assert proved() == Verdict(1 + 4 * times)


# What the database refuses ------------------------------------------------------------------------------------------

COLUMNS = "at, action, user_id, unit_id, thread_id, patient_number, seal"
ADDED = f"INTO access_log (id, {COLUMNS}) SELECT {{}}, {COLUMNS} FROM access_log WHERE id = 2"
REFUSED = (
    "UPDATE access_log SET patient_number = ''",
    "UPDATE access_log SET id = 9 WHERE id = 5",
    "DELETE FROM access_log",
    "DELETE FROM access_log WHERE id = 5",
    "DELETE FROM log_head",
    "INSERT " + ADDED.format("5"),
    "INSERT " + ADDED.format("7"),
    "INSERT " + ADDED.format("0"),
)
REFUSED_BY_ONE = {
    "sqlite": ("REPLACE " + ADDED.format("5"), "UPDATE OR REPLACE access_log SET id = 4 WHERE id = 5"),
    "postgresql": ("TRUNCATE access_log", "TRUNCATE access_log CASCADE", "TRUNCATE log_head"),
}


def test_the_database_refuses_whatever_is_not_the_next_row(app: Flask) -> None:
    log_of(5)
    before = rows(AccessLogRow)
    for statement in (*REFUSED, *REFUSED_BY_ONE[db.engine.dialect.name]):
        # A table that others refer to is not even truncated as far as its trigger.
        refused = pytest.raises((IntegrityError, NotSupportedError), match=r"access log|access_log")
        with refused, transaction() as session:
            session.execute(text(statement))
    assert rows(AccessLogRow) == before
    assert proved() == Verdict(5)


# What is done behind its back ---------------------------------------------------------------------------------------


def allow_everything(connection: Connection) -> None:
    """As whoever owns the tables can."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        return
    names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%log%'"))
    for name in names.scalars().all():
        connection.execute(text(f"DROP TRIGGER {name}"))


def edit(connection: Connection, chance: Random, last: int) -> tuple[int, set[Fault]]:
    place = chance.randint(1, last)
    change = chance.choice(
        [
            "patient_number = '200001012399'", "patient_number = patient_number || ' '", "user_id = 3 - user_id",
            "unit_id = 3 - unit_id", "thread_id = CASE WHEN thread_id IS NULL THEN 1 END", "action = 'listen'",
            "seal = (SELECT seal FROM access_log AS other WHERE other.id <> access_log.id ORDER BY id DESC LIMIT 1)",
            "at = (SELECT at FROM access_log AS other WHERE other.at <> access_log.at LIMIT 1)",
        ]
    )  # fmt: skip
    connection.execute(text(f"UPDATE access_log SET {change} WHERE id = {place}"))
    return place, {Fault.CHANGED}


def delete(connection: Connection, chance: Random, last: int) -> tuple[int, set[Fault]]:
    place, closed_up = chance.randint(1, last), chance.random() < 0.5
    connection.execute(text(f"DELETE FROM access_log WHERE id = {place}"))
    if closed_up:
        shift(connection, place, -1)
    # Of a single row that has moved up nothing tells that it has not been changed.
    faults = {Fault.CUT_OFF if place == last else Fault.MISSING}
    return place, faults | ({Fault.CHANGED} if place == last - 1 else set())


def put_in(connection: Connection, chance: Random, last: int) -> tuple[int, set[Fault]]:
    place = chance.randint(1, last + 1)
    shift(connection, place, 1)
    # What follows itself cannot be told from itself.
    like = chance.choice([number for number in range(1, last + 1) if number != place])
    donor = like if like < place else like + 1
    connection.execute(
        text(f"INSERT INTO access_log (id, {COLUMNS}) SELECT {place}, {COLUMNS} FROM access_log WHERE id = {donor}")
    )
    return place, {Fault.INSERTED}


def swap(connection: Connection, chance: Random, last: int) -> tuple[int, set[Fault]]:
    one, other = sorted(chance.sample(range(1, last + 1), 2))
    for old, new in ((one, 0), (other, one), (0, other)):
        connection.execute(text(f"UPDATE access_log SET id = {new} WHERE id = {old}"))
    return one, {Fault.OUT_OF_ORDER}


def cut_off(connection: Connection, chance: Random, last: int) -> tuple[int, set[Fault]]:
    """With a head that says so: only the anchor knows better."""
    place = chance.randint(1, last)
    connection.execute(text(f"DELETE FROM access_log WHERE id >= {place}"))
    seal = f"coalesce((SELECT seal FROM access_log WHERE id = {place - 1}), '')"
    connection.execute(text(f"UPDATE log_head SET last_id = {place - 1}, seal = {seal}"))
    return place, {Fault.CUT_OFF}


def sealed_anew(connection: Connection, chance: Random, last: int) -> tuple[int, set[Fault]]:
    """The tail is another one, sealed and with a head that fits; but with a key that only looks like ours."""
    place = chance.randint(1, last)
    rows = [*queries.read(connection).rows]
    before = Head(place - 1, rows[place - 2].seal if place > 1 else "")
    changed = [Entry(*row[:-1])._replace(user_id=chance.choice((1, 2))) for row in rows[place - 1 :]]
    tail = sealed(chance.randbytes(32), before, changed)
    connection.execute(text(f"DELETE FROM access_log WHERE id >= {place}"))
    connection.execute(insert(AccessLogRow.__table__), [row._asdict() for row in tail])
    connection.execute(update(LogHead).values(seal=tail[-1].seal))
    return place, {Fault.CHANGED}


def move_head(connection: Connection, chance: Random, last: int) -> tuple[int, set[Fault]]:
    """Back over rows that are there, on beyond them, or only its seal."""
    place = chance.choice([number for number in range(last + 6) if number != last])
    known = f"(SELECT seal FROM access_log WHERE id = {place})"
    ways = [
        (f"last_id = {place}, seal = coalesce({known}, '')", place + 1, Fault.INSERTED),
        (f"seal = (SELECT seal FROM access_log WHERE id = {chance.randint(1, last - 1)})", last, Fault.OTHER_SEAL),
    ]
    if place > last:
        ways = [(f"last_id = {place}", last + 1, Fault.CUT_OFF)]
    change, broken, fault = chance.choice(ways)
    connection.execute(text(f"UPDATE log_head SET {change}"))
    return broken, {fault}


TAMPERINGS = (edit, delete, put_in, swap, cut_off, sealed_anew, move_head)


def shift(connection: Connection, first: int, by: int) -> None:
    """Through numbers that nobody has: ids are compared one by one."""
    connection.execute(text(f"UPDATE access_log SET id = -id WHERE id >= {first}"))
    connection.execute(text(f"UPDATE access_log SET id = -id + {by} WHERE id < 0"))


@pytest.mark.prove
def test_whatever_is_done_to_the_log_is_found_at_its_first_row(app: Flask, scale: Callable[[int, int], int]) -> None:
    length, chance, found, wrong = 30, Random(20261117), 0, []
    log_of(length)
    anchor = Anchor(NOW, Head(length, row(LogHead).seal))
    for number in range(scale(50, 1000)):
        tamper = TAMPERINGS[number % len(TAMPERINGS)]
        with db.engine.connect() as connection:
            allow_everything(connection)
            place, faults = tamper(connection, chance, length)
            log = queries.read(connection)
            # All of them: SQLite's driver may give a row twice after a cursor was left half read and rolled back.
            verdict = verify(log_key(), [*log.rows], head=log.head, anchors=[anchor])
            connection.rollback()
        found += verdict.fault is not None
        if verdict.broken != place or verdict.fault not in faults:
            wrong.append((number, tamper.__name__, place, verdict))
    assert found == scale(50, 1000)
    assert wrong == []
    assert (proved(), count(AccessLogRow)) == (Verdict(length), length)
