"""Which report: a place and a month, as they stand in the address; and the wish to have it by mail."""

from datetime import date

from werkzeug.datastructures import MultiDict

from lcweb.domain.calendar import Place
from lcweb.domain.periods import Span, month, month_of, next_month
from lcweb.domain.report_wishes import report_month
from lcweb.domain.workdays import ONE_DAY
from lcweb.queries.follow_up import Choices, Wanted
from lcweb.web.forms.follow_up import FIRST_YEAR, LAST_YEAR, places_of, where_of

_WRONG_MONTH = "Skriv månaden som 2026-10."


class ReportForm:
    """`plats`, `manad`. None chosen: the first place, and the month that is over."""

    def __init__(self, typed: MultiDict[str, str], *, today: date, choices: Choices) -> None:
        self.typed = {name: typed.get(name, "").strip() for name in ("plats", "manad")}
        self.today, self.places = today, places_of(choices)
        self.place = self.typed["plats"] or next(iter(self.places), "")
        chosen = _month(self.typed["manad"])
        self.problems = {"manad": _WRONG_MONTH} if self.typed["manad"] and chosen is None else {}
        self.month = chosen or report_month(today)

    @property
    def span(self) -> Span:
        return month(self.month)

    @property
    def wanted(self) -> Wanted:
        return Wanted(where_of(self.place), self.span)

    @property
    def wish_place(self) -> Place | None:
        """None: a municipality, or everybody, which have no report by mail."""
        where = self.wanted.where
        if where.unit_id is None and where.organization_id is None:
            return None
        return Place(unit_id=where.unit_id, organization_id=where.organization_id)

    @property
    def is_over(self) -> bool:
        return self.span.last < self.today

    @property
    def earlier(self) -> str:
        return f"{month_of(self.month - ONE_DAY):%Y-%m}"

    @property
    def later(self) -> str | None:
        """None when the next month has not begun."""
        following = next_month(self.month)
        return f"{following:%Y-%m}" if following <= self.today else None


def _month(raw: str) -> date | None:
    try:
        found = date.fromisoformat(f"{raw}-01")
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None
