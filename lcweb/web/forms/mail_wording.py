"""The fields of a mail's wording."""

from wtforms import StringField

from lcweb.domain.mail_wording import Wording
from lcweb.web.forms.settings import DatedForm


class WordingForm(DatedForm):
    subject = StringField()
    body = StringField()

    @property
    def wording(self) -> Wording:
        return Wording(self.subject.data or "", self.body.data or "")
