"""What machines ask every site for: whom to tell about a fault (RFC 9116), and that nothing here is to be indexed."""

from datetime import timedelta

from flask import Blueprint, Response, abort

from lcweb.web.access import public
from lcweb.web.session import now, settings

blueprint = Blueprint("well_known", __name__)

SECURITY = "/.well-known/security.txt"
HOLDS = timedelta(days=180)  # RFC 9116 wants less than a year; what answers is what holds


@blueprint.get(SECURITY)
@public
def security() -> Response:
    if settings().security_contact is None:
        abort(404)
    lines = [
        f"Contact: {settings().security_contact}",
        f"Expires: {now() + HOLDS:%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: sv, en",
    ]
    if settings().over_tls:  # it takes no other
        lines.append(f"Canonical: {settings().base_url}{SECURITY}")
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@blueprint.get("/robots.txt")
@public
def robots() -> Response:
    return Response("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")
