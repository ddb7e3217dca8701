"""Mottagarlista: who receives what, where, and where to ring."""

from flask import Blueprint, render_template, request

from lcweb.domain.identity import numbers_in
from lcweb.domain.people import MUNICIPALITIES
from lcweb.domain.recipients import MAX_TYPED, CaseType, terms
from lcweb.domain.workdays import local_day
from lcweb.queries import recipients
from lcweb.web.access import signed_in
from lcweb.web.session import now, rules

blueprint = Blueprint("recipients", __name__)


@blueprint.get("/mottagare")
@signed_in
def show() -> str:
    """The whole page; what was found alone, when the page asks while somebody types.

    One looks for places and units here, never for a patient: an identity number that is no unit's telephone number is
    not given back.
    """
    typed, municipality, case_type = (request.args.get(name, "") for name in ("q", "municipality", "case_type"))
    chosen = municipality if municipality in MUNICIPALITIES else None
    wanted = CaseType(case_type) if case_type in set(CaseType) else None
    found = recipients.find(terms(typed), municipality=chosen, case_type=wanted, now=now(), rules=rules())
    for_patient = not found.total and bool(numbers_in(typed))
    return render_template(
        "recipients/_found.html" if "HX-Request" in request.headers else "recipients/show.html",
        municipalities=MUNICIPALITIES,
        municipality=chosen,
        case_type=wanted,
        typed="" if for_patient else typed[:MAX_TYPED].strip(),
        for_patient=for_patient,
        longest=MAX_TYPED,
        found=found,
        today=local_day(now()),
    )
