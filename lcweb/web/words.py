"""The field's own words for what the code calls otherwise (`routine.md`, "Words")."""

from lcweb.domain.changes import What
from lcweb.domain.compose import DisclosureBasis
from lcweb.domain.hint_words import HintList
from lcweb.domain.identity import TYPE_NAMES
from lcweb.domain.imports import ImportNoun, State, Verdict, Words
from lcweb.domain.people import UnitKind
from lcweb.domain.permissions import Role
from lcweb.domain.recipient_lists import Mark
from lcweb.domain.recipients import CaseType, EditKind
from lcweb.domain.reminders import Kind
from lcweb.domain.search import Status as SearchStatus
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
    Role.NURSE: "legitimerad personal",
    Role.RECEPTIONIST: "receptionist",
    Role.UNIT_MANAGER: "enhetsansvarig",
    Role.LIST_ADMIN: "listadministratör",
    Role.SYSTEM_ADMIN: "systemadministratör",
    Role.LOG_REVIEWER: "loggranskare",
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
}

CHANGES = {
    What.ADDED: "lade till",
    What.CHANGED: "ändrade",
    What.CLOSED: "stängde",
    What.MERGED: "slog ihop",
    What.ENDED: "avslutade",
    What.REOPENED: "öppnade igen",
    What.INVITED: "bjöd in",
    What.UNDONE: "ångrade",
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

MAILS = {
    Kind.READING_FIRST: "Första läspåminnelsen",
    Kind.READING_SECOND: "Andra läspåminnelsen",
    Kind.READING_SHORTFALL: "Gårdagens läsning brast",
    Kind.DUE_TODAY: "Ska besvaras i dag",
    Kind.OVERDUE: "Försenade svar",
    Kind.OVERDUE_MANAGER: "Försenade svar, till enhetsansvarig",
}

MAIL_STATES = {
    "queued": "väntar",
    "sending": "skickas",
    "sent": "skickat",
    "superseded": "behövdes inte längre",
    "failed": "misslyckades",
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
