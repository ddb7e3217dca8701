"""A further message in a thread (B1, B2, B3, B5)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain import guards, outlines
from lcweb.domain.access_log import LogAction
from lcweb.domain.errors import Refused
from lcweb.domain.permissions import Act, Actor
from lcweb.domain.rules import Rules
from lcweb.domain.threads import DutyEnd, EventKind, Move
from lcweb.models import Thread, ThreadParty
from lcweb.services import access_log, hints, inbox
from lcweb.services.threads.drafts import clear_reply
from lcweb.services.threads.duties import ask_back, duty_of, end, open_duties, promise
from lcweb.services.threads.parts import (
    Sent,
    Written,
    acknowledge_messages,
    add_event,
    add_message,
    close_thread,
    find_submission,
    move_on,
    other_unit,
    own_side,
    reopen_thread,
    require_heard,
    require_version,
    sent_meanwhile,
)


@dataclass(frozen=True, kw_only=True)
class _Wishes:
    """What is to follow from the answer, besides its text."""

    expects_reply: bool
    close: bool
    callback_day: date | None


def reply(
    actor: Actor,
    thread_id: int,
    body: str,
    *,
    expects_reply: bool,
    close: bool,
    callback_day: date | None = None,
    version: int,
    submission_id: str,
    hints_confirmed: int = 0,
    now: datetime,
    rules: Rules,
) -> Sent:
    """Ends the own duty (B1), may ask back (B3), reopens a closed thread (B5).

    `callback_day`: Återkommer, which puts a new duty on the own unit, until closing time of that day (B2).

    Raises NotFound, NotAllowed, Refused, Asked (S5), and Conflict when the thread has moved on since `version`.
    """
    actor.require(Act.SEE_THREADS)
    wishes = _Wishes(expects_reply=expects_reply, close=close, callback_day=callback_day)
    try:
        with transaction() as session:
            thread, party = own_side(session, actor, thread_id, may_act=True)
            actor.require(Act.WRITE)
            earlier = find_submission(session, submission_id, actor)
            if earlier:
                return Sent(earlier, again=True)
            _check_reply(body, wishes)
            require_version(thread, version)
            require_heard(session, Move.REPLY, thread, party)
            hints.ask(session, subject="", body=body, patient_number=thread.patient_number, confirmed=hints_confirmed)
            words = {"body": body, "expects_reply": expects_reply, "submission_id": submission_id}
            _make_way(session, thread, party, actor=actor, now=now)
            message = add_message(session, thread, actor=actor, now=now, **words)
            _settle(session, thread, message, wishes, actor=actor, now=now, rules=rules)
            return Sent(thread.id)
    except IntegrityError:
        return sent_meanwhile(submission_id, actor)


def _make_way(session: Session, thread: Thread, party: ThreadParty, *, actor: Actor, now: datetime) -> None:
    """What has to have happened before the message (B5; replying implies acknowledging)."""
    reopen_thread(session, thread, actor=actor, now=now)
    acknowledge_messages(session, thread, party, actor=actor, now=now)
    move_on(thread)


def _settle(
    session: Session, thread: Thread, message: Written, wishes: _Wishes, *, actor: Actor, now: datetime, rules: Rules
) -> None:
    """What the message does to the two units' duties, to the draft that it was, and to who must know of it."""
    other = other_unit(thread, message.unit_id)
    duties = open_duties(session, thread)
    end(session, duty_of(duties, message.unit_id), how=DutyEnd.REPLIED, now=now, message=message)
    if wishes.callback_day:
        due_at = promise(session, message, wishes.callback_day, owed_to=other, now=now, rules=rules)
        add_event(session, thread, EventKind.CALLBACK, actor=actor, now=now, due_at=due_at)
    if wishes.expects_reply:
        ask_back(session, message, duty_of(duties, other), other=other, now=now, rules=rules)
    if wishes.close:
        close_thread(session, thread, actor=actor, now=now)
    clear_reply(session, actor, thread.id)
    access_log.write(session, LogAction.REPLY, actor=actor, thread=thread, now=now)
    inbox.touch(session, thread.sender_unit_id, thread.recipient_unit_id)


def _check_reply(body: str, wishes: _Wishes) -> None:
    problem = guards.body_problem(body) or outlines.body_problem(body)
    if problem:
        raise Refused({"body": problem})
    if wishes.close and wishes.expects_reply:
        raise Refused({"expects_reply": "Du kan inte både be om svar och avsluta. Ta bort ett av valen."})
    if wishes.close and wishes.callback_day:
        raise Refused({"callback_day": "Du kan inte både lova att återkomma och avsluta. Ta bort ett av valen."})
