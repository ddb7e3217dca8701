"""The figures for the operator's watch: who gets them, what they say, and that no label knows anybody."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from lcweb import anchors, machine
from lcweb.config import ROOT, Settings
from lcweb.domain.access_log import Anchor, Head
from lcweb.domain.outbox import WORKER_LEASE
from lcweb.services import follow_up, lease, outbox, reminders
from lcweb.web import metrics
from tests.clock import Clock
from tests.databases import opened
from tests.factories import RULES
from tests.hidden import given_away
from tests.page import Browser
from tests.postman import FRIDAY, Postman, nurse
from tests.web.surroundings import Usage, stamped
from tests.web.visits import IDENTITY, Visitor, Write, letter, writes

SAMPLE = re.compile(r"(?P<name>\w+)(?:\{(?P<labels>[^}]*)\})? (?P<value>\S+)")
LABEL = re.compile(r'(\w+)="([^"]*)"')


def samples(visitor: Browser) -> dict[str, float]:
    """`name{labels}` → value, without the library's own moments of birth."""
    text = visitor.client.get("/matt").text
    found = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in found if "_created" not in name}


#: What differs from one moment and machine to the next, whatever has happened in the app.
CIRCUMSTANCES = {"lcweb_database_seconds", "lcweb_disk_free_bytes", "lcweb_disk_free_ratio",
                 "lcweb_clock_ahead_seconds"}  # fmt: skip


def figures(visitor: Browser) -> dict[str, float]:
    """Those without a label that tell what has happened."""
    return {name: value for name, value in samples(visitor).items() if "{" not in name and name not in CIRCUMSTANCES}


# Who gets them --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "status"),
    [("127.0.0.1", 200), ("127.9.9.9", 200), ("::1", 200), ("::ffff:127.0.0.1", 200), ("192.0.2.7", 404),
     ("::2", 404), ("", 404), ("localhost", 404)],
)  # fmt: skip
def test_by_itself_only_this_machine_gets_them(web: Browser, address: str, status: int) -> None:
    answer = web.client.get("/matt", environ_overrides={"REMOTE_ADDR": address})
    assert answer.status_code == status
    assert ("lcweb_database_up" in answer.text) == (status == 200)


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_a_proxy_on_this_machine_that_nobody_has_told_of_gets_none(web: Browser, header: str) -> None:
    """Who is behind it may be anybody."""
    assert web.client.get("/matt", headers={header: "127.0.0.1"}).status_code == 404


def test_other_networks_are_a_setting_and_a_proxy_tells_who_asks(settings: Settings, clock: Clock) -> None:
    watched = replace(settings, metrics_from=(ip_network("10.1.0.0/16"),), proxies=1)
    with opened(watched) as app:
        client = app.test_client()
        got = {told: client.get("/matt", headers={"X-Forwarded-For": told}).status_code
               for told in ("10.1.2.3", "10.2.0.1", "10.1.2.3, 192.0.2.7", "192.0.2.7, 10.1.2.3", "x")}  # fmt: skip
        without = client.get("/matt").status_code
    assert (got, without) == (
        {"10.1.2.3": 200, "10.2.0.1": 404, "10.1.2.3, 192.0.2.7": 404, "192.0.2.7, 10.1.2.3": 200, "x": 404}, 404,
    )  # fmt: skip


def test_reading_writes_nothing_and_sets_no_cookie(karin: Visitor) -> None:
    with writes(karin.app) as changed:
        answer = karin.fetch("/matt")
    assert (changed, "Set-Cookie" in answer.headers, answer.mimetype) == (set(), False, "text/plain")
    assert answer.headers["Cache-Control"] == "no-store"


# What they say --------------------------------------------------------------------------------------------------------


def test_before_anything_has_happened_they_say_so(web: Browser) -> None:
    web.client.get("/matt")
    assert figures(web) == {
        "lcweb_database_up": 1, "lcweb_mails_waiting": 0, "lcweb_mails_failed": 0, "lcweb_sessions": 0,
        "lcweb_access_log_rows": 0, "lcweb_sign_ins_held": 0, "lcweb_schema_current": 1,
    }  # fmt: skip


def test_what_is_at_work_and_what_waits_is_told_with_its_age(web: Browser, clock: Clock, settings: Settings) -> None:
    clock.set(f"{FRIDAY} 11:00")
    with web.context():
        nurse("Enhet A", notify_email=None), nurse("Enhet B")
        reminders.tick(now=clock.now, rules=RULES)
        first, _ = outbox.waiting(now=clock.now)
        outbox.deliver(first, now=clock.now, rules=RULES, post=Postman().post(admin=None))
        lease.acquire(WORKER_LEASE, holder="a", now=clock.now, ttl=timedelta(seconds=150))
    anchors.append(settings.anchor_file, Anchor(clock.now, Head(7, "0" * 64)))
    clock.forward(seconds=200)
    assert figures(web) | {"lcweb_access_log_rows": 0} == {
        "lcweb_database_up": 1, "lcweb_worker_beat_age_seconds": 200, "lcweb_worker_lease_left_seconds": -50,
        "lcweb_mails_waiting": 1, "lcweb_mails_oldest_age_seconds": 200, "lcweb_mails_failed": 1, "lcweb_sessions": 0,
        "lcweb_sign_ins_held": 0, "lcweb_access_log_anchor_age_seconds": 200, "lcweb_schema_current": 1,
        "lcweb_access_log_rows": 0,
    }  # fmt: skip


def test_sessions_rows_and_refused_sign_ins_are_counted(karin: Visitor, write: Write, clock: Clock) -> None:
    karin.get(f"/arenden/{write()}")
    for _ in range(6):
        Visitor(karin.app, None).post("/logga-in", username="karin", password="fel")
    found = samples(karin)
    assert (found["lcweb_sessions"], found["lcweb_access_log_rows"]) == (2, 2)
    assert found['lcweb_sign_ins_refused_total{why="refused"}'] >= 5
    assert found["lcweb_sign_ins_held"] == 1
    clock.forward(minutes=31)
    assert samples(karin)["lcweb_sessions"] == 0


def test_answers_are_counted_by_address_and_kind_with_their_time(karin: Visitor) -> None:
    before = samples(karin)
    for url in ("/inkorg", "/inkorg", "/finns-inte", "/arenden/999"):
        karin.fetch(url)
    found = samples(karin)

    def more(name: str) -> float:
        return found.get(name, 0) - before.get(name, 0)

    assert more('lcweb_requests_total{endpoint="inbox.show",status="2xx"}') == 2
    assert more('lcweb_requests_total{endpoint="none",status="4xx"}') == 1
    assert more('lcweb_requests_total{endpoint="threads.show",status="4xx"}') == 1
    assert more('lcweb_request_seconds_count{endpoint="inbox.show"}') == 2
    assert more('lcweb_request_seconds_bucket{endpoint="inbox.show",le="+Inf"}') == 2


def test_without_a_database_they_say_that_and_what_the_process_knows(
    web: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("no route"))

    monkeypatch.setattr(Engine, "connect", unreachable)
    assert figures(web) == {"lcweb_database_up": 0}
    assert "lcweb_disk_free_bytes" in samples(web)  # a full disk may be why


# What lies around the database ----------------------------------------------------------------------------------------


def test_a_worker_whose_rounds_break_off_is_told_by_what_each_does_last(web: Browser, clock: Clock) -> None:
    with web.context():
        follow_up.tick(now=clock.now, rules=RULES)
    clock.forward(minutes=16)
    with web.context():
        lease.acquire(WORKER_LEASE, holder="a", now=clock.now, ttl=timedelta(seconds=150))
    found = samples(web)
    assert (found["lcweb_worker_beat_age_seconds"], found["lcweb_follow_up_age_seconds"]) == (0, 960)


def test_tables_of_another_version_are_told_of(web: Browser) -> None:
    with stamped(web, "0001"):
        assert samples(web)["lcweb_schema_current"] == 0


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_database_server_s_clock_is_held_against_ours(web: Browser, clock: Clock) -> None:
    clock.now = datetime.now(UTC) - timedelta(seconds=300)
    assert 299 < samples(web)["lcweb_clock_ahead_seconds"] < 360


def test_the_room_that_is_told_is_the_smallest_that_matters(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The instance folder's, and SQLite's where that is on a disk of its own."""
    used = {settings.instance: (1000, 100, 900), tmp_path: (1000, 950, 50)}
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda folder: Usage(*used[folder]))
    elsewhere = replace(settings, database_url=f"sqlite:///{tmp_path / 'lcweb.db'}")
    assert machine.find_room(elsewhere) == (50, 0.05)
    server = replace(settings, database_url="postgresql+psycopg://lcweb@127.0.0.1/lcweb")
    assert machine.find_room(server) == (900, 0.9)


def test_a_disk_that_cannot_be_asked_is_left_out(web: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_folder: Path) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(machine.shutil, "disk_usage", gone)
    found = samples(web)
    assert found["lcweb_database_up"] == 1 and not any("disk" in name for name in found)


BACKUPS = ("lcweb-20261116T013000Z.db", "lcweb-20261116T013000Z.db.json", "lcweb-20261117T013000Z.dump",
           "lcweb-20261117T013000Z.dump.json", "lcweb-20261117T080000Z.db", "lcweb-20261117T083000Z.db.json",
           "lcweb-20261118T013000Z.db.json.new", "anteckning.json")  # fmt: skip


@pytest.mark.parametrize(("names", "age"), [(BACKUPS, 7.5 * 3600), ((), None), (None, None)])
def test_the_newest_backup_that_was_finished_is_told_by_its_age(
    settings: Settings, clock: Clock, tmp_path: Path, names: tuple[str, ...] | None, age: float | None
) -> None:
    """It is Tuesday at ten in Stockholm, nine in UTC. A folder that is not there has none."""
    folder = tmp_path / "backups"
    if names is not None:
        folder.mkdir()
        for name in names:
            (folder / name).touch()
    with opened(replace(settings, backup_folder=folder)) as app:
        assert samples(Browser(app)).get("lcweb_backup_age_seconds") == age


def test_the_table_of_alarms_names_figures_that_there_are_and_leaves_out_none() -> None:
    """Each is what an alarm stands on, or is told of as one to look at."""
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    chapter = text.split("\n## Figures and alarms\n")[1].split("\n## ")[0]
    table = "\n".join(line for line in chapter.splitlines() if line.startswith("|"))
    ours = {name for name, _ in metrics.GAUGES.values()} | {"lcweb_database_up"}
    ours |= {"lcweb_requests_total", "lcweb_request_seconds", "lcweb_sign_ins_refused_total"}
    assert set(re.findall(r"lcweb_[a-z_]*[a-z]", table)) <= ours
    assert set(re.findall(r"lcweb_[a-z_]*[a-z]", chapter)) == ours


# Whom they do not know ------------------------------------------------------------------------------------------------

CLOSED = {"status": {"1xx", "2xx", "3xx", "4xx", "5xx"}, "why": {"refused", "held"},
          "le": {*(str(float(edge)) for edge in metrics.BUCKETS), "+Inf"}}  # fmt: skip


def test_a_label_is_of_a_closed_list_whatever_is_asked_for(karin: Visitor, anna: Visitor, write: Write) -> None:
    """No person, no unit, no patient, and no address as somebody typed it."""
    thread_id = write()
    anna.post("/arenden/ny", **letter(karin.unit_id))
    for url in (f"/arenden/{thread_id}", "/finns-inte/20000101-2384", "/inkorg?vy=Tove", "/arenden/20000101"):
        karin.fetch(url, **{"User-Agent": "Tove Testsson"})
        karin.client.open(url, method="TOVE")
    karin.post("/logga-in", username="Tove Testsson", password="20000101-2384")
    text = karin.fetch("/matt").text
    allowed = CLOSED | {"endpoint": {*karin.app.view_functions, "none"}}
    seen = {(name, value) for name, value in LABEL.findall(text)}
    assert {name for name, _ in seen} <= allowed.keys()
    assert [(name, value) for name, value in seen if value not in allowed[name]] == []
    named = re.sub(r" \S+$", "", text, flags=re.MULTILINE)  # a value's decimals may be any digits
    assert given_away((*IDENTITY, "Norr", "Kärleken", "karin", "Karin", "TOVE"), named) == []


# Several processes ----------------------------------------------------------------------------------------------------


@pytest.fixture
def shared(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv(metrics.SHARED, "")  # put back afterwards
    metrics.share(settings.metrics_folder)
    yield settings.metrics_folder


SEVERAL = """
import os, sys
from pathlib import Path
from flask import Flask
from lcweb.web import metrics
metrics.share(Path(sys.argv[1]))
app = Flask("several")
metrics.register(app)
child = os.fork()
for _ in range(1 if child else 2):
    app.extensions["lcweb_meters"].note("inbox.show", 200, 0.02)
if not child:
    os._exit(0)
os.waitpid(child, 0)
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
registry = CollectorRegistry()
MultiProcessCollector(registry, sys.argv[1])
sys.stdout.write(generate_latest(registry).decode())
"""


def test_what_several_processes_count_is_one_sum(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SEVERAL, str(tmp_path / "metrics")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    assert 'lcweb_requests_total{endpoint="inbox.show",status="2xx"} 3.0' in done.stdout
    assert 'lcweb_request_seconds_bucket{endpoint="inbox.show",le="0.025"}' not in done.stdout
    assert 'lcweb_request_seconds_bucket{endpoint="inbox.show",le="0.05"} 3.0' in done.stdout


@pytest.mark.parametrize(
    ("alive", "kept"),
    [({2}, ["anteckning.txt", "counter_1.db", "counter_2.db", "counter_x.db", "histogram_1.db"]),
     (set(), ["anteckning.txt", "counter_x.db"])],
)  # fmt: skip
def test_what_was_counted_stays_while_one_of_those_who_counted_is_alive(
    shared: Path, monkeypatch: pytest.MonkeyPatch, alive: set[int], kept: list[str]
) -> None:
    """Else the sum would fall when one server of several starts anew, and a watch take the rest for new answers."""
    monkeypatch.setattr(metrics, "_is_alive", lambda number: number in alive)
    for name in ("counter_1.db", "histogram_1.db", "counter_2.db", "counter_x.db", "anteckning.txt"):
        (shared / name).touch()
    metrics.share(shared)
    assert sorted(path.name for path in shared.iterdir()) == kept
    assert shared.stat().st_mode & 0o777 == 0o700
