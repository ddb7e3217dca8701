"""Another database than the settings', reached by the same verbs, queries and migrations."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from flask_migrate import Migrate

from lcweb import db
from lcweb.config import ROOT
from lcweb.queries import revisions


@contextmanager
def opened(database_url: str) -> Iterator[None]:
    """Until the end all of `lcweb.db` means that database. The key of the access log stays the same."""
    app = Flask("lcweb", root_path=str(ROOT / "lcweb"))
    db.init_app(app, database_url, log_key=db.log_key())
    Migrate(app, db.db, directory=str(revisions.FOLDER), render_as_batch=True)
    with app.app_context():
        try:
            yield
        finally:
            let_go()


def let_go() -> None:
    """This process keeps no connection to the database that it means now."""
    db.release_reading()
    db.db.session.remove()
    db.db.engine.dispose()
