"""The fields of a recipient list's forms."""

from datetime import date

from wtforms import StringField

from lcweb.domain.errors import Refused
from lcweb.domain.recipient_lists import period_problems, text_problems, written_day
from lcweb.queries.recipient_lists import ListRow
from lcweb.services.recipients import OnPage, RowFields
from lcweb.web.forms.own import OwnForm
from lcweb.web.forms.threads import chosen_number

UP, DOWN = "upp", "ned"
#: An edit that no list has: what is missing or made up is answered 409, never guessed.
UNKNOWN = -1


class RowForm(OwnForm):
    """`entry`: the row that is changed, ended or moved. `edit`: what is undone. `seen`: the list's last edit."""

    entry = StringField()
    area = StringField()
    unit = StringField()
    note = StringField()
    valid_from = StringField()
    valid_to = StringField()
    last_day = StringField()
    preview_day = StringField()
    direction = StringField()
    edit = StringField()
    seen = StringField()
    confirmed = StringField()

    @property
    def entry_id(self) -> int | None:
        return chosen_number(self.entry.data)

    @property
    def edit_id(self) -> int | None:
        return chosen_number(self.edit.data)

    @property
    def unit_id(self) -> int | None:
        return chosen_number(self.unit.data)

    @property
    def seen_edit(self) -> int:
        """0: the list had not been edited."""
        return 0 if self.seen.data == "0" else chosen_number(self.seen.data) or UNKNOWN

    @property
    def ends(self) -> bool:
        """It is the form with the last day alone."""
        return self.last_day.data is not None

    def on_page(self) -> OnPage:
        return OnPage(self.seen_edit, chosen_number(self.confirmed.data) or 0)

    def fill(self, row: ListRow) -> None:
        self.entry.data, self.unit.data = str(row.entry_id), str(row.unit_id)
        self.area.data, self.note.data = row.area, row.note
        self.valid_from.data = row.valid_from.isoformat()
        self.valid_to.data = row.valid_to.isoformat() if row.valid_to else ""

    def fields(self) -> RowFields:
        """Everything that is wrong with them is said at once. Raises Refused."""
        area, note = self.area.data or "", self.note.data or ""
        problems = text_problems(area=area, note=note)
        days = {name: self._day(name, problems) for name in ("valid_from", "valid_to")}
        first, last = days["valid_from"], days["valid_to"]
        if self.unit_id is None:
            problems["unit"] = "Välj vilken enhet som tar emot."
        if first is None:
            problems.setdefault("valid_from", "Skriv vilken dag raden börjar gälla.")
        else:
            problems = period_problems(first, last) | problems
        if problems or first is None or self.unit_id is None:
            raise Refused(problems)
        return RowFields(area=area, unit_id=self.unit_id, note=note, valid_from=first, valid_to=last)

    def last(self) -> date:
        """Raises Refused."""
        problems: dict[str, str] = {}
        day = self._day("last_day", problems)
        if day is None:
            raise Refused(problems or {"last_day": "Skriv vilken dag som blir radens sista."})
        return day

    def previewed(self) -> date | None:
        """None when no day was chosen. Raises Refused."""
        problems: dict[str, str] = {}
        day = self._day("preview_day", problems)
        if problems:
            raise Refused(problems)
        return day

    def _day(self, name: str, problems: dict[str, str]) -> date | None:
        try:
            return written_day(self[name].data or "")
        except ValueError as error:
            problems[name] = str(error)
            return None
