"""Läsningar och påminnelser: how a unit has read in the last thirty days, and what it was reminded of (A2, A3)."""

from flask import Blueprint, render_template

from lcweb.domain.errors import NotFound
from lcweb.domain.permissions import Act
from lcweb.domain.readings import may_see, may_see_who
from lcweb.queries import readings, units
from lcweb.web.access import needs
from lcweb.web.outbox import unreachable_units
from lcweb.web.session import actor, now, rule_book

blueprint = Blueprint("readings", __name__)


@blueprint.get("/admin/enheter/<id:unit_id>/lasningar")
@needs(Act.SEE_UNIT_READINGS)
def show(unit_id: int) -> str:
    if not may_see(actor(), unit_id):
        raise NotFound("unit")
    unit = units.get_unit(unit_id)
    return render_template(
        "readings/show.html",
        unit=unit,
        days=readings.last_days(unit, now=now(), rules=rule_book()),
        with_names=may_see_who(actor(), unit_id),
        unreachable=[] if unit.closed_at else unreachable_units([unit_id]),
    )
