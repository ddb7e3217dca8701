"""What makes every open inbox page of a unit fetch its list again."""

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from lcweb.models import InboxVersion
from lcweb.prepared import do

_RAISE = update(InboxVersion.__table__).values(version=InboxVersion.version + 1)
_ONE = _RAISE.where(InboxVersion.unit_id == bindparam("of_unit"))
# PostgreSQL would lock the two as it happens to find them: so they are locked in order, and then raised.
_IN_ORDER = (
    select(InboxVersion.unit_id)
    .where(InboxVersion.unit_id.in_((bindparam("of_unit"), bindparam("and_unit"))))
    .order_by(InboxVersion.unit_id)
    .with_for_update(key_share=True)
    .cte("in_order")
)
_TWO = _RAISE.where(InboxVersion.unit_id == _IN_ORDER.c.unit_id)


def touch(session: Session, *unit_ids: int) -> None:
    """Raises the units' inbox versions, in one order everywhere so that two verbs never wait for each other."""
    in_order = sorted(set(unit_ids))
    if len(in_order) == 2:
        do(session, _TWO, of_unit=in_order[0], and_unit=in_order[1])
        return
    for unit_id in in_order:
        do(session, _ONE, of_unit=unit_id)
