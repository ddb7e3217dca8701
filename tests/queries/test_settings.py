"""What holds, what is planned, and who changed what from what."""

from datetime import timedelta

from flask import Flask

from lcweb.domain.mail_wording import Wording
from lcweb.domain.permissions import operator
from lcweb.domain.reminders import Kind
from lcweb.queries import settings as queries
from lcweb.services import settings
from tests.at import at, day
from tests.factories import RULES, unit
from tests.rows import rows
from tests.web.visits import statements

TODAY = day("Tue 2026-11-17")


def change(typed: str, on: str, *, seen: int, now: str = "Tue 2026-11-17 10:00", name: str = "answer_days") -> None:
    settings.change_rule(operator(), name, typed, day(on), seen=seen, base=RULES, now=at(now))


def history_of(name: str) -> list[tuple[object, object, str | None]]:
    found = queries.rules(RULES, today=TODAY)[name].history
    return [(turn.before, turn.value, turn.ended_by) for turn in found]


def test_what_nobody_has_changed_is_as_configured(app: Flask) -> None:
    for name, setting in queries.rules(RULES, today=TODAY).items():
        assert setting == (getattr(RULES, name), None, (), (), 0)


def test_what_holds_since_when_and_what_comes(app: Flask) -> None:
    change("5", "Mon 2026-11-16", seen=0, now="Fri 2026-11-13 10:00")
    change("7", "Mon 2026-11-30", seen=1)
    change("6", "Mon 2026-11-23", seen=2)
    found = queries.rules(RULES, today=TODAY)["answer_days"]
    assert (found.value, found.since, found.turns) == (5, day("Mon 2026-11-16"), 3)
    assert [(turn.value, turn.applies_from) for turn in found.planned] == [
        (6, day("Mon 2026-11-23")), (7, day("Mon 2026-11-30"))
    ]  # fmt: skip
    assert history_of("answer_days") == [(5, 6, None), (5, 7, None), (3, 5, None)]


def test_from_what_to_what_is_as_it_was_planned_when_the_change_was_made(app: Flask) -> None:
    change("5", "Mon 2026-11-23", seen=0)
    settings.take_back(operator(), rows(settings.SettingChange)[0].id, base=RULES, now=at("Tue 2026-11-17 10:01"))
    change("7", "Mon 2026-11-30", seen=2, now="Tue 2026-11-17 10:02")
    assert history_of("answer_days") == [(3, 7, None), (3, 5, "Driften")]
    assert queries.rules(RULES, today=TODAY)["answer_days"].turns == 3


def test_values_are_of_the_rule_s_own_sort(app: Flask) -> None:
    change("90", "Mon 2026-11-23", seen=0, name="reading_gap")
    assert history_of("reading_gap") == [(timedelta(minutes=60), timedelta(minutes=90), None)]


def test_units_and_mails_have_theirs(app: Flask) -> None:
    first, second, now = unit("A"), unit("B", receptionists_may_write=True), at("Tue 2026-11-17 10:00")
    settings.change_receptionists(operator(), first, True, day("Wed 2026-11-18"), seen=0, now=now)
    words = Wording("Hej", "{länk}")
    settings.change_mail_wording(operator(), Kind.OVERDUE, words, day("Wed 2026-11-18"), seen=0, now=now)
    with statements() as asked:
        units = {found.unit_id: found.setting for found in queries.receptionists(today=TODAY)}
        mails = queries.mail_wordings(today=TODAY)
    assert len(asked) == 3
    assert (units[first].value, units[second].value) == (False, True)
    assert [(turn.unit, turn.before, turn.value) for turn in units[first].planned] == [("A", False, True)]
    assert (mails[Kind.OVERDUE].value, mails[Kind.OVERDUE].planned[0].value) == (None, words)
    later = day("Wed 2026-11-18")
    assert {found.unit_id: found.setting.value for found in queries.receptionists(today=later)}[first] is True
    assert queries.mail_wordings(today=later)[Kind.OVERDUE].value == words
