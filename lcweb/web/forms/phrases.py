"""The phrase page's fields."""

from wtforms import StringField

from lcweb.web.forms.own import OwnForm
from lcweb.web.forms.threads import chosen_number

COMMON = "alla"


class PhraseForm(OwnForm):
    """`phrase` is the one that is changed or ended; `unit`, of a new one, a unit's number or COMMON."""

    phrase = StringField()
    unit = StringField()
    title = StringField()
    body = StringField()

    @property
    def phrase_id(self) -> int | None:
        return chosen_number(self.phrase.data)

    @property
    def is_common(self) -> bool:
        return self.unit.data == COMMON

    @property
    def unit_id(self) -> int | None:
        return chosen_number(self.unit.data)
