"""Changing one's own password: who is asked for what, and who is signed out."""

from datetime import timedelta
from functools import partial

import pytest
from flask import Flask

from lcweb.domain.errors import Conflict, NotFound, Refused, Throttled
from lcweb.domain.people import FREE_FAILURES_ACCOUNT, NewPerson, token_hash
from lcweb.domain.permissions import Actor, Role, operator
from lcweb.models import Change, Invitation, UserSession
from lcweb.queries import account as queries
from lcweb.queries.signed_in import find_signed_in
from lcweb.services import account, invitations, people
from tests.at import at
from tests.codes import ADDRESS, by_password, turned_on
from tests.factories import PASSWORD, user
from tests.race import race
from tests.rows import nothing_written, row, rows

NOW = at("Tue 2026-11-17 08:00")
NEW = "fyra ord som bara jag kan"


@pytest.fixture
def anna(app: Flask) -> Actor:
    return user(username="anna")


def change(actor: Actor, token: str, password: str = PASSWORD, new: str = NEW) -> str:
    return account.change_password(actor, password, new, token=token, address=ADDRESS, now=NOW, demo=False)


def alive(token: str) -> bool:
    return find_signed_in(token, idle=timedelta(hours=2), now=NOW) is not None


def test_it_is_changed_and_every_other_browser_is_signed_out(anna: Actor) -> None:
    here, elsewhere = (by_password(anna, NOW).token for _ in range(2))
    link = invitations.invite(operator(), anna.user_id, now=NOW)
    fresh = change(anna, here)
    assert [alive(token) for token in (here, elsewhere, fresh)] == [False, False, True]
    kept, old = (row(UserSession, token_hash=token_hash(token)) for token in (fresh, here))
    assert (kept.unit_id, kept.ends_at, kept.how) == (old.unit_id, old.ends_at, old.how)
    assert rows(Change)[-1].after == '{"password": "bytt"}'
    assert row(Invitation, token_hash=token_hash(link.token)).ended_at == NOW
    with pytest.raises(Refused):
        by_password(anna, NOW)
    assert by_password(anna, NOW, NEW).token


def test_how_one_signed_in_stays(anna: Actor) -> None:
    fresh = change(anna, turned_on(anna, NOW).session)
    assert row(UserSession, token_hash=token_hash(fresh)).how == "password+totp"


@pytest.mark.parametrize(
    ("password", "new", "field", "words"),
    [
        ("", NEW, "password", "Skriv ditt lösenord"),
        (PASSWORD, "kort", "new", "minst 12 tecken"),
        (PASSWORD, "Anna Lind 1980", "new", "för lätt att gissa"),
        (PASSWORD, PASSWORD, "new", "samma lösenord som du har nu"),
        (PASSWORD, "demo-demo-demo", "new", "demoläge"),
    ],
)
def test_what_is_not_taken_changes_nothing(anna: Actor, password: str, new: str, field: str, words: str) -> None:
    token = by_password(anna, NOW).token
    with nothing_written(), pytest.raises(Refused) as refused:
        change(anna, token, password, new)
    assert words in refused.value.problems[field]


def test_a_wrong_password_is_counted_as_at_the_sign_in(anna: Actor) -> None:
    """An unattended screen is no place to guess."""
    token = by_password(anna, NOW).token
    for _ in range(FREE_FAILURES_ACCOUNT + 1):
        with pytest.raises(Refused):
            change(anna, token, "fel lösenord")
    with nothing_written(), pytest.raises(Throttled):
        change(anna, token)
    with pytest.raises(Throttled):
        by_password(anna, NOW)


def test_two_changes_at_once_are_one(app: Flask, anna: Actor) -> None:
    tokens = [by_password(anna, NOW).token for _ in range(2)]
    news = [NEW, "ett helt annat regn"]
    results = race(app, [partial(change, anna, token, new=new) for token, new in zip(tokens, news, strict=True)])
    assert sorted(isinstance(result, Exception) for result in results) == [False, True]
    assert {type(result) for result in results} <= {str, Conflict, Refused}


def test_who_has_no_password_has_none_to_change(app: Flask) -> None:
    """Such as who signs in by an identity provider."""
    new = NewPerson(username="nils", name="Nils Ny", title="Läkare")
    link = people.add_person(operator(), new, Role.SYSTEM_ADMIN, now=NOW)
    nils = Actor(user_id=link.user_id, name="Nils Ny", title="Läkare", roles=frozenset())
    with nothing_written(), pytest.raises(NotFound):
        change(nils, "x", "")


def test_the_page_says_how_one_is_signed_in(anna: Actor) -> None:
    token = by_password(anna, NOW).token
    found = queries.get_account(anna.user_id, token, now=NOW)
    assert (found.name, found.username, found.how, found.factor) == ("Anna Lind", "anna", "password", None)
    assert [role.unit_id for role in found.roles] == [anna.unit_id]
    with pytest.raises(NotFound):
        queries.get_account(anna.user_id, "gissat", now=NOW)
