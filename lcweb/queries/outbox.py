"""How the mails fare: for the health address and for the administrator's page."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import Row, Select, case, func, select

from lcweb.db import reading
from lcweb.domain import outbox
from lcweb.domain.changes import Noun
from lcweb.domain.outbox import WAITING, WORKER_LEASE, Addresses, Failure, MailState, MailStatus
from lcweb.domain.reminders import Kind, Recipient
from lcweb.domain.workdays import ONE_DAY, moment_at
from lcweb.models import Change, Lease, Organization, OutboxMail, Unit

RECENT = timedelta(days=7)


class WorkerState(NamedTuple):
    """Ages in whole seconds; None: no worker has ever run, nothing waits. `failed` counts the last seven days."""

    lease_age: int | None
    oldest_queued_age: int | None
    failed: int


class MailFilter(NamedTuple):
    """None: all. `first` and `last` are the Stockholm days on which the mail was queued, both included."""

    state: MailState | None = None
    unit_id: int | None = None
    kind: Kind | None = None
    first: date | None = None
    last: date | None = None


EVERY_MAIL = MailFilter()


class MailRow(NamedTuple):
    """`unit_name`: of a reviewer's mail the organization's. `address` and `error` as of the last try. `next_try_at`
    None: there will be none.
    """

    id: int
    kind: str
    unit_name: str
    day: date
    slot: str
    status: str
    attempts: int
    address: str | None
    created_at: datetime
    next_try_at: datetime | None
    error: str | None
    tried_again: tuple[tuple[datetime, str], ...]  # by hand: when and by whom, newest first


class Mails(NamedTuple):
    """One page of them. `failed`: how many of all that were asked for have failed."""

    rows: list[MailRow]
    page: int
    pages: int
    total: int
    failed: int


class UnreachableUnit(NamedTuple):
    """A unit whose mails do not arrive, by one of its addresses (M4)."""

    unit_id: int
    unit: str
    recipient: Recipient
    address: str | None
    since: datetime | None
    error: str | None


def worker_state(now: datetime) -> WorkerState:
    beat_at = select(Lease.beat_at).where(Lease.name == WORKER_LEASE)
    oldest = select(func.min(OutboxMail.created_at)).where(OutboxMail.status.in_(WAITING))
    failed = select(func.count()).where(OutboxMail.status == MailStatus.FAILED, OutboxMail.ended_at >= now - RECENT)
    return WorkerState(
        lease_age=_distance(reading().scalar(beat_at), now),
        oldest_queued_age=_age(reading().scalar(oldest), now),
        failed=reading().execute(failed).scalar_one(),
    )


def mails(wanted: MailFilter = EVERY_MAIL, *, page: int = 1, size: int = 50) -> Mails:
    """Failed ones first, then newest first. A page that is too far on is the last one."""
    failed = func.sum(case((OutboxMail.status == MailStatus.FAILED, 1), else_=0))
    total, failures = reading().execute(_wanted(select(func.count(), failed), wanted)).one()
    pages = max(1, -(-total // size))
    page = min(page, pages)
    rows = (
        _wanted(select(*_COLUMNS), wanted)
        .outerjoin(Unit, Unit.id == OutboxMail.unit_id)
        .outerjoin(Organization, Organization.id == OutboxMail.organization_id)
        .order_by((OutboxMail.status == MailStatus.FAILED).desc(), OutboxMail.created_at.desc(), OutboxMail.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    found = reading().execute(rows).all()
    by_hand = _tried_again([row.id for row in found])
    return Mails([_mail_row(row, by_hand) for row in found], page, pages, total, failures or 0)


def failed_ids(wanted: MailFilter, *, limit: int) -> list[int]:
    """The oldest ones first."""
    ids = _wanted(select(OutboxMail.id), wanted).where(OutboxMail.status == MailStatus.FAILED)
    return list(reading().scalars(ids.order_by(OutboxMail.id).limit(limit)))


def unreachable(unit_ids: Sequence[int] | None = None, *, admin: str | None) -> list[UnreachableUnit]:
    """Of these units, or of all open ones: whose latest mail failed, and who has no address at all (M4).

    `admin`: the last resort's address. Three statements at most, however many units.
    """
    units = select(
        Unit.id, Unit.name, Unit.notify_email, Unit.manager_email, Organization.notify_email.label("organization")
    ).join(Organization, Organization.id == Unit.organization_id)
    units = units.where(Unit.closed_at.is_(None) if unit_ids is None else Unit.id.in_(unit_ids)).order_by(Unit.name)
    failures = _failures(unit_ids)
    sent = _last_sent(list(failures)) if failures else {}
    found = []
    for row in reading().execute(units):
        addresses = Addresses(
            unit=row.notify_email, manager=row.manager_email, organization=row.organization, admin=admin
        )
        lost = outbox.unreachable(addresses, failures.get(row.id, ()), sent_at=sent.get(row.id, {}))
        found += [UnreachableUnit(row.id, row.name, one.recipient, one.address, one.since, one.error) for one in lost]
    return found


_COLUMNS = (
    OutboxMail.id, OutboxMail.kind, func.coalesce(Unit.name, Organization.name).label("unit_name"), OutboxMail.day,
    OutboxMail.slot, OutboxMail.status, OutboxMail.attempts, OutboxMail.address, OutboxMail.created_at,
    OutboxMail.next_try_at, OutboxMail.error,
)  # fmt: skip


def _wanted(query: Select, wanted: MailFilter) -> Select:
    conditions = []
    if wanted.state is not None:
        conditions.append(OutboxMail.status.in_(outbox.statuses(wanted.state)))
    if wanted.unit_id is not None:
        conditions.append(OutboxMail.unit_id == wanted.unit_id)
    if wanted.kind is not None:
        conditions.append(OutboxMail.kind == wanted.kind)
    if wanted.first is not None:
        conditions.append(OutboxMail.created_at >= moment_at(wanted.first, time.min))
    if wanted.last is not None:
        conditions.append(OutboxMail.created_at < moment_at(wanted.last + ONE_DAY, time.min))
    return query.where(*conditions).select_from(OutboxMail)


def _mail_row(row: Row, by_hand: dict[int, list[tuple[datetime, str]]]) -> MailRow:
    next_try_at = row.next_try_at if row.status in WAITING else None
    return MailRow(
        row.id, row.kind, row.unit_name, row.day, row.slot, row.status, row.attempts, row.address, row.created_at,
        next_try_at, row.error, tuple(by_hand[row.id]),
    )  # fmt: skip


def _tried_again(mail_ids: Sequence[int]) -> defaultdict[int, list[tuple[datetime, str]]]:
    found: defaultdict[int, list[tuple[datetime, str]]] = defaultdict(list)
    rows = (
        select(Change.row_id, Change.made_at, Change.made_by)
        .where(Change.noun == Noun.MAIL, Change.row_id.in_(mail_ids))
        .order_by(Change.id.desc())
    )
    for mail_id, at, by in reading().execute(rows):
        found[mail_id].append((at, by))
    return found


def _failures(unit_ids: Sequence[int] | None) -> defaultdict[int, list[Failure]]:
    """Also of what is being tried again by hand, or was and turned out not to be needed: the address is as it was."""
    found: defaultdict[int, list[Failure]] = defaultdict(list)
    rows = select(OutboxMail.unit_id, OutboxMail.address, OutboxMail.ended_at, OutboxMail.error).where(
        OutboxMail.error.is_not(None), OutboxMail.ended_at.is_not(None), OutboxMail.address.is_not(None),
        OutboxMail.status != MailStatus.SENT,
    )  # fmt: skip
    for unit_id, address, at, error in reading().execute(_of(rows, unit_ids)):
        found[unit_id].append(Failure(address, at, error))
    return found


def _last_sent(unit_ids: Sequence[int]) -> defaultdict[int, dict[str, datetime]]:
    found: defaultdict[int, dict[str, datetime]] = defaultdict(dict)
    rows = select(OutboxMail.unit_id, OutboxMail.address, func.max(OutboxMail.ended_at)).where(
        OutboxMail.status == MailStatus.SENT, OutboxMail.address.is_not(None)
    )
    for unit_id, address, at in reading().execute(_of(rows, unit_ids).group_by(OutboxMail.unit_id, OutboxMail.address)):
        found[unit_id][address] = at
    return found


def _of(query: Select, unit_ids: Sequence[int] | None) -> Select:
    query = query.where(OutboxMail.unit_id.is_not(None))
    return query if unit_ids is None else query.where(OutboxMail.unit_id.in_(unit_ids))


def _distance(moment: datetime | None, now: datetime) -> int | None:
    """A beat that lies ahead was made by a clock that has been set back since: as far away as one that lies behind."""
    return None if moment is None else abs(int((now - moment).total_seconds()))


def _age(moment: datetime | None, now: datetime) -> int | None:
    return None if moment is None else max(0, int((now - moment).total_seconds()))
