"""What the tests stand on: two databases, the app over them, a frozen clock, a client and a browser."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect, sync_playwright
from werkzeug.routing import Rule

from lcweb import clock as lcweb_clock
from lcweb.config import Settings
from lcweb.services import passwords
from tests import databases
from tests.at import at
from tests.clock import Clock
from tests.databases import Cluster, make_settings, opened, sqlite_url
from tests.factories import PASSWORD
from tests.live import CHROMIUM_ARGS, Live, Troubles, served
from tests.page import Browser
from tests.standing import Standing, wait_for_no_disk

T = TypeVar("T")
#: Milliseconds that a page is given before it counts as silent: a busy disk may hold up a commit for seconds.
PATIENCE = 15_000
#: What must not be skipped, set by .ci/run: "browser,openssl,postgresql,pgbouncer,nginx,systemd,mount".
REQUIRED = os.environ.get("LCWEB_TEST_REQUIRE", "")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--prove", action="store_true", help="run only the tests marked `prove`, at their full size")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--prove"):
        others = [item for item in items if not item.get_closest_marker("prove")]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item.get_closest_marker("prove")]


def pytest_collection_finish() -> None:
    """Thousands of collected tests stay to the end: the collector need not walk through them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture
def scale(request: pytest.FixtureRequest) -> Callable[[T, T], T]:
    """`scale(20, 2000)`: the second under `make prove`, the first otherwise; the same code runs with both."""
    full = request.config.getoption("--prove")
    return lambda small, large: large if full else small


def absent(what: str, reason: str) -> NoReturn:
    if what in REQUIRED:
        pytest.fail(reason)
    pytest.skip(reason)


# Databases ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    databases.migrate(sqlite_url(folder / "lcweb.db"), folder)
    return folder / "lcweb.db"


@contextmanager
def own_cluster() -> Iterator[Cluster]:
    """Where PostgreSQL is installed."""
    binaries = databases.postgresql_binaries()
    if binaries is None:
        absent("postgresql", "PostgreSQL is not installed")
    with databases.running_cluster(binaries) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    with own_cluster() as cluster:
        yield cluster


ENGINES = ["sqlite", "postgresql"]


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, standing: Standing) -> str:
    """A migrated database without rows, so each test runs on both.

    `@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)` chooses one.
    """
    if request.param == "sqlite":
        return standing.sqlite(request.getfixturevalue("sqlite_template"))
    return request.getfixturevalue("postgresql").fresh()


@pytest.fixture(params=ENGINES)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path / "empty.db")
    else:
        with request.getfixturevalue("postgresql").empty() as url:
            yield url


@pytest.fixture
def empty_like(database_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables beside the test's, of the same sort."""
    if database_url.startswith("sqlite"):
        yield sqlite_url(tmp_path / "other.db")
    else:
        with request.getfixturevalue("postgresql").empty() as url:
            yield url


# The app ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """argon2 is slow on purpose; the tests sign in many hundred times."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", cheap)
        patch.setattr(passwords, "NOBODY", cheap.hash("nobody"))
        weakness = passwords.weakness  # milliseconds each, for the one password of everybody here
        patch.setattr(passwords, "weakness", lambda *typed: None if typed[0] == PASSWORD else weakness(*typed))
        yield


class _CompiledTemplates(BytecodeCache):
    """Many tests have an app of their own; the templates are compiled once."""

    def __init__(self) -> None:
        self.compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.compiled:
            bucket.bytecode_from_string(self.compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.compiled[bucket.key] = bucket.bytecode_to_string()


TEMPLATES = _CompiledTemplates()


@pytest.fixture(scope="session", autouse=True)
def _compiled_addresses() -> Iterator[None]:
    """Many tests have an app of their own; what builds its hundred and twenty addresses is compiled once."""
    compiled: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}
    compile_builder = Rule._compile_builder

    def once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (rule.rule, repr(rule.defaults), append_unknown)
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", once)
        yield


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """What web, commands and worker see as now: an ordinary working morning until the test sets another time."""
    frozen = Clock(at("Tue 2026-11-17 10:00"))
    monkeypatch.setattr(lcweb_clock, "now", lambda: frozen.now)
    return frozen


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    with ExitStack() as kept:
        yield Standing(tmp_path_factory.mktemp("standing"), kept)


@pytest.fixture
def settings(database_url: str, standing: Standing) -> Settings:
    """Override in a test file to change one: `return dataclasses.replace(settings, demo=True)`."""
    return make_settings(database_url, standing.instance())


@pytest.fixture
def bare_app(settings: Settings, standing: Standing) -> Iterator[Flask]:
    """No context is pushed. Its rows and settings are the test's own; the app may be another test's before."""
    with standing.app(settings) as app:
        app.testing = True
        app.jinja_env.bytecode_cache = TEMPLATES
        yield app


@pytest.fixture
def app(bare_app: Flask) -> Iterator[Flask]:
    """For verbs, queries and factories: its context is pushed. Not for requests, which would all share one `g`."""
    with bare_app.app_context():
        yield bare_app


@pytest.fixture
def client(bare_app: Flask, clock: Clock) -> FlaskClient:
    """Flask's own client, which follows no redirect and checks no page."""
    return bare_app.test_client()


@pytest.fixture
def web(bare_app: Flask, clock: Clock) -> Browser:
    """Checks each page it gets. Make units and people within `with web.context():`."""
    return Browser(bare_app)


# A real browser -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    path = shutil.which("chromium")
    if path is None:
        absent("browser", "Chromium is not installed")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@pytest.fixture
def live(sqlite_template: Path, tmp_path: Path, clock: Clock) -> Iterator[Callable[..., Live]]:
    """`site = live(poll_seconds=0.3)` serves the app over a new SQLite file, with any settings changed."""
    with ExitStack() as stack:

        def start(**changes: Any) -> Live:
            instance = tmp_path / f"live-{len(list(tmp_path.iterdir()))}"
            instance.mkdir()
            url = sqlite_url(shutil.copy(sqlite_template, instance / "lcweb.db"))
            settings = make_settings(url, instance, **changes)
            app = stack.enter_context(opened(settings))
            app.jinja_env.bytecode_cache = TEMPLATES
            wait_for_no_disk(app)
            return stack.enter_context(served(app, settings))

        yield start


@pytest.fixture
def troubles() -> Troubles:
    """What the pages complain of; `troubles.expect("409")` tells that it belongs to the test."""
    return Troubles()


@pytest.fixture
def new_page(chromium: Chromium, live: object, troubles: Troubles) -> Iterator[Callable[..., Page]]:
    """`new_page(java_script_enabled=False)`: a page of a person of its own. Any unexpected trouble fails the test."""
    with ExitStack() as stack:

        def make(**options: Any) -> Page:
            options = {"reduced_motion": "reduce"} | options  # what still unfolds moves away under a click
            context = chromium.new_context(locale="sv-SE", timezone_id="Europe/Stockholm", **options)
            stack.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(PATIENCE)
            troubles.watch(page)
            return page

        yield make
    assert troubles.unexpected == []


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()
