"""One object of every kind that is somebody else's, each with words of its own; and who tries to reach them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import uuid4

from flask import Flask

from lcweb.domain.calendar import Place
from lcweb.domain.imports import ImportNoun
from lcweb.domain.log_reviews import Plan
from lcweb.domain.people import NewPerson
from lcweb.domain.permissions import Actor, Role, operator
from lcweb.domain.recipients import CaseType
from lcweb.domain.workdays import local_day
from lcweb.models import (
    CalendarMark,
    Commission,
    Draft,
    ImportJob,
    LogReview,
    Membership,
    Message,
    Organization,
    OutboxMail,
    Phrase,
    RecipientEdit,
    RecipientEntry,
    RecipientSuggestion,
    SettingChange,
    Thread,
    Unit,
    User,
)
from lcweb.queries import recipient_lists
from lcweb.services import calendar, commissions, drafts, imports, log_reviews, people, phrases, recipients, suggestions
from lcweb.services.drafts import WrittenOn
from lcweb.services.suggestions import NewSuggestion
from lcweb.spreadsheets import files
from tests.clock import Clock
from tests.factories import RULES, colleague, organization, submission_id, unit, user
from tests.importing import file, line
from tests.rows import row, rows
from tests.web.neighbours import SECRETS, answered_thread, reply, signed_in
from tests.web.visits import Visitor
from tests.web.world import World, add_failed_mail, make_world

#: In no answer to a stranger.
TOKENS = (*SECRETS, "hemligenhet", "hemligperson", "hemlighuvudman", "hemligfil", "Hemligförslag", "Hemligfras")
#: Where the objects of a kind are kept. A "role" is a membership of the very person that the page is about.
TABLES: dict[str, Any] = {
    "thread": Thread, "message": Message, "letter": Draft, "phrase": Phrase, "unit": Unit, "person": User,
    "membership": Membership, "job": ImportJob, "suggestion": RecipientSuggestion, "mark": CalendarMark,
    "setting": SettingChange, "mail": OutboxMail, "row": RecipientEntry, "edit": RecipientEdit,
    "organization": Organization, "commission": Commission, "review": LogReview,
}  # fmt: skip
#: An address's variable → the kind of object that it is the id of.
VARIABLES = {"thread_id": "thread", "unit_id": "unit", "closing_id": "unit", "user_id": "person", "job_id": "job",
             "review_id": "review"}  # fmt: skip
#: A unit is named as a place: any one that there is, or one that the person may ask about.
PLACES = {"place": "any unit", "own place": "unit"}
#: What no object has.
UNKNOWN = "987654"
MADE_UP = ("0", "-1", "2147483648", "99999999999999999999", "x", "1.5", "\0", "1e3", "١٢", "")


@dataclass(frozen=True)
class Stranger:
    """Passes the gate; `world` is seen from the own unit.

    `own`: kind → ids that they may use. `instead`: variables that lead to what they may use; `fields`: likewise.
    """

    visitor: Visitor
    world: World
    thread_id: int
    own: dict[str, set[int]]
    instead: dict[str, str] = field(default_factory=dict)
    fields: Callable[[str], dict[str, str]] = lambda _endpoint: {}


@dataclass(frozen=True)
class Scene:
    """`ids`: kind → the id of the foreign object. `anybodys`: kind → ids that everybody may use."""

    ids: dict[str, str]
    strangers: dict[str, Stranger]
    anybodys: dict[str, set[int]]

    def may_use(self, stranger: str, kind: str, value: str) -> bool:
        number = value.rpartition("-")[2] if kind in PLACES else value
        kind = PLACES.get(kind, kind)
        known = self.strangers[stranger].own.get(kind, set()) | self.anybodys.get(kind, set())
        return number.isascii() and number.isdigit() and int(number) in known


def make_scene(app: Flask, clock: Clock) -> Scene:
    world = make_world(app, clock)
    with app.app_context():
        owner = user("Ove Ek", unit_id=_secret_unit(), username="hemligperson", email="hemligperson@vard.test")
        ids = dict(_planted(world, owner))
        strangers = {name: make(world, owner) for name, make in STRANGERS.items()}
        units = _ids(Unit)
        return Scene(ids, strangers, {"any unit": units, "any row": _ids(RecipientEntry)})


def _ids(table: Any, **where: Any) -> set[int]:
    return {row.id for row in rows(table, **where)}


# The objects --------------------------------------------------------------------------------------------------------


def _secret_unit() -> int:
    place = organization("Huvudman Sluten", notify_email="hemlighuvudman@vard.test")
    return unit("Enhet Sluten", organization_id=place, notify_email="hemligenhet@vard.test")


def _planted(world: World, owner: Actor) -> Iterator[tuple[str, str]]:
    now, unit_id = world.clock.now, owner.require_unit()
    thread_id = answered_thread(world, owner)
    message, sent = rows(Message, thread_id=thread_id, unit_id=unit_id)[0], str(uuid4())
    reply(world, owner, thread_id, "Hemligtext, ett svar till.", page=sent)
    page = WrittenOn(page="", after="", submission_id=submission_id())
    drafts.save_reply(owner, thread_id, {"body": "Hemligtext, ett utkast."}, written_on=page, now=now)
    yield from {"thread": str(thread_id), "message": str(message.id), "unit": str(unit_id)}.items()
    letter = {"body": "Hemligtext, ett brev.", "patient_name": "Ylva Hemligsson"}
    page = WrittenOn(page="", after="", submission_id=str(uuid4()))
    yield "letter", str(drafts.save_letter(owner, letter, written_on=page, now=now))
    yield from {"begun page": page.submission_id, "sent page": sent}.items()
    title = "Hemligfras"
    yield "phrase", str(phrases.add(operator(), unit_id=unit_id, title=title, body="Hemligfras, texten.", now=now))
    yield "person", str(owner.user_id)
    held = str(rows(Membership, user_id=owner.user_id)[0].id)
    yield from {"membership": held, "role": held}.items()
    yield from _administered(world, owner)


def _administered(world: World, owner: Actor) -> Iterator[tuple[str, str]]:
    now, unit_id = world.clock.now, owner.require_unit()
    lines = files.lines_of(ImportNoun.LISTS, file(ImportNoun.LISTS, line(ImportNoun.LISTS, enhet="Enhet Sluten")))
    yield (
        "job",
        str(imports.begin(operator(), ImportNoun.LISTS, lines, file_name="hemligfil.csv", whole=False, now=now)),
    )
    new = NewSuggestion(municipality="Halmstad", case_type=CaseType.GENERAL, words="Hemligförslag om listan.")
    yield "suggestion", str(suggestions.suggest(owner, new, now=now))
    calendar.halve_day(operator(), date(2026, 12, 22), Place(unit_id=unit_id), now=now)
    yield "mark", str(rows(CalendarMark, unit_id=unit_id)[0].id)
    add_failed_mail(unit_id, world.clock)
    yield "mail", str(rows(OutboxMail, unit_id=unit_id)[0].id)
    yield "setting", str(rows(SettingChange)[0].id)
    yield "row", str(_add_row(world, unit_id, "Halmstad", "Väster"))
    yield "edit", str(rows(RecipientEdit, municipality="Halmstad")[-1].id)
    yield "commission", str(commissions.add(operator(), hsa_id="TSTNMT2321000115-SLUT", unit_id=unit_id, now=now))
    yield "review", str(_reviewed(world, owner))
    yield "organization", str(rows(Organization, name="Huvudman Sluten")[0].id)


def _reviewed(world: World, owner: Actor) -> int:
    own, today = row(Unit, id=owner.unit_id).organization_id, local_day(world.clock.now)
    plan = Plan(organization_id=own, unit_id=None, rules=(), wanted=1, from_day=today, to_day=today)
    begun_by = user("Lova Logg", role=Role.LOG_REVIEWER, organization_id=own)
    return log_reviews.begin(begun_by, plan, now=world.clock.now, rules=RULES)


def _add_row(world: World, unit_id: int, municipality: str, area: str) -> int:
    new = recipients.NewEntry(municipality=municipality, case_type=CaseType.GENERAL, area=area, unit_id=unit_id,
                              valid_from=date(2026, 11, 2))  # fmt: skip
    return recipients.add_entry(operator(), new, now=world.clock.now)


# The strangers ------------------------------------------------------------------------------------------------------


def rival(world: World, _owner: Actor) -> Stranger:
    """The licensed manager of another unit, with a thread, a phrase and a member of its own."""
    actor = user("Rolf Rival", role=Role.UNIT_MANAGER, licensed=True)
    unit_id, now = actor.require_unit(), world.clock.now
    new = NewPerson(username="medlem", name="Mia Medlem", title="Sjuksköterska")
    invited = people.add_person(operator(), new, Role.NURSE, unit_id=unit_id, now=now)
    own = replace(world, reader=actor, invited=invited)
    thread_id = own.thread_for(actor)
    phrases.add(operator(), unit_id=unit_id, title="Egen", body="Egen text.", now=now)
    mine = {
        "thread": {thread_id},
        "message": _ids(Message, thread_id=thread_id, unit_id=unit_id),
        "unit": {unit_id},
        "phrase": _ids(Phrase, unit_id=unit_id),
        "person": {invited.user_id},
        "membership": _ids(Membership, user_id=invited.user_id),
    }
    return Stranger(signed_in(world.app, actor), own, thread_id, mine)


def colleague_of_owner(world: World, owner: Actor) -> Stranger:
    """Of the same unit: a letter that somebody else has begun is not theirs (the rest is)."""
    actor = colleague(owner, "Klas Kollega")
    world = replace(world, reader=actor)
    all_of = {kind: _ids(table) for kind, table in TABLES.items() if kind != "letter"}
    return Stranger(signed_in(world.app, actor), world, world.thread_for(actor), all_of)


def varberg(world: World, _owner: Actor) -> Stranger:
    """The list administrator of another municipality, with a list of their own."""
    actor = user("Vera Varg", role=Role.LIST_ADMIN, organization_id=organization(municipality="Varberg"))
    for area in ("Norr", "Söder", "Norr"):
        _add_row(world, world.unit_id, "Varberg", area)
    place = ("Varberg", CaseType.GENERAL)
    mine = {"row": _ids(RecipientEntry, municipality="Varberg"), "edit": _ids(RecipientEdit, municipality="Varberg")}

    own = recipient_lists.rows(*place, known_at=world.clock.now)
    typed = {"entry": str(own[-1].entry_id), "edit": str(recipient_lists.last_edit(*place))}
    typed["seen"] = typed["edit"]

    def fields(endpoint: str) -> dict[str, str]:
        return typed if endpoint.startswith("recipient_lists.") else {}

    where = {"municipality": "Varberg"}
    return Stranger(signed_in(world.app, actor), world, 0, mine, where, fields)


def reviewer(world: World, _owner: Actor) -> Stranger:
    actor = user("Lo Logg", role=Role.LOG_REVIEWER, organization_id=organization(municipality="Laholm"))
    return Stranger(signed_in(world.app, actor), world, 0, {})


def admin(world: World, _owner: Actor) -> Stranger:
    """May use every object of the administration; what is of no use is another kind's id, or nobody's."""
    every = {kind: _ids(table) for kind, table in TABLES.items()}
    every |= {
        "role": _ids(Membership, user_id=world.invited.user_id),
        "membership": _ids(Membership, unit_id=world.unit_id),
        "row": _ids(RecipientEntry, municipality="Halmstad"),
        "edit": _ids(RecipientEdit, municipality="Halmstad"),
    }
    actor = user("Ada Admin", role=Role.SYSTEM_ADMIN, email="prov@vard.test")
    return Stranger(signed_in(world.app, actor), world, 0, every)


STRANGERS: dict[str, Callable[[World, Actor], Stranger]] = {
    "rival": rival, "colleague": colleague_of_owner, "varberg": varberg, "reviewer": reviewer, "admin": admin,
}  # fmt: skip
