"""Words to be found by, and what a person asks for (P4)."""

import unicodedata
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lcweb.domain import search
from lcweb.domain.errors import Refused
from lcweb.domain.search import SearchQuery, Status, Term, TypedSearch


def query(**typed: Any) -> SearchQuery:
    return search.query(TypedSearch(**typed))


def problems(**typed: Any) -> dict[str, str]:
    with pytest.raises(Refused) as refused:
        query(**typed)
    return refused.value.problems


# Words ----------------------------------------------------------------------------------------------------------------


def test_a_word_is_spelt_in_ascii_and_å_is_no_a() -> None:
    assert search.tokens("Får far, 2 zebror!") == ["fz000e5r", "far", "2", "z0007aebror"]


@pytest.mark.parametrize("same", ["får", "FÅR", "fa\u030ar", "FA\u030aR", "«får»", "\0får\0", "får*", '"får"'])
def test_case_composition_and_signs_make_no_difference(same: str) -> None:
    assert search.tokens(same) == search.tokens("får")


@pytest.mark.parametrize("nothing", ["", " ", '"', "*", "🌍", "\0", "–", "_", "'", "\ud800"])
def test_what_holds_no_letter_or_digit_holds_no_word(nothing: str) -> None:
    assert search.tokens(nothing) == []


@given(st.text(), st.text())
def test_words_are_opaque_and_begin_alike_exactly_when_they_are_written_so(one: str, other: str) -> None:
    words = [*search.tokens(one), *search.tokens(other)]
    assert all(word.isascii() and word.isalnum() and word == word.lower() and len(word) < 2000 for word in words)
    for text, rest in ((one, other), (other, one)):
        whole = unicodedata.normalize("NFC", text).casefold()
        if whole.isalnum() and rest.isalnum() and len(whole) < 100:
            begins = search.tokens(rest)[0].startswith(search.tokens(whole)[0])
            folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", rest).casefold())
            assert begins == folded.startswith(unicodedata.normalize("NFC", whole))


def test_a_document_holds_each_word_once_and_none_that_is_to_be_kept_out() -> None:
    assert search.document("Ann ringde. Ring Ann!", without=frozenset({"ann"})) == "ringde ring"


def test_p3_what_a_protected_identity_must_not_be_found_by() -> None:
    words = search.identity_words("Tove Testsson", "200001012384")
    assert {"tove", "testsson", "200001012384", "0001012384", "20000101", "000101", "2384"} == words


# What is typed --------------------------------------------------------------------------------------------------------


def test_the_last_word_alone_may_go_on() -> None:
    assert search.terms("a AND b") == (Term(("a",)), Term(("and",)), Term(("b",), prefix=True))


@pytest.mark.parametrize("dash", ["-", "", "+", " ", "\u2010", "\u2011", "\u2013", "\u2014", "\u2212", "\uff0d"])
def test_an_identity_number_among_the_words_is_also_the_patient_s(dash: str) -> None:
    first, number, last = search.terms(f"sår 20000101{dash}2384 hem")
    assert (first.numbers, number.numbers, last) == ((), ("200001012384",), Term(("hem",), prefix=True))


def test_ten_digits_may_be_of_any_century() -> None:
    (term,) = search.terms("191212-1212")
    assert term.numbers == ("181912121212", "191912121212", "201912121212")
    assert term.words == ("191212", "1212")
    assert query(patient_id="191212-1212").patient_numbers == term.numbers


@pytest.mark.parametrize("other", ["035-131010", "2026-11-16", "120000101-23845", "a000101-2384", "000101--2384"])
def test_other_digits_are_words(other: str) -> None:
    assert not any(term.numbers for term in search.terms(other))


@pytest.mark.parametrize("reserve", ["99H12345", "99h 12345", "20000101-M239"])
def test_a_reserve_number_has_a_field_to_be_asked_for_in(reserve: str) -> None:
    assert query(patient_id=reserve).patient_numbers == (reserve.upper().replace(" ", "").replace("-", ""),)


def test_named_patients_are_those_of_every_field_once() -> None:
    asked = query(words="20000101-2384 20000101-2384 890101-9802", patient_id="200001012384")
    assert asked.named_patients == [("200001012384",), ("188901019802", "198901019802", "208901019802")]


def test_days_unit_and_status_go_along() -> None:
    asked = query(words="sår", unit_id=7, from_day="2026-11-16", to_day=" 2026-11-16 ", status=Status.CLOSED)
    assert (asked.unit_id, asked.from_day, asked.to_day) == (7, date(2026, 11, 16), date(2026, 11, 16))
    assert asked.status is Status.CLOSED


@pytest.mark.parametrize("typed", [{"status": Status.OVERDUE}, {"unit_id": 1}, {"from_day": "2026-11-16"}])
def test_a_search_may_be_without_words(typed: dict[str, Any]) -> None:
    assert not query(**typed).is_empty


def test_an_empty_search_is_told_what_to_write() -> None:
    assert SearchQuery().is_empty
    assert problems() == {"words": "Skriv vad du söker: ett ord, ett personnummer, en enhet eller en dag."}
    assert problems(words=' "*" ') == {"words": "Skriv minst en bokstav eller siffra att söka på."}


def test_all_that_is_wrong_is_said_at_once() -> None:
    found = problems(words="x" * 201, patient_id="hej", from_day="2026-02-30", to_day="16/11")
    assert list(found) == ["words", "patient_id", "from_day", "to_day"]


def test_words_have_a_limit() -> None:
    assert len(query(words=" ".join("abcdefghij")).terms) == 10
    assert problems(words=" ".join("abcdefghijk")) == {"words": "Sök på högst 10 ord åt gången."}


@pytest.mark.parametrize("number", ["hej", "12345", "1" * 21, "2000\0", "１２３４５６７８９０", "ABCDEF", "191212;12"])
def test_an_impossible_number_is_refused(number: str) -> None:
    assert problems(patient_id=number)["patient_id"].startswith("Det här är inget identitetsnummer.")


@pytest.mark.parametrize("day", ["x", "2026-13-01", "0001-01-01", "9999-12-31", "2026-W47-1", "２０26-11-16"])
def test_a_day_that_cannot_be_is_refused(day: str) -> None:
    sentence = "Det datumet finns inte. Skriv det som 2026-11-16."
    assert problems(from_day=day, to_day=day) == {"from_day": sentence, "to_day": sentence}


def test_a_period_has_its_first_day_first() -> None:
    assert list(problems(from_day="2026-11-17", to_day="2026-11-16")) == ["to_day"]
