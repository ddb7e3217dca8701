"""The upload form's fields; the file itself is read by the view."""

from flask_wtf import FlaskForm
from wtforms import StringField

from lcweb.domain.imports import ImportNoun
from lcweb.web.errors import FORM_EXPIRED


class UploadForm(FlaskForm):
    """`noun`: what the file is about. `whole`: what it lacks of its lists is to be ended."""

    noun = StringField()
    whole = StringField()

    def expired(self) -> str | None:
        """The sentence for a missing or foreign token; everything else about the form is kept."""
        self.validate()
        return FORM_EXPIRED if self.csrf_token.errors else None

    @property
    def chosen(self) -> ImportNoun | None:
        return ImportNoun(self.noun.data) if self.noun.data in set(ImportNoun) else None
