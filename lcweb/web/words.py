"""The field's own words for what the code calls otherwise (`routine.md`, "Words")."""

from typing import NamedTuple

from lcweb.domain.access_log import LogAction
from lcweb.domain.calendar import DayKind, MarkKind
from lcweb.domain.changes import What
from lcweb.domain.compose import DisclosureBasis
from lcweb.domain.hint_words import HintList
from lcweb.domain.identity import TYPE_NAMES
from lcweb.domain.imports import ImportNoun, State, Verdict, Words
from lcweb.domain.outbox import MailState
from lcweb.domain.people import UnitKind
from lcweb.domain.permissions import Role
from lcweb.domain.recipient_lists import Mark
from lcweb.domain.recipients import CaseType, EditKind
from lcweb.domain.reminders import Kind
from lcweb.domain.rules import ReadingRule
from lcweb.domain.search import Status as SearchStatus
from lcweb.domain.suggestions import Decision
from lcweb.domain.threads import EventKind, ForwardReason, ReturnReason, VoidReason

CASE_TYPES = {
    CaseType.SINGLE_HOME_VISIT: "Enstaka hembesök",
    CaseType.HOME_CARE_ENROLMENT: "Inskrivning hemsjukvård",
    CaseType.HOME_CARE_DISCHARGE: "Utskrivning hemsjukvård",
    CaseType.GENERAL: "Övrig fråga eller information",
}

DISCLOSURE_BASES = {
    DisclosureBasis.CONSENT: "Patienten samtycker",
    DisclosureBasis.HARM_ASSESSMENT: "Menprövning: uppgifterna kan lämnas ut utan men",
    DisclosureBasis.OTHER: "Annan grund",
}

NUMBER_TYPES = TYPE_NAMES

HINT_LISTS = {
    HintList.ACUTE: "Ord som tyder på att det är akut",
    HintList.ACUTE_HARMLESS: "Uttryck med sådana ord som inte är akuta",
    HintList.PRESCRIBING: "Ord om recept och ordination",
    HintList.PRESCRIBING_HARMLESS: "Uttryck om recept som inte är en beställning",
}

EVENTS = {
    EventKind.ACKNOWLEDGED: "kvitterade",
    EventKind.CLOSED: "avslutade ärendet",
    EventKind.REOPENED: "öppnade ärendet igen",
    EventKind.TAKEN_OVER: "tog över ärendet",
    EventKind.WITHDRAWN: "återtog ett meddelande innan någon hade öppnat det",
    EventKind.TRANSFERRED: "förde över ärendet till sin journal",
}

FORWARD_REASONS = {
    ForwardReason.OTHER_AREA: "Patienten hör till ett annat område",
    ForwardReason.OTHER_TREATS: "En annan enhet har hand om patienten",
    ForwardReason.OTHER_COMPETENCE: "Frågan kräver en annan kompetens",
    ForwardReason.OTHER: "Annat skäl",
}

RETURN_REASONS = {
    ReturnReason.WRONG_RECIPIENT: "Fel mottagare",
    ReturnReason.URGENT: "Det är bråttom och ska tas per telefon",
    ReturnReason.PRESCRIPTION: "Det gäller recept eller ordination",
    ReturnReason.OTHER: "Annat skäl",
}

VOID_REASONS = {
    VoidReason.WRONG_PATIENT: "Ärendet är skrivet på fel patient",
    VoidReason.MIXED_UP: "Texten handlar om en annan patient",
}

SEARCH_STATUSES = {
    SearchStatus.ANY: "Alla",
    SearchStatus.OPEN: "Pågående",
    SearchStatus.OVERDUE: "Försenade",
    SearchStatus.CLOSED: "Avslutade, återtagna och skickade vidare",
}

LEFT = {"forwarded": "Vidarebefordrat", "returned": "Återsänt"}

ROLES = {
    Role.NURSE: "legitimerad personal", Role.RECEPTIONIST: "receptionist",
    Role.UNIT_MANAGER: "enhetsansvarig", Role.LIST_ADMIN: "listadministratör",
    Role.SYSTEM_ADMIN: "systemadministratör", Role.LOG_REVIEWER: "loggranskare",
}  # fmt: skip

LOG_ACTIONS = {
    LogAction.OPEN: "Öppnade ärendet",
    LogAction.SHOWN_BY_POLL: "Såg nytt i ett öppet ärende",
    LogAction.SEND: "Skickade ärendet",
    LogAction.REPLY: "Svarade",
    LogAction.ACKNOWLEDGE: "Kvitterade",
    LogAction.CLAIM: "Tog ärendet",
    LogAction.TAKE_OVER: "Tog över ärendet",
    LogAction.RELEASE: "Lämnade tillbaka ärendet",
    LogAction.FORWARD: "Vidarebefordrade",
    LogAction.RETURN: "Återsände",
    LogAction.CLOSE: "Avslutade",
    LogAction.REOPEN: "Öppnade ärendet igen",
    LogAction.WITHDRAW: "Återtog",
    LogAction.VOID: "Makulerade",
    LogAction.CORRECT: "Rättade",
    LogAction.TRANSFER: "Markerade som överfört till journal",
    LogAction.NOTE: "Skrev en intern anteckning",
    LogAction.DRAFT: "Började skriva",
    LogAction.DRAFT_SHOWN: "Öppnade sitt utkast",
    LogAction.SEARCH: "Sökte",
    LogAction.PRINT: "Skrev ut",
    LogAction.EXPORT: "Exporterade",
    LogAction.DISPOSE: "Gallrade",
    LogAction.LOG_REVIEW: "Granskade loggen",
    LogAction.LOG_EXPORT: "Hämtade loggen som fil",
    LogAction.LOG_EXTRACT: "Tog ut ett loggutdrag",
}

#: The fields of a person, as the history names them.
PERSON_FIELDS = {
    "username": "Användarnamn",
    "name": "Namn",
    "title": "Titel",
    "licensed": "Legitimerad",
    "phone": "Telefon",
    "email": "E-post",
    "hsa_id": "HSA-id",
    "ended_at": "Slutar",
    "membership": "Roll",
    "expires_at": "Länken gäller till",
    "invitation": "Länk",
    "password": "Lösenord",
    "sessions": "Inloggningar",
    "second_factor": "Inloggning i två steg",
    "recovery_codes": "Reservkoder",
}

CHANGES = {
    What.ADDED: "lade till",
    What.CHANGED: "ändrade",
    What.CLOSED: "stängde",
    What.MERGED: "slog ihop",
    What.ENDED: "avslutade",
    What.REOPENED: "öppnade igen",
    What.INVITED: "bjöd in",
    What.TRIED_AGAIN: "försökte igen",
    What.UNDONE: "ångrade",
}

DECISIONS = {
    Decision.TAKEN: "Tas om hand",
    Decision.DECLINED: "Avböjt",
}

UNIT_KINDS = {
    UnitKind.HOME_CARE: "Kommunal hälso- och sjukvård",
    UnitKind.PRIMARY_CARE: "Vårdcentral",
    UnitKind.PSYCHIATRY: "Psykiatrisk öppenvård",
    UnitKind.SPECIALIST: "Annan specialistmottagning",
}

LIST_EDITS = {
    EditKind.BEGUN: "Så såg listan ut när historiken började",
    EditKind.ADDED: "lade till en rad",
    EditKind.CHANGED: "ändrade en rad",
    EditKind.ENDED: "gav en rad en sista dag",
    EditKind.MOVED: "flyttade en rad",
    EditKind.UNDONE: "ångrade",
    EditKind.IMPORTED: "läste in listan från en fil",
    EditKind.UNIT_CLOSED: "stängde en enhet",
}

LIST_FIELDS = {
    "area": "Område",
    "unit": "Enhet",
    "note": "Anteckning",
    "valid_from": "Första dag",
    "valid_to": "Sista dag",
}

LIST_MARKS = {Mark.NEW: "Ny", Mark.CHANGED: "Ändrad", Mark.GONE: "Försvinner"}

DAYS = {
    DayKind.WORKING: "vardag",
    DayKind.HALF: "halvdag",
    DayKind.CLOSED: "stängd",
    DayKind.HOLIDAY: "helgdag",
    DayKind.WEEKEND: "lördag eller söndag",
}

#: A letter beside the colour, so that a day is told apart without seeing it.
DAY_SIGNS = {DayKind.HALF: "½", DayKind.CLOSED: "S", DayKind.HOLIDAY: "H"}

MARKS = {MarkKind.CLOSED: "Stängd dag", MarkKind.HALF: "Halvdag"}

MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
    "december",
)  # fmt: skip

MAILS = {
    Kind.READING_FIRST: "Första läspåminnelsen",
    Kind.READING_SECOND: "Andra läspåminnelsen",
    Kind.READING_SHORTFALL: "Gårdagens läsning brast",
    Kind.DUE_TODAY: "Ska besvaras i dag",
    Kind.OVERDUE: "Försenade svar",
    Kind.OVERDUE_MANAGER: "Försenade svar, till enhetsansvarig",
    Kind.FOLLOW_UP_REPORT: "Månadsrapporten är klar",
    Kind.OVERDUE_ORGANIZATION: "Försenade svar, till huvudmannen",
    Kind.LOG_REVIEW: "Dags för loggkontroll",
}

MAIL_WHEN = {
    Kind.READING_FIRST: "När ingen har läst av inkorgen. Till enheten.",
    Kind.READING_SECOND: "När någon av dagens läsningar saknas. Till enheten.",
    Kind.READING_SHORTFALL: "Vardagen efter att enheten har läst för få gånger. Till enhetsansvarig.",
    Kind.DUE_TODAY: "När enheten öppnar den dag ärenden ska besvaras. Till enheten.",
    Kind.OVERDUE: "När svarstiden har gått ut, och sedan när enheten öppnar varje vardag. Till enheten.",
    Kind.OVERDUE_MANAGER: "När svarstiden har gått ut, en gång för varje ärende. Till enhetsansvarig.",
    Kind.FOLLOW_UP_REPORT: "Första vardagen i månaden. Till dem som har bett om rapporten.",
    Kind.OVERDUE_ORGANIZATION: "När ett svar har dröjt ännu längre, en gång för varje ärende. Till huvudmannen.",
    Kind.LOG_REVIEW: "När ingen loggkontroll har avslutats på länge, högst en gång i veckan. Till loggranskarna.",
}

#: Which rules say when a kind is sent.
MAIL_TIMES = {
    Kind.READING_FIRST: ("first_reminder", "half_day_reminder"),
    Kind.READING_SECOND: ("second_reminder",),
    Kind.READING_SHORTFALL: ("shortfall_at",),
    Kind.OVERDUE_MANAGER: ("escalate_manager_days",),
    Kind.OVERDUE_ORGANIZATION: ("escalate_organization_days",),
    Kind.LOG_REVIEW: ("review_days",),
}

PLACEHOLDERS = {
    "{enhet}": "enhetens namn",
    "{länk}": "adressen till inloggningen, måste finnas i texten",
    "{antal}": "bara siffran, till exempel 3",
    "{ärenden}": "1 ärende, 3 ärenden",
    "{ärenden_försenade}": "1 ärende är försenat, 3 ärenden är försenade",
    "{läsningar}": "1 avläsning, 2 avläsningar: det som saknas",
    "{gånger}": "1 gång, 2 gånger: det som dagen kräver",
    "{huvudman}": "huvudmannens namn",
    "{plats}": "enhetens eller huvudmannens namn",
    "{dagar}": "1 dag, 34 dagar: tiden sedan den senaste loggkontrollen",
}

MAIL_FILTER = {
    MailState.WAITING: "Köade",
    MailState.SENT: "Skickade",
    MailState.SUPERSEDED: "Behövdes inte längre",
    MailState.FAILED: "Misslyckade",
}

MAIL_STATES = {
    "queued": "väntar",
    "sending": "skickas",
    "sent": "skickat",
    "superseded": "behövdes inte längre",
    "failed": "misslyckades",
}


class RuleWords(NamedTuple):
    """`slug` stands in the address, `mark` is the rule's number, `unit` its unit for one and for many; `zero` is what a
    0 means.
    """

    slug: str
    title: str
    about: str
    mark: str = ""
    unit: tuple[str, str] = ("", "")
    zero: str = ""


_WORKING_DAYS = ("vardag", "vardagar")

RULES = {
    "answer_days": RuleWords(
        "svarstid",
        "Tid att svara",
        "Så många vardagar har en enhet på sig att svara på en fråga eller kvittera information.",
        "T5",
        _WORKING_DAYS,
    ),
    "callback_days": RuleWords(
        "aterkommer",
        "Längsta löftet med Återkommer",
        "Så långt fram får en enhet lova att återkomma med ett svar.",
        "B2",
        _WORKING_DAYS,
    ),
    "return_days": RuleWords(
        "atersant",
        "Tid att ta hand om ett återsänt ärende",
        "Så många vardagar har avsändaren på sig att skicka vidare eller avsluta ett ärende som har kommit tillbaka.",
        unit=_WORKING_DAYS,
    ),
    "readings_per_day": RuleWords(
        "lasningar",
        "Läsningar varje vardag",
        "Så många gånger ska varje enhet öppna sin inkorg. På en halvdag räcker det med en.",
        "A2",
        ("gång", "gånger"),
    ),
    "reading_gap": RuleWords(
        "tid-mellan-lasningar",
        "Tid mellan två läsningar",
        "Kommer nästa läsning tidigare än så räknas den inte.",
        "A2",
        ("minut", "minuter"),
    ),
    "reading_rule": RuleWords(
        "sa-raknas-lasningar", "Så räknas läsningarna", "Vilka läsningar som räknas under en vardag.", "A2"
    ),
    "first_reminder": RuleWords(
        "forsta-paminnelsen",
        "Första läspåminnelsen",
        "Enheten får ett mejl den här tiden om ingen har läst inkorgen.",
        "A3",
    ),
    "second_reminder": RuleWords(
        "andra-paminnelsen",
        "Andra läspåminnelsen",
        "Enheten får ett mejl den här tiden om någon läsning saknas.",
        "A3",
    ),
    "half_day_reminder": RuleWords(
        "halvdagens-paminnelse",
        "Läspåminnelsen på en halvdag",
        "Den enda läspåminnelsen på en halvdag.",
        "A3",
    ),
    "shortfall_at": RuleWords(
        "besked-om-gardagen",
        "Besked om gårdagens läsning",
        "Enhetsansvarig får ett mejl den här tiden om enheten läste för få gånger vardagen innan.",
        "A3",
    ),
    "half_day_closes": RuleWords("halvdagen-stanger", "Halvdagen stänger", "Då stänger enheterna på en halvdag.", "T2"),
    "draft_days": RuleWords(
        "utkast",
        "Tid som ett utkast finns kvar",
        "Räknas från när någon senast ändrade utkastet. Sedan tas det bort.",
        unit=("dag", "dagar"),
    ),
    "review_days": RuleWords(
        "loggkontroll",
        "Tid mellan två loggkontroller",
        "Har ingen loggkontroll avslutats på så lång tid får loggranskarna ett mejl, högst en gång i veckan.",
        "L3",
        ("dag", "dagar"),
    ),
    "escalate_manager_days": RuleWords(
        "forsenat-till-enhetsansvarig",
        "Försenat svar: enhetsansvarig får veta",
        "Så många vardagar efter svarsdagen får enhetsansvarig ett mejl. 0 betyder så snart svaret är försenat.",
        "B4",
        _WORKING_DAYS,
        zero="genast",
    ),
    "escalate_organization_days": RuleWords(
        "forsenat-till-huvudmannen",
        "Försenat svar: huvudmannen får veta",
        "Så många vardagar efter svarsdagen får huvudmannens kontaktperson ett mejl. 0 betyder aldrig.",
        unit=_WORKING_DAYS,
        zero="aldrig",
    ),
}

READING_RULES = {
    ReadingRule.SPACED: "med en paus emellan",
    ReadingRule.AM_PM: "en före och en efter klockan 12",
}

#: What we say ourselves of a mail that could not leave; anything else is the mail server's answer, as it was given.
MAIL_ERRORS = {
    "no address": "Ingen adress finns.",
    "the worker stopped while sending it": "Avbröts medan det skickades.",
}

#: What the files of imports and exports say.
FILE_WORDS = Words(case_types=CASE_TYPES, unit_kinds=UNIT_KINDS, roles=ROLES)

IMPORTS = {ImportNoun.LISTS: "Mottagarlistor", ImportNoun.UNITS: "Enheter", ImportNoun.PEOPLE: "Användare"}

IMPORT_STATES = {
    State.CHECKING: "kontrolleras",
    State.CHECKED: "väntar på att sparas",
    State.SAVED: "sparad",
    State.DISCARDED: "kastad",
    State.UNDONE: "ångrad",
}

VERDICTS = {
    Verdict.FAULTY: "fel",
    Verdict.ADDED: "ny",
    Verdict.CHANGED: "ändrad",
    Verdict.ENDED: "avslutas",
    Verdict.UNCHANGED: "oförändrad",
}
