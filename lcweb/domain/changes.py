"""What is kept of an administrator's change: which noun, what was done, and the fields before and after."""

from collections.abc import Mapping
from datetime import date, datetime, time
from enum import StrEnum


class Noun(StrEnum):
    """What a `Change` is about, by its row's number."""

    ORGANIZATION = "organization"
    UNIT = "unit"
    PERSON = "person"
    MEMBERSHIP = "membership"
    MAIL = "mail"
    DISPOSAL = "disposal"  # an organization's policy, by the organization's number
    COMMISSION = "commission"


class What(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    CLOSED = "closed"
    MERGED = "merged"  # of the unit that went up in another
    ENDED = "ended"
    REOPENED = "reopened"
    INVITED = "invited"
    TRIED_AGAIN = "tried_again"  # a mail that had failed
    UNDONE = "undone"  # an import was taken back


#: What JSON can hold.
Plain = str | int | bool | None


def plain(value: object) -> Plain:
    """Moments and days as ISO 8601, enums as their value."""
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    return value if value is None or isinstance(value, (int, bool)) else str(value)


def differing(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[dict[str, Plain], dict[str, Plain]]:
    """The fields of `after` that are not as they were, before and after."""
    changed = [name for name, value in after.items() if plain(before.get(name)) != plain(value)]
    return {name: plain(before.get(name)) for name in changed}, {name: plain(after[name]) for name in changed}
