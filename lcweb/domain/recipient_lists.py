"""What a row of a recipient list may hold, and what is said before a list is saved that leaves somebody out (S2)."""

import hashlib
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import combinations

from lcweb.domain import guards, identity
from lcweb.domain.errors import Asked
from lcweb.domain.recipients import Period
from lcweb.domain.workdays import ONE_DAY, moment_at

MAX_AREA = 200  # characters
MAX_NOTE = 500
CONFIRMED = "confirmed"  # the field that says which findings the person has seen

FIRST_YEAR, LAST_YEAR = 2000, 2100

_WRONG_DAY = "Skriv dagen som ÅÅÅÅ-MM-DD, till exempel 2026-11-27."
_UNLIKELY = f"Välj en dag mellan år {FIRST_YEAR} och {LAST_YEAR}."


@dataclass(frozen=True)
class Row:
    """What the guards look at. `closed_on`: the day its unit was closed, None while the unit is there."""

    entry_id: int
    area: str
    unit_id: int
    unit: str
    period: Period
    closed_on: date | None = None

    @property
    def receives(self) -> Period | None:
        """When somebody is there: a unit that is closed receives nothing after that day."""
        if self.closed_on is None or not reaches_past(self.period, self.closed_on):
            return self.period
        return Period(self.period.first, self.closed_on) if self.period.first <= self.closed_on else None


class Mark(StrEnum):
    """What a change does to a row, as its preview says it."""

    SAME = "same"
    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"


class Sort(StrEnum):
    """What can be wrong with a list."""

    UNCOVERED = "uncovered"
    CLOSED_UNIT = "closed_unit"
    OVERLAP = "overlap"
    EMPTY = "empty"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. `first` and `last` are its days; `last` None: until somebody mends it."""

    sort: Sort
    first: date
    last: date | None = None
    area: str = ""
    units: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        days = _days(self.first, self.last)
        match self.sort:
            case Sort.UNCOVERED:
                return f"{self.area} har ingen mottagare {days}."
            case Sort.CLOSED_UNIT:
                return f"{self.area} går till {self.units[0]}, som är stängd sedan {self.first.isoformat()}."
            case Sort.OVERLAP if self.units[0] == self.units[1]:
                return f"{self.area} står två gånger med {self.units[0]} {days}."
            case Sort.OVERLAP:
                return f"{self.area} har två mottagare {days}: {self.units[0]} och {self.units[1]}."
        return f"Listan är tom {self.first.isoformat()}. Ingen enhet tar emot då."


class Doubted(Asked):
    """The list can be saved once the person has confirmed these very findings; `count` stands for them."""

    def __init__(self, findings: Collection[Finding]) -> None:
        super().__init__(CONFIRMED, " ".join(found.sentence for found in findings), count=digest(findings))
        self.findings = tuple(findings)


def digest(findings: Iterable[Finding]) -> int:
    """A number that other findings, or the same on another day, do not have. Never 0."""
    said = "\n".join(sorted(found.sentence for found in findings))
    return int.from_bytes(hashlib.sha256(said.encode()).digest()[:3]) + 1


def area_key(area: str) -> str:
    """Two spellings of one area are one area."""
    return unicodedata.normalize("NFC", " ".join(guards.normalized(area).casefold().split()))


def end_of(day: date) -> datetime:
    """The day's last moment in Stockholm: what is known of a list then is what its senders met."""
    return moment_at(day + ONE_DAY, time()) - timedelta(microseconds=1)


def written_day(typed: str) -> date | None:
    """None for an empty field. ValueError, with the sentence, for what is no day that a list can have."""
    typed = typed.strip()
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        raise ValueError(_WRONG_DAY) from None
    if not is_likely(day):
        raise ValueError(_UNLIKELY)
    return day


def is_likely(day: date) -> bool:
    """A slip of the finger makes a row hold from the year 202."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


def period_problems(first: date, last: date | None) -> dict[str, str]:
    """Form-field name → sentence."""
    days = {"valid_from": first, "valid_to": last}
    found = {name: _UNLIKELY for name, day in days.items() if day is not None and not is_likely(day)}
    if not found and last is not None and last < first:
        found["valid_to"] = "Sista dagen kan inte vara före den första."
    return found


def text_problems(*, area: str, note: str) -> dict[str, str]:
    """Form-field name → sentence. A list is read by everybody, and is about no patient."""
    area, note = guards.normalized(area), guards.normalized(note)
    found = {
        "area": _text_problem(area, what="Området", most=MAX_AREA) if area else "Skriv vilket område raden gäller.",
        "note": _text_problem(note, what="Anteckningen", most=MAX_NOTE, lines=True),
    }
    return {field: sentence for field, sentence in found.items() if sentence}


def _text_problem(text: str, *, what: str, most: int, lines: bool = False) -> str | None:
    problem = guards.text_problem(text, what=what, most=most, lines=lines)
    if problem or not identity.numbers_in(text):
        return problem
    return f"{what} innehåller ett personnummer. Alla ser mottagarlistan – ta bort numret."


def closed_problem(unit: str, period: Period, closed_on: date | None) -> str | None:
    """A row must not lead to a unit that is not there any more."""
    if closed_on is None or not reaches_past(period, closed_on):
        return None
    return f"{unit} är stängd sedan {closed_on.isoformat()}. Välj en annan enhet, eller en tidigare sista dag."


def reaches_past(period: Period, day: date) -> bool:
    return period.last is None or period.last > day


# What is wrong --------------------------------------------------------------------------------------------------------


def wrong(rows: Collection[Row], today: date) -> list[Finding]:
    """What is wrong with a list as it stands, today or later."""
    return [
        *_empty(None, rows, today),
        *_closed(rows, today),
        *_uncovered((), rows, today),
        *_overlaps((), rows, today),
    ]


def caused(before: Collection[Row], after: Collection[Row], today: date) -> list[Finding]:
    """What a change makes wrong that was not wrong before, today or later."""
    return [*_empty(before, after, today), *_uncovered(before, after, today), *_overlaps(before, after, today)]


def _empty(before: Collection[Row] | None, after: Collection[Row], today: date) -> Iterator[Finding]:
    """Today or tomorrow. A change does not empty a list that had nobody for that day. None: there is no change."""
    for day in (today, today + ONE_DAY):
        if not _any_covers(after, day) and (before is None or _any_covers(before, day)):
            yield Finding(Sort.EMPTY, day)
            return


def _closed(rows: Collection[Row], today: date) -> Iterator[Finding]:
    for row in rows:
        ended = row.period.last is not None and row.period.last < today
        if row.closed_on and not ended and reaches_past(row.period, row.closed_on):
            yield Finding(Sort.CLOSED_UNIT, row.closed_on, area=row.area, units=(row.unit,))


def _uncovered(before: Collection[Row], after: Collection[Row], today: date) -> Iterator[Finding]:
    """For each area that somebody has today or later: the first days on which nobody has it, and somebody had."""
    was, becomes = _by_area(before), _by_area(after)
    names = {key: rows[0].area for key, rows in (was | becomes).items()}
    for key, area in names.items():
        gap = _gap(_periods(was.get(key, ())), _periods(becomes.get(key, ())), today)
        if gap:
            yield Finding(Sort.UNCOVERED, gap.first, gap.last, area)


def _gap(was: Collection[Period], becomes: Collection[Period], today: date) -> Period | None:
    """Between one turn and the next an area's rows stay the same, so it is enough to look at the turns."""
    turns = sorted(_turns((*was, *becomes), today))
    begins = next((day for day in turns if _covered(was, day) or _covered(becomes, day)), None)
    had = next((day for day in turns if _covered(was, day)), None)
    first: date | None = None
    for day in turns:
        if first is not None and _covered(becomes, day):
            return Period(first, day - ONE_DAY)
        missed = had is not None and day >= had and not _covered(was, day)
        if first is None and begins is not None and day >= begins and not _covered(becomes, day) and not missed:
            first = day
    return Period(first, None) if first else None


def _turns(periods: Iterable[Period], today: date) -> set[date]:
    """Today, and each later day on which a row begins or has just ended."""
    days = {today}
    for period in periods:
        days |= {period.first} | ({period.last + ONE_DAY} if period.last else set())
    return {day for day in days if day >= today}


def _overlaps(before: Collection[Row], after: Collection[Row], today: date) -> Iterator[Finding]:
    known = _overlapping(before, today)
    for pair, (period, rows) in _overlapping(after, today).items():
        if pair not in known or not _within(period, known[pair][0]):
            yield Finding(Sort.OVERLAP, period.first, period.last, rows[0].area, (rows[0].unit, rows[1].unit))


def _overlapping(rows: Collection[Row], today: date) -> dict[tuple[int, int], tuple[Period, tuple[Row, Row]]]:
    """Pairs of rows of one area, and the days from today on that both of them hold."""
    found = {}
    for own in _by_area(rows).values():
        for one, other in combinations(own, 2):
            period = _shared(one.receives, other.receives, today)
            if period:
                found[one.entry_id, other.entry_id] = (period, (one, other))
    return found


def _shared(one: Period | None, other: Period | None, today: date) -> Period | None:
    if one is None or other is None:
        return None
    last = min((period.last for period in (one, other) if period.last), default=None)
    first = max(one.first, other.first, today)
    return None if last and last < first else Period(first, last)


def _within(inner: Period, outer: Period) -> bool:
    ends = outer.last is None or (inner.last is not None and inner.last <= outer.last)
    return outer.first <= inner.first and ends


def _by_area(rows: Iterable[Row]) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: row.entry_id):
        found.setdefault(area_key(row.area), []).append(row)
    return found


def _periods(rows: Iterable[Row]) -> list[Period]:
    return [row.receives for row in rows if row.receives]


def _any_covers(rows: Iterable[Row], day: date) -> bool:
    return _covered(_periods(rows), day)


def _covered(periods: Iterable[Period], day: date) -> bool:
    return any(period.covers(day) for period in periods)


def _days(first: date, last: date | None) -> str:
    if last is None:
        return f"från och med {first.isoformat()}"
    return first.isoformat() if first == last else f"{first.isoformat()}–{last.isoformat()}"
