"""Utskick: what the worker has mailed, and above all what it could not (M4)."""

from flask import Blueprint, render_template

from lcweb.domain.permissions import Act
from lcweb.queries import outbox
from lcweb.web.access import needs

blueprint = Blueprint("outbox", __name__)

MOST = 200  # rows on the page; failed ones come first


@blueprint.get("/admin/utskick")
@needs(Act.SEE_OUTBOX)
def show() -> str:
    return render_template("outbox/show.html", mails=outbox.mails(MOST), most=MOST)
