"""The field's own words for what the code calls otherwise (`routine.md`, "Words")."""

from lcweb.domain.compose import DisclosureBasis
from lcweb.domain.permissions import Role
from lcweb.domain.recipients import CaseType
from lcweb.domain.reminders import Kind
from lcweb.domain.threads import EventKind

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

NUMBER_TYPES = {"personal": "personnummer", "coordination": "samordningsnummer"}

EVENTS = {
    EventKind.ACKNOWLEDGED: "kvitterade",
    EventKind.CLOSED: "avslutade ärendet",
    EventKind.REOPENED: "öppnade ärendet igen",
}

ROLES = {
    Role.NURSE: "legitimerad personal",
    Role.RECEPTIONIST: "receptionist",
    Role.UNIT_MANAGER: "enhetsansvarig",
    Role.LIST_ADMIN: "listadministratör",
    Role.SYSTEM_ADMIN: "systemadministratör",
    Role.LOG_REVIEWER: "loggranskare",
}

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
