"""Organizations, units, people and their sessions."""

from datetime import datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lcweb.db import db
from lcweb.models.columns import moment


class Organization(db.Model):
    """Huvudman: the region, a municipality, or a private clinic's own."""

    __tablename__ = "organization"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    hsa_id: Mapped[str | None] = mapped_column(unique=True)
    municipality: Mapped[str | None]  # of a municipality's organization; a list administrator's reach
    notify_email: Mapped[str | None]
    contact: Mapped[str] = mapped_column(default="")  # whom to ask about the routine, as the help page shows it


class Unit(db.Model):
    """Enhet: one shared inbox."""

    __tablename__ = "unit"
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    municipality: Mapped[str]
    hsa_id: Mapped[str | None] = mapped_column(unique=True)
    phone: Mapped[str]
    acute_phone: Mapped[str]  # S3: on screen before anything is sent
    notify_email: Mapped[str | None]
    manager_email: Mapped[str | None]
    opens: Mapped[time]  # T3, Stockholm time
    closes: Mapped[time]
    receptionists_may_write: Mapped[bool]
    note: Mapped[str]
    created_at: Mapped[datetime] = moment()


class User(db.Model):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    title: Mapped[str]
    licensed: Mapped[bool]
    phone: Mapped[str | None]
    password_hash: Mapped[str]
    created_at: Mapped[datetime] = moment()


class Membership(db.Model):
    """A role in a unit, in an organization, or (system administrator) everywhere."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("unit_id IS NULL OR organization_id IS NULL", name="one_place"),
        Index("ix_membership_user", "user_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    role: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))


class UserSession(db.Model):
    """A signed-in browser. The cookie holds the token, the table only its SHA-256."""

    __tablename__ = "user_session"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    started_at: Mapped[datetime] = moment()
    active_at: Mapped[datetime] = moment()  # the last deliberate request; polls leave it alone
    ends_at: Mapped[datetime] = moment()
    revoked_at: Mapped[datetime | None] = moment(nullable=True)


class SignInAttempt(db.Model):
    """Failures per account and per address, both hashed: what people type there may be a password."""

    __tablename__ = "sign_in_attempt"
    key: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    failed_at: Mapped[datetime] = moment()
    heard_from: Mapped[datetime] = moment()  # no attempt is heard before this
