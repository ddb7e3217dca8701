"""The search page's fields."""

from wtforms import StringField

from lcweb.domain.search import Status, TypedSearch
from lcweb.web.forms.own import OwnForm
from lcweb.web.forms.threads import chosen_number

LAST_PAGE = 1000


class SearchForm(OwnForm):
    words = StringField()
    patient_id = StringField()
    unit = StringField()
    from_day = StringField()
    to_day = StringField()
    status = StringField()
    page = StringField()

    @property
    def unit_id(self) -> int | None:
        return chosen_number(self.unit.data)

    @property
    def chosen_status(self) -> Status:
        return Status(self.status.data) if self.status.data in set(Status) else Status.ANY

    @property
    def page_number(self) -> int:
        return min(chosen_number(self.page.data) or 1, LAST_PAGE)

    def typed(self) -> TypedSearch:
        return TypedSearch(
            words=self.words.data or "",
            patient_id=self.patient_id.data or "",
            unit_id=self.unit_id,
            from_day=self.from_day.data or "",
            to_day=self.to_day.data or "",
            status=self.chosen_status,
        )
