"""Acts on patient data that leave a row in the access log (L1)."""

from enum import StrEnum


class LogAction(StrEnum):
    SEND = "send"
    OPEN = "open"
    SHOWN_BY_POLL = "shown_by_poll"
    REPLY = "reply"
    ACKNOWLEDGE = "acknowledge"
    CLAIM = "claim"
    RELEASE = "release"
    CLOSE = "close"
