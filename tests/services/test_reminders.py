"""A3, B4, M2: what a worker's rounds queue, from rows in the database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, func, insert, select

from lcweb.db import db, reading, transaction
from lcweb.domain.outbox import MailStatus
from lcweb.domain.people import UnitKind
from lcweb.domain.permissions import Actor, operator
from lcweb.domain.reminders import Kind, Reminder
from lcweb.domain.rules import Rules
from lcweb.domain.units import NewUnit
from lcweb.domain.workdays import Calendar
from lcweb.models import OutboxMail, ReadingRow
from lcweb.services import calendar, reminders, threads, units
from lcweb.services.calendar import Place
from lcweb.services.readings import How
from tests import factories
from tests.at import at, day
from tests.postman import FRIDAY, MONDAY, THURSDAY, nurse, read

RULES = Rules()
Row = tuple[str, str, int]


def tick(moment: str) -> list[Row]:
    return said(reminders.tick(now=at(moment), rules=RULES))


def ticks(first: str, last: str, *, every: int = 30) -> list[Row]:
    """What a worker queues that runs from `first` to `last`, looking every so many minutes."""
    moment, queued = at(first), []
    while moment <= at(last):
        queued += said(reminders.tick(now=moment, rules=RULES))
        moment += timedelta(minutes=every)
    return queued


def said(made: list[Reminder]) -> list[Row]:
    return [(reminder.kind.value, reminder.slot, reminder.count) for reminder in made]


def rows() -> int:
    with db.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(OutboxMail)).scalar_one()


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        ((), [("reading_first", "11:00", 2), ("reading_second", "15:00", 2)]),
        (("08:10", "10:05"), []),
        (("08:10", "08:40"), [("reading_second", "15:00", 1)]),
        (("11:30",), [("reading_first", "11:00", 2), ("reading_second", "15:00", 1)]),
    ],
)
def test_a_day_of_readings(app: Flask, made: tuple[str, ...], expected: list[Row]) -> None:
    person = nurse()
    before, after = [clock for clock in made if clock < "11:00"], [clock for clock in made if clock >= "11:00"]
    read(person, *(f"{FRIDAY} {clock}" for clock in before))
    queued = ticks(f"{FRIDAY} 00:00", f"{FRIDAY} 11:00")
    read(person, *(f"{FRIDAY} {clock}" for clock in after))
    queued += ticks(f"{FRIDAY} 11:30", f"{FRIDAY} 23:55")
    assert queued == expected


def test_nothing_is_queued_on_midsummer_eve(app: Flask) -> None:
    nurse(read_until="Thu 2026-06-18")
    assert ticks("Fri 2026-06-19 00:00", "Sun 2026-06-21 23:50") == []


def test_nothing_is_queued_on_a_day_closed_for_the_unit(app: Flask) -> None:
    closed, other = nurse(name="Stängda enheten"), nurse()
    calendar.close_day(operator(), day(FRIDAY), Place(unit_id=closed.unit_id), now=at(f"{THURSDAY} 12:00"), rules=RULES)
    made = reminders.tick(now=at(f"{FRIDAY} 11:00"), rules=RULES)
    assert [reminder.unit_id for reminder in made] == [other.unit_id]


def test_a_half_day_has_one_reminder_at_half_past_ten(app: Flask) -> None:
    nurse(read_until="Wed 2026-04-29")
    calendar.halve_day(operator(), day("Thu 2026-04-30"), Place(), now=at("Wed 2026-04-29 12:00"))
    assert ticks("Thu 2026-04-30 00:00", "Thu 2026-04-30 23:55") == [("reading_first", "10:30", 1)]


def test_a_worker_away_at_eleven_makes_the_reminder_once_when_it_is_back(app: Flask) -> None:
    nurse()
    assert ticks(f"{FRIDAY} 10:00", f"{FRIDAY} 10:55") == []
    assert ticks(f"{FRIDAY} 11:40", f"{FRIDAY} 14:55", every=1) == [("reading_first", "11:00", 2)]


def test_two_rounds_at_the_same_moment_queue_once(app: Flask) -> None:
    nurse()
    assert len(tick(f"{FRIDAY} 11:00")) == 1
    assert tick(f"{FRIDAY} 11:00") == []
    assert rows() == 1


def test_workers_at_the_same_moment_queue_each_mail_once(app: Flask) -> None:
    for number in range(12):
        nurse(name=f"Enhet i lopp {number}")

    def one_worker(_number: int) -> list[Reminder]:
        with app.app_context():
            return reminders.tick(now=at(f"{FRIDAY} 11:00"), rules=RULES)

    with ThreadPoolExecutor(4) as workers:
        made = [reminder for queued in workers.map(one_worker, range(4)) for reminder in queued]
    assert len(made) == 12
    assert len({reminder.key for reminder in made}) == 12
    assert rows() == 12


def test_a_shortfall_is_the_managers_line_the_next_working_morning(app: Flask) -> None:
    person = nurse(read_until=THURSDAY)
    read(person, f"{FRIDAY} 08:10")
    assert tick(f"{MONDAY} 08:29") == []
    assert tick(f"{MONDAY} 08:30") == [("reading_shortfall", "08:30", 1)]


def test_after_a_long_closure_the_last_working_day_is_still_known(app: Flask) -> None:
    """Its readings lie further back than those of the units that were open."""
    short, whole, _open = nurse(read_until=None), nurse(), nurse(read_until="Fri 2026-12-18")
    read(short, f"{THURSDAY} 08:10")
    days = (day(FRIDAY) + timedelta(days=number) for number in range(29))
    for closed in filter(Calendar().is_working_day, days):
        for person in (short, whole):
            place = Place(unit_id=person.unit_id)
            calendar.close_day(operator(), closed, place, now=at("Wed 2026-11-18 12:00"), rules=RULES)
    made = reminders.tick(now=at("Mon 2026-12-21 08:30"), rules=RULES)
    assert [(reminder.unit_id, reminder.kind, reminder.count) for reminder in made] == [
        (short.unit_id, Kind.READING_SHORTFALL, 1)
    ]


def test_a_unit_is_not_measured_before_it_existed(app: Flask) -> None:
    new = NewUnit(
        organization_id=factories.organization(),
        name="Nya enheten",
        kind=UnitKind.PRIMARY_CARE,
        municipality="Halmstad",
        phone="035-1",
        acute_phone="035-2",
    )
    units.add_unit(operator(), new, now=at(f"{FRIDAY} 09:00"))
    assert ticks(f"{FRIDAY} 09:00", f"{MONDAY} 10:55") == []
    assert tick(f"{MONDAY} 11:00") == [("reading_first", "11:00", 2)]


def ask(sender: Actor, receiver: Actor, moment: str) -> int:
    return factories.thread(sender, receiver.unit_id, now=at(moment))


def overdue_of(queued: list[Row]) -> list[Row]:
    return [row for row in queued if not row[0].startswith("reading")]


def test_due_today_then_overdue_then_each_morning(app: Flask) -> None:
    sender, receiver = nurse(), nurse()
    for _ in range(2):
        ask(sender, receiver, "Tue 2026-11-17 09:00")  # due Fri 2026-11-20 16:30
    assert overdue_of(ticks(f"{THURSDAY} 00:00", f"{FRIDAY} 07:55")) == []
    assert overdue_of(ticks(f"{FRIDAY} 08:00", f"{FRIDAY} 23:55")) == [("due_today", "opening", 2)]
    assert overdue_of(ticks("Sat 2026-11-21 00:00", f"{MONDAY} 07:55")) == []
    assert overdue_of(ticks(f"{MONDAY} 08:00", f"{MONDAY} 23:55")) == [
        ("overdue", "new", 2),
        ("overdue_manager", "new", 2),
    ]
    assert overdue_of(ticks("Tue 2026-11-24 00:00", "Tue 2026-11-24 23:55")) == [("overdue", "morning", 2)]


def test_an_answered_duty_is_mailed_about_no_more(app: Flask) -> None:
    sender, receiver = nurse(), nurse()
    thread_id = ask(sender, receiver, "Tue 2026-11-17 09:00")
    threads.reply(
        receiver, thread_id, "Ja, på måndag.", expects_reply=False, close=False,
        version=factories.version_of(thread_id), submission_id=factories.submission_id(),
        now=at(f"{THURSDAY} 12:00"), rules=RULES,
    )  # fmt: skip
    assert overdue_of(ticks(f"{FRIDAY} 00:00", f"{MONDAY} 23:55")) == []


@pytest.mark.parametrize("became", list(MailStatus))
def test_the_manager_is_not_told_again_whatever_became_of_the_mail(app: Flask, became: MailStatus) -> None:
    sender, receiver = nurse(), nurse()
    ask(sender, receiver, "Mon 2026-11-16 09:00")  # due Thu 2026-11-19 16:30
    assert ("overdue_manager", "new", 1) in tick(f"{FRIDAY} 08:00")
    with transaction() as session:
        session.query(OutboxMail).update({"status": became})
    assert overdue_of(ticks(f"{FRIDAY} 08:05", f"{MONDAY} 23:55")) == [("overdue", "morning", 1)]
    ask(sender, receiver, f"{FRIDAY} 09:00")  # due Wed 2026-11-25 16:30
    assert ("overdue_manager", "new", 1) in tick("Thu 2026-11-26 08:00")


def test_a_preview_is_what_a_tick_queues_and_writes_nothing(app: Flask) -> None:
    nurse(), nurse()
    now = at(f"{FRIDAY} 11:00")
    previewed = reminders.preview(now=now, rules=RULES)
    assert len(previewed) == 2
    assert rows() == 0
    assert reminders.tick(now=now, rules=RULES) == previewed
    assert reminders.preview(now=now, rules=RULES) == []


def test_rows_are_queued_for_now_each_with_a_message_id_of_its_own(app: Flask) -> None:
    nurse(), nurse()
    tick(f"{FRIDAY} 11:00")
    with db.engine.connect() as connection:
        made = connection.execute(select(OutboxMail.__table__)).all()
    assert {(row.status, row.attempts, row.next_try_at, row.created_at, row.day) for row in made} == {
        ("queued", 0, at(f"{FRIDAY} 11:00"), at(f"{FRIDAY} 11:00"), day(FRIDAY))
    }
    assert len({row.message_id for row in made}) == 2


def test_no_units_no_reminders(app: Flask) -> None:
    assert tick(f"{FRIDAY} 11:00") == []


def statements_of(app: Flask, moment: datetime) -> list[str]:
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement.split()[0])

    event.listen(db.engine, "before_cursor_execute", note)
    reminders.tick(now=moment, rules=RULES)
    event.remove(db.engine, "before_cursor_execute", note)
    return [word for word in said if word != "BEGIN"]


def test_the_number_of_statements_does_not_grow_with_the_units(app: Flask) -> None:
    nurse()
    few = statements_of(app, at(f"{FRIDAY} 11:00"))
    for _ in range(9):
        nurse()
    assert statements_of(app, at(f"{FRIDAY} 11:01")) == few
    assert few.count("INSERT") == 1


def test_a_round_with_nothing_new_only_reads(app: Flask) -> None:
    nurse()
    tick(f"{FRIDAY} 11:00")
    assert set(statements_of(app, at(f"{FRIDAY} 11:01"))) == {"SELECT"}


@pytest.mark.parametrize("held_before", [False, True])
def test_a_round_sees_what_others_have_written_meanwhile(app: Flask, held_before: bool) -> None:
    """On SQLite a snapshot that was still open would hide it."""
    person = nurse()
    tick(f"{FRIDAY} 10:00")
    if held_before:
        assert reading().scalar(select(func.count()).select_from(ReadingRow)) == 2
    with db.engine.begin() as connection:
        row = {"unit_id": person.unit_id, "user_id": person.user_id, "read_at": at(f"{FRIDAY} 10:30"), "how": How.PAGE}
        connection.execute(insert(ReadingRow).values(row))
    assert tick(f"{FRIDAY} 11:00") == []
