"""The calendar page's fields."""

from datetime import date

from wtforms import StringField

from lcweb.domain.calendar import MarkKind, Place
from lcweb.web.forms.own import OwnForm
from lcweb.web.forms.threads import chosen_number

EVERYWHERE = "alla"


class MarkForm(OwnForm):
    """Read from the address when a day is looked at, and posted with `seen`, the preview's digest, to mark it."""

    day = StringField()
    kind = StringField()
    place = StringField()
    seen = StringField()

    def problems(self) -> dict[str, str]:
        """What has to be chosen before a day can be looked at: field → sentence."""
        missing = {
            "day": None if self.chosen_day else "Välj en dag, till exempel 2027-05-07.",
            "kind": None if self.chosen_kind else "Välj om dagen ska stängas eller bli halvdag.",
            "place": None if self.chosen_place else "Välj för vem dagen gäller.",
        }
        return {field: sentence for field, sentence in missing.items() if sentence}

    @property
    def chosen_day(self) -> date | None:
        try:
            return date.fromisoformat((self.day.data or "").strip())
        except ValueError:
            return None

    @property
    def chosen_kind(self) -> MarkKind | None:
        return MarkKind(self.kind.data) if self.kind.data in set(MarkKind) else None

    @property
    def chosen_place(self) -> Place | None:
        return place_of(self.place.data)


class OpenForm(OwnForm):
    mark = StringField()

    @property
    def mark_id(self) -> int | None:
        return chosen_number(self.mark.data)


def place_of(code: str | None) -> Place | None:
    """`alla`, `huvudman-3` or `enhet-12`; None for anything else."""
    if code == EVERYWHERE:
        return Place()
    what, _, number = (code or "").partition("-")
    row_id = chosen_number(number)
    if row_id is None or what not in ("huvudman", "enhet"):
        return None
    return Place(unit_id=row_id) if what == "enhet" else Place(organization_id=row_id)


def code_of(place: Place) -> str:
    if place.unit_id is not None:
        return f"enhet-{place.unit_id}"
    return EVERYWHERE if place.organization_id is None else f"huvudman-{place.organization_id}"
