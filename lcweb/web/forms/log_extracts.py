"""The fields of a patient's extract of the log."""

from wtforms import StringField

from lcweb.domain import log_extracts
from lcweb.domain.log_extracts import ExtractQuery
from lcweb.web.forms.own import OwnForm


class ExtractForm(OwnForm):
    """`filetype` says that a file is wanted, and no page."""

    patient_id = StringField()
    from_day = StringField()
    to_day = StringField()
    filetype = StringField()

    def query(self) -> ExtractQuery:
        """Raises Refused."""
        return log_extracts.query(
            patient_id=self.patient_id.data or "", from_day=self.from_day.data or "", to_day=self.to_day.data or ""
        )
