"""Ångra: an import that has been saved is taken back as a whole, unless somebody has built on it since."""

import json
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.types import Time

from lcweb.db import UtcDateTime, transaction
from lcweb.domain.changes import Noun, What
from lcweb.domain.errors import Conflict, Refused
from lcweb.domain.imports import ImportNoun, State
from lcweb.domain.permissions import Actor
from lcweb.models import (
    Change,
    ImportJob,
    Membership,
    Organization,
    ReadingRow,
    RecipientEdit,
    RecipientEntry,
    ThreadParty,
    Unit,
    User,
    UserSession,
)  # fmt: skip
from lcweb.services import changes, people, recipients
from lcweb.services.imports.jobs import own_job

_TABLES = {Noun.UNIT: Unit, Noun.PERSON: User, Noun.MEMBERSHIP: Membership}


def undo(actor: Actor, job_id: int, *, now: datetime) -> None:
    """Raises NotFound; Conflict when it is not saved, or undone already; Refused, naming what has changed since."""
    try:
        with transaction() as session:
            job = own_job(session, actor, job_id)
            if job.state != State.SAVED:
                raise Conflict(_not_saved(job))
            if job.noun == ImportNoun.LISTS:
                _undo_lists(session, job_id, actor=actor, now=now)
            else:
                _undo_changes(session, job_id, actor=actor, now=now)
            job.state, job.undone_by, job.undone_at = State.UNDONE, actor.name, now
    except IntegrityError:
        raise Refused(
            {"form": "Importen går inte att ångra: ett namn eller HSA-id har tagits av någon annan."}
        ) from None


def _not_saved(job: ImportJob) -> str:
    return f"{job.undone_by} har redan ångrat importen." if job.state == State.UNDONE else "Importen är inte sparad."


def _undo_lists(session: Session, job_id: int, *, actor: Actor, now: datetime) -> None:
    own = select(RecipientEdit).where(RecipientEdit.import_id == job_id)
    for edit in session.scalars(own.order_by(RecipientEdit.municipality, RecipientEdit.case_type)).all():
        recipients.undo_edit(session, edit, actor=actor, now=now, on=None)


def _undo_changes(session: Session, job_id: int, *, actor: Actor, now: datetime) -> None:
    """Latest first: a role is ended before the person who was given it."""
    own = session.scalars(select(Change).where(Change.import_id == job_id).order_by(Change.id.desc())).all()
    _require_untouched(session, job_id, own)
    for change in own:
        noun = Noun(change.noun)
        row = session.get_one(_TABLES[noun], change.row_id)
        if change.before is not None:
            _restore(session, noun, row, json.loads(change.before), actor=actor, now=now)
        elif isinstance(row, Membership):
            people.end_membership_row(session, row, actor=actor, now=now)
        else:
            _take_away(session, noun, row, job_id, actor=actor, now=now)


def _require_untouched(session: Session, job_id: int, own: Sequence[Change]) -> None:
    """Raises Refused for what somebody has changed since."""
    mine = {(change.noun, change.row_id): change for change in reversed(own)}
    touched = []
    for (noun, row_id), _ in sorted(mine.items()):
        last = session.get_one(Change, changes.latest(session, Noun(noun), row_id))
        if last.import_id != job_id:
            touched.append(f"{_name(session, Noun(noun), row_id)} ({last.made_by})")
    if touched:
        more = f" och {len(touched) - 5} till" if len(touched) > 5 else ""
        raise Refused(
            {"form": f"Importen går inte att ångra. Det här har ändrats sedan dess: {', '.join(touched[:5])}{more}."}
        )


def _restore(session: Session, noun: Noun, row: Any, before: dict[str, Any], *, actor: Actor, now: datetime) -> None:
    """What was, as `Change` keeps it."""
    columns = inspect(type(row)).columns
    was = {name: _value(columns[name].type, value) for name, value in before.items()}
    current = {name: getattr(row, name) for name in was}
    if isinstance(row, User):
        people.end_sessions_of_ended(session, row, now=now)
    for name, value in was.items():
        setattr(row, name, value)
    session.flush()
    changes.note(session, noun, row.id, What.UNDONE, before=current, after=was, actor=actor, now=now)


def _value(kind: object, kept: Any) -> Any:
    if kept is not None and isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(kept)
    return time.fromisoformat(kept) if kept is not None and isinstance(kind, Time) else kept


def _take_away(session: Session, noun: Noun, row: Any, job_id: int, *, actor: Actor, now: datetime) -> None:
    """What the import added is closed or ended, and gives its name and HSA-id back: the mended file needs them.

    Raises Refused when something has happened in it.
    """
    why = _in_use(session, row)
    if why:
        raise Refused({"form": f"Importen går inte att ångra: {row.name} {why}."})
    if isinstance(row, Unit):
        after: dict[str, object] = {"closed_at": now, "name": f"{row.name} (ångrad import {job_id}, {row.id})"}
    else:
        after = {"ended_at": now, "username": f"angrad-{job_id}-{row.id}"}
    after["hsa_id"] = None
    before = {name: getattr(row, name) for name in after}
    for name, value in after.items():
        setattr(row, name, value)
    session.flush()
    changes.note(session, noun, row.id, What.UNDONE, before=before, after=after, actor=actor, now=now)


def _in_use(session: Session, row: Any) -> str | None:
    """What has happened in a unit or with a person that the import added."""
    if isinstance(row, Unit):
        living = (Membership.unit_id == row.id, Membership.ended_at.is_(None))
        asked = {
            "har fått ärenden": select(ThreadParty.unit_id).where(ThreadParty.unit_id == row.id),
            "har läst sin inkorg": select(ReadingRow.id).where(ReadingRow.unit_id == row.id),
            "har fått medlemmar": select(Membership.id).where(*living),
            "står i en mottagarlista": select(RecipientEntry.id).where(RecipientEntry.unit_id == row.id),
        }
    else:
        asked = {
            "har loggat in": select(UserSession.token_hash).where(UserSession.user_id == row.id),
            "har fått fler roller": select(Membership.id).where(
                Membership.user_id == row.id, Membership.ended_at.is_(None)
            ),
        }
    return next((why for why, query in asked.items() if session.execute(query.limit(1)).first()), None)


def _name(session: Session, noun: Noun, row_id: int) -> str:
    if noun is Noun.MEMBERSHIP:
        held = session.get_one(Membership, row_id)
        person = session.get_one(User, held.user_id).name
        place = (
            session.get(Unit, held.unit_id) if held.unit_id else session.get(Organization, held.organization_id or 0)
        )
        return f"{person}, {place.name}" if place else person
    return session.get_one(_TABLES[noun], row_id).name
