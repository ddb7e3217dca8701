"""What an app process has loaded before its first request: what it surely needs, and nothing that it may never need."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lcweb import late
from lcweb.config import PREFIX, ROOT

NEVER_BY_ITSELF = {
    "alembic", "apscheduler", "authlib", "cryptography", "flask_migrate", "joserfc", "lcweb.backups", "lcweb.cli",
    "lcweb.demo.history", "lcweb.oidc", "mako", "openpyxl", "psycopg", "pygments", "requests", "zxcvbn",
}  # fmt: skip
PROVIDER = {
    "NAME": "SITHS", "ISSUER": "https://idp.example", "CLIENT_ID": "lcweb", "CLIENT_SECRET": "hemligt", "ACR": "loa3",
}  # fmt: skip


def loaded(instance: Path, **settings: str) -> set[str]:
    """The modules of a fresh process that has imported the app as an app server does."""
    ours = {"INSTANCE": str(instance), "SECRET_KEY": "k" * 40, "DEMO": "1"} | settings
    clean = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    done = subprocess.run(
        [sys.executable, "-c", r"import sys, app; sys.stdout.write('\n'.join(sys.modules))"], cwd=ROOT, check=True,
        env=clean | {PREFIX + name: value for name, value in ours.items()}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return set(done.stdout.split())


def test_an_app_process_on_sqlite_loads_nothing_that_it_may_never_need(tmp_path: Path) -> None:
    found = loaded(tmp_path)
    assert found & NEVER_BY_ITSELF == set()
    assert {"pysqlite3", "holidays.countries.sweden", "lcweb.web.threads"} <= found


def test_with_an_identity_provider_it_has_what_speaks_with_one(tmp_path: Path) -> None:
    found = loaded(tmp_path, **{f"OIDC_SITHS_{name}": value for name, value in PROVIDER.items()})
    needed = {"authlib", "cryptography", "joserfc", "lcweb.oidc", "requests"}
    assert found & NEVER_BY_ITSELF == needed


def test_on_postgresql_it_has_the_driver(tmp_path: Path) -> None:
    """No connection is made for that."""
    found = loaded(tmp_path, DATABASE_URL="postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    assert found & NEVER_BY_ITSELF == {"psycopg"}


def test_what_comes_late_is_missed_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    late.require()
    monkeypatch.setattr(late, "PACKAGES", (*late.PACKAGES, "lcweb_nothing", "lcweb_either"))
    with pytest.raises(ModuleNotFoundError, match=r"^not installed: lcweb_nothing, lcweb_either$"):
        late.require()
