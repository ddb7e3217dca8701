"""What the verbs of a thread are made of. Each piece works within the verb's transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, insert, select, update
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain import guards, threads
from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.permissions import Act, Actor
from lcweb.domain.threads import DutyEnd, EventKind, Move, Side, State
from lcweb.models import Message, Thread, ThreadEvent, ThreadParty, Unit
from lcweb.prepared import do
from lcweb.services import inbox, search
from lcweb.services.threads.duties import end_all_duties, open_duty
from lcweb.services.units.standing import require_receiver

_SUBMISSION = select(Message.thread_id, Message.author_id).where(Message.submission_id == bindparam("submission_id"))
_THEIRS = (
    select(Message)
    .where(Message.thread_id == bindparam("thread_id"), Message.unit_id != bindparam("unit_id"))
    .where(Message.withdrawn_at.is_(None), Message.id > bindparam("after"))
    .order_by(Message.id)
)
_PHONE = select(Unit.phone).where(Unit.id == bindparam("unit_id"))
_WRITTEN = ("thread_id", "unit_id", "author_id", "author_name", "author_title", "author_unit", "author_phone", "body",
            "expects_reply", "sent_at", "submission_id", "corrects_id")  # fmt: skip
_WRITE = insert(Message.__table__).values({name: bindparam(name) for name in _WRITTEN}).returning(Message.id)
_PRESENT = (
    update(ThreadParty.__table__)
    .where(ThreadParty.thread_id == bindparam("of_thread"), ThreadParty.left_at.is_(None))
    .values(
        last_at=bindparam("now"),
        unopened=ThreadParty.unopened + case((ThreadParty.unit_id != bindparam("writer"), 1), else_=0),
    )
)


class Written(NamedTuple):
    """What the verbs must know of a message that they have just written."""

    id: int
    thread_id: int
    unit_id: int


@dataclass(frozen=True)
class Sent:
    """`again`: this submission had been sent before, so nothing new was written (S7)."""

    thread_id: int
    again: bool = False


_THREAD = select(Thread).where(Thread.id == bindparam("thread_id")).with_for_update()


def locked(session: Session, thread_id: int) -> Thread:
    """Raises NotFound. What else there is of the thread is asked afterwards, or PostgreSQL would tell it as it was when
    the wait began.
    """
    thread = session.scalar(_THREAD, {"thread_id": thread_id})
    if thread is None:
        raise NotFound("thread")
    return thread


def own_side(session: Session, actor: Actor, thread_id: int, *, may_act: bool = False) -> tuple[Thread, ThreadParty]:
    """The thread, locked, and the own unit's side of it. Raises NotFound when there is none.

    `may_act` also asks that a protected identity has been claimed (P3).
    """
    thread = locked(session, thread_id)
    party = session.get(ThreadParty, (thread_id, actor.require_unit()))
    if party is None or (may_act and not may_open(actor, thread, party)):
        raise NotFound("thread")
    return thread, party


def may_open(actor: Actor, thread: Thread, party: ThreadParty) -> bool:
    """P3: a protected identity opens for who has claimed the thread and for the unit manager.

    Of a voided or disposed thread there is nothing left to protect.
    """
    nothing_left = thread.voided_at is not None or thread.disposed_at is not None
    open_to_all = not thread.protected or nothing_left
    return open_to_all or party.claimed_by_id == actor.user_id or actor.may(Act.OPEN_PROTECTED)


NO_LONGER = {
    Move.ACKNOWLEDGE: "Ärendet går inte längre att kvittera.",
    Move.CLAIM: "Ärendet går inte längre att ta.",
    Move.RELEASE: "Ärendet går inte längre att lämna tillbaka.",
    Move.REPLY: "Det går inte längre att svara i ärendet.",
    Move.CORRECT: "Det går inte längre att rätta ett meddelande i ärendet.",
    Move.FORWARD: "Ärendet går inte längre att vidarebefordra härifrån.",
    Move.RETURN: "Ärendet går inte längre att återsända.",
    Move.WITHDRAW: "Det går inte längre att återta ett meddelande i ärendet.",
    Move.VOID: "Ärendet går inte längre att makulera.",
    Move.CLOSE: "Ärendet går inte att avsluta nu.",
    Move.REOPEN: "Ärendet går inte att öppna igen.",
    Move.TRANSFER: "Ärendet går inte att markera som överfört.",
    Move.NOTE: "Det går inte att skriva en anteckning i ärendet.",
}


def require_move(move: Move, thread: Thread, party: ThreadParty) -> None:
    """The table of moves. Raises Conflict: what the page offered has become impossible meanwhile."""
    if not threads.is_allowed(move, side_of(thread, party), state_of(thread)):
        raise Conflict(NO_LONGER[move])


def require_heard(session: Session, move: Move, thread: Thread, party: ThreadParty) -> None:
    """As require_move; and where the move asks something of the other unit, that unit is open. Raises Refused too."""
    require_move(move, thread, party)
    if threads.needs_receiver(move, state_of(thread)):
        require_receiver(session, thread, party.unit_id)


def side_of(thread: Thread, party: ThreadParty) -> Side:
    return threads.side_of(is_sender=party.unit_id == thread.sender_unit_id, has_left=party.left_at is not None)


def state_of(thread: Thread) -> State:
    return threads.state_of(
        closed=thread.closed_at is not None,
        returned=thread.returned_at is not None,
        withdrawn=thread.withdrawn_at is not None,
        voided=thread.voided_at is not None,
        disposed=thread.disposed_at is not None,
    )


def require_version(thread: Thread, version: int) -> None:
    """Raises Conflict when the thread has moved on since the page was made."""
    if thread.version != version:
        raise Conflict("Ärendet har ändrats sedan du öppnade sidan. Läs det nya först.")


def other_unit(thread: Thread, unit_id: int) -> int:
    return thread.recipient_unit_id if unit_id == thread.sender_unit_id else thread.sender_unit_id


def lies_between(thread: Thread) -> tuple[int, ...]:
    """The units that can still do something in it: after a return the sender alone."""
    return (thread.sender_unit_id,) if thread.returned_at else (thread.sender_unit_id, thread.recipient_unit_id)


def acknowledge_messages(session: Session, thread: Thread, party: ThreadParty, *, actor: Actor, now: datetime) -> bool:
    """Replying implies it. True when the unit had something left to acknowledge. A first receipt stays (B1)."""
    theirs = {"thread_id": thread.id, "unit_id": party.unit_id, "after": party.acknowledged_to}
    waiting = session.scalars(_THEIRS, theirs).all()
    for message in waiting:
        party.acknowledged_to = message.id
        if message.acknowledged_at is None:
            message.acknowledged_at, message.acknowledged_by = now, actor.short_name
    session.flush()
    return bool(waiting)


def close_thread(session: Session, thread: Thread, *, actor: Actor, now: datetime) -> None:
    is_sender = actor.unit_id == thread.sender_unit_id
    own_duty = open_duty(session, thread, actor.require_unit()) is not None
    if not threads.may_close(is_sender=is_sender, has_open_duty=own_duty):
        raise Refused({"form": "Svara på ärendet eller kvittera det innan du avslutar."})
    thread.closed_at = now
    end_all_duties(session, thread, how=DutyEnd.CLOSED, now=now)
    add_event(session, thread, EventKind.CLOSED, actor=actor, now=now)


def reopen_thread(session: Session, thread: Thread, *, actor: Actor, now: datetime) -> None:
    if thread.closed_at is not None:
        thread.closed_at = None
        add_event(session, thread, EventKind.REOPENED, actor=actor, now=now)


def add_event(
    session: Session, thread: Thread, kind: EventKind, *, actor: Actor, now: datetime, **more: Any
) -> ThreadEvent:
    """`more`: what the kind of event has besides, such as a reason or a date."""
    event = ThreadEvent(
        thread_id=thread.id, at=now, kind=kind, unit_name=actor.unit_name, user_name=actor.short_name, **more
    )
    session.add(event)
    session.flush()
    return event


def moved(session: Session, thread: Thread, *others: int) -> None:
    """A move that somebody's half-written answer must know of. `others`: units beside the two it lies between."""
    move_on(thread)
    inbox.touch(session, thread.sender_unit_id, thread.recipient_unit_id, *others)


def move_on(thread: Thread) -> None:
    """`moved` without the inboxes, for a verb that touches them by itself."""
    thread.version += 1
    thread.revision += 1


def find_submission(session: Session, submission_id: str, actor: Actor) -> int | None:
    """The thread that this very submission went to before (S7)."""
    found = do(session, _SUBMISSION, submission_id=submission_id)
    return own_submission(actor, *found[0]) if found else None


def own_submission(actor: Actor, thread_id: int, author_id: int) -> int:
    """The thread of a submission that is in the tables. Raises Refused when somebody else has sent it."""
    if author_id != actor.user_id:
        raise Refused({"form": "Sidan var inte din egen. Ladda om den och skicka igen."})
    return thread_id


def sent_meanwhile(submission_id: str, actor: Actor) -> Sent:
    """Two identical submissions raced: the database let one through, and this is the other."""
    with transaction() as session:
        earlier = find_submission(session, submission_id, actor)
    if earlier is None:
        raise Conflict("the database refused the rows")
    return Sent(earlier, again=True)


def add_message(
    session: Session, thread: Thread, *, actor: Actor, body: str, expects_reply: bool, submission_id: str,
    now: datetime, corrects: int | None = None,
) -> Written:  # fmt: skip
    """A further one, in a thread that is locked."""
    thread.message_count += 1
    phone = actor.phone or do(session, _PHONE, unit_id=actor.unit_id)[0].phone
    message = write_message(
        session, thread.id, actor=actor, phone=phone, body=body, expects_reply=expects_reply,
        submission_id=submission_id, now=now, corrects=corrects,
    )  # fmt: skip
    search.add_message(session, thread, message.id, guards.normalized(body))
    do(session, _PRESENT, of_thread=thread.id, now=now, writer=actor.unit_id)
    return message


def write_message(
    session: Session, thread_id: int, *, actor: Actor, phone: str, body: str, expects_reply: bool, submission_id: str,
    now: datetime, corrects: int | None = None,
) -> Written:  # fmt: skip
    """The message's own row. `phone`: the author's, or the unit's."""
    unit_id = actor.require_unit()
    (row,) = do(
        session,
        _WRITE,
        thread_id=thread_id,
        unit_id=unit_id,
        author_id=actor.user_id,
        author_name=actor.name,
        author_title=actor.title,
        author_unit=actor.unit_name,
        author_phone=phone,
        body=guards.normalized(body),
        expects_reply=expects_reply,
        sent_at=now,
        submission_id=submission_id,
        corrects_id=corrects,
    )
    return Written(row.id, thread_id, unit_id)
