"""What a verb or the database refuses, as one line at the command line."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from lcweb.config import BadSettings
from lcweb.db import Trouble, trouble_of
from lcweb.domain.errors import Conflict, NotAllowed, NotFound, Refused

P = ParamSpec("P")
R = TypeVar("R")

_TROUBLES = {
    Trouble.UNREACHABLE: "the database does not answer",
    Trouble.READ_ONLY: "the database cannot be written to: is its disk, file or server read-only?",
    Trouble.FULL: "the database's disk is full: make room, and run the command again",
    Trouble.BUSY: "the database is busy: run the command again in a while",
}
#: A table or a column that is not there: PostgreSQL's codes, and SQLite's words, which has one code for all.
_LACKING_STATES, _LACKING_WORDS = {"42P01", "42703"}, ("no such table", "no such column")


def spoken(command: Callable[P, R]) -> Callable[P, R]:
    """Ends with exit code 1 and the sentence instead of a traceback."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except (BadSettings, Refused, NotAllowed, NotFound, Conflict, ValueError) as error:
            raise click.ClickException(str(error)) from error
        except SQLAlchemyError as error:
            sentence = _of_database(error)
            if sentence is None:
                raise
            raise click.ClickException(sentence) from error

    return run


def _of_database(error: SQLAlchemyError) -> str | None:
    """None: it is a fault of ours."""
    if isinstance(error, DBAPIError) and _lacks_something(error):
        return "the database lacks tables of this version: run `prepare`"
    trouble = trouble_of(error)
    if trouble is None:
        return None
    if trouble is Trouble.UNREACHABLE and isinstance(error, DBAPIError):
        return f"{_TROUBLES[trouble]}: {_first_line(error)}"
    return _TROUBLES[trouble]


def _lacks_something(error: DBAPIError) -> bool:
    words = str(error.orig).startswith(_LACKING_WORDS)
    return words or getattr(error.orig, "sqlstate", None) in _LACKING_STATES


def _first_line(error: DBAPIError) -> str:
    """What the driver says of the connection; what follows may hold values."""
    return str(error.orig).strip().splitlines()[0]
