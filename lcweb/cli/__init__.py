"""`flask --app app …`: what an operator does at the server. One file per noun."""

from flask import Flask

from lcweb.cli.access_log import log
from lcweb.cli.backups import backup, move, restore
from lcweb.cli.calendar import calendar
from lcweb.cli.commissions import commissions
from lcweb.cli.demo import demo
from lcweb.cli.follow_up import follow_up
from lcweb.cli.imports import export, imports
from lcweb.cli.people import people
from lcweb.cli.settings import dated
from lcweb.cli.setup import assets, check, prepare, serve
from lcweb.cli.units import units
from lcweb.cli.worker import deadline, worker


def register(app: Flask) -> None:
    for command in (
        assets, backup, calendar, check, commissions, dated, deadline, demo, export, follow_up, imports, log, move,
        people, prepare, restore, serve, units, worker,
    ):  # fmt: skip
        app.cli.add_command(command)
