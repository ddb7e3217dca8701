"""Having a thread's text on screen."""

from datetime import datetime

from sqlalchemy import Integer, bindparam, exists, func, select
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain.access_log import LogAction
from lcweb.domain.permissions import Act, Actor
from lcweb.models import Message, Opening, Thread, ThreadParty
from lcweb.services import access_log, inbox
from lcweb.services.threads.parts import may_open, own_side


def open_thread(actor: Actor, thread_id: int, *, now: datetime) -> bool:
    """Marks what the unit had not opened and logs the opening. False: a protected identity that must be claimed first.

    Raises NotFound.
    """
    actor.require(Act.SEE_THREADS)
    with transaction() as session:
        thread, party = own_side(session, actor, thread_id)
        if not may_open(actor, thread, party):
            return False
        _mark_opened(session, thread, party, actor=actor, now=now)
        access_log.write(session, LogAction.OPEN, actor=actor, thread=thread, now=now)
        return True


def mark_opened(actor: Actor, thread_id: int, *, up_to: int, now: datetime) -> None:
    """What a poll brought into a page that somebody then used: the messages up to and with the number `up_to`.

    Raises NotFound, also for a protected identity that is not claimed (P3).
    """
    actor.require(Act.SEE_THREADS)
    with transaction() as session:
        thread, party = own_side(session, actor, thread_id, may_act=True)
        if _mark_opened(session, thread, party, actor=actor, now=now, up_to=up_to):
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


#: The others' messages that a side may see; a unit that has left, up to the last of its time.
_THEIRS = select(Message.id).where(
    Message.thread_id == bindparam("thread_id"), Message.unit_id != bindparam("unit_id"),
    Message.withdrawn_at.is_(None), Message.id <= func.coalesce(bindparam("last_id", type_=Integer), Message.id),
)  # fmt: skip
_OPENED = exists().where(Opening.message_id == Message.id, Opening.unit_id == bindparam("unit_id"))
_UNOPENED = _THEIRS.where(~_OPENED)
_UNSEEN = _THEIRS.where(
    Message.id <= func.coalesce(bindparam("up_to", type_=Integer), Message.id),
    ~_OPENED.where(Opening.user_id == bindparam("user_id")),
)


def _mark_opened(
    session: Session, thread: Thread, party: ThreadParty, *, actor: Actor, now: datetime, up_to: int | None = None
) -> bool:
    """Whether the person had not had one of them on screen before."""
    fresh = session.scalars(_UNSEEN, _side(party) | {"user_id": actor.user_id, "up_to": up_to}).all()
    session.add_all(
        Opening(message_id=message_id, unit_id=party.unit_id, user_id=actor.user_id, opened_at=now)
        for message_id in fresh
    )
    if fresh:
        thread.revision += 1
    session.flush()
    _count_unopened(session, party)
    return bool(fresh)


def _count_unopened(session: Session, party: ThreadParty) -> None:
    if not party.unopened:
        return
    left = len(session.scalars(_UNOPENED, _side(party)).all())
    if left != party.unopened:
        party.unopened = left
        inbox.touch(session, party.unit_id)
        session.flush()


def _side(party: ThreadParty) -> dict[str, int | None]:
    return {"thread_id": party.thread_id, "unit_id": party.unit_id, "last_id": party.last_message_id}
