"""Läsningar och påminnelser: a unit's last thirty days (A2, A3)."""

from flask import Blueprint

blueprint = Blueprint("readings", __name__)
