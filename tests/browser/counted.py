"""Follow-up that has been counted: as many units as make several sheets, each with threads enough to be shown."""

from datetime import date, timedelta

from lcweb.domain.people import UnitKind
from lcweb.domain.permissions import Actor, Role
from lcweb.services import follow_up, readings
from tests import factories
from tests.at import at
from tests.browser import halland
from tests.browser.halland import Halland
from tests.browser.scene_moves import answer

NOW = at("Tue 2026-11-17 10:00")
UNITS, THREADS = 10, 5  # follow-up merges units with fewer
SENT = at("Mon 2026-11-09 09:00")


def built() -> Halland:
    """`vardcentral`'s clinic writes to each of the others, which answer one; `admin` sees them all.

    Within an app context.
    """
    people = halland.built()
    factories.user("Eva Ek", username="admin", role=Role.SYSTEM_ADMIN)
    municipality = factories.organization("Laholms kommun", municipality="Laholm")
    for number in range(UNITS):
        place = factories.unit(f"Hemsjukvård – övriga områden Laholm {number}", organization_id=municipality,
                               kind=UnitKind.HOME_CARE)  # fmt: skip
        _served(people, factories.user(f"Bo Ek {number}", unit_id=place), place)
    for hours in (0, 3):
        readings.record(people.nurse, readings.How.PAGE, now=SENT + timedelta(hours=hours), rules=factories.RULES)
    follow_up.rebuild(now=NOW, rules=factories.RULES)
    return people


def _served(people: Halland, nurse: Actor, unit_id: int) -> None:
    for number in range(THREADS):
        born = date(1950, 1, number + 1)
        sent = factories.thread(people.nurse, unit_id, now=SENT, patient_id=factories.patient_id(born))
        if not number:
            answer(nurse, sent, now=SENT + timedelta(hours=3))
