"""lcweb (Vårdmeddelanden): non-acute messages between Halland's care units."""

import logging
from dataclasses import dataclass

import click
from flask import Flask
from flask.cli import FlaskGroup, run_command

from lcweb import assets, at_work, config, db, late, logs, production, web
from lcweb.config import ROOT, BadSettings, Settings
from lcweb.queries import revisions
from lcweb.web import metrics

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Extension:
    settings: Settings


def create_app(settings: Settings | None = None) -> Flask:
    """Without settings they are those of this process, which are also looked at as a production's.

    Raises BadSettings with every fault at once, and ModuleNotFoundError.
    """
    late.require()
    serves = settings is None and not _is_command()
    settings = settings or _own_settings()
    app = Flask(
        "lcweb",
        root_path=str(ROOT / "lcweb"),
        instance_path=str(settings.instance),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        static_url_path="/static",
    )
    app.extensions["lcweb"] = Extension(settings)
    db.init_app(app, settings.database_url, log_key=settings.sealing_key, connections=settings.database_connections)
    assets.register(app)
    web.register(app, settings)
    if not serves:
        _add_commands(app)
    return app


def _add_commands(app: Flask) -> None:
    from flask_migrate import Migrate  # with Alembic, and the commands with all that they do: late.py

    from lcweb import cli

    Migrate(app, db.db, directory=str(revisions.FOLDER), render_as_batch=True)
    cli.register(app)


def _own_settings() -> Settings:
    settings, faults = config.read()
    logs.configure(settings.log_format, settings.log_level)
    if _is_command():
        if faults:
            raise BadSettings(faults)
        return settings
    production.require_safe(settings, faults)
    at_work.begin("app", settings.database_url)
    try:
        metrics.share(settings.metrics_folder)
    except OSError:
        log.warning("%s cannot be made: each process counts for itself on /matt", settings.metrics_folder)
    return settings


def _is_command() -> bool:
    """An operator's, by which what is unsafe can be mended; `serve` and `worker run` look by themselves."""
    context = click.get_current_context(silent=True)
    return bool(context and isinstance(context.find_root().command, FlaskGroup) and context.command is not run_command)
