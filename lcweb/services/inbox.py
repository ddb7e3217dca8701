"""What makes every open inbox page of a unit fetch its list again."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from lcweb.models import InboxVersion


def touch(session: Session, *unit_ids: int) -> None:
    """Raises the units' inbox versions, in one order everywhere so that two verbs never wait for each other."""
    for unit_id in sorted(set(unit_ids)):
        session.execute(
            update(InboxVersion).where(InboxVersion.unit_id == unit_id).values(version=InboxVersion.version + 1)
        )
