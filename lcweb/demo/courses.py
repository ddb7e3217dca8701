"""How far a thread has come: the beats of its story, and between whom and since when."""

from dataclasses import dataclass
from enum import StrEnum

from lcweb.demo.texts import Needs


class Beat(StrEnum):
    OPEN = "the recipient opens what has come"
    CLAIM = "somebody there takes it"
    ACKNOWLEDGE = "somebody there acknowledges it"
    REPLY = "the recipient answers"
    REPLY_AND_CLOSE = "the recipient answers and closes"
    ASK = "the recipient asks back"
    READ = "the sender opens what has come back"
    ANSWER = "the sender answers the question"
    CLOSE = "the sender closes"
    COME_BACK = "the sender writes again"
    REPLY_AGAIN = "the recipient answers again"
    CALL_BACK = "the recipient promises to come back"
    BEGIN = "somebody at the recipient begins an answer"
    NOTE = "somebody at the recipient writes an internal note"
    TAKE_OVER = "a colleague at the recipient takes it over"
    FORWARD = "the recipient forwards it to another unit, which is the recipient from now on"
    RETURN = "the recipient returns it"
    SEND_ON = "the sender sends it on to the right unit"
    WITHDRAW = "the sender withdraws it"
    VOID = "the sender voids it"
    VOID_ANSWER = "the recipient voids its answer"
    CORRECT = "the sender corrects what it wrote"
    REOPEN = "the sender opens it again, without a message"
    TRANSFER = "the recipient has written it into its record"
    TRANSFER_OURS = "the sender has"


@dataclass(frozen=True)
class Course:
    beats: tuple[Beat, ...]
    needs: Needs

    @property
    def to_another(self) -> bool:
        return bool({Beat.FORWARD, Beat.SEND_ON} & {*self.beats})

    @property
    def is_for_the_record(self) -> bool:
        """A thread that was taken back is not."""
        return not {Beat.WITHDRAW, Beat.VOID} & {*self.beats}

    def then(self, *beats: Beat) -> "Course":
        return Course((*self.beats, *beats), self.needs)


_ANSWERED = (Beat.OPEN, Beat.CLAIM, Beat.REPLY)
_CLOSED = (*_ANSWERED, Beat.READ, Beat.CLOSE)
_ASKED_BACK = (Beat.OPEN, Beat.CLAIM, Beat.ASK)
_QUESTION_ANSWERED = (*_ASKED_BACK, Beat.READ, Beat.ANSWER)
_SVAR, _INFORMATION = Needs(), Needs(reply=False)
_WITH_QUESTION, _WITH_AGAIN = Needs(question=True), Needs(again=True)

NEW = Course((), _SVAR)
OPENED = Course((Beat.OPEN,), _SVAR)
CLAIMED = Course((Beat.OPEN, Beat.CLAIM), _SVAR)
ACKNOWLEDGED = Course((Beat.OPEN, Beat.ACKNOWLEDGE), _SVAR)
ANSWERED = Course(_ANSWERED, _SVAR)
ANSWER_READ = Course((*_ANSWERED, Beat.READ), _SVAR)
CLOSED = Course(_CLOSED, _SVAR)
CLOSED_AT_ONCE = Course((Beat.OPEN, Beat.CLAIM, Beat.REPLY_AND_CLOSE, Beat.READ), _SVAR)
ASKED_BACK = Course(_ASKED_BACK, _WITH_QUESTION)
QUESTION_ANSWERED = Course(_QUESTION_ANSWERED, _WITH_QUESTION)
ASKED_AND_CLOSED = Course((*_QUESTION_ANSWERED, Beat.OPEN, Beat.REPLY, Beat.READ, Beat.CLOSE), _WITH_QUESTION)
REOPENED = Course((*_CLOSED, Beat.COME_BACK), _WITH_AGAIN)
REOPENED_AND_CLOSED = Course((*REOPENED.beats, Beat.OPEN, Beat.REPLY_AGAIN, Beat.READ, Beat.CLOSE), _WITH_AGAIN)
TOLD = Course((), _INFORMATION)
TOLD_OPENED = Course((Beat.OPEN,), _INFORMATION)
TOLD_ACKNOWLEDGED = Course((Beat.OPEN, Beat.ACKNOWLEDGE), _INFORMATION)
TOLD_AND_CLOSED = Course((Beat.OPEN, Beat.ACKNOWLEDGE, Beat.CLOSE), _INFORMATION)

BEGUN = CLAIMED.then(Beat.BEGIN)
NOTED = CLAIMED.then(Beat.NOTE)
NOTED_AND_CLOSED = NOTED.then(Beat.REPLY, Beat.READ, Beat.CLOSE)
TAKEN_OVER = CLAIMED.then(Beat.TAKE_OVER)
TAKEN_OVER_AND_ANSWERED = TAKEN_OVER.then(Beat.REPLY)
TAKEN_OVER_AND_CLOSED = TAKEN_OVER_AND_ANSWERED.then(Beat.READ, Beat.CLOSE)
CALLED_BACK = CLAIMED.then(Beat.CALL_BACK)
CALLED_BACK_AND_CLOSED = CALLED_BACK.then(Beat.READ, Beat.REPLY, Beat.READ, Beat.CLOSE)
FORWARDED = OPENED.then(Beat.FORWARD)
FORWARDED_AND_ACKNOWLEDGED = FORWARDED.then(Beat.OPEN, Beat.ACKNOWLEDGE)
FORWARDED_AND_ANSWERED = FORWARDED.then(*_ANSWERED)
FORWARDED_AND_CLOSED = FORWARDED.then(*_CLOSED)
RETURNED = OPENED.then(Beat.RETURN)
RETURNED_AND_CLOSED = RETURNED.then(Beat.READ, Beat.CLOSE)
SENT_ON = RETURNED.then(Beat.READ, Beat.SEND_ON)
SENT_ON_AND_CLOSED = SENT_ON.then(*_CLOSED)
WITHDRAWN = NEW.then(Beat.WITHDRAW)
VOIDED = OPENED.then(Beat.VOID)
VOIDED_AND_SEEN = VOIDED.then(Beat.OPEN)
ANSWER_VOIDED = ANSWERED.then(Beat.VOID_ANSWER, Beat.REPLY, Beat.READ, Beat.CLOSE)
CLOSED_UNANSWERED = OPENED.then(Beat.CLOSE)
REOPENED_BY_HAND = CLOSED.then(Beat.REOPEN)
_WITH_CORRECTION = Needs(correction=True)
TOLD_AND_CORRECTED = Course((Beat.OPEN, Beat.ACKNOWLEDGE, Beat.CORRECT), Needs(reply=False, correction=True))
CORRECTED_AND_CLOSED = Course((*OPENED.beats, Beat.CORRECT, *_CLOSED), _WITH_CORRECTION)
CORRECTED_AND_ASKED = Course(
    (*_CLOSED, Beat.CORRECT, Beat.COME_BACK, Beat.OPEN, Beat.REPLY_AGAIN, Beat.READ, Beat.CLOSE),
    Needs(again=True, correction=True),
)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """`sent` and `turned` count working days before the day that falls due next: 0 is just now.

    `turned` is when the last beat happened, where that matters. `handler` is the username of who takes it, `to` the
    unit that it is sent on to, or that the recipient thinks is the right one.
    """

    course: Course
    sender: str
    recipient: str
    sent: int
    turned: int | None = None
    late: bool = False
    protected: bool = False
    reserve_number: bool = False
    handler: str = ""
    to: str = ""
