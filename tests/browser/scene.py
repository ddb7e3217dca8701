"""An inbox in which every state of a thread can be looked at, on Tuesday 2026-11-17 at ten."""

from dataclasses import dataclass
from datetime import date

from lcweb.db import transaction
from lcweb.domain.compose import Confirmation
from lcweb.domain.imports import ImportNoun
from lcweb.domain.people import UnitKind
from lcweb.domain.permissions import Actor, Role, operator
from lcweb.models import Organization, OutboxMail
from lcweb.services import calendar, phrases, suggestions, threads
from tests import factories, importing
from tests.at import at, day
from tests.browser import halland, scene_moves
from tests.browser.halland import Halland
from tests.browser.scene_moves import answer
from tests.clock import Clock
from tests.live import Live
from tests.rows import row

#: A word and a line as long as people paste them.
LONG_WORD = "Läkemedelsgenomgångsuppföljningsansvarig" * 3
LETTER = f"Hej!\n\nPatienten kom hem i måndags. {'Såret ser bra ut men behöver läggas om. ' * 12}\n\n{LONG_WORD}"


@dataclass(frozen=True)
class Cast:
    """`threads` has one thread for each state, by the name of the state."""

    people: Halland
    colleague: Actor
    threads: dict[str, int]


@dataclass(frozen=True)
class Scene:
    """The cast where it can be looked at."""

    site: Live
    clock: Clock
    cast: Cast


def built() -> Cast:
    """Signing in: `vardcentral`, `kommun`, `soder`, `reception` (may not write), `admin`, `loggranskare`, `tva`
    (two units).

    Within an app context.
    """
    people = halland.built()
    colleague = factories.colleague(people.home_nurse, "Bo Ek")
    _others(people)
    ids = _sent(people)
    _handled(people, colleague, ids)
    ids |= scene_moves.made(people, colleague)
    _mails(people)
    _phrases(people)
    _suggestions(people)
    _imports()
    return Cast(people, colleague, ids)


def _others(people: Halland) -> None:
    factories.colleague(people.nurse, "Rut Falk", role=Role.RECEPTIONIST, username="reception")
    factories.user("Siv Admin", role=Role.SYSTEM_ADMIN, username="admin")
    region = row(Organization, name="Region Halland").id
    factories.user("Birgitta Ahl", role=Role.LOG_REVIEWER, organization_id=region, username="loggranskare")
    both = factories.colleague(people.nurse, "Tor Två", username="tva")
    place = factories.unit("Rehab AT/FT Halmstad", kind=UnitKind.HOME_CARE)
    factories.people.add_membership(operator(), both.user_id, Role.NURSE, unit_id=place, now=factories.LONG_AGO)


def _sent(people: Halland) -> dict[str, int]:
    """From the clinic to home care, in the order of their deadlines."""
    return {
        "overdue": _letter(people, "Tue 2026-11-10 09:00", "Sårvård efter hemgång", body=LETTER),
        "today": _letter(people, "Thu 2026-11-12 09:00", "Uppföljning av mätvärden"),
        "mine": _letter(people, "Fri 2026-11-13 09:00", f"Hembesök vecka 48 {LONG_WORD[:60]}"),
        "colleague's": _letter(people, "Fri 2026-11-13 09:30", "Hjälpmedel i hemmet"),
        "information": _letter(people, "Mon 2026-11-16 09:00", "Ny kontaktperson", expects_reply=False),
        "protected": _letter(people, "Mon 2026-11-16 10:00", "Hembesök", protected=True, patient_name=""),
        "reserve": _letter(people, "Mon 2026-11-16 11:00", "Inskrivning", patient_id="99H12345",
                           reserve_type="Halland", confirmed=frozenset(Confirmation)),
        "moved": _letter(people, "Tue 2026-11-17 08:30", "Inkontinenshjälpmedel"),
        "answered": _letter(people, "Wed 2026-11-11 09:00", "Kateterbyte"),
        "asked back": _letter(people, "Wed 2026-11-11 10:00", "Blodtryckskontroll"),
        "closed": _letter(people, "Wed 2026-11-11 11:00", "Provtagning"),
    }  # fmt: skip


def _letter(people: Halland, moment: str, subject: str, **fields: object) -> int:
    unit_id = people.home_nurse.require_unit()
    return factories.thread(people.nurse, unit_id, now=at(moment), subject=subject, **fields)


def _handled(people: Halland, colleague: Actor, ids: dict[str, int]) -> None:
    then = at("Thu 2026-11-12 10:00")
    threads.claim(people.home_nurse, ids["mine"], now=at("Fri 2026-11-13 10:00"))
    threads.claim(colleague, ids["colleague's"], now=at("Fri 2026-11-13 10:00"))
    answer(people.home_nurse, ids["answered"], now=then)
    answer(people.home_nurse, ids["asked back"], now=then, expects_reply=True)
    answer(people.home_nurse, ids["closed"], now=then, close=True)
    friday = day("Fri 2026-11-20")
    calendar.close_day(operator(), friday, calendar.Place(), now=at("Tue 2026-11-17 09:00"), rules=factories.RULES)


def _mails(people: Halland) -> None:
    error = "550 5.1.1 <hemsjukvard.norr@halmstad.example>: Recipient address rejected: User unknown"
    _mail(people, "overdue", "failed", 8, error)
    _mail(people, "reading_first", "sent", 1, None)
    _mail(people, "due_today", "queued", 0, None)


def _mail(people: Halland, kind: str, status: str, attempts: int, error: str | None) -> None:
    sent_at = at("Tue 2026-11-17 08:00")
    mail = OutboxMail(
        kind=kind, unit_id=people.home_nurse.require_unit(), day=date(2026, 11, 17), slot="08:00", status=status,
        message_id=f"<{kind}@lcweb.test>", address="hemsjukvard.norr@halmstad.example", attempts=attempts,
        created_at=sent_at, next_try_at=sent_at, error=error, ended_at=None if status == "queued" else sent_at,
    )  # fmt: skip
    with transaction() as session:
        session.add(mail)


def _suggestions(people: Halland) -> None:
    """One that waits and one that is declined, about a row with a note."""
    entry_id = halland.list_row(people.other_home_nurse.require_unit(), "Fyllinge", 3, note=LETTER[:120])
    for number, words in enumerate((LETTER[:400], f"Fel område: {LONG_WORD}")):
        new = suggestions.NewSuggestion(entry_id=entry_id, words=words)
        made = suggestions.suggest(people.nurse, new, now=at("Mon 2026-11-16 08:00"))
        if number:
            suggestions.decide(
                operator(), made, decision="declined", answer=LETTER[:300], now=at("Tue 2026-11-17 08:00")
            )


def _phrases(people: Halland) -> None:
    for unit_id in (None, people.nurse.unit_id):
        phrases.add(operator(), unit_id=unit_id, title=LONG_WORD[:60], body=LETTER, now=at("Tue 2026-11-17 08:00"))


def _imports() -> None:
    """The first has faults, the second is saved."""
    lists, noon = ImportNoun.LISTS, at("Tue 2026-11-17 09:00")
    good = importing.line(lists, område="Väster", enhet=halland.HOME_CARE, notering=LETTER[:400])
    importing.begun(
        lists, importing.file(lists, importing.line(lists, enhet=LONG_WORD, gäller_till="x"), good), now=noon
    )
    importing.saved(lists, importing.file(lists, good), now=noon)
