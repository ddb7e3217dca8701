"""A unit is closed: everything in it passes to its successor, or it has nothing left that anybody waits for."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain import units
from lcweb.domain.changes import Noun, What
from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.permissions import Act, Actor
from lcweb.domain.sessions import Why
from lcweb.facts import still_here
from lcweb.models import Membership, Thread, ThreadParty, Unit, UserSession
from lcweb.services import changes, inbox, sessions
from lcweb.services.units import belongings, lists, passing


@dataclass(frozen=True)
class Closed:
    """What became of it, in numbers."""

    name: str
    successor: str | None
    threads: int
    list_rows: int
    people: int


def close(
    actor: Actor, unit_id: int, *, successor_id: int | None, with_people: bool, seen: int | None, now: datetime
) -> Closed:
    """For good. `with_people`: a merge, the members go along. `seen` None: the caller has not looked (command line).

    Open duties keep their time (T5), and whoever had half an answer to the unit is told that another has the thread.

    Raises NotAllowed, NotFound, Refused (no such successor; something is open that nobody would take over, or that is
    between the two), and Conflict: changed since `seen`, or closed already.
    """
    actor.require(Act.EDIT_PEOPLE)
    with transaction() as session:
        unit, successor = _both(session, unit_id, successor_id, with_people=with_people)
        if seen is not None:
            changes.require_seen(session, Noun.UNIT, unit_id, seen)
        _lock_threads(session, unit)
        _refuse_what_waits(session, unit, successor)
        concerned = set(passing.concerned(session, unit.id)) | {unit.id}
        people = belongings.end_roles(session, unit, successor if with_people else None, actor=actor, now=now)
        threads = passing.pass_threads(session, unit, successor, actor=actor, now=now) if successor else 0
        belongings.pass_phrases(session, unit, successor, actor=actor, now=now)
        list_rows = lists.pass_rows(session, unit, successor, actor=actor, now=now)
        _mark(session, unit, successor, merged=with_people, actor=actor, now=now)
        inbox.touch(session, *concerned, *((successor.id,) if successor else ()))
        return Closed(unit.name, successor.name if successor else None, threads, list_rows, people)


def _both(session: Session, unit_id: int, successor_id: int | None, *, with_people: bool) -> tuple[Unit, Unit | None]:
    """Locked in one order, so that of two who close at once one waits and then sees what the other did.

    The lock lets messages of these units be written; those verbs are held up by their thread's lock instead.
    """
    wanted = select(Unit).where(Unit.id.in_((unit_id, successor_id))).order_by(Unit.id)
    found = {unit.id: unit for unit in session.scalars(wanted.with_for_update(key_share=True))}
    if unit_id not in found:
        raise NotFound("unit")
    unit, successor = found[unit_id], found.get(successor_id) if successor_id else None
    if unit.closed_at is not None:
        raise Conflict(f"{unit.name} är redan stängd.")
    problem = units.successor_problem(
        chosen=successor_id is not None, own=successor_id == unit_id,
        is_open=successor is not None and successor.closed_at is None, with_people=with_people,
    )  # fmt: skip
    if problem:
        raise Refused({"successor": problem})
    return unit, successor


def _lock_threads(session: Session, unit: Unit) -> None:
    of_unit = select(ThreadParty.thread_id).where(ThreadParty.unit_id == unit.id)
    session.execute(select(Thread.id).where(Thread.id.in_(of_unit)).order_by(Thread.id).with_for_update()).all()


def _refuse_what_waits(session: Session, unit: Unit, successor: Unit | None) -> None:
    """Raises Refused with how many threads are in the way."""
    waiting = select(func.count()).select_from(ThreadParty).join(Thread, Thread.id == ThreadParty.thread_id)
    waiting = waiting.where(ThreadParty.unit_id == unit.id, _waits())
    if successor is not None:
        waiting = waiting.where(passing.between(unit.id, successor.id))
    count = session.scalar(waiting)
    if count:
        raise Refused({"successor": units.in_the_way(unit.name, count, successor.name if successor else None)})


def _waits() -> ColumnElement[bool]:
    """Somebody of the unit has something left to do with it or to read in it."""
    return or_(and_(ThreadParty.left_at.is_(None), Thread.closed_at.is_(None)), ThreadParty.unopened > 0)


def _mark(session: Session, unit: Unit, successor: Unit | None, *, merged: bool, actor: Actor, now: datetime) -> None:
    """And whoever acts from the unit, or has no role left anywhere, is signed out."""
    unit.closed_at, unit.successor_id = now, successor.id if successor else None
    session.flush()
    what = What.MERGED if merged else What.CLOSED
    changes.note(
        session, Noun.UNIT, unit.id, what, before={"closed_at": None, "successor_id": None},
        after={"closed_at": now, "successor_id": unit.successor_id}, actor=actor, now=now,
    )  # fmt: skip
    members = select(Membership.user_id).where(Membership.unit_id == unit.id)
    elsewhere = select(Membership.id).where(Membership.user_id == UserSession.user_id, still_here(Membership, now))
    without = and_(UserSession.user_id.in_(members), ~elsewhere.exists())
    sessions.end_sessions(session, or_(UserSession.unit_id == unit.id, without), why=Why.UNIT_CLOSED, now=now)
