"""A change holds from its day: nothing of before is moved, one person's change is never lost in another's."""

from datetime import time

import pytest
from flask import Flask

from lcweb import facts
from lcweb.db import reading, release_reading
from lcweb.domain.errors import Conflict, NotAllowed, NotFound, Refused
from lcweb.domain.permissions import Actor, Role, operator
from lcweb.domain.rules import ReadingRule, RuleBook, Rules
from lcweb.domain.settings import NO, RECEPTIONISTS, TOO_EARLY, YES
from lcweb.domain.workdays import local_day
from lcweb.models import Obligation, SettingChange
from lcweb.queries import readings
from lcweb.services import reminders, settings, units
from lcweb.services import threads as thread_verbs
from lcweb.services.reminders import Reminder
from lcweb.services.settings import ALREADY_SO, ONE_A_DAY
from tests.at import at, day
from tests.factories import RULES, new_thread, pair, submission_id, unit, user
from tests.postman import FRIDAY, THURSDAY, nurse, read
from tests.race import race
from tests.rows import nothing_written, row, rows

NOW = at("Tue 2026-11-17 10:00")
MONDAY = "Mon 2026-11-23"


@pytest.fixture
def ada(app: Flask) -> Actor:
    return user("Ada Min", role=Role.SYSTEM_ADMIN)


def change(actor: Actor, name: str, typed: str, on: str, *, seen: int = 0, now: str = "Tue 2026-11-17 10:00") -> str:
    return settings.change_rule(actor, name, typed, day(on), seen=seen, base=RULES, now=at(now))


def book() -> RuleBook:
    release_reading()
    return facts.rule_book(reading(), RULES)


def last_id() -> int:
    return rows(SettingChange)[-1].id


# A change and its day -------------------------------------------------------------------------------------------------


def test_a_change_is_a_row_with_who_and_from_when(ada: Actor) -> None:
    assert change(ada, "answer_days", " 05", MONDAY) == "5"
    kept = (1, "answer_days", None, "5", day(MONDAY), "Ada Min", NOW, None, None)
    assert row(SettingChange) == kept
    assert [book().on(day(on)).answer_days for on in ("Sun 2026-11-22", MONDAY)] == [3, 5]


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("reading_gap", "90", "90"),
        ("reading_rule", "am_pm", "am_pm"),
        ("first_reminder", "9.30", "09:30"),
    ],
)
def test_every_sort_of_value_comes_back_as_it_was_meant(ada: Actor, name: str, typed: str, value: str) -> None:
    change(ada, name, typed, MONDAY)
    assert row(SettingChange).value == value
    changed = book().on(day(MONDAY))
    assert changed != RULES == book().on(day("Sun 2026-11-22"))
    assert isinstance(getattr(changed, name), type(getattr(RULES, name)))


def test_t5_what_was_sent_before_keeps_its_date_and_what_is_sent_after_gets_the_new(ada: Actor) -> None:
    change(ada, "answer_days", "5", MONDAY)
    sender, recipient = pair()
    for moment in ("Fri 2026-11-20 16:29", "Mon 2026-11-23 00:00"):
        new = new_thread(recipient.unit_id, confirmed=frozenset({"new_thread"}))
        thread_verbs.start(
            sender, new, submission_id=submission_id(), now=at(moment), rules=book().on(local_day(at(moment)))
        )
    assert [(duty.answer_days, duty.due_at) for duty in rows(Obligation)] == [
        (3, at("Wed 2026-11-25 16:30")),
        (5, at("Mon 2026-11-30 16:30")),
    ]


def test_the_reading_rule_of_tomorrow_leaves_today_alone(ada: Actor) -> None:
    person = nurse(read_until=None)
    read(person, "Tue 2026-11-17 08:10", "Tue 2026-11-17 09:30")
    change(ada, "reading_rule", "am_pm", "Wed 2026-11-18")
    release_reading()
    today = readings.todays_duty(person.require_unit(), now=NOW, rules=book().on(local_day(NOW)))[0]
    assert today.met
    read(person, "Wed 2026-11-18 08:10", "Wed 2026-11-18 09:30")
    later = at("Wed 2026-11-18 10:00")
    release_reading()
    tomorrow = readings.todays_duty(person.require_unit(), now=later, rules=book().on(local_day(later)))[0]
    assert (tomorrow.met, tomorrow.remaining) == (False, 1)


# Reminders ------------------------------------------------------------------------------------------------------------


def tick(moment: str) -> list[tuple[str, str, int]]:
    made: list[Reminder] = reminders.tick(now=at(moment), rules=book())
    return [(reminder.kind.value, reminder.slot, reminder.count) for reminder in made]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (("reading_rule", "am_pm"), []),  # two in the morning were enough on Thursday
        (("readings_per_day", "3"), []),
        (("reading_gap", "120"), []),
    ],
)
def test_a3_yesterday_is_judged_by_yesterday_s_rules(ada: Actor, rule: tuple[str, str], said: list[str]) -> None:
    nurse()
    change(ada, *rule, FRIDAY)
    assert tick(f"{FRIDAY} 08:30") == said


def test_a3_and_falls_short_by_them_even_if_today_s_ask_for_less(ada: Actor) -> None:
    person = nurse(read_until=None, manager_email="chef@lcweb.test")
    read(person, f"{THURSDAY} 08:10")
    change(ada, "readings_per_day", "1", FRIDAY)
    assert tick(f"{FRIDAY} 08:30") == [("reading_shortfall", "08:30", 1)]


def test_a3_over_a_weekend_too(ada: Actor) -> None:
    """The previous working day of Monday is Friday, and the change holds from Saturday."""
    nurse(read_until=FRIDAY)
    change(ada, "readings_per_day", "3", "Sat 2026-11-21")
    assert tick(f"{MONDAY} 08:30") == []


@pytest.mark.parametrize(
    ("quiet", "asked"), [(f"{THURSDAY} 10:59", f"{THURSDAY} 11:00"), (f"{FRIDAY} 09:29", f"{FRIDAY} 09:30")]
)
def test_a3_a_reminder_s_time_holds_from_its_day(ada: Actor, quiet: str, asked: str) -> None:
    nurse(read_until=None)
    change(ada, "first_reminder", "9.30", FRIDAY)
    assert [kind for kind, _slot, _count in tick(quiet)] == ["reading_shortfall"]
    assert tick(asked) == [("reading_first", asked[-5:], 2)]


# What is refused ------------------------------------------------------------------------------------------------------


def test_everything_wrong_is_told_at_once(ada: Actor) -> None:
    with nothing_written(), pytest.raises(Refused) as refused:
        change(ada, "answer_days", "0", "Tue 2026-11-17")
    assert refused.value.problems == {"value": "Skriv ett helt tal från 1 till 60.", "applies_from": TOO_EARLY}


def test_what_would_change_nothing(ada: Actor) -> None:
    change(ada, "answer_days", "5", MONDAY)
    for typed, on in (("3", "Fri 2026-11-20"), ("5", "Tue 2026-11-24")):
        with nothing_written(), pytest.raises(Refused) as refused:
            change(ada, "answer_days", typed, on, seen=1)
        assert refused.value.problems == {"value": ALREADY_SO}
    change(ada, "answer_days", "3", "Tue 2026-11-24", seen=1)  # back again


def test_two_plans_for_one_day(ada: Actor) -> None:
    change(ada, "answer_days", "5", MONDAY)
    with nothing_written(), pytest.raises(Refused) as refused:
        change(ada, "answer_days", "6", MONDAY, seen=1)
    assert refused.value.problems == {"applies_from": ONE_A_DAY}


def test_rules_that_would_not_go_together_on_a_later_day(ada: Actor) -> None:
    change(ada, "second_reminder", "13:00", FRIDAY)
    with nothing_written(), pytest.raises(Refused) as refused:
        change(ada, "first_reminder", "14:00", "Thu 2026-11-19")
    sentence = "Från 2026-11-20 går det inte ihop. Första läspåminnelsen måste gå före den andra."
    assert refused.value.problems == {"value": sentence}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM_ADMIN])
def test_only_a_system_administrator_changes(app: Flask, role: Role) -> None:
    actor = Actor(user_id=1, name="Bo", title="", roles=frozenset({role}))
    with nothing_written():
        with pytest.raises(NotAllowed):
            change(actor, "answer_days", "5", MONDAY)
        with pytest.raises(NotAllowed):
            settings.change_receptionists(actor, 1, True, day(MONDAY), seen=0, now=NOW)
        with pytest.raises(NotAllowed):
            settings.take_back(actor, 1, base=RULES, now=NOW)


@pytest.mark.parametrize("name", ["", "x", RECEPTIONISTS, "mail:overdue", "__class__"])
def test_there_is_no_other_rule(ada: Actor, name: str) -> None:
    with nothing_written(), pytest.raises(NotFound):
        change(ada, name, "1", MONDAY)


def test_a_dry_run_writes_nothing_and_refuses_all_the_same(ada: Actor) -> None:
    how = {"seen": 0, "base": RULES, "now": NOW, "dry_run": True}
    with nothing_written():
        assert settings.change_rule(ada, "answer_days", "5", day(MONDAY), **how) == "5"
        with pytest.raises(Refused):
            settings.change_rule(ada, "answer_days", "3", day(MONDAY), **how)


# Two at once, and taking back -----------------------------------------------------------------------------------------


def test_whoever_comes_second_is_told_of_the_first(ada: Actor) -> None:
    bo = user("Bo Ek", role=Role.SYSTEM_ADMIN)
    change(ada, "answer_days", "5", MONDAY)
    with nothing_written(), pytest.raises(Conflict, match="Ada Min har ändrat inställningen"):
        change(bo, "answer_days", "4", "Thu 2026-11-19")
    assert change(ada, "draft_days", "20", MONDAY) == "20"  # another one is nobody's conflict


def test_the_same_by_the_same_person_twice_is_once(ada: Actor) -> None:
    change(ada, "answer_days", "5", MONDAY)
    with nothing_written():
        change(ada, "answer_days", "5", MONDAY)


def test_of_many_at_the_same_moment_one_gets_through(ada: Actor, app: Flask) -> None:
    people = [user(f"Nr {number}", role=Role.SYSTEM_ADMIN) for number in range(4)]
    done = race(app, [lambda who=who, n=n: change(who, "answer_days", str(n + 5), MONDAY)
                      for n, who in enumerate(people)])  # fmt: skip
    assert sum(isinstance(answer, str) for answer in done) == 1
    assert sum(isinstance(answer, Conflict) for answer in done) == 3
    assert len(rows(SettingChange)) == 1


def test_two_rules_that_do_not_go_together_do_not_both_pass(ada: Actor, app: Flask) -> None:
    done = race(app, [lambda: change(ada, "first_reminder", "13:30", MONDAY),
                      lambda: change(ada, "second_reminder", "13:00", MONDAY)])  # fmt: skip
    assert {type(answer) for answer in done} == {str, Refused}


def test_a_planned_change_is_taken_back_and_kept(ada: Actor) -> None:
    change(ada, "answer_days", "5", MONDAY)
    assert settings.take_back(ada, last_id(), base=RULES, now=at("Sun 2026-11-22 23:59")) == ("answer_days", None)
    assert book().on(day(MONDAY)).answer_days == 3
    assert (row(SettingChange).ended_by, row(SettingChange).value) == ("Ada Min", "5")
    with nothing_written(), pytest.raises(Conflict, match="Ada Min har redan tagit tillbaka"):
        settings.take_back(ada, last_id(), base=RULES, now=NOW)
    with nothing_written(), pytest.raises(Conflict, match="Ada Min har ändrat"):
        change(ada, "answer_days", "4", MONDAY, seen=1)  # a page from before
    change(ada, "answer_days", "4", MONDAY, seen=2)


def test_what_holds_already_is_not_taken_back(ada: Actor) -> None:
    change(ada, "answer_days", "5", MONDAY)
    with nothing_written(), pytest.raises(Conflict, match="gäller redan"):
        settings.take_back(ada, last_id(), base=RULES, now=at("Mon 2026-11-23 00:00"))
    with nothing_written(), pytest.raises(NotFound):
        settings.take_back(ada, 4711, base=RULES, now=NOW)


def test_nor_what_another_plan_needs(ada: Actor) -> None:
    change(ada, "second_reminder", "16:00", "Thu 2026-11-19")
    second = last_id()
    change(ada, "first_reminder", "15:30", FRIDAY)
    with nothing_written(), pytest.raises(Refused, match="Från 2026-11-20 går det inte ihop"):
        settings.take_back(ada, second, base=RULES, now=NOW)


# Receptionists --------------------------------------------------------------------------------------------------------


def allow(actor: Actor, unit_id: int, allowed: bool, on: str, *, seen: int = 0) -> None:
    settings.change_receptionists(actor, unit_id, allowed, day(on), seen=seen, now=NOW)


def test_yes_from_tomorrow_and_no_at_once(ada: Actor) -> None:
    closed, open_unit = unit(), unit(receptionists_may_write=True)
    with nothing_written(), pytest.raises(Refused):
        allow(ada, closed, True, "Tue 2026-11-17")
    allow(ada, closed, True, "Wed 2026-11-18")
    allow(ada, open_unit, False, "Tue 2026-11-17")
    assert [(kept.unit_id, kept.value) for kept in rows(SettingChange)] == [(closed, YES), (open_unit, NO)]
    with nothing_written(), pytest.raises(Refused) as refused:
        allow(ada, open_unit, False, "Thu 2026-11-19", seen=1)
    assert refused.value.problems == {"allowed": ALREADY_SO}


def test_what_holds_from_today_can_be_stopped_today(ada: Actor) -> None:
    unit_id = unit()
    allow(ada, unit_id, True, "Wed 2026-11-18")
    settings.change_receptionists(ada, unit_id, False, day("Wed 2026-11-18"), seen=1, now=at("Wed 2026-11-18 09:00"))
    assert [kept.value for kept in rows(SettingChange)] == [YES, NO]


def test_of_units_that_are_closed_or_made_up_nothing_is_known(ada: Actor) -> None:
    shut = unit()
    units.close(operator(), shut, successor_id=None, with_people=False, seen=None, now=NOW)
    for unit_id in (shut, 4711):
        with nothing_written(), pytest.raises(NotFound):
            allow(ada, unit_id, True, MONDAY)


def test_one_unit_s_change_is_no_conflict_for_another_s(ada: Actor) -> None:
    first, second, bo = unit(), unit(), user("Bo Ek", role=Role.SYSTEM_ADMIN)
    allow(ada, first, True, MONDAY)
    allow(ada, second, True, MONDAY)
    with nothing_written(), pytest.raises(Conflict):
        allow(bo, first, True, "Tue 2026-11-24")


def test_the_configuration_stays_what_holds_before(app: Flask) -> None:
    configured = Rules(first_reminder=time(10), reading_rule=ReadingRule.AM_PM)
    assert facts.rule_book(reading(), configured).on(day(MONDAY)) == configured
