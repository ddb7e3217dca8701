"""What is written of each sort of import, within the transaction that saves it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lcweb.domain.imports import ImportNoun, Outcome, Verdict, Words
from lcweb.domain.imports.lists import ListRow
from lcweb.domain.imports.people import PersonPlan
from lcweb.domain.imports.units import UnitPlan
from lcweb.domain.permissions import Actor, Role
from lcweb.domain.recipients import CaseType, EditKind
from lcweb.models import ImportJob, ImportLine, RecipientEdit, RecipientEntry, Unit, User
from lcweb.services import people, recipients, units
from lcweb.services.imports.jobs import KeptLine
from lcweb.services.imports.known import ending, places_named, slices

Changing = Sequence[tuple[KeptLine, Outcome]]


class ListWriter:
    """Within the transaction: each list is one edit, and nobody else's from the moment that it is held."""

    def __init__(self, session: Session, job: ImportJob, *, actor: Actor, now: datetime) -> None:
        self.session, self.job, self.actor, self.now = session, job, actor, now
        self.edits: dict[tuple[str, str], RecipientEdit] = {}

    def hold(self, lines: Sequence[KeptLine], words: Words) -> None:
        changing = [line.cells for line in lines if line.verdict != Verdict.UNCHANGED]
        for municipality, case_type in sorted(places_named(changing, words)):
            self.edits[municipality, case_type] = recipients.begin_edit(
                self.session, EditKind.IMPORTED, municipality, case_type, actor=self.actor, now=self.now,
                import_id=self.job.id,
            )  # fmt: skip

    def write(self, changing: Changing) -> None:
        rows = [(line, outcome.plan) for line, outcome in changing if isinstance(outcome.plan, ListRow)]
        known = {entry.id: entry for entry in _loaded(self.session, RecipientEntry, [row.id for _, row in rows])}
        self.units = self.session.scalars(select(Unit)).all()  # held, so that each row finds its unit in the session
        ids = {}
        for place, edit in self.edits.items():
            own = [(line, row) for line, row in rows if (row.municipality, row.case_type) == place]
            new = [(line, row) for line, row in own if row.id is None]
            changed = [(known[row.id], self._state_of(line, row)) for line, row in own if row.id]
            added = recipients.write_rows(self.session, edit, new=self._new([row for _, row in new]), changed=changed)
            ids |= {line.id: entry.id for (line, _), entry in zip(new, added, strict=True)}
        _keep_rows(self.session, ids)

    def _new(self, rows: Sequence[ListRow]) -> list[recipients.NewEntry]:
        """After the list's last row, in the file's order."""
        if not rows:
            return []
        first = recipients.next_position(self.session, rows[0].municipality, rows[0].case_type)
        return [
            recipients.NewEntry(municipality=row.municipality, case_type=CaseType(row.case_type),
                                position=first + 10 * place, **_state(row))
            for place, row in enumerate(rows)
        ]  # fmt: skip

    def _state_of(self, line: KeptLine, row: ListRow) -> dict[str, object]:
        """A row that stands in no line is ended."""
        return _state(row) if line.number else ending(row, now=self.now)


def _state(row: ListRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in ("area", "unit_id", "note", "valid_from", "valid_to")}


class UnitWriter:
    """Within the transaction: the units that the file changes are locked."""

    def __init__(self, session: Session, job: ImportJob, *, actor: Actor, now: datetime) -> None:
        self.session, self.job, self.actor, self.now = session, job, actor, now

    def hold(self, lines: Sequence[KeptLine], _words: Words) -> None:
        self.rows = _loaded(self.session, Unit, [line.row_id for line in lines if line.row_id], lock=True)

    def write(self, changing: Changing) -> None:
        rows = {row.id: row for row in self.rows}
        made = {"actor": self.actor, "now": self.now, "import_id": self.job.id}
        ids = {}
        for line, outcome in changing:
            plan = outcome.plan
            assert isinstance(plan, UnitPlan)
            if plan.id is None:
                ids[line.id] = units.put_unit(self.session, plan.new, **made).id
            else:
                units.change_unit_row(self.session, rows[plan.id], plan.new, **made)
        _keep_rows(self.session, ids)


class PersonWriter:
    """A person stands on a line for each role: whoever is new is added by the first of them."""

    def __init__(self, session: Session, job: ImportJob, *, actor: Actor, now: datetime) -> None:
        self.session, self.actor, self.now = session, actor, now
        self.made = {"actor": actor, "now": now, "import_id": job.id}

    def hold(self, lines: Sequence[KeptLine], _words: Words) -> None:
        self.rows = _loaded(self.session, User, [line.row_id for line in lines if line.row_id], lock=True)

    def write(self, changing: Changing) -> None:
        known = {row.id: row for row in self.rows}
        by_username, ids = {row.username: row for row in self.rows}, {}
        for line, outcome in changing:
            plan = outcome.plan
            assert isinstance(plan, PersonPlan)
            person = known[plan.id] if plan.id else by_username.get(plan.new.username)
            if person is None:
                person = by_username[plan.new.username] = people.put_person(self.session, plan.new, **self.made)
            elif plan.id:
                people.change_person_row(self.session, person, plan.new, **self.made)
            self._give(person, plan)
            ids[line.id] = person.id
        _keep_rows(self.session, ids)

    def _give(self, person: User, plan: PersonPlan) -> None:
        if plan.held:
            role, unit_id, organization_id = plan.held
            people.put_membership(self.session, person.id, Role(role), unit_id=unit_id,
                                  organization_id=organization_id, **self.made)  # fmt: skip
        if person.ended_at != plan.ended_at:
            people.end_person_row(self.session, person, plan.ended_at, **self.made)


def _keep_rows(session: Session, ids: Mapping[int, int]) -> None:
    """Which row each line became, by the line's id."""
    if ids:
        session.execute(update(ImportLine), [{"id": line_id, "row_id": row_id} for line_id, row_id in ids.items()])


def _loaded(session: Session, table: type[Any], ids: Sequence[int | None], *, lock: bool = False) -> list[Any]:
    """In the order of their numbers, which is the order in which everybody locks them."""
    query = select(table).order_by(table.id)
    if lock:
        query = query.with_for_update()
    return [row for some in slices(ids) for row in session.scalars(query.where(table.id.in_(some)))]


WRITERS = {ImportNoun.LISTS: ListWriter, ImportNoun.UNITS: UnitWriter, ImportNoun.PEOPLE: PersonWriter}
