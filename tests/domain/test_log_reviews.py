"""L3: what points at a row of the log, how rows are drawn, and what may be found of one."""

from collections.abc import Sequence
from typing import Any

import pytest

from lcweb.domain.access_log import LogAction
from lcweb.domain.errors import Refused
from lcweb.domain.log_reviews import (
    HANDLING,
    LOOKING,
    Drawn,
    LoggedAct,
    LogRule,
    Plan,
    TypedFinding,
    TypedPlan,
    draw,
    finding_problems,
    has_same_surname,
    joined,
    may_be_the_same,
    plan,
    pointing,
)
from lcweb.domain.workdays import Calendar
from tests.at import at, day

TODAY = day("Tue 2026-11-17")


@pytest.mark.parametrize(
    ("person", "patient", "same"),
    [
        ("Anna Lind", "Tove Lind", True),
        ("Anna Lind", "LIND, Tove", True),
        ("Anna Lind", "Lind Tove", True),
        ("Anna Lind", "Tove Lindberg", False),
        ("Anna Lind", "Anna Testsson", False),
        ("Anna Bergström-Ek", "Tove Ek", True),
        ("Anna Ek", "Tove Bergström-Ek", True),
        ("Eva-Lena Torp", "Lena Testsson", False),
        ("Carl von Essen", "Tove von Platen", False),
        ("Åsa O'Neill", "Tove O’Neill", True),
        ("Åsa O'Neill", "O Testsson", False),
        ("Eva A\u030aberg", "TOVE ÅBERG", True),
        ("Eva Åberg", "Tove Aberg", False),
        ("Anna Strauß", "Tove STRAUSS", True),
        ("Anna", "Anna Testsson", True),
        ("Anna Lind", "", False),
        ("", "Tove Lind", False),
    ],
)
def test_a_surname_is_compared_by_its_parts(person: str, patient: str, same: bool) -> None:
    assert has_same_surname(person, patient) is same


@pytest.mark.parametrize(
    ("person", "patient", "same"),
    [
        ("Anna Lind", "Anna Lind", True),
        ("Anna Lind", "Lind, Anna Maria", True),
        ("Anna Maria Lind", "ANNA LIND", True),
        ("Eva-Lena Torp", "Eva Lena Torp", True),
        ("Anna Lind", "Tove Lind", False),
        ("Anna Lind", "Anna", False),
        ("Anna", "Anna", False),
        ("Anna Lind", "", False),
    ],
)
def test_the_own_record_is_guessed_from_the_whole_name(person: str, patient: str, same: bool) -> None:
    assert may_be_the_same(person, patient) is same


def act(at_: str = "Tue 2026-11-17 10:00", **fields: Any) -> LoggedAct:
    values: dict[str, Any] = {"action": LogAction.OPEN, "person": "Anna Lind", "patients": {"Tove Testsson"}}
    return LoggedAct(1, at(at_), calendar=Calendar(closed=frozenset({day("Wed 2026-11-18")})), **(values | fields))


@pytest.mark.parametrize(
    ("row", "rules"),
    [
        (act(), []),
        (act(patients={"Tove Testsson", "Tove Lind"}), [LogRule.SAME_SURNAME]),
        (act(patients={"Anna Lind"}), [LogRule.SAME_SURNAME, LogRule.OWN_RECORD]),
        (act(patients=()), []),
        (act(is_handled=False), [LogRule.UNCLAIMED]),
        (act(is_handled=False, action=LogAction.PRINT), [LogRule.UNCLAIMED]),
        (act(is_handled=False, action=LogAction.SEARCH), []),
        (act(is_protected=True), [LogRule.PROTECTED]),
        (act("Tue 2026-11-17 08:00"), []),
        (act("Tue 2026-11-17 07:59"), [LogRule.AFTER_HOURS]),
        (act("Tue 2026-11-17 16:30"), [LogRule.AFTER_HOURS]),
        (act("Wed 2026-11-18 10:00"), [LogRule.AFTER_HOURS]),
        (act("Sat 2026-11-21 10:00"), [LogRule.AFTER_HOURS]),
        (act("Thu 2026-12-24 10:00"), [LogRule.AFTER_HOURS]),
    ],
)
def test_which_rules_point_at_a_row(row: LoggedAct, rules: list[LogRule]) -> None:
    assert pointing(row, LogRule) == rules
    assert pointing(row, [rule for rule in LogRule if rule not in rules]) == []


def test_no_act_both_only_looks_and_handles() -> None:
    assert set() == LOOKING & HANDLING


def first(found: Sequence[Drawn], count: int) -> Sequence[Drawn]:
    return found[:count]


def test_so_many_are_drawn_as_are_wanted_in_the_log_s_order() -> None:
    found = [Drawn(number, "sample") for number in (9, 4, 7)]
    assert [row.row_id for row in draw(found, 2, pick=first)] == [4, 9]
    assert [row.row_id for row in draw(found, 3, pick=lambda *_: [])] == [4, 7, 9]
    assert draw([], 3, pick=first) == []
    assert joined(()) == "sample"


# Asking ---------------------------------------------------------------------------------------------------------------


def typed(**fields: Any) -> TypedPlan:
    values = {"organization_id": 1, "way": "sample", "wanted": "20", "from_day": "2026-10-19", "to_day": "2026-11-17"}
    return TypedPlan(**(values | fields))


def test_what_is_typed_is_understood() -> None:
    known = {"wanted": 20, "from_day": day("Mon 2026-10-19"), "to_day": TODAY}
    assert plan(typed(rules=["protected"]), today=TODAY) == Plan(organization_id=1, unit_id=None, rules=(), **known)
    by_rules = plan(typed(way="rules", rules=["protected", "x", "same_surname"], wanted=" 20 "), today=TODAY)
    assert by_rules.kind == "same_surname,protected"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"organization_id": None}, {"place"}),
        ({"way": "x"}, {"way"}),
        ({"way": "rules"}, {"rules"}),
        ({"way": "rules", "rules": ["x"]}, {"rules"}),
        ({"wanted": "0"}, {"wanted"}),
        ({"wanted": "101"}, {"wanted"}),
        ({"wanted": "٢"}, {"wanted"}),
        ({"from_day": "", "to_day": "i går"}, {"from_day", "to_day"}),
        ({"from_day": "2026-11-18", "to_day": "2026-11-17"}, {"to_day"}),
        ({"to_day": "2026-11-18"}, {"to_day"}),
        ({"from_day": "2025-11-16"}, {"from_day"}),
        ({"organization_id": None, "way": "", "wanted": "", "from_day": "", "to_day": ""},
         {"place", "way", "wanted", "from_day", "to_day"}),
    ],
)  # fmt: skip
def test_what_cannot_be_begun(fields: dict[str, Any], wrong: set[str]) -> None:
    with pytest.raises(Refused) as refused:
        plan(typed(**fields), today=TODAY)
    assert refused.value.problems.keys() == wrong


def test_a_year_is_the_longest_period() -> None:
    assert plan(typed(from_day="2025-11-17"), today=TODAY)


# Judging --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "words", "field"),
    [
        ("in_order", "", None),
        ("in_order", "Hon har vikarierat.", None),
        ("follow_up", "Frågar enhetschefen.", None),
        ("follow_up", " \n", "words-7"),
        ("unauthorised", "", "words-7"),
        ("", "Hon har vikarierat.", "verdict-7"),
        ("x", "", "verdict-7"),
        ("in_order", "Gäller 20000101-2384", "words-7"),
        ("in_order", "x" * 1001, "words-7"),
        ("in_order", "nul\0", "words-7"),
        ("in_order", "\ud800", "words-7"),
    ],
)
def test_what_a_finding_must_say(verdict: str, words: str, field: str | None) -> None:
    found = finding_problems(TypedFinding(row_id=7, verdict=verdict, words=words), is_own=False)
    assert list(found) == ([field] if field else [])


def test_nobody_judges_the_own_act() -> None:
    found = finding_problems(TypedFinding(row_id=7, verdict="in_order"), is_own=True)
    assert found == {"verdict-7": "Det här har du gjort själv. En annan loggranskare bedömer raden."}
