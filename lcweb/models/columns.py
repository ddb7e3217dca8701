"""The one sort of column that every table has."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from lcweb.db import UtcDateTime


def moment(*, nullable: bool = False) -> Mapped[datetime]:
    """An aware UTC moment."""
    return mapped_column(UtcDateTime, nullable=nullable)
