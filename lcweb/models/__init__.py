"""The tables. Constraints here are the last line; the rules themselves are in `domain/`."""

from lcweb.models.access_log import AccessLogRow
from lcweb.models.calendar import CalendarMark
from lcweb.models.outbox import Lease, OutboxMail, ReadingRow
from lcweb.models.people import Membership, Organization, SignInAttempt, Unit, User, UserSession
from lcweb.models.phrases import HintWords, Phrase
from lcweb.models.recipients import RecipientEntry
from lcweb.models.threads import (
    Draft,
    InboxVersion,
    InternalNote,
    Message,
    Obligation,
    Opening,
    SearchDocument,
    Thread,
    ThreadEvent,
    ThreadParty,
)

__all__ = [
    "AccessLogRow",
    "CalendarMark",
    "Draft",
    "HintWords",
    "InboxVersion",
    "InternalNote",
    "Lease",
    "Membership",
    "Message",
    "Obligation",
    "Opening",
    "Organization",
    "OutboxMail",
    "Phrase",
    "ReadingRow",
    "RecipientEntry",
    "SearchDocument",
    "SignInAttempt",
    "Thread",
    "ThreadEvent",
    "ThreadParty",
    "Unit",
    "User",
    "UserSession",
]
