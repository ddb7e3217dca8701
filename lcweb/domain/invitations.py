"""A one-time link by which a person chooses a password: who may make one, and how long it holds."""

from collections.abc import Collection
from datetime import datetime, timedelta

from lcweb.domain.permissions import Act, Actor, Role

VALID_DAYS = 7


def expires_at(made_at: datetime) -> datetime:
    """The first moment at which the link no longer works."""
    return made_at + timedelta(days=VALID_DAYS)


def may_take_over(actor: Actor, places: Collection[int | None]) -> bool:
    """Whether `actor` may make a link for a person, or change who the person is; either could be used to become them.

    `places`: the unit of each role that the person has, None for a role in none. A unit manager may where all of them
    are in the own unit: what the person can reach elsewhere must not be reached through them.
    """
    if Role.SYSTEM_ADMIN in actor.roles:
        return True
    own = actor.unit_id is not None and set(places) == {actor.unit_id}
    return own and actor.may(Act.EDIT_UNIT)
