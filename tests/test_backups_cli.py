"""`backup`: taken while people write, proved, kept in number, and never half there."""

import json
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from flask import Flask

from lcweb.backups import postgresql, taking
from lcweb.backups.folder import held
from lcweb.config import Settings
from lcweb.db import db, log_key
from lcweb.domain.backups import Unusable, read, written
from lcweb.models import AccessLogRow, LogHead, Message, Thread
from tests import rows
from tests.at import at
from tests.backups import another, done, only_backup, refused
from tests.clock import Clock
from tests.factories import pair, thread
from tests.killed import killed_at
from tests.test_access_log_cli import tampered
from tests.test_schema import fill_every_table

NOW = at("Tue 2026-11-17 10:00")


@pytest.fixture
def folder(settings: Settings) -> Path:
    return settings.instance / "backups"


def test_a_backup_is_one_file_and_a_manifest_for_its_owner_alone(app: Flask, folder: Path, clock: Clock) -> None:
    fill_every_table()
    said = done(app, "backup")
    path = only_backup(folder)
    assert path.name in ("lcweb-20261117T090000Z.db", "lcweb-20261117T090000Z.dump")
    assert sorted(found.name for found in folder.iterdir()) == [path.name, f"{path.name}.json"]
    assert {stat.S_IMODE(found.stat().st_mode) for found in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    manifest = read(path.with_name(f"{path.name}.json").read_text("utf-8"), log_key())
    assert manifest.made_at == NOW and manifest.size == path.stat().st_size
    assert manifest.contents.counts["thread"] == rows.count(Thread)
    assert manifest.contents.head == (rows.row(LogHead).last_id, rows.row(LogHead).seal)
    assert "log-anchors.txt and the settings with their keys" in said


def test_a_manifest_says_nothing_about_anybody(app: Flask, folder: Path, clock: Clock) -> None:
    fill_every_table()
    done(app, "backup")
    said = json.loads(only_backup(folder).with_suffix(f"{only_backup(folder).suffix}.json").read_text("utf-8"))
    assert said.keys() == {"format", "kind", "made_at", "revision", "rows", "access_log", "bytes", "sha256", "seal"}
    assert all(isinstance(number, int) for number in said["rows"].values())


def test_two_of_the_same_second_are_refused(app: Flask, folder: Path, clock: Clock) -> None:
    done(app, "backup")
    assert "is already there" in refused(app, "backup")


def test_two_at_once_in_one_folder_are_refused(app: Flask, folder: Path, clock: Clock) -> None:
    with held(folder):
        assert "another backup or restore is at work" in refused(app, "backup")
    done(app, "backup")


def test_a_database_without_tables_is_one_line(empty_database_url: str, tmp_path: Path, clock: Clock) -> None:
    with another(empty_database_url, tmp_path) as app:
        assert refused(app, "backup") == "Error: the database has no tables yet: run `prepare`"
        assert list((tmp_path / "backups").iterdir()) == []


def test_a_folder_that_cannot_be_made_is_one_line(app: Flask, tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "file").write_text("")
    assert "Not a directory" in refused(app, "backup", "--to", str(tmp_path / "file" / "backups"))


# Rotation -----------------------------------------------------------------------------------------------------------


def test_the_newest_stay_and_other_files_are_left_alone(app: Flask, folder: Path, clock: Clock) -> None:
    folder.mkdir()
    others = {"lcweb.db", "lcweb-20251117T090000Z.db.old", "lcweb-20251117T090000Z.txt", "anteckning.txt", "x.part"}
    for name in others:
        (folder / name).write_text("")
    for _ in range(4):
        done(app, "backup", "--keep", "2")
        clock.forward(minutes=1)
    ours = {path.name for path in folder.iterdir()} - others
    kept = {name.partition(".")[0] for name in ours}
    assert kept == {"lcweb-20261117T090200Z", "lcweb-20261117T090300Z"} and len(ours) == 4
    assert others <= {path.name for path in folder.iterdir()}


def test_nothing_goes_when_the_new_one_fails(app: Flask, folder: Path, clock: Clock) -> None:
    first = done(app, "backup") and only_backup(folder)
    thread(*_two(), now=NOW)
    tampered("UPDATE access_log SET patient_number = '1' WHERE id = 1")
    clock.forward(days=1)
    assert "its access log is broken: row 1 is not as it was written" in refused(app, "backup", "--keep", "1")
    assert sorted(path.name for path in folder.iterdir()) == [first.name, f"{first.name}.json"]


def _two() -> Iterator[object]:
    sender, recipient = pair()
    return iter((sender, recipient.unit_id))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_row_that_points_at_nothing_is_told(app: Flask, folder: Path, clock: Clock) -> None:
    thread(*_two(), now=NOW)
    with db.engine.connect() as connection:
        driver = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        driver.execute("UPDATE message SET thread_id = 4711")
        driver.execute("PRAGMA foreign_keys=ON")
    assert "a row of message points at one of thread that is not there" in refused(app, "backup")


def test_a_file_that_lost_a_row_on_the_way_gets_no_name(
    app: Flask, folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread(*_two(), now=NOW)
    kind = taking.OF_KIND[taking.Kind(db.engine.dialect.name)]
    proved, told = kind.prove, []

    def prove(path: Path, expected: taking.Contents) -> None:
        told.append(expected.counts["message"])
        proved(path, expected._replace(counts={**expected.counts, "message": 2}))

    monkeypatch.setattr(kind, "prove", prove)
    assert "message has 1 rows instead of 2" in refused(app, "backup")
    assert told == [1] and list(folder.iterdir()) == []


# The manifest -------------------------------------------------------------------------------------------------------


def test_a_manifest_is_read_by_its_own_key_alone(app: Flask, folder: Path, clock: Clock) -> None:
    done(app, "backup")
    said = next(folder.glob("*.json")).read_text("utf-8")
    assert written(read(said, log_key()), log_key()) == said
    for broken in (said.replace('"thread": 0', '"thread": 1'), said[:-9], "[]", "{}", '{"seal": 1}', ""):
        with pytest.raises(Unusable, match="damaged"):
            read(broken, log_key())
    with pytest.raises(Unusable, match="another LCWEB_LOG_KEY"):
        read(said, b"k" * 32)


# While others write, and killed -------------------------------------------------------------------------------------


@pytest.mark.prove
def test_what_was_acknowledged_before_a_backup_is_in_it(
    app: Flask, settings: Settings, clock: Clock, empty_like: str, tmp_path: Path, scale: Callable[[int, int], int]
) -> None:
    sender, recipient = pair()
    told, stop, begun = [], Event(), [Event() for _ in range(3)]

    def write(mark: Event) -> None:
        with app.app_context():
            while True:
                told.append(thread(sender, recipient.unit_id, now=NOW))
                mark.set()
                if stop.is_set():
                    return

    taken = []
    with ThreadPoolExecutor(3) as pool:
        writers = [pool.submit(write, mark) for mark in begun]
        try:
            assert all(mark.wait(60) for mark in begun)
            for number in range(scale(2, 40)):
                known = set(told)
                into = settings.instance / f"b{number}"
                done(app, "backup", "--to", str(into))
                taken.append((known, only_backup(into)))
        finally:
            stop.set()
        for writer in writers:
            writer.result()
    assert len(told) > len(taken[-1][0])
    for number, (known, path) in enumerate(taken):
        with another(empty_like, tmp_path / f"i{number}") as other:
            done(other, "restore", str(path), "--replace", "--yes")
            assert known <= {found.id for found in rows.rows(Thread)}
            assert rows.count(Thread) == rows.count(Message) == rows.count(AccessLogRow)
            clock.forward(seconds=1)


@pytest.mark.parametrize("step", range(1, 7))
def test_a_backup_that_is_killed_leaves_none_and_the_next_one_clears_up(
    app: Flask, folder: Path, clock: Clock, step: int
) -> None:
    done(app, "backup")
    first = {path.name for path in folder.iterdir()}
    clock.forward(days=1)
    thread(*_two(), now=NOW)
    assert killed_at(step, lambda: done(app, "backup", "--keep", "1"))
    left = {path.name for path in folder.iterdir()} - first
    assert not any(name.endswith((".db", ".dump")) for name in left) or step == 6
    assert first <= {path.name for path in folder.iterdir()}
    clock.forward(days=1)
    done(app, "backup", "--keep", "1")
    assert len(list(folder.iterdir())) == 2


# PostgreSQL's tools -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_missing_tools_are_one_line(app: Flask, folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert "pg_dump is not installed here" in refused(app, "backup")
    assert list(folder.iterdir()) == []


def test_a_password_stands_in_the_environment_alone() -> None:
    url = db_url("postgresql+psycopg://lcweb:hem%20lig@127.0.0.1:5433/vard?sslmode=require&prepare_threshold=3")
    where, environ = postgresql._reach(url)
    assert where == "host=127.0.0.1 dbname=vard user=lcweb port=5433 sslmode=require"
    assert environ["PGPASSWORD"] == "hem lig"


def test_what_a_tool_complains_of_names_no_values() -> None:
    told = b'pg_restore: error: COPY failed for table "thread": ERROR:  bad "Tove Testsson"\nCONTEXT: thread, 20000101'
    assert postgresql._complaint("pg_restore", 1, told) == 'pg_restore failed: COPY failed for table "thread":'


def db_url(raw: str) -> postgresql.URL:
    return postgresql.make_url(raw)
