"""The disposal page's fields."""

from wtforms import StringField

from lcweb.web.forms.own import OwnForm
from lcweb.web.forms.threads import chosen_number


class KeepingForm(OwnForm):
    """`organization`: whose policy. `seen`: how many threads the preview showed."""

    organization = StringField()
    keep_days = StringField()
    automatic = StringField()
    seen = StringField()

    @property
    def organization_id(self) -> int:
        return chosen_number(self.organization.data) or 0

    @property
    def seen_count(self) -> int:
        return chosen_number(self.seen.data) or 0

    @property
    def is_automatic(self) -> bool:
        return self.automatic.data == "ja"
