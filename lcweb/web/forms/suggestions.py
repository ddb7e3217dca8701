"""The fields of a suggestion, and of the decision on one."""

from flask_wtf import FlaskForm
from wtforms import StringField

from lcweb.domain.errors import NotFound
from lcweb.services.suggestions import NewSuggestion
from lcweb.web.errors import FORM_EXPIRED
from lcweb.web.forms.threads import chosen_number


class CheckedForm(FlaskForm):
    def expired(self) -> str | None:
        """The sentence for a missing or foreign token; everything else about the form is kept."""
        self.validate()
        return FORM_EXPIRED if self.csrf_token.errors else None


class SuggestionForm(CheckedForm):
    """`entry` is the row that it is about; without it, municipality and case type say which list."""

    municipality = StringField()
    case_type = StringField()
    entry = StringField()
    words = StringField()

    @property
    def entry_id(self) -> int | None:
        """None when none is named. Raises NotFound for what is no number."""
        if not self.entry.data:
            return None
        entry_id = chosen_number(self.entry.data)
        if entry_id is None:
            raise NotFound("entry")
        return entry_id

    def typed(self) -> NewSuggestion:
        return NewSuggestion(
            municipality=self.municipality.data or "",
            case_type=self.case_type.data or "",
            entry_id=self.entry_id,
            words=self.words.data or "",
        )


class DecisionForm(CheckedForm):
    """`decision` is the button's value."""

    suggestion = StringField()
    decision = StringField()
    answer = StringField()

    @property
    def suggestion_id(self) -> int | None:
        return chosen_number(self.suggestion.data)
