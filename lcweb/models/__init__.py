"""The tables. Constraints here are the last line; the rules themselves are in `domain/`."""

from lcweb.models.access_log import AccessLogRow, LogFinding, LogHead, LogReview, LogReviewRow
from lcweb.models.calendar import CalendarMark
from lcweb.models.changes import Change, Edition, ImportJob, ImportLine, SettingChange
from lcweb.models.follow_up import FollowUpMonth, FollowUpState, ReportWish
from lcweb.models.keeping import Disposal, DisposalPolicy
from lcweb.models.outbox import Lease, OutboxMail, ReadingRow
from lcweb.models.people import Invitation, Membership, Organization, SignInAttempt, Unit, User, UserSession
from lcweb.models.phrases import HintWords, Phrase
from lcweb.models.recipients import (
    RecipientEdit,
    RecipientEntry,
    RecipientList,
    RecipientSuggestion,
    RecipientVersion,
)
from lcweb.models.sign_in import Commission, RecoveryCode, SecondFactor, SignInStep
from lcweb.models.threads import (
    Draft,
    Escalation,
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
    "Change",
    "Commission",
    "Disposal",
    "DisposalPolicy",
    "Draft",
    "Edition",
    "Escalation",
    "FollowUpMonth",
    "FollowUpState",
    "HintWords",
    "ImportJob",
    "ImportLine",
    "InboxVersion",
    "InternalNote",
    "Invitation",
    "Lease",
    "LogFinding",
    "LogHead",
    "LogReview",
    "LogReviewRow",
    "Membership",
    "Message",
    "Obligation",
    "Opening",
    "Organization",
    "OutboxMail",
    "Phrase",
    "ReadingRow",
    "RecipientEdit",
    "RecipientEntry",
    "RecipientList",
    "RecipientSuggestion",
    "RecipientVersion",
    "RecoveryCode",
    "ReportWish",
    "SearchDocument",
    "SecondFactor",
    "SettingChange",
    "SignInAttempt",
    "SignInStep",
    "Thread",
    "ThreadEvent",
    "ThreadParty",
    "Unit",
    "User",
    "UserSession",
]
