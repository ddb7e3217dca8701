"""What is typed on the pages of one's own account and at the second step of a sign-in. None of it is given back."""

from wtforms import PasswordField, StringField

from lcweb.web.forms.people import CheckedForm


class ChangePasswordForm(CheckedForm):
    password = PasswordField()
    new = PasswordField()
    again = PasswordField()

    def problems(self) -> dict[str, str]:
        same = self.new.data == self.again.data
        return self.expiry() or ({} if same else {"again": "De två nya lösenorden är inte lika. Skriv båda igen."})


class CodeForm(CheckedForm):
    code = StringField()


class OwnPasswordForm(CheckedForm):
    """The password once more, before a second factor is set up."""

    password = PasswordField()


class ProofForm(OwnPasswordForm, CodeForm):
    """Password and code, before the second factor is changed."""
