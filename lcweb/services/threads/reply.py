"""A further message in a thread (B1, B3, B5)."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain import guards
from lcweb.domain.access_log import LogAction
from lcweb.domain.errors import Conflict, Refused
from lcweb.domain.permissions import Act, Actor
from lcweb.domain.rules import Rules
from lcweb.domain.threads import DutyEnd, DutyKind, EventKind
from lcweb.models import Message, Thread
from lcweb.services import access_log
from lcweb.services.threads.parts import (
    Sent,
    acknowledge_messages,
    add_event,
    add_message,
    close_thread,
    end_duty,
    find_submission,
    moved,
    open_duty,
    other_unit,
    own_side,
    put_duty,
    sent_meanwhile,
)


def reply(
    actor: Actor,
    thread_id: int,
    body: str,
    *,
    expects_reply: bool,
    close: bool,
    version: int,
    submission_id: str,
    now: datetime,
    rules: Rules,
) -> Sent:
    """Ends the own duty (B1), puts one on the other unit when it asks back (B3), reopens a closed thread (B5).

    Raises NotFound, NotAllowed, Refused, and Conflict when the thread has moved on since `version`.
    """
    actor.require(Act.SEE_THREADS)
    try:
        with transaction() as session:
            thread, party = own_side(session, actor, thread_id, may_act=True)
            actor.require(Act.WRITE)
            earlier = find_submission(session, submission_id, actor)
            if earlier:
                return Sent(earlier, again=True)
            _check_reply(body, expects_reply=expects_reply, close=close)
            if thread.version != version:
                raise Conflict("answered meanwhile")
            _reopen(session, thread, actor=actor, now=now)
            acknowledge_messages(session, thread, actor=actor, now=now)
            end_duty(session, thread, unit_id=party.unit_id, how=DutyEnd.REPLIED, now=now)
            words = {"body": body, "expects_reply": expects_reply, "submission_id": submission_id}
            message = add_message(session, thread, actor=actor, now=now, **words)
            _ask_back(session, thread, message, now=now, rules=rules)
            if close:
                close_thread(session, thread, actor=actor, now=now)
            access_log.write(session, LogAction.REPLY, actor=actor, thread=thread, now=now)
            moved(session, thread)
            return Sent(thread.id)
    except IntegrityError:
        return sent_meanwhile(submission_id, actor)


def _ask_back(session: Session, thread: Thread, message: Message, *, now: datetime, rules: Rules) -> None:
    """B3: a duty on the other unit. One that it already has to answer stands, with its earlier date."""
    if not message.expects_reply:
        return
    other = other_unit(thread, message.unit_id)
    duty = open_duty(session, thread, other)
    if duty is not None and duty.kind == DutyKind.ACKNOWLEDGE:
        end_duty(session, thread, unit_id=other, how=DutyEnd.ASKED, now=now)
        duty = None
    if duty is None:
        put_duty(session, message, unit_id=other, kind=DutyKind.REPLY, now=now, rules=rules)


def _check_reply(body: str, *, expects_reply: bool, close: bool) -> None:
    problem = guards.body_problem(body)
    if problem:
        raise Refused({"body": problem})
    if close and expects_reply:
        raise Refused({"expects_reply": "Du kan inte både be om svar och avsluta. Ta bort ett av valen."})


def _reopen(session: Session, thread: Thread, *, actor: Actor, now: datetime) -> None:
    if thread.closed_at is not None:
        thread.closed_at = None
        add_event(session, thread, EventKind.REOPENED, actor=actor, now=now)
