"""The sign-in page's fields."""

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField

from lcweb.web.errors import FORM_EXPIRED


class SignInForm(FlaskForm):
    username = StringField()
    password = PasswordField()

    def problems(self) -> dict[str, str]:
        self.validate()
        found = {
            "form": FORM_EXPIRED if self.csrf_token.errors else None,
            "username": None if (self.username.data or "").strip() else "Skriv ditt användarnamn.",
            "password": None if self.password.data else "Skriv ditt lösenord.",
        }
        if "\0" in (self.username.data or "") + (self.password.data or ""):
            found["username"] = "Användarnamnet eller lösenordet stämmer inte. Försök igen."
        return {field: sentence for field, sentence in found.items() if sentence}
