"""Times in tests, written as a Swede reads them off the wall, with a weekday that is checked."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def day(text: str) -> date:
    """`day("Fri 2026-04-03")`. AssertionError when that date is no Friday."""
    weekday, written = text.split()
    found = date.fromisoformat(written)
    assert weekday == WEEKDAYS[found.weekday()], f"{written} is a {WEEKDAYS[found.weekday()]}, not a {weekday}"
    return found


def at(text: str) -> datetime:
    """`at("Fri 2026-04-03 14:00")`: the UTC moment of that Stockholm time. AssertionError when it is no Friday."""
    written_day, clock = text.rsplit(maxsplit=1)
    return datetime.combine(day(written_day), time.fromisoformat(clock), ZoneInfo("Europe/Stockholm")).astimezone(UTC)
