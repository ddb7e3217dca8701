"""What a verb refuses, as one line at the command line."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from lcweb.config import BadSettings
from lcweb.domain.errors import Conflict, NotAllowed, NotFound, Refused

P = ParamSpec("P")
R = TypeVar("R")


def spoken(command: Callable[P, R]) -> Callable[P, R]:
    """Ends with exit code 1 and the sentence instead of a traceback."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except (BadSettings, Refused, NotAllowed, NotFound, Conflict, ValueError) as error:
            raise click.ClickException(str(error)) from error

    return run
