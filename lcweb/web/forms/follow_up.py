"""What is asked of follow-up, as it stands in the address: place, period and case type. No patient data."""

from datetime import date
from enum import StrEnum

from werkzeug.datastructures import MultiDict

from lcweb.domain.periods import LONGEST, Span, month, quarter, week
from lcweb.domain.recipients import CaseType
from lcweb.domain.workdays import ONE_DAY
from lcweb.queries.follow_up import Choices, Wanted, Where
from lcweb.web.forms.threads import chosen_number

FIRST_YEAR, LAST_YEAR = 2000, 2200


class Period(StrEnum):
    WEEK = "vecka"
    MONTH = "manad"
    QUARTER = "kvartal"
    OWN = "egna"


_SPANS = {Period.WEEK: week, Period.MONTH: month, Period.QUARTER: quarter}
_WRONG_DAY = "Skriv dagen som 2026-11-17."


class QuestionForm:
    """`plats`, `period`, `dag`, `fran`, `till`, `arendetyp`. An unknown choice is the first one."""

    NAMES = ("plats", "period", "dag", "fran", "till", "arendetyp")

    def __init__(self, typed: MultiDict[str, str], *, today: date, choices: Choices) -> None:
        self.typed = {name: typed.get(name, "").strip() for name in self.NAMES}
        self.today, self.choices = today, choices
        self.places = places_of(choices)
        self.problems = self._problems()

    @property
    def place(self) -> str:
        return self.typed["plats"] or next(iter(self.places), "")

    @property
    def period(self) -> Period:
        return Period(self.typed["period"]) if self.typed["period"] in set(Period) else Period.MONTH

    @property
    def case_type(self) -> CaseType | None:
        return CaseType(self.typed["arendetyp"]) if self.typed["arendetyp"] in set(CaseType) else None

    def wanted(self) -> Wanted:
        return Wanted(where_of(self.place), self.span, self.case_type)

    @property
    def span(self) -> Span:
        """That of today when what was typed is no period."""
        if self.period is Period.OWN:
            first, last = _day(self.typed["fran"]), _day(self.typed["till"])
            return Span(first, last) if first and last and not self.problems else month(self.today)
        return _SPANS[self.period](_day(self.typed["dag"]) or self.today)

    def chosen(self, **other: str) -> dict[str, str]:
        """What the address of the same view needs, or of one that differs in this."""
        return {name: value for name, value in (self.typed | other).items() if value}

    @property
    def earlier(self) -> dict[str, str]:
        return self.chosen(dag=(self.span.first - ONE_DAY).isoformat())

    @property
    def later(self) -> dict[str, str] | None:
        """None when the next period has not begun."""
        following = self.span.last + ONE_DAY
        return self.chosen(dag=following.isoformat()) if following <= self.today else None

    def _problems(self) -> dict[str, str]:
        """Field → sentence."""
        asked = ("fran", "till") if self.period is Period.OWN else ("dag",)
        found = {name: _WRONG_DAY for name in asked if self.typed[name] and not _day(self.typed[name])}
        if self.period is not Period.OWN or found:
            return found
        first, last = _day(self.typed["fran"]), _day(self.typed["till"])
        if first is None or last is None:
            return {"fran": "Välj första och sista dagen."}
        if last < first:
            return {"till": "Välj en dag som inte ligger före den första."}
        if (last - first).days >= LONGEST:
            return {"till": f"Välj högst {LONGEST} dagar."}
        return {}


def where_of(raw: str) -> Where:
    """enhet-12, huvudman-3, kommun-Laholm; anything else is all there is, which few may see."""
    kind, _, name = raw.partition("-")
    if kind == "enhet":
        return Where(unit_id=chosen_number(name) or 0)
    if kind == "huvudman":
        return Where(organization_id=chosen_number(name) or 0)
    return Where(municipality=name) if kind == "kommun" else Where()


def places_of(choices: Choices) -> dict[str, str]:
    """Value → name, in the order of the list."""
    return (
        ({"alla": "Alla enheter"} if choices.everything else {})
        | {f"kommun-{name}": f"{name} (kommun)" for name in choices.municipalities}
        | {f"huvudman-{number}": f"{name} (huvudman)" for number, name in choices.organizations}
        | {f"enhet-{number}": name for number, name in choices.units}
    )


def _day(raw: str) -> date | None:
    try:
        day = date.fromisoformat(raw)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None
