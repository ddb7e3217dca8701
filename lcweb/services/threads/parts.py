"""What the verbs of a thread are made of. Each piece works within the verb's transaction."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain import deadlines, guards, threads
from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.permissions import Act, Actor
from lcweb.domain.rules import Rules
from lcweb.domain.threads import DutyEnd, DutyKind, EventKind
from lcweb.facts import calendar_of
from lcweb.models import Message, Obligation, Thread, ThreadEvent, ThreadParty, Unit
from lcweb.services import inbox


@dataclass(frozen=True)
class Sent:
    """`again`: this submission had been sent before, so nothing new was written (S7)."""

    thread_id: int
    again: bool = False


def own_side(session: Session, actor: Actor, thread_id: int, *, may_act: bool = False) -> tuple[Thread, ThreadParty]:
    """The thread, locked, and the own unit's side of it. Raises NotFound when there is none.

    `may_act` also asks that a protected identity has been claimed (P3).
    """
    thread = session.scalar(select(Thread).where(Thread.id == thread_id).with_for_update())
    party = session.get(ThreadParty, (thread_id, actor.require_unit())) if thread else None
    if thread is None or party is None or (may_act and not may_open(actor, thread, party)):
        raise NotFound("thread")
    return thread, party


def may_open(actor: Actor, thread: Thread, party: ThreadParty) -> bool:
    """P3: a protected identity opens for who has claimed the thread and for the unit manager."""
    return not thread.protected or party.claimed_by_id == actor.user_id or actor.may(Act.OPEN_PROTECTED)


def other_unit(thread: Thread, unit_id: int) -> int:
    return thread.recipient_unit_id if unit_id == thread.sender_unit_id else thread.sender_unit_id


def open_duty(session: Session, thread: Thread, unit_id: int) -> Obligation | None:
    return session.scalar(
        select(Obligation).where(
            Obligation.thread_id == thread.id, Obligation.unit_id == unit_id, Obligation.ended_at.is_(None)
        )
    )


def end_duty(session: Session, thread: Thread, *, unit_id: int, how: DutyEnd, now: datetime) -> None:
    duty = open_duty(session, thread, unit_id)
    if duty is not None:
        duty.ended_at, duty.ended_by = now, how
        session.flush()


def acknowledge_messages(session: Session, thread: Thread, *, actor: Actor, now: datetime) -> int:
    """Replying implies it. Returns how many messages were acknowledged now."""
    waiting = session.scalars(
        select(Message).where(
            Message.thread_id == thread.id, Message.unit_id != actor.unit_id, Message.acknowledged_at.is_(None)
        )
    ).all()
    for message in waiting:
        message.acknowledged_at, message.acknowledged_by = now, actor.short_name
    return len(waiting)


def close_thread(session: Session, thread: Thread, *, actor: Actor, now: datetime) -> None:
    is_sender = actor.unit_id == thread.sender_unit_id
    own_duty = open_duty(session, thread, actor.require_unit()) is not None
    if not threads.may_close(is_sender=is_sender, has_open_duty=own_duty):
        raise Refused({"close": "Svara på ärendet eller kvittera det innan du avslutar."})
    thread.closed_at = now
    for unit_id in (thread.sender_unit_id, thread.recipient_unit_id):
        end_duty(session, thread, unit_id=unit_id, how=DutyEnd.CLOSED, now=now)
    add_event(session, thread, EventKind.CLOSED, actor=actor, now=now)


def add_event(session: Session, thread: Thread, kind: EventKind, *, actor: Actor, now: datetime) -> None:
    session.add(
        ThreadEvent(thread_id=thread.id, at=now, kind=kind, unit_name=actor.unit_name, user_name=actor.short_name)
    )


def moved(session: Session, thread: Thread) -> None:
    """A move that somebody's half-written answer must know of."""
    thread.version += 1
    thread.revision += 1
    session.flush()
    inbox.touch(session, thread.sender_unit_id, thread.recipient_unit_id)


def find_submission(session: Session, submission_id: str, actor: Actor) -> int | None:
    """The thread that this very submission went to before (S7)."""
    found = session.execute(
        select(Message.thread_id, Message.author_id).where(Message.submission_id == submission_id)
    ).first()
    if found is None:
        return None
    if found.author_id != actor.user_id:
        raise Refused({"form": "Sidan var inte din egen. Ladda om den och skicka igen."})
    return found.thread_id


def sent_meanwhile(submission_id: str, actor: Actor) -> Sent:
    """Two identical submissions raced: the database let one through, and this is the other."""
    with transaction() as session:
        earlier = find_submission(session, submission_id, actor)
    if earlier is None:
        raise Conflict("the database refused the rows")
    return Sent(earlier, again=True)


def add_message(
    session: Session, thread: Thread, *, actor: Actor, body: str, expects_reply: bool, submission_id: str, now: datetime
) -> Message:
    phone = actor.phone or session.execute(select(Unit.phone).where(Unit.id == actor.unit_id)).scalar_one()
    message = Message(
        thread_id=thread.id,
        unit_id=actor.require_unit(),
        author_id=actor.user_id,
        author_name=actor.name,
        author_title=actor.title,
        author_unit=actor.unit_name,
        author_phone=phone,
        body=guards.normalized(body),
        expects_reply=expects_reply,
        sent_at=now,
        submission_id=submission_id,
    )
    session.add(message)
    thread.message_count += 1
    session.flush()
    session.execute(update(ThreadParty).where(ThreadParty.thread_id == thread.id).values(last_at=now))
    session.execute(
        update(ThreadParty)
        .where(ThreadParty.thread_id == thread.id, ThreadParty.unit_id != actor.unit_id)
        .values(unopened=ThreadParty.unopened + 1)
    )
    return message


def put_duty(session: Session, message: Message, *, unit_id: int, kind: DutyKind, now: datetime, rules: Rules) -> None:
    """B1: received now, due on the receiving unit's own calendar (T4, T5)."""
    due_at = deadlines.due_at(now, calendar_of(session, unit_id, rules), rules.answer_days)
    session.add(
        Obligation(
            thread_id=message.thread_id,
            message_id=message.id,
            unit_id=unit_id,
            owed_to_unit_id=message.unit_id,
            kind=kind,
            received_at=now,
            answer_days=rules.answer_days,
            due_at=due_at,
        )
    )
    session.flush()
