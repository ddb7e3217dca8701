"""A machine and a database that are not quite as the app wants them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy import text

from lcweb.db import transaction
from tests.page import Browser


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@contextmanager
def stamped(web: Browser, revision: str) -> Iterator[None]:
    """As if the tables were of another revision."""
    with web.context(), transaction() as session:
        before = session.scalar(text("SELECT version_num FROM alembic_version"))
        session.execute(text("UPDATE alembic_version SET version_num = :new"), {"new": revision})
    try:
        yield
    finally:
        with web.context(), transaction() as session:
            session.execute(text("UPDATE alembic_version SET version_num = :old"), {"old": before})
