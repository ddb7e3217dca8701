"""Acknowledge, claim, release, close, reopen, transferred to record, internal note."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain import guards
from lcweb.domain.access_log import LogAction
from lcweb.domain.errors import Conflict, Refused
from lcweb.domain.permissions import Act, Actor
from lcweb.domain.rules import Rules
from lcweb.domain.threads import DutyEnd, DutyKind, EventKind, Move
from lcweb.models import InternalNote, Message, Thread, ThreadParty, User
from lcweb.services import access_log, inbox, search
from lcweb.services.threads.duties import end_duty, open_duty, revive_closed
from lcweb.services.threads.parts import (
    acknowledge_messages,
    add_event,
    close_thread,
    moved,
    own_side,
    reopen_thread,
    require_heard,
    require_move,
    require_version,
)


def acknowledge(actor: Actor, thread_id: int, *, now: datetime) -> None:
    """Tells the sender that the message has been dealt with; ends the duty of an Information (B1). Twice is once.

    Raises NotFound, Conflict.
    """
    actor.require(Act.HANDLE)
    with transaction() as session:
        thread, party = own_side(session, actor, thread_id, may_act=True)
        require_move(Move.ACKNOWLEDGE, thread, party)
        duty = open_duty(session, thread, party.unit_id)
        owed = duty is not None and duty.kind == DutyKind.ACKNOWLEDGE
        if acknowledge_messages(session, thread, party, actor=actor, now=now) or owed:
            if owed:
                end_duty(session, thread, unit_id=party.unit_id, how=DutyEnd.ACKNOWLEDGED, now=now)
            add_event(session, thread, EventKind.ACKNOWLEDGED, actor=actor, now=now)
            thread.revision += 1
            inbox.touch(session, thread.sender_unit_id, thread.recipient_unit_id)
        access_log.write(session, LogAction.ACKNOWLEDGE, actor=actor, thread=thread, now=now)


def claim(actor: Actor, thread_id: int, *, take_over: bool = False, now: datetime) -> None:
    """Raises NotFound, and Conflict naming the colleague who was first unless the person means to take over."""
    actor.require(Act.HANDLE)
    with transaction() as session:
        thread, party = own_side(session, actor, thread_id)
        require_move(Move.CLAIM, thread, party)
        held = party.claimed_by_id not in (None, actor.user_id)
        if held and not take_over:
            holder = session.get_one(User, party.claimed_by_id)
            raise Conflict(f"{holder.name} har redan tagit ärendet.")
        party.claimed_by_id, party.claimed_at = actor.user_id, now
        if held:
            add_event(session, thread, EventKind.TAKEN_OVER, actor=actor, now=now)
            thread.revision += 1
        action = LogAction.TAKE_OVER if held else LogAction.CLAIM
        _handled_anew(session, thread, party, action, actor=actor, now=now)


def release(actor: Actor, thread_id: int, *, now: datetime) -> None:
    """Only who claimed it can hand it back. Raises NotFound, Conflict."""
    actor.require(Act.HANDLE)
    with transaction() as session:
        thread, party = own_side(session, actor, thread_id)
        if party.claimed_by_id != actor.user_id:
            raise Conflict("Du har inte ärendet, så det går inte att lämna tillbaka.")
        require_move(Move.RELEASE, thread, party)
        party.claimed_by_id = party.claimed_at = None
        _handled_anew(session, thread, party, LogAction.RELEASE, actor=actor, now=now)


def close(actor: Actor, thread_id: int, *, version: int, now: datetime) -> None:
    """Raises NotFound, Refused (B5), and Conflict when the thread has moved on since `version`. Twice is once."""
    actor.require(Act.HANDLE)
    with transaction() as session:
        thread, party = own_side(session, actor, thread_id, may_act=True)
        if thread.closed_at is not None and party.left_at is None:
            return
        require_version(thread, version)
        require_move(Move.CLOSE, thread, party)
        close_thread(session, thread, actor=actor, now=now)
        access_log.write(session, LogAction.CLOSE, actor=actor, thread=thread, now=now)
        moved(session, thread)


def reopen(actor: Actor, thread_id: int, *, now: datetime, rules: Rules) -> None:
    """What the close had left undone is owed again, with a new term. Twice is once.

    Raises NotFound, Refused when the other unit is closed, and Conflict.
    """
    actor.require(Act.HANDLE)
    with transaction() as session:
        thread, party = own_side(session, actor, thread_id, may_act=True)
        if thread.closed_at is None and party.left_at is None:
            return
        require_heard(session, Move.REOPEN, thread, party)
        closed_at = thread.closed_at
        reopen_thread(session, thread, actor=actor, now=now)
        revive_closed(session, thread, closed_at=closed_at, now=now, rules=rules)
        access_log.write(session, LogAction.REOPEN, actor=actor, thread=thread, now=now)
        moved(session, thread)


def transfer(actor: Actor, thread_id: int, *, now: datetime) -> None:
    """Överfört till journal, up to the last message that the unit can see. Twice is once. Raises NotFound, Conflict."""
    actor.require(Act.HANDLE)
    with transaction() as session:
        thread, party = own_side(session, actor, thread_id, may_act=True)
        require_move(Move.TRANSFER, thread, party)
        last = party.last_message_id or session.scalar(
            select(func.max(Message.id)).where(Message.thread_id == thread.id)
        )
        if party.transferred_to == last:
            return
        party.transferred_at, party.transferred_by, party.transferred_to = now, actor.short_name, last
        add_event(session, thread, EventKind.TRANSFERRED, actor=actor, now=now)
        thread.revision += 1
        _handled_anew(session, thread, party, LogAction.TRANSFER, actor=actor, now=now)


def note(actor: Actor, thread_id: int, body: str, *, submission_id: str, now: datetime) -> None:
    """An internal note, for the own unit alone; a submission twice is once. Raises NotFound, Refused, Conflict."""
    actor.require(Act.NOTE)
    try:
        with transaction() as session:
            thread, party = own_side(session, actor, thread_id, may_act=True)
            if session.scalar(select(InternalNote.id).where(InternalNote.submission_id == submission_id)):
                return
            problem = guards.body_problem(body, what="Anteckningen", empty="Skriv en anteckning.")
            if problem:
                raise Refused({"note": problem})
            require_move(Move.NOTE, thread, party)
            written = _written(thread, party, body, actor=actor, submission_id=submission_id, now=now)
            session.add(written)
            session.flush()
            search.add_note(session, written)
            _handled_anew(session, thread, party, LogAction.NOTE, actor=actor, now=now)
    except IntegrityError:
        return  # two identical submissions raced, and the other one has written it


def _written(
    thread: Thread, party: ThreadParty, body: str, *, actor: Actor, submission_id: str, now: datetime
) -> InternalNote:
    return InternalNote(
        thread_id=thread.id,
        unit_id=party.unit_id,
        author_id=actor.user_id,
        author_name=actor.name,
        body=guards.normalized(body),
        written_at=now,
        submission_id=submission_id,
    )


def _handled_anew(
    session: Session, thread: Thread, party: ThreadParty, action: LogAction, *, actor: Actor, now: datetime
) -> None:
    """What the own unit's pages show has changed."""
    party.revision += 1
    inbox.touch(session, party.unit_id)
    access_log.write(session, action, actor=actor, thread=thread, now=now)
