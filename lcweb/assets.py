"""Browser files made by others: pinned in assets.json, the same bytes from static/vendor and from a CDN."""

import base64
import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from flask import Flask

ROOT = Path(__file__).resolve().parent.parent
PINS = ROOT / "assets.json"
VENDOR = ROOT / "static" / "vendor"


class AssetMode(StrEnum):
    LOCAL = "local"
    CDN = "cdn"


class AssetKind(StrEnum):
    SCRIPT = "script"
    STYLE = "style"


class UnknownAsset(LookupError):
    pass


class ChangedAsset(Exception):
    """A file's bytes are not the pinned ones; `found` is None when there is no such file."""

    def __init__(self, path: Path, *, expected: str, found: str | None) -> None:
        self.path, self.expected, self.found = path, expected, found
        what = f"sha384-{found}" if found else "no such file"
        super().__init__(f"{path}: expected sha384-{expected}, found {what}")


@dataclass(frozen=True)
class Asset:
    """`file` is the path inside the npm package; `sha384` is base64, as the integrity attribute wants it."""

    name: str
    package: str
    version: str
    file: str
    kind: AssetKind
    sha384: str

    @property
    def filename(self) -> str:
        return PurePosixPath(self.file).name

    @property
    def integrity(self) -> str:
        return f"sha384-{self.sha384}"

    @property
    def local_url(self) -> str:
        version = base64.b64decode(self.sha384).hex()[:12]
        return f"/static/vendor/{self.filename}?v={version}"

    def cdn_url(self, base: str) -> str:
        return f"{base.rstrip('/')}/{self.package}@{self.version}/{self.file}"


@lru_cache(maxsize=1)
def all_assets() -> tuple[Asset, ...]:
    rows = json.loads(PINS.read_text(encoding="utf-8"))
    return tuple(Asset(**{**row, "kind": AssetKind(row["kind"])}) for row in rows)


def get_asset(name: str) -> Asset:
    for asset in all_assets():
        if asset.name == name:
            return asset
    raise UnknownAsset(f"assets.json names no {name!r}")


@lru_cache
def tag(name: str, mode: AssetMode, *, cdn_url: str) -> Markup:
    """Raises UnknownAsset."""
    asset = get_asset(name)
    url = asset.local_url if mode is AssetMode.LOCAL else asset.cdn_url(cdn_url)
    # Without CORS a browser cannot check the integrity of another host's file and refuses it.
    across = Markup("") if mode is AssetMode.LOCAL else Markup(' crossorigin="anonymous"')
    if asset.kind is AssetKind.SCRIPT:
        return Markup('<script src="{}" integrity="{}"{} defer></script>').format(url, asset.integrity, across)
    return Markup('<link rel="stylesheet" href="{}" integrity="{}"{}>').format(url, asset.integrity, across)


def copy_from(node_modules: Path, *, vendor: Path) -> list[Path]:
    """All files or none: raises ChangedAsset before the first one is written."""
    contents = {asset.filename: _checked(node_modules / asset.package / asset.file, asset) for asset in all_assets()}
    vendor.mkdir(parents=True, exist_ok=True)
    for filename, content in contents.items():
        (vendor / filename).write_bytes(content)
    return [vendor / filename for filename in contents]


def missing(vendor: Path) -> list[str]:
    """Names of files that are absent from the folder or whose bytes are not the pinned ones."""
    return [asset.filename for asset in all_assets() if _sha384(vendor / asset.filename) != asset.sha384]


def register(app: "Flask") -> None:
    """Gives templates `asset(name)`; the mode is read at each call, so the settings may be set later."""

    def asset(name: str) -> Markup:
        settings = app.extensions["lcweb"].settings
        return tag(name, settings.assets, cdn_url=settings.cdn_url)

    app.add_template_global(asset)


def _checked(path: Path, asset: Asset) -> bytes:
    content = path.read_bytes() if path.is_file() else None
    found = None if content is None else _digest(content)
    if content is None or found != asset.sha384:
        raise ChangedAsset(path, expected=asset.sha384, found=found)
    return content


def _sha384(path: Path) -> str | None:
    return _digest(path.read_bytes()) if path.is_file() else None


def _digest(content: bytes) -> str:
    return base64.b64encode(hashlib.sha384(content).digest()).decode("ascii")
