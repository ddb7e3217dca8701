"""What a polled fragment was made from, so that an unchanged one costs nothing (204)."""

from datetime import datetime, time

from lcweb.domain.workdays import ONE_DAY, local_day, moment_at
from lcweb.web.session import me, now


def digest(version: int, turns_at: datetime) -> str:
    """`turns_at`: when the clock alone changes the fragment's words, though nothing was written."""
    return f"{version}-{int(turns_at.timestamp())}"


def unchanged(given: str, version: int, *, at: datetime) -> bool:
    """A digest that is not one of ours is simply out of date."""
    known, _, turns_at = given.partition("-")
    return known == str(version) and turns_at.isdecimal() and len(turns_at) < 12 and at.timestamp() < int(turns_at)


def soonest(*moments: datetime | None) -> datetime:
    """The next of `moments`, at the latest midnight: 'i dag' is then yesterday."""
    midnight = moment_at(local_day(now()) + ONE_DAY, time.min)
    return min([midnight, *(moment for moment in moments if moment is not None and moment > now())])


def menu_digest() -> str:
    person = me()
    return digest(person.inbox_version if person else 0, soonest())
