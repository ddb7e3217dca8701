"""What `make setup` and `make run` call."""

import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

import click
from flask.cli import AppGroup
from flask_migrate import upgrade

from lcweb import assets as browser_files
from lcweb import production
from lcweb.cli.demo import load_if_empty
from lcweb.cli.errors import spoken
from lcweb.cli.settings import settings
from lcweb.config import ROOT, BadSettings

assets = AppGroup("assets", help="The pinned files that browsers fetch.")


@assets.command("copy")
@click.option("--from", "node_modules", type=click.Path(path_type=Path), default=ROOT / "node_modules")
@spoken
def copy(node_modules: Path) -> None:
    """Copy the browser files from npm's folder; stops when a byte differs from assets.json."""
    try:
        for path in browser_files.copy_from(node_modules, vendor=browser_files.VENDOR):
            click.echo(f"static/vendor/{path.name} checked")
    except browser_files.ChangedAsset as changed:
        raise click.ClickException(str(changed)) from changed


@click.command("prepare")
@click.option("--anyway", is_flag=True, help="Although others are at work who cannot work with the new tables.")
@spoken
def prepare(anyway: bool) -> None:
    """Migrate the database and, in demo mode, fill an empty one.

    Refuses while others are at work on it, unless each new revision says that they may.
    """
    upgrade(x_arg="anyway=1" if anyway else None)
    if settings().demo:
        load_if_empty()


@click.command("check")
@spoken
def check() -> None:
    """Say whether this configuration may carry real messages; every reason why not, with exit code 1."""
    if settings().demo:
        click.echo("a demo: LCWEB_DEMO is 1, so nothing is asked of it")
        return
    faults = list(production.faults_of(settings(), production.facts_of(settings())))
    for warning in production.warnings_of(settings()):
        click.echo(f"unwise: {warning}")
    if faults:
        raise BadSettings(faults)
    click.echo("nothing stands in the way of production")


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, default=5000, show_default=True, envvar="PORT")
@click.option("--processes", type=int, default=1, show_default=True, help="App processes on this machine.")
@click.option("--worker/--no-worker", "with_worker", default=True, help="Remind, too.", show_default=True)
@spoken
def serve(host: str, port: int, processes: int, with_worker: bool) -> None:
    """Run the app (granian) with the worker beside it; when one stops, both do.

    SIGTERM lets requests under way be answered, for at most twenty seconds.
    """
    production.require_safe(settings(), [])
    _check_browser_files()
    app = ["lcweb.serving", "--host", host, "--port", str(port), "--processes", str(processes)]
    worker = ["flask", "--app", "app", "worker", "run"]
    commands = (app, worker) if with_worker else (app,)
    children = [subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT) for command in commands]
    click.echo(f"Vårdmeddelanden: http://{host}:{port}")

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for child in children:
            child.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    sys.exit(_wait_for_first(children))


def _wait_for_first(children: list[subprocess.Popen[bytes]]) -> int:
    """The exit code of the child that ended first; the others are stopped by their own process id."""
    while all(child.poll() is None for child in children):
        try:
            children[0].wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            continue
    ended = [child.returncode for child in children if child.poll() is not None]
    for child in children:
        child.terminate()
    for child in children:
        child.wait(timeout=30)
    return max(0, ended[0])


def _check_browser_files() -> None:
    if settings().assets is browser_files.AssetMode.LOCAL and (gone := browser_files.missing(browser_files.VENDOR)):
        raise click.ClickException(f"{', '.join(gone)} missing or changed in static/vendor: run `make setup`")
