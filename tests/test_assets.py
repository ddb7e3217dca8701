"""Set-up: browser files are the pinned bytes, packages the pinned versions, and no file says where to fetch them."""

import json
import os
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from flask import Flask, render_template_string
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from lcweb import assets, first_settings
from lcweb.assets import Asset, AssetKind, AssetMode, ChangedAsset, UnknownAsset

ROOT = Path(__file__).resolve().parent.parent
CDN = "https://cdn.example/npm"
BYTES = {"dist/one.js": b"let one = 1", "dist/two.css": b"p { color: red }"}
# sha384 of BYTES as openssl prints them: the code under test must not be the only one to compute them.
SHA384 = {
    "dist/one.js": "/1BcphSDGfbqr6WTjeVohZuJkpIynIzjucloF3ThPPDoHIhh2V4ZE2EICOyEr4eg",
    "dist/two.css": "ZpslxsY6hfdNIsLGwaQZKfU02y2K0sdrZNXJHB4s9COv3KEMfNvwaUs/zHVcjxej",
}
NOT_OURS = {".git", ".venv", "node_modules", "vendor", "instance", "dist", "__pycache__"}


@pytest.fixture
def pinned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A node_modules folder with two files that are pinned as they are."""
    pins = (
        Asset("one", "@scope/one", "1.2.3", "dist/one.js", AssetKind.SCRIPT, SHA384["dist/one.js"]),
        Asset("two", "two", "4.5.6", "dist/two.css", AssetKind.STYLE, SHA384["dist/two.css"]),
    )
    assets.tag.cache_clear()
    monkeypatch.setattr(assets, "all_assets", lambda: pins)
    for asset in pins:
        path = tmp_path / "node_modules" / asset.package / asset.file
        path.parent.mkdir(parents=True)
        path.write_bytes(BYTES[asset.file])
    yield tmp_path / "node_modules"
    assets.tag.cache_clear()


def test_pinned_files_are_copied(pinned: Path, tmp_path: Path) -> None:
    vendor = tmp_path / "static" / "vendor"
    assert assets.missing(vendor) == ["one.js", "two.css"]
    assert assets.copy_from(pinned, vendor=vendor) == [vendor / "one.js", vendor / "two.css"]
    assert (vendor / "one.js").read_bytes() == BYTES["dist/one.js"]
    assert assets.missing(vendor) == []


def test_a_changed_byte_is_refused_and_nothing_is_copied(pinned: Path, tmp_path: Path) -> None:
    changed, vendor = pinned / "two/dist/two.css", tmp_path / "vendor"
    changed.write_bytes(BYTES["dist/two.css"].replace(b"red", b"rev"))
    with pytest.raises(ChangedAsset) as refused:
        assets.copy_from(pinned, vendor=vendor)
    assert not vendor.exists()
    assert refused.value.path == changed
    assert refused.value.found not in (None, SHA384["dist/two.css"])
    for part in (str(changed), f"expected sha384-{SHA384['dist/two.css']}", f"found sha384-{refused.value.found}"):
        assert part in str(refused.value)


def test_an_absent_file_is_refused_and_nothing_is_copied(pinned: Path, tmp_path: Path) -> None:
    (pinned / "two/dist/two.css").unlink()
    with pytest.raises(ChangedAsset, match="found no such file"):
        assets.copy_from(pinned, vendor=tmp_path / "vendor")
    assert not (tmp_path / "vendor").exists()


def test_a_copy_changed_afterwards_is_missing(pinned: Path, tmp_path: Path) -> None:
    assets.copy_from(pinned, vendor=tmp_path)
    (tmp_path / "one.js").write_bytes(b"let one = 2")
    assert assets.missing(tmp_path) == ["one.js"]


@pytest.mark.parametrize(
    ("name", "mode", "expected"),
    [
        (
            "one",
            AssetMode.LOCAL,
            '<script src="/static/vendor/one.js?v=ff505ca61483" integrity="sha384-ONE" defer></script>',
        ),
        (
            "two",
            AssetMode.LOCAL,
            '<link rel="stylesheet" href="/static/vendor/two.css?v=669b25c6c63a" integrity="sha384-TWO">',
        ),
        (
            "one",
            AssetMode.CDN,
            f'<script src="{CDN}/@scope/one@1.2.3/dist/one.js" integrity="sha384-ONE" crossorigin="anonymous" defer>'
            "</script>",
        ),
        (
            "two",
            AssetMode.CDN,
            f'<link rel="stylesheet" href="{CDN}/two@4.5.6/dist/two.css" integrity="sha384-TWO" '
            'crossorigin="anonymous">',
        ),
    ],
)
def test_tags(pinned: Path, name: str, mode: AssetMode, expected: str) -> None:
    for short, whole in (("ONE", SHA384["dist/one.js"]), ("TWO", SHA384["dist/two.css"])):
        expected = expected.replace(f"sha384-{short}", f"sha384-{whole}")
    assert assets.tag(name, mode, cdn_url=CDN) == expected


def test_a_slash_after_the_cdn_address_is_no_second_slash(pinned: Path) -> None:
    assert f"{CDN}/two@" in assets.tag("two", AssetMode.CDN, cdn_url=CDN + "/")


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(UnknownAsset, match="jquery"):
        assets.tag("jquery", AssetMode.LOCAL, cdn_url=CDN)


@pytest.mark.parametrize(("mode", "start"), [(AssetMode.LOCAL, "/static/vendor/"), (AssetMode.CDN, CDN)])
def test_templates_follow_the_settings(mode: AssetMode, start: str) -> None:
    app = Flask(__name__)
    assets.register(app)
    app.extensions["lcweb"] = SimpleNamespace(settings=SimpleNamespace(assets=mode, cdn_url=CDN))
    with app.app_context():
        assert f'src="{start}' in render_template_string("{{ asset('htmx') }}")


def test_pins_are_complete_and_agree_with_the_lock() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    pins = assets.all_assets()
    assert {asset.name for asset in pins} == {"htmx", "designsystem", "theme"}
    assert len({asset.filename for asset in pins}) == len(pins)
    for asset in pins:
        assert packages[f"node_modules/{asset.package}"]["version"] == asset.version
        assert len(asset.sha384) == 64


@pytest.mark.skipif(not (ROOT / "node_modules").is_dir(), reason="without npm the CDN's files are used")
def test_installed_files_are_the_pinned_ones(tmp_path: Path) -> None:
    copies = assets.copy_from(ROOT / "node_modules", vendor=tmp_path)
    assert assets.missing(tmp_path) == []
    for sheet in (path for path in copies if path.suffix == ".css"):
        # The policy lets a style sheet fetch nothing: what it shows has to be inside it.
        text = sheet.read_text("utf-8")
        assert "@import" not in text
        assert not re.search(r"""url\((?!["']?data:)""", text)


def test_packages_of_the_browser_files_are_exact_and_without_addresses() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    for name, version in (package["dependencies"] | package["devDependencies"]).items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
    lock = (ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert "://" not in lock
    settings = (ROOT / ".npmrc").read_text().split()
    assert {"omit-lockfile-registry-resolved=true", "ignore-scripts=true", "save-exact=true"} <= set(settings)
    assert not [line for line in settings if "registry=" in line or "//" in line]


def test_requirements_are_exact_pins_and_nothing_else() -> None:
    for line in _pin_lines():
        assert re.fullmatch(r"[a-z0-9-]+(\[[a-z]+\])?==[0-9][0-9a-z.]*", line), line


def test_requirements_pin_what_is_asked_for_and_all_it_needs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    pinned = {canonicalize_name(Requirement(line).name): Requirement(line) for line in _pin_lines()}
    asked = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    assert {canonicalize_name(Requirement(line).name) for line in asked} <= pinned.keys()
    unpinned = {needed for pin in pinned.values() for needed in _needs(pin)} - pinned.keys()
    assert unpinned == set()


def test_no_file_names_a_registry() -> None:
    words = ("pypi", "pythonhosted", "npmjs", "yarnpkg", "debian")
    hosts = re.compile("|".join(rf"{word}\.(?:org|com)\b" for word in words).encode())
    assert [str(path.relative_to(ROOT)) for path in _our_files() if hosts.search(path.read_bytes())] == []


def test_first_settings_are_a_demo_with_a_secret_only_the_owner_reads(tmp_path: Path) -> None:
    said = _first_settings("demo", tmp_path / "instance")
    path = tmp_path / "instance" / "lcweb.toml"
    settings = tomllib.loads(path.read_text())
    assert settings["demo"] is True
    assert len(settings["secret_key"]) >= 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert "demo settings" in said.lower()
    assert "docs/operations.md" in said


def test_first_settings_leave_an_operators_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "lcweb.toml"
    path.write_text('secret_key = "mine"\n')
    assert _first_settings("demo", tmp_path) == ""
    assert path.read_text() == 'secret_key = "mine"\n'


def test_two_first_settings_have_two_secrets(tmp_path: Path) -> None:
    for name in ("a", "b"):
        _first_settings("demo", tmp_path / name)
    assert (tmp_path / "a/lcweb.toml").read_text() != (tmp_path / "b/lcweb.toml").read_text()


def test_without_npm_the_cdn_is_written_once_and_said_each_time(tmp_path: Path) -> None:
    path = tmp_path / "lcweb.toml"
    path.write_text("demo = true\n\n[later]\nx = 1\n")
    for _ in range(2):
        assert "browser files will come from the CDN" in _first_settings("cdn", tmp_path)
    assert path.read_text() == 'assets = "cdn"\ndemo = true\n\n[later]\nx = 1\n'


def test_without_npm_an_operators_choice_stands(tmp_path: Path) -> None:
    path = tmp_path / "lcweb.toml"
    path.write_text('assets = "local"\n')
    assert "static/vendor has to be filled" in _first_settings("cdn", tmp_path)
    assert path.read_text() == 'assets = "local"\n'


def _first_settings(command: str, instance: Path) -> str:
    result = CliRunner().invoke(first_settings.main, [command, str(instance)], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def _pin_lines() -> list[str]:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _needs(pin: Requirement) -> Iterator[str]:
    for line in requires(pin.name) or []:
        needed = Requirement(line)
        extras = pin.extras or {""}
        if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
            yield canonicalize_name(needed.name)


def _our_files() -> Iterator[Path]:
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_OURS and not name.endswith("_cache")]
        yield from (Path(folder) / name for name in names)
