"""What a phrase may hold, who edits which, and how titles are sorted."""

from dataclasses import replace

import pytest

from lcweb.domain import phrases
from lcweb.domain.permissions import Actor, Role, operator


def person(*roles: Role, unit_id: int | None = 7) -> Actor:
    return Actor(user_id=1, name="Lena Wik", title="", roles=frozenset(roles), unit_id=unit_id)


def test_a_unit_manager_edits_the_own_unit_s_and_the_administrator_all() -> None:
    manager = person(Role.UNIT_MANAGER)
    assert [phrases.may_edit(manager, unit_id) for unit_id in (7, 8, None)] == [True, False, False]
    assert [phrases.may_edit(operator(), unit_id) for unit_id in (7, 8, None)] == [True, True, True]
    assert not phrases.may_edit(person(Role.NURSE, Role.RECEPTIONIST), 7)
    assert not phrases.may_edit(replace(manager, unit_id=None), None)
    assert (phrases.may_edit_all(manager), phrases.may_edit_all(operator())) == (False, True)


def test_a_phrase_of_full_length_has_no_problems() -> None:
    assert phrases.problems("x" * phrases.MAX_TITLE, "å\n" * (phrases.MAX_BODY // 2)) == {}
    assert phrases.problems(" Tack ", "\tTack för hjälpen.\r\n\r\nRing 035-10 00 00.") == {}


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("", "Skriv en kort rubrik, som den ska stå i listan."),
        (" \n", "Skriv en kort rubrik, som den ska stå i listan."),
        ("x" * 61, "Rubriken har 61 tecken. Högst 60 får plats – korta texten."),
        ("en\nrad", "Rubriken innehåller osynliga styrtecken. Klistra in texten som ren text eller skriv om den."),
        (
            "20000101-2384",
            "Rubriken innehåller ett personnummer. En fras används för många patienter – ta bort numret.",
        ),
    ],
)
def test_what_a_title_may_not_be(title: str, sentence: str) -> None:
    assert phrases.problems(title, "Hej") == {"title": sentence}


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("\n ", "Skriv den text som ska läggas in."),
        ("x" * 2_001, "Texten har 2001 tecken. Högst 2000 får plats – korta texten."),
        ("a\0", "Texten innehåller osynliga styrtecken. Klistra in texten som ren text eller skriv om den."),
        ("\ud800", "Texten innehåller osynliga styrtecken. Klistra in texten som ren text eller skriv om den."),
        (
            "data:image/png;base64,AA",
            "Texten innehåller en inklistrad bild eller fil. Bilagor går inte att skicka här.",
        ),
        (
            "Gäller 000101–2384.",
            "Texten innehåller ett personnummer. En fras används för många patienter – ta bort numret.",
        ),
    ],
)
def test_what_a_text_may_not_hold(body: str, sentence: str) -> None:
    assert phrases.problems("Tack", body) == {"body": sentence}


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert list(phrases.problems("", "")) == ["title", "body"]


def test_titles_are_sorted_as_swedish_does() -> None:
    titles = ["Ögon", "Ålder", "ärende", "Zon", "arm", "Émile", "Bo", "Fika", "a\N{COMBINING RING ABOVE}b"]
    assert sorted(titles, key=phrases.alphabetical) == [
        "arm", "Bo", "Émile", "Fika", "Zon", "a\N{COMBINING RING ABOVE}b", "Ålder", "ärende", "Ögon",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "grown"),
    [("", "Tack."), ("Hej", "Hej\nTack."), ("Hej ", "Hej Tack."), ("Hej\r\n", "Hej\r\nTack.")],
)
def test_without_a_cursor_it_goes_to_the_end(text: str, grown: str) -> None:
    assert phrases.appended(text, "Tack.") == grown
