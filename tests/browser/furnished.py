"""A database whose rows are made once, and of which each site gets a copy."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from tests.databases import make_settings, opened, sqlite_url
from tests.live import Live

T = TypeVar("T")


class Furnished(NamedTuple, Generic[T]):
    database: Path
    made: T

    def at(self, site: Live) -> T:
        """The site has not been asked for anything yet."""
        shutil.copy(self.database, site.settings.instance / "lcweb.db")
        return self.made


def furnish(template: Path, folder: Path, make: Callable[[], T]) -> Furnished[T]:
    database = Path(shutil.copy(template, folder / "lcweb.db"))
    with opened(make_settings(sqlite_url(database), folder)) as app, app.app_context():
        return Furnished(database, make())
