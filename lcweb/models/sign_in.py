"""What signing in needs beside a password: the second factor, its recovery codes, and assignments from elsewhere."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from lcweb.db import db
from lcweb.models.columns import moment


class SecondFactor(db.Model):
    """A person's TOTP secret, sealed with a key that the database does not know."""

    __tablename__ = "second_factor"
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True, autoincrement=False)
    secret: Mapped[str]
    made_at: Mapped[datetime] = moment()
    confirmed_at: Mapped[datetime | None] = moment(nullable=True)  # by a first right code; asked for from then on
    last_step: Mapped[int]  # the time step of the last code taken: none is taken twice


class RecoveryCode(db.Model):
    """Instead of a code, once, when the telephone is lost. Only its hash is kept."""

    __tablename__ = "recovery_code"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    code_hash: Mapped[str]
    made_at: Mapped[datetime] = moment()
    used_at: Mapped[datetime | None] = moment(nullable=True)


class SignInStep(db.Model):
    """The password was right and the code is still to come. The cookie holds the token, the table only its SHA-256."""

    __tablename__ = "sign_in_step"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    made_at: Mapped[datetime] = moment()
    expires_at: Mapped[datetime] = moment()
    used_at: Mapped[datetime | None] = moment(nullable=True)


class Commission(db.Model):
    """Medarbetaruppdrag: which unit an identity provider's `commissionHsaId` means. Ended, never deleted."""

    __tablename__ = "commission"
    id: Mapped[int] = mapped_column(primary_key=True)
    hsa_id: Mapped[str] = mapped_column(unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    made_at: Mapped[datetime] = moment()
    ended_at: Mapped[datetime | None] = moment(nullable=True)
