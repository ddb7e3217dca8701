"""What an operator changes by hand: whom an organization's staff ask."""

import pytest
from click.testing import Result
from flask import Flask

from lcweb.models import Organization
from tests.factories import organization
from tests.rows import row


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
