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


@dataclass(frozen=True)
class Course:
    beats: tuple[Beat, ...]
    needs: Needs


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


@dataclass(frozen=True, kw_only=True)
class Scene:
    """`sent` and `turned` count working days before the day that falls due next: 0 is just now.

    `turned` is when the last beat happened, where that matters. `handler` is the username of who takes it.
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
