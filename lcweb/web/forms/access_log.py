"""The fields of the access log's page."""

from wtforms import StringField

from lcweb.domain.access_log import LogAction
from lcweb.domain.reviews import TypedReview
from lcweb.web.forms.own import OwnForm
from lcweb.web.forms.threads import chosen_number

LAST_PAGE = 1000


class LogForm(OwnForm):
    patient_id = StringField()
    person = StringField()
    unit = StringField()
    action = StringField()
    from_day = StringField()
    to_day = StringField()
    page = StringField()
    filetype = StringField()

    @property
    def unit_id(self) -> int | None:
        return chosen_number(self.unit.data)

    @property
    def chosen_action(self) -> LogAction | None:
        return LogAction(self.action.data) if self.action.data in set(LogAction) else None

    @property
    def page_number(self) -> int:
        return min(chosen_number(self.page.data) or 1, LAST_PAGE)

    def typed(self) -> TypedReview:
        return TypedReview(
            patient_id=self.patient_id.data or "",
            person=self.person.data or "",
            unit_id=self.unit_id,
            action=self.chosen_action,
            from_day=self.from_day.data or "",
            to_day=self.to_day.data or "",
        )
