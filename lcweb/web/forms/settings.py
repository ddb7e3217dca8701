"""The fields of the settings' pages."""

from datetime import date

from wtforms import StringField

from lcweb.domain.hint_words import HintList
from lcweb.web.forms.own import OwnForm
from lcweb.web.forms.threads import NO, YES, chosen_number


class WordListForm(OwnForm):
    """`list` names the one list that is saved; its words stand in the field of that name."""

    list = StringField()
    acute = StringField()
    acute_harmless = StringField()
    prescribing = StringField()
    prescribing_harmless = StringField()

    @property
    def chosen(self) -> HintList | None:
        return HintList(self.list.data) if self.list.data in set(HintList) else None

    def words(self, name: HintList) -> str:
        return self[name].data or ""


class DatedForm(OwnForm):
    """`applies_from`: the first day. `seen`: how often the setting had been changed when the form was shown."""

    applies_from = StringField()
    seen = StringField()

    @property
    def day(self) -> date | None:
        """None also for what is no day."""
        try:
            return date.fromisoformat((self.applies_from.data or "").strip())
        except ValueError:
            return None

    @property
    def turns(self) -> int:
        """-1, which no setting has, for what is no number: the answer is then a 409, never a guess."""
        return 0 if self.seen.data == "0" else chosen_number(self.seen.data) or -1


class RuleForm(DatedForm):
    value = StringField()


class ReceptionistsForm(DatedForm):
    unit = StringField()
    allowed = StringField()

    @property
    def unit_id(self) -> int | None:
        return chosen_number(self.unit.data)

    @property
    def answer(self) -> bool | None:
        return {YES: True, NO: False}.get(self.allowed.data or "")


class TakeBackForm(OwnForm):
    change = StringField()

    @property
    def change_id(self) -> int | None:
        return chosen_number(self.change.data)
