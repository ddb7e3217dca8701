"""What a reviewer asks of the log (L3)."""

import pytest

from lcweb.domain.access_log import LogAction
from lcweb.domain.errors import Refused
from lcweb.domain.reviews import LogQuery, TypedReview, is_named, query
from tests.at import day


def test_nothing_typed_asks_for_everything() -> None:
    assert query(TypedReview()) == LogQuery()


def test_what_is_typed_is_understood() -> None:
    typed = TypedReview(patient_id=" 20000101-2384", person=" Anna ", unit_id=3, action=LogAction.PRINT,
                        from_day="2026-11-16", to_day="2026-11-17")  # fmt: skip
    assert query(typed) == LogQuery(
        patient_numbers=("200001012384",), person="Anna", unit_id=3, action=LogAction.PRINT,
        from_day=day("Mon 2026-11-16"), to_day=day("Tue 2026-11-17"),
    )  # fmt: skip
    assert len(query(TypedReview(patient_id="000101-2384")).patient_numbers) == 3


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(Refused) as refused:
        query(TypedReview(patient_id="Anna", person="x" * 201, from_day="i dag", to_day="2026-02-30"))
    assert refused.value.problems.keys() == {"patient_id", "person", "from_day", "to_day"}
    with pytest.raises(Refused) as refused:
        query(TypedReview(from_day="2026-11-17", to_day="2026-11-16"))
    assert refused.value.problems.keys() == {"to_day"}


@pytest.mark.parametrize(
    ("typed", "found"),
    [("", True), ("anna", True), ("åb", True), ("ÅB AN", True), ("an åberg", True), ("ab", False), ("berg", False),
     ("anna x", False)],
)  # fmt: skip
def test_a_name_is_found_by_the_beginnings_of_its_words(typed: str, found: bool) -> None:
    assert is_named("Anna Åberg", typed) is found
