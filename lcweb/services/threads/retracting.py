"""Withdraw, void and correct: what a unit can still do about a message that it has sent."""

from datetime import datetime

from sqlalchemy import exists, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain import guards
from lcweb.domain.access_log import LogAction
from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.permissions import Act, Actor
from lcweb.domain.rules import Rules
from lcweb.domain.threads import DutyEnd, DutyKind, EventKind, Move, VoidReason
from lcweb.facts import lineage
from lcweb.models import AccessLogRow, Message, Opening, Thread, ThreadParty
from lcweb.services import access_log, hints, search
from lcweb.services.inbox import touch
from lcweb.services.threads.duties import end_all_duties, open_duty, put_answer_duty, take_back
from lcweb.services.threads.parts import (
    Sent,
    Written,
    acknowledge_messages,
    add_event,
    add_message,
    find_submission,
    lies_between,
    moved,
    other_unit,
    own_side,
    reopen_thread,
    require_heard,
    require_move,
    require_version,
    sent_meanwhile,
)

SEEN_ALREADY = (
    "Meddelandet har redan visats för den andra enheten och går inte att återta. Gäller det fel patient: makulera det."
)


def withdraw(actor: Actor, thread_id: int, message_id: int | None, *, now: datetime) -> None:
    """Hides an own message that nobody of another unit has opened; the last one takes the thread along. Twice is once.

    Raises NotFound, Refused, and Conflict when it has been opened.
    """
    actor.require(Act.RETRACT)
    with transaction() as session:
        thread, party = own_side(session, actor, thread_id, may_act=True)
        message = _own_message(session, thread, message_id, actor)
        if message.withdrawn_at is not None:
            return
        require_move(Move.WITHDRAW, thread, party)
        if message.voided_at is not None or _is_seen(session, message):
            raise Conflict(SEEN_ALREADY)
        message.withdrawn_at = now
        thread.message_count -= 1
        _no_longer_unopened(session, thread, actor)
        add_event(session, thread, EventKind.WITHDRAWN, actor=actor, now=now, message_id=message.id)
        search.hide_message(session, message.id, from_others_of_unit=party.unit_id)
        _take_back(session, thread, message, actor=actor, now=now)
        if not _has_messages(session, thread):
            _withdraw_thread(session, thread, now=now)
        access_log.write(session, LogAction.WITHDRAW, actor=actor, thread=thread, now=now)
        moved(session, thread)


def void(actor: Actor, thread_id: int, message_id: int | None, *, reason: str, now: datetime) -> bool:
    """Hides an own message from everybody; the thread's first one takes the whole thread with it. Twice is once.

    Who had read it is told by finding it unopened again. True when the whole thread is voided. Raises NotFound,
    Refused, Conflict.
    """
    actor.require(Act.RETRACT)
    with transaction() as session:
        thread, party = own_side(session, actor, thread_id, may_act=True)
        message = _own_message(session, thread, message_id, actor)
        if message.voided_at is not None:
            return thread.voided_at is not None
        if reason not in set(VoidReason):
            raise Refused({"reason": "Välj varför meddelandet ska makuleras."})
        require_move(Move.VOID, thread, party)
        add_event(session, thread, EventKind.VOIDED, actor=actor, now=now, message_id=message.id, reason=reason)
        whole = message.id == session.scalar(select(func.min(Message.id)).where(Message.thread_id == thread.id))
        if whole:
            _void_thread(session, thread, now=now)
        else:
            message.voided_at = now
            search.hide_message(session, message.id, from_others_of_unit=None)
            _take_back(session, thread, message, actor=actor, now=now)
        _tell_others(session, thread, actor=actor)
        access_log.write(session, LogAction.VOID, actor=actor, thread=thread, now=now)
        moved(session, thread)
        return whole


def correct(
    actor: Actor,
    thread_id: int,
    message_id: int | None,
    body: str,
    *,
    version: int,
    submission_id: str,
    hints_confirmed: int = 0,
    now: datetime,
    rules: Rules,
) -> Sent:
    """A new message that points at the old one, which stays. The other unit is to acknowledge it if it owes nothing.

    Raises NotFound, Refused, Asked (S5), and Conflict when the thread has moved on since `version`.
    """
    actor.require(Act.RETRACT)
    try:
        with transaction() as session:
            thread, party = own_side(session, actor, thread_id, may_act=True)
            earlier = find_submission(session, submission_id, actor)
            if earlier:
                return Sent(earlier, again=True)
            old = _own_message(session, thread, message_id, actor)
            _check_correction(old, body)
            require_version(thread, version)
            require_heard(session, Move.CORRECT, thread, party)
            hints.ask(session, subject="", body=body, patient_number=thread.patient_number, confirmed=hints_confirmed)
            reopen_thread(session, thread, actor=actor, now=now)
            acknowledge_messages(session, thread, party, actor=actor, now=now)
            message = add_message(
                session, thread, actor=actor, body=body, expects_reply=False, submission_id=submission_id, now=now,
                corrects=old.id,
            )  # fmt: skip
            _have_it_acknowledged(session, thread, message, now=now, rules=rules)
            access_log.write(session, LogAction.CORRECT, actor=actor, thread=thread, now=now)
            moved(session, thread)
            return Sent(thread.id)
    except IntegrityError:
        return sent_meanwhile(submission_id, actor)


def _own_message(session: Session, thread: Thread, message_id: int | None, actor: Actor) -> Message:
    if message_id is None:
        raise Refused({"message": "Välj vilket meddelande det gäller."})
    message = session.get(Message, message_id)
    if message is None or message.thread_id != thread.id or message.unit_id != actor.unit_id:
        raise NotFound("message")
    return message


def _is_seen(session: Session, message: Message) -> bool:
    """By anybody of another unit: opened, acknowledged, answered, or brought to an open page by a poll."""
    opened = exists().where(Opening.message_id == message.id, Opening.unit_id != message.unit_id)
    answered = exists().where(
        Message.thread_id == message.thread_id, Message.id > message.id, Message.unit_id != message.unit_id
    )
    shown = exists().where(
        AccessLogRow.thread_id == message.thread_id, AccessLogRow.unit_id.not_in(lineage(message.unit_id)),
        AccessLogRow.action == LogAction.SHOWN_BY_POLL, AccessLogRow.at >= message.sent_at,
    )  # fmt: skip
    return message.acknowledged_at is not None or bool(session.scalar(select(opened | answered | shown)))


def _no_longer_unopened(session: Session, thread: Thread, actor: Actor) -> None:
    waiting = update(ThreadParty).where(
        ThreadParty.thread_id == thread.id, ThreadParty.unit_id != actor.unit_id, ThreadParty.unopened > 0
    )
    session.execute(waiting.values(unopened=ThreadParty.unopened - 1))
    left = update(ThreadParty).where(ThreadParty.thread_id == thread.id, ThreadParty.left_at.is_not(None))
    session.execute(left.values(revision=ThreadParty.revision + 1))  # it may have the message on screen, unopened
    touch(session, *session.scalars(select(ThreadParty.unit_id).where(ThreadParty.thread_id == thread.id)))


def _take_back(session: Session, thread: Thread, message: Message, *, actor: Actor, now: datetime) -> None:
    if take_back(session, thread, message, units=lies_between(thread), now=now):
        reopen_thread(session, thread, actor=actor, now=now)  # something is owed again, so it cannot be closed


def _has_messages(session: Session, thread: Thread) -> bool:
    left = exists().where(Message.thread_id == thread.id, Message.withdrawn_at.is_(None))
    return bool(session.scalar(select(left)))


def _withdraw_thread(session: Session, thread: Thread, *, now: datetime) -> None:
    thread.withdrawn_at = now
    thread.closed_at = thread.closed_at or now
    end_all_duties(session, thread, how=DutyEnd.RETRACTED, now=now)
    search.hide_thread(session, thread.id, keep_for_unit=thread.sender_unit_id)


def _void_thread(session: Session, thread: Thread, *, now: datetime) -> None:
    """It was about the wrong patient, so whatever anybody has written in it is hidden."""
    session.execute(update(Message).where(Message.thread_id == thread.id).values(voided_at=now))
    thread.voided_at = now
    thread.closed_at = thread.closed_at or now
    end_all_duties(session, thread, how=DutyEnd.RETRACTED, now=now)
    search.hide_thread(session, thread.id, keep_for_unit=None)


def _tell_others(session: Session, thread: Thread, *, actor: Actor) -> None:
    """A unit that had the text, also one that has sent the thread on since, must learn that it was wrong."""
    others = session.scalars(
        select(ThreadParty).where(ThreadParty.thread_id == thread.id, ThreadParty.unit_id != actor.unit_id)
    ).all()
    for party in others:
        party.unopened = max(party.unopened, 1)
        party.revision += 1
    session.flush()
    touch(session, *(party.unit_id for party in others))


def _check_correction(old: Message, body: str) -> None:
    if old.withdrawn_at is not None or old.voided_at is not None:
        raise Conflict("Meddelandet är återtaget eller makulerat och går inte att rätta.")
    problem = guards.body_problem(body, what="Rättelsen", empty="Skriv rättelsen.")
    if problem:
        raise Refused({"correction": problem})


def _have_it_acknowledged(session: Session, thread: Thread, message: Written, *, now: datetime, rules: Rules) -> None:
    other = other_unit(thread, message.unit_id)
    if open_duty(session, thread, other) is None:
        put_answer_duty(session, message, unit_id=other, kind=DutyKind.ACKNOWLEDGE, now=now, rules=rules)
