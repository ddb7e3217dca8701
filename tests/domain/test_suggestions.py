"""What a suggestion about a recipient list may hold, and what a decision on one must."""

from typing import Any

import pytest

from lcweb.domain.permissions import Actor, Role, operator
from lcweb.domain.suggestions import MAX_WORDS, Decision, decision_problems, problems, within_reach


def found(**typed: str) -> dict[str, str]:
    return problems(**({"municipality": "Halmstad", "case_type": "general", "words": "Fel nummer."} | typed))


@pytest.mark.parametrize("words", ["Fel nummer.", "å " * 249 + "åå", f"  {'å' * MAX_WORDS}\r\n", "Ring 035-13 20 01."])
def test_words_are_taken(words: str) -> None:
    assert found(words=words) == decision_problems(Decision.DECLINED, words) == {}


@pytest.mark.parametrize(
    "words", ["", " \n", "x" * 501, "a\0b", "\u202eab", "Gäller 20000101-2384.", "18900101-9802", "A" * 300]
)
def test_words_are_refused(words: str) -> None:
    assert list(found(words=words)) == ["words"]
    assert list(decision_problems(Decision.DECLINED, words)) == ["answer"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"municipality": ""}, "municipality"),
        ({"municipality": "Oslo"}, "municipality"),
        ({"case_type": "x"}, "case_type"),
    ],
)
def test_a_list_must_be_one_of_ours(typed: dict[str, str], field: str) -> None:
    assert list(found(**typed)) == [field]


def test_all_that_is_wrong_is_said_at_once() -> None:
    assert list(found(municipality="", case_type="", words="")) == ["municipality", "case_type", "words"]


def test_only_declining_needs_words() -> None:
    assert decision_problems(Decision.TAKEN, " ") == {}
    assert decision_problems(Decision.DECLINED, " ")["answer"].startswith("Skriv varför förslaget avböjs.")
    assert list(decision_problems("kanske", "Ja")) == ["form"]
    assert list(decision_problems(Decision.TAKEN, "20000101-2384")) == ["answer"]


def test_a_list_administrator_reaches_the_own_municipality_and_the_system_administrator_all() -> None:
    values: dict[str, Any] = {"user_id": 1, "name": "Per Nordin", "title": "", "roles": frozenset({Role.LIST_ADMIN})}
    assert within_reach(Actor(**values, municipalities=frozenset({"Hylte"}))) == {"Hylte"}
    assert within_reach(Actor(**values)) == frozenset()
    assert within_reach(operator()) is None
