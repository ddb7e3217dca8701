"""`restore`: what is refused, what must not come to life again, and the old database untouched until then."""

import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import select, text, update

from lcweb.backups import postgresql
from lcweb.config import Settings
from lcweb.db import db, log_key, transaction
from lcweb.domain.access_log import Verdict
from lcweb.domain.backups import Contents, Kind, Manifest, read, written
from lcweb.domain.sessions import Why
from lcweb.models import Invitation, SignInStep, Thread, UserSession
from lcweb.queries.revisions import newest
from lcweb.services import lease
from tests import rows
from tests.at import at
from tests.backups import another, backup, damage, done, only_backup, opened_by_another, refused, run
from tests.clock import Clock
from tests.factories import pair, thread
from tests.killed import killed_at
from tests.test_migrations import proved
from tests.test_revisions import somebody_at_work
from tests.test_schema import fill_every_table

NOW = at("Tue 2026-11-17 10:00")
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    return tmp_path / "instance"


@pytest.fixture
def own(empty_like: str, instance: Path, clock: Clock) -> Iterator[Flask]:
    """An app whose database nobody else has open: PostgreSQL's usual one is the tests' own."""
    with another(empty_like, instance) as app:
        upgrade()
        yield app


def one_more() -> int:
    sender, recipient = pair()
    return thread(sender, recipient.unit_id, now=NOW)


def test_everything_is_back_but_what_opened_doors(
    app: Flask, settings: Settings, empty_like: str, instance: Path, clock: Clock
) -> None:
    fill_every_table()
    with transaction() as session:
        session.execute(update(UserSession).values(ends_at=NOW + timedelta(hours=1)))
    path, before = backup(app, settings.instance), rows.everything()
    clock.forward(minutes=5)
    with another(empty_like, instance) as other:
        upgrade()
        said = done(other, "restore", str(path))
        after = rows.everything()
        assert [name for name in before if after[name] != before[name]] == [
            "invitation",
            "sign_in_step",
            "user_session",
        ]
        assert {session.revoked_why for session in rows.rows(UserSession)} == {Why.RESTORED}
        assert {link.ended_at for link in rows.rows(Invitation)} == {clock.now}
        assert {step.used_at for step in rows.rows(SignInStep)} == {clock.now}
        assert proved() == Verdict(len(before["access_log"]))
        one_more()  # the next rows follow
    assert "1 sessions and 1 links to choose a password have been ended." in said
    assert "1 mails wait; one that was sent after 2026-11-17 09:00 UTC goes out again if it is still owed." in said


def test_a_database_that_holds_something_is_replaced_when_that_is_meant_and_kept(
    app: Flask, settings: Settings, empty_like: str, instance: Path, clock: Clock
) -> None:
    first = one_more()
    path = backup(app, settings.instance)
    with another(empty_like, instance) as other:
        upgrade()
        kept = {one_more(), one_more()}
        assert "the database is not empty: --replace" in refused(other, "restore", str(path))
        assert "Aborted!" in run(other, "restore", str(path), "--replace")[1]  # nobody answers
        assert {found.id for found in rows.rows(Thread)} == kept
        said = done(other, "restore", str(path), "--replace", "--yes")
        assert [found.id for found in rows.rows(Thread)] == [first]
    aside = said.split("The old database is kept as ")[1].split(":")[0]
    old = f"sqlite:///{aside}" if empty_like.startswith("sqlite") else empty_like.replace(name_of(empty_like), aside)
    with another(old, instance):
        assert {found.id for found in rows.rows(Thread)} == kept and proved() == Verdict(2)


def name_of(url: str) -> str:
    return url.rpartition("/")[2].partition("?")[0] if "?" not in url else url.split("@/")[1].partition("?")[0]


def test_one_of_an_older_revision_is_brought_up_to_date(
    app: Flask, settings: Settings, empty_like: str, instance: Path, clock: Clock
) -> None:
    with another(empty_like, instance) as other:
        upgrade()
        one_more()
        downgrade(revision="0005")
        done(other, "backup")
        path = only_backup(instance / "backups")
        downgrade(revision="base")
        said = done(other, "restore", str(path), "--replace", "--yes")
        assert f"revision {newest()}, to which it was brought" in said
        assert rows.count(Thread) == 1 and proved() == Verdict(1)


# Refused ------------------------------------------------------------------------------------------------------------


def rewritten(path: Path, **changes: object) -> None:
    """Its manifest says something else, under the right seal."""
    told = path.with_name(f"{path.name}.json")
    manifest = read(told.read_text("utf-8"), log_key())
    values = {name: getattr(manifest, name) for name in ("kind", "made_at", "contents", "size", "sha256")}
    told.write_text(written(Manifest(**(values | changes)), log_key()), "utf-8")


def contents_of(path: Path) -> Contents:
    return read(path.with_name(f"{path.name}.json").read_text("utf-8"), log_key()).contents


def test_what_cannot_be_put_back_is_told(own: Flask, instance: Path, clock: Clock) -> None:
    path, other = backup(own, instance), {"sqlite": Kind.POSTGRESQL, "postgresql": Kind.SQLITE}[db.engine.dialect.name]
    contents = contents_of(path)
    rewritten(path, contents=contents._replace(revision="0099"))
    assert "of revision 0099, which this version does not know: it is newer" in refused(own, "restore", str(path))
    rewritten(path, contents=contents, kind=other)
    assert f"it is a backup of {other}, and LCWEB_DATABASE_URL names" in refused(own, "restore", str(path))
    path.with_name(f"{path.name}.json").unlink()
    assert "is missing beside it" in refused(own, "restore", str(path))


def test_a_backup_that_holds_something_else_than_it_says_replaces_nothing(
    own: Flask, instance: Path, clock: Clock
) -> None:
    one_more()
    path = backup(own, instance)
    contents = contents_of(path)
    one_more()
    for wrong in ({"counts": {**contents.counts, "message": 2}}, {"head": contents.head._replace(seal="0" * 64)}):
        rewritten(path, contents=contents._replace(**wrong))
        assert "is not what it should be" in refused(own, "restore", str(path), "--replace", "--yes")
    assert rows.count(Thread) == 2
    assert not list(Path(instance).parent.glob("*.part*"))


@pytest.mark.prove
def test_a_bit_that_is_another_anywhere_is_found(
    own: Flask, instance: Path, tmp_path: Path, clock: Clock, scale: Callable[[int, int], int]
) -> None:
    one_more()
    path, chance = backup(own, instance), random.Random(17)
    for _ in range(scale(6, 300)):
        for broken in (path.name, f"{path.name}.json"):
            shutil.copytree(path.parent, tmp_path / "damaged", dirs_exist_ok=True)
            damage(tmp_path / "damaged" / broken, chance)
            said = refused(own, "restore", str(tmp_path / "damaged" / path.name), "--replace", "--yes")
            assert "damaged" in said
    with (tmp_path / "damaged" / path.name).open("r+b") as file:
        file.truncate(path.stat().st_size - 1)
    assert "damaged" in refused(own, "restore", str(tmp_path / "damaged" / path.name), "--replace", "--yes")
    assert rows.count(Thread) == 1


def test_nobody_may_be_at_work(own: Flask, instance: Path, clock: Clock) -> None:
    one_more()
    path = backup(own, instance)
    lease.acquire("worker", holder="one", now=NOW, ttl=timedelta(seconds=150))
    assert "a worker is at work: stop it (one that was killed is forgotten in 151 s)" in refused(
        own, "restore", str(path), "--replace", "--yes"
    )


@only_sqlite
def test_a_file_that_somebody_has_open_is_not_replaced(own: Flask, instance: Path, clock: Clock) -> None:
    path = backup(own, instance)
    with opened_by_another(instance.parent / "other.db"):
        assert "in use: stop the app and the worker" in refused(own, "restore", str(path), "--replace", "--yes")


@only_sqlite
def test_a_file_of_an_app_that_lives_is_not_replaced_though_it_has_no_connection(
    own: Flask, instance: Path, clock: Clock
) -> None:
    path = backup(own, instance)
    with somebody_at_work(own):
        assert "in use: stop the app and the worker" in refused(own, "restore", str(path), "--replace", "--yes")
    done(own, "restore", str(path), "--replace", "--yes")


@only_postgresql
def test_a_database_that_somebody_is_connected_to_is_not_replaced(
    app: Flask, settings: Settings, empty_like: str, instance: Path, clock: Clock
) -> None:
    path = backup(app, settings.instance)
    with another(empty_like, instance) as other:
        engine = db.create_engine(empty_like)
        try:
            with engine.connect():
                assert "in use: stop the app and the worker" in refused(other, "restore", str(path))
        finally:
            engine.dispose()


# Nothing half -------------------------------------------------------------------------------------------------------


@only_sqlite
def test_a_restore_that_is_killed_leaves_the_old_database_or_the_new_one(
    own: Flask, instance: Path, clock: Clock
) -> None:
    one_more()
    path = backup(own, instance)
    one_more()
    database, seen = instance.parent / "other.db", []
    for step in range(1, 20):
        if not killed_at(step, lambda: done(own, "restore", str(path), "--replace", "--yes")):
            break
        clock.forward(seconds=1)
        seen.append(rows.count(Thread))
        assert proved().fault is None
        db.engine.dispose()
    assert seen == sorted(seen, reverse=True) and set(seen) == {1, 2}
    assert rows.count(Thread) == 1
    assert not list(database.parent.glob(f"{database.name}*.part*"))


@only_sqlite
def test_a_damaged_database_is_set_aside_with_all_that_lies_beside_it(own: Flask, instance: Path, clock: Clock) -> None:
    first = one_more()
    path = backup(own, instance)
    db.engine.dispose()
    database = instance.parent / "other.db"
    database.write_bytes(b"no database " * 1000)
    database.with_name(f"{database.name}-wal").write_bytes(b"left")
    assert "not empty" in refused(own, "restore", str(path))
    done(own, "restore", str(path), "--replace", "--yes")
    assert [found.id for found in rows.rows(Thread)] == [first]
    aside = database.with_name(f"{database.name}.before-20261117T090000Z")
    assert aside.read_bytes().startswith(b"no database")
    assert not database.with_name(f"{database.name}-wal").exists() or proved() == Verdict(1)


@only_sqlite
def test_a_write_ahead_log_without_its_database_is_not_taken_for_the_new_ones(
    app: Flask, settings: Settings, tmp_path: Path, instance: Path, clock: Clock
) -> None:
    one_more()
    path = backup(app, settings.instance)
    instance.mkdir()
    shutil.copy(path, instance / "lcweb.db")
    with another(f"sqlite:///{instance / 'lcweb.db'}", instance), db.engine.connect() as connection:
        connection.connection.driver_connection.execute("UPDATE thread SET subject = 'En annan'")
        shutil.copy(instance / "lcweb.db-wal", tmp_path / "kept-wal")
    (instance / "lcweb.db").unlink()
    shutil.copy(tmp_path / "kept-wal", instance / "lcweb.db-wal")
    with another(f"sqlite:///{instance / 'lcweb.db'}", instance) as other:
        done(other, "restore", str(path))
        assert rows.row(Thread).subject == "Såromläggning"


@only_postgresql
@pytest.mark.parametrize("step", [1, 2])
def test_a_killed_restore_leaves_the_old_database_and_the_next_one_clears_up(
    own: Flask, instance: Path, empty_like: str, clock: Clock, step: int
) -> None:
    one_more()
    path = backup(own, instance)
    one_more()
    steps = ((subprocess, "run"), (postgresql.Place, "put_in_place"))
    assert killed_at(step, lambda: done(own, "restore", str(path), "--replace", "--yes"), steps)
    assert rows.count(Thread) == 2 and f"{name_of(empty_like)}_unfinished" in databases()
    done(own, "restore", str(path), "--replace", "--yes")
    assert rows.count(Thread) == 1 and f"{name_of(empty_like)}_unfinished" not in databases()


def databases() -> list[str]:
    with db.engine.connect() as connection:
        return list(connection.scalars(select(text("datname")).select_from(text("pg_database"))))


@only_postgresql
def test_a_database_that_is_not_there_is_one_line(
    app: Flask, settings: Settings, empty_like: str, instance: Path, clock: Clock
) -> None:
    path = backup(app, settings.instance)
    with another(empty_like.replace(name_of(empty_like), "not_there"), instance) as other:
        assert "there is no database not_there: make an empty one first" in refused(other, "restore", str(path))


@only_postgresql
def test_a_failed_restore_leaves_no_database_behind(own: Flask, instance: Path, clock: Clock) -> None:
    one_more()
    path = backup(own, instance)
    rewritten(path, contents=contents_of(path)._replace(counts={**contents_of(path).counts, "message": 2}))
    assert "is not what it should be" in refused(own, "restore", str(path), "--replace", "--yes")
    assert not any(name.endswith("_unfinished") for name in databases())


# The log's anchors --------------------------------------------------------------------------------------------------


def test_a_log_that_ends_before_its_anchors_is_told_and_they_are_set_aside(
    app: Flask, settings: Settings, empty_like: str, instance: Path, clock: Clock
) -> None:
    with another(empty_like, instance) as other:
        upgrade()
        one_more()
        done(other, "log", "anchor")
        done(other, "backup")
        path = only_backup(instance / "backups")
        assert "anchor" not in done(other, "restore", str(path), "--replace", "--yes")
        clock.forward(hours=1)
        one_more(), one_more()
        done(other, "log", "anchor")
        anchors = (instance / "log-anchors.txt").read_text("utf-8")
        said = done(other, "restore", str(path), "--replace", "--yes")
        assert "does not reach the anchor of 2026-11-17 10:00 UTC at row 3: 2 rows or more are lost" in said
        assert (instance / "log-anchors.before-20261117T100000Z.txt").read_text("utf-8") == anchors
        assert not (instance / "log-anchors.txt").exists()
