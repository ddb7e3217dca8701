"""Days closed by hand, and the deadlines they move: T1, T2, T5."""

import pytest
from flask import Flask

from lcweb.domain.errors import NotAllowed, Refused
from lcweb.domain.permissions import Role, operator
from lcweb.domain.rules import Rules
from lcweb.domain.threads import EventKind
from lcweb.models import CalendarMark, InboxVersion, Obligation, Thread, ThreadEvent
from lcweb.services import calendar, threads
from lcweb.services.calendar import Place
from tests.at import at, day
from tests.factories import RULES, organization, pair, thread, unit, user
from tests.rows import nothing_written, row, rows

NOW = at("Mon 2026-11-16 09:00")  # due on Thursday 19 November
ADMIN = operator()


def close(text: str, place: Place | None = None, *, rules: Rules = RULES, now: str = "Mon 2026-11-16 10:00") -> int:
    return calendar.close_day(ADMIN, day(text), place or Place(), now=at(now), rules=rules)


def test_t5_closing_a_day_moves_the_duty_later_and_says_so_in_the_thread(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    assert close("Wed 2026-11-18") == 1
    assert row(Obligation).due_at == at("Fri 2026-11-20 16:30")
    event = row(ThreadEvent)
    assert (event.thread_id, event.kind, event.due_at) == (thread_id, EventKind.DUE_MOVED, at("Fri 2026-11-20 16:30"))
    assert (event.unit_name, event.user_name, event.at) == (recipient.unit_name, "Driften", at("Mon 2026-11-16 10:00"))


def test_t5_both_units_see_a_moved_deadline_and_no_draft_is_refused_for_it(app: Flask) -> None:
    sender, recipient = pair()
    bystander = unit()
    thread(sender, recipient.unit_id, now=NOW)
    close("Wed 2026-11-18")
    versions = {version.unit_id: version.version for version in rows(InboxVersion)}
    assert versions == {sender.unit_id: 3, recipient.unit_id: 3, bystander: 1}
    assert (row(Thread).version, row(Thread).revision) == (1, 2)


def test_t5_two_closed_days_move_it_twice(app: Flask) -> None:
    sender, recipient = pair()
    thread(sender, recipient.unit_id, now=NOW)
    close("Wed 2026-11-18")
    close("Fri 2026-11-20")
    assert row(Obligation).due_at == at("Mon 2026-11-23 16:30")


def test_t5_a_day_outside_the_period_moves_nothing(app: Flask) -> None:
    sender, recipient = pair()
    thread(sender, recipient.unit_id, now=NOW)
    assert close("Fri 2026-11-20") == 0
    assert (row(Obligation).due_at, rows(ThreadEvent)) == (at("Thu 2026-11-19 16:30"), [])


@pytest.mark.parametrize("where", ["unit", "organization", "everywhere"])
def test_t1_a_mark_holds_for_a_unit_an_organization_or_everyone(app: Flask, where: str) -> None:
    sender, recipient = pair()
    ours = organization()
    in_unit, beside = unit(organization_id=ours), unit(organization_id=ours)
    ids = [thread(sender, unit_id, now=NOW) for unit_id in (in_unit, beside, recipient.unit_id)]
    place = {"unit": Place(unit_id=in_unit), "organization": Place(organization_id=ours), "everywhere": Place()}[where]
    moved = {"unit": 1, "organization": 2, "everywhere": 3}[where]
    assert close("Wed 2026-11-18", place) == moved
    dues = [row(Obligation, thread_id=thread_id).due_at for thread_id in ids]
    assert dues == [at("Fri 2026-11-20 16:30")] * moved + [at("Thu 2026-11-19 16:30")] * (3 - moved)


def test_t5_neither_ended_nor_overdue_duties_move(app: Flask) -> None:
    sender, recipient = pair()
    ended = thread(sender, recipient.unit_id, now=NOW)
    thread(sender, recipient.unit_id, now=at("Mon 2026-11-09 09:00"))
    threads.close(sender, ended, version=1, now=NOW)
    with_duties = rows(Obligation)
    assert close("Wed 2026-11-18") == 0
    assert rows(Obligation) == with_duties


def test_t5_other_settings_never_move_a_duty(app: Flask) -> None:
    """The number of days in force when it arose goes on counting."""
    sender, recipient = pair()
    thread(sender, recipient.unit_id, now=NOW)
    assert close("Fri 2026-11-27", rules=Rules(answer_days=10)) == 0
    assert close("Wed 2026-11-18", rules=Rules(answer_days=1)) == 1
    assert row(Obligation).due_at == at("Fri 2026-11-20 16:30")


def test_t2_a_half_day_moves_nothing_that_exists(app: Flask) -> None:
    sender, recipient = pair()
    thread(sender, recipient.unit_id, now=NOW)
    calendar.halve_day(ADMIN, day("Thu 2026-11-19"), Place(), now=at("Mon 2026-11-16 10:00"))
    assert row(Obligation).due_at == at("Thu 2026-11-19 16:30")
    second = thread(sender, recipient.unit_id, now=at("Mon 2026-11-16 11:00"))
    assert row(Obligation, thread_id=second).due_at == at("Thu 2026-11-19 12:00")


def test_t5_a_half_day_that_comes_to_lie_last_keeps_its_noon(app: Flask) -> None:
    """Later all the same: Friday noon is after Thursday's closing time."""
    sender, recipient = pair()
    thread(sender, recipient.unit_id, now=NOW)
    calendar.halve_day(ADMIN, day("Fri 2026-11-20"), Place(), now=at("Mon 2026-11-16 10:00"))
    close("Wed 2026-11-18")
    assert row(Obligation).due_at == at("Fri 2026-11-20 12:00")


def test_a_mark_says_who_made_it_and_when(app: Flask) -> None:
    ours = organization()
    calendar.halve_day(ADMIN, day("Thu 2026-11-19"), Place(organization_id=ours), now=NOW)
    mark = row(CalendarMark)
    assert (mark.day, mark.kind, mark.unit_id, mark.organization_id) == (day("Thu 2026-11-19"), "half", None, ours)
    assert (mark.made_by, mark.made_at) == ("Driften", NOW)


@pytest.mark.parametrize("text", ["Mon 2026-11-16", "Sun 2026-11-15"])
def test_t5_today_and_the_past_stay_as_they_were(app: Flask, text: str) -> None:
    with nothing_written(), pytest.raises(Refused) as refused:
        close(text)
    assert list(refused.value.problems) == ["day"]
    with nothing_written(), pytest.raises(Refused):
        calendar.halve_day(ADMIN, day(text), Place(), now=NOW)


def test_the_day_begins_at_midnight_in_stockholm(app: Flask) -> None:
    with pytest.raises(Refused):
        close("Tue 2026-11-17", now="Tue 2026-11-17 00:00")
    close("Tue 2026-11-17", now="Mon 2026-11-16 23:59")
    assert len(rows(CalendarMark)) == 1


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM_ADMIN])
def test_only_system_administrators_close_days(app: Flask, role: Role) -> None:
    in_organization = role in (Role.LIST_ADMIN, Role.LOG_REVIEWER)
    actor = user(role=role, organization_id=organization() if in_organization else None)
    with nothing_written(), pytest.raises(NotAllowed):
        calendar.close_day(actor, day("Thu 2026-11-19"), Place(), now=NOW, rules=RULES)
    with nothing_written(), pytest.raises(NotAllowed):
        calendar.halve_day(actor, day("Thu 2026-11-19"), Place(), now=NOW)


def test_a_place_that_does_not_exist_is_refused(app: Flask) -> None:
    """Also on SQLite, where the foreign key is only kept because we ask for it."""
    for place in (Place(unit_id=987_654), Place(organization_id=987_654)):
        with nothing_written(), pytest.raises(Refused):
            close("Thu 2026-11-19", place)


def test_a_day_that_is_closed_there_or_everywhere_is_not_closed_again(app: Flask) -> None:
    """But everyone's day may be closed after some unit's own, and the unit's own half day too."""
    ours = organization()
    clinic = unit(organization_id=ours)
    close("Wed 2026-11-18", Place(unit_id=clinic))
    calendar.halve_day(ADMIN, day("Thu 2026-11-19"), Place(unit_id=clinic), now=NOW)
    for place in (Place(organization_id=ours), Place()):
        close("Wed 2026-11-18", place)
    close("Thu 2026-11-19")
    for text in ("Wed 2026-11-18", "Thu 2026-11-19"):
        for place in (Place(), Place(organization_id=ours), Place(unit_id=clinic)):
            with nothing_written(), pytest.raises(Refused) as refused:
                close(text, place)
            assert refused.value.problems == {"day": "Dagen är redan stängd där. Du behöver inte göra något."}
            with nothing_written(), pytest.raises(Refused):
                calendar.halve_day(ADMIN, day(text), place, now=NOW)


def test_a_half_day_is_not_halved_again(app: Flask) -> None:
    clinic = unit()
    calendar.halve_day(ADMIN, day("Thu 2026-11-19"), Place(), now=NOW)
    for place in (Place(), Place(unit_id=clinic)):
        with nothing_written(), pytest.raises(Refused) as refused:
            calendar.halve_day(ADMIN, day("Thu 2026-11-19"), place, now=NOW)
        assert refused.value.problems == {"day": "Dagen är redan en halvdag där. Du behöver inte göra något."}


def test_a_day_that_would_leave_no_working_day_moves_nobody_halfway(app: Flask) -> None:
    """The mark and all duties stay as they were."""
    sender, recipient = pair()
    thread(sender, recipient.unit_id, now=NOW)
    with pytest.MonkeyPatch.context() as patch, nothing_written(), pytest.raises(Refused, match="dagar i rad"):
        patch.setattr("lcweb.domain.workdays.LONGEST_CLOSURE", 1)
        close("Wed 2026-11-18")
