"""Units and people of a table to be measured. Ids count from 1, so that what stands where can be worked out."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from argon2 import PasswordHasher

from lcweb.domain.people import MUNICIPALITIES, UnitKind
from lcweb.domain.permissions import Role
from lcweb.models import InboxVersion, Membership, Organization, Unit, User
from tests.factories import PASSWORD

Rows = list[dict[str, Any]]

OPEN_EACH = (
    60  # open threads that each measured unit must answer: an inbox page shows 50 of them, and that there are more
)
ORGANIZATIONS = 40
FIRST_NAMES = ("Anna", "Karin", "Bo", "Fatima", "Lars", "Ingrid", "Omar", "Eva", "Nils", "Maja")
LAST_NAMES = ("Lind", "Berg", "Ek", "Haddad", "Svensson", "Åkesson", "Nilsson")
LONG_AGO = datetime(2020, 1, 7, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Size:
    """`measured`: how many units, the first ones, have an inbox page that is full."""

    threads: int
    measured: int
    units: int = 200
    people: int = 2000

    @property
    def people_each(self) -> int:
        return self.people // self.units

    @property
    def open(self) -> int:
        return max(self.threads // 50, self.measured * OPEN_EACH)

    @property
    def began(self) -> datetime:
        """When the units were added: follow-up judges each of their days since, which takes a small table too long."""
        return datetime.now(UTC) - timedelta(days=min(1200, self.threads // 100))

    @property
    def admin(self) -> int:
        """The id of the system administrator."""
        return self.people + 1

    def person(self, unit_id: int, number: int = 0) -> int:
        """The id of one of the unit's people."""
        return (unit_id - 1) * self.people_each + number % self.people_each + 1


def username(user_id: int) -> str:
    return f"person{user_id}"


def person_name(user_id: int) -> str:
    return f"{FIRST_NAMES[user_id % len(FIRST_NAMES)]} {LAST_NAMES[user_id % len(LAST_NAMES)]}"


def unit_name(unit_id: int) -> str:
    return f"{'Vårdcentralen' if unit_id % 2 else 'Hemsjukvården'} {MUNICIPALITIES[unit_id % 6]} {unit_id}"


def rows(size: Size) -> list[tuple[Any, Rows]]:
    """Each table with its rows, in the order in which they refer to each other."""
    return [
        (Organization, [{"id": i, "name": f"Huvudman {i}"} for i in range(1, ORGANIZATIONS + 1)]),
        (Unit, [_unit(i, size.began) for i in range(1, size.units + 1)]),
        (InboxVersion, [{"unit_id": i, "version": 1} for i in range(1, size.units + 1)]),
        (User, _users(size)),
        (Membership, _memberships(size)),
    ]


def _unit(unit_id: int, began: datetime) -> dict[str, Any]:
    return {
        "id": unit_id,
        "organization_id": unit_id % ORGANIZATIONS + 1,
        "name": unit_name(unit_id),
        "kind": UnitKind.PRIMARY_CARE if unit_id % 2 else UnitKind.HOME_CARE,
        "municipality": MUNICIPALITIES[unit_id % 6],
        "phone": f"035-10 {unit_id:04}",
        "acute_phone": f"035-11 {unit_id:04}",
        "opens": time(8, 0),
        "closes": time(16, 30),
        "receptionists_may_write": False,
        "note": "",
        "created_at": began,
    }


def _users(size: Size) -> Rows:
    one_hash = PasswordHasher().hash(PASSWORD)  # argon2 is slow on purpose
    return [
        {"id": i, "username": username(i), "name": person_name(i), "title": "Sjuksköterska", "licensed": True,
         "password_hash": one_hash, "created_at": LONG_AGO}
        for i in range(1, size.admin + 1)
    ]  # fmt: skip


def _memberships(size: Size) -> Rows:
    nurses: Rows = [
        {"user_id": size.person(unit_id, number), "role": Role.NURSE, "unit_id": unit_id}
        for unit_id in range(1, size.units + 1)
        for number in range(size.people_each)
    ]
    return [*nurses, {"user_id": size.admin, "role": Role.SYSTEM_ADMIN, "unit_id": None}]
