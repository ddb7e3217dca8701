"""The fields of a suggestion, and of the decision on one."""

from wtforms import StringField

from lcweb.domain.errors import NotFound
from lcweb.services.suggestions import NewSuggestion
from lcweb.web.forms.own import OwnForm
from lcweb.web.forms.threads import chosen_number


class SuggestionForm(OwnForm):
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


class DecisionForm(OwnForm):
    """`decision` is the button's value."""

    suggestion = StringField()
    decision = StringField()
    answer = StringField()

    @property
    def suggestion_id(self) -> int | None:
        return chosen_number(self.suggestion.data)
