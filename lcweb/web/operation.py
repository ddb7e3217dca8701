"""Driftläge: for the system administrator, whether everything runs, and where nobody seems to be at home."""

from flask import Blueprint, render_template

from lcweb.domain.permissions import Act
from lcweb.queries import operation
from lcweb.web.access import needs
from lcweb.web.health import STALE_MAIL, STALE_WORKER
from lcweb.web.session import now

blueprint = Blueprint("operation", __name__)


@blueprint.get("/admin/drift")
@needs(Act.SEE_OUTBOX)
def show() -> str:
    found = operation.get_operation(now=now())
    return render_template("operation/show.html", found=found, stale_worker=STALE_WORKER, stale_mail=STALE_MAIL)
