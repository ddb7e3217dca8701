"""Weeks, months and quarters that follow-up is asked about, in Stockholm's days."""

from datetime import date, timedelta
from typing import NamedTuple

from lcweb.domain.workdays import ONE_DAY

LONGEST = 731  # days in a period of one's own
TREND_MONTHS = 13


class Span(NamedTuple):
    """Days from the first to the last, both included."""

    first: date
    last: date

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last

    def days(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]


def month_of(day: date) -> date:
    """Its first day."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    return month_of(month.replace(day=28) + timedelta(days=4))


def months_between(first: date, last: date) -> list[date]:
    """Of each month that has any of these days, its first day."""
    found, month = [], month_of(first)
    while month <= last:
        found.append(month)
        month = next_month(month)
    return found


def trend_months(last: date) -> list[date]:
    """The thirteen that end with the month of `last`: the last one has its twin of a year before."""
    month = month_of(last)
    found = [month]
    for _ in range(TREND_MONTHS - 1):
        month = month_of(month - ONE_DAY)
        found.append(month)
    return found[::-1]


def week(day: date) -> Span:
    monday = day - timedelta(days=day.weekday())
    return Span(monday, monday + timedelta(days=6))


def month(day: date) -> Span:
    return Span(month_of(day), next_month(day) - ONE_DAY)


def quarter(day: date) -> Span:
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return Span(first, next_month(next_month(next_month(first))) - ONE_DAY)
