"""Furnished sites: the rows are made once, and each test gets a copy of the file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser import counted, halland, scene
from tests.browser.furnished import Furnished, furnish
from tests.browser.halland import Halland
from tests.browser.scene import Cast, Scene
from tests.clock import Clock
from tests.live import Live


@pytest.fixture(scope="session")
def empty_halland(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Furnished[Halland]:
    return furnish(sqlite_template, tmp_path_factory.mktemp("halland"), halland.built)


@pytest.fixture(scope="session")
def busy_halland(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Furnished[Cast]:
    return furnish(sqlite_template, tmp_path_factory.mktemp("busy"), scene.built)


@pytest.fixture(scope="session")
def counted_halland(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Furnished[Halland]:
    return furnish(sqlite_template, tmp_path_factory.mktemp("counted"), counted.built)


@pytest.fixture
def site(live: Callable[..., Live]) -> Live:
    return live()


@pytest.fixture
def people(site: Live, empty_halland: Furnished[Halland]) -> Halland:
    """Without any thread."""
    return empty_halland.at(site)


@pytest.fixture
def halmstad(live: Callable[..., Live], clock: Clock, busy_halland: Furnished[Cast]) -> Scene:
    """With a thread in every state; nothing is polled."""
    site = live(poll_seconds=3600, demo=True)
    return Scene(site, clock, busy_halland.at(site))
