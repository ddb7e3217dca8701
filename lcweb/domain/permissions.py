"""Who may do what (`routine.md`, "Who may"): one table, denied by default."""

from dataclasses import dataclass
from enum import StrEnum

from lcweb.domain.errors import NotAllowed, NotFound


class Role(StrEnum):
    NURSE = "nurse"
    RECEPTIONIST = "receptionist"
    UNIT_MANAGER = "unit_manager"
    LIST_ADMIN = "list_admin"
    SYSTEM_ADMIN = "system_admin"
    LOG_REVIEWER = "log_reviewer"


#: Roles held in one unit. The others are held in an organization, or everywhere (system administrator).
UNIT_ROLES = frozenset({Role.NURSE, Role.RECEPTIONIST, Role.UNIT_MANAGER})


class Act(StrEnum):
    """One line of the table."""

    SEE_THREADS = "see the own unit's threads"
    HANDLE = "acknowledge, claim, forward, return, close"
    WRITE = "write to another unit"
    NOTE = "write an internal note"
    RETRACT = "withdraw, void, correct"
    OPEN_PROTECTED = "open a protected identity unclaimed"
    SUGGEST = "say what is wrong with a recipient list"
    EDIT_LIST = "edit the recipient list"
    EDIT_CALENDAR = "close days"
    EDIT_PEOPLE = "add and close units, organizations and people"
    EDIT_UNIT = "a unit's hours, addresses and members"
    SEE_UNIT_READINGS = "how a unit has read, and what it was reminded of"
    SEE_OUTBOX = "see mails that failed"
    EDIT_SETTINGS = "change settings"
    EDIT_PHRASES = "edit phrases"
    SEE_LOG = "review the access log"
    SEE_FOLLOW_UP = "see how the routine holds"


MAY: dict[Act, frozenset[Role]] = {
    Act.SEE_THREADS: UNIT_ROLES,
    Act.HANDLE: UNIT_ROLES,
    Act.WRITE: UNIT_ROLES,  # narrowed in _may_write
    Act.NOTE: UNIT_ROLES,
    Act.RETRACT: frozenset({Role.NURSE, Role.UNIT_MANAGER}),
    Act.OPEN_PROTECTED: frozenset({Role.UNIT_MANAGER}),
    Act.SUGGEST: frozenset(Role),
    Act.EDIT_LIST: frozenset({Role.LIST_ADMIN, Role.SYSTEM_ADMIN}),  # a list admin: own organization or municipality
    Act.EDIT_CALENDAR: frozenset({Role.SYSTEM_ADMIN}),
    Act.EDIT_PEOPLE: frozenset({Role.SYSTEM_ADMIN}),
    Act.EDIT_UNIT: frozenset({Role.UNIT_MANAGER, Role.SYSTEM_ADMIN}),  # a unit manager: the own unit's
    Act.SEE_UNIT_READINGS: frozenset({Role.UNIT_MANAGER, Role.SYSTEM_ADMIN}),  # a unit manager: the own unit's
    Act.SEE_OUTBOX: frozenset({Role.SYSTEM_ADMIN}),
    Act.EDIT_SETTINGS: frozenset({Role.SYSTEM_ADMIN}),
    Act.EDIT_PHRASES: frozenset({Role.UNIT_MANAGER, Role.SYSTEM_ADMIN}),  # a unit manager: the own unit's
    Act.SEE_LOG: frozenset({Role.LOG_REVIEWER}),  # of the own organization's units
    # Who works in a unit: the own one's; a list admin: the own organization's; a system admin: all.
    Act.SEE_FOLLOW_UP: UNIT_ROLES | {Role.LIST_ADMIN, Role.SYSTEM_ADMIN},
}


#: Acts that only make sense from a unit: who has several chooses one first.
IN_UNIT = frozenset({Act.SEE_THREADS, Act.HANDLE, Act.WRITE, Act.NOTE, Act.RETRACT, Act.OPEN_PROTECTED})


def roles_allow(roles: frozenset[Role], act: Act) -> bool:
    """Whether they are enough for the act by themselves: for writing no role is."""
    return act is not Act.WRITE and bool(roles & MAY[act])


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A person acting from a unit (or from none), as signed in at this moment."""

    user_id: int
    name: str
    title: str
    roles: frozenset[Role]
    licensed: bool = False
    phone: str | None = None
    unit_id: int | None = None
    unit_name: str = ""
    receptionists_may_write: bool = False
    organization_ids: frozenset[int] = frozenset()
    municipalities: frozenset[str] = frozenset()
    several_units: bool = False

    @property
    def short_name(self) -> str:
        return short_name(self.name)

    def may(self, act: Act) -> bool:
        if act is Act.WRITE:
            return self._may_write()
        return roles_allow(self.roles, act)

    def _may_write(self) -> bool:
        """A nurse; a unit manager who is licensed; a receptionist where the unit allows it."""
        if Role.NURSE in self.roles:
            return True
        if Role.UNIT_MANAGER in self.roles and self.licensed:
            return True
        return Role.RECEPTIONIST in self.roles and self.receptionists_may_write

    def require(self, act: Act) -> None:
        """Raises NotAllowed."""
        if not self.may(act):
            raise NotAllowed(act.value)

    def require_unit(self) -> int:
        """The unit acted from. Raises NotFound for a person who acts from none."""
        if self.unit_id is None:
            raise NotFound("no unit")
        return self.unit_id


def operator() -> Actor:
    """Who works at the server's command line: may what a system administrator may."""
    return Actor(user_id=0, name="Driften", title="", roles=frozenset({Role.SYSTEM_ADMIN}))


def short_name(name: str) -> str:
    """'Karin Berg' → 'Karin B.': how colleagues are named in lists."""
    first, _, rest = name.strip().partition(" ")
    return f"{first} {rest.split()[-1][0]}." if rest.split() else first
