"""One process at a time: a row that its holder renews, and that another takes over once it has run out."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from lcweb.db import guarded, insert_into, transaction
from lcweb.models import Lease

#: One that ends further ahead than so many of its lengths was given by a clock that has been set back since.
LONGEST = 2


class LeaseLost(Exception):
    """Another process has taken over meanwhile, so what was to be written is undone."""


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


@contextmanager
def held(name: str, *, holder: str) -> Iterator[None]:
    """Each verb within commits only while `holder` is the last that got the lease, else it raises LeaseLost.

    A process that slept, or whose machine did, may wake in the middle of a verb: it looks at no clock, which slept too.
    One that has merely run out is still its holder's, as long as nobody has taken it over.
    """
    last = select(Lease.holder).where(Lease.name == name).with_for_update(read=True)

    def check(session: Session) -> None:
        if session.scalar(last) != holder:
            raise LeaseLost(name)

    with guarded(check):
        yield


def release(name: str, *, holder: str) -> None:
    """Lets another take over at once. When it was last held stays known."""
    with transaction() as session:
        session.execute(
            update(Lease).where(Lease.name == name, Lease.holder == holder).values(expires_at=Lease.beat_at)
        )
