"""Whoever stands in some relation to the world's unit and its thread, and what each of them must never be shown."""

from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple

from flask import Flask

from lcweb.domain.permissions import Actor, Role, operator
from lcweb.domain.threads import ForwardReason, ReturnReason
from lcweb.models import Membership, Unit
from lcweb.services import drafts, people, threads, units
from lcweb.services.drafts import WrittenOn
from tests.factories import (
    LONG_AGO,
    OTHER_PATIENT,
    RULES,
    colleague,
    organization,
    submission_id,
    thread,
    unit,
    user,
    version_of,
)
from tests.rows import row, rows
from tests.web.visits import Visitor
from tests.web.world import World

#: Of the neighbours' threads, and of no other; nobody types them, and no token holds them by chance.
SECRETS = ("Hemligsson", "Hemligämne", "Hemligtext", "18900101")
#: In everything that happens in a thread after a unit has left it: texts, notes, reasons, drafts and names.
LATER = "Senareord"
LATER_PHONE = "035-998 87 76"
#: Where it has come at last. Its name is no secret, but in a thread that a unit has left.
LATER_UNIT = "Enheten därefter"
#: Moves after which the thread is another; each is made in a thread of its own.
LAST = ("threads.forward", "threads.give_back", "threads.void", "threads.withdraw")


@dataclass(frozen=True)
class Neighbour:
    """`world` is seen from the neighbour's own unit, where that has a side in the thread: its forms are about that."""

    visitor: Visitor
    world: World
    threads: dict[str, int]  # endpoint → the thread that it is asked about; "": all the others

    def thread_for(self, endpoint: str) -> int:
        return self.threads.get(endpoint, self.threads[""])


def signed_in(app: Flask, actor: Actor) -> Visitor:
    """While a context is pushed for the factories, whose `g` a request must not share."""
    return Context().run(Visitor, app, actor)


def secret_thread(sender: Actor, unit_id: int, world: World) -> int:
    return thread(
        sender, unit_id, now=world.clock.now, patient_id=OTHER_PATIENT, patient_name="Ylva Hemligsson",
        subject="Hemligämne", body="Hemligtext, den första.", expects_reply=True,
    )  # fmt: skip


def answered_thread(world: World, reader: Actor) -> int:
    """Opened, acknowledged, noted and answered by the reader."""
    thread_id = secret_thread(world.clinic, reader.require_unit(), world)
    threads.open_thread(reader, thread_id, now=world.clock.now)
    threads.note(reader, thread_id, "Hemligtext, en anteckning.", submission_id=submission_id(), now=world.clock.now)
    reply(world, reader, thread_id, "Hemligtext, svaret.")
    return thread_id


def reply(world: World, actor: Actor, thread_id: int, text: str, *, page: str = "") -> None:
    threads.reply(
        actor, thread_id, text, expects_reply=False, close=False, version=version_of(thread_id),
        submission_id=page or submission_id(), now=world.clock.now, rules=RULES,
    )  # fmt: skip


# Who sees the thread ------------------------------------------------------------------------------------------------


def party(world: World) -> Neighbour:
    """The other side of it."""
    return _with_threads(world, world.clinic, lambda: answered_thread(world, world.reader), LAST)


def former(world: World) -> Neighbour:
    """Of a unit that has forwarded it; afterwards more has happened."""
    actor = user("Frida Fors")

    def sent_on() -> int:
        thread_id = answered_thread(world, actor)
        threads.forward(actor, thread_id, unit_id=world.elsewhere, reason=ForwardReason.OTHER_AREA,
                        words="Patienten har flyttat.", **_now(world, thread_id))  # fmt: skip
        _go_on(world, thread_id)
        return thread_id

    return _with_threads(world, actor, sent_on)


def returner(world: World) -> Neighbour:
    """Of a unit that has returned it; afterwards its sender has sent it on, and more has happened."""
    actor = user("Rut Retur")

    def sent_back() -> int:
        thread_id = answered_thread(world, actor)
        threads.give_back(actor, thread_id, suggested_unit_id=None, reason=ReturnReason.WRONG_RECIPIENT,
                          words="Hör inte till oss.", **_now(world, thread_id))  # fmt: skip
        threads.forward(world.clinic, thread_id, unit_id=world.elsewhere, reason=ForwardReason.OTHER_AREA,
                        words=f"{LATER} vidare.", **_now(world, thread_id))  # fmt: skip
        _go_on(world, thread_id)
        return thread_id

    return _with_threads(world, actor, sent_back)


def heir(world: World) -> Neighbour:
    """Of the unit that a closed unit's threads passed to."""
    before, actor = user("Agda Avslut"), user("Harriet Heir")
    neighbour = _with_threads(world, actor, lambda: answered_thread(world, before), LAST)
    units.close(operator(), before.require_unit(), successor_id=actor.require_unit(), with_people=False, seen=None,
                now=world.clock.now)  # fmt: skip
    return neighbour


# Who does not -------------------------------------------------------------------------------------------------------


def ended(world: World) -> Neighbour:
    """The only role has ended while the browser was signed in."""
    actor = colleague(world.reader, "Edit Ex")
    neighbour = _outside(world, actor)
    _end_role(world, actor)
    return neighbour


def moved(world: World) -> Neighbour:
    """Works in another unit now, and the browser was signed in for the one before."""
    actor = colleague(world.reader, "Moa Moberg")
    neighbour = _outside(world, actor)
    people.add_membership(operator(), actor.user_id, Role.NURSE, unit_id=unit(), now=LONG_AGO)
    _end_role(world, actor)
    return neighbour


def shut(world: World) -> Neighbour:
    """Of a unit that was closed while the browser was signed in; another unit has its threads."""
    actor = user("Stina Stängd")
    neighbour = _outside(world, actor, lambda: answered_thread(world, actor))
    units.close(operator(), actor.require_unit(), successor_id=unit(), with_people=False, seen=None,
                now=world.clock.now)  # fmt: skip
    return neighbour


def rival(world: World) -> Neighbour:
    """The manager of another unit, licensed: passes every gate that a unit's people can pass."""
    return _outside(world, user("Rolf Rival", role=Role.UNIT_MANAGER, licensed=True))


def varberg(world: World) -> Neighbour:
    """The list administrator of another municipality."""
    place = organization(municipality="Varberg")
    return _outside(world, user("Vera Varg", role=Role.LIST_ADMIN, organization_id=place))


def reviewer(world: World) -> Neighbour:
    """Reviews the log of another municipality's organization."""
    place = organization(municipality="Laholm")
    return _outside(world, user("Lo Logg", role=Role.LOG_REVIEWER, organization_id=place))


class Kind(NamedTuple):
    """`role`: the person of the matrix who is answered the same, wherever nothing else is said."""

    make: Callable[[World], Neighbour]
    role: str


NEIGHBOURS = {
    "party": Kind(party, "nurse"),
    "former": Kind(former, "nurse"),
    "returner": Kind(returner, "nurse"),
    "heir": Kind(heir, "nurse"),
    "rival": Kind(rival, "manager"),
    "varberg": Kind(varberg, "lists"),
    "reviewer": Kind(reviewer, "log"),
    "moved": Kind(moved, "nobody"),
    "ended": Kind(ended, "nobody"),
    "shut": Kind(shut, "nobody"),
}
#: They have left the thread: what they had seen they keep, and they see nothing later.
LEFT = ("former", "returner")
INSIDE = ("party", "heir", *LEFT)


def _with_threads(world: World, actor: Actor, make: Callable[[], int], apart: tuple[str, ...] = ()) -> Neighbour:
    made = {endpoint: make() for endpoint in ("", *apart)}
    return Neighbour(signed_in(world.app, actor), replace(world, reader=actor), made)


def _outside(world: World, actor: Actor, make: Callable[[], int] | None = None) -> Neighbour:
    thread_id = make() if make else answered_thread(world, world.reader)
    return Neighbour(signed_in(world.app, actor), world, {"": thread_id})


def _now(world: World, thread_id: int) -> dict[str, object]:
    return {"version": version_of(thread_id), "now": world.clock.now, "rules": RULES}


def _end_role(world: World, actor: Actor) -> None:
    held = row(Membership, user_id=actor.user_id, unit_id=world.unit_id)
    people.end_role(operator(), actor.user_id, held.id, now=world.clock.now)


def _later_unit() -> int:
    known = rows(Unit, name=LATER_UNIT)
    return known[0].id if known else unit(LATER_UNIT)


def _go_on(world: World, thread_id: int) -> None:
    """What the unit that has left is not to know of: in every kind of text there is."""
    world.clock.now += timedelta(minutes=1)
    stranger = user(f"Sven {LATER}", unit_id=world.elsewhere, phone=LATER_PHONE)
    threads.open_thread(stranger, thread_id, now=world.clock.now)
    threads.claim(stranger, thread_id, now=world.clock.now)
    threads.note(stranger, thread_id, f"{LATER} i en anteckning.", submission_id=submission_id(), now=world.clock.now)
    reply(world, stranger, thread_id, f"{LATER} i ett svar.")
    reply(world, world.clinic, thread_id, f"{LATER} i nästa meddelande.")
    page = WrittenOn(page="", after="", submission_id=submission_id())
    drafts.save_reply(world.clinic, thread_id, {"body": f"{LATER} i ett utkast."}, written_on=page, now=world.clock.now)
    threads.forward(stranger, thread_id, unit_id=_later_unit(), reason=ForwardReason.OTHER_AREA,
                    words=f"{LATER} än en gång.", **_now(world, thread_id))  # fmt: skip
