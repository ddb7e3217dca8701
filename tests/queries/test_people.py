"""Whom the staff of an organization ask."""

from flask import Flask

from lcweb.queries import people
from tests.factories import organization


def test_whom_each_organization_s_staff_ask_in_the_organizations_order(app: Flask) -> None:
    organization("Varbergs kommun", contact="Ingrid")
    organization("Hylte kommun")
    organization("Laholms kommun", contact="Nisse")
    assert people.contacts() == [("Laholms kommun", "Nisse"), ("Varbergs kommun", "Ingrid")]
