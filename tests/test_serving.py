"""The server's own limits: how many open pages it has room for."""

import resource
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from lcweb import serving
from tests.bench.client import Connection, get
from tests.bench.servers import served

#: More than the server takes of its own accord, or most systems let a process have unasked.
OPEN = 1100
#: Seconds, before the server closes the first of those that are idle.
PATIENCE = 15


@pytest.fixture
def files() -> Iterator[None]:
    """As many as this test opens itself."""
    given, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(OPEN + 500, most), most))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (given, most))


def test_pages_that_are_only_open_keep_nobody_out(files: None, tmp_path: Path) -> None:
    """Each has asked once and keeps its connection. The next one is answered all the same, and so are they again."""
    with served("tests.bench.bare:app", tmp_path) as server, ExitStack() as stack:
        for _ in range(OPEN):
            page = stack.enter_context(Connection(server.port))
            page.socket.settimeout(PATIENCE)
            assert page.ask(get("/204")).status == 204
        assert page.ask(get("/")).status == 200


@pytest.mark.parametrize(
    ("files", "taken", "connections"),
    [
        ((1024, 524_288), (8500, 524_288), 8000),
        ((1024, resource.RLIM_INFINITY), (8500, resource.RLIM_INFINITY), 8000),
        ((1024, 4096), (4096, 4096), 3596),
        ((20_000, 20_000), None, 8000),
    ],
)
def test_the_server_takes_as_many_files_as_its_connections_need_and_it_may_have(
    monkeypatch: pytest.MonkeyPatch, files: tuple[int, int], taken: tuple[int, int] | None, connections: int
) -> None:
    set_to = []
    monkeypatch.setattr(serving.resource, "getrlimit", lambda _which: files)
    monkeypatch.setattr(serving.resource, "setrlimit", lambda _which, limits: set_to.append(limits))
    assert serving._connections() == connections
    assert set_to == [taken] * (taken is not None)
