"""A long random walk through edits of a list: what is undone comes back exactly, and no day that has been changes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

import pytest
from flask import Flask

from lcweb.domain.errors import Refused
from lcweb.domain.people import MUNICIPALITIES
from lcweb.domain.permissions import operator
from lcweb.domain.recipient_lists import Doubted, end_of
from lcweb.domain.recipients import CaseType
from lcweb.domain.workdays import ONE_DAY, moment_at
from lcweb.models import RecipientEntry
from lcweb.queries import recipient_lists as queries
from lcweb.queries import recipients as senders
from lcweb.queries.recipient_lists import ListRow
from lcweb.services import recipients
from lcweb.services.recipients import NewEntry, OnPage, RowFields
from tests.at import day
from tests.factories import unit
from tests.rows import rows

PLACES = [(municipality, case_type) for municipality in MUNICIPALITIES for case_type in CaseType]
AREAS = ("Norr", "Söder", "Väster", "Åled", "Särö")
BEGINS = day("Mon 2026-11-02")
FAR = moment_at(date(2099, 1, 1), time())
Act = Callable[[OnPage], object]


@dataclass
class Walk:
    """In one list. `done` counts the edits that were made."""

    place: tuple[str, CaseType]
    random: Random
    units: list[int]
    today: date = BEGINS
    moment: time = time(8)
    edits: list[int] = field(default_factory=list)
    done: int = 0

    @property
    def now(self) -> datetime:
        return moment_at(self.today, self.moment)

    def known(self) -> list[ListRow]:
        return queries.rows(*self.place, known_at=FAR)

    def confirmed(self, act: Act) -> bool:
        """Done at once or after a question; False when it was refused."""
        seen = queries.last_edit(*self.place)
        try:
            act(OnPage(seen))
        except Doubted as doubted:
            act(OnPage(seen, doubted.count))
        except Refused:
            return False
        self.edits.append(queries.last_edit(*self.place))
        self.done += 1
        return True

    def undo(self, edit_id: int) -> Act:
        return lambda on: recipients.undo(operator(), edit_id, on=on, now=self.now)

    def any_edit(self) -> Act:
        known = self.known()
        if not known or self.random.random() < 0.3:
            return self.addition()
        row = self.random.choice(known)
        return self.random.choice((self.change, self.end, self.move, self.undoing))(row)

    def addition(self) -> Act:
        first, last = self.period()
        new = NewEntry(
            municipality=self.place[0],
            case_type=self.place[1],
            area=self.random.choice(AREAS),
            unit_id=self.random.choice(self.units),
            position=self.random.choice((None, 10, 20)),
            valid_from=first,
            valid_to=last,
        )
        return lambda on: recipients.add_entry(operator(), new, on=on, now=self.now)

    def change(self, row: ListRow) -> Act:
        first, last = self.period()
        typed = {"area": self.random.choice(AREAS), "unit_id": self.random.choice(self.units), "note": row.note,
                 "valid_from": first, "valid_to": last}  # fmt: skip
        kept = {name: getattr(row, name) for name in typed if self.random.random() < 0.5}
        fields = RowFields(**typed | {"note": f"Nr {self.done}"} | kept)
        return lambda on: recipients.change_row(operator(), row.entry_id, fields, on=on, now=self.now)

    def end(self, row: ListRow) -> Act:
        last = self.some_day()
        return lambda on: recipients.end_entry(operator(), row.entry_id, last, on=on, now=self.now)

    def move(self, row: ListRow) -> Act:
        up = self.random.random() < 0.5
        return lambda on: recipients.move_entry(operator(), row.entry_id, up=up, on=on, now=self.now)

    def undoing(self, _row: ListRow) -> Act:
        return self.undo(self.random.choice(self.edits))

    def period(self) -> tuple[date, date | None]:
        first, last = sorted((self.some_day(), self.some_day()))
        return first, self.random.choice((last, None))

    def some_day(self) -> date:
        return self.today + timedelta(days=self.random.randint(-6, 8))


@pytest.mark.prove
def test_undoing_gives_the_rows_as_they_were_and_undoing_that_as_they_became(
    app: Flask, scale: Callable[[int, int], int]
) -> None:
    units = [unit() for _ in range(3)]
    for seed, place in enumerate(PLACES[: scale(1, 24)]):
        walk = Walk(place, Random(seed), units)
        while walk.done < scale(60, 120):
            edit_and_undo_twice(walk)
            walk.today += timedelta(days=walk.random.choice((0, 0, 0, 1)))
        assert_rows_are_their_last_versions(walk)


def edit_and_undo_twice(walk: Walk) -> None:
    before = walk.known()
    if not walk.confirmed(walk.any_edit()):
        assert walk.known() == before
        return
    after = walk.known()
    assert walk.confirmed(walk.undo(walk.edits[-1]))
    assert walk.known() == before
    assert walk.confirmed(walk.undo(walk.edits[-1]))
    assert walk.known() == after


@pytest.mark.prove
def test_a_day_that_has_been_stays_as_its_senders_met_it(app: Flask, scale: Callable[[int, int], int]) -> None:
    walk = Walk(PLACES[0], Random(20261117), [unit() for _ in range(3)])
    met: dict[date, list[ListRow]] = {}
    for _ in range(scale(12, 250)):
        for hour in (8, 12, 23):
            walk.moment = time(hour, 59)
            walk.confirmed(walk.any_edit())
        met[walk.today] = on_day(walk, walk.today)
        asked = senders.entries(*walk.place, walk.today)
        assert [(row.area, row.unit_id) for row in met[walk.today]] == [(row.area, row.unit_id) for row in asked]
        walk.today += ONE_DAY
    assert {past: on_day(walk, past) for past in met} == met
    assert any(met.values())


def on_day(walk: Walk, when: date) -> list[ListRow]:
    return queries.in_force(queries.rows(*walk.place, known_at=end_of(when)), when)


def assert_rows_are_their_last_versions(walk: Walk) -> None:
    stored = [
        (row.id, row.area, row.unit_id, row.note, row.position, row.valid_from, row.valid_to)
        for row in rows(RecipientEntry, municipality=walk.place[0], case_type=walk.place[1])
        if not row.removed
    ]
    newest = [
        (row.entry_id, row.area, row.unit_id, row.note, row.position, row.valid_from, row.valid_to)
        for row in walk.known()
    ]
    assert stored == sorted(newest)
