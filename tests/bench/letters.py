"""The rows of one thread as the verbs would have left them: who wrote, who opened, who owed an answer until when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, cached_property
from typing import Any
from uuid import uuid4

from lcweb.domain.access_log import LogAction
from lcweb.domain.compose import DisclosureBasis
from lcweb.domain.deadlines import due_at
from lcweb.domain.identity import NumberType
from lcweb.domain.recipients import CaseType
from lcweb.domain.rules import Rules
from lcweb.domain.search import document
from lcweb.domain.threads import DutyEnd, DutyKind, EventKind
from lcweb.domain.workdays import ONE_DAY, Calendar, local_day, moment_at
from lcweb.models import AccessLogRow, Message, Obligation, Opening, SearchDocument, Thread, ThreadEvent, ThreadParty
from tests.bench.places import OPEN_EACH, Size, person_name, unit_name
from tests.factories import patient_id

#: How many messages five threads in a row have.
MESSAGES = (2, 1, 2, 5, 2)
FIVE = MESSAGES.index(5)
#: Birth serials that no living person has.
SERIALS = (238, 239, *range(980, 990))
FIRST_BIRTH, BIRTHDAYS = date(1920, 1, 1), 36_500
YEARS = timedelta(days=3 * 365)
RULES = Rules()
NAME = "Tove Testsson"
#: In the subjects of each measured unit's OPEN_EACH threads, and nowhere else: as many are found in a large table.
SEARCHED = "Kompressionslindning"
BODY = (
    "Hej! Patienten har ett bensår som behöver läggas om två gånger i veckan. Kan ni ta det hemma från och med nästa "
    "vecka? Såret är rengjort i dag och läggs om med samma material som tidigare. Material för en vecka skickas med.\n"
    "Hör av er om något är oklart, så ringer jag upp."
)


@dataclass(frozen=True)
class Letters:
    """One thread before it is rows. The sender writes first, then the two take turns. `measured`: one of OPEN_EACH."""

    id: int
    size: Size
    sender: int
    recipient: int
    last_at: datetime
    open: bool
    measured: bool = False

    @cached_property
    def count(self) -> int:
        return messages_of(self.id)

    @cached_property
    def patient(self) -> str:
        return patient(self.id)

    @property
    def subject(self) -> str:
        return f"{SEARCHED if self.measured else 'Såromläggning'} {self.id}"

    @property
    def unopened(self) -> bool:
        return self.open and self.id % 3 == 0

    def sent_at(self, number: int) -> datetime:
        return self.last_at - (self.count - 1 - number) * ONE_DAY

    def writer(self, number: int) -> int:
        return self.recipient if number % 2 else self.sender

    def reader(self, number: int) -> int:
        return self.sender if number % 2 else self.recipient

    def person(self, unit_id: int) -> int:
        return self.size.person(unit_id, self.id)

    def is_last(self, number: int) -> bool:
        return number == self.count - 1


def letters(thread_id: int, size: Size, now: datetime) -> Letters:
    """The newest threads are the open ones; of those, the measured units must answer OPEN_EACH each and wait for none:
    what their pages show is as much in a large table as in a small one.
    """
    finished = size.threads - size.open
    newest = thread_id - 1 - finished
    if newest < 0:
        sender, recipient = _any_two(thread_id, size)
        return Letters(
            thread_id, size, sender, recipient, now - YEARS + (thread_id / size.threads) * (YEARS * 0.98), False
        )
    last_at = now - (newest % 8) * ONE_DAY - timedelta(hours=1)
    if newest >= size.measured * OPEN_EACH:
        return Letters(thread_id, size, *_any_two(thread_id, size, after=size.measured), last_at, True)
    ours = newest // OPEN_EACH + 1
    other = size.measured + 1 + thread_id % (size.units - size.measured)
    pair = (other, ours) if messages_of(thread_id) % 2 else (ours, other)  # the last word is the other's
    return Letters(thread_id, size, *pair, last_at, True, measured=True)


def thread_with_five(unit_id: int, size: Size) -> int:
    """A thread with five messages that the measured unit must answer."""
    first = size.threads - size.open + (unit_id - 1) * OPEN_EACH + 1
    return first + (FIVE + 1 - first) % len(MESSAGES)


def messages_of(thread_id: int) -> int:
    return MESSAGES[(thread_id - 1) % len(MESSAGES)]


def patient(number: int) -> str:
    """As it is written, with the dash; each number up to 438 000 has another."""
    born = FIRST_BIRTH + timedelta(days=number // len(SERIALS) % BIRTHDAYS)
    return patient_id(born, SERIALS[number % len(SERIALS)])


def rows(one: Letters) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Each row with its table; what refers stands after what it refers to."""
    yield Thread, _thread(one)
    for unit_id in (one.sender, one.recipient):
        yield ThreadParty, _party(one, unit_id)
    for number in range(one.count):
        yield Message, _message(one, number)
        yield AccessLogRow, _logged(one, LogAction.REPLY if number else LogAction.SEND, one.writer(number), number)
        if not (one.unopened and one.is_last(number)):
            yield Opening, _opening(one, number)
            yield AccessLogRow, _logged(one, LogAction.OPEN, one.reader(number), number)
        if one.open or one.count == 1 or not one.is_last(number):
            yield Obligation, _duty(one, number)
    if not one.open:
        yield ThreadEvent, _end(one)
    yield SearchDocument, _document(one, f"{one.subject} {NAME}")
    for number in range(one.count):
        yield SearchDocument, _document(one, BODY, message_id=_message_id(one.id, number))


def _any_two(thread_id: int, size: Size, *, after: int = 0) -> tuple[int, int]:
    """Of the units behind the first `after`."""
    units = size.units - after
    sender = thread_id % units
    return after + sender + 1, after + (sender + 1 + thread_id * 7 % (units - 1)) % units + 1


def _message_id(thread_id: int, number: int) -> int:
    whole, part = divmod(thread_id - 1, len(MESSAGES))
    return whole * sum(MESSAGES) + sum(MESSAGES[:part]) + number + 1


@cache
def _due_on(day: date) -> datetime:
    return due_at(moment_at(day, time(10, 0)), Calendar(), RULES.answer_days)


def _thread(one: Letters) -> dict[str, Any]:
    return {
        "id": one.id,
        "sender_unit_id": one.sender,
        "recipient_unit_id": one.recipient,
        "case_type": CaseType.GENERAL,
        "subject": one.subject,
        "patient_number": one.patient.replace("-", ""),
        "patient_number_type": NumberType.PERSONAL,
        "patient_name": NAME,
        "patient_label": f"T.T. f. {one.patient[:4]}",
        "protected": False,
        "disclosure_basis": DisclosureBasis.CONSENT,
        "disclosure_words": "",
        "not_acute": True,
        "created_at": one.sent_at(0),
        "closed_at": None if one.open or one.count == 1 else one.last_at + ONE_DAY,
        "message_count": one.count,
        "version": one.count,
        "revision": 2 * one.count,
    }


@cache
def _words(text: str) -> str:
    return document(text)


def _document(one: Letters, text: str, *, message_id: int | None = None) -> dict[str, Any]:
    words = _words(text) if message_id else document(text)
    return {"thread_id": one.id, "message_id": message_id, "tokens": words}


def _party(one: Letters, unit_id: int) -> dict[str, Any]:
    wrote = any(one.writer(number) == unit_id for number in range(one.count))
    return {
        "thread_id": one.id,
        "unit_id": unit_id,
        "claimed_by_id": one.person(unit_id) if wrote or one.id % 2 else None,
        "claimed_at": one.sent_at(0) if wrote or one.id % 2 else None,
        "unopened": int(one.unopened and unit_id == one.reader(one.count - 1)),
        "last_at": one.last_at,
    }


def _message(one: Letters, number: int) -> dict[str, Any]:
    unit_id, answered = one.writer(number), not one.is_last(number)
    acknowledged = answered or (one.count == 1 and not one.open)
    return {
        "id": _message_id(one.id, number),
        "thread_id": one.id,
        "unit_id": unit_id,
        "author_id": one.person(unit_id),
        "author_name": person_name(one.person(unit_id)),
        "author_title": "Sjuksköterska",
        "author_unit": unit_name(unit_id),
        "author_phone": "035-10 00 00",
        "body": BODY,
        "expects_reply": answered or one.open,
        "sent_at": one.sent_at(number),
        "acknowledged_at": one.sent_at(number) + ONE_DAY if acknowledged else None,
        "acknowledged_by": "Karin B." if acknowledged else None,
        "submission_id": str(uuid4()),  # in no order, like the real ones
    }


def _opening(one: Letters, number: int) -> dict[str, Any]:
    unit_id = one.reader(number)
    return {
        "message_id": _message_id(one.id, number),
        "unit_id": unit_id,
        "user_id": one.person(unit_id),
        "opened_at": one.sent_at(number) + timedelta(minutes=40),
    }


def _logged(one: Letters, action: LogAction, unit_id: int, number: int) -> dict[str, Any]:
    return {
        "at": one.sent_at(number) + (timedelta(minutes=40) if action is LogAction.OPEN else timedelta(0)),
        "action": action,
        "user_id": one.person(unit_id),
        "unit_id": unit_id,
        "thread_id": one.id,
        "patient_number": one.patient.replace("-", ""),
    }


def _duty(one: Letters, number: int) -> dict[str, Any]:
    """Answered by the next message; the last one waits, or was an Information that has been acknowledged (B1)."""
    ended = not (one.open and one.is_last(number))
    information = one.count == 1 and not one.open
    return {
        "thread_id": one.id,
        "message_id": _message_id(one.id, number),
        "unit_id": one.reader(number),
        "owed_to_unit_id": one.writer(number),
        "kind": DutyKind.ACKNOWLEDGE if information else DutyKind.REPLY,
        "received_at": one.sent_at(number),
        "answer_days": RULES.answer_days,
        "due_at": _due_on(local_day(one.sent_at(number))),
        "ended_at": one.sent_at(number) + ONE_DAY if ended else None,
        "ended_by": (DutyEnd.ACKNOWLEDGED if information else DutyEnd.REPLIED) if ended else None,
    }


def _end(one: Letters) -> dict[str, Any]:
    unit_id = one.recipient if one.count == 1 else one.sender
    return {
        "thread_id": one.id,
        "at": one.last_at + ONE_DAY,
        "kind": EventKind.ACKNOWLEDGED if one.count == 1 else EventKind.CLOSED,
        "unit_name": unit_name(unit_id),
        "user_name": person_name(one.person(unit_id)),
    }
