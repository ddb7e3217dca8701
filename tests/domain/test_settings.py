"""What an administrator may choose, from which day, and which rules must go together."""

from dataclasses import fields
from datetime import date, time, timedelta

import pytest

from lcweb.config import RULE_SETTINGS
from lcweb.domain import settings
from lcweb.domain.errors import Refused
from lcweb.domain.rules import ReadingRule, RuleBook, RuleChange, Rules
from lcweb.domain.settings import READERS, Clash, as_typed, chosen, clash, day_problem, limits
from lcweb.web import words
from tests.at import day

TODAY = day("Tue 2026-11-17")


def test_every_rule_is_read_configured_and_named() -> None:
    names = [field.name for field in fields(Rules)]
    assert list(READERS) == names == list(words.RULES) == [setting.name.lower() for setting in RULE_SETTINGS]
    assert len({rule.slug for rule in words.RULES.values()}) == len(names)


@pytest.mark.parametrize("name", READERS)
def test_what_is_shown_is_taken_and_read_as_it_was(name: str) -> None:
    value = getattr(Rules(), name)
    assert READERS[name](chosen(name, as_typed(value))) == value


@pytest.mark.parametrize(
    ("name", "typed", "kept", "value"),
    [
        ("answer_days", " 05 ", "5", 5),
        ("answer_days", "60", "60", 60),
        ("readings_per_day", "8", "8", 8),
        ("reading_gap", "90", "90", timedelta(minutes=90)),
        ("first_reminder", "9.05", "09:05", time(9, 5)),
        ("first_reminder", "10:30:00", "10:30", time(10, 30)),
        ("half_day_closes", "06:00", "06:00", time(6, 0)),
        ("reading_rule", "am_pm", "am_pm", ReadingRule.AM_PM),
    ],
)
def test_it_is_kept_in_one_way_of_writing(name: str, typed: str, kept: str, value: object) -> None:
    assert (chosen(name, typed), READERS[name](kept)) == (kept, value)


WHOLE = "Skriv ett helt tal från 1 till 60."
CLOCK = "Skriv ett klockslag från 06.00 och före 16.30, till exempel 06.00."


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        *[("answer_days", typed, WHOLE) for typed in ("", "0", "61", "-1", "3,5", "1e1", "tre", "٣", "3\0", "9" * 400)],
        ("readings_per_day", "9", "Skriv ett helt tal från 1 till 8."),
        *[("reading_gap", typed, "Skriv ett helt tal från 1 till 480.") for typed in ("0", "481", "nan", "inf", "1.5")],
        *[("first_reminder", typed, CLOCK) for typed in ("", "05:59", "16:30", "24:00", "11", "11:5", "11:00+02:00")],
        *[("reading_rule", typed, "Välj hur läsningarna räknas.") for typed in ("", "SPACED", "\ud800")],
    ],
)
def test_what_cannot_be_chosen_is_refused_with_a_sentence(name: str, typed: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        chosen(name, typed)
    assert refused.value.problems == {"value": sentence}


def test_the_limits_that_a_form_shows() -> None:
    assert [limits(name) for name in ("answer_days", "reading_gap", "first_reminder", "reading_rule")] == [
        ("1", "60"), ("1", "480"), ("06:00", "16:30"), ("", "")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("on", "at_once", "sentence"),
    [
        (None, False, settings.NO_DAY),
        (day("Mon 2026-11-16"), False, settings.TOO_EARLY),
        (TODAY, False, settings.TOO_EARLY),
        (day("Wed 2026-11-18"), False, None),
        (TODAY, True, None),
        (day("Mon 2026-11-16"), True, "Dagen har redan varit."),
        (day("Fri 2028-11-17"), False, None),
        (day("Sun 2028-11-19"), False, settings.TOO_LATE),
        (date(9999, 12, 31), True, settings.TOO_LATE),
    ],
)
def test_a_change_never_acts_backwards(on: date | None, at_once: bool, sentence: str | None) -> None:
    assert day_problem(on, today=TODAY, at_once=at_once) == sentence


def book(*changes: tuple[str, object, date]) -> RuleBook:
    return RuleBook(Rules(), tuple(RuleChange(*change) for change in changes))


MONDAY, FRIDAY = day("Mon 2026-11-23"), day("Fri 2026-11-27")


@pytest.mark.parametrize(
    ("changes", "name", "since", "on"),
    [
        ([("first_reminder", time(14, 59), MONDAY)], "first_reminder", MONDAY, None),
        ([("first_reminder", time(15, 0), MONDAY)], "first_reminder", MONDAY, MONDAY),
        ([("second_reminder", time(11, 0), MONDAY)], "second_reminder", MONDAY, MONDAY),
        ([("half_day_reminder", time(12, 0), MONDAY)], "half_day_reminder", MONDAY, MONDAY),
        ([("half_day_closes", time(10, 30), MONDAY)], "half_day_closes", MONDAY, MONDAY),
        ([("reading_gap", timedelta(minutes=510), MONDAY)], "reading_gap", MONDAY, MONDAY),
        ([("reading_gap", timedelta(minutes=509), MONDAY)], "reading_gap", MONDAY, None),
        ([("readings_per_day", 8, MONDAY), ("reading_gap", timedelta(minutes=90), FRIDAY)], "readings_per_day", MONDAY,
         FRIDAY),
        # What is planned for a later day counts, until it is changed back.
        ([("second_reminder", time(16, 0), MONDAY), ("first_reminder", time(15, 30), MONDAY),
          ("second_reminder", time(15, 0), FRIDAY)], "first_reminder", MONDAY, FRIDAY),
        # Only what the rule itself has to do with.
        ([("first_reminder", time(15, 0), MONDAY)], "answer_days", MONDAY, None),
        # With one before and one after noon no gap is asked for, until it is.
        ([("reading_rule", ReadingRule.AM_PM, MONDAY), ("readings_per_day", 8, MONDAY),
          ("reading_gap", timedelta(minutes=480), MONDAY), ("reading_rule", ReadingRule.SPACED, FRIDAY)],
         "reading_gap", MONDAY, FRIDAY),
    ],
)  # fmt: skip
def test_rules_must_go_together_on_every_coming_day(
    changes: list[tuple[str, object, date]], name: str, since: date, on: date | None
) -> None:
    found = clash(book(*changes), name, since=since)
    assert (found.day if found else None) == on


def test_a_clash_says_what_must_go_first() -> None:
    assert clash(book(("first_reminder", time(15, 0), MONDAY)), "first_reminder", since=MONDAY) == Clash(
        MONDAY, "Första läspåminnelsen måste gå före den andra."
    )
