"""SQLite: a snapshot as one file, its proof, and the way back of such a file into the database's place."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pysqlite3 import dbapi2
from sqlalchemy import Connection, NullPool, create_engine, make_url
from sqlalchemy.exc import DatabaseError

from lcweb import at_work
from lcweb.backups import beside, folder
from lcweb.backups.folder import Tell
from lcweb.db import FinishedFile, snapshot
from lcweb.domain.backups import Contents, Kind, Manifest, Unusable, difference, stamp
from lcweb.queries import backups as queries

KIND = Kind.SQLITE
PAGES = 4096  # copied at a time
IN_USE = "the database is in use: stop the app and the worker"


def copy(connection: Connection, path: Path, tell: Tell) -> None:
    """What this connection's transaction sees. Writers do not wait for it, nor it for them. Raises Unusable."""
    source: Any = connection.connection.driver_connection
    target = dbapi2.connect(path, isolation_level=None)
    try:
        source.backup(target, pages=PAGES, progress=lambda _status, left, total: tell(total - left, total))
        target.execute("PRAGMA journal_mode=DELETE")  # one file, which can be read where nothing can be written
    except dbapi2.Error as error:  # a full disk; SQLite's words name no values
        raise Unusable(f"the copy could not be written: {error}") from None
    finally:
        target.close()


def prove(path: Path, expected: Contents) -> None:
    """Raises Unusable unless the file is sound and holds what is expected."""
    try:
        with finished(path) as connection:
            require_sound(connection)
            if found := difference(expected, queries.contents(connection)):
                raise Unusable(f"{path.name} is not what it should be: {found}")
            queries.require_chain(connection)
    except DatabaseError as error:
        raise Unusable(f"{path.name} is damaged ({type(error).__name__})") from None


def require_sound(connection: Connection) -> None:
    """SQLite's own view of it. Raises Unusable."""
    told = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
    if told != "ok":
        raise Unusable("the file is damaged: SQLite's integrity check finds faults")
    if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise Unusable(f"a row of {broken[0]} points at one of {broken[2]} that is not there")


@contextmanager
def finished(path: Path) -> Iterator[Connection]:
    """A file that nobody writes; no lock is taken, and no file made beside it."""

    def connect() -> dbapi2.Connection:
        address = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
        return dbapi2.connect(address, uri=True, isolation_level=None, factory=FinishedFile)

    engine = create_engine("sqlite://", module=dbapi2, creator=connect, poolclass=NullPool, hide_parameters=True)
    with engine.connect().execution_options(readonly=True, yield_per=2000) as connection:
        yield connection


def require_idle(database_url: str) -> None:
    """Raises Unusable while the app or the worker lives or anybody has the database open, and when it is damaged."""
    _require_nobody_at_work(database_url)
    with _alone(Path(make_url(database_url).database or "")) as alone:
        if alone is None:
            raise Unusable(IN_USE)


def _require_nobody_at_work(database_url: str) -> None:
    """An app that nobody asks anything has no connection, and would go on with the old file. Raises Unusable."""
    if at_work.is_held(database_url):
        raise Unusable(IN_USE)


class Place:
    """Where the settings' database is, or is to be, while a backup is put back."""

    def __init__(self, database_url: str) -> None:
        self.url = database_url
        self.path = Path(make_url(database_url).database or "").resolve()

    def require_idle(self) -> None:
        """Raises Unusable while the app or the worker lives, or anybody has it open. One that is damaged is of no use
        to anybody.
        """
        beside.let_go()
        _require_nobody_at_work(self.url)
        if self._is_there():
            with suppress(_Damaged), _alone(self.path) as alone:
                if alone is None:
                    raise Unusable(IN_USE)

    def is_empty(self) -> bool:
        """Nobody would miss it. A damaged one would be missed."""
        if not self._is_there():
            return True
        try:
            with snapshot() as connection:
                return queries.is_empty(connection)
        except DatabaseError:
            return False
        finally:
            beside.let_go()

    def _is_there(self) -> bool:
        return self.path.exists() and self.path.stat().st_size > 0

    @contextmanager
    def unfinished(self, backup: Path, manifest: Manifest, tell: Tell) -> Iterator[str]:
        """The backup as a file beside the database, and proved: the URL it is reached by.

        Gone at the end, unless it was put in place. Raises Unusable.
        """
        with folder.held(self.path.parent), folder.part_of(self.path) as part:
            if folder.copy(backup, part, tell) != manifest.sha256:
                raise Unusable(f"{backup.name} is damaged: it is not what the manifest says")
            prove(part, manifest.contents)
            self._owned_as_before(part)
            yield f"sqlite:///{part}"

    @property
    def _part(self) -> Path:
        return self.path.with_name(self.path.name + folder.PART)

    def put_in_place(self, now: datetime) -> str | None:
        """The new file takes the old one's name in one step, while nobody can open that; where the old one is kept."""
        self._make_one_file()
        if not self.path.exists():
            self._set_companions_aside(self._aside(now))
            folder.finish(self._part, self.path)
            return None
        aside = self._aside(now)
        try:
            with _alone(self.path) as alone:
                if alone is None:
                    raise Unusable(IN_USE)
                self._exchange(aside)
        except _Damaged:
            self._set_companions_aside(aside)
            self._exchange(aside)
        return str(aside)

    def _exchange(self, aside: Path) -> None:
        for other in self.path.parent.glob(f"{self.path.name}.before-*"):
            if other.samefile(self.path):  # a second name, left by a command that was killed between these two steps
                other.unlink()
        os.link(self.path, aside)
        folder.finish(self._part, self.path)

    def _aside(self, now: datetime) -> Path:
        aside = self.path.with_name(f"{self.path.name}.before-{stamp(now)}")
        if aside.exists() and not aside.samefile(self.path):
            raise Unusable(f"{aside} is already there")
        return aside

    def _set_companions_aside(self, aside: Path) -> None:
        """They are another database's, and would be taken for the new one's."""
        for path in folder.companions(self.path):
            os.replace(path, aside.with_name(path.name.replace(self.path.name, aside.name, 1)))

    def _make_one_file(self) -> None:
        """What was written since the copy was made lies in the file itself."""
        connection = dbapi2.connect(self._part, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode=DELETE")
        finally:
            connection.close()

    def _owned_as_before(self, part: Path) -> None:
        """A file that root puts back must be the app's."""
        like = (self.path if self.path.exists() else self.path.parent).stat()
        if os.geteuid() == 0:
            os.chown(part, like.st_uid, like.st_gid)


class _Damaged(Unusable):
    pass


@contextmanager
def _alone(path: Path) -> Iterator[dbapi2.Connection | None]:
    """Nobody else opens the file meanwhile. None: somebody has it open. Raises _Damaged when it is no database."""
    connection = dbapi2.connect(path, isolation_level=None, timeout=0)
    try:
        yield connection if _shut_out_others(connection, path) else None
    finally:
        connection.close()


def _shut_out_others(connection: dbapi2.Connection, path: Path) -> bool:
    try:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("PRAGMA journal_mode=DELETE").fetchall()  # the write-ahead log comes into the file
        connection.execute("BEGIN EXCLUSIVE")
    except dbapi2.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF in (dbapi2.SQLITE_BUSY, dbapi2.SQLITE_LOCKED):
            return False
        raise _Damaged(f"{path} is damaged or no database") from None
    return True
