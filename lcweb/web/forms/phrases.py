"""The phrase page's fields."""

from flask_wtf import FlaskForm
from wtforms import StringField

from lcweb.web.errors import FORM_EXPIRED
from lcweb.web.forms.threads import chosen_number

COMMON = "alla"


class PhraseForm(FlaskForm):
    """`phrase` is the one that is changed or ended; `unit`, of a new one, a unit's number or COMMON."""

    phrase = StringField()
    unit = StringField()
    title = StringField()
    body = StringField()

    def expired(self) -> str | None:
        """The sentence for a missing or foreign token; everything else about the form is kept."""
        self.validate()
        return FORM_EXPIRED if self.csrf_token.errors else None

    @property
    def phrase_id(self) -> int | None:
        return chosen_number(self.phrase.data)

    @property
    def is_common(self) -> bool:
        return self.unit.data == COMMON

    @property
    def unit_id(self) -> int | None:
        return chosen_number(self.unit.data)
