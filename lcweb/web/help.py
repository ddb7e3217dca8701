"""Hjälp och rutin."""

from flask import Blueprint, render_template

from lcweb.web.access import signed_in
from lcweb.web.session import settings

blueprint = Blueprint("help", __name__)


@blueprint.get("/hjalp")
@signed_in
def show() -> str:
    return render_template("help/show.html", rules=settings().rules)
