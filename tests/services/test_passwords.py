"""Which passwords are taken, and that a password is heard however its letters are sent."""

import pytest

from lcweb.domain.people import DEMO_PASSWORD
from lcweb.services import passwords
from lcweb.services.passwords import hashed, password_problem, verified

ABOUT = ("Anna Lind", "anna.lind", "Sjuksköterska", "anna.lind", "Vårdcentralen Kärleken")

NEAR, COMMON, PATTERN = "ligger nära till hands", "vanliga", "upprepar sig"


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("annalind2026", NEAR),
        ("AnnaLind1234", NEAR),
        ("Anna Lind 1980", NEAR),
        ("Kärleken2026!", NEAR),
        ("karleken 2026", NEAR),
        ("Vårdmeddelanden1", NEAR),
        ("V@rdmeddel4nden", NEAR),
        ("LCWEB-lcweb-1", NEAR),
        ("November2026!", NEAR),
        ("sommaren 2026", NEAR),
        ("Sjukskoterska1", NEAR),
        ("halmstad halmstad", NEAR),
        ("lösenord lösenord", NEAR),
        ("password12345", COMMON),
        ("p4ssw0rd!2345", COMMON),
        ("iloveyou12345", COMMON),
        ("passwordpassword", COMMON),
        ("qwertyuiopas", COMMON),
        ("123456789012", COMMON),
        ("abcdefghijklmnop", PATTERN),
        ("åäöåäöåäöåäö", PATTERN),
        ("aaaaaaaaaaaaB1", PATTERN),
    ],
)
def test_what_is_soon_guessed_is_not_taken_and_why_is_said(password: str, why: str) -> None:
    problem = password_problem(password, demo=False, about=ABOUT) or ""
    assert why in problem
    assert problem.startswith("Lösenordet är för lätt att gissa: ")


@pytest.mark.parametrize(
    "password",
    ["fyra ord som bara jag kan", "korrekt häst batteri", "en mening om regn", "mörk kaffe kl halv sju", "k7#pQ2!vXz9w",
     "4@8({[<3691!|170$5+7%2" * 3],
)  # fmt: skip
def test_what_nobody_guesses_is_taken(password: str) -> None:
    assert password_problem(password, demo=False, about=ABOUT) is None


def test_what_is_known_of_one_is_not_held_against_another() -> None:
    assert password_problem("kajsa warg kajsa", demo=False, about=ABOUT) is None
    assert password_problem("kajsa warg kajsa", demo=False, about=("Kajsa Warg",)) is not None


def test_the_demo_password_is_taken_in_a_demo_alone() -> None:
    assert password_problem(DEMO_PASSWORD, demo=True, about=("Demo",)) is None
    assert "bara att använda i demoläge" in (password_problem(DEMO_PASSWORD, demo=False) or "")


def test_a_password_is_heard_however_its_letters_are_sent() -> None:
    """Set on one keyboard and typed on another; also one from before this was so."""
    composed, apart = "långt lösenord", "la\u030angt lo\u0308senord"
    assert hashed(composed) != hashed(composed), "salted"
    for setting in (composed, apart):
        for typing in (composed, apart):
            assert verified(hashed(setting), typing)
    assert verified(passwords.HASHER.hash(apart), apart), "kept as it was typed"
    assert not verified(hashed(composed), composed.upper())


@pytest.mark.parametrize("broken", ["", "x", "$argon2id$v=19$m=8"])
def test_who_has_no_password_is_let_in_by_none(broken: str) -> None:
    assert not verified(broken, "")
    assert not verified(broken, "x\ud800")
