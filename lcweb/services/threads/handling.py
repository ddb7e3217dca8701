"""Acknowledge, claim, release, close."""

from datetime import datetime

from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain.access_log import LogAction
from lcweb.domain.errors import Conflict
from lcweb.domain.permissions import Act, Actor
from lcweb.domain.threads import DutyEnd, DutyKind, EventKind
from lcweb.models import Thread, ThreadParty, User
from lcweb.services import access_log, inbox
from lcweb.services.threads.parts import (
    acknowledge_messages,
    add_event,
    close_thread,
    end_duty,
    moved,
    open_duty,
    own_side,
)


def acknowledge(actor: Actor, thread_id: int, *, now: datetime) -> None:
    """Tells the sender that the message has been dealt with; ends the duty of an Information (B1). Twice is once.

    Raises NotFound.
    """
    actor.require(Act.HANDLE)
    with transaction() as session:
        thread, party = own_side(session, actor, thread_id, may_act=True)
        if acknowledge_messages(session, thread, actor=actor, now=now):
            duty = open_duty(session, thread, party.unit_id)
            if duty and duty.kind == DutyKind.ACKNOWLEDGE:
                end_duty(session, thread, unit_id=party.unit_id, how=DutyEnd.ACKNOWLEDGED, now=now)
            add_event(session, thread, EventKind.ACKNOWLEDGED, actor=actor, now=now)
            thread.revision += 1
            inbox.touch(session, thread.sender_unit_id, thread.recipient_unit_id)
        access_log.write(session, LogAction.ACKNOWLEDGE, actor=actor, thread=thread, now=now)


def claim(actor: Actor, thread_id: int, *, now: datetime) -> None:
    """Raises NotFound, and Conflict naming the colleague who was first."""
    actor.require(Act.HANDLE)
    with transaction() as session:
        thread, party = own_side(session, actor, thread_id)
        if party.claimed_by_id not in (None, actor.user_id):
            holder = session.get_one(User, party.claimed_by_id)
            raise Conflict(f"{holder.name} har redan tagit ärendet.")
        party.claimed_by_id, party.claimed_at = actor.user_id, now
        _handled_anew(session, thread, party, LogAction.CLAIM, actor=actor, now=now)


def release(actor: Actor, thread_id: int, *, now: datetime) -> None:
    """Only who claimed it can hand it back. Raises NotFound, Conflict."""
    actor.require(Act.HANDLE)
    with transaction() as session:
        thread, party = own_side(session, actor, thread_id)
        if party.claimed_by_id != actor.user_id:
            raise Conflict("Du har inte ärendet, så det går inte att lämna tillbaka.")
        party.claimed_by_id = party.claimed_at = None
        _handled_anew(session, thread, party, LogAction.RELEASE, actor=actor, now=now)


def close(actor: Actor, thread_id: int, *, version: int, now: datetime) -> None:
    """Raises NotFound, Refused (B5), and Conflict when the thread has moved on since `version`. Twice is once."""
    actor.require(Act.HANDLE)
    with transaction() as session:
        thread, _party = own_side(session, actor, thread_id, may_act=True)
        if thread.closed_at is not None:
            return
        if thread.version != version:
            raise Conflict("moved on")
        close_thread(session, thread, actor=actor, now=now)
        access_log.write(session, LogAction.CLOSE, actor=actor, thread=thread, now=now)
        moved(session, thread)


def _handled_anew(
    session: Session, thread: Thread, party: ThreadParty, action: LogAction, *, actor: Actor, now: datetime
) -> None:
    thread.revision += 1
    inbox.touch(session, party.unit_id)
    access_log.write(session, action, actor=actor, thread=thread, now=now)
