"""The only reading of the clock. Rules, verbs and queries take `now` as an argument."""

from datetime import UTC, datetime


def now() -> datetime:
    """Aware UTC."""
    return datetime.now(UTC)
