"""A thread's life: whose turn it is, and who may close it (B1, B3, B5)."""

from enum import StrEnum


class DutyKind(StrEnum):
    """What ends a unit's duty: a reply (Svar önskas), or an acknowledgement (Information) (B1)."""

    REPLY = "reply"
    ACKNOWLEDGE = "acknowledge"


class DutyEnd(StrEnum):
    REPLIED = "replied"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"
    ASKED = "asked"  # what was only to be acknowledged has become a question


class EventKind(StrEnum):
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"
    REOPENED = "reopened"
    DUE_MOVED = "due_moved"


class WaitingOn(StrEnum):
    US = "us"
    THEM = "them"
    NOBODY = "nobody"


def waiting_on(*, unit_id: int, duty_unit_id: int | None) -> WaitingOn:
    """Derived from the thread's open duty, never stored."""
    if duty_unit_id is None:
        return WaitingOn.NOBODY
    return WaitingOn.US if duty_unit_id == unit_id else WaitingOn.THEM


def may_close(*, is_sender: bool, has_open_duty: bool) -> bool:
    """B5: the sender at any time; the recipient what it has answered (Svar önskas) or acknowledged (Information)."""
    return is_sender or not has_open_duty
