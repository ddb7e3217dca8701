"""Writes the settings a fresh clone starts with; set-up calls it and never touches a line an operator wrote."""

import os
import secrets
import tomllib
from pathlib import Path

import click

NAME = "lcweb.toml"


@click.group()
def main() -> None:
    """Write first settings into the instance folder."""


@main.command()
@click.argument("instance", type=click.Path(file_okay=False, path_type=Path))
def demo(instance: Path) -> None:
    """Make a demo's settings where there are none."""
    path = instance / NAME
    if path.exists():
        return
    _write(path, f'demo = true\nsecret_key = "{secrets.token_urlsafe(48)}"\n')
    click.echo(f"Demo settings written to {path}; docs/operations.md tells what production needs.")


@main.command()
@click.argument("instance", type=click.Path(file_okay=False, path_type=Path))
def cdn(instance: Path) -> None:
    """Let browser files come from the CDN unless the settings already say where from."""
    path = instance / NAME
    text = path.read_text("utf-8") if path.exists() else ""
    found = tomllib.loads(text)
    if "assets" not in found:
        # First, because a line after a [table] would belong to that table.
        _write(path, 'assets = "cdn"\n' + text)
    click.echo(_without_npm(found.get("assets", "cdn"), path))


def _without_npm(assets: str, path: Path) -> str:
    if assets == "cdn":
        return f'npm is missing: browser files will come from the CDN (assets = "cdn" in {path}).'
    return f'npm is missing: {path} says assets = "{assets}", so static/vendor has to be filled from another machine.'


def _write(path: Path, text: str) -> None:
    """Readable by the owner only, from the first byte on, and never half written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)


if __name__ == "__main__":
    main()
