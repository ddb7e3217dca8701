"""What is no thread: a letter that somebody has begun, a day closed by hand, and what is said of a recipient list."""

from collections.abc import Iterator
from textwrap import dedent
from uuid import UUID

from lcweb.demo.days import Days
from lcweb.demo.patients import Register
from lcweb.demo.people import KARLEKEN, SOUTH, STAFF, Person
from lcweb.demo.steps import BeginLetter, CloseDay, Decline, Step, Suggest
from lcweb.domain.compose import DisclosureBasis
from lcweb.domain.recipients import CaseType

CLOSED_UNIT = "Hemsjukvård Väster"  # has something of Kärleken's to answer on that day
CLOSED_IN = 2  # working days after the one that falls due next

SUGGESTED = "Oskarström borde ha ett eget nummer. Vi kopplas alltid vidare."
DECLINED = "Norr och Oskarström har samma team och samma nummer. Säg vilket område det gäller, så hamnar du rätt."
WAITING = "Söndrum saknas i listan. Hör det till Väster?"

LETTER = """
    Hej! Önskar hjälp med ett hembesök för blodtryck och vikt. Patienten kommer inte hit så länge hissen är avstängd.

    Vi behöver
    """


def plan(days: Days, register: Register) -> Iterator[Step]:
    yield _letter(days, register)
    day = days.calendar.add_working_days(days.turn, CLOSED_IN)
    yield CloseDay(at=days.latest, person=STAFF[0], unit=CLOSED_UNIT, day=day)
    yield from _suggestions(days)


def _suggestions(days: Days) -> Iterator[Step]:
    """One that is declined, and one that waits."""
    eva, annika, keeper = (_staff(name) for name in ("vardcentral", "annika.modin", "listadmin"))
    yield Suggest(at=days.on(7), person=eva, unit=KARLEKEN, area="Oskarström", words=SUGGESTED)
    yield Decline(at=days.on(5), person=keeper, unit="Halmstads kommun", words=SUGGESTED, answer=DECLINED)
    yield Suggest(at=days.on(2), person=annika, unit="Söndrumskliniken", area="Väster", words=WAITING)


def _staff(username: str) -> Person:
    return next(person for person in STAFF if person.username == username)


def _letter(days: Days, register: Register) -> Step:
    """By the first of the listed accounts, who was called away from it."""
    patient = register.patient(SOUTH, frozenset({frozenset({KARLEKEN, SOUTH})}), younger=False)
    page, submission_id = (str(UUID(int=days.rng.getrandbits(128), version=4)) for _ in range(2))
    typed = {
        "municipality": "Halmstad",
        "case_type": CaseType.SINGLE_HOME_VISIT.value,
        "patient_id": patient.number,
        "patient_name": patient.name,
        "subject": "Blodtryck och vikt i hemmet",
        "body": dedent(LETTER).strip(),
        "expects_reply": "ja",
        "disclosure_basis": DisclosureBasis.CONSENT.value,
    }
    at = days.just_now()
    return BeginLetter(
        at=at, person=STAFF[0], unit=KARLEKEN, recipient=SOUTH, typed=typed, page=page, submission_id=submission_id
    )
