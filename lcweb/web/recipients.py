"""Mottagarlista: who receives what, where, and where to ring."""

from flask import Blueprint, render_template, request

from lcweb.domain.people import MUNICIPALITIES
from lcweb.domain.recipients import CaseType
from lcweb.domain.workdays import local_day
from lcweb.queries import recipients
from lcweb.web.access import signed_in
from lcweb.web.session import now

blueprint = Blueprint("recipients", __name__)


@blueprint.get("/mottagare")
@signed_in
def show() -> str:
    municipality = request.args.get("municipality", "")
    case_type = request.args.get("case_type", "")
    chosen = municipality if municipality in MUNICIPALITIES else MUNICIPALITIES[0]
    wanted = CaseType(case_type) if case_type in set(CaseType) else None
    return render_template(
        "recipients/show.html",
        municipalities=MUNICIPALITIES,
        municipality=chosen,
        case_type=wanted,
        entries=recipients.entries(chosen, wanted, local_day(now())),
    )
