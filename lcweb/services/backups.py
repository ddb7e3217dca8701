"""What must not come to life again when a database has gone back to an earlier moment."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import update

from lcweb.db import transaction
from lcweb.domain.sessions import Why
from lcweb.models import Invitation, Lease, SignInStep
from lcweb.services import sessions


class Ended(NamedTuple):
    sessions: int
    links: int


def end_what_opened_doors(*, now: datetime) -> Ended:
    """Every session, begun sign-in and link to choose a password: each may have been ended or used since that moment.

    Nor is any worker at work in the database yet.
    """
    with transaction() as session:
        ended = sessions.end_sessions(session, why=Why.RESTORED, now=now)
        session.execute(update(SignInStep).where(SignInStep.used_at.is_(None)).values(used_at=now))
        links = session.execute(
            update(Invitation).where(Invitation.used_at.is_(None), Invitation.ended_at.is_(None)).values(ended_at=now)
        )
        session.execute(update(Lease).where(Lease.expires_at > now).values(expires_at=now))
        return Ended(ended, links.rowcount)
