"""Sends what is queued: at least once (M5), only while it is still owed (M3), and says so when it cannot."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import NamedTuple
from urllib.parse import urljoin

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, null, or_, select, update
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain import log_review_reminders, outbox, readings, reminders, report_wishes
from lcweb.domain.changes import Noun, What
from lcweb.domain.mail_wording import Wording
from lcweb.domain.outbox import Addresses, MailStatus
from lcweb.domain.permissions import Act, Actor
from lcweb.domain.reminders import Kind, Reminder
from lcweb.domain.rules import RulesOfDays
from lcweb.domain.workdays import local, local_day
from lcweb.facts import mail_wording
from lcweb.mail import BadAddress, Envelope, MailFacts, NothingLeaves, NotSent, Post, render
from lcweb.models import Organization, OutboxMail, Unit, User
from lcweb.services import changes
from lcweb.services import log_review_reminders as log_reviews
from lcweb.services import report_wishes as wishes
from lcweb.services.reminders import facts_of, fresh_reading

Holding = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """What became of a mail. QUEUED with a `next_try_at`: it could not leave and will be tried again then.

    `nothing_leaves`: neither would any other.
    """

    reminder: Reminder
    unit_name: str  # of a reviewer's mail the organization's
    status: MailStatus
    address: str | None
    error: str | None = None
    next_try_at: datetime | None = None
    nothing_leaves: bool = False


def waiting(*, now: datetime) -> list[int]:
    """The mails whose time has come, longest waiting first; also those that a stopped worker left half sent."""
    ready = select(OutboxMail.id).where(*_is_ready(now))
    with fresh_reading() as reader:
        return list(reader.scalars(ready.order_by(OutboxMail.next_try_at, OutboxMail.id)))


def _is_ready(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Its time has come; or it was put off to a moment so far ahead that only a clock set back since can have meant it.

    What was queued at a moment that is still to come waits for it: looked at again too early, it would not be owed.
    """
    claimed = OutboxMail.status == MailStatus.SENDING
    return (
        OutboxMail.status.in_(outbox.WAITING),
        OutboxMail.created_at <= now,
        or_(
            OutboxMail.next_try_at <= now,
            OutboxMail.next_try_at > now + outbox.LONGEST_PAUSE,
            and_(claimed, OutboxMail.next_try_at > now + outbox.LONGEST_CLAIM),
        ),
    )


def deliver(
    mail_id: int, *, now: datetime, rules: RulesOfDays, post: Post, held: Holding = nullcontext
) -> Delivered | None:
    """One try. None when the mail is not, or no longer, anybody's to send at `now`. Within `held()` only the lease's
    holder writes.

    While the mail is on its way no transaction is open. A worker that stops before the outcome is written leaves a
    claim that runs out; the repeat then carries the same Message-ID (M5).
    """
    with held():
        mail = _claim(mail_id, now=now, rules=rules, admin=post.admin)
        if mail is None:
            return None
        outcome = _end_without_sending(mail, now)
        if outcome is None and not _is_still_ours(mail):
            return None
    outcome = outcome or _send(mail, now=now, post=post)
    # That a mail has left is so whoever holds the lease by now.
    with nullcontext() if outcome.status is MailStatus.SENT else held():
        return _settle(mail, outcome, now=now)


def try_again(actor: Actor, mail_ids: Sequence[int], *, now: datetime) -> int:
    """Puts failed mails back in the queue, due at once, with a fresh count of tries; how many they were.

    They leave only if they are still owed (M3), by the unit's address of that moment (M4) and under the same
    Message-ID (M5). Of two administrators at once the second queues nothing. The old answer stands in the history, and
    on the mail until the next one. Raises NotAllowed.
    """
    actor.require(Act.SEE_OUTBOX)
    failed = select(OutboxMail.id, OutboxMail.attempts, OutboxMail.error).where(
        OutboxMail.id.in_(mail_ids), OutboxMail.status == MailStatus.FAILED
    )
    with transaction() as session:
        found = session.execute(failed.order_by(OutboxMail.id).with_for_update()).all()
        session.execute(
            update(OutboxMail)
            .where(OutboxMail.id.in_([row.id for row in found]))
            .values(status=MailStatus.QUEUED, next_try_at=now, attempts=0)
            .execution_options(synchronize_session=False)
        )
        for row in found:
            before = {"status": MailStatus.FAILED, "attempts": row.attempts, "error": row.error}
            after = {"status": MailStatus.QUEUED, "attempts": 0, "error": None}
            changes.note(session, Noun.MAIL, row.id, What.TRIED_AGAIN, before=before, after=after, actor=actor, now=now)
        return len(found)


def planned(owed: Sequence[Reminder], *, admin: str | None) -> list[Delivered]:
    """`owed` as it would go out if it were queued. Writes nothing."""
    with fresh_reading() as reader:
        places = [(reminder, _place(reader, reminder, admin=admin)) for reminder in owed]
    return [
        Delivered(
            reminder=reminder,
            unit_name=place.unit_name,
            status=MailStatus.QUEUED,
            address=outbox.address_for(reminder.kind, place.addresses),
        )
        for reminder, place in places
    ]


class _Place(NamedTuple):
    unit_name: str
    addresses: Addresses
    is_closed: bool


class _Outcome(NamedTuple):
    status: MailStatus
    error: str | None = None
    next_try_at: datetime | None = None
    tried: bool = True
    nothing_leaves: bool = False


@dataclass(frozen=True, kw_only=True)
class _Mail:
    """A row claimed by this worker, and what its re-check found. `attempts` counts this try."""

    id: int
    key: str
    attempts: int
    last_error: str | None
    made: Reminder
    reminder: Reminder | None
    still_due: Callable[[datetime], Reminder | None]
    overtaken: Callable[[datetime], bool]
    required: int
    unit_name: str
    address: str | None
    wording: Wording | None

    @property
    def by_hand(self) -> bool:
        return outbox.is_tried_by_hand(attempts=self.attempts, error=self.last_error)


def _claim(mail_id: int, *, now: datetime, rules: RulesOfDays, admin: str | None) -> _Mail | None:
    """Claimed and looked at again in one transaction; of several workers one gets the mail."""
    with transaction() as session:
        row = session.execute(
            update(OutboxMail)
            .where(OutboxMail.id == mail_id)
            .where(*_is_ready(now))
            .values(status=MailStatus.SENDING, next_try_at=now + outbox.CLAIM, attempts=OutboxMail.attempts + 1)
            .returning(*OutboxMail.__table__.columns)
            .execution_options(synchronize_session=False)
        ).first()
        return _look_again(session, row, now=now, rules=rules, admin=admin) if row else None


def _look_again(session: Session, row: Row, *, now: datetime, rules: RulesOfDays, admin: str | None) -> _Mail:
    # No count is kept: the mail tells that of its sending.
    made = Reminder(
        kind=Kind(row.kind),
        unit_id=row.unit_id,
        organization_id=row.organization_id,
        day=row.day,
        slot=row.slot,
        count=0,
    )
    place = _place(session, made, admin=admin)
    asked = _asks_about(made)(session, made, now=now, rules=rules)
    return _Mail(
        id=row.id,
        key=row.message_id,
        attempts=row.attempts,
        last_error=row.error,
        made=made,
        reminder=None if place.is_closed else asked.still_due(now),
        still_due=asked.still_due,
        overtaken=asked.overtaken,
        required=asked.required,
        unit_name=place.unit_name,
        address=outbox.address_for(made.kind, place.addresses),
        wording=mail_wording(session, made.kind, local_day(now)),
    )


def _asks_about(made: Reminder) -> Callable[..., "_Asked"]:
    if made.kind is Kind.FOLLOW_UP_REPORT:
        return _asked_of_wishes
    return _asked_of_unit if made.about_unit_id else _asked_of_organization


class _Asked(NamedTuple):
    """Whether the mail is owed at a moment, by what is known now, or another asks for the same; and how many readings
    its day asks for.
    """

    still_due: Callable[[datetime], Reminder | None]
    required: int = 0
    overtaken: Callable[[datetime], bool] = lambda _at: False


def _asked_of_unit(session: Session, made: Reminder, *, now: datetime, rules: RulesOfDays) -> _Asked:
    unit_id = made.about_unit_id
    facts = facts_of(session, now=now, rules=rules, unit_ids=[unit_id])[unit_id]
    required = readings.required(made.day, facts.calendar, rules.on(made.day))
    return _Asked(
        lambda at: reminders.still_due(made, facts, now=at, rules=rules.on(local_day(at))),
        required,
        lambda at: reminders.is_overtaken(made, facts, now=at, rules=rules.on(local_day(at))),
    )


def _asked_of_organization(session: Session, made: Reminder, *, now: datetime, rules: RulesOfDays) -> _Asked:
    """An organization that has no reviewer any more owes nothing."""
    own = log_reviews.facts_of(session, now=now, rules=rules.on(local_day(now)), organization_ids=[made.receiver_id])
    facts = own.get(made.receiver_id)
    if facts is None:
        return _Asked(lambda _at: None)
    return _Asked(lambda at: log_review_reminders.still_due(made, facts, now=at, rules=rules.on(local_day(at))))


def _asked_of_wishes(session: Session, made: Reminder, *, now: datetime, rules: RulesOfDays) -> _Asked:
    known = wishes.living(session, now=now)
    return _Asked(lambda at: report_wishes.still_due(made, known, now=at))


def _place(reader: Connection | Session, reminder: Reminder, *, admin: str | None) -> _Place:
    row = reader.execute(_OF_UNIT if reminder.about_unit_id else _OF_ORGANIZATION, _bound(reminder)).one()
    addresses = Addresses(
        unit=row.unit, manager=row.manager, person=row.person, organization=row.organization, admin=admin
    )
    return _Place(row.name, addresses, is_closed=row.closed_at is not None)


def _bound(reminder: Reminder) -> dict[str, int]:
    """A mail to a person has their number as its slot."""
    if reminder.about_unit_id and reminder.unit_id is None:
        return {"id": reminder.about_unit_id, "person": 0}
    return {"id": reminder.receiver_id, "person": int(reminder.slot) if reminder.slot.isdecimal() else 0}


_ADDRESS_OF_PERSON = select(User.email).where(User.id == bindparam("person")).scalar_subquery().label("person")
_OF_UNIT = (
    select(
        Unit.name,
        Unit.closed_at,
        Unit.notify_email.label("unit"),
        Unit.manager_email.label("manager"),
        _ADDRESS_OF_PERSON,
        Organization.notify_email.label("organization"),
    )
    .join(Organization, Organization.id == Unit.organization_id)
    .where(Unit.id == bindparam("id"))
)
_OF_ORGANIZATION = select(
    Organization.name,
    Organization.closed_at,
    null().label("unit"),
    null().label("manager"),
    _ADDRESS_OF_PERSON,
    Organization.notify_email.label("organization"),
).where(Organization.id == bindparam("id"))


def _end_without_sending(mail: _Mail, now: datetime) -> _Outcome | None:
    if mail.reminder is None:
        # What could not leave in its day has failed. What was done, or overtaken, needs no one's attention.
        in_vain = mail.last_error is not None and local_day(now) > mail.made.day and not mail.by_hand
        status = MailStatus.FAILED if in_vain else MailStatus.SUPERSEDED
        return _Outcome(status, mail.last_error if in_vain else None, tried=False)
    if mail.address is None:
        return _Outcome(MailStatus.FAILED, "no address", tried=False)
    if mail.attempts > outbox.MOST_ATTEMPTS:
        return _Outcome(MailStatus.FAILED, mail.last_error or "the worker stopped while sending it", tried=False)
    return None


def _is_still_ours(mail: _Mail) -> bool:
    """Asked just before it leaves: a worker that slept since its claim must not send what another has claimed anew."""
    ours = select(OutboxMail.id).where(OutboxMail.id == mail.id, OutboxMail.status == MailStatus.SENDING)
    with transaction() as session:
        return session.scalar(ours.where(OutboxMail.attempts == mail.attempts)) is not None


def _send(mail: _Mail, *, now: datetime, post: Post) -> _Outcome:
    name = f"{local(now):%Y-%m-%dT%H%M%S}-{mail.made.kind}-{mail.made.receiver_id}"
    try:
        post.transport.send(_message(mail, now=now, post=post), name=name)
    except BadAddress as error:
        return _Outcome(MailStatus.FAILED, str(error))
    except NothingLeaves as error:
        return _while_nothing_leaves(mail, str(error), now=now)
    except NotSent as error:
        return _after_failure(mail, str(error), now=now)
    return _Outcome(MailStatus.SENT)


def _message(mail: _Mail, *, now: datetime, post: Post) -> EmailMessage:
    facts = MailFacts(
        unit_name=mail.unit_name,
        count=mail.reminder.count,
        required=mail.required,
        sign_in_url=_link(mail.made, post.sign_in_url),
    )
    envelope = Envelope(sender=post.sender, address=mail.address, key=mail.key, at=now)
    return render(mail.made.kind, facts, envelope, mail.wording)


def _link(made: Reminder, sign_in_url: str) -> str:
    """A report's own address, which asks for sign-in where that is needed."""
    return urljoin(sign_in_url, report_wishes.address_of(made)) if made.kind is Kind.FOLLOW_UP_REPORT else sign_in_url


def _after_failure(mail: _Mail, error: str, *, now: datetime) -> _Outcome:
    """Another try, unless it was the last or the reminder's day would be over by then."""
    pause = outbox.pause_after(mail.attempts)
    if pause and mail.still_due(now + pause):
        return _Outcome(MailStatus.QUEUED, error, now + pause)
    return _Outcome(MailStatus.FAILED, error)


def _while_nothing_leaves(mail: _Mail, error: str, *, now: datetime) -> _Outcome:
    """Not the mail's fault: no try of its own is spent. It has failed only when its day would be over by the next, and
    not when another mail asks for the same by then.
    """
    again = now + outbox.PAUSE_WHILE_NOTHING_LEAVES
    if not mail.still_due(again) and not mail.overtaken(again):
        return _Outcome(MailStatus.FAILED, error, nothing_leaves=True)
    return _Outcome(MailStatus.QUEUED, error, again, nothing_leaves=True)


def _settle(mail: _Mail, outcome: _Outcome, *, now: datetime) -> Delivered:
    """A mail known to be sent is written down as sent. Any other outcome holds only while the claim is still ours."""
    row = update(OutboxMail).where(OutboxMail.id == mail.id)
    if outcome.status is not MailStatus.SENT:
        row = row.where(OutboxMail.status == MailStatus.SENDING, OutboxMail.attempts == mail.attempts)
    values = {
        "status": outcome.status,
        "address": mail.address,
        "error": outcome.error,
        "attempts": _counted_attempts(mail, outcome),
    }
    if outcome.next_try_at:
        values["next_try_at"] = outcome.next_try_at
    elif outcome.status is MailStatus.SUPERSEDED and mail.by_hand:
        del values["error"], values["address"]  # its failure goes on telling that the address does not work
    else:
        values["ended_at"] = now
    with transaction() as session:
        session.execute(row.values(values).execution_options(synchronize_session=False))
    return _delivered(mail, outcome)


def _counted_attempts(mail: _Mail, outcome: _Outcome) -> int:
    """With an answer on it a mail has been tried at least once, or it would look as one put back by hand."""
    if outcome.nothing_leaves:
        return max(1, mail.attempts - 1)
    return mail.attempts - (not outcome.tried)


def _delivered(mail: _Mail, outcome: _Outcome) -> Delivered:
    return Delivered(
        reminder=mail.reminder or mail.made,
        unit_name=mail.unit_name,
        status=outcome.status,
        address=mail.address,
        error=outcome.error,
        next_try_at=outcome.next_try_at,
        nothing_leaves=outcome.nothing_leaves,
    )
