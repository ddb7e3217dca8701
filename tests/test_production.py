"""What start-up refuses outside a demo: every reason at once, and only those."""

import os
import subprocess
import sys
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from lcweb import assets
from lcweb import db as lcweb_db
from lcweb.assets import AssetMode
from lcweb.config import ROOT, BadSettings, Settings
from lcweb.demo.accounts import HSA_PREFIX
from lcweb.domain.people import DEMO_PASSWORD
from lcweb.domain.permissions import operator
from lcweb.production import Facts, facts_of, faults_of, require_safe, warnings_of
from lcweb.services import people
from lcweb.services.people import NewUser
from tests.databases import opened
from tests.factories import LONG_AGO, unit, user

KEY = "q7Rk2VtX9mZp4LwYc8HsNd3JfGb6TaEu1QoK"


@pytest.fixture(autouse=True)
def _browser_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are there: without npm nothing has been copied."""
    monkeypatch.setattr(assets, "missing", lambda _vendor: [])


@pytest.fixture
def safe(tmp_path: Path) -> Settings:
    """As it should be."""
    tmp_path.chmod(0o750)
    return Settings(
        instance=tmp_path,
        secret_key=KEY,
        log_key=KEY[::-1],
        database_url=f"sqlite:///{tmp_path / 'lcweb.db'}",
        base_url="https://vard.example",
        proxies=1,
        smtp_url="smtps://mail.example",
        mail_from="lcweb@vard.example",
        admin_email="it@vard.example",
        security_contact="mailto:it@vard.example",
    )


def test_what_is_as_it_should_be_starts(safe: Settings) -> None:
    assert (list(faults_of(safe, facts_of(safe))), list(warnings_of(safe))) == ([], [])
    require_safe(safe, [])


EVERYBODY = (ip_network("10.0.0.0/8"), ip_network("0.0.0.0/0"))
FAULTS: list[tuple[dict[str, Any], Facts, str]] = [
    ({"secret_key": "k" * 40}, Facts(), "LCWEB_SECRET_KEY: is no random key"),
    ({"secret_key": "…at least 32 random characters…" + KEY}, Facts(), "LCWEB_SECRET_KEY: is no random key"),
    ({"secret_key": "changeme-" + KEY}, Facts(), "LCWEB_SECRET_KEY: is no random key"),
    ({"log_key": "ab" * 20}, Facts(), "LCWEB_LOG_KEY: is no random key"),
    ({"second_factor_key": "ab" * 20}, Facts(), "LCWEB_SECOND_FACTOR_KEY: is no random key"),
    ({"log_key": KEY}, Facts(), "LCWEB_LOG_KEY: is the same as SECRET_KEY"),
    ({"base_url": "http://vard.example"}, Facts(), "LCWEB_BASE_URL: must be the https:// address"),
    ({"base_url": "http://127.0.0.1:5000"}, Facts(), "LCWEB_BASE_URL: must be the https:// address"),
    ({"base_url": "https://localhost"}, Facts(), "LCWEB_BASE_URL: must be the address that browsers use"),
    ({"base_url": "https://[::1]"}, Facts(), "LCWEB_BASE_URL: must be the address that browsers use"),
    ({"base_url": "https://"}, Facts(), "LCWEB_BASE_URL: must be the address that browsers use"),
    ({"base_url": "https://[vard"}, Facts(), "LCWEB_BASE_URL: must be the address that browsers use"),
    ({"trusted_hosts": ("a.example",)}, Facts(), "LCWEB_TRUSTED_HOSTS: lacks the host"),
    ({"database_url": "nonsense://x"}, Facts(), "LCWEB_DATABASE_URL: is no address"),
    ({"database_url": "x"}, Facts(), "LCWEB_DATABASE_URL: is no address"),
    ({"proxies": None}, Facts(), "LCWEB_PROXIES: say how many proxies"),
    ({"secure_cookie": False}, Facts(), "LCWEB_SECURE_COOKIE: must be 1"),
    ({"metrics_from": EVERYBODY}, Facts(), "LCWEB_METRICS_FROM: is open to everybody"),
    ({"metrics_from": (ip_network("::/0"),)}, Facts(), "LCWEB_METRICS_FROM: is open to everybody"),
    ({"smtp_url": "http://user:pass@h"}, Facts(), "LCWEB_SMTP_URL must be smtp://"),
    ({}, Facts(debug=True), "FLASK_DEBUG: is on"),
    ({}, Facts(sqlite="3.40.1"), "SQLite 3.40.1 can corrupt"),
    ({}, Facts(readable=("instance/lcweb.toml",)), "instance/lcweb.toml: can be read by everybody"),
    ({}, Facts(demo_accounts=("admin", "kommun")), "the database has the demo's accounts (admin, kommun)"),
    ({}, Facts(demo_units=40), "the database has the demo's units (40)"),
    ({}, Facts(browser_files=("htmx.min.js", "index.css")), "static/vendor: htmx.min.js, index.css missing or changed"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "facts", "said"), FAULTS)
def test_each_fault_is_one_line(safe: Settings, changes: dict[str, Any], facts: Facts, said: str) -> None:
    (line,) = faults_of(replace(safe, **changes), facts)
    assert line.startswith(said)
    assert "\n" not in line and "pass@" not in line


def test_a_demo_is_asked_nothing(safe: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    require_safe(replace(safe, demo=True, secret_key="k" * 40, base_url="http://127.0.0.1:5000", proxies=None), [])


def test_every_fault_is_told_at_once_with_those_of_the_settings(
    safe: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")
    monkeypatch.setattr(lcweb_db.pysqlite3, "sqlite_version_info", (3, 40, 1))
    unsafe = replace(safe, secret_key="k" * 40, base_url="http://x.example", proxies=None, secure_cookie=False)
    with pytest.raises(BadSettings) as bad:
        require_safe(unsafe, ["LCWEB_POLL_SECONDS: must be a number"])
    assert [line.split(":")[0].split(" ")[0] for line in bad.value.faults] == [
        "LCWEB_POLL_SECONDS", "LCWEB_SECRET_KEY", "LCWEB_BASE_URL", "LCWEB_PROXIES", "LCWEB_SECURE_COOKIE",
        "FLASK_DEBUG", "SQLite",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"log_key": None}, "LCWEB_LOG_KEY is not set"),
        ({"smtp_url": None}, "LCWEB_SMTP_URL is not set"),
        ({"smtp_url": "smtp://user:pass@mail.example"}, "LCWEB_SMTP_URL: mails go to another machine without TLS"),
        ({"smtp_url": "smtp://127.0.0.1"}, None),
        ({"smtp_url": "smtp+starttls://mail.example"}, None),
        ({"admin_email": None}, "LCWEB_ADMIN_EMAIL is not set"),
        ({"security_contact": None}, "LCWEB_SECURITY_CONTACT is not set"),
        ({"assets": AssetMode.CDN}, "LCWEB_ASSETS is cdn"),
    ],
)
def test_what_is_unwise_is_only_told(
    safe: Settings, changes: dict[str, Any], said: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    require_safe(replace(safe, **changes), [])
    lines = [record.getMessage() for record in caplog.records]
    assert [line[: len(said or "")] for line in lines] == ([said] if said else [])
    assert "pass@" not in caplog.text


# What is there --------------------------------------------------------------------------------------------------------


def test_a_demo_that_was_made_here_is_found_by_its_accounts_and_units(app: Flask, settings: Settings) -> None:
    """On both databases. An account that merely has such a name is somebody's own."""
    user(username="admin", password="ett helt annat lösenord")
    unit("Hemsjukvård Norr", hsa_id="SE2321000115-E000000000001")
    assert facts_of(settings) == Facts()
    new = NewUser(username="kommun", name="Karin Berg", title="Sjuksköterska", password=DEMO_PASSWORD)
    people.add_user(operator(), new, now=LONG_AGO, demo=True)
    unit("Hemsjukvård Söder", hsa_id=f"{HSA_PREFIX}-A001")
    assert facts_of(settings) == Facts(demo_accounts=("kommun",), demo_units=1)


def test_a_database_that_is_not_there_yet_is_no_fault_and_is_not_made(safe: Settings) -> None:
    assert facts_of(safe) == Facts()
    assert list(safe.instance.iterdir()) == []
    for url in ("postgresql+psycopg://nobody@127.0.0.1:1/none", "nonsense://x", "sqlite:///", "://"):
        assert facts_of(replace(safe, database_url=url)) == Facts()


@pytest.mark.parametrize(
    ("folder", "file", "found"),
    [(0o700, 0o644, []), (0o750, 0o666, []), (0o755, 0o600, []), (0o755, 0o640, []), (0o755, 0o644, ["toml", "db"]),
     (0o777, 0o600, ["instance"])],
)  # fmt: skip
def test_secrets_and_patients_are_kept_from_the_machine_s_other_users(
    safe: Settings, folder: int, file: int, found: list[str]
) -> None:
    names = {"toml": safe.instance / "lcweb.toml", "db": safe.instance / "lcweb.db", "instance": safe.instance}
    for name in ("toml", "db"):
        names[name].touch()
        names[name].chmod(file)
    safe.instance.chmod(folder)
    assert list(facts_of(safe).readable) == [str(names[name]) for name in found]


def test_a_browser_file_that_is_not_the_pinned_one_stops_the_start_unless_browsers_ask_the_cdn(
    safe: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "missing", lambda vendor: ["htmx.min.js"] if vendor == assets.VENDOR else [])
    with pytest.raises(BadSettings, match=r"static/vendor: htmx.min.js missing or changed"):
        require_safe(safe, [])
    require_safe(replace(safe, assets=AssetMode.CDN), [])


# Who looks ------------------------------------------------------------------------------------------------------------


def test_what_a_server_loads_is_not_made(tmp_path: Path) -> None:
    """granian and gunicorn import `app`; a setting that cannot be read is told in the same breath."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LCWEB_", "PROMETHEUS_"))}
    ours = {"LCWEB_INSTANCE": str(tmp_path), "LCWEB_SECRET_KEY": KEY, "LCWEB_POLL_SECONDS": "x",
            "LCWEB_ASSETS": "cdn"}  # fmt: skip
    command = [sys.executable, "-c", "import app"]
    done = subprocess.run(command, cwd=ROOT, env=clean | ours, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    lines = [line.split(":")[0] for line in done.stderr.splitlines() if line.startswith("  - ")]
    assert lines == ["  - LCWEB_POLL_SECONDS", "  - LCWEB_BASE_URL", "  - LCWEB_PROXIES"]


def test_an_operator_can_ask_and_mend_but_not_serve(app: Flask, settings: Settings) -> None:
    run = app.test_cli_runner().invoke
    for words in (["check"], ["serve"], ["worker", "run"]):
        said = run(args=words)
        assert (said.exit_code, said.output.count("\n  - LCWEB_")) == (1, 4), said.output
    assert "unwise: LCWEB_SMTP_URL is not set" in run(args=["check"]).output
    assert run(args=["units", "list"]).exit_code == 0


def test_asked_about_what_is_safe_or_a_demo_it_says_so(safe: Settings) -> None:
    for changes, said in (({}, "nothing stands in the way of production"), ({"demo": True}, "a demo: LCWEB_DEMO is 1")):
        with opened(replace(safe, **changes)) as app, app.app_context():
            answer = app.test_cli_runner().invoke(args=["check"])
        assert (answer.exit_code, answer.output.startswith(said)) == (0, True), answer
