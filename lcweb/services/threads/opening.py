"""Having a thread's text on screen."""

from datetime import datetime

from sqlalchemy import exists, select
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


def shown_by_poll(actor: Actor, thread_id: int, *, now: datetime) -> bool:
    """Logs that a poll hands out the thread's text; neither a receipt nor an opening. False as for open_thread."""
    actor.require(Act.SEE_THREADS)
    with transaction() as session:
        thread, party = own_side(session, actor, thread_id)
        if not may_open(actor, thread, party):
            return False
        access_log.write(session, LogAction.SHOWN_BY_POLL, actor=actor, thread=thread, now=now)
        return True


def _mark_opened(session: Session, thread: Thread, party: ThreadParty, *, actor: Actor, now: datetime) -> None:
    seen = exists().where(
        Opening.message_id == Message.id, Opening.unit_id == party.unit_id, Opening.user_id == actor.user_id
    )
    fresh = session.scalars(
        select(Message.id).where(Message.thread_id == thread.id, Message.unit_id != party.unit_id, ~seen)
    ).all()
    session.add_all(
        Opening(message_id=message_id, unit_id=party.unit_id, user_id=actor.user_id, opened_at=now)
        for message_id in fresh
    )
    if fresh:
        thread.revision += 1
    if party.unopened:
        party.unopened = 0
        inbox.touch(session, party.unit_id)
    session.flush()
