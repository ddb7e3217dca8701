"""S1–S8 as far as they need no database, P1."""

from typing import Any

import pytest

from lcweb.domain.compose import (
    _DOUBTS,
    Confirmation,
    DisclosureBasis,
    NewThread,
    patient_number,
    problems,
    reserve_sort,
    reserve_words,
)
from lcweb.domain.identity import Doubt, NumberType
from lcweb.domain.recipients import CaseType
from tests.at import day
from tests.factories import OTHER_PATIENT, new_thread

TODAY = day("Mon 2026-11-16")
VOUCHED = frozenset({Confirmation.RESERVE_NUMBER})


def told(**overrides: Any) -> dict[str, str]:
    return problems(new_thread(1, **overrides), today=TODAY)


def test_what_is_right_has_no_problem() -> None:
    assert told() == {}
    assert told(expects_reply=False, patient_id=OTHER_PATIENT) == {}


@pytest.mark.parametrize("case_type", CaseType)
def test_the_four_case_types(case_type: CaseType) -> None:
    assert told(case_type=case_type.value) == {}


@pytest.mark.parametrize("basis", DisclosureBasis)
def test_s3_a_basis_is_chosen_and_another_one_described(basis: DisclosureBasis) -> None:
    assert told(disclosure_basis=basis.value, disclosure_words="Lag") == {}
    without_words = told(disclosure_basis=basis.value)
    assert list(without_words) == (["disclosure_words"] if basis is DisclosureBasis.OTHER else [])


def test_an_empty_page_has_every_problem_in_the_order_of_its_fields() -> None:
    assert list(problems(NewThread(recipient_unit_id=None), today=TODAY)) == [
        "recipient_unit",
        "case_type",
        "patient_id",
        "patient_name",
        "subject",
        "body",
        "expects_reply",
        "disclosure_basis",
        "not_acute",
    ]


def test_every_doubt_has_its_words() -> None:
    assert _DOUBTS.keys() == set(Doubt)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "tolv siffror"),
        ("000101-2384", "19000101-2384 eller 20000101-2384."),
        ("800229-9801", "tolv siffror: 19800229-9801."),
        ("22790814AA01", "ett nationellt reservnummer"),
        ("991999002389", "ett reservnummer från Region Stockholm"),
        ("20000101-2385", "Sista siffran"),
        ("20001301-2384", "datum"),
        ("20261117-2389", "framtiden"),
        ("tolv", "ÅÅÅÅMMDD-NNNN"),
    ],
)
def test_p1_the_sentence_tells_what_to_do(typed: str, words: str) -> None:
    assert words in told(patient_id=typed)["patient_id"]


def test_p1_only_what_may_be_a_reserve_number_can_be_vouched_for() -> None:
    assert "reservnummer" in told(patient_id="20000101TF84")["patient_id"]
    assert "reservnummer" not in told(patient_id="000101-2384")["patient_id"]


@pytest.mark.parametrize(
    ("typed", "sort"),
    [
        ("20000101-2384", None),
        ("20000101TF84", NumberType.OTHER_RESERVE),
        ("20000101-2385", NumberType.OTHER_RESERVE),
        ("22790814-AA01", NumberType.NATIONAL_RESERVE),
        ("000101-2384", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("confirmed", [frozenset(), VOUCHED])
def test_p1_when_the_page_offers_the_confirmation(
    typed: str, sort: NumberType | None, confirmed: frozenset[Confirmation]
) -> None:
    """Ticked or not, the tick stays on the page."""
    assert reserve_sort(new_thread(1, patient_id=typed, confirmed=confirmed), TODAY) is sort


def test_p1_a_number_of_a_known_form_needs_no_words_but_bad_ones_are_told() -> None:
    assert told(patient_id="22790814-AA01", confirmed=VOUCHED) == {}
    assert list(told(patient_id="22790814-AA01", confirmed=VOUCHED, reserve_type="R\x00")) == ["reserve_type"]
    new = new_thread(1, patient_id="22790814-AA01", confirmed=VOUCHED, reserve_type="nationellt")
    assert reserve_words(new, patient_number(new, TODAY)) == ""


def test_p1_a_vouched_number_needs_its_type() -> None:
    assert list(told(patient_id="20000101TF84", confirmed=VOUCHED)) == ["reserve_type"]
    assert list(told(patient_id="20000101TF84", confirmed=VOUCHED, reserve_type="R\x00")) == ["reserve_type"]
    right = new_thread(1, patient_id="20000101TF84", confirmed=VOUCHED, reserve_type="Nationellt")
    assert problems(right, today=TODAY) == {}
    assert patient_number(right, TODAY).text == "20000101TF84"


def test_p3_a_protected_identity_may_be_without_a_name_but_not_with_a_bad_one() -> None:
    assert told(protected=True, patient_name="") == {}
    assert list(told(protected=True, patient_name="T\u202e")) == ["patient_name"]


@pytest.mark.parametrize(
    ("field", "text", "most"), [("subject", "ä", 120), ("patient_name", "ä", 100), ("body", "ä", 10_000)]
)
def test_s8_the_longest_text_fits(field: str, text: str, most: int) -> None:
    spaced = "ä " * (most // 2 - 1) + "ää"
    assert told(**{field: spaced}) == {}
    assert list(told(**{field: spaced + "ä"})) == [field]
