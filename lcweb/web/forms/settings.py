"""The settings page's fields."""

from flask_wtf import FlaskForm
from wtforms import StringField

from lcweb.domain.hint_words import HintList
from lcweb.web.errors import FORM_EXPIRED


class WordListForm(FlaskForm):
    """`list` names the one list that is saved; its words stand in the field of that name."""

    list = StringField()
    acute = StringField()
    acute_harmless = StringField()
    prescribing = StringField()
    prescribing_harmless = StringField()

    def expired(self) -> str | None:
        """The sentence for a missing or foreign token; everything else about the form is kept."""
        self.validate()
        return FORM_EXPIRED if self.csrf_token.errors else None

    @property
    def chosen(self) -> HintList | None:
        return HintList(self.list.data) if self.list.data in set(HintList) else None

    def words(self, name: HintList) -> str:
        return self[name].data or ""
