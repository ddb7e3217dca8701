"""The fields of the pages about organizations and units."""

import re
from datetime import time
from typing import Any

from wtforms import BooleanField, StringField

from lcweb.domain.people import UnitKind
from lcweb.domain.units import NewOrganization, NewUnit
from lcweb.domain.workdays import OfficeHours
from lcweb.web.forms.own import OwnForm
from lcweb.web.forms.threads import YES, chosen_number

#: Of a closing: nobody takes over.
NOBODY = "ingen"
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[.:]([0-5][0-9])(?::00)?")


class SeenForm(OwnForm):
    """`seen`: the row's last change that the person knew of."""

    seen = StringField()

    @property
    def seen_change(self) -> int:
        """0 when the row has never been changed; also of a made-up one, which is then too old."""
        return chosen_number(self.seen.data) or 0

    def take_up(self, row: Any, seen: int) -> None:
        """What stands in the row, to be changed."""
        for field in self:
            if hasattr(row, field.name):
                value = getattr(row, field.name)
                field.data = f"{value:%H.%M}" if isinstance(value, time) else value or ""
        self.seen.data = str(seen)


class OrganizationForm(SeenForm):
    """`organization` is the one that is changed or closed."""

    organization = StringField()
    name = StringField()
    hsa_id = StringField()
    municipality = StringField()
    notify_email = StringField()
    contact = StringField()
    names_in_extract = BooleanField()

    @property
    def organization_id(self) -> int | None:
        return chosen_number(self.organization.data)

    def new(self) -> NewOrganization:
        return NewOrganization(
            name=self.name.data or "", hsa_id=self.hsa_id.data, municipality=self.municipality.data,
            notify_email=self.notify_email.data, contact=self.contact.data or "",
            names_in_extract=self.names_in_extract.data,
        )  # fmt: skip


class UnitForm(SeenForm):
    organization = StringField()
    name = StringField()
    kind = StringField()
    municipality = StringField()
    hsa_id = StringField()
    phone = StringField()
    acute_phone = StringField()
    notify_email = StringField()
    manager_email = StringField()
    opens = StringField()
    closes = StringField()
    street = StringField()
    note = StringField()
    receptionists_may_write = BooleanField()

    @property
    def organization_id(self) -> int | None:
        return chosen_number(self.organization.data)

    def hours_problems(self) -> dict[str, str]:
        opens, closes = _clock(self.opens.data), _clock(self.closes.data)
        problems = {
            name: "Skriv klockslaget som 08.00."
            for name, given in (("opens", opens), ("closes", closes))
            if given is None
        }
        if opens and closes and closes <= opens:
            problems["closes"] = "Enheten måste stänga efter att den har öppnat."
        return problems

    def managed(self) -> dict[str, Any]:
        """What a unit manager changes too, by the names of NewUnit; ordinary hours where those typed are none."""
        opens, closes = _clock(self.opens.data), _clock(self.closes.data)
        return {
            "phone": self.phone.data or "",
            "acute_phone": self.acute_phone.data or "",
            "notify_email": self.notify_email.data,
            "manager_email": self.manager_email.data,
            "hours": OfficeHours(opens=opens, closes=closes) if opens and closes and opens < closes else OfficeHours(),
            "street": self.street.data or "",
            "note": self.note.data or "",
        }

    def new(self) -> NewUnit:
        kind = self.kind.data or ""
        return NewUnit(
            organization_id=self.organization_id or 0, name=self.name.data or "",
            kind=UnitKind(kind) if kind in set(UnitKind) else kind,  # what is none is refused with its sentence
            municipality=self.municipality.data or "", hsa_id=self.hsa_id.data,
            receptionists_may_write=self.receptionists_may_write.data, **self.managed(),
        )  # fmt: skip


class ClosingForm(SeenForm):
    """`successor` is a unit's number or NOBODY; `people`: whether they go along."""

    successor = StringField()
    people = StringField()
    confirmed = BooleanField()

    @property
    def successor_id(self) -> int | None:
        return chosen_number(self.successor.data)

    @property
    def with_people(self) -> bool:
        return self.people.data == YES

    def problems(self) -> dict[str, str]:
        found = {}
        if self.successor_id is None and self.successor.data != NOBODY:
            found["successor"] = "Välj vilken enhet som tar över, eller att ingen gör det."
        if self.people.data not in ("ja", "nej"):
            found["people"] = "Välj om medlemmarna följer med."
        if not self.confirmed.data:
            found["confirmed"] = "Kryssa för att du har läst vad som händer."
        return found


def _clock(raw: str | None) -> time | None:
    found = _CLOCK.fullmatch((raw or "").strip())
    return time(int(found[1]), int(found[2])) if found else None
