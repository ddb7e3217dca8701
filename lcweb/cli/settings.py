"""The settings of the app that the command runs in."""

from flask import current_app

from lcweb.config import Settings


def settings() -> Settings:
    return current_app.extensions["lcweb"].settings
