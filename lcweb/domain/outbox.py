"""A queued mail's life: its states, its tries, and whom it goes to (M2–M5)."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from lcweb.domain.reminders import Kind, Recipient, recipient_of

WORKER_LEASE = "worker"  # the lease of the process that sends
CLAIM = timedelta(minutes=5)  # a mail being sent for longer was left behind by a worker that stopped
MOST_ATTEMPTS = 8
_PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60))


class MailStatus(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    SUPERSEDED = "superseded"
    FAILED = "failed"


#: Not at an end: a worker will take them up.
WAITING = (MailStatus.QUEUED, MailStatus.SENDING)


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Where a unit's mails may go. None or blank: there is none."""

    unit: str | None
    manager: str | None
    organization: str | None
    admin: str | None


def address_for(kind: Kind, addresses: Addresses) -> str | None:
    """The unit's or its manager's own, else the organization's, else the system administrator's (M4)."""
    own = addresses.manager if recipient_of(kind) is Recipient.MANAGER else addresses.unit
    found = (address.strip() for address in (own, addresses.organization, addresses.admin) if address)
    return next((address for address in found if address), None)


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after the `attempts`-th failure; None when it was the last."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return _PAUSES[min(attempts, len(_PAUSES)) - 1]
