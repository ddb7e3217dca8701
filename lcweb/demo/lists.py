"""The demo's recipient lists: one for each municipality and case type, with rows that have ended and one to come."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from lcweb.db import reading
from lcweb.demo.places import LONG_AGO
from lcweb.domain.people import MUNICIPALITIES
from lcweb.domain.permissions import Actor, Role, operator
from lcweb.domain.recipients import CaseType
from lcweb.domain.workdays import ONE_DAY, local_day
from lcweb.models import User
from lcweb.queries import recipient_lists
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
#: The list whose history has something to show.
EDITED = ("Halmstad", CaseType.GENERAL)
#: Area, note and how many days ago.
MENDED = (
    ("Oskarström", "Även Sennan.", 9),
    ("Oskarström", "Även Sennan och Sperlingsholm.", 6),
    ("Väster", "Gullbrandstorp och Haverdal hör hit.", 5),
)
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


def edit(*, now: datetime) -> None:
    """What Halmstad's list administrator has done lately: two notes, one of them mended, and a row to come."""
    per = _list_administrator()
    known = {row.area: row for row in recipient_lists.rows(*EDITED, known_at=now)}
    for area, note, days_ago in MENDED:
        row = known[area]
        fields = recipients.RowFields(
            area=area, unit_id=row.unit_id, note=note, valid_from=row.valid_from, valid_to=row.valid_to
        )
        recipients.change_row(per, row.entry_id, fields, on=_seen(), now=now - timedelta(days=days_ago))
    coming = _coming(local_day(now))
    new = recipients.NewEntry(municipality=EDITED[0], case_type=EDITED[1], area=coming.area, valid_from=coming.first,
                              unit_id=known["Söder"].unit_id, position=coming.position)  # fmt: skip
    recipients.add_entry(per, new, on=_seen(), now=now - timedelta(days=2))


def _list_administrator() -> Actor:
    user = reading().execute(select(User.id, User.name, User.title).where(User.username == "listadmin")).one()
    return Actor(user_id=user.id, name=user.name, title=user.title, roles=frozenset({Role.LIST_ADMIN}),
                 municipalities=frozenset({EDITED[0]}))  # fmt: skip


def _seen() -> recipients.OnPage:
    return recipients.OnPage(recipient_lists.last_edit(*EDITED))


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
