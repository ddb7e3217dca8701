"""Suggestions as their pages list them."""

import pytest
from flask import Flask

from lcweb.db import release_reading
from lcweb.domain.errors import NotFound
from lcweb.domain.permissions import operator
from lcweb.domain.recipients import CaseType
from lcweb.queries import suggestions as queries
from lcweb.services import recipients, suggestions
from lcweb.services.suggestions import NewSuggestion
from tests.at import at, day
from tests.factories import LONG_AGO, unit, user
from tests.web.visits import statements

LAST = day("Tue 2026-12-01")


def suggest(actor: object, words: str, municipality: str = "Halmstad", hour: int = 10, **typed: object) -> int:
    new = NewSuggestion(municipality=municipality, case_type=CaseType.GENERAL, words=words, **typed)
    return suggestions.suggest(actor, new, now=at(f"Tue 2026-11-17 {hour:02}:00"))


def decide(suggestion_id: int, hour: int) -> None:
    suggestions.decide(operator(), suggestion_id, decision="taken", answer="", now=at(f"Tue 2026-11-17 {hour:02}:00"))


def entry() -> int:
    new = recipients.NewEntry(
        municipality="Halmstad", case_type=CaseType.GENERAL, area="Norr", note="Även Åled.", position=1,
        unit_id=unit("Hemsjukvård Norr"), valid_from=day("Mon 2026-01-05"),
    )  # fmt: skip
    return recipients.add_entry(operator(), new, now=LONG_AGO)


def words(found: list[queries.Suggestion]) -> list[str]:
    return [suggestion.words for suggestion in found]


def test_what_waits_comes_oldest_first_and_what_is_decided_latest_first(app: Flask) -> None:
    nurse = user()
    ids = [suggest(nurse, name, hour=hour) for name, hour in (("a", 12), ("b", 11), ("c", 10), ("d", 13))]
    assert words(queries.undecided(None)) == ["c", "b", "a", "d"]
    assert words(queries.undecided(None, limit=2)) == ["c", "b"]
    decide(ids[2], 14)
    decide(ids[0], 15)
    release_reading()
    assert words(queries.undecided(None)) == ["b", "d"]
    assert words(queries.decided(None)) == ["a", "c"]


def test_a_municipality_s_own(app: Flask) -> None:
    nurse = user()
    suggest(nurse, "i Halmstad")
    decide(suggest(nurse, "i Hylte", "Hylte"), 11)
    assert words(queries.undecided({"Halmstad"})) == ["i Halmstad"]
    assert words(queries.decided({"Hylte", "Laholm"})) == ["i Hylte"]
    assert queries.undecided({"Hylte"}) == queries.decided({"Halmstad"}) == queries.undecided(set()) == []


def test_a_person_s_own_newest_first(app: Flask) -> None:
    anna, bo = user("Anna Lind"), user("Bo Ek")
    for name in ("a", "b"):
        suggest(anna, name)
    suggest(bo, "c")
    assert words(queries.of_person(anna.user_id)) == ["b", "a"]


def test_the_row_is_as_it_is_now(app: Flask) -> None:
    entry_id = entry()
    suggest(user(), "Fel.", entry_id=entry_id)
    recipients.end_entry(operator(), entry_id, LAST, now=at("Tue 2026-11-17 11:00"))
    (found,) = queries.undecided(None)
    assert (
        found.entry
        == queries.get_entry(entry_id)
        == queries.EntryNow(
            entry_id,
            "Halmstad",
            "general",
            "Norr",
            "Hemsjukvård Norr",
            "035-10 00 00",
            "035-10 00 01",
            "Även Åled.",
            LAST,
        )
    )
    with pytest.raises(NotFound):
        queries.get_entry(987_654)


@pytest.mark.parametrize("count", [1, 12])
def test_one_statement_for_each_list(app: Flask, count: int) -> None:
    nurse, entry_id = user(), entry()
    for number in range(count):
        suggest(nurse, f"Fel {number}.", entry_id=entry_id if number % 2 else None)
    with statements() as asked:
        assert len(queries.undecided(None)) == len(queries.of_person(nurse.user_id)) == count
    assert len(asked) == 2
