"""Having a thread's text on screen."""

from datetime import datetime

from sqlalchemy import Integer, and_, bindparam, exists, func, select
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain.access_log import LogAction
from lcweb.domain.errors import NotFound
from lcweb.domain.permissions import Act, Actor
from lcweb.models import Message, Opening, Thread, ThreadParty
from lcweb.services import access_log, inbox
from lcweb.services.threads.parts import locked, may_open, own_side


def open_thread(actor: Actor, thread_id: int, *, now: datetime) -> bool:
    """Marks what the unit had not opened and logs the opening. False: a protected identity that must be claimed first.

    Raises NotFound.
    """
    actor.require(Act.SEE_THREADS)
    with transaction() as session:
        thread, party, fresh = _own_side(session, actor, thread_id)
        if not may_open(actor, thread, party):
            return False
        _mark_opened(session, thread, party, fresh, actor=actor, now=now)
        access_log.write(session, LogAction.OPEN, actor=actor, thread=thread, now=now)
        return True


def mark_opened(actor: Actor, thread_id: int, *, up_to: int, now: datetime) -> None:
    """What a poll brought into a page that somebody then used: the messages up to and with the number `up_to`.

    Raises NotFound, also for a protected identity that is not claimed (P3).
    """
    actor.require(Act.SEE_THREADS)
    with transaction() as session:
        thread, party, fresh = _own_side(session, actor, thread_id, up_to=up_to)
        if not may_open(actor, thread, party):
            raise NotFound("a protected identity that is not claimed")
        _mark_opened(session, thread, party, fresh, actor=actor, now=now)
        if fresh:
            access_log.write(session, LogAction.OPEN, actor=actor, thread=thread, now=now)


def shown_by_poll(actor: Actor, thread_id: int, *, now: datetime) -> bool:
    """Logs that a poll hands out the thread's text; neither a receipt nor an opening. False as for open_thread."""
    actor.require(Act.SEE_THREADS)
    with transaction() as session:
        thread, party = own_side(session, actor, thread_id)
        if not may_open(actor, thread, party):
            return False
        access_log.write(session, LogAction.SHOWN_BY_POLL, actor=actor, thread=thread, now=now)
        return True


def printed(actor: Actor, thread_id: int, *, now: datetime) -> bool:
    """Logs that the thread goes on paper, which is no opening. False: something in it is unopened, and is read first.

    Raises NotFound, also for a protected identity that this person has not claimed (P3).
    """
    return _handed_out(actor, thread_id, LogAction.PRINT, now=now)


def exported(actor: Actor, thread_id: int, *, now: datetime) -> bool:
    """As `printed`, for a file."""
    return _handed_out(actor, thread_id, LogAction.EXPORT, now=now)


def _handed_out(actor: Actor, thread_id: int, action: LogAction, *, now: datetime) -> bool:
    actor.require(Act.SEE_THREADS)
    with transaction() as session:
        thread, party = own_side(session, actor, thread_id, may_act=True)
        if party.unopened:
            return False
        access_log.write(session, action, actor=actor, thread=thread, now=now)
        return True


#: A side may see the others' messages; one that has left, up to the last of its time.
_MAY_SEE = and_(
    Message.thread_id == ThreadParty.thread_id, Message.unit_id != ThreadParty.unit_id,
    Message.withdrawn_at.is_(None), Message.id <= func.coalesce(ThreadParty.last_message_id, Message.id),
)  # fmt: skip
_OPENED = exists().where(Opening.message_id == Message.id, Opening.unit_id == ThreadParty.unit_id)
_UNSEEN = and_(
    _MAY_SEE,
    Message.id <= func.coalesce(bindparam("up_to", type_=Integer), Message.id),
    ~_OPENED.where(Opening.user_id == bindparam("user_id")),
)
_OF_SIDE = (ThreadParty.thread_id == bindparam("thread_id"), ThreadParty.unit_id == bindparam("unit_id"))
#: The side and what the person has not had on screen: one row at least.
_SIDE = select(ThreadParty, Message.id).outerjoin(Message, _UNSEEN).where(*_OF_SIDE)
_UNOPENED = select(Message.id).join(ThreadParty, and_(_MAY_SEE, ~_OPENED)).where(*_OF_SIDE)


def _own_side(
    session: Session, actor: Actor, thread_id: int, *, up_to: int | None = None
) -> tuple[Thread, ThreadParty, list[int]]:
    """As own_side, with the messages (up to and with the number `up_to`) that the person has not had on screen."""
    thread = locked(session, thread_id)
    side = {"thread_id": thread_id, "unit_id": actor.require_unit()}
    found = session.execute(_SIDE, side | {"user_id": actor.user_id, "up_to": up_to}).all()
    if not found:
        raise NotFound("thread")
    return thread, found[0][0], [message_id for _, message_id in found if message_id is not None]


def _mark_opened(
    session: Session, thread: Thread, party: ThreadParty, fresh: list[int], *, actor: Actor, now: datetime
) -> None:
    session.add_all(
        Opening(message_id=message_id, unit_id=party.unit_id, user_id=actor.user_id, opened_at=now)
        for message_id in fresh
    )
    if fresh:
        thread.revision += 1
    session.flush()
    _count_unopened(session, party)


def _count_unopened(session: Session, party: ThreadParty) -> None:
    if not party.unopened:
        return
    left = len(session.scalars(_UNOPENED, {"thread_id": party.thread_id, "unit_id": party.unit_id}).all())
    if left != party.unopened:
        party.unopened = left
        inbox.touch(session, party.unit_id)
        session.flush()
