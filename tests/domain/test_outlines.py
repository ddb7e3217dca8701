"""What each case type's outline asks for, when it is unfilled, and which periods are too long for single visits."""

from datetime import date

import pytest

from lcweb.domain import guards, hints, identity, outlines
from lcweb.domain.outlines import OUTLINES
from lcweb.domain.recipients import CaseType

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize("case_type", CaseType)
def test_each_case_type_has_an_outline_of_lines_that_wait_for_an_answer(case_type: CaseType) -> None:
    """And that no hint asks about, and no check refuses."""
    text = OUTLINES[case_type]
    assert [line for line in text.split("\n") if not line.endswith(":")] == []
    assert guards.body_problem(text) is None
    assert hints.find(subject="", body=text, patient_number="", words={}).total == 0
    assert identity.numbers_in(text) == set()
    assert not outlines.asks_for_long_visits(text, today=TODAY)


@pytest.mark.parametrize(
    "asked", ["Vad som ska göras", "När och hur länge", "telefon, dörr, nyckel", "medicinskt ansvar"]
)
def test_a_home_visit_needs_what_when_how_to_reach_the_patient_and_who_is_responsible(asked: str) -> None:
    assert asked in OUTLINES[CaseType.SINGLE_HOME_VISIT]


HOME_VISIT = OUTLINES[CaseType.SINGLE_HOME_VISIT]


@pytest.mark.parametrize(
    "text",
    [
        *OUTLINES.values(),
        HOME_VISIT.replace("\n", "\r\n"),
        f"\n {HOME_VISIT}  \n\n{HOME_VISIT}",
        HOME_VISIT.split("\n")[0],
        f"{HOME_VISIT}\n{OUTLINES[CaseType.GENERAL]}",
    ],
)
def test_nothing_but_the_outline_is_no_message(text: str) -> None:
    assert outlines.body_problem(text) == "Meddelandet är bara en tom mall. Fyll i det mottagaren behöver veta."


@pytest.mark.parametrize(
    "text",
    ["", "Hej", f"{HOME_VISIT} se journal", f"{HOME_VISIT}\nTack", "Vad som ska göras: såromläggning", "Anamnes:"],
)
def test_one_word_of_ones_own_makes_it_a_message(text: str) -> None:
    assert outlines.body_problem(text) is None


LONG = (
    "Såromläggning i 3 veckor", "i tre veckor", "20 dagar", "15 dagar framåt", "under 2-3 veckor", "14–20 dagar",
    "2,5 veckor", "dagligen i en månad", "två månader", "ett par månader", "6 mån", "3 v framåt", "20 dygn",
    "20 dagars behandling", "3 veckors behandling", "ett halvår", "TILLS VIDARE", "tillsvidare, två gånger i veckan",
    "dropp i 3\nveckor", "för 3 veckor framåt", "var tredje vecka i 6 månader",
    "varje dag till och med 2026-12-24", "t.o.m. 2026-12-24", "tom 24/12", "till den 24 december", "till 5/1",
    "2026-12-01 till 2026-12-15", "1/12 - 15/12", "1/12–15/12", "från 1 dec till 15 dec", "fram till 1 mars",
    "v. 48-50", "vecka 48–52", "vecka 52 till 2", "vecka 48 till och med 51", "21dagar",
)  # fmt: skip
SHORT = (
    "", "Suturtagning på måndag", "14 dagar", "två veckor", "2 veckor", "1 vecka", "i en vecka", "10-14 dagar",
    "i fjorton dagar", "ett par veckor", "Opererades för 3 veckor sedan", "återbesök om 3 veckor",
    "suturtagning om ca 3 veckor", "inom 30 dagar", "efter 3 veckor", "3 veckor gammalt sår", "3 veckor senare",
    "var tredje vecka", "var 3:e vecka", "var 3 månad", "varannan vecka", "85 år", "på avdelning 20", "rum 30, dagvård",
    "vecka 48", "v 48-49", "vecka 52-1", "var 3 v", "till och med 2026-12-01", "t.o.m. 30/11", "till 20/11",
    "2026-12-01 till 2026-12-14", "1/12-14/12", "till och med 2026-13-45", "till 99/99", "till 31 feb", "till 30",
    "från 20/12 till 24/12", "020-30 40 50", "RR 120/80 till 130/85", "vecka 99-12", "20 000 dagböcker", "till slutet",
)  # fmt: skip


@pytest.mark.parametrize("text", LONG)
def test_more_than_fourteen_days_is_found(text: str) -> None:
    assert outlines.asks_for_long_visits(text, today=TODAY)
    assert outlines.asks_for_long_visits(f"Vad som ska göras: omläggning\nNär och hur länge: {text}.", today=TODAY)


@pytest.mark.parametrize("text", SHORT)
def test_fourteen_days_a_point_of_time_or_an_age_is_not(text: str) -> None:
    assert not outlines.asks_for_long_visits(text, today=TODAY)


def test_a_long_text_of_anything_is_read_in_no_time() -> None:
    for text in ("1 " * 5_000, "till " * 2_000, "9" * 10_000, "1/1 - " * 1_600, "var om " * 1_400, "\0\ud800" * 10):
        assert not outlines.asks_for_long_visits(text, today=TODAY)
