"""What an organization and a unit may be called and where they are reached: sentences for what they may not."""

from dataclasses import dataclass, field
from typing import NamedTuple

from lcweb.domain import guards, hsa_ids, identity
from lcweb.domain.people import MUNICIPALITIES, UnitKind, email_problem, phone_problem
from lcweb.domain.permissions import Act, Actor, Role
from lcweb.domain.workdays import OfficeHours

MAX_NAME = 120  # characters
MAX_STREET = 200
MAX_NOTE = 1_000
MAX_CONTACT = 500

#: What of the own unit its manager changes; the rest is the system administrator's.
MANAGED = ("phone", "acute_phone", "notify_email", "manager_email", "hours", "street", "note")


@dataclass(frozen=True, kw_only=True)
class NewOrganization:
    """Huvudman. `contact`: whom to ask about the routine, as the help page shows it. `names_in_extract`: a patient's
    extract of the log says who has done what, and not only which unit (L4).
    """

    name: str
    hsa_id: str | None = None
    municipality: str | None = None
    notify_email: str | None = None
    contact: str = ""
    names_in_extract: bool = False


@dataclass(frozen=True, kw_only=True)
class NewUnit:
    """`acute_phone` is what a sender is told to ring (S3), `manager_email` where the manager's mails go (A3, B4).

    `receptionists_may_write` is how the unit begins; later it is a dated setting.
    """

    organization_id: int
    name: str
    kind: UnitKind
    municipality: str
    phone: str
    acute_phone: str
    hsa_id: str | None = None
    notify_email: str | None = None
    manager_email: str | None = None
    hours: OfficeHours = field(default_factory=OfficeHours)
    receptionists_may_write: bool = False
    note: str = ""
    street: str = ""


def may_edit_all(actor: Actor) -> bool:
    """The system administrator; a unit manager edits the own unit's hours, addresses and members."""
    return Role.SYSTEM_ADMIN in actor.roles


def may_edit(actor: Actor, unit_id: int) -> bool:
    return may_edit_all(actor) or (unit_id == actor.unit_id and actor.may(Act.EDIT_UNIT))


class Standing(NamedTuple):
    """A unit, or who took over from it."""

    id: int
    name: str
    is_open: bool


def closed_sentence(name: str, heir: Standing, *, own_id: int) -> str:
    """What whoever wants to write to the closed unit `name` is told to do."""
    if heir.id == own_id:
        return f"{name} är stängd, och er enhet har tagit över efter den."
    if heir.is_open:
        return f"{name} är stängd. Skriv till {heir.name} i stället."
    return f"{name} är stängd. Välj en annan enhet, eller ring."


def successor_problem(*, chosen: bool, own: bool, is_open: bool, with_people: bool) -> str | None:
    """Of the unit that is to take over from one that is closed."""
    if not chosen:
        return "Välj vilken enhet som tar över. Utan den kan medlemmarna inte följa med." if with_people else None
    if own:
        return "Enheten kan inte ta över efter sig själv. Välj en annan, eller ingen."
    return None if is_open else "Enheten finns inte eller är stängd. Välj en annan, eller ingen."


def in_the_way(name: str, count: int, successor: str | None) -> str:
    """Why the unit cannot be closed, and what to do."""
    threads = "ett ärende som är öppet eller oläst" if count == 1 else f"{count} ärenden som är öppna eller olästa"
    them = "det" if count == 1 else "dem"
    if successor is None:
        return f"{name} har {threads}. Välj vilken enhet som tar över {them}, eller läs och avsluta {them} först."
    return (
        f"{name} har {threads} med {successor}, och en enhet kan inte skriva till sig själv. Läs och avsluta {them} "
        "först, eller välj en annan enhet."
    )


def has_open_units(name: str, count: int) -> str:
    units = "en öppen enhet" if count == 1 else f"{count} öppna enheter"
    return f"{name} har {units}. Stäng dem eller flytta dem till en annan huvudman först."


def organization_problems(new: NewOrganization) -> dict[str, str]:
    """Everything that stops it: form-field name → sentence."""
    return _found(
        name=_name_problem(new.name, "Skriv vad huvudmannen heter."),
        hsa_id=hsa_ids.problem(new.hsa_id or ""),
        municipality=_municipality_problem(new.municipality) if new.municipality else None,
        notify_email=email_problem(new.notify_email or ""),
        contact=_text_problem(new.contact, what="Kontaktfältet", most=MAX_CONTACT),
    )


def unit_problems(new: NewUnit) -> dict[str, str]:
    """Everything that stops it: form-field name → sentence."""
    return _found(
        name=_name_problem(new.name, "Skriv vad enheten heter."),
        kind=None if new.kind in set(UnitKind) else "Välj vilket slags enhet det är.",
        municipality=_municipality_problem(new.municipality),
        phone=phone_problem(new.phone, empty="Skriv enhetens telefonnummer."),
        acute_phone=phone_problem(new.acute_phone, empty="Skriv numret som avsändare ska ringa när det är akut."),
        hsa_id=hsa_ids.problem(new.hsa_id or ""),
        notify_email=email_problem(new.notify_email or ""),
        manager_email=email_problem(new.manager_email or ""),
        note=_text_problem(new.note, what="Anteckningen", most=MAX_NOTE),
        street=_text_problem(new.street, what="Adressen", most=MAX_STREET, lines=False),
    )


def _found(**sentences: str | None) -> dict[str, str]:
    return {field: sentence for field, sentence in sentences.items() if sentence}


def _name_problem(raw: str, empty: str) -> str | None:
    name = guards.normalized(raw)
    return _text_problem(name, what="Namnet", most=MAX_NAME, lines=False) if name else empty


def _text_problem(raw: str, *, what: str, most: int, lines: bool = True) -> str | None:
    """Of a text that everybody may come to see: about no patient."""
    text = guards.normalized(raw)
    if identity.numbers_in(text):
        return f"{what} innehåller ett personnummer. Ta bort det."
    return guards.text_problem(text, what=what, most=most, lines=lines)


def _municipality_problem(name: str) -> str | None:
    return None if name in MUNICIPALITIES else f"{name} är ingen kommun i Halland." if name else "Välj kommun."
