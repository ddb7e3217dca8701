"""The demo's recipient lists: one for each municipality and case type, with rows that have ended and one to come."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lcweb.demo.places import LONG_AGO
from lcweb.domain.people import MUNICIPALITIES
from lcweb.domain.permissions import operator
from lcweb.domain.recipients import CaseType
from lcweb.domain.workdays import ONE_DAY, local_day
from lcweb.services import recipients

REST = "Hemsjukvård – övriga"
REHAB = "Rehab AT/FT"

TEN = 10  # positions leave room for rows in between
BEFORE_REST = 45  # after the fourth area

#: Area → unit, in the order of the list. What is left over comes last and is added below.
AREAS = {
    "Halmstad": (
        ("Norr", "Hemsjukvård Norr"),
        ("Oskarström", "Hemsjukvård Norr"),
        ("Söder", "Hemsjukvård Söder"),
        ("Väster", "Hemsjukvård Väster"),
    ),
    "Hylte": (
        ("Hyltebruk", "Sjukskötersketeamet Hylte"),
        ("Torup och Kinnared", "Sjukskötersketeamet Hylte"),
        ("Unnaryd", "Sjukskötersketeamet Hylte"),
    ),
    "Laholm": (
        ("Laholms tätort", "Hemsjukvård Laholm tätort"),
        ("Mellbystrand och Skummeslöv", "Hemsjukvård Laholm kusten"),
    ),
    "Falkenberg": (
        ("Laurentii", "Hemsjukvård Laurentii"),
        ("Gruebäck", "Hemsjukvård Gruebäck"),
        ("Västra gärdet", "Hemsjukvård Västra gärdet"),
        ("Herting", "Hemsjukvård Herting"),
    ),
    "Varberg": (("Centrum", "Hemsjukvård Varberg centrum"), ("Tvååker", "Hemsjukvård Tvååker")),
    "Kungsbacka": (("Centrum", "Hemsjukvård Kungsbacka centrum"), ("Onsala", "Hemsjukvård Onsala")),
}
#: Municipality and area → what the row adds.
NOTES = {
    ("Halmstad", "Norr"): "Även Åled och Kvibille.",
    ("Halmstad", "Söder"): "Även Eldsberga och Trönninge.",
    ("Laholm", "Mellbystrand och Skummeslöv"): "Även sommargäster.",
    ("Falkenberg", "Laurentii"): "Även Skrea.",
    ("Kungsbacka", "Onsala"): "Även Gottskär.",
} | {(municipality, REST): "När du inte vet vilket område patienten hör till." for municipality in MUNICIPALITIES}
RESTS = {"Hylte": "Sjukskötersketeamet Hylte"}


@dataclass(frozen=True)
class Row:
    municipality: str
    case_type: CaseType
    area: str
    unit: str
    position: int
    first: date
    last: date | None = None


def load(unit_ids: Mapping[str, int], *, now: datetime) -> None:
    began = now - LONG_AGO
    for row in rows(local_day(now)):
        recipients.add_entry(
            operator(),
            recipients.NewEntry(
                municipality=row.municipality,
                case_type=row.case_type,
                area=row.area,
                unit_id=unit_ids[row.unit],
                position=row.position,
                valid_from=row.first,
                valid_to=row.last,
                note=NOTES.get((row.municipality, row.area), ""),
            ),
            now=began,
        )


def rows(today: date) -> Iterator[Row]:
    first = date(today.year - 1, 1, 1)
    for municipality in MUNICIPALITIES:
        for case_type in CaseType:
            for position, (area, unit) in enumerate(_areas(municipality, case_type), start=1):
                yield Row(municipality, case_type, area, unit, position * TEN, first)
    yield from _ended(today, first)
    yield _coming(today)


def _areas(municipality: str, case_type: CaseType) -> Iterator[tuple[str, str]]:
    yield from AREAS[municipality]
    if case_type is CaseType.GENERAL:
        yield REHAB, f"{REHAB} {municipality}"
    yield REST, RESTS.get(municipality, f"{REST} {municipality}")


def _ended(today: date, first: date) -> Iterator[Row]:
    """Rehab has left Halmstad's list for home visits, Ullared has moved, and Särö is no area any more."""
    lately, long_ago = today - timedelta(days=25), today - timedelta(days=140)
    yield Row("Halmstad", CaseType.SINGLE_HOME_VISIT, REHAB, "Rehab AT/FT Halmstad", BEFORE_REST, first, lately)
    for case_type in (CaseType.SINGLE_HOME_VISIT, CaseType.HOME_CARE_ENROLMENT):
        yield Row("Falkenberg", case_type, "Ullared", "Hemsjukvård Herting", BEFORE_REST, first, lately)
        yield Row("Falkenberg", case_type, "Ullared", "Hemsjukvård Gruebäck", BEFORE_REST, lately + ONE_DAY)
    yield Row("Kungsbacka", CaseType.GENERAL, "Särö", "Hemsjukvård Kungsbacka centrum", 25, first, long_ago)


def _coming(today: date) -> Row:
    """From the first of the month after next, so that it lies ahead whatever the day."""
    month = today.year * 12 + today.month + 1
    first = date(month // 12, month % 12 + 1, 1)
    return Row("Halmstad", CaseType.HOME_CARE_ENROLMENT, "Fyllinge", "Hemsjukvård Söder", BEFORE_REST, first)
