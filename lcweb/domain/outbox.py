"""A queued mail's life: its states, its tries, and whom it goes to (M2–M5)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from lcweb.domain.reminders import Kind, Recipient, recipient_of

WORKER_LEASE = "worker"  # the lease of the process that sends
CLAIM = timedelta(minutes=5)  # a mail being sent for longer was left behind by a worker that stopped
MOST_ATTEMPTS = 8
_PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60))
#: Until the next try while no mail at all can leave. Such a try is none of MOST_ATTEMPTS, so that a mail server may be
#: away for a whole day, and what is still owed goes out at once when it is back.
PAUSE_WHILE_NOTHING_LEAVES = timedelta(minutes=3)
#: A claim or a next try that lies further ahead was written by a clock that has been set back since.
LONGEST_CLAIM, LONGEST_PAUSE = 2 * CLAIM, max(_PAUSES)


class MailStatus(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    SUPERSEDED = "superseded"
    FAILED = "failed"


class MailState(StrEnum):
    """How an administrator asks for mails: being on its way is a matter of seconds."""

    WAITING = "waiting"
    SENT = "sent"
    SUPERSEDED = "superseded"
    FAILED = "failed"


#: Not at an end: a worker will take them up.
WAITING = (MailStatus.QUEUED, MailStatus.SENDING)


def statuses(state: MailState) -> tuple[MailStatus, ...]:
    return WAITING if state is MailState.WAITING else (MailStatus(state.value),)


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Where a unit's mails, or a person's, may go. None or blank: there is none."""

    unit: str | None = None
    manager: str | None = None
    person: str | None = None  # the reviewer, or who asked for it
    organization: str | None
    admin: str | None


def address_for(kind: Kind, addresses: Addresses) -> str | None:
    """The unit's, manager's or reviewer's own, else the organization's, else the system administrator's (M4).

    What somebody has asked for goes to them alone.
    """
    return _address_of(recipient_of(kind), addresses)


def _address_of(recipient: Recipient, addresses: Addresses) -> str | None:
    own = {
        Recipient.UNIT: addresses.unit, Recipient.MANAGER: addresses.manager, Recipient.ORGANIZATION: None,
    }.get(recipient, addresses.person)  # fmt: skip
    others = () if recipient is Recipient.ASKER else (addresses.organization, addresses.admin)
    found = (address.strip() for address in (own, *others) if address)
    return next((address for address in found if address), None)


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after the `attempts`-th failure; None when it was the last."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return _PAUSES[min(attempts, len(_PAUSES)) - 1]


class Failure(NamedTuple):
    """A mail that did not leave, with the server's answer."""

    address: str
    at: datetime
    error: str


class Unreachable(NamedTuple):
    """`address` None: there is none at all, and nothing has been tried. `since`: the first failure after the last mail
    that was sent there; `error`: the latest answer.
    """

    recipient: Recipient
    address: str | None
    since: datetime | None = None
    error: str | None = None


def unreachable(
    addresses: Addresses, failures: Iterable[Failure], *, sent_at: Mapping[str, datetime]
) -> list[Unreachable]:
    """Which of a unit's addresses, as they are now, do not work (M4): the latest mail failed and none left since.

    `sent_at`: when a mail of the unit's last left, by address. An address that nothing has been sent to is not doubted.
    """
    by_address: dict[str, list[Failure]] = {}
    for failure in sorted(failures, key=lambda failure: failure.at):
        if failure.address not in sent_at or sent_at[failure.address] < failure.at:
            by_address.setdefault(failure.address, []).append(failure)
    found: dict[str | None, Unreachable] = {}
    for recipient in (Recipient.UNIT, Recipient.MANAGER):
        address = _address_of(recipient, addresses)
        failed = by_address.get(address or "", [])
        if address is None:
            found.setdefault(None, Unreachable(recipient, None))
        elif failed:
            found.setdefault(address, Unreachable(recipient, address, failed[0].at, failed[-1].error))
    return list(found.values())


def is_tried_by_hand(*, attempts: int, error: str | None) -> bool:
    """At its first try with an old answer: an administrator has put it back in the queue, and the count began anew."""
    return attempts == 1 and error is not None
