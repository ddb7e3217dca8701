"""S2: which rows of a list are in force, and which a person asks for."""

from datetime import date

import pytest

from lcweb.domain.recipients import MAX_TYPED, Choice, Period, Term, ended_before, is_found, read_choice, terms
from tests.at import day

SUNDAY, MONDAY, TUESDAY = day("Sun 2026-11-15"), day("Mon 2026-11-16"), day("Tue 2026-11-17")


@pytest.mark.parametrize(
    ("first", "last", "covers"),
    [
        (MONDAY, None, True),
        (MONDAY, MONDAY, True),
        (SUNDAY, TUESDAY, True),
        (TUESDAY, None, False),
        (SUNDAY, SUNDAY, False),
    ],
)
def test_a_period_includes_its_first_and_last_day(first: date, last: date | None, covers: bool) -> None:
    assert Period(first, last).covers(MONDAY) is covers


@pytest.mark.parametrize("choice", [Choice(12), Choice(12, 34), Choice(999_999_999, 1)])
def test_what_is_chosen_is_read_as_it_was_sent(choice: Choice) -> None:
    assert read_choice(choice.value) == choice


@pytest.mark.parametrize(
    "raw",
    ["", "0", "-1", "12-", "-12", "012", "12-0", "12-34-56", "12 34", "12-34\n", "１２", "1" * 10, "1-" + "1" * 10],
)
def test_anything_else_chooses_nothing(raw: str) -> None:
    assert read_choice(raw) is None


@pytest.mark.parametrize(
    ("periods", "ended"),
    [
        ([], None),
        ([Period(SUNDAY, SUNDAY)], SUNDAY),
        ([Period(SUNDAY, None)], None),
        ([Period(SUNDAY, MONDAY)], None),
        ([Period(SUNDAY, SUNDAY), Period(MONDAY, None)], None),
        ([Period(date(2026, 1, 1), date(2026, 2, 1)), Period(SUNDAY, SUNDAY)], SUNDAY),
        ([Period(SUNDAY, SUNDAY), Period(TUESDAY, None)], SUNDAY),
    ],
)
def test_the_last_day_of_what_no_longer_holds(periods: list[Period], ended: date | None) -> None:
    assert ended_before(periods, MONDAY) == ended
    assert ended_before(iter(periods), MONDAY) == ended


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", ()),
        (" ,; -  ", ()),
        ("Norr, HALMSTAD", (Term(("norr",)), Term(("halmstad",)))),
        ("035-13 20", (Term(("035-13", "20"), "0351320"),)),
        ("035 - 13", (Term(("035", "-", "13"), "03513"),)),
        ("+46 (0)35-13", (Term(("+46", "(0)35-13"), "03513"),)),
        ("Storgatan 12 A", (Term(("storgatan",)), Term(("12",), "12"), Term(("a",)))),
        ("A\u030aled", (Term(("åled",)),)),
        ("１２", (Term(("１２",)),)),
        ("x" * 5_000, (Term(("x" * MAX_TYPED,)),)),
    ],
)
def test_what_is_typed_becomes_words_and_numbers(typed: str, found: tuple[Term, ...]) -> None:
    assert terms(typed) == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", True),
        ("norr", True),
        ("NORR halm", True),
        ("norr laholm", False),
        ("aled", False),
        ("åled", True),
        ("storgatan 12", True),
        ("storgatan 14", False),
        ("0351320", True),
        ("035-13 20 01", True),
        ("+46 35 132001", True),
        ("20 01 norr", True),
        ("035-20 13", False),  # in that order, and not each somewhere
        ("00 070", False),  # from one number into the next
    ],
)
def test_each_word_is_in_the_texts_and_each_number_in_one_telephone_number(typed: str, found: bool) -> None:
    texts = ("Halmstad", "Åled, Storgatan 12", "Hemsjukvård Norr")
    assert is_found(terms(typed), texts=texts, phones=("035-13 20 00", "+46 35-13 20 01", "070-1")) is found
