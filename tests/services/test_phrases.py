"""Phrases are added, changed and ended by whoever may; no row is ever lost, and of two at once one is told."""

import pytest
from flask import Flask

from lcweb.domain import phrases as rules
from lcweb.domain.errors import Conflict, NotAllowed, NotFound, Refused
from lcweb.domain.permissions import Actor, Role, operator
from lcweb.models import Phrase
from lcweb.services import phrases
from tests.at import at
from tests.factories import colleague, organization, user
from tests.rows import nothing_written, row, rows

NOW, LATER = at("Mon 2026-11-16 09:00"), at("Mon 2026-11-16 10:41")


@pytest.fixture
def lena(app: Flask) -> Actor:
    return user("Lena Wik", role=Role.UNIT_MANAGER)


def add(actor: Actor, title: str = "Tack", body: str = "Tack för hjälpen.", *, common: bool = False) -> int:
    unit_id = None if common else actor.unit_id
    return phrases.add(actor, unit_id=unit_id, title=title, body=body, now=NOW)


def test_a_manager_adds_to_the_own_unit(lena: Actor) -> None:
    phrase_id = add(lena, " Tack ", "Tack!\r\n\r\nHej då. ")
    assert row(Phrase) == (phrase_id, lena.unit_id, "Tack", "Tack!\n\nHej då.", "Lena Wik", NOW, None, None)


def test_the_administrator_adds_for_all(app: Flask) -> None:
    add(operator(), common=True)
    assert row(Phrase).unit_id is None


def test_the_same_twice_is_once(lena: Actor) -> None:
    """A double click."""
    assert add(lena) == add(lena)
    assert len(rows(Phrase)) == 1


def test_a_change_ends_the_old_and_adds_a_new(lena: Actor) -> None:
    old = add(lena)
    new = phrases.change(lena, old, title="Tack", body="Stort tack.", now=LATER)
    assert [tuple(found) for found in rows(Phrase)] == [
        (old, lena.unit_id, "Tack", "Tack för hjälpen.", "Lena Wik", NOW, "Lena Wik", LATER),
        (new, lena.unit_id, "Tack", "Stort tack.", "Lena Wik", LATER, None, None),
    ]


def test_a_common_one_stays_common(app: Flask) -> None:
    phrases.change(operator(), add(operator(), common=True), title="Hej", body="Hej!", now=LATER)
    assert [found.unit_id for found in rows(Phrase)] == [None, None]


def test_nothing_is_written_when_nothing_changes(lena: Actor) -> None:
    phrase_id = add(lena)
    with nothing_written():
        assert phrases.change(lena, phrase_id, title="Tack", body="Tack för hjälpen.\r\n", now=LATER) == phrase_id


def test_an_ended_one_is_kept_and_its_title_is_free_again(lena: Actor) -> None:
    phrase_id = add(lena)
    phrases.end(lena, phrase_id, now=LATER)
    assert (row(Phrase).ended_by, row(Phrase).ended_at) == ("Lena Wik", LATER)
    assert add(lena) != phrase_id


def test_of_two_at_once_the_second_is_told_who_was_first(lena: Actor) -> None:
    bo = colleague(lena, role=Role.UNIT_MANAGER)
    phrase_id = add(lena)
    phrases.change(bo, phrase_id, title="Tack", body="Bos ord", now=LATER)
    with nothing_written():
        for title, body in (("Tack", "Lenas ord"), ("Tack", "Tack för hjälpen.")):
            with pytest.raises(Conflict, match="Bo Ek har ändrat eller avslutat"):
                phrases.change(lena, phrase_id, title=title, body=body, now=LATER)
        with pytest.raises(Conflict, match="Bo Ek"):
            phrases.end(lena, phrase_id, now=LATER)


def test_another_unit_s_and_the_common_ones_do_not_exist_for_a_manager(lena: Actor) -> None:
    other = user(role=Role.UNIT_MANAGER)
    ids = [add(other), add(operator(), common=True), 987654]
    with nothing_written():
        for phrase_id in ids:
            with pytest.raises(NotFound):
                phrases.change(lena, phrase_id, title="Mitt", body="Mitt", now=LATER)
            with pytest.raises(NotFound):
                phrases.end(lena, phrase_id, now=LATER)
        for unit_id in (other.unit_id, None):
            with pytest.raises(NotFound):
                phrases.add(lena, unit_id=unit_id, title="Mitt", body="Mitt", now=NOW)
        with pytest.raises(NotFound):
            phrases.add(operator(), unit_id=987654, title="Mitt", body="Mitt", now=NOW)


@pytest.mark.parametrize("role", [Role.NURSE, Role.RECEPTIONIST, Role.LIST_ADMIN, Role.LOG_REVIEWER])
def test_nobody_else_may(lena: Actor, role: Role) -> None:
    in_unit = {"unit_id": lena.unit_id} if role in (Role.NURSE, Role.RECEPTIONIST) else {}
    phrase_id, actor = add(lena), user(role=role, **(in_unit or {"organization_id": organization()}))
    with nothing_written():
        with pytest.raises(NotAllowed):
            phrases.add(actor, unit_id=lena.unit_id, title="Mitt", body="Mitt", now=NOW)
        with pytest.raises(NotAllowed):
            phrases.change(actor, phrase_id, title="Mitt", body="Mitt", now=LATER)
        with pytest.raises(NotAllowed):
            phrases.end(actor, phrase_id, now=LATER)


def test_two_of_one_title_cannot_be_told_apart(lena: Actor) -> None:
    add(lena)
    other = add(lena, "Hej", "Hej!")
    with nothing_written():
        with pytest.raises(Refused) as refused:
            add(lena, "TACK", "Något annat")
        with pytest.raises(Refused):
            phrases.change(lena, other, title="tack", body="Hej!", now=LATER)
    assert refused.value.problems == {"title": "Det finns redan en fras som heter Tack. Välj en annan rubrik."}
    add(operator(), common=True)
    add(user(role=Role.UNIT_MANAGER))


def test_what_the_rules_refuse_is_not_written(lena: Actor) -> None:
    phrase_id = add(lena)
    with nothing_written():
        with pytest.raises(Refused) as refused:
            add(lena, "", "20000101-2384")
        with pytest.raises(Refused):
            phrases.change(lena, phrase_id, title="", body="Hej", now=LATER)
    assert list(refused.value.problems) == ["title", "body"]


def test_a_list_has_an_end(lena: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST", 2)
    first = add(lena, "Ett")
    add(lena, "Två")
    with nothing_written(), pytest.raises(Refused) as refused:
        add(lena, "Tre")
    assert refused.value.problems == {"form": "Det finns redan 2 fraser här. Avsluta en som inte behövs först."}
    phrases.change(lena, first, title="Ett", body="Ändrad", now=LATER)
    add(operator(), "Tre", common=True)
