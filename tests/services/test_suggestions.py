"""Suggestions about the recipient lists: made by everyone, decided on once, by who keeps the list."""

from typing import Any

import pytest
from flask import Flask

from lcweb.domain.errors import Conflict, NotAllowed, NotFound, Refused
from lcweb.domain.permissions import UNIT_ROLES, Actor, Role, operator
from lcweb.domain.recipients import CaseType
from lcweb.domain.suggestions import MOST_OPEN, Decision
from lcweb.models import RecipientSuggestion
from lcweb.services import recipients, suggestions
from lcweb.services.suggestions import NewSuggestion
from tests.at import at, day
from tests.factories import LONG_AGO, organization, unit, user
from tests.race import race
from tests.rows import count, nothing_written, row

NOW = at("Tue 2026-11-17 10:00")


def suggest(actor: Actor, words: str = "Fel nummer.", **typed: Any) -> int:
    new = NewSuggestion(**({"municipality": "Halmstad", "case_type": CaseType.GENERAL, "words": words} | typed))
    return suggestions.suggest(actor, new, now=NOW)


def decide(actor: Actor, suggestion_id: int, decision: str = Decision.TAKEN, answer: str = "") -> None:
    suggestions.decide(actor, suggestion_id, decision=decision, answer=answer, now=NOW)


def entry(municipality: str = "Halmstad") -> int:
    new = recipients.NewEntry(
        municipality=municipality, case_type=CaseType.SINGLE_HOME_VISIT, area="Norr", unit_id=unit(), position=1,
        valid_from=day("Mon 2026-01-05"),
    )  # fmt: skip
    return recipients.add_entry(operator(), new, now=LONG_AGO)


def keeper(municipality: str = "Halmstad", name: str = "Per Nordin") -> Actor:
    return user(name, role=Role.LIST_ADMIN, organization_id=organization(municipality=municipality))


def test_a_suggestion_says_who_made_it_and_from_where(app: Flask) -> None:
    nurse = user("Anna Lind", unit_id=unit("Vårdcentralen Kolla"))
    suggest(nurse, "  Numret\r\nstämmer inte. ")
    made = row(RecipientSuggestion)
    assert (made.municipality, made.case_type, made.entry_id) == ("Halmstad", "general", None)
    assert (made.words, made.made_at) == ("Numret\nstämmer inte.", NOW)
    assert (made.made_by_id, made.made_by, made.made_in) == (nurse.user_id, "Anna Lind", "Vårdcentralen Kolla")
    assert (made.decision, made.answer, made.decided_by, made.decided_at) == (None, None, None, None)


def test_every_role_may_suggest(app: Flask) -> None:
    for role in Role:
        in_organization = role not in UNIT_ROLES | {Role.SYSTEM_ADMIN}
        suggest(user(role=role, organization_id=organization() if in_organization else None))
    assert count(RecipientSuggestion) == len(Role)
    nobody = Actor(user_id=1, name="A B", title="", roles=frozenset())
    with pytest.raises(NotAllowed):
        suggest(nobody)


def test_a_suggestion_about_a_row_is_about_the_row_s_list(app: Flask) -> None:
    entry_id = entry("Hylte")
    suggest(user(), entry_id=entry_id)
    made = row(RecipientSuggestion)
    assert (made.municipality, made.case_type, made.entry_id) == ("Hylte", "single_home_visit", entry_id)


def test_an_unknown_row_does_not_exist(app: Flask) -> None:
    nurse = user()
    with nothing_written(), pytest.raises(NotFound):
        suggest(nurse, entry_id=987_654)


def test_the_same_twice_is_once_until_it_is_decided(app: Flask) -> None:
    nurse, other = user(), user()
    first = suggest(nurse)
    assert suggest(nurse, " Fel nummer.") == first
    assert suggest(other) != first
    assert suggest(nurse, "Fel gata.") != first
    decide(operator(), first)
    assert suggest(nurse) != first


def test_nobody_has_more_than_twenty_waiting(app: Flask) -> None:
    nurse, other = user(), user()
    ids = [suggest(nurse, f"Fel {number}.") for number in range(MOST_OPEN)]
    with nothing_written(), pytest.raises(Refused) as refused:
        suggest(nurse, "Ett till.")
    assert refused.value.problems["form"].startswith("Du har redan 20 förslag som ingen har tagit ställning till.")
    assert suggest(nurse, "Fel 3.") == ids[3]
    suggest(other)
    decide(operator(), ids[0])
    suggest(nurse, "Ett till.")


def test_what_cannot_be_taken_is_refused(app: Flask) -> None:
    nurse = user()
    with nothing_written(), pytest.raises(Refused) as refused:
        suggest(nurse, "Gäller 20000101-2384", municipality="Oslo")
    assert list(refused.value.problems) == ["municipality", "words"]


@pytest.mark.parametrize(
    ("decision", "answer"), [("taken", None), ("taken", "Rättat."), ("declined", "Numret stämmer.")]
)
def test_whoever_keeps_the_list_decides(app: Flask, decision: str, answer: str | None) -> None:
    suggestion_id = suggest(user())
    decide(keeper(), suggestion_id, decision, f" {answer or ''} ")
    made = row(RecipientSuggestion)
    assert (made.decision, made.answer) == (decision, answer)
    assert (made.decided_by, made.decided_at) == ("Per Nordin", NOW)


def test_others_lists_do_not_exist(app: Flask) -> None:
    nurse, hylte, region = user(), keeper("Hylte"), user(role=Role.LIST_ADMIN, organization_id=organization())
    suggestion_id = suggest(nurse)
    for actor in (hylte, region):
        with nothing_written(), pytest.raises(NotFound):
            decide(actor, suggestion_id)
    with nothing_written(), pytest.raises(NotAllowed):
        decide(nurse, suggestion_id)
    with nothing_written(), pytest.raises(NotFound):
        decide(operator(), 987_654)


@pytest.mark.parametrize(
    ("decision", "answer", "field"),
    [("declined", "", "answer"), ("declined", "a\0b", "answer"), ("taken", "x" * 501, "answer"), ("\0", "", "form")],
)
def test_a_decision_that_cannot_be_taken_leaves_the_suggestion_waiting(
    app: Flask, decision: str, answer: str, field: str
) -> None:
    suggestion_id = suggest(user())
    with nothing_written(), pytest.raises(Refused) as refused:
        decide(operator(), suggestion_id, decision, answer)
    assert list(refused.value.problems) == [field]


def test_the_second_is_told_who_decided_what(app: Flask) -> None:
    suggestion_id, first, second = suggest(user()), keeper(), keeper(name="Ulla Ek")
    decide(first, suggestion_id, "declined", "Numret stämmer.")
    for decision, answer in (("taken", ""), ("declined", ""), ("declined", "a\0b"), ("\0", "")):
        with nothing_written(), pytest.raises(Conflict, match="Per Nordin har redan avböjt"):
            decide(second, suggestion_id, decision, answer)
    with nothing_written():
        decide(first, suggestion_id, "declined", "Numret stämmer.")
    with nothing_written(), pytest.raises(Conflict):
        decide(first, suggestion_id, "taken")


def test_of_two_at_once_one_decides(app: Flask) -> None:
    suggestion_id = suggest(user())
    both = [keeper(name=name) for name in ("Per Nordin", "Ulla Ek")]
    answers = race(app, [lambda actor=actor: decide(actor, suggestion_id) for actor in both])
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "NoneType"]
