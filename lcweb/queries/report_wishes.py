"""Whether a person has asked for a place's monthly report, and where it would go."""

from typing import NamedTuple

from sqlalchemy import select

from lcweb.db import reading
from lcweb.domain.calendar import Place
from lcweb.models import ReportWish, User


class WishState(NamedTuple):
    """`email` None: the person has no address."""

    asked: bool
    email: str | None


def wish_of(user_id: int, place: Place) -> WishState:
    asked = (
        select(ReportWish.id)
        .where(ReportWish.user_id == user_id, ReportWish.ended_at.is_(None))
        .where(ReportWish.unit_id == place.unit_id, ReportWish.organization_id == place.organization_id)
    )
    row = reading().execute(select(asked.exists(), User.email).where(User.id == user_id)).one()
    return WishState(row[0], (row[1] or "").strip() or None)
