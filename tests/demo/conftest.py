"""Demo data, loaded once for each moment."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from lcweb import demo
from lcweb.demo import history
from lcweb.demo.steps import Read, Step
from lcweb.domain.rules import Rules
from tests.databases import make_settings, opened, sqlite_url
from tests.demo.looking import MOMENTS, RULES, WEDNESDAY

FEW_DAYS = timedelta(days=5)  # of readings: loading all of them is what takes time
PLAN = history.plan


@pytest.fixture(scope="module")
def loaded(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Flask]]:
    """`loaded(WEDNESDAY)`: the app over demo data of that moment; a `copy` is loaded anew."""
    apps: dict[tuple[datetime, int], Flask] = {}
    folder = tmp_path_factory.mktemp("demo")
    shared = folder.parent.parent if "PYTEST_XDIST_WORKER" in os.environ else folder.parent
    with ExitStack() as stack:

        def load(now: datetime, copy: int = 0) -> Flask:
            if (now, copy) not in apps:
                file = f"demo-{now:%d-%H%M}-{copy}.db"
                _load_once(shared / file, sqlite_template, now=now)
                url = sqlite_url(shutil.copy(shared / file, folder / f"own-{file}"))
                apps[now, copy] = stack.enter_context(opened(make_settings(url, folder, demo=True)))
            return apps[now, copy]

        yield load


def _load_once(path: Path, template: Path, *, now: datetime) -> None:
    """In the whole run: the files of tests share it, and the processes wait for each other."""
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if path.exists():
            return
        fresh = shutil.copy(template, path.with_suffix(".new"))
        settings = make_settings(sqlite_url(fresh), path.parent, demo=True)
        with opened(settings) as app, app.app_context(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(history, "plan", _without_old_readings)
            demo.load(now=now, rules=RULES)
        fresh.rename(path)


def _without_old_readings(*, now: datetime, rules: Rules) -> list[Step]:
    return [step for step in PLAN(now=now, rules=rules) if not isinstance(step, Read) or now - step.at < FEW_DAYS]


@pytest.fixture(params=MOMENTS, ids=lambda now: f"{now:%a-%H%M}")
def now(request: pytest.FixtureRequest) -> datetime:
    return request.param


@pytest.fixture
def halland(loaded: Callable[..., Flask], now: datetime) -> Iterator[Flask]:
    """Demo data of each of MOMENTS in turn; its context is pushed."""
    app = loaded(now)
    with app.app_context():
        yield app


@pytest.fixture
def on_wednesday(loaded: Callable[..., Flask]) -> Iterator[Flask]:
    with loaded(WEDNESDAY).app_context() as context:
        yield context.app
