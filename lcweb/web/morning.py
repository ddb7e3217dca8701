"""Läget i dag: what a unit's manager looks at first. Looking here is no reading: the inbox is not opened (A1)."""

from flask import Blueprint, render_template

from lcweb.domain.permissions import Act
from lcweb.queries import morning, readings
from lcweb.web.access import needs
from lcweb.web.session import actor, now, rules

blueprint = Blueprint("morning", __name__)


@blueprint.get("/laget")
@needs(Act.SEE_THREADS)
def show() -> str:
    unit_id = actor().require_unit()
    duty, _calendar = readings.todays_duty(unit_id, now=now(), rules=rules())
    return render_template("morning/show.html", found=morning.get_morning(unit_id, now=now()), duty=duty)
