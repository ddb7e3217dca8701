"""The routine's numbers on a day: the configuration's until a change, from its day on."""

from datetime import date, timedelta

import pytest

from lcweb.domain.rules import ReadingRule, RuleBook, RuleChange, Rules
from tests.at import day

MONDAY, TUESDAY, FRIDAY = day("Mon 2026-11-23"), day("Tue 2026-11-24"), day("Fri 2026-11-27")
BOOK = RuleBook(
    Rules(answer_days=4),
    (
        RuleChange("answer_days", 5, FRIDAY),
        RuleChange("reading_rule", ReadingRule.AM_PM, MONDAY),
        RuleChange("answer_days", 2, MONDAY),  # made later, and holds earlier
        RuleChange("answer_days", 3, MONDAY),
    ),
)


@pytest.mark.parametrize(
    ("on", "answer_days", "reading_rule"),
    [
        (day("Sun 2026-11-22"), 4, ReadingRule.SPACED),
        (MONDAY, 3, ReadingRule.AM_PM),
        (TUESDAY, 3, ReadingRule.AM_PM),
        (day("Thu 2026-11-26"), 3, ReadingRule.AM_PM),
        (FRIDAY, 5, ReadingRule.AM_PM),
        (date(2030, 1, 1), 5, ReadingRule.AM_PM),
        (date(1990, 1, 1), 4, ReadingRule.SPACED),
    ],
)
def test_the_rules_of_a_day(on: date, answer_days: int, reading_rule: ReadingRule) -> None:
    assert BOOK.on(on) == Rules(answer_days=answer_days, reading_rule=reading_rule)


def test_which_change_decides() -> None:
    assert BOOK.in_force("answer_days", day("Sun 2026-11-22")) is None
    assert BOOK.in_force("answer_days", TUESDAY) == RuleChange("answer_days", 3, MONDAY)
    assert BOOK.in_force("answer_days", FRIDAY) == RuleChange("answer_days", 5, FRIDAY)
    assert BOOK.in_force("draft_days", FRIDAY) is None


def test_rules_without_a_book_are_the_same_on_every_day() -> None:
    rules = Rules(reading_gap=timedelta(minutes=30))
    assert rules.on(MONDAY) is rules.on(FRIDAY) is rules
    assert RuleBook(rules).on(MONDAY) == rules
