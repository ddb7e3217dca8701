"""The least that Flask can answer: what every figure of the bench is a share of.

One of its answers keeps a row first. A page that is logged before it is shown cannot be quicker than that.
"""

import os
from functools import cache
from threading import Lock
from typing import Any

import psycopg
import pysqlite3
from flask import Flask
from sqlalchemy import URL, make_url

DATABASE = "BENCH_DATABASE"  # where the row goes: its URL
_ROW = "INSERT INTO bench_row (words) VALUES ('a row as long as one of the access log, which names who, what and when')"

app = Flask(__name__, static_folder=None)
_one_at_a_time = Lock()


@app.get("/")
def text() -> str:
    return "Vårdmeddelanden"


@app.get("/204")
def nothing() -> tuple[str, int]:
    return "", 204


@app.get("/row")
def row() -> str:
    """By the driver alone, and as safe as the app's own rows."""
    with _one_at_a_time:
        _database().execute(_ROW)
    return "Vårdmeddelanden"


@cache
def _database() -> Any:
    url = make_url(os.environ[DATABASE])
    connection = _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url)
    connection.execute("CREATE TABLE IF NOT EXISTS bench_row (words TEXT)")
    return connection


def _sqlite(url: URL) -> Any:
    connection = pysqlite3.connect(url.database, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _postgresql(url: URL) -> Any:
    return psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True)
