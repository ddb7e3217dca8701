"""What a server installs: everything it needs and nothing else, the pinned bytes, and it starts by itself."""

import base64
import hashlib
import io
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from importlib.metadata import requires
from pathlib import Path

import pytest
from click.testing import CliRunner
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from lcweb import assets, release
from lcweb.config import ROOT
from lcweb.release import Unfit
from tests.released import Release, Visit, installed, unpacked

needs_browser_files = pytest.mark.skipif(
    bool(assets.missing(assets.VENDOR)), reason="without npm nothing has been copied, and nothing can be released"
)
WORD = "en-lång-rad-ovanliga-ord-88"
MOMENT = 1_764_115_200  # 2025-11-26


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A little project of the right shape, with the browser files."""
    for name, text in {
        "README.md": "# lcweb", "app.py": "", "assets.json": "[]", "pyproject.toml": '[project]\nversion = "2.3.4"\n',
        "requirements.txt": "# Web\nflask==3.1.3\n\n# Development\npytest==9.2.0\n",
        "lcweb/web/x.py": "x = 1\n", "templates/x.html": "x", "static/js/x.js": "x", "docs/operations.md": "x",
        "lcweb/__pycache__/x.pyc": "no", "instance/lcweb.toml": "no", "instance/lcweb.db": "no", ".git/HEAD": "no",
        "tests/test_x.py": "no", "node_modules/x/x.js": "no", "dist/old.tar.gz": "no", "docs/.x.md.swp": "no",
        "static/vendor/.copied": "no", "static/vendor/old.js": "no", "Makefile": "no",
    }.items():  # fmt: skip
        path = tmp_path / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for asset in assets.all_assets():
        shutil.copy(assets.VENDOR / asset.filename, tmp_path / "tree" / "static" / "vendor")
    return tmp_path / "tree"


@needs_browser_files
def test_what_belongs_to_the_app_is_in_it_and_nothing_else(tree: Path) -> None:
    found = release.contents(tree)
    assert set(found) == {
        "README.md", "SHA256SUMS", "app.py", "assets.json", "docs/operations.md", "lcweb/web/x.py", "pyproject.toml",
        "requirements.txt", "static/js/x.js", "static/vendor/designsystemet.css", "static/vendor/htmx.min.js",
        "static/vendor/index.css", "templates/x.html",
    }  # fmt: skip
    assert not [name for name, content in found.items() if content == b"no"]
    assert found["requirements.txt"] == b"# Web\nflask==3.1.3\n"


@needs_browser_files
def test_a_browser_file_with_another_byte_is_not_released(tree: Path) -> None:
    path = tree / "static" / "vendor" / "htmx.min.js"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(Unfit, match=r"htmx\.min\.js missing or changed in static/vendor"):
        release.contents(tree)


@needs_browser_files
def test_the_same_files_make_the_same_bytes_and_another_moment_others(tree: Path) -> None:
    first = release.archive(release.contents(tree), "lcweb-2.3.4", moment=MOMENT)
    again = tree.parent / "again"
    shutil.copytree(tree, again)  # with dates of its own
    (again / "lcweb" / "web" / "x.py").chmod(0o600)
    assert release.archive(release.contents(again), "lcweb-2.3.4", moment=MOMENT) == first
    assert release.archive(release.contents(tree), "lcweb-2.3.4", moment=MOMENT + 1) != first


@needs_browser_files
def test_the_archive_is_one_folder_that_only_root_may_change(tree: Path) -> None:
    packed = release.archive(release.contents(tree), "lcweb-2.3.4", moment=MOMENT)
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        entries = tar.getmembers()
    assert {(e.uid, e.gid, e.mode, e.mtime, e.isreg()) for e in entries} == {(0, 0, 0o644, MOMENT, True)}
    assert {entry.name.split("/")[0] for entry in entries} == {"lcweb-2.3.4"}


def test_without_a_moment_or_the_line_that_divides_the_pins_nothing_is_written(tree: Path, tmp_path: Path) -> None:
    run = CliRunner().invoke(release.main, ["archive", str(tmp_path / "dist")], env={"SOURCE_DATE_EPOCH": None})
    assert run.exit_code == 2 and "--moment" in run.output
    (tree / "requirements.txt").write_text("flask==3.1.3\n")
    with pytest.raises(Unfit, match="no line '# Development'"):
        release.run_pins(tree)
    assert not (tmp_path / "dist").exists()


def test_a_server_installs_all_that_the_app_needs_and_no_tool_of_the_developers() -> None:
    pins = {canonicalize_name(pin.name): pin for pin in _pins(release.run_pins())}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    needed = {canonicalize_name(Requirement(line).name) for line in project["project"]["dependencies"]}
    needed |= {name for pin in pins.values() for name in _needs(pin)}
    assert set(pins) == needed
    assert pins.keys().isdisjoint(canonicalize_name(name) for name in project["dependency-groups"]["dev"])


def _pins(text: str) -> list[Requirement]:
    return [Requirement(line) for line in text.splitlines() if line and not line.startswith("#")]


def _needs(pin: Requirement) -> Iterator[str]:
    for needed in map(Requirement, requires(pin.name) or []):
        if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in pin.extras or {""}):
            yield canonicalize_name(needed.name)


# The whole of it ------------------------------------------------------------------------------------------------------


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """As `make release` makes it, without the packages."""
    folder = tmp_path / "dist"
    run = CliRunner().invoke(release.main, ["archive", str(folder), "--moment", str(MOMENT)], catch_exceptions=False)
    assert run.exit_code == 0, run.output
    return folder


@needs_browser_files
def test_the_checksums_are_those_that_sha256sum_reads(dist: Path) -> None:
    (dist / "wheels").mkdir()
    (dist / "wheels" / "x.whl").write_bytes(b"x")
    for _ in range(2):  # the second time there is a file of checksums already
        assert CliRunner().invoke(release.main, ["checksums", str(dist)], catch_exceptions=False).exit_code == 0
    said = dict(reversed(line.split("  ")) for line in (dist / "SHA256SUMS").read_text().splitlines())
    name = f"lcweb-{release.version()}.tar.gz"
    assert set(said) == {name, "requirements.txt", "wheels/x.whl"}
    assert said[name] == hashlib.sha256((dist / name).read_bytes()).hexdigest()
    folder = unpacked(dist)
    assert subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=folder, capture_output=True).stdout == b""


def by_our_packages(dist: Path) -> Release:
    return Release(unpacked(dist), Path(sys.executable), dist.parent / "state")


@needs_browser_files
def test_it_does_not_start_with_a_browser_file_that_somebody_has_changed(dist: Path) -> None:
    site = by_our_packages(dist)
    (site.folder / "static" / "vendor" / "index.css").write_text("p { color: red }")
    done = site.python("-c", "import app", check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n  - ") == 1 and "  - static/vendor: index.css missing or changed" in done.stderr


@pytest.mark.prove
@needs_browser_files
def test_it_is_installed_without_node_and_network_by_a_user_who_may_write_to_its_state_alone(
    dist: Path, scale: Callable[[bool, bool], bool]
) -> None:
    """At full size in a new environment, from the packages beside the archive; otherwise by this run's packages."""
    if alone := scale(False, True):
        wheels = [sys.executable, "-m", "pip", "wheel", "-q", "-r", dist / "requirements.txt", "-w", dist / "wheels"]
        subprocess.run(wheels, check=True, timeout=580)
    with installed(dist) if alone else nullcontext(by_our_packages(dist)) as site:
        site.python("-c", "import shutil; assert not shutil.which('npm') and not shutil.which('node')")
        site.flask("prepare")
        person = ("admin", "--name", "Ada Min", "--title", "förvaltare", "--role", "system_admin", "--password", WORD)
        site.flask("people", "add", *person)
        before = set(site.folder.rglob("*"))
        with site.serving() as address:
            browser_files_are_fetched(Visit(address))
            assert "Logga ut" in Visit(address).sign_in("admin", WORD).text
        assert set(site.folder.rglob("*")) == before


def browser_files_are_fetched(visit: Visit) -> None:
    linked = re.findall(r'(?:src|href)="(/static/[^"]+)"', visit.get("/logga-in").text)
    assert {"/static/vendor/htmx.min.js", "/static/css/lcweb.css"} <= {link.partition("?")[0] for link in linked}
    assert {visit.get(link).status_code for link in linked} == {200}
    for asset in assets.all_assets():
        found = hashlib.sha384(visit.get(asset.local_url).content).digest()
        assert base64.b64encode(found).decode() == asset.sha384
