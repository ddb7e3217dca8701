"""What every form that a person fills in has: a token of that person's own, missed without losing what was typed."""

from flask_wtf import FlaskForm

from lcweb.web.errors import FORM_EXPIRED


class OwnForm(FlaskForm):
    def expired(self) -> str | None:
        """The sentence for a missing or foreign token; everything else about the form is kept."""
        self.validate()
        return FORM_EXPIRED if self.csrf_token.errors else None
