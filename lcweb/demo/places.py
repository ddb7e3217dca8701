"""The demo's organizations and units. Every unit's note says DEMO; names stay as people say them."""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from lcweb.demo.accounts import HSA_PREFIX
from lcweb.demo.conversation import Trade
from lcweb.demo.progress import Progress
from lcweb.domain.people import UnitKind
from lcweb.domain.permissions import operator
from lcweb.domain.units import NewOrganization, NewUnit
from lcweb.domain.workdays import Calendar, OfficeHours
from lcweb.services import units

NOTE = "DEMO – påhittad enhet: telefonnummer, adresser, personal och patienter finns inte på riktigt."
STREETS = ("Exempelgatan", "Påhittsvägen", "Övningsgatan", "Provvägen", "Demogränd")  # in no town of Halland
LONG_AGO = timedelta(days=95)  # when the units and their people were added: just before the history begins

REGION = "Region Halland"
MUNICIPAL = {
    "Halmstad": "Halmstads kommun",
    "Hylte": "Hylte kommun",
    "Laholm": "Laholms kommun",
    "Falkenberg": "Falkenbergs kommun",
    "Varberg": "Varbergs kommun",
    "Kungsbacka": "Kungsbacka kommun",
}

KINDS = {
    Trade.PRIMARY: UnitKind.PRIMARY_CARE,
    Trade.PSYCHIATRY: UnitKind.PSYCHIATRY,
    Trade.HOME_CARE: UnitKind.HOME_CARE,
    Trade.REHAB: UnitKind.HOME_CARE,
}


@dataclass(frozen=True, kw_only=True)
class DemoUnit:
    name: str
    municipality: str
    trade: Trade
    organization: str
    hours: OfficeHours = field(default_factory=OfficeHours)
    receptionists_may_write: bool = False

    @property
    def kind(self) -> UnitKind:
        return KINDS.get(self.trade, UnitKind.SPECIALIST)

    @property
    def calendar(self) -> Calendar:
        return Calendar(hours=self.hours)

    @property
    def is_municipal(self) -> bool:
        return self.kind is UnitKind.HOME_CARE


def _regional(name: str, municipality: str, trade: Trade) -> DemoUnit:
    return DemoUnit(name=name, municipality=municipality, trade=trade, organization=REGION)


def _private(name: str, municipality: str, *, closes: time = time(16, 30), receptionists: bool = False) -> DemoUnit:
    return DemoUnit(
        name=name,
        municipality=municipality,
        trade=Trade.PRIMARY,
        organization=name,
        hours=OfficeHours(closes=closes),
        receptionists_may_write=receptionists,
    )


def _home_care(municipality: str, *names: str) -> tuple[DemoUnit, ...]:
    """The named teams, and the municipality's occupational therapists and physiotherapists."""
    organization = MUNICIPAL[municipality]
    teams = tuple(
        DemoUnit(name=name, municipality=municipality, trade=Trade.HOME_CARE, organization=organization)
        for name in names
    )
    rehab = f"Rehab AT/FT {municipality}"
    return (
        *teams,
        DemoUnit(name=rehab, municipality=municipality, trade=Trade.REHAB, organization=organization),
    )


UNITS: tuple[DemoUnit, ...] = (
    _regional("Vårdcentralen Kärleken", "Halmstad", Trade.PRIMARY),
    _regional("Vårdcentralen Hjortsberg", "Falkenberg", Trade.PRIMARY),
    _regional("Vårdcentralen Breared", "Varberg", Trade.PRIMARY),
    _regional("Vårdcentralen Kolla", "Kungsbacka", Trade.PRIMARY),
    _private("Söndrumskliniken", "Halmstad", closes=time(17, 0), receptionists=True),
    _private("Husläkarna Varmbadhuset", "Halmstad"),
    _private("Stenblommans Vårdcentral", "Laholm"),
    _private("Neptunuskliniken", "Varberg", closes=time(16, 0)),
    _private("Viktoriakliniken", "Kungsbacka"),
    *(_regional(f"Vuxenpsykiatrisk mottagning {place}", place, Trade.PSYCHIATRY) for place in MUNICIPAL),
    _regional("Kirurgmottagningen Hallands sjukhus Halmstad", "Halmstad", Trade.SURGERY),
    _regional("Medicinmottagningen Hallands sjukhus Halmstad", "Halmstad", Trade.MEDICINE),
    _regional("Ortopedmottagningen Hallands sjukhus Varberg", "Varberg", Trade.ORTHOPAEDICS),
    _regional("Urologmottagningen Hallands sjukhus Varberg", "Varberg", Trade.UROLOGY),
    *_home_care(
        "Halmstad",
        "Hemsjukvård Norr",
        "Hemsjukvård Söder",
        "Hemsjukvård Väster",
        "Hemsjukvård – övriga Halmstad",
    ),
    *_home_care("Hylte", "Sjukskötersketeamet Hylte"),
    *_home_care("Laholm", "Hemsjukvård Laholm tätort", "Hemsjukvård Laholm kusten", "Hemsjukvård – övriga Laholm"),
    *_home_care(
        "Falkenberg",
        "Hemsjukvård Laurentii",
        "Hemsjukvård Gruebäck",
        "Hemsjukvård Västra gärdet",
        "Hemsjukvård Herting",
        "Hemsjukvård – övriga Falkenberg",
    ),
    *_home_care("Varberg", "Hemsjukvård Varberg centrum", "Hemsjukvård Tvååker", "Hemsjukvård – övriga Varberg"),
    *_home_care(
        "Kungsbacka", "Hemsjukvård Kungsbacka centrum", "Hemsjukvård Onsala", "Hemsjukvård – övriga Kungsbacka"
    ),
)
BY_NAME = {unit.name: unit for unit in UNITS}


def load(*, now: datetime, progress: Progress) -> dict[str, int]:
    """Adds the organizations and units. Returns each unit's id by its name."""
    organizations = _add_organizations(now - LONG_AGO)
    numbered = list(enumerate(UNITS))
    return {
        unit.name: units.add_unit(
            operator(), _new_unit(unit, index, organizations[unit.organization]), now=now - LONG_AGO
        )
        for index, unit in progress(numbered, "Units")
    }


def ascii_word(text: str) -> str:
    """For addresses and usernames: "Hemsjukvård – övriga Laholm" → "hemsjukvard.ovriga.laholm"."""
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return ".".join("".join(c if c.isalnum() else " " for c in plain).split())


def _add_organizations(began: datetime) -> dict[str, int]:
    """In the order in which the units name them."""
    municipality_of = {name: municipality for municipality, name in MUNICIPAL.items()}
    names = dict.fromkeys(unit.organization for unit in UNITS)
    return {
        name: units.add_organization(
            operator(),
            NewOrganization(
                name=name,
                hsa_id=f"{HSA_PREFIX}-{number:04}",
                municipality=municipality_of.get(name),
                notify_email=f"vardmeddelanden@{_domain(name)}",
                contact=_contact(name, number),
            ),
            now=began,
        )
        for number, name in enumerate(names, start=1)
    }


def _contact(organization: str, number: int) -> str:
    """Region and municipalities have somebody for the routine; a private clinic its manager."""
    public = organization == REGION or organization in MUNICIPAL.values()
    who = "Samordnare för vårdmeddelanden" if public else "Verksamhetschefen"
    return f"{who} (påhittad): 08-465 004 {number:02}, rutin@{_domain(organization)}"


def _new_unit(unit: DemoUnit, index: int, organization_id: int) -> NewUnit:
    """The phone numbers are from the ranges that the post and telecom authority keeps free for invented people."""
    address = f"{ascii_word(unit.name)}@{_domain(unit.organization)}"
    return NewUnit(
        organization_id=organization_id,
        name=unit.name,
        kind=unit.kind,
        municipality=unit.municipality,
        phone=f"040-628 04 {index:02}",
        acute_phone=f"031-390 06 {index:02}",
        hsa_id=f"{HSA_PREFIX}-{1001 + index}",
        notify_email=address,
        manager_email=f"chef.{address}",
        hours=unit.hours,
        receptionists_may_write=unit.receptionists_may_write,
        note=NOTE,
        street=f"{STREETS[index % len(STREETS)]} {index + 1}",
    )


def _domain(organization: str) -> str:
    return ascii_word(organization).replace(".", "-") + ".example"
