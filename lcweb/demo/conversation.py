"""What one invented conversation is made of. The conversations themselves stand in one file per kind of errand."""

from dataclasses import dataclass
from enum import StrEnum

from lcweb.domain.recipients import CaseType


class Trade(StrEnum):
    """What a unit does: finer than UnitKind, so that an orthopaedic clinic does not write about catheters."""

    PRIMARY = "primary"
    PSYCHIATRY = "psychiatry"
    SURGERY = "surgery"
    MEDICINE = "medicine"
    ORTHOPAEDICS = "orthopaedics"
    UROLOGY = "urology"
    HOME_CARE = "home_care"
    REHAB = "rehab"


HOSPITAL = frozenset({Trade.SURGERY, Trade.MEDICINE, Trade.ORTHOPAEDICS, Trade.UROLOGY})


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """Texts with gaps such as {han}, {sida}, {dag} and {vecka}, which `texts.fill` fills.

    The receiver answers with `reply`. Where there is a `question` it may ask that first; the sender then gives
    `answer`. Where there is an `again` the sender may come back with it when the thread is closed, and the receiver
    answers `again_reply`. A `correction` puts right a mistake in `body`. An information asks for no reply and has none.
    """

    case_type: CaseType
    sender: Trade
    receiver: Trade
    subject: str
    body: str
    reply: str = ""
    question: str = ""
    answer: str = ""
    again: str = ""
    again_reply: str = ""
    correction: str = ""
    younger: bool = False  # about a person of working age

    @property
    def expects_reply(self) -> bool:
        return bool(self.reply)
