"""An administrator's change is written down in the change's own transaction."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lcweb.domain.changes import Noun, What, differing
from lcweb.domain.errors import Conflict
from lcweb.domain.permissions import Actor
from lcweb.models import Change


def note(
    session: Session,
    noun: Noun,
    row_id: int,
    what: What,
    *,
    before: Mapping[str, object] | None,
    after: Mapping[str, object],
    actor: Actor,
    now: datetime,
    import_id: int | None = None,
) -> bool:
    """Keeps only the fields that differ. `before` None: the row is new. False, and nothing kept, when none differs."""
    was, became = differing(before or {}, after)
    if before is not None and not became:
        return False
    session.add(
        Change(
            noun=noun,
            row_id=row_id,
            what=what,
            before=None if before is None else json.dumps(was, ensure_ascii=False),
            after=json.dumps(became, ensure_ascii=False),
            made_by_id=actor.user_id or None,
            made_by=actor.name,
            made_at=now,
            import_id=import_id,
        )
    )
    session.flush()
    return True


def latest(session: Session, noun: Noun, row_id: int) -> int:
    """The row's last change: what a form carries. 0: it has never been changed since changes were kept."""
    newest = select(func.max(Change.id)).where(Change.noun == noun, Change.row_id == row_id)
    return session.scalar(newest) or 0


def require_seen(session: Session, noun: Noun, row_id: int, seen: int) -> None:
    """Raises Conflict when somebody has changed the row since the form was shown. The row must be locked."""
    last = latest(session, noun, row_id)
    if last != seen:
        by = session.scalar(select(Change.made_by).where(Change.id == last))
        raise Conflict(f"{by} har ändrat uppgifterna sedan du öppnade sidan.")
