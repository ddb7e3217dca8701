"""Follow-up's pictures as numbers for the template: bars by month, and a calendar of readings. No script draws them."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from lcweb.domain.calendar import DayKind
from lcweb.domain.figures import Middle, Share
from lcweb.domain.periods import month_of
from lcweb.queries.follow_up import DayMark, MonthFigures
from lcweb.web.figure_words import TOO_FEW, bar, main_value

#: Of the pictures, in their own units: as wide as a phone, so that their text is nowhere smaller than it can be read.
WIDTH, HEIGHT, FOOT, HEAD = 320, 130, 30, 14
MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
MONTH_NAMES = (
    "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
    "december",
)  # fmt: skip


class Bar(NamedTuple):
    """`height` None: too few to show. `under`: the month. `year`: in January and first, below the month; a first
    December has no room for its own beside January's.
    """

    x: float
    y: float
    width: float
    height: float | None
    value: str
    under: str
    year: str
    month: str
    is_going_on: bool


class Chart(NamedTuple):
    """`head` and `foot`: where a bar of the whole ends, and where all begin."""

    field: str
    title: str
    description: str
    top: str
    bars: list[Bar]
    width: int = WIDTH
    height: int = HEIGHT
    head: int = HEAD
    foot: int = HEIGHT - FOOT


class Square(NamedTuple):
    """`sign` tells the days apart without colour."""

    day: date
    sign: str
    state: str
    words: str


class MonthSquares(NamedTuple):
    name: str
    blanks: int
    squares: list[Square]


TREND = (
    ("answered_in_time", "Besvarade i tid, per månad"),
    ("days_read", "Vardagar med alla läsningar, per månad"),
    ("answer_hours", "Svarstid i kontorstid, median per månad"),
)


def trend(months: Sequence[MonthFigures], *, today: date) -> list[Chart]:
    """The three that the routine is about, over thirteen months."""
    return [_chart(field, title, months, today) for field, title in TREND]


def _chart(field: str, title: str, months: Sequence[MonthFigures], today: date) -> Chart:
    values = [getattr(month.figures, field) for month in months]
    most = 100 if isinstance(values[0], Share) else max((bar(value) or 0 for value in values), default=0) or 1
    step = WIDTH / len(months)
    bars = []
    for place, (month, value) in enumerate(zip(months, values, strict=True)):
        drawn = bar(value)
        height = None if drawn is None else round(drawn / most * (HEIGHT - HEAD - FOOT), 1)
        bars.append(
            Bar(
                x=round(place * step + step * 0.15, 1), y=round(HEIGHT - FOOT - (height or 0), 1),
                width=round(step * 0.7, 1), height=height, value=_short(field, value),
                under=MONTHS[month.month.month - 1], year=_year(month.month, place), month=month_name(month.month),
                is_going_on=month.month == month_of(today),
            )
        )  # fmt: skip
    return Chart(field, title, _description(field, months, today), main_value(field, _whole(values[0], most)), bars)


def _whole(like: Share | Middle, most: int) -> Share | Middle:
    return Share(100, 100) if isinstance(like, Share) else Middle(100, most, most)


def _short(field: str, value: Share | Middle) -> str:
    """What fits over a bar: the number alone."""
    words = main_value(field, value)
    return "–" if words == TOO_FEW else words.removesuffix(" tim").removesuffix(" %")


def _year(month: date, place: int) -> str:
    return str(month.year) if month.month == 1 or (place == 0 and month.month != 12) else ""


def month_name(month: date) -> str:
    return f"{MONTH_NAMES[month.month - 1]} {month.year}"


def _description(field: str, months: Sequence[MonthFigures], today: date) -> str:
    """The first and the last whole month: what the picture says at a glance."""
    first, last = months[0], next((one for one in reversed(months) if one.month < month_of(today)), months[-1])
    return (
        f"{month_name(first.month)}: {main_value(field, getattr(first.figures, field))}. "
        f"{month_name(last.month)}: {main_value(field, getattr(last.figures, field))}. "
        "Alla månader står i tabellen under bilden."
    )


STATES = {
    True: ("✓", "read", "alla läsningar gjorda"),
    False: ("✗", "short", "läsningar saknas"),
}
OFF = {
    DayKind.WEEKEND: ("", "off", "helg"),
    DayKind.HOLIDAY: ("H", "off", "helgdag"),
    DayKind.CLOSED: ("S", "off", "stängd dag"),
}


def calendar(days: Sequence[DayMark]) -> list[MonthSquares]:
    """A half day has ½ beside its sign."""
    found = []
    for _month, of_month in groupby(days, key=lambda mark: (mark.day.year, mark.day.month)):
        marks = list(of_month)
        found.append(MonthSquares(month_name(marks[0].day), marks[0].day.weekday(), [_square(mark) for mark in marks]))
    return found


def _square(mark: DayMark) -> Square:
    if mark.kind in OFF:
        return Square(mark.day, *OFF[mark.kind])
    if mark.read is None:
        return Square(mark.day, "", "open", "inte avgjord")
    sign, state, words = STATES[mark.read]
    half = mark.kind is DayKind.HALF
    return Square(mark.day, f"½{sign}" if half else sign, state, f"halvdag, {words}" if half else words)
