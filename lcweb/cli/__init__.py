"""`flask --app app …`: what an operator does at the server. One file per noun."""

from flask import Flask

from lcweb.cli.calendar import calendar
from lcweb.cli.demo import demo
from lcweb.cli.imports import export, imports
from lcweb.cli.people import people
from lcweb.cli.setup import assets, prepare, serve
from lcweb.cli.worker import deadline, worker


def register(app: Flask) -> None:
    for command in (assets, calendar, deadline, demo, export, imports, people, prepare, serve, worker):
        app.cli.add_command(command)
