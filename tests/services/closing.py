"""Halmstad's home care in the north, which is going to be closed, and everything that lies there."""

from dataclasses import dataclass, replace
from typing import Any

from lcweb.db import release_reading
from lcweb.domain.people import UnitKind
from lcweb.domain.permissions import Actor, Role, operator
from lcweb.domain.recipients import CaseType
from lcweb.domain.threads import ForwardReason, ReturnReason
from lcweb.models import Obligation, ThreadParty
from lcweb.queries.threads import ThreadPage, get_head, get_thread
from lcweb.services import drafts, people, phrases, recipients, threads, units
from lcweb.services.drafts import WrittenOn
from lcweb.services.recipients import NewEntry
from lcweb.services.units import Closed
from tests import factories
from tests.at import at, day
from tests.factories import LONG_AGO, RULES, submission_id, version_of
from tests.rows import rows
from tests.services.walk import texts

MONDAY, TUESDAY = at("Mon 2026-11-16 09:00"), at("Tue 2026-11-17 10:00")
WEDNESDAY = at("Wed 2026-11-18 09:00")


@dataclass
class House:
    """`anna` writes from a clinic, `karin` works in the north, `sven` in the south, `cecilia` in a third unit."""

    anna: Actor
    karin: Actor
    sven: Actor
    cecilia: Actor

    @property
    def north(self) -> int:
        return self.karin.require_unit()

    @property
    def south(self) -> int:
        return self.sven.require_unit()

    def close(self, **how: Any) -> Closed:
        values: dict[str, Any] = {"successor_id": self.south, "with_people": False, "seen": None, "now": TUESDAY}
        return units.close(operator(), self.north, **(values | how))

    def at_south(self, person: Actor) -> Actor:
        """The person as signed in there."""
        return replace(person, unit_id=self.south, unit_name="Hemsjukvård Söder")


def build() -> House:
    north, south = (factories.unit(f"Hemsjukvård {place}", kind=UnitKind.HOME_CARE) for place in ("Norr", "Söder"))
    third = factories.unit("Hemsjukvård Öster", kind=UnitKind.HOME_CARE)
    return House(
        factories.user("Anna Lind", unit_id=factories.unit("Vårdcentralen Kärleken")),
        factories.user("Karin Berg", unit_id=north, username="karin"),
        factories.user("Sven Ek", unit_id=south, username="sven"),
        factories.user("Cecilia Dahl", unit_id=third),
    )


def write(sender: Actor, receiver: Actor, body: str, **how: Any) -> int:
    return factories.thread(sender, receiver.require_unit(), now=MONDAY, body=body, **how)


def reply(person: Actor, thread_id: int, body: str, *, close: bool = False, now: Any = MONDAY, **how: Any) -> None:
    threads.reply(
        person, thread_id, body, **({"expects_reply": False} | how), close=close, version=version_of(thread_id),
        submission_id=submission_id(), now=now, rules=RULES,
    )  # fmt: skip


def forward(person: Actor, thread_id: int, unit_id: int) -> None:
    threads.forward(
        person, thread_id, unit_id=unit_id, reason=ForwardReason.OTHER_AREA, words="", version=version_of(thread_id),
        now=MONDAY, rules=RULES,
    )  # fmt: skip


def give_back(person: Actor, thread_id: int) -> None:
    threads.give_back(
        person, thread_id, suggested_unit_id=None, reason=ReturnReason.WRONG_RECIPIENT, words="",
        version=version_of(thread_id), now=MONDAY, rules=RULES,
    )  # fmt: skip


def note(person: Actor, thread_id: int, body: str) -> None:
    threads.note(person, thread_id, body, submission_id=submission_id(), now=MONDAY)


def opened(person: Actor, thread_id: int) -> None:
    threads.open_thread(person, thread_id, now=MONDAY)


def fill(house: House) -> dict[str, int]:
    """A thread in each way in which the north can have to do with one; none of them is between north and south."""
    anna, karin, sven, cecilia = house.anna, house.karin, house.sven, house.cecilia
    found = {
        "unopened": write(anna, karin, "frågaett"),
        "answered": write(anna, karin, "frågatvå"),
        "asked": write(karin, anna, "frågatre"),
        "closed": write(anna, karin, "frågafyra"),
        "forwarded": write(anna, karin, "frågafem"),
        "returned": write(anna, karin, "frågasex"),
        "had by south": write(anna, sven, "frågasju"),
        "sent to south": write(anna, karin, "frågaåtta"),
    }
    opened(karin, found["answered"])
    threads.claim(karin, found["answered"], now=MONDAY)
    note(karin, found["answered"], "anteckningett")
    reply(karin, found["answered"], "svartvå")
    reply(karin, found["closed"], "svarfyra", close=True)
    opened(karin, found["closed"])
    note(karin, found["forwarded"], "anteckningfem")
    forward(karin, found["forwarded"], cecilia.require_unit())
    give_back(karin, found["returned"])
    reply(sven, found["had by south"], "svarsju")
    forward(sven, found["had by south"], house.north)
    threads.claim(karin, found["had by south"], now=MONDAY)
    reply(karin, found["sent to south"], "svaråtta")
    forward_again(house, found["sent to south"])
    return found


def forward_again(house: House, thread_id: int) -> None:
    reply(house.anna, thread_id, "fråganio", expects_reply=True)
    forward(house.karin, thread_id, house.south)


def furnish(house: House) -> None:
    """Phrases, drafts and rows of lists."""
    phrases.add(operator(), unit_id=house.north, title="Hälsning", body="Hej från norr!", now=MONDAY)
    phrases.add(operator(), unit_id=house.south, title="hälsning", body="Hej från söder!", now=MONDAY)
    drafts.save_letter(house.karin, {"body": "Halvskrivet"}, written_on=WrittenOn(
        page=submission_id(), after="", submission_id=submission_id()), now=MONDAY)  # fmt: skip
    for area, first, last in (
        ("Norr", day("Mon 2026-11-16"), None), ("Nordväst", day("Tue 2026-11-17"), None),
        ("Centrum", day("Mon 2026-11-30"), day("Thu 2026-12-31")),
        ("Förr", day("Mon 2026-11-02"), day("Fri 2026-11-06")),
    ):  # fmt: skip
        recipients.add_entry(operator(), entry(house.north, area, valid_from=first, valid_to=last), now=LONG_AGO)


def entry(unit_id: int, area: str, **fields: Any) -> NewEntry:
    values = {"municipality": "Halmstad", "case_type": CaseType.GENERAL, "position": 10, "note": f"Om {area}"}
    return NewEntry(unit_id=unit_id, area=area, **(values | fields))


def give_role(person: Actor, role: Role, unit_id: int) -> None:
    people.add_membership(operator(), person.user_id, role, unit_id=unit_id, now=LONG_AGO)


# What is to be seen --------------------------------------------------------------------------------------------------


def page(thread_id: int, unit_id: int) -> ThreadPage:
    release_reading()
    return get_thread(get_head(thread_id=thread_id, unit_id=unit_id))


def seen_by(unit_id: int) -> dict[int, frozenset[str]]:
    """Every thread that the unit can see, with every text that it reads there."""
    return {party.thread_id: texts(page(party.thread_id, unit_id)) for party in rows(ThreadParty, unit_id=unit_id)}


def duties() -> dict[int, tuple[Any, ...]]:
    return {
        duty.id: (duty.thread_id, duty.received_at, duty.due_at, duty.kind) for duty in rows(Obligation, ended_at=None)
    }
