"""The first message of a new thread (S1–S8)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lcweb.db import UtcDateTime, transaction
from lcweb.domain import compose, guards, identity, recipients
from lcweb.domain.access_log import LogAction
from lcweb.domain.compose import Confirmation, NewThread
from lcweb.domain.errors import Asked, Refused
from lcweb.domain.identity import PatientNumber
from lcweb.domain.permissions import Act, Actor
from lcweb.domain.rules import Rules
from lcweb.domain.threads import DutyKind
from lcweb.domain.workdays import local_day
from lcweb.models import Message, RecipientEntry, Thread, ThreadParty
from lcweb.prepared import do
from lcweb.services import access_log, hints, inbox, search
from lcweb.services.threads.drafts import PERSON_HELD, clear_letter
from lcweb.services.threads.duties import put_answer_duty
from lcweb.services.threads.parts import Sent, own_submission, sent_meanwhile, write_message
from lcweb.services.units.standing import Held, hold_open, require_open

_PAIR = (bindparam("own"), bindparam("other"))
_OPEN_THREAD = (
    select(func.max(Thread.id))
    .where(Thread.patient_number == bindparam("number"), Thread.closed_at.is_(None), Thread.returned_at.is_(None))
    .where(Thread.sender_unit_id.in_(_PAIR), Thread.recipient_unit_id.in_(_PAIR))
)
_SUBMISSION = Message.submission_id == bindparam("submission_id")
# At one moment: of what a double click's twin has committed either both are seen or neither. Who sends is held with it,
# so that the person's own late autosave waits.
_EARLIER = select(
    _OPEN_THREAD.scalar_subquery().label("open_thread"),
    select(Message.thread_id).where(_SUBMISSION).scalar_subquery().label("thread_id"),
    select(Message.author_id).where(_SUBMISSION).scalar_subquery().label("author_id"),
    hints.ANY_CHANGED.label("hints_changed"),
    PERSON_HELD.label("person_id"),
)
_ROWS_OF_UNIT = select(RecipientEntry.id, RecipientEntry.valid_from, RecipientEntry.valid_to).where(
    RecipientEntry.municipality == bindparam("municipality"),
    RecipientEntry.case_type == bindparam("case_type"),
    RecipientEntry.unit_id == bindparam("unit_id"),
    RecipientEntry.removed.is_(False),
)
_BEGIN = ("sender_unit_id", "recipient_unit_id", "recipient_entry_id", "case_type", "subject", "patient_number",
          "patient_number_type", "patient_number_issuer", "patient_number_words", "patient_name", "patient_label",
          "protected", "disclosure_basis", "disclosure_words", "not_acute", "created_at", "message_count", "version",
          "revision")  # fmt: skip
_ADD = insert(Thread.__table__).values({name: bindparam(name) for name in _BEGIN}).returning(Thread.id)
_THREAD_ID, _AT = bindparam("thread_id"), bindparam("at", type_=UtcDateTime)
_SIDE = {"thread_id": _THREAD_ID, "last_at": _AT, "revision": 0, "acknowledged_to": 0}
# Who writes a message also handles it at the sender; at the recipient nobody does yet, and it lies unopened.
_ADD_PARTIES = insert(ThreadParty.__table__).values(
    [
        _SIDE
        | {"unit_id": bindparam("sender"), "claimed_by_id": bindparam("user_id"), "claimed_at": _AT, "unopened": 0},
        _SIDE | {"unit_id": bindparam("recipient"), "claimed_by_id": None, "claimed_at": None, "unopened": 1},
    ]
)


def start(actor: Actor, new: NewThread, *, submission_id: str, now: datetime, rules: Rules) -> Sent:
    """Sends the first message of a new thread. Raises NotAllowed, Refused (all problems at once), Asked (S5, S6).

    That the unit has an open thread about the patient is as much as a search would tell, and is logged as one (L1).
    """
    actor.require(Act.WRITE)
    sender_unit_id = actor.require_unit()
    problems = compose.problems(new, today=local_day(now))
    if problems:
        raise Refused(problems)
    number = compose.patient_number(new, local_day(now))
    try:
        with transaction() as session:
            held = hold_open(session, sender_unit_id, new.recipient_unit_id)
            earlier = _find_earlier(session, new, number.text, submission_id, actor=actor)
            if earlier.thread_id is not None:
                return Sent(own_submission(actor, earlier.thread_id, earlier.author_id), again=True)
            unit = _receiving_unit(session, new, held, sender_unit_id=sender_unit_id)
            entry_id = _chosen_row(session, new, unit, local_day(now))
            _ask(session, new, number.text, earlier)
            thread = _new_thread(new, number, entry_id=entry_id, sender_unit_id=sender_unit_id, now=now)
            phone = actor.phone or held[sender_unit_id].phone
            _send(session, thread, new, phone, actor=actor, submission_id=submission_id, now=now, rules=rules)
            return Sent(thread.id)
    except IntegrityError:
        return sent_meanwhile(submission_id, actor)
    except Asked as asked:
        if asked.thread_id is not None:
            _log_as_found(actor, number.text, now)
        raise


def _send(
    session: Session, thread: Thread, new: NewThread, phone: str, *, actor: Actor, submission_id: str, now: datetime,
    rules: Rules,
) -> None:  # fmt: skip
    """The rows of a new thread, which gets its id, and its first message."""
    sender, recipient = thread.sender_unit_id, thread.recipient_unit_id
    thread.id = do(session, _ADD, **{name: getattr(thread, name) for name in _BEGIN})[0].id
    do(session, _ADD_PARTIES, thread_id=thread.id, at=now, sender=sender, user_id=actor.user_id, recipient=recipient)
    message = write_message(
        session, thread.id, actor=actor, phone=phone, body=new.body, expects_reply=bool(new.expects_reply),
        submission_id=submission_id, now=now,
    )  # fmt: skip
    search.add_letter(session, thread, message.id, guards.normalized(new.body))
    kind = DutyKind.REPLY if new.expects_reply else DutyKind.ACKNOWLEDGE
    put_answer_duty(session, message, unit_id=recipient, kind=kind, now=now, rules=rules)
    clear_letter(session, actor, submission_id)
    access_log.write(session, LogAction.SEND, actor=actor, thread=thread, now=now)
    inbox.touch(session, sender, recipient)


def _receiving_unit(session: Session, new: NewThread, held: dict[int, Held], *, sender_unit_id: int) -> Held:
    unit = held.get(new.recipient_unit_id or 0)
    if unit is None:
        raise Refused({"recipient_unit": "Enheten finns inte i mottagarlistan. Välj en annan."})
    if unit.id == sender_unit_id:
        raise Refused({"recipient_unit": "Det är din egen enhet. Välj den enhet som ska få meddelandet."})
    require_open(session, unit, "recipient_unit", own_id=sender_unit_id)
    require_open(session, held[sender_unit_id], "form", own_id=sender_unit_id)
    return unit


def _chosen_row(session: Session, new: NewThread, unit: Held, today: date) -> int | None:
    """S2: the row that it is sent by. None: the unit was picked directly, or stands in several rows and none was named.

    Raises Refused when the row, or each of the unit's rows in the chosen list, no longer holds.
    """
    rows = _rows_of_unit(session, new, unit.id) if new.municipality else {}
    in_force = [entry_id for entry_id, period in rows.items() if period.covers(today)]
    if new.recipient_entry_id in in_force:
        return new.recipient_entry_id
    ended = recipients.ended_before(rows.values(), today)
    if ended:
        raise Refused(
            {
                "recipient_unit": f"{unit.name} tar inte längre emot den här ärendetypen i {new.municipality} "
                f"(raden gällde till och med {ended.isoformat()}). Välj en rad som gäller i dag."
            }
        )
    if new.recipient_entry_id is not None:
        raise Refused({"recipient_unit": f"Raden med {unit.name} gäller inte i listan i dag. Välj mottagare igen."})
    return in_force[0] if len(in_force) == 1 else None


def _rows_of_unit(session: Session, new: NewThread, unit_id: int) -> dict[int, recipients.Period]:
    """In the chosen list, on any day."""
    rows = do(session, _ROWS_OF_UNIT, municipality=new.municipality, case_type=new.case_type, unit_id=unit_id)
    return {entry_id: recipients.Period(first, last) for entry_id, first, last in rows}


def _new_thread(
    new: NewThread, number: PatientNumber, *, entry_id: int | None, sender_unit_id: int, now: datetime
) -> Thread:
    name = guards.normalized(new.patient_name)
    other_basis = new.disclosure_basis == compose.DisclosureBasis.OTHER
    return Thread(
        sender_unit_id=sender_unit_id,
        recipient_unit_id=new.recipient_unit_id,
        recipient_entry_id=entry_id,
        case_type=new.case_type,
        subject=guards.normalized(new.subject),
        patient_number=number.text,
        patient_number_type=number.type.value,
        patient_number_issuer=number.issuer,
        patient_number_words=compose.reserve_words(new, number),
        patient_name=name,
        patient_label=identity.patient_label(name, number, protected=new.protected),
        protected=new.protected,
        disclosure_basis=new.disclosure_basis,
        disclosure_words=guards.normalized(new.disclosure_words) if other_basis else "",
        not_acute=new.not_acute,
        created_at=now,
        message_count=1,
        version=1,
        revision=1,
    )


def _find_earlier(session: Session, new: NewThread, number: str, submission_id: str, *, actor: Actor) -> Any:
    """`open_thread`: between the same two units about the same patient, whichever of them wrote first (S6).

    `thread_id`, `author_id`: where this very submission went to before, and whose it was (S7). Each may be None.
    `hints_changed`: whether any of the hints' lists is another than the default one (S5).
    """
    (found,) = do(
        session, _EARLIER, number=number, own=actor.require_unit(), other=new.recipient_unit_id,
        submission_id=submission_id, user_id=actor.user_id,
    )  # fmt: skip
    return found


def _ask(session: Session, new: NewThread, number: str, earlier: Any) -> None:
    """Raises Asked until the person has answered: everything that is in question at once (S5, S6)."""
    hint = _hint_asked(session, new, number, any_changed=earlier.hints_changed)
    if earlier.open_thread is not None and Confirmation.NEW_THREAD not in new.confirmed:
        raise Asked(
            Confirmation.NEW_THREAD,
            "Ni har redan ett öppet ärende om den här patienten med samma enhet. Fortsätt i det, eller bekräfta att "
            "det här är ett nytt ärende.",
            thread_id=earlier.open_thread,
            also=hint,
        )
    if hint:
        raise hint


def _log_as_found(actor: Actor, number: str, now: datetime) -> None:
    with transaction() as session:
        access_log.write(session, LogAction.SEARCH, actor=actor, patient_number=number, now=now)


def _hint_asked(session: Session, new: NewThread, number: str, *, any_changed: bool) -> Asked | None:
    try:
        hints.ask(
            session, subject=new.subject, body=new.body, patient_number=number, confirmed=new.hints_confirmed,
            any_changed=any_changed,
        )  # fmt: skip
    except Asked as asked:
        return asked
    return None
