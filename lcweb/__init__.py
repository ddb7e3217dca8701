"""lcweb (Vårdmeddelanden): non-acute messages between Halland's care units."""

from dataclasses import dataclass

from flask import Flask
from flask_migrate import Migrate

from lcweb import assets, cli, config, db, web
from lcweb.config import ROOT, Settings


@dataclass(frozen=True)
class Extension:
    settings: Settings


def create_app(settings: Settings | None = None) -> Flask:
    """Raises BadSettings with every fault at once."""
    settings = settings or config.load()
    app = Flask(
        "lcweb",
        root_path=str(ROOT / "lcweb"),
        instance_path=str(settings.instance),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        static_url_path="/static",
    )
    app.extensions["lcweb"] = Extension(settings)
    db.init_app(app, settings.database_url, log_key=settings.sealing_key)
    Migrate(app, db.db, directory=str(ROOT / "lcweb" / "migrations"), render_as_batch=True)
    assets.register(app)
    web.register(app, settings)
    cli.register(app)
    return app
