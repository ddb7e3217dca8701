"""Everybody who sees a unit's inbox, and who has seen it."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.orm import aliased

from lcweb.db import reading
from lcweb.domain.changes import Noun, What
from lcweb.domain.permissions import Role
from lcweb.domain.phrases import alphabetical
from lcweb.domain.workdays import local_day
from lcweb.facts import receptionists_may_write, still_here
from lcweb.models import Change, Invitation, Membership, User, UserSession


class MemberRole(NamedTuple):
    """`added_by` and `began_at` are None from before that was kept."""

    id: int
    role: str
    began_at: datetime | None
    added_by: str | None


class Member(NamedTuple):
    """`last_day_at`: an end that lies ahead. `elsewhere`: has roles in other places, or in none."""

    user_id: int
    name: str
    title: str
    username: str
    licensed: bool
    has_password: bool
    invited_until: datetime | None
    signed_in_at: datetime | None
    last_day_at: datetime | None
    elsewhere: bool
    receptionists_may_write: bool
    roles: list[MemberRole]

    @property
    def may_write(self) -> bool:
        """To other units, today."""
        held = {role.role for role in self.roles}
        as_receptionist = Role.RECEPTIONIST in held and self.receptionists_may_write
        return Role.NURSE in held or (Role.UNIT_MANAGER in held and self.licensed) or as_receptionist


class FormerMember(NamedTuple):
    """`ended_by` None: the person's time was over, by the date alone or everywhere."""

    name: str
    title: str
    role: str
    began_at: datetime | None
    ended_at: datetime
    ended_by: str | None


class Members(NamedTuple):
    now: list[Member]
    former: list[FormerMember]


def of_unit(unit_id: int, *, now: datetime) -> Members:
    """Both by name, as Swedish sorts."""
    receptionists = receptionists_may_write(reading(), unit_id, local_day(now))
    members: dict[int, Member] = {}
    former: list[FormerMember] = []
    for row in reading().execute(_memberships(unit_id, now)):
        ends = [moment for moment in (row.role_ended_at, row.ended_at) if moment is not None and moment <= now]
        if ends:
            former.append(FormerMember(row.name, row.title, row.role, row.began_at, min(ends), row.ended_by))
            continue
        fresh = Member(
            row.user_id, row.name, row.title, row.username, row.licensed, row.has_password, row.invited_until,
            row.signed_in_at, row.ended_at, row.elsewhere > 0, receptionists, [],
        )  # fmt: skip
        members.setdefault(row.user_id, fresh).roles.append(
            MemberRole(row.id, row.role, row.began_at, row.added_by)
        )  # fmt: skip
    former.sort(key=lambda member: member.ended_at, reverse=True)
    return Members(sorted(members.values(), key=lambda member: (alphabetical(member.name), member.user_id)), former)


def _memberships(unit_id: int, now: datetime) -> Select:
    other = aliased(Membership)
    elsewhere = select(func.count(other.id)).where(
        other.user_id == User.id, other.unit_id.is_distinct_from(unit_id), still_here(other, now)
    )
    signed_in = select(func.max(UserSession.started_at)).where(UserSession.user_id == User.id)
    invited = select(func.max(Invitation.expires_at)).where(
        Invitation.user_id == User.id, Invitation.used_at.is_(None), Invitation.ended_at.is_(None),
        Invitation.expires_at > now,
    )  # fmt: skip
    return (
        select(
            Membership.id, Membership.role, Membership.began_at, Membership.ended_at.label("role_ended_at"),
            User.id.label("user_id"), User.name, User.title, User.username, User.licensed, User.ended_at,
            (User.password_hash != "").label("has_password"), elsewhere.scalar_subquery().label("elsewhere"),
            signed_in.scalar_subquery().label("signed_in_at"), invited.scalar_subquery().label("invited_until"),
            _by(What.ADDED).label("added_by"), _by(What.ENDED).label("ended_by"),
        )
        .join(User, User.id == Membership.user_id)
        .where(Membership.unit_id == unit_id)
        .order_by(Membership.id)
    )  # fmt: skip


def _by(what: What) -> ScalarSelect[str]:
    """Who did that with the role, the last time."""
    newest = (
        select(Change.made_by)
        .where(Change.noun == Noun.MEMBERSHIP, Change.row_id == Membership.id, Change.what == what)
        .order_by(Change.id.desc())
        .limit(1)
    )
    return newest.correlate(Membership).scalar_subquery()
