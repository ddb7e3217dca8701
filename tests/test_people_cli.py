"""What an operator changes by hand: whom an organization's staff ask, who has an account, and until when."""

import pytest
from click.testing import Result
from flask import Flask

from lcweb.domain.people import token_hash
from lcweb.domain.permissions import Role
from lcweb.models import Invitation, Membership, Organization, SecondFactor, User
from tests.at import at
from tests.clock import Clock
from tests.codes import turned_on
from tests.factories import organization, unit, user
from tests.rows import nothing_written, row, rows


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["people", *words])


def test_an_organization_is_added_with_whom_to_ask(app: Flask) -> None:
    result = run(app, "add-organization", "Hylte kommun", "--municipality", "Hylte", "--contact", "Ingrid Ask")
    assert (result.exit_code, result.output) == (0, "Hylte kommun added\n")
    assert row(Organization).contact == "Ingrid Ask"


@pytest.mark.parametrize(("contact", "said"), [("Nisse Alm, 035-1", "Nisse Alm, 035-1"), ("", "no contact")])
def test_the_contact_is_changed(app: Flask, contact: str, said: str) -> None:
    organization("Hylte kommun", contact="Ingrid Ask")
    result = run(app, "contact", "Hylte kommun", contact)
    assert (result.exit_code, result.output) == (0, f"Hylte kommun: {said}\n")
    assert row(Organization).contact == contact


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("Hylte", "Nisse"), "Det finns ingen huvudman som heter Hylte."),
        (("Hylte kommun", "N" * 501), "Kontaktfältet har 501 tecken."),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(app: Flask, words: tuple[str, str], sentence: str) -> None:
    organization("Hylte kommun")
    result = run(app, "contact", *words)
    assert result.exit_code == 1
    assert sentence in result.output
    assert "Traceback" not in result.output


PERSON = ("add", "nils", "--name", "Nils Ny", "--title", "Läkare", "--role", "nurse", "--unit", "Kärleken")


def test_a_person_is_added_with_a_password_or_with_a_link(app: Flask, clock: Clock) -> None:
    unit("Kärleken")
    result = run(app, *PERSON, "--password", "ett långt lösenord")
    assert (result.exit_code, result.output) == (0, "nils added as nurse at Kärleken\n")
    assert row(User).password_hash
    result = run(
        app, "add", "bo", *PERSON[2:], "--hsa-id", "se2321000115-1a2b", "--email", "bo@vard.example", "--invite"
    )
    added, link, until = result.output.splitlines()
    assert (added, until) == ("bo added as nurse at Kärleken", "works once, until 2026-11-24 10:00")
    bo = row(User, username="bo")
    assert (bo.password_hash, bo.hsa_id, bo.email) == ("", "SE2321000115-1A2B", "bo@vard.example")
    assert row(Invitation).token_hash == token_hash(link.removeprefix("http://lcweb.test/inbjudan/"))


def test_a_person_is_invited_anew_and_ended(app: Flask, clock: Clock) -> None:
    user(username="nils")
    assert run(app, "invite", "NILS").output.startswith("http://lcweb.test/inbjudan/")
    result = run(app, "end", "nils", "--last-day", "2026-11-30")
    assert (result.exit_code, result.output) == (0, "nils ended at the end of 2026-11-30\n")
    assert row(User).ended_at == at("Tue 2026-12-01 00:00")
    assert run(app, "end", "nils").output == "nils ended at once\n"
    assert row(User).ended_at == clock.now


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (PERSON, "would add nils as nurse at Kärleken"),
        (("invite", "bo"), "would make a link for Bo Ek, valid until 2026-11-24 10:00"),
        (("end", "bo"), "would end bo at once"),
        (("end", "bo", "--last-day", "2026-11-30"), "would end bo at the end of 2026-11-30"),
    ],
)
def test_a_dry_run_only_says_what_it_would_do(app: Flask, clock: Clock, words: tuple[str, ...], said: str) -> None:
    user("Bo Ek", username="bo", unit_id=unit("Kärleken"))
    with nothing_written():
        result = run(app, *words, "--dry-run")
    assert (result.exit_code, result.output) == (0, f"{said}\n")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("end", "ingen"), "Det finns ingen med användarnamnet ingen."),
        (("invite", "ingen"), "Det finns ingen med användarnamnet ingen."),
        (("end", "ada"), "Det måste finnas en annan systemadministratör"),
        (("end", "ada", "--last-day", "2020-01-01"), "Sista dagen kan inte ligga före det."),
        ((*PERSON[:-1], "Finns inte", "--dry-run"), "Det finns ingen enhet som heter Finns inte."),
    ],
)
def test_what_cannot_be_done_with_a_person_is_one_line(
    app: Flask, clock: Clock, words: tuple[str, ...], sentence: str
) -> None:
    user("Ada Min", role=Role.SYSTEM_ADMIN, username="ada")
    with nothing_written():
        result = run(app, *words)
    assert (result.exit_code, sentence in result.output, "Traceback" in result.output) == (1, True, False)
    assert row(Membership).ended_at is None


def test_a_lost_second_factor_is_taken_away(app: Flask, clock: Clock) -> None:
    actor = user(username="siv", role=Role.SYSTEM_ADMIN)
    assert run(app, "reset-second-factor", "siv").output == "siv has no second factor\n"
    turned_on(actor, clock.now)
    with nothing_written():
        result = run(app, "reset-second-factor", "siv", "--dry-run")
    assert result.output == "would take away the second factor of siv\n"
    assert run(app, "reset-second-factor", "siv").output == "siv has none any longer\n"
    assert rows(SecondFactor) == []
    assert run(app, "reset-second-factor", "ingen").exit_code == 1


def test_a_password_that_is_soon_guessed_is_not_taken(app: Flask) -> None:
    unit("Kärleken")
    with nothing_written():
        result = run(app, *PERSON, "--password", "nilsny2026!!")
    assert (result.exit_code, "för lätt att gissa" in result.output) == (1, True)
