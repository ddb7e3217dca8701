"""One process at a time: a row that its holder renews, and that another takes over once it has run out."""

from datetime import datetime, timedelta

from sqlalchemy import or_, update

from lcweb.db import insert_into, transaction
from lcweb.models import Lease

#: One that ends further ahead than so many of its lengths was given by a clock that has been set back since.
LONGEST = 2


def acquire(name: str, *, holder: str, now: datetime, ttl: timedelta) -> bool:
    """True when `holder` has the lease until `now + ttl`: new, renewed, or taken over.

    Taken over is one that has run out, and one that nobody can have been given by a clock like ours: else a clock that
    was two hours ahead when its worker died would keep all others away for these two hours.
    """
    with transaction() as session:
        fresh = insert_into(session, Lease).values(name=name, holder=holder, beat_at=now, expires_at=now + ttl)
        statement = fresh.on_conflict_do_update(
            index_elements=[Lease.name],
            set_={"holder": holder, "beat_at": now, "expires_at": now + ttl},
            where=or_(Lease.holder == holder, Lease.expires_at <= now, Lease.expires_at > now + LONGEST * ttl),
        )
        return session.execute(statement.returning(Lease.name)).first() is not None


def release(name: str, *, holder: str) -> None:
    """Lets another take over at once. When it was last held stays known."""
    with transaction() as session:
        session.execute(
            update(Lease).where(Lease.name == name, Lease.holder == holder).values(expires_at=Lease.beat_at)
        )
