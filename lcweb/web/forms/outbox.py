"""What an administrator asks the outbox for, as it stands in the address."""

from datetime import date

from werkzeug.datastructures import MultiDict

from lcweb.domain.outbox import MailState
from lcweb.domain.reminders import Kind
from lcweb.queries.outbox import MailFilter
from lcweb.web.forms.threads import chosen_number

LAST_PAGE = 100_000


class FilterForm:
    """`lage`, `enhet`, `slag`, `fran`, `till`, as they were typed. An unknown choice is none."""

    NAMES = ("lage", "enhet", "slag", "fran", "till")

    def __init__(self, typed: MultiDict[str, str]) -> None:
        self.typed = {name: typed.get(name, "").strip() for name in self.NAMES}

    def wanted(self) -> MailFilter:
        state, kind = self.typed["lage"], self.typed["slag"]
        return MailFilter(
            state=MailState(state) if state in set(MailState) else None,
            unit_id=chosen_number(self.typed["enhet"]),
            kind=Kind(kind) if kind in set(Kind) else None,
            first=_day(self.typed["fran"]),
            last=_day(self.typed["till"]),
        )

    def problems(self) -> dict[str, str]:
        """Field → sentence; what is wrong is not looked for."""
        found = {
            name: "Skriv dagen som 2026-11-17."
            for name in ("fran", "till")
            if self.typed[name] and not _day(self.typed[name])
        }
        first, last = _day(self.typed["fran"]), _day(self.typed["till"])
        if first and last and last < first:
            found["till"] = "Välj en dag som inte ligger före den första."
        return found

    def chosen(self) -> dict[str, str]:
        """What the address of another page of the same mails needs."""
        return {name: value for name, value in self.typed.items() if value}


def page_number(raw: str | None) -> int:
    return min(chosen_number(raw) or 1, LAST_PAGE)


def _day(raw: str) -> date | None:
    """None also for a year that no mail was written in, which no database has a moment for."""
    try:
        day = date.fromisoformat(raw)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2200 else None
