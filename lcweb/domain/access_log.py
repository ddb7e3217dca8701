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
    TAKE_OVER = "take_over"
    CLOSE = "close"
    REOPEN = "reopen"
    FORWARD = "forward"
    RETURN = "return"
    WITHDRAW = "withdraw"
    VOID = "void"
    CORRECT = "correct"
    TRANSFER = "transfer"
    NOTE = "note"
    DRAFT = "draft"  # begun, or about another patient than before
    DRAFT_SHOWN = "draft_shown"  # of a compose page; a thread's is shown with the thread
    SEARCH = "search"
    PRINT = "print"
