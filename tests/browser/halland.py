"""A small Halland in a fresh database: a clinic, two home care units, and Halmstad's recipient list."""

from dataclasses import dataclass
from datetime import date

from lcweb.domain.people import UnitKind
from lcweb.domain.permissions import Actor, operator
from lcweb.domain.recipients import CaseType
from lcweb.services import recipients
from tests import factories

CLINIC = "Vårdcentralen Kärleken"
HOME_CARE = "Hemsjukvård Norr, Halmstad"
OTHER_HOME_CARE = "Hemsjukvård Söder, Halmstad"
STREET = "Södra vägen 12"  # of the other home care
ACUTE_PHONE = "035-18 00 01"
LONG_ADDRESS = "samordning.av.vardmeddelanden@nara-sjukvarden.region-halland.example"


@dataclass(frozen=True)
class Halland:
    """`nurse` signs in as `vardcentral` and writes; `home_nurse` signs in as `kommun` and receives.

    `other_home_nurse` signs in as `soder`, in the unit that threads are forwarded to.
    """

    nurse: Actor
    home_nurse: Actor
    other_home_nurse: Actor


def built() -> Halland:
    """Within an app context."""
    region = factories.organization("Region Halland", contact=f"Samordnare, 08-465 004 01\n{LONG_ADDRESS}")
    clinic = factories.unit(CLINIC, organization_id=region, phone="035-13 00 00", acute_phone="035-13 00 01")
    north, south = _home_care()
    list_row(north, "Norr", 1)
    list_row(south, "Söder", 2)
    return Halland(
        factories.user("Anna Lind", unit_id=clinic, username="vardcentral"),
        factories.user("Karin Berg", unit_id=north, username="kommun"),
        factories.user("Cecilia Dahl", unit_id=south, username="soder"),
    )


def _home_care() -> tuple[int, int]:
    municipality = factories.organization("Halmstads kommun", municipality="Halmstad")
    fields = {"organization_id": municipality, "kind": UnitKind.HOME_CARE, "phone": "035-18 00 00"}
    north = factories.unit(HOME_CARE, acute_phone=ACUTE_PHONE, **fields)
    return north, factories.unit(OTHER_HOME_CARE, acute_phone="035-18 00 02", street=STREET, **fields)


def list_row(unit_id: int, area: str, position: int, note: str = "") -> int:
    """Halmstad's list for "Övrig fråga eller information"."""
    return recipients.add_entry(
        operator(),
        recipients.NewEntry(
            municipality="Halmstad",
            case_type=CaseType.GENERAL,
            area=area,
            unit_id=unit_id,
            position=position,
            note=note,
            valid_from=date(2025, 1, 1),
        ),
        now=factories.LONG_AGO,
    )
