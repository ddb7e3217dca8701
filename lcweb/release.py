"""`make release`: an archive for servers without Node and without a way out. The same commit makes the same bytes."""

import gzip
import hashlib
import io
import tarfile
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from lcweb import assets
from lcweb.config import ROOT

FILES = ("README.md", "app.py", "assets.json", "pyproject.toml")
FOLDERS = ("docs", "lcweb", "static", "templates")
CHECKSUMS = "SHA256SUMS"
#: From this line on, requirements.txt has what only tests and builders need.
DEVELOPMENT = "# Development"


class Unfit(Exception):
    """The tree cannot be released as it is; the words say what to do."""


def version(root: Path = ROOT) -> str:
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]


def run_pins(root: Path = ROOT) -> str:
    """The part of requirements.txt that a server installs. Raises Unfit."""
    pins, line, _ = (root / "requirements.txt").read_text("utf-8").partition(f"\n{DEVELOPMENT}\n")
    if not line:
        raise Unfit(f"requirements.txt has no line {DEVELOPMENT!r}")
    return pins


def contents(root: Path = ROOT) -> dict[str, bytes]:
    """Path in the archive → bytes, its own checksums last. Raises Unfit when a browser file is not the pinned one."""
    vendor = root / "static" / "vendor"
    if wrong := assets.missing(vendor):
        raise Unfit(f"{', '.join(wrong)} missing or changed in static/vendor: run `make setup` where there is npm")
    found = {name: (root / name).read_bytes() for name in FILES}
    found |= {path.relative_to(root).as_posix(): path.read_bytes() for path in _ours(root)}
    found |= {f"static/vendor/{a.filename}": (vendor / a.filename).read_bytes() for a in assets.all_assets()}
    found["requirements.txt"] = run_pins(root).encode()
    return dict(sorted(found.items())) | {CHECKSUMS: checksums(found).encode()}


def _ours(root: Path) -> Iterator[Path]:
    for path in (path for folder in FOLDERS for path in (root / folder).rglob("*") if path.is_file()):
        parts = path.relative_to(root).parts
        hidden = any(part.startswith(".") or part == "__pycache__" for part in parts)
        if not hidden and parts[:2] != ("static", "vendor"):
            yield path


def checksums(files: Mapping[str, bytes]) -> str:
    """As `sha256sum -c` reads them."""
    return "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))


def archive(files: Mapping[str, bytes], folder: str, *, moment: int) -> bytes:
    """A .tar.gz with everything below `folder`, read-only for all but root, and dated `moment` (seconds since 1970).

    One date for all, but another for each release: browsers are told of a changed file by its date and size.
    """
    packed = io.BytesIO()
    with (
        gzip.GzipFile(filename="", fileobj=packed, mode="wb", mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.USTAR_FORMAT) as tar,
    ):
        for name, content in files.items():
            entry = tarfile.TarInfo(f"{folder}/{name}")
            entry.size, entry.mtime, entry.mode = len(content), moment, 0o644
            tar.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


@click.group()
def main() -> None:
    """Make what a server installs."""


@main.command("archive")
@click.argument("to", type=click.Path(file_okay=False, path_type=Path))
@click.option("--moment", type=int, envvar="SOURCE_DATE_EPOCH", required=True, help="The commit's, in seconds.")
def make_archive(to: Path, moment: int) -> None:
    """Write the archive and the pins of the packages it needs into a folder."""
    name = f"lcweb-{version()}"
    try:
        packed, pins = archive(contents(), name, moment=moment), run_pins()
    except Unfit as error:
        raise click.ClickException(str(error)) from error
    to.mkdir(parents=True, exist_ok=True)
    (to / f"{name}.tar.gz").write_bytes(packed)
    (to / "requirements.txt").write_text(pins, "utf-8")
    click.echo(f"{to / name}.tar.gz")


@main.command("checksums")
@click.argument("to", type=click.Path(exists=True, file_okay=False, path_type=Path))
def write_checksums(to: Path) -> None:
    """Write the checksums of everything in the folder, the packages among them."""
    files = {path.relative_to(to).as_posix(): path.read_bytes() for path in to.rglob("*") if path.is_file()}
    files.pop(CHECKSUMS, None)
    (to / CHECKSUMS).write_text(checksums(files), "utf-8")
    click.echo(f"{to / CHECKSUMS}: {len(files)} files")


if __name__ == "__main__":
    main()
