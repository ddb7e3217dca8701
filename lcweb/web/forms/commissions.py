"""The fields of the page about medarbetaruppdrag."""

from wtforms import StringField

from lcweb.web.forms.own import OwnForm
from lcweb.web.forms.threads import chosen_number


class CommissionForm(OwnForm):
    """`commission` is the one that is ended."""

    commission = StringField()
    hsa_id = StringField()
    unit = StringField()

    @property
    def commission_id(self) -> int | None:
        return chosen_number(self.commission.data)

    @property
    def unit_id(self) -> int | None:
        return chosen_number(self.unit.data)
