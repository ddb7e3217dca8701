"""A closed unit's threads become its successor's. Each piece works within the closing's transaction.

From then on the two are one: what the old unit wrote is the successor's to correct, withdraw and void. What has ended
stays as it was (duties, readings, mails, the access log), and so does the author block of every message.

A thread between the two stays as it is: a unit cannot write to itself (S1).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, Update, and_, case, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from lcweb.domain.permissions import Actor
from lcweb.domain.threads import EventKind
from lcweb.facts import still_here
from lcweb.models import (
    Draft,
    InternalNote,
    Membership,
    Message,
    Obligation,
    Opening,
    SearchDocument,
    Thread,
    ThreadEvent,
    ThreadParty,
    Unit,
)

#: Rows named in one statement.
_AT_ONCE = 500


@dataclass(frozen=True)
class _Pass:
    """`staff` work in the new unit now: what they had in hand at the old one they still have."""

    session: Session
    old: Unit
    new: Unit
    staff: frozenset[int]
    actor: Actor
    now: datetime


def between(unit_id: int, other_id: int) -> ColumnElement[bool]:
    """Of a thread: these two are its sender and recipient."""
    return or_(
        and_(Thread.sender_unit_id == unit_id, Thread.recipient_unit_id == other_id),
        and_(Thread.sender_unit_id == other_id, Thread.recipient_unit_id == unit_id),
    )


def concerned(session: Session, unit_id: int) -> Sequence[int]:
    """The units that have a side in one of the unit's threads, itself among them."""
    own = select(ThreadParty.thread_id).where(ThreadParty.unit_id == unit_id)
    return session.scalars(select(ThreadParty.unit_id).where(ThreadParty.thread_id.in_(own)).distinct()).all()


def pass_threads(session: Session, old: Unit, new: Unit, *, actor: Actor, now: datetime) -> int:
    """All of them, open, closed and left, with drafts. The threads are locked. Returns how many."""
    here = select(Membership.user_id).where(Membership.unit_id == new.id, still_here(Membership, now))
    passing = _Pass(session, old, new, frozenset(session.scalars(here)), actor, now)
    session.flush()
    thread_ids = session.scalars(_passing(passing).order_by(Thread.id)).all()
    for some in _portions(thread_ids):
        _tell(passing, some)
        _pass_texts(passing, some)
        _pass_duties(passing, some)
        _pass_sides(passing, some)
    _pass_drafts(passing)
    session.expire_all()
    return len(thread_ids)


def _passing(p: _Pass) -> Select[tuple[int]]:
    own = select(ThreadParty.thread_id).where(ThreadParty.unit_id == p.old.id)
    return select(Thread.id).where(Thread.id.in_(own), ~between(p.old.id, p.new.id))


def _portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))


def _tell(p: _Pass, ids: Sequence[int]) -> None:
    """A line that both sides of an open thread read. Of one that the unit has left, it tells nobody anything."""
    own = aliased(ThreadParty)
    still = (
        select(Thread.id)
        .join(own, and_(own.thread_id == Thread.id, own.unit_id == p.old.id, own.left_at.is_(None)))
        .where(Thread.id.in_(ids), Thread.closed_at.is_(None))
        .order_by(Thread.id)
    )
    p.session.add_all(
        ThreadEvent(
            thread_id=thread_id, at=p.now, kind=EventKind.UNIT_CLOSED, unit_name=p.old.name,
            user_name=p.actor.short_name, to_unit_name=p.new.name,
        )
        for thread_id in p.session.scalars(still).all()
    )  # fmt: skip
    p.session.flush()


def _pass_texts(p: _Pass, ids: Sequence[int]) -> None:
    """Openings first: what the old unit read of the new one's own messages stays as the receipt that it was."""
    _pass_openings(p, ids)
    for table in (Message, InternalNote, SearchDocument):
        own = update(table).where(table.thread_id.in_(ids), table.unit_id == p.old.id)
        p.session.execute(_quietly(own.values(unit_id=p.new.id)))


def _pass_openings(p: _Pass, ids: Sequence[int]) -> None:
    """Where the new unit had the thread already, it has not read what the old one read."""
    twin, side = aliased(Opening), aliased(ThreadParty)
    read_by_both = exists().where(
        twin.message_id == Opening.message_id, twin.user_id == Opening.user_id, twin.unit_id == p.new.id
    )
    theirs = select(Message.id).where(Message.thread_id.in_(ids), Message.unit_id != p.new.id)
    present = select(side.thread_id).where(side.unit_id == p.new.id, side.left_at.is_(None))
    own = update(Opening).where(
        Opening.unit_id == p.old.id,
        Opening.message_id.in_(theirs.where(Message.thread_id.not_in(present))),
        ~read_by_both,
    )
    p.session.execute(_quietly(own.values(unit_id=p.new.id)))


def _pass_duties(p: _Pass, ids: Sequence[int]) -> None:
    """The open ones, with the time that they have (T5)."""
    for side in (Obligation.unit_id, Obligation.owed_to_unit_id):
        still_owed = update(Obligation).where(
            Obligation.thread_id.in_(ids), Obligation.ended_at.is_(None), side == p.old.id
        )
        p.session.execute(_quietly(still_owed.values({side: p.new.id})))
    for side in (Thread.sender_unit_id, Thread.recipient_unit_id):
        own = update(Thread).where(Thread.id.in_(ids), side == p.old.id)
        raised = {side: p.new.id, Thread.version: Thread.version + 1}
        p.session.execute(_quietly(own.values(raised)))
    p.session.execute(_quietly(update(Thread).where(Thread.id.in_(ids)).values(revision=Thread.revision + 1)))


def _pass_sides(p: _Pass, ids: Sequence[int]) -> None:
    had = select(ThreadParty.thread_id).where(ThreadParty.thread_id.in_(ids), ThreadParty.unit_id == p.new.id)
    twice = p.session.scalars(had).all()
    kept = ThreadParty.claimed_by_id.in_(p.staff)
    own = update(ThreadParty).where(
        ThreadParty.thread_id.in_(ids), ThreadParty.unit_id == p.old.id, ThreadParty.thread_id.not_in(twice)
    )
    moved = {
        "unit_id": p.new.id,
        "claimed_by_id": case((kept, ThreadParty.claimed_by_id)),
        "claimed_at": case((kept, ThreadParty.claimed_at)),
        "revision": ThreadParty.revision + 1,
    }
    p.session.execute(_quietly(own.values(moved)))
    p.session.expire_all()
    for thread_id in twice:
        _join_sides(p, thread_id)


def _join_sides(p: _Pass, thread_id: int) -> None:
    """The new unit has had the thread itself. What either of the two could see, it sees."""
    old = p.session.get_one(ThreadParty, (thread_id, p.old.id))
    new = p.session.get_one(ThreadParty, (thread_id, p.new.id))
    unread = bool(old.unopened or new.unopened)
    new.revision += old.revision + 1
    new.last_at = max(new.last_at, old.last_at)
    if old.left_at is None:
        _come_back(p, old, new)
    elif new.left_at is not None and (old.last_message_id or 0) >= (new.last_message_id or 0):
        new.left_at, new.left_how = old.left_at, old.left_how
        new.last_message_id = old.last_message_id
        new.last_event_id = max(old.last_event_id or 0, new.last_event_id or 0)
    # What was found unopened by either may be what nobody of the new unit knows.
    new.unopened = max(new.unopened, int(unread))
    old.unopened = 0
    p.session.flush()


def _come_back(p: _Pass, old: ThreadParty, new: ThreadParty) -> None:
    """The old unit's present side becomes the new one's, which had left; the old row tells that it was there."""
    new.left_at = new.left_how = new.last_message_id = new.last_event_id = None
    handled = old.claimed_by_id if old.claimed_by_id in p.staff else None
    new.claimed_by_id, new.claimed_at = handled, old.claimed_at if handled else None
    new.acknowledged_to = old.acknowledged_to
    new.transferred_at, new.transferred_by, new.transferred_to = (
        old.transferred_at, old.transferred_by, old.transferred_to,
    )  # fmt: skip
    new.unopened = _unopened(p, new.thread_id)
    old.left_at, old.left_how, old.claimed_by_id, old.claimed_at = p.now, EventKind.UNIT_CLOSED, None, None
    old.last_message_id = p.session.scalar(select(func.max(Message.id)).where(Message.thread_id == new.thread_id))
    old.last_event_id = p.session.scalar(select(func.max(ThreadEvent.id)).where(ThreadEvent.thread_id == new.thread_id))


def _unopened(p: _Pass, thread_id: int) -> int:
    opened = exists().where(Opening.message_id == Message.id, Opening.unit_id == p.new.id)
    theirs = select(func.count()).where(
        Message.thread_id == thread_id, Message.unit_id != p.new.id, Message.withdrawn_at.is_(None), ~opened
    )
    return p.session.scalar(theirs) or 0


def _pass_drafts(p: _Pass) -> None:
    """Of those who work in the new unit. What the others had begun stays where nobody reads it, and is swept."""
    twin = aliased(Draft)
    begun_twice = exists().where(
        twin.user_id == Draft.user_id, twin.unit_id == p.new.id, twin.thread_id == Draft.thread_id
    )
    stays = select(Thread.id).where(between(p.old.id, p.new.id))
    own = update(Draft).where(
        Draft.unit_id == p.old.id,
        Draft.user_id.in_(p.staff),
        or_(Draft.thread_id.is_(None), Draft.thread_id.not_in(stays)),
        ~begun_twice,
    )
    p.session.execute(_quietly(own.values(unit_id=p.new.id)))


def _quietly(statement: Update) -> Update:
    """What the session holds is read anew afterwards."""
    return statement.execution_options(synchronize_session=False)
