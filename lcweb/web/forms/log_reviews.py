"""The fields of a review of the log: how it is drawn, and what is found of its rows."""

from flask import request
from wtforms import SelectMultipleField, StringField

from lcweb.domain.log_reviews import TypedFinding, TypedPlan
from lcweb.web.forms.own import OwnForm
from lcweb.web.forms.threads import chosen_number

ORGANIZATION, UNIT = "huvudman-", "enhet-"


class PlanForm(OwnForm):
    """`place`: `huvudman-1` or `enhet-2`. `rules` is ticked once for each rule."""

    place = StringField()
    way = StringField()
    wanted = StringField()
    from_day = StringField()
    to_day = StringField()
    rules = SelectMultipleField(validate_choice=False)

    def typed(self) -> TypedPlan:
        return TypedPlan(
            organization_id=self._number_after(ORGANIZATION), unit_id=self._number_after(UNIT),
            way=self.way.data or "", rules=self.rules.data or (), wanted=self.wanted.data or "",
            from_day=self.from_day.data or "", to_day=self.to_day.data or "",
        )  # fmt: skip

    def _number_after(self, prefix: str) -> int | None:
        place = self.place.data or ""
        return chosen_number(place.removeprefix(prefix)) if place.startswith(prefix) else None


class FindingsForm(OwnForm):
    """`verdict-7`, `words-7` and `seen-7` for the review's row 7, and so for each."""

    def typed(self) -> dict[int, TypedFinding]:
        """Those rows of which something is said."""
        found = (self._of(row_id) for row_id in self._row_ids())
        return {one.row_id: one for one in found if one.verdict or one.words.strip()}

    def _row_ids(self) -> list[int]:
        named = (name.partition("-") for name in request.form)
        ids = (chosen_number(number) for name, _dash, number in named if name in ("verdict", "words"))
        return list(dict.fromkeys(row_id for row_id in ids if row_id))

    def _of(self, row_id: int) -> TypedFinding:
        typed = {name: request.form.get(f"{name}-{row_id}", "") for name in ("verdict", "words", "seen")}
        return TypedFinding(row_id=row_id, verdict=typed["verdict"], words=typed["words"],
                            seen=chosen_number(typed["seen"]) or 0)  # fmt: skip
