"""How a thread stands, for one unit."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Integer, Row, ScalarSelect, Select, bindparam, case, select
from sqlalchemy.orm import aliased

from lcweb.domain.errors import NotFound
from lcweb.domain.permissions import short_name
from lcweb.domain.threads import (
    Move,
    Side,
    State,
    WaitingOn,
    is_allowed,
    may_close,
    needs_receiver,
    side_of,
    state_of,
    waiting_on,
)
from lcweb.facts import first_of, left_unit_at
from lcweb.models import Obligation, Thread, ThreadParty, Unit, User
from lcweb.prepared import ask

_OTHER = aliased(Unit)


class Duty(NamedTuple):
    """`message_id`: the message that the duty arose from. `answer_days`: working days, as the duty arose."""

    unit_id: int
    kind: str
    due_at: datetime
    message_id: int
    received_at: datetime
    answer_days: int


@dataclass(frozen=True, kw_only=True)
class ThreadHead:
    """What may be shown before a protected identity has been claimed (P3): no patient, no text.

    `duty` is the own unit's if it has one, otherwise the other unit's. `left_at`: the unit has sent the thread on, and
    sees nothing later than its last message and event. `handler_until`: from when the handler is no longer in the unit.
    """

    id: int
    version: int
    revision: int
    protected: bool
    side: Side
    state: State
    closed_at: datetime | None
    left_at: datetime | None
    left_how: str | None
    last_message_id: int | None
    last_event_id: int | None
    acknowledged_to: int
    transferred_at: datetime | None
    transferred_by: str | None
    transferred_to: int | None
    own_unit_id: int
    other_unit_id: int
    other_unit: str
    other_phone: str
    other_is_open: bool
    handler_id: int | None
    handler: str | None
    handler_until: datetime | None
    duty: Duty | None

    @property
    def own_is_sender(self) -> bool:
        return self.side is Side.SENDER

    @property
    def waiting_on(self) -> WaitingOn:
        own = self.duty is not None and self.duty.unit_id == self.own_unit_id
        return waiting_on(own_duty=own, other_duty=self.duty is not None)

    @property
    def moves(self) -> frozenset[Move]:
        """What the unit can do with the thread now; who of the unit may is another question."""
        moves = {move for move in Move if is_allowed(move, self.side, self.state)}
        if not may_close(is_sender=self.own_is_sender, has_open_duty=self.waiting_on is WaitingOn.US):
            moves.discard(Move.CLOSE)
        return frozenset(move for move in moves if self.other_is_open or not needs_receiver(move, self.state))

    @property
    def lacks_receiver(self) -> bool:
        """The other unit is closed, and nothing can be sent to it any more."""
        return not self.other_is_open and is_allowed(Move.REPLY, self.side, self.state)

    @property
    def may_close(self) -> bool:
        return Move.CLOSE in self.moves

    @property
    def is_hidden(self) -> bool:
        """Nothing of it is shown to this unit: voided, disposed of, or withdrawn by the other."""
        return self.state in (State.VOIDED, State.DISPOSED) or (
            self.state is State.WITHDRAWN and not self.own_is_sender
        )


def _revision() -> ColumnElement[int]:
    """Of a unit that has left, what the others do since then is none of its business: its open page gets no news."""
    return ThreadParty.revision + case((ThreadParty.left_at.is_(None), Thread.revision), else_=0)


def revision_for(unit_id: ColumnElement[int | None]) -> ScalarSelect[int]:
    """Within a statement that binds `thread_id`: what the unit's poll compares. NULL: it has no side in the thread."""
    return (
        select(_revision())
        .select_from(ThreadParty)
        .join(Thread, Thread.id == ThreadParty.thread_id)
        .where(ThreadParty.thread_id == bindparam("thread_id"), ThreadParty.unit_id == unit_id)
        .scalar_subquery()
    )


_UNIT = bindparam("unit_id", type_=Integer)
#: Binds `thread_id` and `unit_id`; no row: the unit has no side in the thread.
HEAD = (
    select(
        Thread.id, Thread.version, _revision().label("revision"), Thread.protected,
        Thread.closed_at, Thread.sender_unit_id, Thread.returned_at, Thread.withdrawn_at, Thread.voided_at,
        Thread.disposed_at,
        _OTHER.id.label("other_id"), _OTHER.name.label("other_name"), _OTHER.acute_phone,
        _OTHER.closed_at.label("other_closed_at"),
        ThreadParty.claimed_by_id, User.name.label("handler"), User.ended_at.label("handler_ended_at"),
        left_unit_at(User.id, _UNIT).label("handler_left_at"), ThreadParty.left_at, ThreadParty.left_how,
        ThreadParty.last_message_id, ThreadParty.last_event_id, ThreadParty.acknowledged_to,
        ThreadParty.transferred_at, ThreadParty.transferred_by, ThreadParty.transferred_to,
        Obligation.unit_id.label("duty_unit_id"), Obligation.kind,
        Obligation.due_at, Obligation.message_id, Obligation.received_at, Obligation.answer_days,
    )
    .join(ThreadParty, ThreadParty.thread_id == Thread.id)
    .join(
        _OTHER,
        _OTHER.id == case((Thread.sender_unit_id == _UNIT, Thread.recipient_unit_id), else_=Thread.sender_unit_id),
    )
    .outerjoin(User, User.id == ThreadParty.claimed_by_id)
    .outerjoin(
        Obligation,
        (Obligation.thread_id == Thread.id) & Obligation.ended_at.is_(None) & ThreadParty.left_at.is_(None),
    )
    .where(Thread.id == bindparam("thread_id"), ThreadParty.unit_id == _UNIT)
    .order_by(case((Obligation.unit_id == _UNIT, 0), else_=1))
    .limit(1)
)  # fmt: skip


def get_head(*, thread_id: int, unit_id: int) -> ThreadHead:
    """Raises NotFound when the unit has no side in the thread."""
    return head_of(the_row(HEAD, thread_id=thread_id, unit_id=unit_id), unit_id)


def the_row(statement: Select, *, thread_id: int, unit_id: int) -> Row:
    """Of HEAD, or of more that goes along with it. Raises NotFound."""
    found = ask(statement, thread_id=thread_id, unit_id=unit_id)
    if not found:
        raise NotFound("thread")
    return found[0]


def head_of(row: Row, unit_id: int) -> ThreadHead:
    left = row.left_at is not None
    return ThreadHead(
        id=row.id,
        version=row.version,
        revision=row.revision,
        protected=row.protected and row.voided_at is None and row.disposed_at is None,
        side=side_of(is_sender=row.sender_unit_id == unit_id, has_left=left),
        state=_state(row, has_left=left),
        closed_at=None if left else row.closed_at,
        left_at=row.left_at,
        left_how=row.left_how,
        last_message_id=row.last_message_id,
        last_event_id=row.last_event_id,
        acknowledged_to=row.acknowledged_to,
        transferred_at=row.transferred_at,
        transferred_by=row.transferred_by,
        transferred_to=row.transferred_to,
        own_unit_id=unit_id,
        other_unit_id=row.other_id,
        other_unit=row.other_name,
        other_phone=row.acute_phone,
        other_is_open=row.other_closed_at is None,
        handler_id=row.claimed_by_id,
        handler=short_name(row.handler) if row.handler else None,
        handler_until=first_of(row.handler_ended_at, row.handler_left_at),
        duty=_duty(row) if row.due_at else None,
    )


def _duty(row: Row) -> Duty:
    return Duty(row.duty_unit_id, row.kind, row.due_at, row.message_id, row.received_at, row.answer_days)


def _state(row: Row, *, has_left: bool) -> State:
    """A unit that has left does not see the thread closed or returned later; that it was hidden, it must."""
    return state_of(
        closed=row.closed_at is not None and not has_left,
        returned=row.returned_at is not None and not has_left,
        withdrawn=row.withdrawn_at is not None,
        voided=row.voided_at is not None,
        disposed=row.disposed_at is not None,
    )
