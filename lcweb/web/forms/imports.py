"""The upload form's fields; the file itself is read by the view."""

from wtforms import StringField

from lcweb.domain.imports import ImportNoun
from lcweb.web.forms.own import OwnForm


class UploadForm(OwnForm):
    """`noun`: what the file is about. `whole`: what it lacks of its lists is to be ended."""

    noun = StringField()
    whole = StringField()

    @property
    def chosen(self) -> ImportNoun | None:
        return ImportNoun(self.noun.data) if self.noun.data in set(ImportNoun) else None
