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
    names_in_extract: Mapped[bool] = mapped_column(default=False)  # a patient's log extract names the staff (L4)
    closed_at: Mapped[datetime | None] = moment(nullable=True)


class Unit(db.Model):
    """Enhet: one shared inbox. Closed, never deleted; what was open in it went to the successor."""

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
    receptionists_may_write: Mapped[bool]  # as the unit began; dated changes are in `setting_change`
    note: Mapped[str]
    street: Mapped[str] = mapped_column(default="")  # visiting address, which the recipient list finds units by
    created_at: Mapped[datetime] = moment()
    closed_at: Mapped[datetime | None] = moment(nullable=True)
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))


class User(db.Model):
    """A person. Without a password hash: invited, and not yet able to sign in."""

    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    title: Mapped[str]
    licensed: Mapped[bool]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    hsa_id: Mapped[str | None] = mapped_column(unique=True)
    password_hash: Mapped[str]
    created_at: Mapped[datetime] = moment()
    ended_at: Mapped[datetime | None] = moment(nullable=True)  # from then on nobody signs in; may lie ahead


class Membership(db.Model):
    """A role in a unit, in an organization, or (system administrator) everywhere. Ended, never deleted."""

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
    began_at: Mapped[datetime | None] = moment(nullable=True)  # None: before this was kept
    ended_at: Mapped[datetime | None] = moment(nullable=True)


class Invitation(db.Model):
    """A one-time link by which a person chooses a password. The link holds the token, the table only its SHA-256."""

    __tablename__ = "invitation"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    made_by: Mapped[str]
    made_at: Mapped[datetime] = moment()
    expires_at: Mapped[datetime] = moment()
    used_at: Mapped[datetime | None] = moment(nullable=True)
    ended_at: Mapped[datetime | None] = moment(nullable=True)  # taken back, or followed by a newer one


class UserSession(db.Model):
    """A signed-in browser. The cookie holds the token, the table only its SHA-256; `handle` names it on pages."""

    __tablename__ = "user_session"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    handle: Mapped[str] = mapped_column(unique=True)
    how: Mapped[str]  # by password, with a code too, or by which identity provider
    browser: Mapped[str]  # in a person's words, so that one recognises one's own
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    started_at: Mapped[datetime] = moment()
    active_at: Mapped[datetime] = moment()  # the last deliberate request; polls leave it alone
    ends_at: Mapped[datetime] = moment()
    revoked_at: Mapped[datetime | None] = moment(nullable=True)
    revoked_why: Mapped[str | None]  # told at the next sign-in


class SignInAttempt(db.Model):
    """Failures per account and per address, both hashed: what people type there may be a password."""

    __tablename__ = "sign_in_attempt"
    key: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    failed_at: Mapped[datetime] = moment()
    heard_from: Mapped[datetime] = moment()  # no attempt is heard before this
