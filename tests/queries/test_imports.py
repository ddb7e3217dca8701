"""An export for a past day is the export that was made on that day, whatever has been done since."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

import pytest
from flask import Flask

from lcweb.db import release_reading, transaction
from lcweb.domain.errors import Refused
from lcweb.domain.imports import ImportNoun
from lcweb.domain.people import UnitKind
from lcweb.domain.permissions import operator
from lcweb.domain.recipients import CaseType, EditKind
from lcweb.domain.units import NewUnit
from lcweb.domain.workdays import local_day
from lcweb.models import RecipientEdit, RecipientEntry, Unit
from lcweb.services import recipients, units
from tests.at import at
from tests.factories import organization, unit
from tests.importing import exported, file, line, saved
from tests.rows import rows

LISTS = ImportNoun.LISTS
BEGAN = at("Mon 2026-11-02 09:00")


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(3))
def test_a_past_day_s_export_is_what_was_exported_then(app: Flask, seed: int, scale: Callable[[int, int], int]) -> None:
    """Rows are added, changed, ended, imported, undone; units get other names. Also undone, and the undoing undone."""
    random, made = Random(seed), {}
    owner = organization("Halmstads kommun", municipality="Halmstad")
    choices = [unit(f"Hemsjukvård {name}", organization_id=owner) for name in ("Norr", "Söder", "Väster")]
    for days in range(scale(4, 40)):
        for hour in range(3):
            step(random, choices, BEGAN + timedelta(days=days, hours=hour))
        now = BEGAN + timedelta(days=days, hours=12)
        release_reading()
        made[local_day(now)] = exported(LISTS, now=now)
    release_reading()
    later = BEGAN + timedelta(days=100)
    assert {day: exported(LISTS, now=later, day=day) for day in made} == made
    assert len(set(made.values())) > 1


def step(random: Random, choices: list[int], now: datetime) -> None:
    """One of what people do with lists. What is refused is no step."""
    do = random.choice([add, add, change, end, read_in, take_back, rename])
    try:
        do(random, choices, now)
    except Refused:
        release_reading()


def add(random: Random, choices: list[int], now: datetime) -> None:
    first = local_day(now) + timedelta(days=random.randrange(-3, 4))
    new = recipients.NewEntry(
        municipality="Halmstad", case_type=random.choice(list(CaseType)[:2]), area=f"Område {random.randrange(9)}",
        unit_id=random.choice(choices), valid_from=first, valid_to=random.choice([None, first + timedelta(days=9)]),
    )  # fmt: skip
    recipients.add_entry(operator(), new, now=now)


def change(random: Random, choices: list[int], now: datetime) -> None:
    _edit(random, EditKind.CHANGED, now, unit_id=random.choice(choices), note=str(random.random()))


def end(random: Random, _choices: list[int], now: datetime) -> None:
    _edit(random, EditKind.ENDED, now, valid_to=local_day(now) + timedelta(days=random.randrange(5)))


def _edit(random: Random, kind: EditKind, now: datetime, **fields: object) -> None:
    known = rows(RecipientEntry, removed=False)
    if not known:
        return
    chosen = random.choice(known)
    with transaction() as session:
        edit = recipients.begin_edit(session, kind, chosen.municipality, chosen.case_type, actor=operator(), now=now)
        recipients.change_entry(session, edit, session.get_one(RecipientEntry, chosen.id), **fields)


def read_in(random: Random, _choices: list[int], now: datetime) -> None:
    words = {"enhet": "Hemsjukvård Söder", "gäller_från": local_day(now).isoformat()}
    lines = [line(LISTS, område=f"Inläst {place}", **words) for place in range(2)]
    whole = random.random() < 0.5
    saved(LISTS, file(LISTS, *lines), now=now, whole=whole)


def take_back(random: Random, _choices: list[int], now: datetime) -> None:
    known = rows(RecipientEdit)
    if known:
        chosen = random.choice(known[-3:])
        with transaction() as session:
            undone = session.get_one(RecipientEdit, chosen.id)
            recipients.undo_edit(session, undone, actor=operator(), now=now, on=None)


def rename(random: Random, choices: list[int], now: datetime) -> None:
    names = ["Hemsjukvård Norr", "Rehab Norr"]
    with transaction() as session:
        row = session.get_one(Unit, choices[0])
        new = NewUnit(
            organization_id=row.organization_id, name=names[row.name == names[0]], kind=UnitKind(row.kind),
            phone=row.phone, municipality=row.municipality, acute_phone=row.acute_phone,
        )  # fmt: skip
        units.change_unit_row(session, row, new, actor=operator(), now=now)
